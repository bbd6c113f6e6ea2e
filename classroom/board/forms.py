"""Whom the wall's buttons hire, and how.

See https://docs.djangoproject.com/en/5.2/topics/forms/
"""

import uuid
from collections import Counter

from django import forms

from classroom.scenes.roster import sample_roster
from speedy.forms import refuse_strange
from speedy.models import Employees
from speedy.wirings import WIRINGS


class OnceForm(forms.Form):
    """A button: nothing to fill in, and a token by which a second click is told."""

    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def clean(self):
        refuse_strange(self.fields, self.data, self.files)


class RosterForm(OnceForm):
    """Whom a button hires, by their place in the roster, and by which wiring."""

    at = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    wiring = forms.ChoiceField(choices=[(name, name) for name in WIRINGS], widget=forms.RadioSelect)

    def people(self, number):
        """Return the fields of that many from the place on; after the last comes the first."""
        roster, at = sample_roster(), self.cleaned_data["at"]
        return [roster[(at + step) % len(roster)] for step in range(number)]


def next_in_roster():
    """Return the place and the name of the next to hire: the first of whom the fewest work here."""
    names = [(it["first_name"], it["last_name"]) for it in sample_roster()]
    here = Employees.objects.filter(last_name__in=[last for _, last in names])
    works = Counter(here.values_list("first_name", "last_name"))
    at = min(range(len(names)), key=lambda it: works[names[it]])
    return at, " ".join(names[at])
