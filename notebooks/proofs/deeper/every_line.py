"""What came of each published line and each claim, and that the numbers of page and code agree."""

import inspect
import re
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

from django.db import connection, models, transaction
from django.db.models import signals
from django.db.models.signals import post_delete
from django.test.utils import isolate_apps

from classroom.experiments.line_by_line import PERSON, ask, claims, listing, tried
from classroom.scenes.as_published.event_logging import event_signal, view_event_logging
from classroom.scenes.scenarios import BrokenRule, broken_rule
from classroom.scenes.stage.models import Person
from speedy import scheduling
from speedy.signals import custom_signals
from speedy.signals.employee_assignment import employee_created

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
    (17, "more", "as many"),
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
seen_of_doubt, seen_of_holding = claims()
assert list(seen_of_doubt["verdict"]) == ["does not hold"] + ["in part"] * 7
assert set(seen_of_holding["verdict"]) == {"holds"}
[untrue] = seen_of_doubt.index[seen_of_doubt["verdict"] == "does not hold"]
assert untrue == "5. " + answer_of("every_line-2")
numbered = {
    int(claim.partition(".")[0]): shows
    for rows in (seen_of_doubt, seen_of_holding)
    for claim, shows in rows["what a run shows"].items()
}
assert [numbered[number] for number in range(1, 18)] == [
    "It called save() once.",
    "A receiver in another file, far from the models, was called once.",
    "If one file needs the other, one order works, and the other gives an ImportError.",
    "Only class_prepared and m2m_changed stand alone.",
    "In a table that Django made, the same pair is refused the second time, too.",
    "save() of a seat needs the id to find its row.",
    "First the receiver ended, and then create(), in one thread.",
    "With 1,000 old shifts the tutorial's search takes more steps. Ours takes as many as before.",
    "Both connect a function in the same way.",
    "4 of 9 calls send signals and skip your methods: loading a fixture; queryset.delete(), 2 rows; "
    "team.delete() with 2 rows, CASCADE; Person.objects.create(...) in a migration.",
    "A receiver was called for User, a model of Django's own.",
    "A receiver without a sender was called for 2 of 3 rows: not for bulk_create().",
    "For two deleted rows delete() was called 0 times, and post_delete was sent twice.",
    "After update() a receiver's initials were wrong, a computed column right.",
    "A model that imports the tutorial's package of signals gets an ImportError.",
    "One send() called the receiver once.",
    "Its receiver was called once. A copy of the text reached it 0 times.",
]
# 4: the fourth pair. 15: declarations need no model.
for signal in signals.pre_migrate, signals.post_migrate:
    assert not isinstance(signal, type(signals.post_save))  # that is for models
needs = re.findall(r"^(?:from|import) (\S+)", inspect.getsource(custom_signals), re.MULTILINE)
assert needs == ["django.dispatch"]
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
migrated = tried_calls.row("Person.objects.create(...) in a migration")
assert migrated["post_save"] == "◇" and "Person of the migration" in migrated["passed"]


# The rule fails: a receiver, a signal of your own and a call leave the same.
def store():
    with disconnected(signals.post_save, employee_created, sender=Employees):
        return Employees.objects.create(**PERSON)


def by_own_signal():
    with connected(custom_signals.employee_hired, place):
        custom_signals.employee_hired.send(sender=Employees, employee=store())


def place(employee, **kwargs):
    scheduling.assign(employee)


for hired in (
    lambda: Employees.objects.create(**PERSON),
    by_own_signal,
    lambda: scheduling.assign(store()),
):
    for block, left in (nullcontext, 1), (transaction.atomic, 0):
        fresh_database()
        try:
            with broken_rule(), block():
                hired()
        except BrokenRule:
            pass
        assert Employees.objects.filter(shifts=None).count() == Employees.objects.count() == left

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

# Each fault of the page has its line, as it is in the specimen.
page = Path(settings.BASE_DIR, "notebooks/source/deeper/every_line.py").read_text(encoding="utf-8")
quoted = dict(re.findall(r"^# \| (\d+) \| `([^`]+)` \|", page, re.MULTILINE))
assert {int(number) for number in quoted} == set(faults)
assert [line for line in quoted.values() if line not in specimen] == []
