from classroom.exercises.vocabulary import *

task = Task.of("""
03-3: From the signal into save() (write, 15 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
== situation
The receiver `employee_created` places each new `Employees`. A colleague wants that in the model, where people look
first: `class Person(PlacedBySave, Employees)`. No receiver of the project hears of a `Person`, because it is another
class.
== task
Complete `PlacedBySave`: its `save()` puts a person who joins on a shift, without any receiver. Somebody who was stored
before is not placed again, even without a shift. `Person(pk=77, ...)` joins if nobody is stored under 77, and is an
edit if somebody is: the method `joins()` of each person looks this up. If no seat can be stored, the error comes out,
and the person is not stored.
== starter
from django.db import transaction


class PlacedBySave:
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
== hints
- When do you know that somebody joins, before super().save() or after it? And when can they be put on a shift?
- self.joins() tells whether saving adds somebody: ask it before. assign(self) needs a stored person: call it after.
  Both writes belong in one transaction.atomic().
- joins = self.joins(); then, within with transaction.atomic():, super().save(*args, **kwargs), and if joins:
  assign(self).
== solution
        joins = self.joins()
        with transaction.atomic():
            super().save(*args, **kwargs)
            if joins:
                assign(self)
== why
`save()` has no `created`, so ask before the write. Only the table knows whether a key is stored, and `joins()` asks it.
Two writes that belong together need a transaction: in autocommit the row is kept when `super().save()` returns.
== equal: saved by name
== others
from django.db.transaction import atomic
class PlacedBySave:
    @atomic
    def save(self, **kwargs):
        if not self.joins():
            return super().save(**kwargs)
        super().save(**kwargs)
        assign_many([self])
# or
joins = self.joins() => stored = Employees.objects.filter(pk=self.pk).exists()
if joins: => if not stored:
== mistakes
# asks for the key -> a key of her own
joins() => pk is None
# asks the instance -> only the table can tell
joins() => _state.adding
# drops the arguments -> update_fields
(*args, **kwargs => (
# hands on the fields alone -> force_insert was dropped
super().save(*args, **kwargs) => super().save(update_fields=kwargs.get("update_fields"))
# hands on nothing for a newcomer -> force_update was dropped
-             super().save(*args, **kwargs)
+             super().save(**({} if joins else kwargs))
# a receiver does it -> was called by post_save
from django.db.models.signals import post_save
def place(sender, instance, created, **kwargs):
    if created:
        assign(instance)
class PlacedBySave:
    def save(self, *args, **kwargs):
        post_save.connect(place, sender=type(self))
        super().save(*args, **kwargs)
# calls the receiver -> was called by hand
db import transaction => db import transaction; from speedy.signals import employee_assignment as it
assign(self) => it.employee_created(type(self), self, created=True, raw=False)
# places the last of the table -> need not be the last
assign(self) => assign(Employees.objects.latest("pk"))
# returns the shift -> save() returned <Shifts
                assign(self) =>                 return assign(self)
# asks afterwards -> nobody is new any more
        joins = self.joins() =>
if joins: => if self.joins():
# places before it stores -> not stored yet
-             super().save(*args, **kwargs)

                  assign(self)
+             super().save(*args, **kwargs)
# saves twice -> there were 2 of it
assign(self) => assign(self); super().save()
# goes around the original -> there were 0 of it
super().save(*args, **kwargs) => self.save_base(*args, using="default", force_insert=kwargs.get("force_insert", False), update_fields=kwargs.get("update_fields"))
# wipes as well -> an earlier one is wiped
joins = self.joins() => joins = self.joins(); Shifts.objects.expired().delete()
# counts the people -> stored before
joins = self.joins() => before = Employees.objects.count()
if joins: => if Employees.objects.count() > before:
# no transaction -> two transactions, or none
with transaction.atomic(): => if True:
# swallows the error -> let the error pass
import transaction => import transaction; from contextlib import suppress
with transaction.atomic(): => with suppress(Exception), transaction.atomic():
# a day of its own in the place of the rule -> not by its date
-                 assign(self)
+                 shift, _ = Shifts.objects.get_or_create(shift_date=date(2022, 11, 15))
+                 ShiftsEmployees.objects.create(employee=self, shift=shift)
# undoes it by hand -> the process may end in between
        joins = self.joins()
        super().save(*args, **kwargs)
        if joins:
            try:
                assign(self)
            except Exception:
                Employees.objects.filter(pk=self.pk).delete()
                raise
""")


