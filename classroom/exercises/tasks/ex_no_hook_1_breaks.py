from django.db import models

from classroom.exercises.vocabulary import *

task = Task.of("""
no_hook-1: Breaks (write, 8 minutes)
https://docs.djangoproject.com/en/5.2/ref/models/constraints/
== situation
A break is stored with a `person` (a name), a `day` and the hours in which it `begins` and `ends`:

```python
class Break(models.Model):
    person = models.CharField(max_length=100)
    day = models.DateField()
    begins = models.IntegerField()
    ends = models.IntegerField()
```

Its `save()` refused breaks that end before they begin, and a second break on a day. Then a script stored a month of them
by `bulk_create()`.
== task
Write `rules`, the list of constraints for the `Meta` of `Break`. **A break ends after it begins**, not in the same
hour. And **a person has one break a day**. Nothing else is refused. Define no model: the check does, and tries your
rules by `bulk_create()`, `update()` and `create()`.
== starter
from django.db import models
from django.db.models import F, Q

rules = []
== hints
- Which of the two rules looks at one row alone, and which compares it with other rows?
- `CheckConstraint` takes `condition=`, a `Q` on the columns of one row, in which `F()` names another column.
  `UniqueConstraint` takes `fields=`, which are there once together. Each takes a `name=`.
- models.CheckConstraint(name="ends_after", condition=Q(ends__gt=F("begins"))) and
  models.UniqueConstraint(name="one_a_day", fields=[...]) with the two fields.
== solution
rules = [
    models.CheckConstraint(name="ends_after_it_begins", condition=Q(ends__gt=F("begins"))),
    models.UniqueConstraint(name="one_break_a_day", fields=["person", "day"]),
]
== why
The database checks each row that is written, by any program and any call. A `CheckConstraint` sees one row, a
`UniqueConstraint` compares rows. A `bulk_create()` that is refused stores nothing at all. Older code writes `check=`
for `condition=`: Django 5.2 warns of it, and Django 6.1 refuses it.
== equal
a name is only a name <- 'x*' for 'ends_after* | 'x*' for 'one_break* | always * (line *: name=*
== others
fields=["person", "day"] => fields=("day", "person")
# or
Q(ends__gt=F("begins")) => ~Q(ends__lte=F("begins"))
# or
Q(ends__gt=F("begins")) => Q(begins__lt=F("ends"))
== mistakes
# the other way round -> a break that is right
ends__gt => ends__lt
# one break for ever -> on another day
fields=["person", "day"] => fields=["person"]
# one person a day -> on the same day
fields=["person", "day"] => fields=["day"]
# the other rule is missing -> before it begins
    models.CheckConstraint(name="ends_after_it_begins", condition=Q(ends__gt=F("begins"))), =>
# calls none of them -> Each is made by
rules = [ => rules = [models.CheckConstraint, models.UniqueConstraint,
# the same break only -> at another hour
"person", "day"] => "person", "day", "begins"]
# this year only -> of anybody on a day, late
fields=["person", "day"] => fields=["person", "day"], condition=Q(day__lt="2030-01-01")
# that day of any month -> of another month
name="one_break_a_day", fields=["person", "day"] => "person", models.functions.ExtractDay("day"), name="one_break_a_day"
# in the daytime only -> at night
fields=["person", "day"] => fields=["person", "day"], condition=Q(begins__gte=8)
# only who has a name -> of nobody in particular
fields=["person", "day"] => fields=["person", "day"], condition=~Q(person="")
# hours of today only -> a break at night
Q(ends__gt=F("begins")) => Q(ends__gt=F("begins"), begins__gte=8)
# a rule that nobody asked for -> began on the day before
rules = [ => rules = [models.CheckConstraint(name="hours", condition=Q(begins__gte=0)),
# a day of 24 hours -> after midnight
rules = [ => rules = [models.CheckConstraint(name="day", condition=Q(begins__lt=24)),
# no list -> a list of constraints
rules = Q(ends__gt=F("begins"))
# conditions without a constraint -> a list of constraints
rules = [Q(ends__gt=F("begins"))]
# a column that is not there -> Are the names right?
F("begins") => F("start")
# a text for a column -> in quotes alone it is a text
F("begins") => "begins"
# names twice -> Django refuses
one_break_a_day => ends_after_it_begins
""")

