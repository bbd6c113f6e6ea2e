"""Keep `Shifts.headcount` true when a seat is taken or left by a call that sends signals.

Nobody calls `save()` on a shift when a seat of it changes hands. Receivers hear of seats that come
by `add()` or `save()`, and of those that go by `remove()` or a cascade. They do not hear bulk calls
and raw SQL. A database trigger would (see the notebook *Counting a relation*).
Each receiver takes the rota's lock before it counts. It counts the seat as it is stored, whatever a
copy in memory says.
See https://docs.djangoproject.com/en/5.2/ref/signals/#m2m-changed
"""

from django.db.models import F
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.dispatch import receiver

from speedy.models import Shifts, ShiftsEmployees
from speedy.scheduling import expect_counted, lock_rota


@receiver([pre_save, pre_delete], sender=ShiftsEmployees)
def uncount_seat(sender, instance, using, raw=False, update_fields=None, **kwargs):
    """Uncount a seat on the shift on which it is stored; a new seat is stored nowhere."""
    if raw:
        return  # fixtures bring their counts
    lock_rota(using)
    if instance.pk and names_shift(update_fields):
        stored_on = Shifts.objects.using(using).filter(shiftsemployees=instance.pk)
        stored_on.update(headcount=F("headcount") - 1)


@receiver(post_save, sender=ShiftsEmployees)
def count_seat(sender, instance, using, raw, update_fields, **kwargs):
    """Count a seat on the shift on which it is stored now."""
    if not raw and names_shift(update_fields):
        shift = Shifts.objects.using(using).filter(pk=instance.shift_id)
        expect_counted(shift.update(headcount=F("headcount") + 1), [instance.shift_id])


@receiver(m2m_changed, sender=ShiftsEmployees)
def count_seats_added(sender, instance, action, reverse, pk_set, using, raw=False, **kwargs):
    """Count what `add()` added, from either side; it sends no save signal for the seats.

    `remove()`, `set()` and `clear()` delete through the seats' own model: uncounted above.
    """
    if action == "pre_add":
        lock_rota(using)
    elif action == "post_add" and not raw:  # Django 6.1 says when a fixture adds
        keys = pk_set if reverse else [instance.pk]
        shifts = Shifts.objects.using(using).filter(pk__in=keys)
        number = 1 if reverse else len(pk_set)
        expect_counted(shifts.update(headcount=F("headcount") + number), keys)


def names_shift(update_fields):
    """Tell whether a save writes the shift of a seat: `update_fields` names it, or is None."""
    return update_fields is None or not {"shift", "shift_id"}.isdisjoint(update_fields)
