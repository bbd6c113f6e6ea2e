"""The published receivers, faults kept and numbered; the notebook *line by line* runs them.

See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

import datetime

from django.db.models import Count
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from classroom.scenes.as_published.models import Employees, Shifts


# Fault 8: every save wipes, an edit and one that will fail too; those who sat there are lost.
# Fault 9: no look at `raw`, here and below: loading a dump wipes and hires.
@receiver(pre_save, sender=Employees)
def wipe_expired_shifts(sender, **kwargs):
    try:
        # Fault 14: today as the process sees it, whatever time zone Django has active.
        today = datetime.date.today()
        Shifts.objects.filter(shift_date__lt=today).delete()
    except (Shifts.DoesNotExist, Exception) as error:  # Fault 12
        print(error)


@receiver(post_save, sender=Employees)
def employee_created(sender, instance, created, **kwargs):
    if not created:
        return
    shift = first_with_room()
    if shift is not None:
        # Fault 11: between the count and this line, somebody else takes the same seat.
        shift.employees_shift.add(instance.id)
        return
    try:
        day = day_after_the_latest()
        shift = Shifts.objects.create(shift_date=day) if day else Shifts.objects.create()
        shift.save()  # Fault 13: create() has saved it already
        shift.employees_shift.add(instance.id)
    except (Shifts.DoesNotExist, Exception) as error:
        # Fault 12: an error, whatever it is, is printed and gone, and the hire half done.
        print(error)


def first_with_room():
    try:
        # Fault 10: counts the people of all shifts, each time somebody is hired.
        shifts = Shifts.objects.annotate(people=Count("employees_shift"))
        return shifts.filter(people__lt=3).order_by("shift_date").first()
    except (
        Shifts.DoesNotExist,
        IndexError,
        Exception,
    ) as error:  # Fault 12
        print(error)


def day_after_the_latest():
    try:
        latest = Shifts.objects.order_by("-shift_date").values("shift_date").first()
        return latest["shift_date"] + datetime.timedelta(days=1)
    except (Shifts.DoesNotExist, IndexError, Exception):
        # Fault 15: an empty rota is noticed by the TypeError of None["shift_date"], and any other
        # error is taken for an empty rota. The published code also prints it. That is left out
        # here: measurements and races hire from this code, and would print pages of it.
        return None
