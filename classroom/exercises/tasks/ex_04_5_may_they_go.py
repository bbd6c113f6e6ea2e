from classroom.exercises.vocabulary import *

task = Task.of("""
04-5: May they go? (write, 12 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#defining-and-sending-signals
== situation
`let_go(person)` deletes a person. Two plug-ins that you will never see want to take part. The library **may refuse**:
if somebody still has books, its receiver raises an error. Then the person stays, and what other receivers have written
is undone. The gate **is only told**, once it is certain that the person is gone. A broken gate keeps nobody.
== task
Declare two signals, and send each at the right place, by `send()` or by `send_robust()`. `leaving` carries `employee`,
the person, who is still stored. `left` carries `name`, the text `str(person)`. The sender of both is the class of the
person. Hand all three to the check in the dict `parts`. (As in 04-4, you need lesson 06, *Outside the database*.)
== starter
leaving = None  # declare a signal here
left = None  # and another here


def let_go(person):
    person.delete()


parts = {"leaving": leaving, "left": left, "let_go": let_go}
== hints
- For each of the two signals: what is to happen when a receiver of it fails?
- If a receiver may refuse, its error has to come out, inside the transaction that it undoes. If it is only told, it is
  told after the commit, as in 04-4, and its error changes nothing. The table at the end of the lesson has both.
- leaving = Signal(). In `with transaction.atomic():` leaving.send(sender=type(person), employee=person), then the
  delete. And last in the block transaction.on_commit(lambda: left.send_robust(sender=type(person), name=...)).
== solution
from django.db import transaction
from django.dispatch import Signal

leaving = Signal()
left = Signal()


def let_go(person):
    with transaction.atomic():
        leaving.send(sender=type(person), employee=person)
        person.delete()
        transaction.on_commit(lambda: left.send_robust(sender=type(person), name=str(person)))


parts = {"leaving": leaving, "left": left, "let_go": let_go}
== why
`send()` lets an error out, and the transaction undoes what was written before: so a receiver can refuse.
`send_robust()` after the commit tells what is certain, and no receiver can change that. The names say which it is:
`leaving` is about to happen, `left` has happened.
== equal
it is called at the commit, if there is one <- `transaction.on_commit(*comes first*
== others
from functools import partial

parts = {"leaving": Signal(), "left": Signal()}
@transaction.atomic
def let_go(person):
    parts["leaving"].send(person.__class__, employee=person)
    told = partial(parts["left"].send_robust, person.__class__, name=str(person))
    transaction.on_commit(told)
    person.delete()
parts["let_go"] = let_go
# or
        leaving.send( =>         person = type(person).objects.select_for_update().get(pk=person.pk); leaving.send(
== mistakes
# nobody may refuse -> hides the refusal
leaving.send( => leaving.send_robust(
# a broken gate keeps the caller -> reached the caller
left.send_robust => left.send
# no transaction -> what another plug-in wrote
with transaction.atomic(): => if True:
# one transaction each -> no row of Employees can be deleted
-         person.delete()
-         transaction.on_commit(lambda: left.send_robust(sender=type(person), name=str(person)))
+     with transaction.atomic():
+         person.delete()
+     transaction.on_commit(lambda: left.send_robust(sender=type(person), name=str(person)))
# deletes at the commit -> goes at once
-         person.delete()
-         transaction.on_commit(lambda: left.send_robust(sender=type(person), name=str(person)))
+         def go():
+             person.delete()
+             left.send_robust(sender=type(person), name=str(person))
+         transaction.on_commit(go)
# deletes their shift for all -> rows of Shifts
person.delete() => Shifts.objects.filter(employees_shift=person).delete(); person.delete()
# saves before -> what goes is not saved
person.delete() => person.save(); person.delete()
# asks too late -> who is still stored
-         leaving.send(sender=type(person), employee=person)
          person.delete()
+         leaving.send(sender=type(person), employee=person)
# tells too early -> before it was certain
transaction.on_commit(lambda: left.send_robust(sender=type(person), name=str(person))) => left.send_robust(sender=type(person), name=str(person))
# does not think of the caller's transaction -> may have a transaction open
        transaction.on_commit(lambda: left.send_robust(sender=type(person), name=str(person))) =>     left.send_robust(sender=type(person), name=str(person))
# catches in the callback, and stops there -> others were not told
- left = Signal()
+ left = Signal()  # and its errors are logged
-         transaction.on_commit(lambda: left.send_robust(sender=type(person), name=str(person)))
+         told = lambda: left.send(sender=type(person), name=str(person))
+         transaction.on_commit(told, robust=True)
# tells whatever happens -> was told that somebody is gone
    try:
        with transaction.atomic():
            leaving.send(sender=type(person), employee=person)
            person.delete()
    finally:
        left.send_robust(sender=type(person), name=str(person))
# another payload -> by the name that is written down
employee=person => person=person
# the person for the name -> str(person)
name=str(person) => name=person
# one class for all -> the class of the person
leaving.send(sender=type(person) => leaving.send(sender=Employees
# the signal of somebody else -> of your own
left = Signal() => from speedy.signals.custom_signals import event_signal as left
# one for both -> two signals
left = Signal() => left = leaving
# writes to others -> one is another now
person.delete() => person.delete(); Employees.objects.update(age=30)
# takes an answer for a refusal -> what it returns says nothing
-         leaving.send(sender=type(person), employee=person)
+         if any(said for _, said in leaving.send(sender=type(person), employee=person)):
+             return
# nobody leaves -> is still stored
        person.delete() =>
# a class -> an instance of it
leaving = Signal() => leaving = Signal
""")

