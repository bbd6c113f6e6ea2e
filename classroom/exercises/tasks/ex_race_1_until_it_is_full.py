from django.db import OperationalError
from django.db.transaction import TransactionManagementError

from classroom.exercises.vocabulary import *

task = Task.of("""
race-1: Until it is full (repair, 8 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
== situation
Five people want to work on the same shift. `seat_all` lets the database decide who is one too many, because a count
that was read may be out of date. But with a fourth person it raises an error, and nobody is seated. To see it:

```python
shift = Shifts.objects.create()
people = Employees.objects.bulk_create(Employees(**person) for person in sample_roster()[:5])
seat_all(shift, people)
```
== task
Repair `seat_all(shift, people)`: it seats people in their order until the shift is full, and returns a list of the
names (`str(person)`) of those who got no seat. It stays **one transaction**: any other error comes out, and then nobody
is seated. And it still tries, and lets the database refuse.
== starter
from django.db import IntegrityError, transaction


def seat_all(shift, people):
    left_over = []
    with transaction.atomic():
        for person in people:
            try:
                shift.employees_shift.add(person)
            except IntegrityError:
                left_over.append(str(person))
    return left_over
== hints
- Run the three lines above. What does the error say about the transaction, and which line broke it?
- After the refusal the transaction takes no more queries until it ends, or goes back to a savepoint. An atomic() inside
  another one makes a savepoint, and an error that leaves it goes back there.
- Inside the try: `with transaction.atomic():` and the `add()` in it. The outer atomic() stays where it is.
== solution
-                 shift.employees_shift.add(person)
+                 with transaction.atomic():
+                     shift.employees_shift.add(person)
== why
The inner `atomic()` is a savepoint: the refusal rolls back that one seat, and the transaction around it can go on. An
error that a receiver raises during `add()` or `delete()` breaks a block, too. Rule of thumb: let the error leave an
`atomic()` of its own first, and catch it outside.
== equal: no rows
== others
@transaction.atomic
def seat_all(shift, people):
    return [str(person) for person in people if not seated(shift, person)]
def seated(shift, person):
    try:
        with transaction.atomic():
            ShiftsEmployees.objects.create(shift=shift, employee=person)
    except IntegrityError:
        return False
    return True
# or
shift.employees_shift.add(person) => shift.employees_shift.add(person.pk)
# or
for person in people => for number, person in enumerate(people)
left_over.append(str(person)) => return [str(it) for it in people[number:]]
== mistakes
# returns None for nobody -> when everybody found a seat
return left_over => return left_over or None
# takes the list apart -> the list as it was given
for person in people: => for person in [people.pop(0) for _ in people[:]]:
# one list for all calls -> at each call
seat_all(shift, people): => seat_all(shift, people, left_over=[]):
    left_over = [] =>
# each name once -> also of two who have one name
left_over.append(str(person)) => left_over += {str(person)} - set(left_over)
# those who sit nowhere -> who found no seat, where
return left_over => return [str(person) for person in people if not person.shifts.exists()]
# sorts them -> in the order of the people
return left_over => return sorted(left_over)
# keeps the refused seat -> refused seat was kept
                with transaction.atomic(): =>                 if True:
left_over.append(str(person)) => transaction.set_rollback(False); left_over.append(str(person))
# counts first -> the database asked for a seat too many
-             try:
-                 with transaction.atomic():
-                     shift.employees_shift.add(person)
-             except IntegrityError:
+             shift.refresh_from_db()
+             if shift.headcount < 3:
+                 shift.employees_shift.add(person)
+             else:
# counts once, and tries one more -> while you seated the first
-         for person in people:
+         free = 3 - shift.employees_shift.count()
+         for person in people[: free + 1]:
-     return left_over
+     return [str(person) for person in people[free:]]
# a savepoint around the loop -> rolled back the seats
    left_over = []
    with transaction.atomic():
        try:
            with transaction.atomic():
                for person in people:
                    shift.employees_shift.add(person)
        except IntegrityError:
            left_over = [str(person) for person in people[3:]]
    return left_over
# seats them elsewhere -> of Shifts that nobody needs
left_over.append(str(person)) => left_over.append(str(person)); assign(person)
# writes to the shift -> one is another now
    return left_over =>     Shifts.objects.update(wage_bonus=99); return left_over
# one call for all of them -> refused as one
    left_over = []
    with transaction.atomic():
        try:
            shift.employees_shift.add(*people)
        except IntegrityError:
            left_over = [str(person) for person in people[3:]]
    return left_over
# catches inside the inner block -> catch it outside
-             try:
-                 with transaction.atomic():
+             with transaction.atomic():
+                 try:
-             except IntegrityError:
-                 left_over.append(str(person))
+                 except IntegrityError:
+                     left_over.append(str(person))
# holds nothing together -> no transaction around the loop
-     with transaction.atomic():
-         for person in people:
+     if shift:
+         for person in people:
# catches the broken transaction as well -> broken the transaction, so it was rolled back
                with transaction.atomic(): =>                 if True:
except IntegrityError => except (IntegrityError, transaction.TransactionManagementError)
""")


STALE = "A count that was read is out of date: the database says who is refused."
IN_ONE = "All of them were added in one call, and refused as one."
AROUND = "The savepoint is around them all, so the refusal rolled back the seats of the others."
BROKEN = "One refusal had broken the transaction, so it was rolled back, with all its seats."


