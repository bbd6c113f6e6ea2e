"""counting-1: m2m_changed from both of its sides."""

from collections import Counter
from contextlib import suppress
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models.signals import m2m_changed

from classroom.exercises.engine import Task, slips
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.exercises.trying import ASKED_ONLY, NO_ERRORS, full_shift, unheard, why_none
from speedy.models import Shifts, ShiftsEmployees

task = Task(
    id="counting-1",
    title="The wrong phone rings",
    lesson="deeper/counting",
    kind="repair",
    minutes=8,
    situation="""
Whoever is put on an extra shift by `add()` gets a call. `to_call` is a receiver of `m2m_changed`, connected with
`sender=ShiftsEmployees`, and returns the first names. For `sunday.employees_shift.add(ada, grace)` it does. But when the
planner writes `alan.shifts.add(sunday)`, Grace's phone rings.
""",
    task="""
Repair `to_call`: it returns a list of the first names of those who were put on a shift by that `add()`, whichever side it
was called from, and nobody is called twice. If nobody was put there, it returns `[]` or `None`, and the same for
`remove()` and `clear()`.
""",
    answer="to_call",
    starter="""
def to_call(sender, instance, action, pk_set, **kwargs):
    if action == "post_add":
        return [person.first_name for person in Employees.objects.filter(pk__in=pk_set)]
""",
    hints=(
        "In alan.shifts.add(sunday), who is instance, and whose keys are in pk_set?",
        "An argument called reverse tells the two sides apart: False when add() was called on the shift, where the field "
        "is defined, and True when it was called on a person. Print both for each side, with listening().",
        'For "post_add": if reverse, instance is the person: return [instance.first_name] if pk_set else []. '
        "Otherwise pk_set holds the keys of the people, as before.",
    ),
    link="https://docs.djangoproject.com/en/5.2/ref/signals/#m2m-changed",
    solution="""
def to_call(sender, instance, action, reverse, pk_set, **kwargs):
    if action != "post_add":
        return []
    if reverse:
        return [instance.first_name] if pk_set else []
    return [person.first_name for person in Employees.objects.filter(pk__in=pk_set)]
""",
    why="`instance` is the one whose `add()` was called, and `pk_set` has the keys from the other side. From a person's side "
    "(`reverse=True`) these are keys of shifts, and a key of a shift that is also somebody's rings the wrong phone. "
    "`pk_set` holds only what is new, and can be empty.",
    equal=NO_ERRORS
    | ASKED_ONLY
    | {
        "None is as good as []": ("always None (line 3: return [])",),
        "a proxy reads the same rows": ("EmployeesWithoutHooks for Employees*",),
    },
    others=(
        """
def to_call(instance, action, pk_set, model, **kwargs):
    if action == "post_add" and pk_set:
        if model is Employees:
            return sorted(Employees.objects.filter(pk__in=pk_set).values_list("first_name", flat=True))
        return (instance.first_name,)
""",
    ),
    mistakes=slips("""
# asks only the person's side -> when a shift's add() was called
def to_call(sender, instance, action, reverse, pk_set, **kwargs):
    if action == "post_add" and reverse and pk_set:
        return [instance.first_name]

# asks only the shift's side -> the person's own side
def to_call(sender, instance, action, reverse, pk_set, **kwargs):
    if action == "post_add" and not reverse:
        return [person.first_name for person in Employees.objects.filter(pk__in=pk_set)]

# takes keys of shifts for people -> keys of shifts
def to_call(sender, instance, action, pk_set, **kwargs):
    if action in ("post_add", "post_set"):
        return [person.first_name for person in Employees.objects.filter(pk__in=pk_set)]

# calls before and after -> before and after
-     if action != "post_add":
+     if "add" not in action:

# calls although nothing changed -> pk_set is empty
def to_call(sender, instance, action, reverse, pk_set, **kwargs):
    if action == "post_add":
        if reverse:
            return [instance.first_name]
        return [person.first_name for person in Employees.objects.filter(pk__in=pk_set)]

# once for each shift -> for each shift
def to_call(sender, instance, action, reverse, pk_set, **kwargs):
    if action == "post_add":
        if reverse:
            return [instance.first_name for _ in pk_set]
        return [person.first_name for person in Employees.objects.filter(pk__in=pk_set)]

# calls whoever is taken off -> remove()
def to_call(sender, instance, action, reverse, pk_set, **kwargs):
    if action.startswith("post_") and pk_set:
        if reverse:
            return [instance.first_name]
        return [person.first_name for person in Employees.objects.filter(pk__in=pk_set)]

# forgets that clear() names nobody -> pk_set is None
-     if action != "post_add":
+     if not len(pk_set) or action != "post_add":
-         return [instance.first_name] if pk_set else []
+         return [instance.first_name]

# calls everybody on the shift -> those who are new
def to_call(sender, instance, action, reverse, pk_set, **kwargs):
    if action == "post_add" and pk_set:
        if reverse:
            return [instance.first_name]
        return list(instance.employees_shift.values_list("first_name", flat=True))

# calls before it is certain -> before anybody is put there
-     if action != "post_add":
+     if action != "pre_add" or not pk_set:
-         return [instance.first_name] if pk_set else []
+         return [instance.first_name]

# prints the names -> It was printed
def to_call(sender, instance, action, reverse, pk_set, **kwargs):
    if action == "post_add" and pk_set:
        people = [instance] if reverse else Employees.objects.filter(pk__in=pk_set)
        print([person.first_name for person in people])

# takes a few arguments only -> no **kwargs
def to_call(sender, instance, action, reverse, pk_set):
    if action == "post_add" and pk_set:
        people = [instance] if reverse else Employees.objects.filter(pk__in=pk_set)
        return [person.first_name for person in people]
"""),
)

