"""What to call a signal, a receiver, a sender and a place in the code.

Naming looks at objects and never calls them, asks the database nothing and keeps nothing alive.
See https://docs.djangoproject.com/en/5.2/ref/signals/
"""

import functools
import inspect
import sys
import weakref

from django.contrib.auth import signals as auth_signals
from django.core import signals as request_signals
from django.db.backends import signals as backend_signals
from django.db.models import signals as model_signals
from django.dispatch import Signal
from django.test import signals as test_signals

BUILT_IN = {
    signal: name
    for module in (auth_signals, request_signals, backend_signals, test_signals, model_signals)
    for name, signal in vars(module).items()
    if isinstance(signal, Signal)
}
UNNAMED = "a signal without a name"

_found = weakref.WeakKeyDictionary()


def name_of_signal(signal):
    """Name a signal as its module does: a signal itself does not know its name."""
    if signal in BUILT_IN:
        return BUILT_IN[signal]
    if signal not in _found:
        name = next((name for name, value in module_level() if value is signal), None)
        if name is None:
            return UNNAMED  # perhaps its module is still being imported: look again next time
        _found[signal] = name
    return _found[signal]


def module_level():
    """Yield (name, value) of what stands at the top of the modules that are loaded.

    What begins with an underscore is nobody's name: a notebook calls its last answers `_`.
    """
    for module in list(sys.modules.values()):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if not name.startswith("_"):
                yield name, value


def name_of_sender(sender):
    """Name a sender: a class by its name, nobody as an empty text, anything else as it is."""
    if sender is None:
        return ""
    if isinstance(sender, type):
        return sender.__name__
    return sender if isinstance(sender, str) else getattr(sender, "__name__", type(sender).__name__)


def name_of_receiver(receiver):
    """Name a receiver: function, `Class.method`, `partial(...)`, or the class of a callable."""
    if isinstance(receiver, functools.partial):
        return f"partial({name_of_receiver(receiver.func)})"
    name = getattr(receiver, "__qualname__", None) or type(receiver).__qualname__
    return name.replace("<locals>.", "").replace("<lambda>", "lambda")


def place_of(function):
    """Say where a function, method, partial or callable object is written: `module:line`.

    A cell of a notebook is `__main__`; built-in code without a source has no line.
    """
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(getattr(function, "__func__", function))
    if not hasattr(function, "__code__"):
        function = getattr(type(function).__call__, "__func__", type(function).__call__)
    module = getattr(function, "__module__", None) or "?"
    code = getattr(function, "__code__", None)
    return f"{module}:{code.co_firstlineno}" if code else module
