from unittest.mock import Mock

from django.core.exceptions import ValidationError
from django.db import OperationalError

from classroom.exercises.vocabulary import *

task = Task.of("""
caught_errors-1: The others are hired (repair, 4 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly
== situation
`hire_the_others` stores a list of people in one transaction. If the database refuses one of them, it catches the error
and goes on. But then nobody is hired, or an error comes out.
== task
Change it: those who are refused are left out, and the others are stored, **still in one transaction**. Any other error
comes out, and then nobody is stored.
== starter
from django.db import IntegrityError, transaction


def hire_the_others(people):
    with transaction.atomic():
        for person in people:
            try:
                person.save()
            except IntegrityError:
                print(person, "is refused.")
== hints
- Which step may fail, and which block does it need?
- Where does the error have to be caught: inside the block that it breaks, or outside?
- Inside `try`, write `with transaction.atomic():` and put `person.save()` into it.
== solution
-                 person.save()
+                 with transaction.atomic():
+                     person.save()
== why
The error leaves the inner block, so only that one is rolled back. The transaction around it is still good.
== equal
no answer
what is printed is for people alone <- *print(person* | *'is refused.'*
== others
@transaction.atomic
def hire_the_others(people):
    for person in people:
        store = transaction.atomic(person.save)
        try:
            store()
        except IntegrityError:
            print(person, "is refused.")
# or
    with transaction.atomic():
        for person in people:
            with transaction.atomic():
                try:
                    person.save()
                except IntegrityError:
                    transaction.set_rollback(True)
== mistakes
# swallows some of Python's, too -> any other error
except IntegrityError => except (IntegrityError, ValueError)
# swallows each error of the database -> Catch the IntegrityError alone
import IntegrityError => import DatabaseError
except IntegrityError => except DatabaseError
# takes a namesake for the same -> Two people may have one name
for person in people: => for person in {str(it): it for it in people}.values():
# gives up after two -> the loop goes on
  def hire_the_others(people):
+     refused = []
-                 print(person, "is refused.")
+                 refused.append(person)
+                 if len(refused) > 2:
+                     break
# takes them off the caller's list -> The list is the caller's
for person in people: => for person in list(people):
print(person, "is refused.") => people.remove(person)
# the inner block inside the except -> another error came out
    with transaction.atomic():
        for person in people:
            with transaction.atomic():
                try:
                    person.save()
                except IntegrityError:
                    print(person, "is refused.")
                    Employees.objects.count()
# no transaction around all -> one transaction
                with transaction.atomic(): =>                 if True:
with transaction.atomic(): => if True:
# catches inside the block -> whom a receiver refuses
    with transaction.atomic():
        for person in people:
            with transaction.atomic():
                try:
                    person.save()
                except IntegrityError:
                    print(person, "is refused.")
# looks at the age itself -> an error came out
    with transaction.atomic():
        for person in people:
            if person.age is not None and person.age < 150:
                person.save()
# marks the block as good again -> whom the database refuses
                with transaction.atomic(): =>                 if True:
print(person, "is refused.") => transaction.set_rollback(False)
# lets the model look, and not the database -> need not be the row of the person
    with transaction.atomic():
        for person in people:
            try:
                person.full_clean()
            except Exception:
                continue
            person.save()
# around all of them -> a `try` of their own
    try:
        with transaction.atomic():
            for person in people:
                person.save()
    except IntegrityError:
        print("Somebody is refused.")
# stores them in bulk -> no pre_save was sent
    with transaction.atomic():
        Employees.objects.bulk_create(people, ignore_conflicts=True)
# stores others like them -> save those of the list
person.save() => fields = {it.name: getattr(person, it.name) for it in person._meta.fields[1:]}; type(person).objects.create(**fields)
# says that they come from a fixture -> raw=True
person.save() => person.save_base(raw=True)
""")

ALONE = "Catch the IntegrityError alone."
REFUSED = (
    {1: {"age": 400}},
    {0: {"age": None}, 3: {"age": 400}},
    {it: {"last_name": None} for it in range(3)},
)


@task.judge
def judge(hire_the_others):
    for refused in REFUSED:
        expect_the_others_hired(hire_the_others, refused)
    expect_one_transaction(hire_the_others)
    expect_taken_back(hire_the_others)


