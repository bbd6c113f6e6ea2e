"""race-1: an error that is caught inside atomic(), and what it breaks."""

from datetime import timedelta

from django.db.transaction import TransactionManagementError

from classroom.exercises.engine import Mistake, Task, slips
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.exercises.trying import expect_one_transaction, unheard, why_none
from classroom.scenes.calendar import MONDAY
from classroom.scenes.roster import sample_roster
from speedy.models import SEATS, Employees, Shifts, ShiftsEmployees
from whatfires import trace

task = Task(
    id="race-1",
    title="Until it is full",
    lesson="deeper/race",
    kind="repair",
    minutes=8,
    situation="""
Five people would like to work on the same shift. `seat_all` lets the database decide who is one too many, which is a good
idea: no count that somebody read can be out of date. But with a fourth person it raises, and nobody is seated at all. To see it:

```python
shift = Shifts.objects.create()
people = Employees.objects.bulk_create(Employees(**person) for person in sample_roster()[:5])
seat_all(shift, people)
```
""",
    task="""
Repair `seat_all(shift, people)`: it seats people in their order until the shift is full, and returns the names (`str(person)`)
of those for whom there was no seat. It stays **one transaction**: if anything else goes wrong, that error comes out, and
nobody of them is seated. And it still tries, and lets the database refuse.
""",
    answer="seat_all",
    starter="""
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
""",
    hints=(
        "Run the three lines above. What does the error say about the transaction, and since when is it so?",
        "After a refusal, a transaction takes no more queries until it ends, or until it is taken back to a savepoint. "
        "An atomic() inside another one makes a savepoint, and an exception that leaves it goes back there.",
        "Inside the try: `with transaction.atomic():` and the `add()` in it. The outer atomic() stays where it is.",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic",
    solution="""
from django.db import IntegrityError, transaction


def seat_all(shift, people):
    left_over = []
    with transaction.atomic():
        for person in people:
            try:
                with transaction.atomic():
                    shift.employees_shift.add(person)
            except IntegrityError:
                left_over.append(str(person))
    return left_over
""",
    why="The inner `atomic()` is a savepoint: the refusal takes back that one seat, and the transaction around it is as good as new. "
    "The outer one still makes one piece of it all. Rule of thumb: let the error leave an `atomic()` of its own first, and catch it "
    "outside of that one.",
    equal={"it returns no rows": ("other objects of the same keys",)},
    others=(
        """
from django.db import IntegrityError, transaction
from speedy.models import ShiftsEmployees


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
""",
        """
from django.db import IntegrityError, transaction


def seat_all(shift, people):
    with transaction.atomic():
        for number, person in enumerate(people):
            try:
                with transaction.atomic():
                    shift.employees_shift.add(person)
            except IntegrityError:
                return [str(person) for person in people[number:]]
    return []
""",
    ),
    mistakes=(
        Mistake("prints the names", {"return left_over": "print(left_over)"}, "It was printed"),
        *slips("""
# no transaction at all -> nothing that holds it all together
from django.db import IntegrityError


def seat_all(shift, people):
    left_over = []
    for person in people:
        try:
            shift.employees_shift.add(person)
        except IntegrityError:
            left_over.append(str(person))
    return left_over

# catches everything -> catches more than the refusal
- from django.db import IntegrityError, transaction
+ from django.db import transaction
-             except IntegrityError:
+             except Exception:

# counts first -> somebody else may sit down in between
- from django.db import IntegrityError, transaction
+ from django.db import transaction
-             try:
-                 with transaction.atomic():
-                     shift.employees_shift.add(person)
-             except IntegrityError:
+             shift.refresh_from_db()
+             if shift.headcount < 3:
+                 shift.employees_shift.add(person)
+             else:

# a savepoint around the loop -> took those back who had found a seat
-         for person in people:
-             try:
-                 with transaction.atomic():
+         try:
+             with transaction.atomic():
+                 for person in people:
-             except IntegrityError:
-                 left_over.append(str(person))
+         except IntegrityError:
+             left_over = [str(person) for person in people[3:]]

# names only the first one refused -> all who found no seat
-                 left_over.append(str(person))
+                 left_over.append(str(person))
+                 break

# one block for all of them -> refused as one
from django.db import IntegrityError, transaction


def seat_all(shift, people):
    try:
        with transaction.atomic():
            shift.employees_shift.add(*people)
    except IntegrityError:
        return [str(person) for person in people[3:]]
    return []

# catches the broken transaction as well -> broken the transaction, so it was rolled back
- from django.db import IntegrityError, transaction
+ from django.db import IntegrityError, transaction
+ from django.db.transaction import TransactionManagementError
-                 with transaction.atomic():
-                     shift.employees_shift.add(person)
-             except IntegrityError:
+                 shift.employees_shift.add(person)
+             except (IntegrityError, TransactionManagementError):

# takes seats back by hand -> between one BEGIN and its COMMIT
-     left_over = []
-     with transaction.atomic():
+     left_over, seated = [], []
+     try:
-                     shift.employees_shift.add(person)
+                     shift.employees_shift.add(person)
+                 seated.append(person)
-                 left_over.append(str(person))
+                 left_over.append(str(person))
+     except Exception:
+         shift.employees_shift.remove(*seated)
+         raise

# always the last two -> somebody sat there before
-     left_over = []

-                 left_over.append(str(person))
-     return left_over
+                 pass
+     return [str(person) for person in people[3:]]
"""),
    ),
)


@task.judge
def judge(seat_all):
    expect_callable(seat_all, "seat_all(shift, people)")
    people = unheard(0, 1, 2, 3, 4)
    seen = expect_until_full(seat_all, people)
    expect_nobody_seated(seat_all, people)
    expect_one_transaction(seen, ShiftsEmployees)


def expect_until_full(seat_all, people):
    shift = Shifts.objects.create()
    with trace() as seen:
        try:
            left_over = seat_all(shift, people)
        except TransactionManagementError:
            wrong(
                "three of five people seated",
                "the fourth was refused, and the fifth met a TransactionManagementError",
                "The refusal is caught inside the transaction that it has broken.",
            )
    sitting, names = sitting_on(shift), [str(person) for person in people]
    if not sitting:
        wrong(f"{', '.join(names[:3])} seated", "nobody sits there", why_nobody(seen))
    if sitting != names[:3]:
        wrong(f"{', '.join(names[:3])} seated, in this order", f"there sit {', '.join(sitting)}")
    if left_over != names[3:]:
        wrong(
            f"the names of all who found no seat, {names[3:]}",
            f"seat_all returned {left_over!r}",
            why_none() if left_over is None else "",
        )
    if seats_tried(seen) <= SEATS:
        wrong(
            "the database asked for a seat too many, and refusing it",
            f"it was asked for {seats_tried(seen)}",
            "It looks as if a count is read first: somebody else may sit down in between.",
        )
    expect_rest_of_a_shift(seat_all)
    return seen


def expect_rest_of_a_shift(seat_all):
    """Other people, another number of them, and a shift on which one sits."""
    shift = Shifts.objects.create(shift_date=MONDAY + timedelta(days=20))
    first, *people = unheard(10, 11, 12, 13)
    shift.employees_shift.add(first)
    left_over = seat_all(shift, people)
    if left_over != [str(people[2])]:
        wrong(
            f"[{str(people[2])!r}] where {first} sat there before and three more come",
            f"seat_all returned {left_over!r}",
            "Here somebody sat there before: the database tells who is refused.",
        )


def why_nobody(seen):
    if seats_tried(seen) == 1:
        return "All of them were added in one go, and refused as one."
    if any("SAVEPOINT" in sql for sql in seen.statements):
        return "The rollback of a savepoint around them all took those back who had found a seat."
    return (
        "One refusal had broken the transaction, so it was rolled back, with all the seats in it."
    )


def expect_nobody_seated(seat_all, people):
    shift = Shifts.objects.create(shift_date=MONDAY + timedelta(days=14))
    stranger = Employees(**sample_roster()[6])  # never stored, so add() raises ValueError
    error = None
    try:
        seat_all(shift, [people[0], stranger, people[1]])
    except ValueError as raised:
        error = raised
    if error is None:
        wrong(
            "the ValueError of somebody who was never stored",
            "no error came out",
            "The except catches more than the refusal of a full shift.",
        )
    if sitting_on(shift):
        wrong(
            "nobody seated when something else goes wrong",
            f"there sits {', '.join(sitting_on(shift))}",
            "There is nothing that holds it all together: no transaction around the loop.",
        )


def sitting_on(shift):
    """Name those who sit on a shift, in their order."""
    seats = ShiftsEmployees.objects.filter(shift=shift).select_related("employee").order_by("pk")
    return [str(seat.employee) for seat in seats]


def seats_tried(seen):
    """Count the seats that somebody tried to write."""
    return sum("INSERT" in sql and "speedy_shiftsemployees" in sql for sql in seen.statements)
