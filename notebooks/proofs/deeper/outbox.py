"""The claims about the outbox."""

import importlib.util
from contextlib import suppress
from unittest.mock import patch

import django
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from classroom.running.kernel import ROOT
from speedy.models.outbox_event import MOST_TRIES

# Of Søren neither the row nor the event is there.
assert [event.payload["employee"] for event in OutboxEvent.objects.all()] == [
    "Katherine Ospell",
    "Zoë Wintergem",
]
assert not Employees.objects.filter(first_name=roster[4]["first_name"]).exists()
try:
    outbox.store("hired")
except RuntimeError as refusal:
    assert "outside a transaction" in str(refusal)
else:
    raise AssertionError("it was stored outside a transaction")

# outbox-1: at least once. outbox-2: the keys that a process remembers end with it.
letters = list(read_log()["message"])
katherine = [letter for letter in letters if "Katherine" in letter]
zoe = [letter for letter in letters if "Zoë" in letter]
assert answer_of("outbox-1") == str(len(katherine)) == "2"
assert answer_of("outbox-2") == str(len(zoe)) == "2"
assert len(set(letters)) == 2  # both letters of a person have the same key
assert not outbox.waiting().exists()
# Katherine's was tried once more: by the receiver that had no paper.
assert [event.tries for event in OutboxEvent.objects.all()] == [3, 2]

# In one process the set is enough. The receiver of the text acts once anywhere, and again if it failed.
seen_keys, called, tried = set(), [], []
update = models.QuerySet.update
assert Account.objects.get().euros == 100


def letter_once(sender, key, **kwargs):
    if key not in seen_keys:
        called.append(key)
        seen_keys.add(key)


def fails_once(rows, **fields):
    number = update(rows, **fields)
    if rows.model is Account:
        tried.append(number)
        if len(tried) == 1:
            raise RuntimeError("the first change fails")
    return number


delivering = connected(event_told, letter_once), connected(event_told, pay_bonus), short_log()
with (
    delivering[0],
    delivering[1],
    delivering[2],
    patch.object(models.QuerySet, "update", fails_once),
):
    for euros, keys in (100, [7]), (200, [7, 1]), (200, [7, 1]):
        OutboxEvent.objects.filter(pk=1).update(delivered=None, claimed_until=None, tries=0)
        outbox.deliver()
        assert Account.objects.get().euros == euros
        assert list(SeenKey.objects.order_by("pk").values_list("key", flat=True)) == keys
assert called == [1] and len(tried) == 2

# What a delivery does.
assert (outbox.CLAIM_LASTS.seconds, MOST_TRIES) == (5 * 60, 5)


def break_down(sender, **kwargs):
    raise RuntimeError("no stamps")


with transaction.atomic():
    outbox.store("promoted", employee="Ada Quillbrook")
heard = []


def note(sender, key, **kwargs):
    heard.append(transaction.get_autocommit())  # True: outside of any transaction


with connected(event_told, note), connected(event_told, break_down), short_log():
    for _ in range(MOST_TRIES + 1):
        outbox.deliver()
        # Where a receiver fails, the event is free at once. One whose process ends stays reserved.
        assert OutboxEvent.objects.last().claimed_until is None
assert heard == [True] * MOST_TRIES  # the one that works is called again each time
assert list(outbox_table()["state"]) == ["delivered", "delivered", "given up"]
with connected(event_told, note):
    call_command("deliver_events", again=True)
assert set(outbox_table()["state"]) == {"delivered"}
with transaction.atomic():
    left = outbox.store("promoted", employee="Grace Tallowmere")
ending = patch.object(OutboxEvent, "save", side_effect=SystemExit)
with connected(event_told, note), ending, suppress(SystemExit):
    outbox.deliver()
assert outbox.claim() == []
after_the_claim = timezone.now() + outbox.CLAIM_LASTS
with patch.object(timezone, "now", lambda: after_the_claim):
    assert outbox.claim() == [left]
OutboxEvent.objects.filter(pk=left.pk).delete()

assert bool(importlib.util.find_spec("django.tasks")) == (django.VERSION >= (6, 0))
# Where enqueue() stands in a transaction, with Django's own queue and with one that is a table.
if django.VERSION >= (6, 0):
    from django.tasks import task, task_backends
    from django.tasks.backends.base import BaseTaskBackend

    badges = []

    @task
    def print_badge(key):
        badges.append((key, transaction.get_autocommit()))  # True: outside of any transaction

    class RowBackend(BaseTaskBackend):
        def enqueue(self, task, args, kwargs):
            User.objects.create(username=f"{task.name} {args}")

    def hired_and_rolled_back(lines, person):
        with suppress(RuntimeError), transaction.atomic():
            exec(lines, globals() | {"person": person, "print_badge": print_badge})
            raise RuntimeError("the contract was never signed")

    text = (ROOT / "notebooks/source/deeper/outbox.py").read_text().replace("\n# ", "\n")
    blocks = [it.split("```")[0] for it in text.split("```python\n")[1:]]
    after, inside = (it[it.index("with transaction") :] for it in blocks if "enqueue" in it)
    assert "on_commit" in after and "on_commit" not in inside
    exec(after, globals() | {"person": roster[6], "print_badge": print_badge})
    assert [outside for _, outside in badges] == [True]
    hired_and_rolled_back(after, roster[7])
    assert len(badges) == 1
    exec(inside, globals() | {"person": roster[7], "print_badge": print_badge})
    assert [outside for _, outside in badges] == [True, False]  # at once, before the commit
    people, rows = Employees.objects.count(), User.objects.count()
    task_backends["default"], own = RowBackend("default", {}), task_backends["default"]
    try:
        hired_and_rolled_back(inside, roster[8])
        assert (Employees.objects.count(), User.objects.count()) == (people, rows)
        exec(inside, globals() | {"person": roster[8], "print_badge": print_badge})
        assert (Employees.objects.count(), User.objects.count()) == (people + 1, rows + 1)
    finally:
        task_backends["default"] = own
    assert django.conf.global_settings.TASKS["default"]["BACKEND"].endswith("ImmediateBackend")
