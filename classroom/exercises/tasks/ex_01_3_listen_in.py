from classroom.exercises.vocabulary import *

task = Task.of("""
01-3: Listening in (repair, 8 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#disconnecting-signals
== situation
`plan()` plans the night shift. It sends a signal at each step, with the `people` it is about. `names_during(signal,
plan)` listens while `plan()` runs, and returns the names. The list is right. But each planning takes a little longer,
and `who_listens(signal)` shows a hundred receivers called `write_down`.
== task
Repair `names_during(signal, plan)`. Each call still returns the names of its own plan. Afterwards its receiver is no
longer connected, even if `plan()` raises an error. The caller still gets that error. All other receivers stay.
== starter
def names_during(signal, plan):
    names = []

    def write_down(sender, people, **kwargs):
        names.extend(people)

    signal.connect(write_down)
    plan()
    return names
== hints
- What undoes connect(), and will that line be reached if plan() raises an error?
- disconnect() takes the same receiver, and the same sender if there was one. Which statement of Python runs a line in
  any case, error or not?
- After connecting: try: plan(), and then finally: signal.disconnect(write_down). No except.
== solution
-     plan()
+     try:
+         plan()
+     finally:
+         signal.disconnect(write_down)
== why
`finally` runs whether `plan()` ends well or not, and lets an error pass. The function may not vanish by itself: with
DEBUG on it may live for long.
== equal
no rows
the list and the receiver are both there when plan() runs <- *comes first*
nothing in the receiver can raise <- write_down swallows*
nobody is stored in this exercise <- wipes everybody out first
== others
from contextlib import contextmanager
@contextmanager
def connected(signal, receiver):
    signal.connect(receiver, weak=False)
    try:
        yield
    finally:
        signal.disconnect(receiver)
def names_during(signal, plan):
    names = []

    def write_down(people, **kwargs):
        names.extend(people)

    with connected(signal, write_down):
        plan()
    return names
== mistakes
# disconnects only when all goes well -> is not reached
try: => if True:
finally: => if True:
# returns in finally -> another error
-     finally:

-     return names
+         return names
+     except Exception:
+         signal.disconnect(write_down)
+         raise ValueError("the plan failed")
# disconnects another pair -> the exact pair
signal.disconnect(write_down) => signal.disconnect(write_down, sender=Shifts)
# sends everybody away -> others'
-         signal.disconnect(write_down)
+         signal.receivers.clear()
+         signal.sender_receivers_cache.clear()
# takes the last one off -> that plan() connected
-         signal.disconnect(write_down)
+         signal.receivers.pop()
+         signal.sender_receivers_cache.clear()
# disconnects after an Exception only -> the stop button
-     finally:
+     except Exception:
          signal.disconnect(write_down)
+         raise
+     signal.disconnect(write_down)
# one name for all -> keeps the second out
signal.connect(write_down) => signal.connect(write_down, dispatch_uid="names")
signal.disconnect(write_down) => signal.disconnect(dispatch_uid="names")
# mutes the others -> taken off it meanwhile
signal.connect(write_down) => with muted(signal), connected(signal, write_down):
    try: =>
    finally: =>
        signal.disconnect(write_down) =>
# plans twice -> plan() once
-     signal.connect(write_down)
+     plan()
+     signal.connect(write_down)
# tries again -> ran again
signal.disconnect(write_down) => len(names) == 1 and plan(); signal.disconnect(write_down)
# None for no names -> from a plan that sends nothing
return names => return names or None
# names in capitals -> as they were heard
names.extend(people) => names.extend(it.title() for it in people)
# ten at most -> while plan() runs
return names => return names[:10]
# one list for all calls -> a new list
- def names_during(signal, plan):
-     names = []
+ names = []
+ def names_during(signal, plan):
# takes the first list for its own -> the list as it was given
names.extend(people) => nonlocal names; names, first = names or people, not names; names += people * (not first)
# each name once -> is in the list twice
names.extend(people) => names.extend(it for it in people if it not in names)
# hears one sender only -> any sender
signal.connect(write_down) => signal.connect(write_down, sender=Shifts)
signal.disconnect(write_down) => signal.disconnect(write_down, sender=Shifts)
""")


class Fire(AnyError):
    """An error that only this plan raises."""


class Stopped(BaseException):
    """What the stop button raises is no Exception, either."""


PAIR = "disconnect() takes the exact pair of receiver and sender that was connected: for any other it returns False."
ENDS = {
    Fire: "The error leaves the function at once, so a line after plan() is not reached.",
    Stopped: "`except Exception` does not catch the stop button: `finally` does.",
}
OWN = "Each call needs its own list and receiver: a name that two share keeps the second out."


