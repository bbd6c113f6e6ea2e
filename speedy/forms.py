"""The forms of the board and of the two views that the lessons call.

See https://docs.djangoproject.com/en/5.2/topics/forms/modelforms/
"""

import hashlib
import json
import uuid

from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError

from speedy.models import Employees
from speedy.wirings import WIRINGS

COLUMNS = ["first_name", "last_name", "address", "age", "date_of_birth"]
CSRF = "csrfmiddlewaretoken"
WEEK = 7 * 24 * 60 * 60  # seconds
REMEMBERED = 50  # sendings, by the session of a browser


class PersonForm(forms.ModelForm):
    """Somebody to hire. What is sent twice, or is no field at all, is refused by name.

    Each form that is shown has a token of its own, so that a second sending of it can be told.
    """

    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    class Meta:
        model = Employees
        fields = COLUMNS
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "address": forms.TextInput(attrs={"autocomplete": "off"}),
            "date_of_birth": forms.DateInput(attrs={"type": "date"}),
        }

    def clean(self):
        fields = super().clean()
        refuse_strange(self.fields, self.data, self.files)
        return fields


class HireForm(PersonForm):
    """Somebody to hire, and the wiring to hire them by."""

    wiring = forms.ChoiceField(choices=[(name, name) for name in WIRINGS])

    field_order = ["wiring", *COLUMNS]

    def hire(self):
        """Hire whom the form describes, and return them."""
        fields = {name: self.cleaned_data[name] for name in COLUMNS}
        return WIRINGS[self.cleaned_data["wiring"]].hire(**fields)


class Sending:
    """One sending of a form: the first one counts, a double click or a reload does not.

    It is known by the form's token and by all that was typed: who goes back and types somebody else
    means it. The cache of the process remembers it for a week; several processes need one cache
    that they share. The browser's session remembers the last ones when the server was started
    again. A form without a token is not told from another.
    See https://docs.djangoproject.com/en/5.2/topics/cache/#django.core.caches.cache.add
    """

    def __init__(self, request):
        self.session = request.session
        fields = {name: values for name, values in request.POST.lists() if name != CSRF}
        content = json.dumps([request.path, fields], sort_keys=True).encode()
        token = request.POST.get("once")
        self.key = token and f"speedy.sending.{hashlib.sha256(content).hexdigest()}"

    def is_first(self):
        """Claim it, so that of two at the same moment only one is the first."""
        if not self.key:
            return True
        return self.key not in self.done() and cache.add(self.key, True, timeout=WEEK)

    def done(self):
        return self.session.get("done", [])

    def has_acted(self):
        """Remember it beyond this process."""
        if self.key:
            self.session["done"] = [*self.done(), self.key][-REMEMBERED:]

    def take_back(self):
        """Let it be sent again, for nothing came of it."""
        if self.key:
            cache.delete(self.key)


def refuse_strange(expected, posted, files):
    """Raise ValidationError for fields that were posted twice or that nobody asked for."""
    faults = []
    for name, values in [*posted.lists(), *files.lists()]:
        if name in files or name not in [*expected, "once", CSRF]:
            faults.append(f"There is no field {name!r}; expected {', '.join(expected)}.")
        elif len(values) > 1:
            faults.append(f"{name} came {len(values)} times; expected once.")
    if faults:
        raise ValidationError(faults)
