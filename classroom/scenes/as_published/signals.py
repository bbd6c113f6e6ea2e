"""The published receivers. The faults are kept, and numbered as in the notebook *line by line*.

They are connected when the specimen is ready, and hear of its own people only.
See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

import datetime

from django.db.models import Count
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from classroom.scenes.as_published.models import Employees, Shifts


# Fault 5
@receiver(pre_save, sender=Employees)
def wipe_expired_shifts(sender, **kwargs):
    try:
        today = datetime.date.today()
        Shifts.objects.filter(shift_date__lt=today).delete()
    except (Shifts.DoesNotExist, Exception) as error:  # Fault 3
        print(error)


# Fault 6
@receiver(post_save, sender=Employees)
def employee_created(sender, instance, created, **kwargs):
    if not created:
        return
    shift = first_with_room()
    if shift is not None:
        shift.employees_shift.add(instance.id)  # Fault 2
        return
    try:
        day = day_after_the_latest()
        shift = Shifts.objects.create(shift_date=day) if day else Shifts.objects.create()
        shift.save()  # Fault 4
        shift.employees_shift.add(instance.id)
    except (Shifts.DoesNotExist, Exception) as error:  # Fault 3
        print(error)


def first_with_room():
    try:
        shifts = Shifts.objects.annotate(people=Count("employees_shift"))  # Fault 17
        return shifts.filter(people__lt=3).order_by("shift_date").first()
    except (Shifts.DoesNotExist, IndexError, Exception) as error:  # Fault 3
        print(error)


def day_after_the_latest():
    try:
        latest = Shifts.objects.order_by("-shift_date").values("shift_date").first()
        return latest["shift_date"] + datetime.timedelta(days=1)
    except (Shifts.DoesNotExist, IndexError, Exception):  # Fault 16
        # The published code prints the error, too. Measurements and races would print pages of it.
        return None
