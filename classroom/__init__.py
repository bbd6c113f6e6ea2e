"""The tools of the notebooks: shell_plus imports every name below into each of them.

Django imports this package before any model is ready (it is an app, and so is the specimen
inside it), so each tool is loaded when it is first asked for.
"""

from importlib import import_module

HOMES = {}

__all__ = list(HOMES)


def __getattr__(name):
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")
    return getattr(import_module(HOMES[name]), name)
