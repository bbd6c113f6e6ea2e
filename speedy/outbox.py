"""The outbox: an event is stored in the sender's own transaction, and delivered afterwards.

What `transaction.on_commit` calls is lost when the process ends between the commit and the call. A
row is not: it is there exactly when what it tells of is there. It may be delivered more than once,
because nobody knows whether a receiver had finished when the process ended. So a second call must
do no harm.

A deliverer claims a few events in one short transaction, tells of them outside any transaction, so
that nobody waits for a slow receiver, and ticks off each. The claim of one that ended runs out.
See https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import router, transaction
from django.db.models import F, Q
from django.utils import timezone

from speedy.models import OutboxEvent
from speedy.signals.custom_signals import event_told

CLAIMED_AT_ONCE = 10
CLAIM_LASTS = timedelta(minutes=5)
LONGEST_ERROR = OutboxEvent._meta.get_field("error").max_length


@dataclass
class Round:
    """What came of one delivery of all that waits: events that were told, and that failed."""

    told: list = field(default_factory=list)
    failed: list = field(default_factory=list)


def store(name, **payload):
    """Store an event, to be told once the transaction around it is committed; return it.

    `payload` is what JSON can hold. Raises RuntimeError outside a transaction, where the event and
    what it tells of could part; the transaction of a TestCase does not count.
    """
    if not in_transaction(router.db_for_write(OutboxEvent)):
        raise RuntimeError(
            f"store({name!r}) was called outside a transaction: expected `with "
            "transaction.atomic():` around it and what it tells of, so that both are there, or "
            "neither."
        )
    return OutboxEvent.objects.create(name=name, payload=payload)


def in_transaction(using):
    """Tell whether a transaction is open, other than that of a TestCase.

    A durable block may not begin in one: Django refuses it, and it begins nothing.
    """
    try:
        with transaction.atomic(using=using, durable=True):
            return False
    except RuntimeError:
        return True


def waiting():
    """The events that nobody has been told of yet, in the order in which they are told."""
    return OutboxEvent.objects.waiting()


def deliver():
    """Tell of each event that waits, the oldest first; return a Round.

    One that fails is left for the next round, with its error, and holds nobody else up; after
    `MOST_TRIES` tries it is given up. Several may deliver at once. Raises RuntimeError inside a
    transaction, which could take back that an event was told.
    """
    result = Round()
    while events := claim(besides=result.failed):
        for event in events:
            if event.claimed_until > timezone.now():  # else it may be somebody else's by now
                tick_off(event, failure_in(event))
                (result.failed if event.error else result.told).append(event)
    return result


def claim(besides=()):
    """Claim the next few events that nobody else has claimed, and return them."""
    now = timezone.now()
    # Far longer than claims last: its clock was ahead. Clocks that differ a little are no reason.
    ended = Q(claimed_until__lte=now) | Q(claimed_until__gt=now + 2 * CLAIM_LASTS)
    free = waiting().filter(Q(claimed_until=None) | ended)
    free = free.exclude(pk__in=[event.pk for event in besides])
    with transaction.atomic(using=router.db_for_write(OutboxEvent), durable=True):
        # Another deliverer takes the next ones. An UPDATE without this would wait for the first.
        events = list(free.select_for_update(skip_locked=True)[:CLAIMED_AT_ONCE])
        claimed = OutboxEvent.objects.filter(pk__in=[event.pk for event in events])
        # The try is counted before it is made: the deliverer may not live to count it.
        claimed.update(tries=F("tries") + 1, claimed_until=now + CLAIM_LASTS)
    for event in events:
        event.tries, event.claimed_until = event.tries + 1, now + CLAIM_LASTS
    return events


def failure_in(event):
    """Tell every receiver of a claimed event; return the first error, or None.

    What a receiver did stands, whatever another one does.
    """
    answers = event_told.send_robust(
        sender=OutboxEvent, name=event.name, key=event.pk, payload=event.payload
    )
    if not answers:
        return LookupError("nobody listens to event_told")
    return next((answer for _, answer in answers if isinstance(answer, Exception)), None)


def tick_off(event, failure):
    """Note that an event was told, or why not; then it can be claimed again."""
    if failure is None:
        event.delivered, event.error = timezone.now(), ""
        event.save(update_fields=["delivered", "error"])
    else:
        event.claimed_until, event.error = None, repr(failure)[:LONGEST_ERROR]
        event.save(update_fields=["claimed_until", "error"])