BY_SEATS = "assign() finds the shift by its free seats, not by its date: call it."
ASK_BEFORE = (
    "Is assign(self) called? And when do you ask who joins? After super().save() nobody is new any more: "
    "ask before it."
)
STAYS = "Who was stored before does not join, even without a shift. And `self.joins` is always true: its brackets ask."
LOOKS_NEW = (
    "An instance with a key that is stored looks new (_state.adding is True): only the table can tell, and "
    "self.joins() asks it."
)
OWN_KEY = "She brings a key of her own, and is new. A new key need not be the last."
NAMED = "Two people may have one name: a key tells who somebody is."


@task.judge
def judge(PlacedBySave):
    gone, *_ = unheard(*range(30))
    free = gone.pk
    gone.delete()
    full_shift()
    past = new_shift(-9)
    with mixed_into(Employees, PlacedBySave, "Person") as Person:
        coming = same_rows(Shifts.objects.filter(shift_date__gte=MONDAY))
        with no_receiver(), coming, adds_only(Employees, of=(Employees, OutboxEvent)):
            ada = expect_seat(lambda: Person.objects.create(**fields_of("Ada Okafor")), ASK_BEFORE)
        expect_one_save(ada)
        alan = fields_of("Alan Okafor")
        expect_all_or_nothing(lambda: Person.objects.create(**alan), ShiftsEmployees)
        judge_edit(Person, ada)
        expect_handed_on(ada, **fields_of("Grace Okafor"))
        for key in 77, 66:
            grace = Person(pk=key, **fields_of("Grace Okafor"))
            expect_seat(lambda: saved(grace), OWN_KEY)  # noqa: B023 (called at once)
        grace.delete()
        with taken_back():
            expect_seat(lambda: Person.objects.create(**stranger()), NAMED)
            expect_seat(lambda: Person.objects.create(pk=free, **stranger()), OWN_KEY)
        judge_the_rule(Person)
        expect_caller_goes_on(lambda: Person.objects.create(**fields_of("Ida Okafor")))
    if not Shifts.objects.filter(pk=past.pk).exists():
        wipes = "Nobody has asked to wipe: place those who join."
        wrong("the shifts of other days as they are", "an earlier one is wiped", wipes)


def saved(person):
    expect_said(person.save(), None, "from save(), as from super().save()", name="save()")
    return person


def expect_seat(join, mistake):
    with error_told(IntegrityError, "a seat for somebody who joins", BY_SEATS):
        person = join()
    if not Employees.objects.filter(pk=person.pk).exists():
        lost = "Perhaps super().save() was never called."
        wrong(f"a row for {person}", "the table is empty", lost)
    if not person.shifts.exists():
        joins = f"a seat for {person}, who joins with the key {person.pk}"
        wrong(joins, "there is a row, which sits nowhere", mistake)
    return person


def judge_edit(Person, ada):
    for stored in (ada, Person.objects.get(pk=ada.pk)):
        ShiftsEmployees.objects.filter(employee=ada).delete()
        stored.last_name += "-Lovelace"
        with connected(pre_save, lambda **told: unheard(5), sender=Person):  # another program
            stored.save()
        expect_unseated(ada, "her row is saved again", STAYS)
    Person(pk=ada.pk, **fields_of("Ada Okafor")).save()
    expect_unseated(ada, "Person(pk=<Ada's key>, ...) is saved, which is an edit", LOOKS_NEW)
    Employees.objects.filter(pk=ada.pk).update(address="2 Mill Lane")  # somebody else, meanwhile
    ada.save(update_fields=["age"])
    if Employees.objects.get(pk=ada.pk).address != "2 Mill Lane":
        dropped = "Perhaps update_fields was dropped: save() has to hand on what it takes."
        happened = "the address, which somebody else had changed, was written over"
        wrong("that save(update_fields=['age']) writes the age alone", happened, dropped)


def expect_unseated(ada, when, mistake):
    if ada.shifts.exists():
        wrong(f"that Ada, who has no shift, stays without one when {when}", "she has one", mistake)


def judge_the_rule(Person):
    """Monday is full, and two seats of Tuesday are left: the third newcomer opens Wednesday."""
    Person.objects.filter(first_name="Grace").update(first_name="Chloe")  # a namesake of one
    for name, number in ("Chloe", 1), ("Noor", 1), ("Zoe", 2):
        fields, day = fields_of(f"{name} Okafor"), MONDAY + timedelta(days=number)
        person = expect_seat(lambda: Person.objects.create(**fields), NAMED)  # noqa: B023
        if [it.shift_date for it in person.shifts.all()] != [day]:
            happened = f"{name} sits on {', '.join(map(str, person.shifts.all()))}"
            wrong("everybody on the first shift with room, or on a new one", happened, BY_SEATS)