@task.judge
def judge(seat_all):
    shift, people = new_shift(0), unheard(0, 1, 2, 3, 4)
    caught = "The refusal is caught inside the transaction that it has broken."
    broken = error_told(TransactionManagementError, "three of five people seated", caught)
    with broken, as_given(people), adds_only(ShiftsEmployees), trace() as seen:
        left_over = seat_all(shift, people)
    tried = sum(stores(ShiftsEmployees, sql) for sql in seen.statements)
    if not sitting_on(shift):
        why = AROUND if any("SAVEPOINT" in sql for sql in seen.statements) else BROKEN
        wrong("three of five people seated", "nobody sits there", IN_ONE if tried == 1 else why)
    expect_left(left_over, shift, people, 3, "where five come", "")
    if tried <= SEATS:
        expected = "the database asked for a seat too many, and refusing it"
        wrong(expected, f"it was asked for {tried}", f"Perhaps a count is read. {STALE}")
    first, *others = unheard(10, 11, 12, 13, 14, 14)
    new_shift(-21, others[2])
    shift = new_shift(-20, first)  # other people, on a shift on which one sits
    where = f"where {first} sat there before"
    sat = "Here somebody sat there before, and one of those who come sits on another shift."
    expect_left(seat_all(shift, others), shift, others, 2, where, sat)
    shift, where = new_shift(20), "when everybody found a seat"
    empty = "It is a list, also an empty one."
    expect_left(seat_all(shift, others[:2]), shift, others[:2], 2, where, empty)
    shift, [stranger] = new_shift(21), unheard(16)
    with seated_in_between(shift, stranger):
        left_over = seat_all(shift, others[:3])
    where = f"where {stranger} sat down while you seated the first"
    expect_left(left_over, shift, others[:3], 2, where, STALE)
    with errors_leave():
        seat_all(new_shift(30), people)
    expect_nobody_seated(seat_all, people)
    expect_one_transaction(seen, ShiftsEmployees)
    with taken_back():
        seat_all(new_shift(22), others)
    expect_caller_goes_on(lambda: seat_all(new_shift(23), others))


def sitting_on(shift):
    """Name those who sit on a shift, in their order."""
    seats = ShiftsEmployees.objects.filter(shift=shift).select_related("employee").order_by("pk")
    return [str(seat.employee) for seat in seats]


def expect_left(left_over, shift, people, seats, where, mistake):
    """So many of these people sit on the shift, in their order, and the others are named."""
    names = list(map(str, people))
    if (sitting := [it for it in sitting_on(shift) if it in names]) != names[:seats]:
        happened = f"there sit {', '.join(sitting) or 'nobody'}"
        kept = "A refused seat was kept, or nobody counted it." if len(sitting) > seats else ""
        wrong(f"{', '.join(names[:seats])} on the {shift}, in this order", happened, kept)
    form = "Return a list of texts, str(person) for each, in the order of the people, also of two who have one name."
    if isinstance(left_over, list) and {*map(str, left_over)} == {*names[seats:]}:
        mistake = form
    mistake = mistake or (why_none() if left_over is None else form)
    if isinstance(left_over, list) and left_over[seats - len(names) :] == names[seats:]:
        mistake = EARLIER
    when = f"as the names of all who found no seat, {where}"
    expect_said(left_over, names[seats:], when, mistake, "seat_all()")


@contextmanager
def seated_in_between(shift, stranger):
    """Let somebody else sit down on the shift after the first seat of the block was written."""
    is_done = []

    def after_the_first(execute, sql, *args):
        result = execute(sql, *args)
        if stores(ShiftsEmployees, sql) and not is_done:
            is_done.append(True)
            seat_unheard(shift, stranger)
        return result

    with connection.execute_wrapper(after_the_first):
        yield


@contextmanager
def errors_leave():
    """Judge a block wrong in which an error breaks an atomic(), and is caught inside of it."""
    leave, broken = transaction.Atomic.__exit__, []

    def watched(block, error, *rest):
        broken.extend([block] if error is None and connection.needs_rollback else [])
        return leave(block, error, *rest)

    by_hand = patch.object(transaction, "set_rollback", wraps=transaction.set_rollback)
    with patch.object(transaction.Atomic, "__exit__", watched), by_hand as chosen:
        yield
    if broken and not chosen.called:
        mistake = "Let it leave that block first, and catch it outside: a broken one takes no query until it ends."
        wrong("an atomic() that the refusal leaves", "it was caught inside of it", mistake)


def expect_nobody_seated(seat_all, people):
    more = "The except catches more than the refusal of a full shift."
    for number, kind in enumerate((OperationalError, ValueError), start=14):
        shift = new_shift(number)
        with refusing(ShiftsEmployees, "INSERT", kind, spared=1):
            when = f"the {kind.__name__} that storing the second seat raises"
            expect_error(lambda: seat_all(shift, people[:2]), kind, when, more)  # noqa: B023
        if sitting_on(shift):
            apart = "Nothing holds it all together: there is no transaction around the loop."
            happened = f"there sits {', '.join(sitting_on(shift))}"
            wrong("nobody seated when something else goes wrong", happened, apart)
