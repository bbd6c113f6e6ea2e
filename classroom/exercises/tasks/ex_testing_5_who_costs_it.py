from time import sleep

from classroom.exercises.vocabulary import *

task = Task.of('''
testing-5: Who costs it? (write, 6 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/optimization/
== situation
A hire of yours took nine statements last week, and takes thirty now. Nobody has changed it, but three teams have added
receivers. Who asks so often?
== task
Write `who_asks(seen, table)`. It gets a trace and the name of a table, such as `"speedy_shifts"`. It returns the name
of the receiver with the most statements to that table, as the trace calls it, or `None` if nobody asks. What a receiver
sets off in another receiver is the inner one's. A callback that waited for the commit counts like a receiver.

To see one: `with trace() as seen: Employees.objects.create(**sample_roster()[0])`, then `seen`, then `seen.receivers()`.
== starter
def who_asks(seen, table):
    """Name the receiver with the most statements to a table."""
== hints
- A trace adds up what each receiver cost. What does `seen.receivers()` show, and what does it take?
- `seen.receivers(table)` counts only the statements in which that text stands, the receiver with the most first. Each
  row is a dict.
- costs = seen.receivers(table), then costs[0]["receiver"], if there is one.
== solution
    costs = seen.receivers(table)
    return costs[0]["receiver"] if costs else None
== why
A number says that something got dearer. A trace says whose it is, because it knows inside which receiver each statement
ran. Then ask that team whether they need the query at each save.
== equal: cannot raise, asked only, a text
== others
from collections import Counter
    asked = Counter()
    for event in seen:
        if event.kind == "sql" and table in event.what:
            around = event.parent
            while around is not seen and around.kind not in ("delivery", "callback"):
                around = around.parent
            if around is not seen:
                asked[around.what] += 1
    return asked.most_common(1)[0][0] if asked else None
# or
    for row in seen.receivers(sql=table):
        return row["receiver"]
== mistakes
# whatever the table -> Only statements to that table
costs = seen.receivers(table) => costs = sorted(seen.receivers(), key=lambda it: -it["queries"])
# nobody asks -> IndexError
if costs else None => if True else None
# asks for many -> Receivers asked that table
-     return costs[0]["receiver"] if costs else None
+     if len(costs) > 1:
+         return costs[0]["receiver"]
# a text for nobody -> No receiver asked that table
else None => else "nobody"
# the whole row -> Return the name alone
costs[0]["receiver"] => costs[0]
# who runs longest, which a busy machine decides -> another answer for
costs[0]["receiver"] => max(costs, key=lambda it: it["ms"])["receiver"]
# who is called most -> how often it is called
costs[0]["receiver"] => max(costs, key=lambda it: it["calls"])["receiver"]
# who asks most at each call -> how seldom
costs[0]["receiver"] => max(costs, key=lambda it: it["queries"] / it["calls"])["receiver"]
# only receivers of signals -> is a callback
costs = seen.receivers(table) => costs = [it for it in seen.receivers(table) if it["signal"] != "on_commit"]
# adds what is inside -> the inner one's
    asked = {}
    for event in seen:
        around = event
        while event.kind == "sql" and table in event.what and around is not seen:
            if around.kind in ("delivery", "callback"):
                asked[around.what] = asked.get(around.what, 0) + 1
            around = around.parent
    return max(asked, key=asked.get) if asked else None
# the same for everybody -> each table
costs = seen.receivers(table) => return "count_shifts"
    return costs[0]["receiver"] if costs else None =>
''')


def asking(name, model=None, times=0, pause=0.0, then=lambda: None):
    """Make a receiver of that name: it asks a table so many times, waits, and does one thing more."""

    def ask(*args, **kwargs):
        for _ in range(times):
            model.objects.exists()
        sleep(pause)
        then()

    ask.__name__ = ask.__qualname__ = name
    return ask


def first_scene(tag):
    often = asking(f"watch_the_door{tag}", Shifts, 1)
    yield pre_save, often
    yield post_save, often
    yield post_save, asking(f"wait_for_all{tag}", Shifts, 1, pause=0.05)
    yield post_save, asking(f"count_shifts{tag}", Shifts, 3)
    yield post_save, asking(f"look_up{tag}", EmployeesWithoutHooks, 5)


def second_scene(tag):
    letter = partial(transaction.on_commit, asking(f"write_letter{tag}", OutboxEvent, 3))
    yield post_save, asking(f"file_it{tag}", OutboxEvent, 1, then=letter)
    yield post_save, asking(f"tell_all{tag}", Shifts, 2, then=lambda: inner.send(sender=None))
    yield inner, asking(f"note_shifts{tag}", Shifts, 5)
    peek = asking(f"peek{tag}", ShiftsEmployees, 2)
    yield pre_save, peek
    yield post_save, peek
    yield post_save, asking(f"glance{tag}", ShiftsEmployees, 3)


inner = Signal()
MODELS = Shifts, Employees, OutboxEvent, ShiftsEmployees
# Of each scene: who asks each of these most.
SCENES = {
    first_scene: ("count_shifts", "look_up", None, None),
    second_scene: ("note_shifts", None, "write_letter", "peek"),
}
# What speaks against an answer.
AGAINST = {
    "count_shifts": "Ask for each table by itself.",
    "look_up": "Only statements to that table count.",
    "watch_the_door": "Look for the most statements, not for how often it is called.",
    "wait_for_all": "Look for the most statements, not for how long it takes.",
    "glance": "Look for the most statements, not for how seldom it is called.",
    "tell_all": "What one receiver sets off in another is the inner one's.",
    "file_it": "One of them waited for the commit: that is a callback.",
}
ALONE = "Return the name alone of one receiver, a text: each row is a dict."
SOMEBODY = "Receivers asked that table: one of them has the most statements."
NOBODY = "No receiver asked that table: what does the task say of that?"


@task.judge
def judge(who_asks):
    for number, (scene, asked) in enumerate(SCENES.items()):
        tag = f"_{randint(100, 999)}"  # no answer can know the names
        seen = traced(scene(tag), sample_roster()[number])
        for model, name in zip(MODELS, asked, strict=True):
            table = model._meta.db_table
            try:
                answer = who_asks(seen, table)
            except (IndexError, TypeError, ValueError) as error:
                if name is not None or is_of_the_check(error):
                    raise
                wrong("None for a table that nobody asked", f"{type(error).__name__}: {error}")
            if is_just(answer, name and name + tag):
                continue
            mistake = AGAINST.get(str(answer).removesuffix(tag), ALONE if name else NOBODY)
            mistake = ALONE if isinstance(answer, dict | list) else mistake
            mistake = SOMEBODY if answer is None else mistake
            other = f"another answer for {table!r}, as the trace shows"
            wrong(other, f"who_asks() returned {answer!r}", mistake)


def traced(wiring, fields):
    """Hire somebody in a transaction, heard by these receivers; return the trace."""
    with ExitStack() as wired:
        for signal, receiver in wiring:
            wired.enter_context(connected(signal, receiver))
        with trace() as seen, transaction.atomic():
            EmployeesWithoutHooks.objects.create(**fields)
    return seen