def expect_the_others_hired(hire_the_others, refused):
    people = unsaved(refused)
    idle()
    there = Employees.objects.all()
    before = list(there.values_list("pk", flat=True))
    nothing_else = adds_only(of=(Shifts, ShiftsEmployees, OutboxEvent))
    with same_rows(there), nothing_else, listening(post_save) as saved:
        try:
            with as_given(people):
                hire_the_others(people)
        except transaction.TransactionManagementError as error:
            wrong("no error", f"another error came out: {error}", "Is the transaction still good?")
        except IntegrityError as error:
            others = "The database refuses other rows, too, and nobody raises that again."
            wrong("no error", f"an error came out: {error}", others)
    expect_closed()
    stored = [str(it) for it in Employees.objects.exclude(pk__in=before)]
    asked = [str(it) for number, it in enumerate(people) if number not in refused]
    if lost := [it for it in asked if it not in stored]:
        each = "Each person needs a `try` of their own, and after a refusal the loop goes on."
        wrong("those whom the database takes, stored", f"{lost[0]} is not stored", each)
    if len(stored) < len(asked):
        namesakes = "Two people may have one name, and each of the list is meant."
        wrong("everybody whom the database takes, stored", "one of two namesakes is not", namesakes)
    if (often := max(len(stored), len(saved))) > len(asked):
        wrong(f"{len(asked)} people stored, each once", f"it was done {often} times")
    Employees.objects.all().delete()


def expect_one_transaction(hire_the_others):
    """Let an error of another kind come out: it takes back everything."""
    people = unsaved()
    refuse_it = Mock(side_effect=NoBadge("there is no badge left"))
    no_badge = partial(at_save_of, people[3], pre_save, refuse_it)
    with no_badge(), trace() as seen:
        if error_of(lambda: hire_the_others(people.copy()), NoBadge) is None:
            if not seen.filter(pre_save):
                silent = "bulk_create() sends none, and PostgreSQL refuses all of it: save each."
                wrong("a save() of each person", "no pre_save was sent", silent)
            wrong("any other error comes out", "another one was swallowed", ALONE)
    expect_receivers_asked(seen, EmployeesWithoutHooks)
    if Employees.objects.exists():
        loop = "The outer atomic() goes around the whole loop."
        wrong("one transaction: an error that comes out undoes all", "some people are stored", loop)
    expect_undone(seen)
    expect_closed()
    with refusing(Employees, error=OperationalError):
        again, other = partial(hire_the_others, unsaved()), "any other error comes out"
        expect_error(again, OperationalError, other, ALONE)
    with no_badge():
        expect_caller_goes_on(lambda: hire_the_others([people[3]]), NoBadge)
    with taken_back():
        hire_the_others(unsaved())


def expect_taken_back(hire_the_others):
    """Somebody is refused whose row is there already: by the database, or by a receiver itself."""
    grow_old = lambda person: Employees.objects.filter(pk=person.pk).update(age=400)  # noqa: E731
    find_a_twin = Mock(side_effect=IntegrityError("no two people with that badge"))
    for who, act in ("the database", grow_old), ("a receiver", find_a_twin):
        people = unsaved()
        with at_save_of(people[1], post_save, act):
            try:
                hire_the_others(people.copy())
            except IntegrityError as error:
                row = "It need not be the row of the person."
                wrong("no error", f"an error came out: {error}", row)
        if Employees.objects.filter(first_name=people[1].first_name).exists():
            leave = "Let the error leave the inner block, and catch it outside: a block that no error leaves is kept."
            expected = f"all that was written for somebody whom {who} refuses, taken back"
            wrong(expected, "a row is still there", leave)
        expect_keys_of(people[2:])


class NoBadge(ValidationError, LookupError, ValueError, RuntimeError):
    """An error that nobody else raises; who catches one of its kinds catches it as well."""


def unsaved(changed=None):
    """Make unsaved people, a stranger and a namesake among them.

    {1: {"age": 400}} changes the second one.
    """
    changed = changed or {}
    ada, grace, alan, *_ = sample_roster()
    fields = [ada, grace, stranger(), alan, ada]
    return [EmployeesWithoutHooks(**it | changed.get(n, {})) for n, it in enumerate(fields)]


def at_save_of(person, signal, act):
    """Act on this person in the block, whenever the signal tells of somebody of that name."""

    def hear(instance, **told):
        if str(instance) == str(person):
            act(instance)

    return connected(signal, hear)


def expect_closed():
    if connection.in_atomic_block:
        wrong("the transaction ended", "it is still open")
