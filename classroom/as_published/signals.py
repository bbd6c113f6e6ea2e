"""The published receivers, faults kept and numbered; the appendix runs each of them.

See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

from datetime import timedelta

from django.db.models import Count
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver
from django.utils import timezone

from classroom.as_published.models import Employees, Shifts


# Fault 8: every save wipes, an edit and one that will fail among them; whoever sat there is lost.
# Fault 9: no look at `raw`, here and below: loading a dump wipes and hires.
@receiver(pre_save, sender=Employees)
def wipe_expired_shifts(sender, **kwargs):
    Shifts.objects.filter(shift_date__lt=timezone.localdate()).delete()


@receiver(post_save, sender=Employees)
def employee_created(sender, instance, created, **kwargs):
    if not created:
        return
    try:
        # Fault 10: counts the people of all shifts, each time somebody is hired.
        shifts = Shifts.objects.annotate(people=Count("employees_shift"))
        shift = shifts.filter(people__lt=3).order_by("shift_date").first()
        if shift is None:
            latest = Shifts.objects.latest("shift_date")
            shift = Shifts.objects.create(shift_date=latest.shift_date + timedelta(days=1))
            shift.save()  # Fault 13: create() has saved it already
        # Fault 11: between the count and this line, somebody else takes the same seat.
        shift.employees_shift.add(instance)
    except Shifts.DoesNotExist:
        Shifts.objects.create().employees_shift.add(instance)
    except Exception as error:  # Fault 12: the error is printed and gone, the hire half done.
        print(error)
