"""Tasks to be enqueued, as Django 6 knows them."""

from django.tasks import task


@task
def tidy(room, token=None):
    return room


@task
def spill():
    raise ValueError("all over the floor")