TAKEN = employee_hired, event_signal, event_told
OUTER = "The caller may have a transaction open: transaction.on_commit() waits for its end."


@task.judge
def judge(parts):
    expect_keys(parts, ("leaving", "left", "let_go"))
    leaving, left, let_go = parts["leaving"], parts["left"], parts["let_go"]
    expect_callable(let_go, "let_go(person)")
    for name, it in (("leaving", leaving), ("left", left)):
        if it is Signal:
            wrong(f"a signal for {name!r}", "it is the class", "Make an instance of it: Signal().")
        if not isinstance(it, Signal) or isinstance(it, ModelSignal) or it in TAKEN:
            wrong(f"a signal of your own for {name!r}", f"it is {it!r}", "Declare it: Signal().")
    if leaving is left:
        wrong("two signals", "one is both", "A receiver of one need not want the other.")
    ada, grace, alan, katherine, namesake, _ = unheard(0, 1, 2, 3, 0, 2)
    new_shift(0, ada, grace)
    for person in ada, EmployeesWithoutHooks.objects.get(pk=alan.pk):
        expect_both(leaving, left, let_go, person)
    expect_refusal(leaving, left, let_go, grace)
    expect_told(left, let_go, katherine)
    expect_after_the_commit(left, let_go, namesake)
    with connected(leaving, lambda **told: move_others(grace)):
        expect_all_or_nothing(lambda: let_go(grace), Employees, "DELETE")


def stored(key):
    return Employees.objects.filter(pk=key).exists()


def move_others(person):
    """Write something, as a receiver may do."""
    Employees.objects.exclude(pk=person.pk).update(address="moved")


def expect_both(leaving, left, let_go, person):
    """Let somebody go whom nobody keeps: what is heard, when, and with what."""
    key, name, heard = person.pk, str(person), []

    def hear(sender, signal, **told):
        which = "leaving" if signal is leaving else "left"
        it = told.get("employee")
        there = stored(key) and type(it) is type(person) and it.pk == key
        heard.append((which, sender, told, there, transaction_is_open()))
        return "noted"

    seats = ShiftsEmployees.objects.exclude(employee=key)
    others = same_rows(Employees.objects.exclude(pk=key), Shifts.objects.all(), seats)
    with connected(leaving, hear), connected(left, hear), others, trace() as seen:
        let_go(person)
    if stored(key):
        error = "A receiver refuses by an error: what it returns says nothing."
        wrong("that the person goes", "their row is still stored", error if len(heard) == 1 else "")
    if seen.filter(post_save):
        delete = "Delete: what goes is not saved."
        wrong("that the person goes, and no more", "a row is saved", delete)
    if [it[0] for it in heard] != ["leaving", "left"]:
        came = ", ".join(it[0] for it in heard) or "nothing"
        wrong("each signal once, and in their order", f"heard was: {came}")
    carried = {"leaving": {"employee": person}, "left": {"name": name}}
    for which, sender, told, _, _ in heard:
        if sender is not type(person):
            wrong(f"the class of the person as sender of {which!r}", f"it is {sender!r}")
        if set(told) != set(carried[which]):
            named = "Pass it by the name that is written down, and nothing else."
            wrong(f"what {which!r} carries", f"it carries {', '.join(told) or 'nothing'}", named)
    (_, _, _, there, _), (_, _, news, _, is_open) = heard
    if not there:
        wrong("`leaving` with the person who is still stored", "it came too late, or with another")
    if news["name"] != name:
        wrong("the name of the person, the text str(person)", f"it is {news['name']!r}")
    if is_open:
        early = "Inside the block something may still go wrong."
        wrong("`left` once it is certain", "it was sent before it was certain", early)
    expect_sent_once(seen, leaving, left)


def expect_refusal(leaving, left, let_go, person):
    refusal = connected(leaving, lambda **told: move_others(person), refuse)
    with quiet(), refusal, listening(left) as heard, trace() as seen:
        hides = "Is it sent in a way that hides the refusal?"
        go = lambda: let_go(person)  # noqa: E731
        expect_error(go, Refused, "the error of a receiver that refuses", hides)
        expect_caller_goes_on(go, Refused)
    expect_untold(heard, "a refusal")
    if not stored(person.pk) or Employees.objects.filter(address="moved").exists():
        undone = "What undoes the work of all of them when one refuses?"
        happened = "what another plug-in wrote is stored, or the person is gone"
        wrong("everything as before after a refusal", happened, undone)
    expect_undone(seen)


def expect_untold(heard, what, mistake=""):
    if heard:
        told = "the gate was told that somebody is gone who is not"
        wrong(f"no `left` after {what}", told, mistake)


def expect_after_the_commit(left, let_go, person):
    key = person.pk
    with listening(left) as heard:
        with taken_back():
            let_go(person)
        expect_untold(heard, "a rollback of the caller's transaction", OUTER)
        with callers_transaction():
            let_go(Employees.objects.get(pk=key))
            if stored(key):
                late = "on_commit() comes too late for that: the caller goes on without the person."
                wrong("that the person goes at once", "their row is there until the commit", late)
    if len(heard) != 1:
        wrong("`left` once the caller has committed", f"it came {len(heard)} times", OUTER)


def expect_told(left, let_go, person):
    key = person.pk
    with quiet(), connected(left, refuse), listening(left) as heard:
        if error_of(lambda: let_go(person), Refused):
            wrong("no error when the gate is broken", "it reached the caller", "It is only told.")
    if stored(key) or not heard:
        wrong("that a broken gate changes nothing", "somebody stayed, or others were not told")
