"""The claims of lesson 04."""

import inspect
from contextlib import nullcontext

from django.db import IntegrityError, connection, transaction
from django.db.models.signals import post_delete
from django.dispatch import Signal

from classroom.running.kernel import ROOT
from speedy.signals import custom_signals, event_logging

lines = read_log()
alan, katherine = sample_roster()[2:4]

# 04-1: the project's receiver wrote its line, note_request none; the caller got the TypeError.
assert answer_of("04-1") == "One line, and a TypeError"
before = len(lines)
with connected(event_signal, note_request):
    try:
        open_doors()
        raised = None
    except TypeError as error:
        raised = error
assert raised is not None
new = read_log()[before:]
assert list(new["who"]) == ["View: open_doors"]


# With a default, the receiver takes an event without a request.
def note_any_request(sender, message, request=None, **kwargs):
    log_event(f"{message} Request: {request}", "note_request")


with connected(event_signal, note_any_request):
    open_doors()
assert list(read_log()["who"])[-2:] == ["View: open_doors", "note_request"]

# 04-2: Grace is undone, Alan is not; and the event log, which waits for the commit, has Alan alone.
assert answer_of("04-2") == "Only Alan"
assert list(Employees.objects.values_list("first_name", flat=True)) == [ALAN["first_name"]]
[line] = lines["message"][lines["message"].str.contains("Hired")]
assert ALAN["first_name"] in line and GRACE["first_name"] not in line

# Not only save(): delete() and add() mark the transaction, too.
shift = Shifts.objects.create()
four = Employees.objects.bulk_create(Employees(**person) for person in sample_roster()[:4])


def fail_in_add(sender, **kwargs):
    shift.employees_shift.add(*four)


def fail_in_delete(sender, **kwargs):
    four[0].delete()


def refuse(sender, **kwargs):
    raise IntegrityError("refused")


for receiver, around in (
    (fail_in_add, nullcontext()),
    (fail_in_delete, connected(post_delete, refuse)),
):
    with connected(event_signal, receiver), short_log(), around, transaction.atomic():
        event_signal.send_robust(open_doors, message="x")
        assert connection.needs_rollback


# What lesson 06 shows: a receiver's refused save() undoes the block, though send_robust() caught it.
def correct_age(sender, instance, **kwargs):
    instance.age = 400
    instance.save()


with connected(event_signal, correct_age), short_log(), transaction.atomic():
    grace = EmployeesWithoutHooks.objects.create(**GRACE)
    event_signal.send_robust(open_doors, message="x", instance=grace)
assert grace.pk and not Employees.objects.filter(pk=grace.pk).exists()


# In a broken block no more queries run; an atomic() around the write alone breaks nothing.
def correct_age_apart(sender, **kwargs):
    with transaction.atomic():
        correct_age(sender, **kwargs)


for receiver, refused in ((correct_age, True), (correct_age_apart, False)):
    with connected(event_signal, receiver), short_log(), transaction.atomic():
        stored = EmployeesWithoutHooks.objects.create(**katherine)
        event_signal.send_robust(open_doors, message="x", instance=stored)
        try:
            Employees.objects.count()
            came = False
        except transaction.TransactionManagementError:
            came = True
        assert came == refused
        transaction.set_rollback(True)

# Sent after the block, it breaks nothing.
with connected(event_signal, correct_age), short_log():
    with transaction.atomic():
        alan_stored = EmployeesWithoutHooks.objects.create(**alan)
    event_signal.send_robust(open_doors, message="Hired.", instance=alan_stored)
assert Employees.objects.filter(pk=alan_stored.pk).exists()

# 04-3: nobody is there who could notice, and no line is written. Somebody who is connected notices.
assert answer_of("04-3") == "Only the call"
with disconnected(event_signal, view_event_logging):
    assert event_signal.send(sender=open_doors, words="The doors close.") == []
try:
    event_signal.send(open_doors, words="x")
    came = False
except TypeError:
    came = True
assert came
with short_log():
    replies = event_signal.send_robust(open_doors, words="The doors close.")
assert [type(reply) for _, reply in replies] == [TypeError]
assert not lines["message"].str.contains("close").any()

# A signal checks nothing: where nobody listens, any payload is welcome.
assert Signal().send(None, words="x") == []

# The receiver's defaults and **kwargs: less and more than the contract are taken.
event_logging.view_event_logging(open_doors, message="m", signal=event_signal, later="x")

# The code that the lesson quotes stands in the project.
text = (ROOT / "notebooks/source/04_custom_signals.py").read_text()
blocks = text.replace("\n# ", "\n").split("```python\n")[1:]
quoted = [block.split("\n```")[0] for block in blocks]
declared = inspect.getsource(custom_signals)
[declaration] = quoted
assert declaration.replace("\n#\n", "\n\n") in declared
