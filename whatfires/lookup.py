"""What somebody names on a command line: a model, or a signal.

See https://docs.djangoproject.com/en/5.2/ref/applications/#django.apps.apps.get_model
"""

import gc
import re
import sys
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from types import CodeType, FunctionType
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.dispatch import Signal

from whatfires.connections import connections
from whatfires.naming import (
    every_signal,
    name_of_receiver,
    name_of_signal,
    names_in_modules,
    names_of_signals,
    path_of,
    signals_of_project,
)
from whatfires.origins import is_of_project

METHODS = ("save()", "delete()")
PARTIAL = re.compile(r"(?:[\w.]+\.)?(?:partial\()+([^()]*)\)+")
MAILING = {"send_mail", "send_mass_mail", "mail_admins", "mail_managers", "email_user"} | {
    "EmailMessage",
    "EmailMultiAlternatives",
}
_functions: set[str] = set()  # names that were found before: looking for them takes long


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


def signal_at(path: str) -> Signal | None:
    """Return the signal of this name in this module, "shop.signals.order_paid", if there is one."""
    homes = [it for it in list(sys.modules) if path.startswith(f"{it}.")]
    names = names_in_modules(homes) if homes else ()
    return next((it for module, name, it in names if path == f"{module}.{name}"), None)


def model_or_signal(name: str) -> Any:
    """Find what a name means: a model first, and then a signal. Raises NotFound."""
    models = {model._meta.label: model for model in apps.get_models()}
    for label, model in models.items():
        if label.lower() == name.lower():
            return model
    signals = {name_of_signal(signal): signal for signal in reversed(signals_of_project())}
    if signal := signal_at(name) or signals.get(name):
        return signal
    known = [*models, *signals]
    raise NotFound(unknown("model or signal", name, known, "shop.Order, post_save"))


def expect_fireable(name: str, seen: set[str]) -> None:
    """Raise NotFound for a name that nothing bears: nothing seen, no signal, receiver or method.

    Nor a function of the project or an installed package, or an object that is called as one, which
    may be a receiver one day; nor the subject of a letter.
    """
    if name in seen or signal_at(name):
        return
    if partly := PARTIAL.fullmatch(name):
        name = partly[1]
    methods = {f"{model.__name__}.{it}" for model in apps.get_models() for it in METHODS}
    known = {*seen, *METHODS, *methods, *names_of_signals(every_signal())}
    for signal in every_signal():
        for it in connections(signal):
            if it.receiver is not None:
                known |= {name_of_receiver(it.receiver), path_of(it.receiver)}
    if name not in known | _functions:
        names_of_functions()
    if name not in known | _functions and not is_subject(name, known | _functions):
        form = "send_receipt, shop.receivers.send_receipt"
        raise NotFound(unknown("signal, receiver, callback, task or method", name, known, form))


def is_subject(name: str, known: set[str]) -> bool:
    """Tell whether a word is rather what a letter is about: functions do not begin so."""
    return name.isalnum() and name[0].isupper() and not get_close_matches(name, known, cutoff=0.8)


def names_of_functions() -> set[str]:
    """Name what can be called but is not Django's or Python's, without and with the module.

    These are functions and classes of callable objects. Beside them stand the texts in functions
    that send mail, for a subject may be one word. What was named once is named again.
    """
    # What the collector knows, so that a decorated one, and one of a test, is found as well.
    for thing in gc.get_objects():
        if type(thing) is FunctionType and is_of_project(thing.__code__.co_filename):
            for code in codes_in(thing.__code__):
                name = code.co_qualname.replace("<locals>.", "").replace("<lambda>", "lambda")
                _functions.update((name, f"{thing.__module__}.{name}"))
                if MAILING.intersection(code.co_names):
                    _functions.update(it for it in code.co_consts if isinstance(it, str))
        elif issubclass(type(thing), type) and is_called(thing):
            name = thing.__qualname__.replace("<locals>.", "")
            _functions.update((name, f"{thing.__module__}.{name}"))
    return _functions


def is_called(kind: type) -> bool:
    """Tell whether objects of a class are called as functions of the project are."""
    calls = (vars(it).get("__call__") for it in type.mro(kind))
    call = next(filter(None, calls), None)
    return type(call) is FunctionType and is_of_project(call.__code__.co_filename)


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of a function, and of those that are written in it."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from codes_in(inner)


def unknown(sort: str, name: str, known: Iterable[str], form: str) -> str:
    # "Product" is meant to be "catalogue.Product": what differs in its module alone comes first.
    known = sorted(set(known))
    near = [it for it in known if it.rpartition(".")[2].lower() == name.rpartition(".")[2].lower()]
    near = get_close_matches(name, near, n=3, cutoff=0) or get_close_matches(
        name, known, cutoff=0.4
    )
    near = near or known[:3]
    return f"{name!r}: no {sort} bears that name (as in {form}). Near: {', '.join(near)}."
