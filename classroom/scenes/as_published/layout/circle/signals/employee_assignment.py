"""The receivers of the models' own signals: they need the models."""

from django.db.models.signals import post_save

from classroom.scenes.as_published.layout.circle.models import Employees


def connect():
    post_save.connect(employee_created, sender=Employees)


def employee_created(sender, **kwargs):
    pass
