"""The specimen: the published tutorial's design, re-created with its faults, to be looked at.

It has models, tables and receivers of its own; nothing of speedy runs on it, and its receivers
never hear of speedy's employees. In a lesson: `as_published.Employees.objects.create(...)`.
"""

from importlib import import_module

__all__ = ["Employees", "Shifts", "ShiftsEmployees"]


def __getattr__(name):
    # Loaded when asked for: Django imports this package before models may be imported.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")
    return getattr(import_module(f"{__name__}.models"), name)
