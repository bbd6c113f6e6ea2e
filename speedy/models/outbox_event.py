"""Events that wait to be told: rows, so that they share the fate of what they tell of.

See https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

MOST_TRIES = 5


class OutboxEventQuerySet(models.QuerySet):
    def waiting(self):
        """The events that nobody has been told of yet: those tried least often, the oldest first.

        So one that brings its deliverer down holds the others up once, and not for ever.
        """
        waiting = self.filter(delivered=None, tries__lt=MOST_TRIES)
        return waiting.order_by("tries", "pk")

    def given_up(self):
        """The events that were tried as often as is allowed, and not delivered."""
        return self.filter(delivered=None, tries__gte=MOST_TRIES)


class OutboxEvent(models.Model):
    """Something that happened, and that somebody has to be told of at least once.

    Its key is the same at each delivery, so a receiver that hears of it twice can tell.
    """

    name = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    stored = models.DateTimeField(default=timezone.now, editable=False)
    delivered = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveIntegerField(default=0, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    error = models.CharField(max_length=500, blank=True, editable=False)

    objects = OutboxEventQuerySet.as_manager()

    class Meta:
        verbose_name = "event in the outbox"
        verbose_name_plural = "events in the outbox"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="outbox_event_has_a_name",
                condition=~Q(name=""),
                violation_error_message="An event must have a name.",
            )
        ]
        indexes = [
            # Only what waits is in it, so it stays small however much was delivered.
            models.Index(fields=["id"], name="outbox_waiting", condition=Q(delivered=None)),
        ]

    def __str__(self):
        return f"{self.name} ({self.pk})"

    @property
    def state(self):
        """What became of it so far: "delivered", "waits" or "given up"."""
        if self.delivered:
            return "delivered"
        return "given up" if self.tries >= MOST_TRIES else "waits"
