"""A signal, and the receivers of the models' own signals, in one module."""

from django.db.models.signals import post_save
from django.dispatch import Signal

from classroom.scenes.as_published.layout.circle.models import Employees

employee_left = Signal()


def connect():
    post_save.connect(employee_created, sender=Employees)


def employee_created(sender, **kwargs):
    pass
