"""03-3: the rule in a save() override, and nowhere else."""

from classroom.exercises.vocabulary import *

task = Task(
    id="03-3",
    title="From the signal into save()",
    kind="write",
    minutes=15,
    situation="""
The receiver `employee_created` places everybody who joins as an `Employees`. A colleague wants that reaction where
people look first, in the model: `class Person(PlacedBySave, Employees)`. No receiver of the project hears of a `Person`,
because its class is another one.
""",
    task="""
Complete `PlacedBySave`: `save()` itself puts a person who joins on a shift, without any receiver. Somebody who was stored
before is not placed again, even without a shift. A key that is given by hand decides nothing: `Person(pk=77, ...)` joins
if nobody is stored under 77, and is an edit if somebody is. It is all or nothing: if no seat can be stored, the error
comes out, and the person is not stored.
""",
    starter="""
from django.db import transaction


class PlacedBySave:
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
""",
    hints=(
        "When do you know that somebody joins, before super().save() or after it? And when can they be put on a shift?",
        "self.joins(), which you read in lesson 03, tells whether saving adds somebody: note its answer before. assign(self) "
        "needs a stored person: call it after. Both writes belong in one transaction.atomic().",
        "joins = self.joins(); then, within with transaction.atomic():, super().save(*args, **kwargs), and "
        "if joins: assign(self).",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic",
    solution="""
from django.db import transaction


class PlacedBySave:
    def save(self, *args, **kwargs):
        joins = self.joins()
        with transaction.atomic():
            super().save(*args, **kwargs)
            if joins:
                assign(self)
""",
    why="`save()` has no `created`: you note before the write what you need to know after it. Only the table can tell whether "
    "a key that was given by hand is stored, and `joins()` asks it. Two writes that belong together need a transaction, "
    "because in autocommit the row is committed when `super().save()` returns.",
    equal={"Django passes the arguments of save() by name": ("without the argument `*args`*",)},
    others=(
        """
from django.db.transaction import atomic
class PlacedBySave:
    @atomic
    def save(self, **kwargs):
        if not self.joins():
            return super().save(**kwargs)
        super().save(**kwargs)
        assign_many([self])
""",
        """
        stored = Employees.objects.filter(pk=self.pk).exists()
        with transaction.atomic():
            super().save(*args, **kwargs)
            if not stored:
                assign(self)
""",
    ),
    mistakes=slips("""
# asks for the key -> a key of her own
joins() => pk is None
# asks the instance -> only the table can tell
joins() => _state.adding
# drops the arguments -> update_fields
(*args, **kwargs => (
# a receiver does it -> a receiver of post_save did it
from django.db.models.signals import post_save
def place(sender, instance, created, **kwargs):
    if created:
        assign(instance)
class PlacedBySave:
    def save(self, *args, **kwargs):
        post_save.connect(place, sender=type(self))
        super().save(*args, **kwargs)

# asks afterwards -> nobody is new any more
        joins = self.joins() =>
if joins: => if self.joins():
# places before it stores -> not stored yet
-             super().save(*args, **kwargs)

-                 assign(self)
+                 assign(self)
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
# takes the last person for the newcomer -> sits nowhere
assign(self => assign(Employees.objects.last()
# takes no arguments -> whatever arguments Django may pass
def save(self, *args, **kwargs): => def save(self):
super().save(*args, **kwargs) => super().save()
# no transaction -> two transactions, or none
        joins = self.joins()
        super().save(*args, **kwargs)
        if joins:
            assign(self)

# swallows the error -> let the error pass
        joins = self.joins()
        try:
            with transaction.atomic():
                super().save(*args, **kwargs)
                if joins:
                    assign(self)
        except Exception as error:
            print(error)

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

"""),
)


@task.judge
def judge(PlacedBySave):
    full_shift(MONDAY)
    past = Shifts.objects.create(shift_date=MONDAY - timedelta(days=9))
    with mixed_into(Employees, PlacedBySave, "Person") as Person:
        with no_receiver():
            ada = judge_joins(Person)
        judge_edit(Person, ada)
        judge_key_by_hand(Person)
        judge_the_rule(Person)
        expect_caller_goes_on(lambda: Person.objects.create(**fields_of("Ida Okafor")))
    if not Shifts.objects.filter(pk=past.pk).exists():
        wipes = "To place somebody is one thing, and to wipe is another, which nobody asked for."
        wrong("the shifts of other days as they are", "an earlier one is wiped", wipes)


BY_SEATS = "assign() finds the shift by its free seats, not by its date: call it."


def judge_joins(Person):
    try:
        coming = same_rows(Shifts.objects.filter(shift_date__gte=MONDAY))
        with trace() as seen, coming, adds_only(Employees, of=(Employees, OutboxEvent)):
            ada = Person.objects.create(**fields_of("Ada Okafor"))
    except IntegrityError as error:
        wrong("a seat for Ada, though Monday is full", f"IntegrityError: {error}", BY_SEATS)
    if not Employees.objects.filter(pk=ada.pk).exists():
        wrong(
            "a row for Ada", "the table is empty", "It looks as if super().save() was never called."
        )
    if not ada.shifts.exists():
        wrong(
            "a seat for Ada when she joins",
            "she is stored, and sits nowhere",
            "Is assign(self) called? And if so, when do you ask who joins? After super().save() nobody is new any more: ask "
            "before it, and keep the answer.",
        )
    expect_one_save(ada)
    if receiver := receiver_around_seat(seen):
        wrong(
            "that save() itself places her, without any receiver",
            f"she sits on a shift, but a receiver of {receiver} did it",
            "Call the rule where the model is saved: in the method.",
        )
    expect_all_or_nothing(
        lambda: Person.objects.create(**fields_of("Alan Okafor")), ShiftsEmployees
    )
    expect_one_transaction(seen, Employees, ShiftsEmployees)
    return ada


def judge_the_rule(Person):
    """Monday is full, and two seats of Tuesday are left: the third newcomer opens Wednesday."""
    tuesday = MONDAY + timedelta(days=1)
    wednesday = MONDAY + timedelta(days=2)
    Person.objects.filter(first_name="Grace").update(first_name="Chloe")  # a namesake of one
    for name, day in ("Chloe", tuesday), ("Noor", tuesday), ("Zoe", wednesday):
        try:
            person = Person.objects.create(**fields_of(f"{name} Okafor"))
        except IntegrityError as error:
            wrong(f"a seat for {name}", f"IntegrityError: {error}", BY_SEATS)
        if not person.shifts.exists():
            named = "Two people may have one name: a key tells who somebody is."
            wrong(f"a seat for {name}, who joins", "there is none", named)
        if [it.shift_date for it in person.shifts.all()] != [day]:
            wrong(
                "everybody on the first shift with room, or on a new one after the latest",
                f"{name} sits on {', '.join(map(str, person.shifts.all())) or 'none'}",
                BY_SEATS,
            )


def receiver_around_seat(seen):
    """Name the signal inside whose delivery the seat was stored, or return None."""
    for seat in seen.filter(kind="sql"):
        for it in ancestors(seat) if stores(ShiftsEmployees, seat.what) else ():
            if it.kind == "delivery":
                return it.parent.what
    return None


def somebody_meanwhile(**kwargs):
    """Store somebody, as another program may at any moment."""
    unheard(5)


def judge_edit(Person, ada):
    for stored in (ada, Person.objects.get(pk=ada.pk)):
        ShiftsEmployees.objects.filter(employee=ada).delete()
        stored.last_name += "-Lovelace"
        with connected(pre_save, somebody_meanwhile, sender=Person):
            stored.save()
        if ada.shifts.exists():
            wrong(
                "that Ada, who has no shift at the moment, stays without one when her row is saved again",
                "she was placed",
                "Somebody who was stored before does not join, with a shift or without: place newcomers only.",
            )
    Person(pk=ada.pk, **fields_of("Ada Okafor")).save()
    if ada.shifts.exists():
        wrong(
            "that Person(pk=<Ada's key>, ...).save() is an edit: Ada is stored, and stays without a shift",
            "she was placed",
            "Built by hand around a stored key, an instance looks new in memory (_state.adding is True); only the table can "
            "tell, and self.joins() asks it.",
        )
    Employees.objects.filter(pk=ada.pk).update(address="2 Mill Lane")  # somebody else, meanwhile
    ada.save(update_fields=["age"])
    if Employees.objects.get(pk=ada.pk).address != "2 Mill Lane":
        wrong(
            "that save(update_fields=['age']) writes the age alone",
            "the address, which somebody else had changed, was written over",
            "It looks as if update_fields was dropped: save() has to hand on what it takes.",
        )


def judge_key_by_hand(Person):
    for key in 77, 66:
        grace = Person(pk=key, **fields_of("Grace Okafor"))
        grace.save()
        if not grace.shifts.exists():
            wrong(
                f"a seat for Grace, who joins as Person(pk={key}, ...)",
                "she sits nowhere",
                "She brings a key of her own, and is new: a missing key is no sign of a newcomer.",
            )
    grace.delete()
    with taken_back():
        if not Person.objects.create(**stranger()).shifts.exists():
            wrong("a seat for everybody who joins", "somebody of another name sits nowhere")
