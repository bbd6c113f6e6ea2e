"""What the admin is sent, and what it does when somebody presses Save, without its page.

See https://docs.djangoproject.com/en/5.2/ref/contrib/admin/#django.contrib.admin.ModelAdmin.save_model
"""

from django.contrib.admin import AdminSite
from django.contrib.auth import get_user_model
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import transaction
from django.forms import model_to_dict
from django.test import RequestFactory

from speedy.models import Employees


def posted(user, form=None):
    """Return what the browser of somebody who is logged in sends to the admin."""
    request = RequestFactory().post("/", form, headers={"host": "localhost"})
    request.user, request._messages = user, CookieStorage(request)
    return request


class Saving:
    """A ModelAdmin of the people, and a clerk who may do everything in it."""

    def __init__(self, people_admin):
        self.admin = people_admin(Employees, AdminSite())
        self.user, _ = get_user_model().objects.get_or_create(username="clerk", is_staff=True)
        self.user.is_superuser = True
        self.user.has_perm = lambda *rights: True  # also when it is no superuser any more

    def add(self, **fields):
        return self.save(None, fields)

    def edit(self, person, **fields):
        return self.save(Employees.objects.get(pk=person.pk), fields)

    def save(self, person, fields):
        request, change = posted(self.user), bool(person)
        data = model_to_dict(person) if person else {}
        form = self.admin.get_form(request, person, change=change)(data | fields, instance=person)
        assert form.is_valid(), form.errors
        with transaction.atomic():
            stored = self.admin.save_form(request, form, change)
            self.admin.save_model(request, stored, form, change)
        return stored
