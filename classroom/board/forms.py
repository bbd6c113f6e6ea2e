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


class WiringForm(OnceForm):
    """The wiring by which a button hires; the first one, unless another is chosen."""

    wiring = forms.ChoiceField(choices=[(name, name) for name in WIRINGS], widget=forms.RadioSelect)

    def get_initial_for_field(self, field, name):
        initial = super().get_initial_for_field(field, name)
        return next(iter(WIRINGS)) if name == "wiring" and initial not in WIRINGS else initial


def next_from_roster(number):
    """Return the fields of the next people to hire: those of whom the fewest work here."""
    roster = sample_roster()
    names = [(it["first_name"], it["last_name"]) for it in roster]
    here = Employees.objects.filter(last_name__in=[last for _, last in names])
    works = Counter(here.values_list("first_name", "last_name"))
    queue = []
    for _ in range(number):
        at = min(range(len(roster)), key=lambda it: works[names[it]])
        works[names[at]] += 1
        queue.append(roster[at])
    return queue