@task.judge
def judge(names_during):
    # On, as in a notebook: there a receiver that was left behind lives on.
    with override_settings(DEBUG=True):
        judge_plan_that_works(names_during)
        for error in ENDS:
            judge_plan_that_fails(names_during, error)
        judge_plan_within_a_plan(names_during)


def judge_plan_that_works(names_during):
    signal, runs = signal_with_somebody(), []

    def plan():
        runs.append(1)
        expect_plain_receivers(signal)
        with as_given(["Ada", "Grace"]) as people:
            signal.send(sender=Shifts, people=people)
            signal.connect(set_the_table)  # one more that is not yours, and comes after it
            signal.send(sender=Employees, people=["Alan", "Ada"])

    first = names_during(signal, plan)
    if len(runs) != 1:
        once = "Call plan() in one place, with its brackets."
        wrong("that names_during() runs plan() once", f"it ran {len(runs)} times", once)
    expect_names(["Ada", "Grace", "Alan", "Ada"], first, "from a plan that sends twice")
    if not signal.disconnect(set_the_table) and signal.has_listeners(Shifts):
        own = "Others may connect while you listen: disconnect only your own receiver."
        wrong("that the receiver stays that plan() connected", "it is gone", own)
    expect_only_somebody(signal, "when plan() has run", PAIR)
    many = [stranger()["last_name"] for _ in range(12)]
    again = names_during(signal, lambda: signal.send(sender=Shifts, people=many))
    expect_names(many, again, "from a second call, with another plan")
    expect_names([], names_during(signal, lambda: None), "from a plan that sends nothing")


def expect_names(expected, names, where):
    mistake = "Return the list of names as they were heard, in that order."
    if isinstance(names, list) and names == [*dict.fromkeys(expected)] != expected:
        mistake = "Somebody who is heard of twice is in the list twice."
    elif isinstance(names, list) and names == expected[: len(names)]:
        mistake = "Listen while plan() runs, to any sender, and add to the list that you return."
    elif isinstance(names, list) and names[-len(expected) :] == expected:
        mistake = EARLIER
    expect_said(names, expected, where, mistake, "names_during()")


def judge_plan_that_fails(names_during, kind):
    signal, came, runs = signal_with_somebody(), None, []

    def plan():
        runs.append(1)
        signal.send(sender=Shifts, people=["Ada"])
        raise kind("the oven is on fire")

    try:
        names_during(signal, plan)
    except (Exception, Stopped) as error:
        came = error  # it holds the frames, and with them a receiver that is local
    if len(runs) > 1:
        wrong("that plan() runs once", "it ran again after its error", "Let the error pass.")
    if type(came) is not kind:
        happened = f"another error came out: {came!r}" if came else "no error came out"
        passes = "Let it pass: it was caught, or a return in `finally` dropped it."
        wrong("that the error of plan() reaches the caller as it is", happened, passes)
    expect_only_somebody(signal, "when plan() has raised an error", ENDS[kind])


def judge_plan_within_a_plan(names_during):
    """A plan may listen in as well; others hear all of it, and no setting is another one."""
    signal, inner, others, debug = signal_with_somebody(), [], [], []

    def plan():
        debug.append(settings.DEBUG)
        inner.extend(names_during(signal, partial(signal.send, sender=Shifts, people=["Noor"])))
        others.extend(it for it, _ in signal.send(sender=Shifts, people=["Zoe"]))

    outer = names_during(signal, plan)
    if order_meals not in others:
        wrong("that others hear the signal while you listen", "they were taken off it meanwhile")
    if (outer, inner) != (["Noor", "Zoe"], ["Noor"]):
        expected = "['Noor', 'Zoe'], and ['Noor'] from a call inside that plan"
        wrong(expected, f"names_during() returned {outer}, and {inner}", OWN)
    if debug != [True]:
        wrong("DEBUG as it is while plan() runs", "it was changed", "It is the whole project's.")


def signal_with_somebody():
    signal = Signal()
    signal.connect(order_meals)
    return signal


def expect_only_somebody(signal, when, mistake):
    """Judge it wrong if any receiver but the check's own is connected, for any sender."""
    for sender in (Shifts, Employees, None):
        left = [receiver for receiver, _ in signal.send_robust(sender=sender, people=["Zoe"])]
        if order_meals not in left:
            own = "Take only your own receiver off the signal."
            wrong(f"others' receivers still connected {when}", "order_meals is gone", own)
        if len(left) > 1:
            wrong(f"your receiver off the signal {when}", "it still hears the signal", mistake)


order_meals, set_the_table = answering("meals"), answering("plates")