ADA = {"person": "Ada", "day": "2022-11-14", "begins": 10, "ends": 12}
LATE = {"person": f"Nobody {randint(1, 999)}", "day": f"{randint(2030, 2099)}-05-01"}
GOOD = {
    "a break that is right": [ADA],
    "a break at night, for one hour": [ADA | {"begins": 0, "ends": 1}],
    "a break of anybody, late and long": [LATE | {"begins": 13, "ends": 23}],
    "a break that began on the day before": [ADA | {"begins": -1}],
    "a break of nobody in particular": [ADA | {"person": ""}],
    "a break that ends on the next morning": [ADA | {"begins": 23, "ends": 25}],
    "a break after midnight, counted on": [ADA | {"begins": 24, "ends": 26}],
    "two people on the same day": [ADA, ADA | {"person": "Grace"}],
    "the same person on another day": [ADA, ADA | {"day": "2022-11-15"}],
    "the same person on that day of another month": [ADA, ADA | {"day": "2022-12-14"}],
    "two names that differ in a capital": [ADA, ADA | {"person": "ada"}],
}
BAD = {
    "a break that ends before it begins": [ADA | {"ends": 9}],
    "a late break that ends before it begins": [LATE | {"begins": 20, "ends": 15}],
    "a break that ends in the hour in which it begins": [ADA | {"ends": 10}],
    "a second break on a day": [ADA, ADA],
    "a second break of anybody on a day, late": [LATE | {"begins": 20, "ends": 23}] * 2,
    "a second break on a day of nobody in particular": [ADA | {"person": ""}] * 2,
    "a second break on a day, at night": [ADA | {"begins": 0, "ends": 1}] * 2,
    "a second break on a day at another hour": [ADA, ADA | {"begins": 14, "ends": 15}],
}


@task.judge
def judge(rules):
    expected = "a list of constraints"
    if not isinstance(rules, list | tuple):
        wrong(expected, f"it is {rules!r}", "Put them between square brackets.")
    for it in rules:
        if not isinstance(it, models.BaseConstraint):
            inside = "Each is made by models.CheckConstraint() or models.UniqueConstraint()."
            wrong(expected, f"there is {it!r} among them", inside)
    with isolate_apps("speedy"):
        names = 'Are the names right? A column to compare with is F("begins"); in quotes alone it is a text.'
        # Whatever Django or the database says of the rules.
        with error_told(Exception, "constraints that Django takes", names):
            Break = model_with(rules)
            expect_sound(Break)
            with connection.schema_editor() as editor:
                editor.create_model(Break)
        try:
            expect_kept(Break)
        finally:
            with connection.schema_editor() as editor:
                editor.delete_model(Break)


def model_with(rules):
    class Break(models.Model):  # noqa: DJ008
        person = models.CharField(max_length=100)
        day = models.DateField()
        begins = models.IntegerField()
        ends = models.IntegerField()

        class Meta:
            app_label = "speedy"
            constraints = list(rules)

    return Break


def expect_sound(Break):
    """Ask Django's own checks what it thinks of the constraints."""
    names = [it.name for it in Break._meta.constraints]
    faults = [it.msg for it in Break.check() if not it.is_silenced()]
    if len(set(names)) < len(names) or not all(names):
        faults.append("each constraint needs a name of its own")
    if faults:
        wrong("constraints that Django takes", f"Django refuses them: {faults[0]}")


def expect_kept(Break):
    for what, rows in GOOD.items():
        if refused(lambda rows=rows: store(Break, rows)):
            wrong(f"that your rules take {what}", "the database refused it", f"It was: {rows[-1]}")
        Break.objects.all().delete()
    for what, rows in BAD.items():
        if not refused(lambda rows=rows: store(Break, rows)):
            wrong(f"a refusal of {what}, by bulk_create()", "it was stored", f"It was: {rows[-1]}")
    store(Break, [ADA, ADA | {"day": "2022-11-15"}])
    changes = {"ends": 3}, {"day": "2022-11-15"}
    if not all(refused(lambda it=it: Break.objects.update(**it)) for it in changes):
        wrong("a refusal of an update(), too", "it was stored")
    if not refused(lambda: Break.objects.create(**ADA)):
        wrong("a refusal of a create(), too", "it was stored")


def store(Break, rows):
    Break.objects.bulk_create(Break(**row) for row in rows)
