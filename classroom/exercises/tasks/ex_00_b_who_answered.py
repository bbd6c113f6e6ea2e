from collections.abc import Iterable

from classroom.exercises.vocabulary import *

task = Task.of('''
00-b: Who answered? (write, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/
== starter
def who_answered(act):
    """Call act() inside a trace; return the calls of receivers."""
== hints
- Where in the lesson was a trace filtered, and what was written before the dot?
- Call `act()` in the block of `with trace() as seen:`. Then return `seen.filter(kind="delivery")`.
== solution
    with trace() as seen:
        act()
    return seen.filter(kind="delivery")
== why
In a trace the call of a receiver is a `delivery`. The filter keeps only those.
== equal: no rows
== others
seen.filter(kind="delivery") => [event for event in seen if event.kind == "delivery"]
# or
seen.filter(kind="delivery") => filter(lambda event: event.kind == "delivery", seen)
== mistakes
# returns all of it -> more than receivers
.filter(kind="delivery") =>
# the names alone -> as the trace has them
seen.filter(kind="delivery") => [it.what for it in seen.filter(kind="delivery")]
# does not call -> act() was not called
act() => act
# returns what act() returns -> not a single one
    with trace() as seen:
        return act()
# asks for one signal -> by the kind alone
kind="delivery" => "post_save", kind="delivery"
# returns nothing -> return
return  =>
# calls before the block -> inside the block. filter() takes the `kind` by name
    act()
    with trace() as seen:
        pass
    return seen.filter(kind="delivery")
# takes it back -> was rolled back
    with transaction.atomic(), trace() as seen:
        act()
        transaction.set_rollback(True)
    return seen.filter(kind="delivery")
# stops after so many -> it named 10 of
.filter(kind="delivery") => .filter(kind="delivery")[:10]
# keeps receivers out -> nobody calls them
    from django.db.models.signals import post_save
    with muted(post_save), trace() as seen:
        act()
    return seen.filter(kind="delivery")
# hires somebody of its own -> somebody else was hired
-         act()
+         act()
+         Employees.objects.create(first_name="Ida", last_name="Nobody", address="-", age=30)
''')


@task.judge
def judge(who_answered):
    ada, grace = [Employees.objects.create(**it) for it in sample_roster()[:2]]
    hire = partial(Employees.objects.create, **sample_roster()[2])
    judge_act(who_answered, "somebody is hired", hire, 3)
    judge_act(who_answered, "somebody is edited", ada.save, 3)
    judge_act(who_answered, "somebody leaves", grace.delete, 2)
    twelve = [stranger() for _ in range(12)]
    hire_all = lambda: [Employees.objects.create(**it) for it in twelve]  # noqa: E731
    judge_act(who_answered, "twelve people are hired", hire_all, 14)


def judge_act(who_answered, what, does, people):
    """Judge the answer for what this act does, after which there are so many people."""
    calls = []

    def act():
        calls.append(does())
        return calls[-1]

    with same_rows(Employees.objects.filter(first_name="Ada")), trace() as seen:
        said = who_answered(act)
    if not calls:
        happened = "act() was not called"
        wrong("a function that calls what it is given", happened, "Mind the brackets.")
    if len(calls) > 1:
        wrong("one call of act()", f"there were {len(calls)}", "Each call does it once more.")
    if "ROLLBACK" in seen.statements:
        wrong("that what act() did stays", "it was rolled back")
    if Employees.objects.count() != people:
        wrong("what act() does, and nothing else", "somebody else was hired, or left")
    if unplaced(Employees.objects.all()):
        wrong("that receivers do their work", "nobody calls them", "Mute none: only look on.")
    if not isinstance(said, Iterable):
        own = "" if said is None else "Return all that filter() gives, not a single one."
        wrong("the receivers", f"it gave back {said!r}", own)
    said = list(said)
    if any(isinstance(it, str) for it in said):
        more = "An event is more than its name."
        wrong("the calls, as the trace has them", "it gave back texts", more)
    told = [getattr(event, "what", event) for event in said]
    came = [event.what for event in seen.filter(kind="delivery")]
    if not told:
        why = "A trace notes what happens inside the block. filter() takes the `kind` by name."
        wrong(f"the receivers that are called when {what}", "it gave back none", why)
    if any(getattr(event, "kind", "delivery") != "delivery" for event in said):
        wanted = "receivers only"
        wrong(wanted, "it gave back more than receivers", "Which kind of event is a receiver?")
    if not is_just(told, came):
        expected = f"the receivers that are called when {what}"
        mistake = "Return the events of kind 'delivery', all of them, as the trace has them."
        if len(told) < len(came):
            wrong(expected, f"it named {len(told)} of {len(came)}", "Filter by the kind alone.")
        wrong(expected, "it named others as well, or in another order", mistake)
