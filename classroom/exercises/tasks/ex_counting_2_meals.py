"""counting-2: a receiver of m2m_changed that counts twice."""

from contextlib import suppress
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models.signals import m2m_changed

from classroom.exercises.engine import Mistake, Task, slips
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.exercises.trying import ASKED_ONLY, NO_ERRORS, full_shift, unheard, why_none
from speedy.models import Shifts, ShiftsEmployees

task = Task(
    id="counting-2",
    title="Too many meals",
    lesson="deeper/counting",
    kind="repair",
    minutes=10,
    situation="""
The kitchen cooks for whoever works. `meals` is a receiver of `m2m_changed`, connected with
`sender=ShiftsEmployees`; each time it is called it returns by how many the number of meals changes, and the
kitchen adds that up. Ada and Grace were added to Monday's shift, and four meals stood on the table. Then Monday
was cleared, and the kitchen still cooked.
""",
    task="""
Repair `meals`: for each of these calls, what it returns must add up to the true change (`None` counts as 0):
`monday.employees_shift.add(...)`, `.remove(...)`, `.set(...)` and `.clear()`. Only the side of the shift is used,
so `instance` is always the shift, and nobody is removed who does not sit there (`pk_set` of a `.remove()` holds
whoever was named, there or not).
""",
    answer="meals",
    starter="""
def meals(sender, instance, action, pk_set, **kwargs):
    if "add" in action:
        return len(pk_set)
    if "remove" in action:
        return -len(pk_set)
""",
    hints=(
        "How often is m2m_changed sent for one add(), and what are the two actions called?",
        "There are six actions: pre_ and post_ of add, remove and clear. Print action and pk_set for a clear(): "
        "it does not say who goes, so at which of its two moments can you still find out?",
        'Count post_add and post_remove by len(pk_set). When the action is "pre_clear", return '
        "-instance.employees_shift.count(): they still sit there.",
    ),
    link="https://docs.djangoproject.com/en/5.2/ref/signals/#m2m-changed",
    solution="""
def meals(sender, instance, action, pk_set, **kwargs):
    if action == "post_add":
        return len(pk_set)
    if action == "post_remove":
        return -len(pk_set)
    if action == "pre_clear":
        return -instance.employees_shift.count()
""",
    why="Each change is announced twice, before and after: count it at one of the two. For add and remove take `post_`, when "
    "it is done. A clear names nobody (`pk_set` is None), so it has to be counted before, while they sit there. "
    "`set()` needs nothing of its own: it is a remove and an add.",
    equal=NO_ERRORS
    | ASKED_ONLY
    | {
        "the three actions exclude each other": ("`if action == *comes first*",),
        "who was named sits there, so nobody refuses it between the two moments": (
            "'pre_remove' for 'post_remove'*",
        ),
    },
    others=(
        """
def meals(sender, instance, action, pk_set, **kwargs):
    if action == "pre_clear":
        instance._leaving = ShiftsEmployees.objects.filter(shift=instance).count()
    signs = {"post_add": 1, "post_remove": -1}
    if action in signs:
        return signs[action] * len(pk_set)
    return -instance._leaving if action == "post_clear" else 0
""",
        """
def meals(action, pk_set, instance, **kwargs):
    match action:
        case "post_add":
            return len(pk_set)
        case "pre_remove":
            return -instance.employees_shift.filter(pk__in=pk_set).count()
        case "pre_clear":
            return -len(instance.employees_shift.all())
""",
    ),
    mistakes=(
        Mistake("counts after the clear", {"pre_clear": "post_clear"}, "after a clear"),
        Mistake("asks the shift in memory", {"employees_shift.count()": "headcount"}, "as old as"),
        Mistake("takes a few arguments only", {", **kwargs": ""}, "no **kwargs"),
        *slips("""
# nought for whatever is no add or remove -> and not `instance`
def meals(sender, instance, action, pk_set, **kwargs):
    return {"post_add": 1, "post_remove": -1}.get(action, 0) * len(pk_set or ())

# counts before and after, and clear as well -> sent before and after add(ada, grace)
-     if action == "post_add":
+     if "add" in action:
-     if action == "post_remove":
+     if "remove" in action:

# forgets clear -> an action of its own
-     if action == "pre_clear":
-         return -instance.employees_shift.count()

# takes the length of None -> pk_set is None
def meals(sender, instance, action, pk_set, **kwargs):
    if action == "post_add":
        return len(pk_set)
    if action in ("post_remove", "post_clear"):
        return -len(pk_set)

# forgets who goes -> -1 for remove(grace)
-     if action == "post_remove":
-         return -len(pk_set)

# halves it -> add(alan) alone
def meals(sender, instance, action, pk_set, **kwargs):
    if "add" in action:
        return len(pk_set) // 2
    if "remove" in action:
        return -(len(pk_set) // 2)
    if action == "pre_clear":
        return -instance.employees_shift.count()

# counts everybody anew -> the change, not the total
def meals(sender, instance, action, pk_set, **kwargs):
    if action.startswith("post_"):
        return instance.employees_shift.count()

# counts before it is certain -> which the database refuses
-     if action == "post_add":
+     if action == "pre_add":

# prints the number -> It was printed
def meals(sender, instance, action, pk_set, **kwargs):
    if action == "post_add":
        print(len(pk_set))
    if action == "post_remove":
        print(-len(pk_set))
    if action == "pre_clear":
        print(-instance.employees_shift.count())
"""),
    ),
)


