"""What to call a signal, a receiver, a sender and a place in the code.

Naming looks at objects and never calls them, asks the database nothing and keeps nothing alive.
See https://docs.djangoproject.com/en/5.2/ref/signals/
"""

import functools
import gc
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, MethodType
from typing import Any
from weakref import WeakKeyDictionary

from django.apps import apps
from django.dispatch import Signal

from whatfires.masking import encodable

UNNAMED = "a signal without a name"
MODELS_FIRST = "django.db.models.signals"
# What a notebook calls its last answers and cells is nobody's name.
ANSWER = re.compile(r"_+(i*|\d*|i\d+)|[IO]n|Out")

# The name of each signal that was looked for; what has none, with the number of modules there
# were then, for looking through them takes 15 ms.
_names: WeakKeyDictionary[Signal, str] = WeakKeyDictionary()
_nameless: WeakKeyDictionary[Signal, int] = WeakKeyDictionary()
# Those that were found before: of what gc.freeze() puts by, the interpreter finds nothing more.
_found: WeakKeyDictionary[Signal, None] = WeakKeyDictionary()


def name_of_signal(signal: Signal) -> str:
    """Name a signal as the code that holds it does: a signal itself does not know its name.

    A name at the top of a module comes first, then `Class.name`, then names with an underscore.
    """
    known = _names.get(signal)
    return names_of_signals([signal])[0] if known is None else known


def names_of_signals(signals: list[Signal]) -> list[str]:
    """Name signals, as `name_of_signal()` does, with one look for all that it has not met yet."""
    count = len(sys.modules)  # one that is still being imported adds to it
    if any(it not in _names and _nameless.get(it) != count for it in signals):
        found: dict[Signal, list[str]] = {}
        for _, name, value in names_in_modules():  # a look takes long: it names all that it meets
            found.setdefault(value, []).append(name)
        for value, names in found.items():
            _names.setdefault(value, min(names, key=lambda name: ("._" in f".{name}", "." in name)))
        for it in signals:
            if it not in found:
                _nameless[it] = count
    return [_names.get(it, UNNAMED) for it in signals]


def names_in_modules(places: Iterable[str] = ()) -> Iterator[tuple[str, str, Signal]]:
    """Yield (module, name, signal) of all signals in modules and their classes, Django's first.

    With `places`, in the modules of these names alone.
    """
    for place in places or sorted(sys.modules, key=lambda name: name != MODELS_FIRST):
        module = sys.modules.get(place)
        for name, value in list(getattr(module, "__dict__", {}).items()):
            # By type(): isinstance() asks the object, and a lazy one would set itself up.
            if issubclass(type(value), Signal):
                if not ANSWER.fullmatch(name):
                    yield place, name, value
            elif issubclass(type(value), type) and value.__module__ == place:
                for inner, kept in list(vars(value).items()):
                    if issubclass(type(kept), Signal):
                        yield place, f"{value.__qualname__}.{inner}", kept


def signals_of_project() -> list[Signal]:
    """List the signals of Django and of every installed app, those of models first.

    A module that nobody imported is left so: its signals have no receivers yet.
    """
    configs = apps.get_app_configs() if apps.apps_ready else []
    homes = tuple(f"{home}." for home in ("django", *(config.name for config in configs)))
    found = (value for place, _, value in names_in_modules() if f"{place}.".startswith(homes))
    return list(dict.fromkeys(found))


def every_signal() -> list[Signal]:
    """List all signals that exist, wherever they were made and are kept."""
    # An instance refers to its class, so the interpreter finds them without a look at each object.
    kinds = {Signal, *subclasses(Signal)}
    for it in gc.get_referrers(*kinds):
        if type(it) in kinds:
            _found[it] = None
    return [it for found in _found.keyrefs() if (it := found()) is not None]


def subclasses(base: type) -> set[type]:
    """Return the set of all classes below a class; the interpreter knows them without imports."""
    found: set[type] = set()
    level = {base}
    while level:
        level = {it for kind in level for it in type.__subclasses__(kind)} - found
        found |= level
    return found


def name_of_sender(sender: Any) -> str:
    """Name a sender: a class by its name, nobody as an empty text, anything else as it is."""
    if sender is None:
        return ""
    kind = type(sender)  # isinstance() would ask a lazy one
    if issubclass(kind, type):
        return sender.__name__
    return encodable(str.__str__(sender)) if issubclass(kind, str) else at_rest(sender, "__name__")


def name_of_receiver(receiver: Any) -> str:
    """Name a receiver: function, `Class.method`, `partial(...)`, or the class of a callable."""
    if issubclass(type(receiver), functools.partial):
        return f"partial({name_of_receiver(receiver.func)})"
    name = at_rest(receiver, "__qualname__")
    return name.replace("<locals>.", "").replace("<lambda>", "lambda")


def path_of(function: Any) -> str:
    """Name a receiver or a method with its module: `shop.receivers.send_receipt`."""
    return f"{place_of(function).partition(':')[0]}.{name_of_receiver(function)}"


def at_rest(thing: Any, attribute: str) -> str:
    """Return a name that is simply there, or its class's: no property runs, nothing is asked."""
    if type(thing) is MethodType:
        thing = thing.__func__
    if type(thing) is FunctionType:  # nearly always, and much quicker
        return getattr(thing, attribute)  # type: ignore[no-any-return]
    found = inspect.getattr_static(thing, attribute, None)
    if type(found) in (GetSetDescriptorType, MemberDescriptorType):  # as a function keeps its name
        found = getattr(thing, attribute)
    return found if isinstance(found, str) else str(getattr(type(thing), attribute))


def place_of(function: Any) -> str:
    """Say where a function, method, partial or callable object is written: `module:line`.

    A cell, or a line of a shell, is in `__main__`; built-in code without a source has no line.
    """
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(getattr(function, "__func__", function))
    if not hasattr(function, "__code__"):
        function = getattr(type(function).__call__, "__func__", type(function).__call__)
    code = getattr(function, "__code__", None)
    module = getattr(function, "__module__", None) or ("__main__" if code else "?")
    return f"{module}:{code.co_firstlineno}" if code else module