ONE_SIDED = {
    False: "It looks as if nobody is named when a shift's add() was called: then pk_set has the keys of the people.",
    True: "It looks as if add() from the person's own side was passed over: then instance is the person.",
}
TWICE = "m2m_changed is sent before and after each add(): answer one of the two."
NEW_ONES = "Whoever sits on the shift already need not be called: pk_set has the keys of those who are new."
NOBODY_NEW = "Who sits there already is not put there again: then pk_set is empty."
KEYS = "From a person's side pk_set has keys of shifts, and they were taken for keys of people."
EACH = "There is one person on the phone, however many shifts are added: it looks as if there was an answer for each shift."
TAKEN_OFF = "In a remove() people are taken off, not put on: look at the action."


@task.judge
def judge(to_call):
    expect_callable(to_call, "to_call(sender, instance, action, ...)")
    said = []
    m2m_changed.connect(listening(to_call, said), sender=ShiftsEmployees, weak=False)
    ada, grace, alan, katherine = unheard(0, 1, 2, 3)
    monday, tuesday = (Shifts.objects.create(shift_date=f"2022-11-{day}") for day in (14, 15))

    def expect(names, call, act, mistake="", forget=True):
        if forget:
            said.clear()
        act()
        came = Counter(said)
        if came != Counter(names):
            wrong(f"{names} for {call}", f"{sorted(said) or 'nobody'}", which(names, came, mistake))

    expect(
        ["Ada", "Grace"],
        "monday.employees_shift.add(ada, grace)",
        lambda: monday.employees_shift.add(ada, grace),
        ONE_SIDED[False],
    )
    expect(["Alan"], "alan.shifts.add(tuesday)", lambda: alan.shifts.add(tuesday), ONE_SIDED[True])
    expect(
        ["Katherine"],
        "katherine.shifts.add(monday, tuesday)",
        lambda: katherine.shifts.add(monday, tuesday),
        EACH,
    )
    expect(
        ["Ada"],
        "tuesday.employees_shift.add(alan, ada), where Alan sits already",
        lambda: tuesday.employees_shift.add(alan, ada),
        NEW_ONES,
    )
    for call, act in (
        ("ada.shifts.add(monday), where she sits already", lambda: ada.shifts.add(monday)),
        (
            "monday.employees_shift.add(grace), who sits there already",
            lambda: monday.employees_shift.add(grace),
        ),
    ):
        expect([], call, act, NOBODY_NEW)
    expect(
        [],
        "monday.employees_shift.remove(grace)",
        lambda: monday.employees_shift.remove(grace),
        TAKEN_OFF,
    )
    expect([], "alan.shifts.remove(tuesday)", lambda: alan.shifts.remove(tuesday), TAKEN_OFF)
    expect(
        [],
        "katherine.shifts.clear()",
        katherine.shifts.clear,
        "In a clear() nobody is put on a shift.",
    )
    full = full_shift(date(2022, 11, 20))
    said.clear()
    for put in (lambda: full.employees_shift.add(ada)), (lambda: ada.shifts.add(full)):
        with suppress(IntegrityError), transaction.atomic():
            put()
        expect(
            [],
            "an add() to a full shift, which the database refuses",
            lambda: None,
            "The phone has rung before anybody is put there: answer when it is done.",
            forget=False,
        )


def which(names, came, mistake):
    """Say which mistake it looks like, where the answer itself shows it."""
    if names and not came and (printed := why_none()).startswith("It was printed"):
        return printed
    if names and came == Counter(names * 2) and mistake != EACH:
        return TWICE
    if mistake == ONE_SIDED[True] and came:
        return KEYS
    return mistake


def listening(to_call, said):
    """Make a receiver that asks the learner's, and keeps the names that it answers."""

    def listen(action, pk_set, **told):
        try:
            answer = to_call(action=action, pk_set=pk_set, **told)
        except TypeError as error:
            if pk_set is not None:
                raise
            wrong(
                "[] or None for a clear()",
                f"TypeError: {error}",
                "A clear() names nobody: its pk_set is None, so look at the action first.",
            )
        if isinstance(answer, str) or not isinstance(answer, list | tuple | set | None):
            wrong(f"a list of first names, [] or None at {action}", f"it returned {answer!r}")
        said.extend(map(str, answer or ()))

    return listen
