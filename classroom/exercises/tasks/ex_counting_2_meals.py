"""counting-2: a receiver of m2m_changed that counts twice."""

from classroom.exercises.vocabulary import *

task = Task(
    id="counting-2",
    title="Too many meals",
    kind="repair",
    minutes=10,
    call="meals(sender, instance, action, pk_set, ...)",
    situation="""
The kitchen cooks for the people who work. `meals` is a receiver of `m2m_changed`, connected with
`sender=ShiftsEmployees`. Each time it is called it returns by how many the number of meals changes, and the kitchen
adds that up. Ada and Grace were added to Monday's shift, and there were four meals on the table. Then Monday was
cleared, and the kitchen still cooked.
""",
    task="""
Repair `meals`: for each of these calls, what it returns must add up to the true change (`None` counts as 0):
`monday.employees_shift.add(...)`, `.remove(...)`, `.set(...)` and `.clear()`. Only the side of the shift is used, so
`instance` is always the shift. Nobody is removed who does not sit there (`pk_set` of a `.remove()` holds the keys that
were given, there or not).
""",
    starter="""
def meals(sender, instance, action, pk_set, **kwargs):
    if "add" in action:
        return len(pk_set)
    if "remove" in action:
        return -len(pk_set)
""",
    hints=(
        "How often is m2m_changed sent for one add(), and what are the two actions called?",
        "There are six actions: pre_ and post_ of add, remove and clear. Print action and pk_set for a clear(): it does "
        "not say who goes, so at which of its two moments can you still find out?",
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
    why="m2m_changed is sent before and after each change, so count one of the two. For add and remove take `post_`, when it is "
    "done. A clear names nobody (`pk_set` is None), so count before it, while they sit there. `set()` needs nothing of its "
    "own: it is a remove and an add.",
    equal=NO_ERRORS
    | ASKED_ONLY
    | {
        "the three actions exclude each other": ("`if action == *comes first*",),
        "the people named sit there, so nothing refuses it between the two moments": (
            "'pre_remove' for 'post_remove'*",
        ),
    },
    others=(
        """
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
    mistakes=slips("""
# nought for other actions -> and not `instance`
if action == "pre_clear": => return 0
        return -instance.employees_shift.count() =>
# counts before and after -> sent before and after add(ada, grace)
action == "post_add" => "add" in action
# counts after the clear -> after a clear
pre_clear => post_clear
# takes the length of None -> pk_set is None
== "post_remove" => in ("post_remove", "post_clear")
# counts every seat there is -> on this shift alone
instance.employees_shift => ShiftsEmployees.objects
# takes them off to count them -> no change in the database
employees_shift.count( => employees_shift.all().delete()[0] if True else (
# halves it -> add(alan) alone
if action == "post_add": => if "add" in action:
return len(pk_set) => return len(pk_set) // 2
# counts everybody anew -> the change, not the total
return len(pk_set => return instance.employees_shift.count(
"""),
)


@task.judge
def judge(meals):
    said = []
    m2m_changed.connect(listening(meals, said), sender=ShiftsEmployees, weak=False)
    monday, tuesday = Shifts.objects.create(), Shifts.objects.create(shift_date="2022-11-18")
    ada, grace, alan = unheard(0, 1, 2)
    seats, other = monday.employees_shift, tuesday.employees_shift

    def expect(change, call, act, mistake=""):
        said.clear()
        act()
        if not all(isinstance(answer, int | None) for _, answer in said):
            wrong("a whole number, or None, from each call", f"it returned {spoken(said)}")
        came = sum(answer or 0 for _, answer in said)
        if came != change:
            if change and not came:
                mistake = why_missed(dict(said)) if mistake == IN_MEMORY else mistake or why_none()
            if change and came == -change:
                mistake = (
                    "The number is right and its sign is not: a person who goes is a meal less."
                )
            if change and came == 2 * change:
                mistake = f"m2m_changed is sent before and after {call}, and it looks as if both were counted."
            wrong(f"{change} for {call}", f"it adds up to {came}: {spoken(said)}", mistake)

    expect(2, "add(ada, grace)", lambda: seats.add(ada, grace))
    expect(0, "add(ada), who sits there already", lambda: seats.add(ada), NOBODY_NEW)
    expect(1, "add(alan) alone", lambda: seats.add(alan), HALVES)
    expect(-1, "remove(grace)", lambda: seats.remove(grace), REMOVED)
    expect(0, "set([ada, grace]), Grace in place of Alan", lambda: seats.set([ada, grace]), IS_BOTH)
    expect(-2, "clear(), when Ada and Grace sit there", seats.clear, IN_MEMORY)
    expect(3, "add(ada, grace, alan) to Tuesday", lambda: other.add(ada, grace, alan))
    expect(-2, "remove(ada, alan) from Tuesday", lambda: other.remove(ada, alan))
    seated_elsewhere(monday, ada, grace, alan)
    expect(-3, "clear(), when three sit there", seats.clear, UNHEARD)
    full = full_shift(date(2022, 11, 20)).employees_shift
    call = "add(ada) to a full shift, which the database refuses"
    expect(0, call, lambda: refused(lambda: full.add(ada)), REFUSED)


NOBODY_NEW = "Nobody came, so pk_set is empty: return the change, not the total."
HALVES = (
    "Count one of the two moments, and the other not at all: halves are right for two people only."
)
REMOVED = "The actions of a remove() are called pre_remove and post_remove."
REFUSED = "The meal is counted before anybody sits there: count an add() when it is done."
IS_BOTH = "set() is a remove() and an add()."
IN_MEMORY = (
    "Ask the database who sits on this shift alone. The shift in memory may be older than the row."
)
UNHEARD = f"They were put there by a process that you never heard. {IN_MEMORY}"


def seated_elsewhere(shift, *people):
    """Give people seats as another process does: no receiver here is called."""
    seats = (ShiftsEmployees(shift=shift, employee=person) for person in people)
    ShiftsEmployees.objects.bulk_create(seats)
    Shifts.objects.filter(pk=shift.pk).update(headcount=shift.employees_shift.count())


def listening(meals, said):
    """Make a receiver that asks the learner's and keeps what it answered to which action."""

    def listen(action, pk_set, **told):
        none = "A clear() names nobody: pk_set is None, so count them while they still sit there."
        with error_told(TypeError, f"an answer to {action}, too", none, "NoneType"), only_asked():
            answer = meals(action=action, pk_set=pk_set, **told)
        said.append((action, answer))

    return listen


def why_missed(answers):
    """Tell apart the two ways in which a clear() is missed."""
    if answers["pre_clear"] is not None:
        return f"At pre_clear they still sit there: count them in the database, and not `instance`. {IN_MEMORY}"
    if answers["post_clear"] is not None:
        return "It looks as if they were counted after a clear(), when nobody is left to count."
    return "A clear() has an action of its own, and is no remove()."


def spoken(said):
    return ", ".join(f"{answer!r} at {action}" for action, answer in said)
