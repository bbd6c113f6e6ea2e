"""Write what happens into the event log.

See https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals
"""

import logging

from django.db import router, transaction
from django.dispatch import receiver

from speedy.event_file import line_of
from speedy.signals.custom_signals import event_signal

logger = logging.getLogger("speedy.events")


def log_event(message, sender=None, instance=None):
    """Write one line: when, who says so, what happened, and the object that it is about."""
    logger.info(line_of(sender, message, instance))


@receiver(event_signal)
def view_event_logging(sender, *, message, instance=None, request=None, **kwargs):
    """Log what a sender tells. Of a stored object only once the transaction is committed.

    Otherwise the log would name people whose row was rolled back.
    """
    place = getattr(sender, "__name__", str(sender))
    if instance is None:
        log_event(message, place)
    else:
        name = identified(instance)

        def write():  # no partial: before Django 6.1 robust=True does not catch what one raises
            log_event(message, place, name)

        using = router.db_for_write(type(instance), instance=instance)
        transaction.on_commit(write, using=using, robust=True)


def identified(instance):
    """Name an object by its class and key: a name may change, or belong to two."""
    return f"{type(instance).__name__} object ({instance.pk})"
