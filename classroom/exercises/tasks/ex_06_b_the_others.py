"""06-b: a block of its own for each step that may fail."""

from classroom.exercises.vocabulary import *

task = Task(
    id="06-b",
    title="The others leave",
    kind="repair",
    call="let_go(people)",
    starter="""
def let_go(people):
    with transaction.atomic():
        for person in people:
            try:
                person.delete()
            except RuntimeError:
                print(person, "stays.")
""",
    hints=(
        "Which step may fail, and which block does it need?",
        "Inside `try`, write `with transaction.atomic():` and put `person.delete()` into it.",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly",
    solution="""
from django.db import transaction


def let_go(people):
    with transaction.atomic():
        for person in people:
            try:
                with transaction.atomic():
                    person.delete()
            except RuntimeError:
                print(person, "stays.")
""",
    why="The error leaves the inner block, so only that one is rolled back. The transaction around it is still good.",
    equal=NO_ANSWER | {"what is printed is for people alone": ("*print(person*", "*'stays.'*")},
    others=(
        """
@transaction.atomic
def let_go(people):
    for person in people:
        leave = transaction.atomic(person.delete)
        try:
            leave()
        except RuntimeError:
            print(person, "stays.")
""",
        """
def let_go(people):
    with transaction.atomic():
        for person in people:
            mark = transaction.savepoint()
            try:
                person.delete()
            except RuntimeError:
                transaction.set_rollback(False)
                transaction.savepoint_rollback(mark)
""",
    ),
    mistakes=slips("""
# swallows everything -> any other error
RuntimeError => Exception
# the inner block inside the except -> another error came out
-             try:
-                 with transaction.atomic():
+             with transaction.atomic():
+                 try:
-             except RuntimeError:
-                 print(person, "stays.")
+                 except RuntimeError:
+                     print(person, "stays.")
+                     Employees.objects.count()

# marks the block as good again -> should have stayed
-             try:
-                 with transaction.atomic():
-                     person.delete()
+             try:
+                 person.delete()
-                 print(person, "stays.")
+                 transaction.set_rollback(False)

# no transaction around all -> one transaction
def let_go(people):
    for person in people:
        try:
            person.delete()
        except RuntimeError:
            print(person, "stays.")

# lets everybody go -> is gone as well
in people => in Employees.objects.all()
# around all of them -> still work here
def let_go(people):
    try:
        with transaction.atomic():
            for person in people:
                person.delete()
    except RuntimeError:
        print("Somebody stays.")
"""),
)


@task.judge
def judge(let_go):
    for staying in ({1}, {0, 3}):
        expect_the_others_gone(let_go, staying)
    expect_one_transaction(let_go)


def expect_the_others_gone(let_go, staying):
    alone, people = idle(), hire_four()
    Shifts.objects.get_or_create(shift_date="2022-11-21")
    names = {person.pk: str(person) for person in people}
    stay = {people[number].pk for number in staying}
    staying = same_rows(Employees.objects.filter(pk__in=stay))
    with badges_lost(stay, RuntimeError), staying, adds_only(of=(Shifts, OutboxEvent)):
        try:
            let_go(people.copy())
        except transaction.TransactionManagementError as error:
            wrong("no error", f"another error came out: {error}", "Is the transaction still good?")
        left = set(Employees.objects.values_list("pk", flat=True))
        if gone := stay - left:
            back = "An error that leaves an atomic() block takes back what was done in it."
            wrong("those who fail, still there", f"{names[min(gone)]} should have stayed", back)
    if alone.pk not in left:
        wrong("those who were not named, still there", f"{alone} is gone as well")
    left.discard(alone.pk)
    if late := left - stay:
        wrong(
            "the others gone",
            f"{', '.join(names.get(it, 'somebody') for it in sorted(late))} still work here",
        )
    Employees.objects.all().delete()


def expect_one_transaction(let_go):
    """Let an error of another kind come out: it takes back everything."""
    people = hire_four()
    with badges_lost({people[3].pk}, BadgeStolen), trace() as seen:
        if error_of(lambda: let_go(people.copy()), BadgeStolen) is None:
            more = "Catch the RuntimeError alone."
            wrong("any other error comes out", "a LookupError was swallowed", more)
    if Employees.objects.count() < 4:
        wrong("one transaction: an error that comes out undoes all", "some are gone, some are not")
    expect_undone(seen)
    with badges_lost({people[3].pk}, BadgeStolen):
        expect_caller_goes_on(lambda: let_go([people[3]]), BadgeStolen)
    with taken_back():
        let_go(hire_four())


class BadgeStolen(LookupError):
    """An error that nobody else raises."""


def hire_four():
    return [EmployeesWithoutHooks.objects.create(**fields) for fields in sample_roster()[:4]]


@contextmanager
def badges_lost(keys, error):
    """Let the deletion of these people fail."""

    def take_back_badge(sender, instance, **kwargs):
        if isinstance(instance, Employees) and instance.pk in keys:
            raise error("the badge is lost")

    with connected(post_delete, take_back_badge):
        yield
    if connection.in_atomic_block:
        wrong("the transaction ended", "it is still open")
