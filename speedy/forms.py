"""The forms of the board and of the two views that the lessons call.

See https://docs.djangoproject.com/en/5.2/topics/forms/modelforms/
"""

from django import forms
from django.core.exceptions import ValidationError

from speedy.models import Employees
from speedy.wirings import WIRINGS

COLUMNS = ["first_name", "last_name", "address", "age", "date_of_birth"]


class PersonForm(forms.ModelForm):
    """Somebody to hire. What is sent twice, or is no field at all, is refused by name."""

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


def refuse_strange(expected, posted, files):
    """Raise ValidationError for fields that were posted twice or that nobody asked for."""
    faults = []
    for name, values in [*posted.lists(), *files.lists()]:
        if name in files or name not in [*expected, "csrfmiddlewaretoken"]:
            faults.append(f"There is no field {name!r}; expected {', '.join(expected)}.")
        elif len(values) > 1:
            faults.append(f"{name} came {len(values)} times; expected once.")
    if faults:
        raise ValidationError(faults)
