"""What somebody names on a command line: a model, or a signal.

See https://docs.djangoproject.com/en/5.2/ref/applications/#django.apps.apps.get_model
"""

from difflib import get_close_matches
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.dispatch import Signal

from whatfires.naming import name_of_signal, names_in_modules, signals_of_project


class NotFound(LookupError):
    """No model, or no signal, bears a name; the message says which names are near."""

    def __str__(self) -> str:
        return str(self.args[0])


def model_named(name: str) -> type[Model]:
    """Find a model by its label, "app.Model". Raises NotFound."""
    try:
        return apps.get_model(name)
    except (LookupError, ValueError) as error:
        labels = [model._meta.label for model in apps.get_models()]
        raise NotFound(unknown("model", name, labels, "app.Model")) from error


def signal_named(name: str) -> Signal:
    """Find a signal by its name, with or without its module. Raises NotFound."""
    for module, inner, signal in names_in_modules():
        if name == f"{module}.{inner}":
            return signal
    known = {name_of_signal(signal): signal for signal in reversed(signals_of_project())}
    if name in known:
        return known[name]
    raise NotFound(unknown("signal", name, [*known], "post_save"))


def model_or_signal(name: str) -> Any:
    """Find what a name means: a model first, and then a signal. Raises NotFound."""
    labels = {model._meta.label_lower: model for model in apps.get_models()}
    return labels.get(name.lower()) or signal_named(name)


def unknown(sort: str, name: str, known: list[str], form: str) -> str:
    near = get_close_matches(name, known, n=3, cutoff=0.4) or sorted(known)[:3]
    return f"{name!r}: no {sort} bears that name (as in {form}). Near: {', '.join(near)}."
