"""The outbox: an event is stored in the sender's own transaction, and delivered afterwards.

What `transaction.on_commit` calls is lost when the process ends between the commit and the call. A
row is not: it is there exactly when what it tells of is there. It is delivered at least once, for
who can say whether a receiver was done when the power went? So a receiver must bear to hear twice.
See https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from speedy.models import OutboxEvent
from speedy.signals.custom_signals import event_told

LONGEST_ERROR = OutboxEvent._meta.get_field("error").max_length


@dataclass
class Round:
    """What came of one delivery of all that waits: events that were told, and that failed."""

    told: list = field(default_factory=list)
    failed: list = field(default_factory=list)


class Unheard(Exception):
    """Nobody listened, or a receiver raised: what the others wrote is taken back."""


def store(name, **payload):
    """Store an event, to be told once the transaction around it is committed; return it.

    `payload` is what JSON can hold. Raises RuntimeError outside a transaction, where the event and
    what it tells of could part.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(
            f"store({name!r}) was called outside a transaction: expected `with "
            "transaction.atomic():` around it and what it tells of, so that both are there, or "
            "neither."
        )
    return OutboxEvent.objects.create(name=name, payload=payload)


def waiting():
    """The events that nobody has been told of: those tried least often, the oldest first.

    So one that brings down whoever tells of it holds the others up once, and not for ever.
    """
    return OutboxEvent.objects.filter(delivered=None).order_by("tries", "pk")


def deliver(progress=iter):
    """Tell of each event that waits, the oldest first; return a Round.

    One that fails is left for the next round, with its error, and holds nobody else up. Several may
    deliver at once: each event is locked while it is told. `progress` wraps the keys, as tqdm does.
    Raises RuntimeError inside a transaction, which could take back that an event was told.
    """
    result = Round()
    for key in progress(list(waiting().values_list("pk", flat=True))):
        # Counted before, and for itself: whoever tells of it may not live to count it.
        with transaction.atomic(durable=True):
            waiting().filter(pk=key).update(tries=F("tries") + 1)
        with transaction.atomic(durable=True):
            event = waiting().select_for_update(skip_locked=True).filter(pk=key).first()
            if event:  # else somebody else tells of it, or just has
                (result.failed if tell(event) else result.told).append(event)
    return result


def tell(event):
    """Tell every receiver of one locked event, and note what came of it; return the error."""
    event.error = ""
    try:
        with transaction.atomic():
            answers = event_told.send_robust(
                sender=OutboxEvent, name=event.name, key=event.pk, payload=event.payload
            )
            if not answers:
                raise Unheard from LookupError("nobody listens to event_told")
            if errors := [answer for _, answer in answers if isinstance(answer, Exception)]:
                raise Unheard from errors[0]
        event.delivered = timezone.now()
    except Unheard as unheard:
        event.error = repr(unheard.__cause__)[:LONGEST_ERROR]
    event.save()
    return event.error