@task.judge
def judge(meals):
    expect_callable(meals, "meals(sender, instance, action, pk_set, ...)")
    said = []
    m2m_changed.connect(listening(meals, said), sender=ShiftsEmployees, weak=False)
    monday = Shifts.objects.create()
    ada, grace, alan = unheard(0, 1, 2)
    seats = monday.employees_shift

    def expect(change, call, act, mistake=""):
        said.clear()
        act()
        if not all(isinstance(answer, int | None) for _, answer in said):
            wrong("a whole number, or None, from each call", f"it returned {spoken(said)}")
        came = sum(answer or 0 for _, answer in said)
        if came != change:
            if change and not came:
                mistake = mistake or why_none()
            if change and came == -change:
                mistake = "The number is right, and its sign is not: who goes is a meal less."
            if change and came == 2 * change:
                mistake = f"{TWICE} {call}, and it looks as if both were counted."
            wrong(f"{change} for {call}", f"it adds up to {came}: {spoken(said)}", mistake)

    expect(2, "add(ada, grace)", lambda: seats.add(ada, grace))
    expect(0, "add(ada), who sits there already", lambda: seats.add(ada), NOBODY_NEW)
    expect(1, "add(alan) alone", lambda: seats.add(alan), HALVES)
    expect(-1, "remove(grace)", lambda: seats.remove(grace), REMOVED)
    expect(0, "set([ada, grace]), Grace in place of Alan", lambda: seats.set([ada, grace]), IS_BOTH)
    expect(-2, "clear(), when Ada and Grace sit there", seats.clear)
    full = full_shift(date(2022, 11, 20)).employees_shift

    def refused():
        said.clear()  # what filling the shift brought
        with suppress(IntegrityError), transaction.atomic():
            full.add(ada)

    expect(0, "add(ada) to a full shift, which the database refuses", refused, REFUSED)


TWICE = "m2m_changed is sent before and after"
NOBODY_NEW = "Nobody came, so pk_set is empty: return the change, not the total."
HALVES = (
    "Count one of the two moments, and the other not at all: halves are right for two people only."
)
REMOVED = "The actions of a remove() are called pre_remove and post_remove."
REFUSED = "The meal is counted before anybody sits there: count an add() when it is done."
IS_BOTH = "set() is a remove() and an add()."


def listening(meals, said):
    """Make a receiver that asks the learner's and keeps what it answered to which action."""

    def listen(action, pk_set, **told):
        try:
            answer = meals(action=action, pk_set=pk_set, **told)
        except TypeError as error:
            if pk_set is not None:
                raise
            wrong(
                f"an answer to {action}, too",
                f"TypeError: {error}",
                "A clear() names nobody: pk_set is None, so count them while they still sit there.",
            )
        said.append((action, answer))
        if action == "post_clear":
            look_at_clear(dict(said))

    return listen


def look_at_clear(answers):
    """Tell apart the two ways in which a clear() is missed."""
    if answers["pre_clear"] or answers["post_clear"]:
        return
    if answers["pre_clear"] is not None:
        mistake = (
            "At pre_clear they still sit there: count them in the database then, "
            "and not `instance`, which is as old as when it was read."
        )
    elif answers["post_clear"] is not None:
        mistake = (
            "It looks as if they were counted after a clear(), when nobody is left to be counted."
        )
    else:
        mistake = "A clear() has an action of its own, and is no remove()."
    wrong(
        "-2 for clear(), when Ada and Grace sit there",
        f"it adds up to 0: {spoken(answers.items())}",
        mistake,
    )


def spoken(said):
    return ", ".join(f"{answer!r} at {action}" for action, answer in said)
