"""Keep `Shifts.headcount` true, however a seat is taken or left.

Nobody calls `save()` on a shift when a seat of it changes hands, so no save() override could
see it: this is the case that signals are for. The count moves by F() expressions, which stay
right when two people do this at once; counting the rows again would miss the other's row.
See https://docs.djangoproject.com/en/5.2/ref/signals/#m2m-changed
"""

from django.db import connections
from django.db.models import BigAutoField, F, IntegerField
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver

from speedy.models import Shifts, ShiftsEmployees
from speedy.prepared import Prepared

COUNT = Prepared(
    lambda shift, seats: Shifts.objects.filter(pk=shift),
    change=lambda shift, seats: {"headcount": F("headcount") + seats},
    shift=BigAutoField(),
    seats=IntegerField(),
)


@receiver(m2m_changed, sender=ShiftsEmployees)
def count_seats_added(sender, instance, action, reverse, pk_set, using, raw=False, **kwargs):
    """Count what `add()` added, from either side; it sends no save signal for the seats.

    `remove()`, `set()` and `clear()` delete through the seats' own model, whose delete signals
    are counted below, so their m2m_changed must not be counted again.
    """
    if action == "post_add" and not raw:  # Django 6.1 says when a fixture adds
        if reverse:
            lock(using, pk_set)
            for shift in sorted(pk_set):
                move_count(using, to=shift)
        else:
            move_count(using, to=instance.pk, seats=len(pk_set))


@receiver([pre_save, pre_delete], sender=ShiftsEmployees)
def remember_stored_shift(sender, instance, using, raw=False, origin=None, **kwargs):
    """Note which shift the stored seat counts for, and lock it until all is done.

    The instance in memory may be stale: somebody else may have moved or deleted the seat, also
    while we waited for the lock. So what is stored is read again, until it is what was locked.
    """
    instance._stored_shift = None
    if instance.pk and not raw and not leaves_with_its_shift(origin):
        seat = ShiftsEmployees.objects.using(using).filter(pk=instance.pk)
        stored = seat.values_list("shift_id", flat=True)
        instance._stored_shift = stored.first()
        locked = None
        while connections[using].features.has_select_for_update and (
            instance._stored_shift != locked
        ):
            locked = instance._stored_shift
            lock(using, {locked, instance.shift_id})
            instance._stored_shift = stored.first()


@receiver(post_save, sender=ShiftsEmployees)
def count_seat_saved(sender, instance, raw, update_fields, using, **kwargs):
    """Count a new seat, or move the count of one that changed shifts. Fixtures bring theirs."""
    shift_was_written = update_fields is None or {"shift", "shift_id"} & set(update_fields)
    if not raw and shift_was_written:
        move_count(using, away_from=instance._stored_shift, to=instance.shift_id)


@receiver(post_delete, sender=ShiftsEmployees)
def count_seat_left(sender, instance, using, **kwargs):
    """Free the seat that was stored, if it still was."""
    move_count(using, away_from=instance._stored_shift)


def leaves_with_its_shift(origin):
    """Tell whether a deletion began at a shift, which takes its seats and its count along."""
    return issubclass(getattr(origin, "model", type(origin)), Shifts)


def lock(using, shifts):
    """Lock shifts in the order of their dates, as everybody does, so that nothing deadlocks."""
    if connections[using].features.has_select_for_update:  # SQLite has one lock for all
        rows = Shifts.objects.using(using).filter(pk__in=shifts)
        list(rows.order_by("shift_date").select_for_update(no_key=True).values_list("pk"))


def move_count(using, away_from=None, to=None, seats=1):
    """Move the count of seats between shifts that are locked, or of one that is not."""
    if away_from == to:
        return
    for shift in sorted({away_from, to} - {None}):
        change = seats if shift == to else -seats
        COUNT.update(shift=shift, seats=change)
