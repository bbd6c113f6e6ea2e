"""What came of each published line and each claim, and that the numbers of page and code agree."""

import re
from pathlib import Path

from django.db import connection, models
from django.db.models.signals import post_delete
from django.dispatch import Signal
from django.test.utils import isolate_apps

from classroom.experiments.line_by_line import claims, listing
from classroom.scenes.stage.models import Person

# The listings: each trial, as published and here.
seen = []
for lines in ("models", "receivers", "package", "views", "log"):
    seen += [tuple(row) for row in listing(getattr(line_by_line, lines)).reset_index().values]
assert [(fault, there, here) for fault, _, there, here in seen] == [
    (9, "stored", "refused"),
    (9, "refused", "refused"),
    (10, "float", "Decimal"),
    (10, "Decimal", "Decimal"),
    (11, "InvalidOperation", "100.00"),
    (12, "datetime", "date"),
    (12, "TypeError", "True"),
    (13, "stored", "refused"),
    (14, "stored", "refused"),
    (14, "refused", "refused"),
    (15, "2", "1"),
    (15, "0", "2"),
    (16, "None", "None"),
    (16, "TypeError", "2022-11-14"),
    (17, "more steps", "as many steps"),
    (18, "wiped", "kept"),
    (19, "ModuleNotFoundError", "5 of 5 imported"),
    ("none", "works", "stars: 0"),
    ("none", "AttributeError", "stars: 0"),
    (20, "500 (NameError)", "200"),
    (21, "hired: 3", "hired: 0"),
    (21, "403", "403"),
    (22, "200", "400"),
    (22, "500 (IntegrityError)", "400"),
    (23, "2", "1"),
    (24, "3", "4"),
]

# The claims.
of_claims = claims()
assert dict(of_claims["verdict"].value_counts()) == {"holds": 9, "in part": 7, "does not hold": 1}
assert answer_of("every_line-1") == of_claims.index[of_claims["verdict"] == "does not hold"].item()
assert dict(of_claims["what a run shows"]) == {
    "create() calls save()": "It called save() once.",
    "signal code may live anywhere": "A receiver in a tool of ours was called once.",
    "the order of imports matters": "One order works, the other raises an ImportError.",
    "three groups, and two signals more": "Django's module has 10 signals.",
    "unique pairs need a table of your own": (
        "In a table that Django made, the same pair again is refused."
    ),
    "that table hardly needs its id": "save() of a seat finds its row by the id.",
    "much work makes a page slow": "First the receiver ended, then create(), in one thread.",
    "wiping makes look-ups faster": "With 1,000 old shifts it takes more steps, and here as many.",
    "connect() works as well": "A function was called once, a local function 0 times.",
    "save() or signals: the same result": "3 of 9 calls sent a signal and called no method.",
    "no need to edit the model": "A receiver was called for User, a model of Django's own.",
    "for all models, at all times": "Three rows were stored, and the receiver was called twice.",
    "bulk deletion skips your delete()": "delete() was called 0 times, post_delete was sent twice.",
    "good for slugs": "After update() a receiver's initials are AQ, the database's AL.",
    "no more circular imports": (
        "A declaration needs django.dispatch alone. In a package with receivers: ImportError."
    ),
    "a pre_event and a post_event": "For one send() the receiver was called once.",
    "a text as sender": "It was called once, and for an equal text 0 times.",
}
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

# What the text says besides.
fires = what_fires(Person, "person.skills.remove(a)", "person.nights.remove(a)")
explicit, automatic = (set(fires.fired(f"{it}.remove(a)")) for it in ("nights", "skills"))
assert explicit - automatic == {"pre_delete", "post_delete"}
in_bulk = what_fires(Person, "bulk_create(), 2 rows", "queryset.update(...), 2 rows")
assert not [*in_bulk.fired("bulk_create"), *in_bulk.fired("update(")]
bell = Signal()
for word in ("first", "second"):
    bell.connect(lambda word=word, **kwargs: word, weak=False)
assert [word for _, word in bell.send(sender=Shifts)] == ["first", "second"]
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
specimen = Path(as_published.__file__).parent.rglob("*.py")
comments = re.findall("# Faults? (.+)", "".join(file.read_text() for file in specimen))
numbers = {int(number) for comment in comments for number in re.findall(r"\d+", comment)}
faults = [fault for fault, *_ in seen if fault != "none"]
assert faults == sorted(faults) and set(faults) == set(range(9, 25))
assert numbers == set(range(1, 25))
