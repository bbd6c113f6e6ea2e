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
== mistakes
# returns all of it -> more than receivers
.filter(kind="delivery") =>
# the names alone -> as the trace has them
seen.filter(kind="delivery") => [it.what for it in seen.filter(kind="delivery")]
# does not call -> act() was not called
act() => act
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
# hires somebody of its own -> other receivers
-         act()
+         act()
+         Employees.objects.create(first_name="Ida", last_name="Nobody", address="-", age=30)
''')


@task.judge
def judge(who_answered):
    people = [Employees.objects.create(**it) for it in sample_roster()[:2]]
    acts = {
        "somebody is hired": lambda: Employees.objects.create(**sample_roster()[2]),
        "somebody is edited": people[0].save,
        "somebody leaves": people[1].delete,
    }
    for what, act in acts.items():
        calls = []
        with same_rows(Employees.objects.filter(pk=people[0].pk)), trace() as seen:
            said = who_answered(lambda act=act, calls=calls: calls.append(act()))
        if not calls:
            happened = "act() was not called"
            wrong("a function that calls what it is given", happened, "Mind the brackets.")
        if len(calls) > 1:
            wrong("one call of act()", f"there were {len(calls)}", "Each call does it once more.")
        if "ROLLBACK" in seen.statements:
            wrong("that what act() did stays", "it was rolled back")
        if not isinstance(said, Iterable):
            wrong("the receivers", f"it gave back {said!r}")
        if any(isinstance(it, str) for it in said):
            wrong(
                "the calls, as the trace has them",
                "it gave back texts",
                "An event is more than its name.",
            )
        told = [getattr(event, "what", event) for event in said]
        came = [event.what for event in seen.filter(kind="delivery")]
        if came and not told:
            why = "A trace writes down what happens inside the block. filter() takes the `kind` by name."
            wrong(f"the receivers that are called when {what}", "it gave back none", why)
        if any(getattr(event, "kind", "delivery") != "delivery" for event in said):
            wanted = "receivers only"
            wrong(wanted, "it gave back more than receivers", "Which kind of event is a receiver?")
        if not is_just(told, came) or len(came) > 4:
            expected = f"the receivers that are called when {what}"
            mistake = "Return the events of kind 'delivery', all of them, as the trace has them."
            wrong(expected, "it named other receivers as well, or not all", mistake)
