"""What came of each published line and each claim, and that the numbers of page and code agree."""

import re
from importlib import import_module
from pathlib import Path

from django.db import connection, models, transaction
from django.db.models.signals import post_delete
from django.test.utils import isolate_apps

from classroom.experiments.line_by_line import PERSON, ask, claims, listing, tried
from classroom.scenes.as_published.event_logging import event_signal, view_event_logging
from classroom.scenes.scenarios import BrokenRule, broken_rule
from classroom.scenes.stage.models import Person

# The listings: each trial, as published and here.
seen = []
for lines in ("models", "receivers", "views"):
    seen += [tuple(row) for row in listing(getattr(line_by_line, lines)).reset_index().values]
assert [(fault, there, here) for fault, _, there, here in seen] == [
    (9, "stored", "refused"),
    (10, "TypeError", "60.00"),
    (11, "InvalidOperation", "100.00"),
    (12, "TypeError", "True"),
    (13, "stored", "refused"),
    (14, "stored", "refused"),
    (15, "2", "1"),
    (15, "no", "yes"),
    (16, "TypeError", "2022-11-14"),
    (17, "more", "no more"),
    (18, "ModuleNotFoundError", "works"),
    (19, "500 (NameError)", "200"),
    (20, "3", "0"),
    (21, "200", "400"),
    (21, "500 (IntegrityError)", "400"),
    (22, "2", "1"),
    (23, "3", "4"),
]
got = {trial: there for _, trial, there, _ in seen}
assert [got[f"the age {age!r}"][:3] for age in ("old", -3)] == ["200", "500"]
assert answer_of("every_line-1") == "the one with the age -3"
for age in -3, "old":  # as the guess and the text name the errors
    refused = tried(lambda age=age: as_published.Employees.objects.create(**PERSON | {"age": age}))
    assert refused == {-3: "IntegrityError", "old": "ValueError"}[age]
first = as_published.Shifts.objects.first()
assert first is None  # first() raises nothing
with connected(event_signal, view_event_logging):  # with the receiver of fault 7
    answers = [ask(as_published, "test_logging", age=age) for age in (33, "old", -3)]
assert answers == ["500 (KeyError)", "500 (KeyError)", "500 (IntegrityError)"]
assert tried(lambda: first["shift_date"]) == "TypeError"

# A star brings a name that hides another.
star = import_module(f"{line_by_line.LAYOUT}.star.shift_signals")
assert tried(star.today) == "AttributeError"

# The claims.
of_claims = claims()
assert dict(of_claims["verdict"].value_counts()) == {"holds": 9, "in part": 7, "does not hold": 1}
assert list(of_claims["what a run shows"]) == [
    "It called save() once.",
    "A receiver in another file, far from the models, was called once.",
    "One of two files needs the other. One order works, the other gives an ImportError.",
    "Only class_prepared and m2m_changed stand alone. pre_migrate and post_migrate are a fourth "
    "pair, of apps.",
    "In a table that Django made, the same pair is refused the second time.",
    "save() of a seat finds its row by the id.",
    "First the receiver ended, and then create(), in one thread.",
    "With 1,000 old shifts the tutorial's search takes more steps, and ours no more.",
    "With DEBUG off, a function that a variable holds was called once, and a lambda 0 times. "
    "With @receiver it is the same.",
    "4 of 9 calls sent a signal and called no method of yours.",
    "A receiver was called for User, a model of Django's own.",
    "The receiver was called for 2 of 3 rows. bulk_create() stored the third.",
    "Two rows were deleted. delete() was called 0 times, post_delete was sent twice.",
    "update() makes Ada Quillbrook a Lovelace. A receiver's initials are still AQ, "
    "a column that the database computes has AL.",
    "A file that declares signals imports django.dispatch alone, so it makes no circle. But the "
    "tutorial's package imports the receivers, too, and these import the models. So a model that "
    "imports this package gets an ImportError.",
    "A signal comes where you send it: one send() called the receiver once.",
    "A receiver was called once, and for an equal text 0 times.",
]
tried_calls = what_fires(Person, *line_by_line.TRIED)
differ = [
    *tried_calls.differ("save()", "post_save"),
    *tried_calls.differ("delete()", "post_delete"),
]
assert [row["operation"] for row in differ] == [
    "loading a fixture",
    "queryset.delete(), 2 rows",
    "team.delete() with 2 rows, CASCADE",
]
failed = side_by_side("an error in the rule", clock=False)
assert list(failed.loc["left without a shift"])[:4] == ["Ada", "nobody", "nobody", "nobody"]
migrated = tried_calls.row("Person.objects.create(...) in a migration")
assert migrated["post_save"] == "◇" and "Person of the migration" in migrated["passed"]
fresh_database()
with broken_rule():  # built-in signals leave nobody, too, inside a transaction
    try:
        with transaction.atomic():
            Employees.objects.create(**PERSON)
    except BrokenRule:
        pass
assert not Employees.objects.exists()

# What the text says besides.
fires = what_fires(Person, "person.skills.remove(a)", "person.nights.remove(a)")
explicit, automatic = (set(fires.fired(f"{it}.remove(a)")) for it in ("nights", "skills"))
assert explicit - automatic == {"pre_delete", "post_delete"}
in_bulk = what_fires(Person, "bulk_create(), 2 rows", "queryset.update(...), 2 rows")
assert not [*in_bulk.fired("bulk_create"), *in_bulk.fired("update(")]
today = as_published.Shifts.objects.create().shift_date
assert today != today.date()  # a datetime never equals a date


# A pair may be the key since Django 5.2: save() and delete() find their row by it.
def pair_as_key():
    with isolate_apps("classroom.scenes.as_published"):

        class Pair(models.Model):
            pk = models.CompositePrimaryKey("one", "other")
            one, other = models.IntegerField(), models.IntegerField()
            text = models.CharField(max_length=9)

            class Meta:
                app_label = "as_published"

            def __str__(self):
                return self.text

    with connection.schema_editor() as editor:
        editor.create_model(Pair)
    try:
        pair = Pair.objects.create(one=1, other=2, text="old")
        pair.text = "new"
        pair.save()
        with listening(post_delete, sender=Pair) as told:
            assert Pair.objects.get(one=1, other=2).text == "new"
            pair.delete()
        assert len(told) == 1
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Pair)


if connection.vendor == "sqlite":
    connection.disable_constraint_checking()  # SQLite changes tables only without them
try:
    pair_as_key()
finally:
    if connection.vendor == "sqlite":
        connection.enable_constraint_checking()

# Each number in the code of the specimen is one on the two pages, and they go up in their order.
specimen = "".join(file.read_text() for file in Path(as_published.__file__).parent.rglob("*.py"))
comments = re.findall("# Faults? (.+)", specimen)
numbers = {int(number) for comment in comments for number in re.findall(r"\d+", comment)}
faults = [fault for fault, *_ in seen]
assert faults == sorted(faults) and set(faults) == set(range(9, 24))
assert numbers == set(range(1, 24))

# Each fault of the page begins with its line, as it is in the specimen.
page = Path(settings.BASE_DIR, "notebooks/source/deeper/every_line.py").read_text(encoding="utf-8")
of_faults = re.sub(r"\n# +", " ", page.partition("# ## What the text says")[0])
quoted = dict(re.findall(r" - \*\*(\d+)\.\*\* `([^`]+)`", of_faults))
assert {int(number) for number in quoted} == set(faults)
assert [line for line in quoted.values() if line not in specimen] == []
