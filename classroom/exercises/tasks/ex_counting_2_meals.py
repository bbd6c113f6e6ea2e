from classroom.exercises.vocabulary import *

task = Task.of("""
counting-2: Too many meals (repair, 10 minutes)
https://docs.djangoproject.com/en/5.2/ref/signals/#m2m-changed
== situation
`meals` listens to `m2m_changed`, with `sender=ShiftsEmployees`. Each call returns by how many the number of meals
changes, and the kitchen adds that up. Ada and Grace were added to Monday's shift, and there were four meals on the
table. Then Monday was cleared, and the kitchen still cooked.
== task
Repair `meals`: what it returns adds up to the true change (`None` counts as 0), for each
`monday.employees_shift.add(...)`, `.remove(...)`, `.set(...)` and `.clear()`. So `instance` is always the shift. Nobody
is removed who does not sit there.
== starter
def meals(sender, instance, action, pk_set, **kwargs):
    if "add" in action:
        return len(pk_set)
    if "remove" in action:
        return -len(pk_set)
== hints
- How often is m2m_changed sent for one add(), and what are the two actions called?
- There are six actions: pre_ and post_ of add, remove and clear. A clear() does not say who goes. At which of its two
  moments can you still find out?
- Count post_add and post_remove by len(pk_set). When the action is "pre_clear", return
  -instance.employees_shift.count(): they still sit there.
== solution
    if action == "post_add":
        return len(pk_set)
    if action == "post_remove":
        return -len(pk_set)
    if action == "pre_clear":
        return -instance.employees_shift.count()
== why
m2m_changed is sent before and after each change, so count one of the two. For add and remove take `post_`, when it is
done. A clear names nobody (`pk_set` is None), so count before it. `set()` needs nothing of its own: it is a remove and
an add.
== equal
cannot raise, asked only
the three actions exclude each other <- `if action == *comes first*
the people named sit there, so nothing refuses it between the two moments <- 'pre_remove' for 'post_remove'*
== others
    if action == "pre_clear":
        instance._leaving = ShiftsEmployees.objects.filter(shift=instance).count()
    signs = {"post_add": 1, "post_remove": -1}
    if action in signs:
        return signs[action] * len(pk_set)
    return -instance._leaving if action == "post_clear" else 0
# or
def meals(action, pk_set, instance, **kwargs):
    match action:
        case "post_add":
            return len(pk_set)
        case "pre_remove":
            return -instance.employees_shift.filter(pk__in=pk_set).count()
        case "pre_clear":
            return -len(instance.employees_shift.all())
== mistakes
# nought for other actions -> and not `instance`
if action == "pre_clear": => return 0
        return -instance.employees_shift.count() =>
# counts before and after -> sent before and after each
action == "post_add" => "add" in action
# counts after the clear -> after a clear
pre_clear => post_clear
# one meal for each add() -> Each key in pk_set is a person
return len( => return bool(
# takes the length of None -> pk_set is None
== "post_remove" => in ("post_remove", "post_clear")
# counts every seat there is -> on this shift alone
instance.employees_shift => ShiftsEmployees.objects
# each name once -> two of one name
instance.employees_shift => instance.employees_shift.values("first_name").distinct()
# counts those who sit there before a remove() -> are those who go
if action == "post_remove": => if action == "pre_remove":
-len(pk_set) => -instance.employees_shift.count()
# takes them off to count them -> no change in the database
employees_shift.count( => employees_shift.all().delete()[0] if True else (
# halves it -> halves are right for two
if action == "post_add": => if "add" in action:
return len(pk_set) => return len(pk_set) // 2
# counts everybody anew -> the change, not the total
return len(pk_set => return instance.employees_shift.count(
""")


EACH = "Each key in pk_set is a person, at one of two moments: look at the action, and count them."
NOBODY_NEW = "Nobody came, so pk_set is empty: return the change, not the total."
HALVES = "Count one of the two moments, not both: halves are right for two people only."
REMOVED = "The actions of a remove() are called pre_remove and post_remove."
REFUSED = "The meal is counted before anybody sits there: count an add() when it is done."
IS_BOTH = "set() is a remove() and an add()."
ASK = "Ask the database who sits on this shift alone: what is in memory may be older than the row."
UNHEARD = f"They were put there by a process that you never heard, two of one name. {ASK}"

# By how many the meals change when that line is run, and what it looks like otherwise.
TRIALS = (
    (2, "monday.add(ada, grace)", EACH),
    (0, "monday.add(ada)  # who sits there already", NOBODY_NEW),
    (1, "monday.add(alan)  # alone", HALVES),
    (-1, "monday.remove(grace)", REMOVED),
    (0, "monday.set([ada, grace])  # Grace in place of Alan", IS_BOTH),
    (-2, "monday.clear()  # where Ada and Grace sit", ASK),
    (3, "tuesday.add(ada, grace, alan)", EACH),
    (-2, "tuesday.remove(ada, alan)", EACH),
    (-3, "elsewhere.clear()  # where three sit", UNHEARD),
    (0, "full.add(ada)  # which the database refuses", REFUSED),
)


@task.judge
def judge(meals):
    said, scene = [], dict(zip(("ada", "grace", "alan"), unheard(0, 1, 2), strict=True))
    monday, tuesday, elsewhere = map(new_shift, (0, 4, 5))
    seat_unheard(elsewhere, *unheard(0, 0, 1))
    shifts = {"monday": monday, "tuesday": tuesday, "elsewhere": elsewhere}
    shifts["full"] = full_shift(6)
    scene |= {name: it.employees_shift for name, it in shifts.items()}
    none = "A clear() names nobody: pk_set is None, so count them while they still sit there."
    m2m_changed.connect(asked(meals, said, none), sender=ShiftsEmployees, weak=False)
    for change, line, mistake in TRIALS:
        said.clear()
        refused(lambda: eval(line, scene))  # noqa: B023 (called at once)
        spoken = f"before and after in turn it returned {', '.join(map(repr, said))}"
        if not all(isinstance(answer, int | None) for answer in said):
            wrong("a whole number, or None, from each call", spoken)
        if (came := sum(answer or 0 for answer in said)) != change:
            why = which(change, came, mistake, *said)
            wrong(f"{change} for {line}", f"it adds up to {came}: {spoken}", why)


def which(change, came, mistake, before=None, after=None, *more):
    """Say which mistake it looks like, where the answers themselves show it."""
    if came and came == -change:
        return "The number is right and its sign is not: a person who goes is a meal less."
    if came and mistake == REMOVED and came < 2 * change:
        return "The keys in pk_set are those who go, and no others."
    if came and came == 2 * change:
        return "m2m_changed is sent before and after each of them: both were counted."
    if mistake != ASK or came:
        return why_none() if change and {before, after, *more} == {None} else mistake
    if before is not None:
        return f"At pre_clear they still sit there: count them in the database, and not `instance`. {ASK}"
    if after is not None:
        return "They were counted after a clear(), when nobody is left to count."
    return "A clear() has an action of its own, and is no remove()."
