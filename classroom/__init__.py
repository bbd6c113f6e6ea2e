"""The tools of the notebooks: shell_plus imports every name below into each of them.

Django imports this package before any model is ready (it is an app, and so is the specimen
inside it), so each tool is loaded when it is first asked for.
"""

from importlib import import_module

HOMES = {
    "advance": "classroom.calendar",
    "connected": "classroom.listener",
    "cost_plot": "classroom.plots",
    "disconnected": "classroom.testing",
    "end_in_the_middle": "classroom.breaking",
    "event_log": "classroom.event_table",
    "exercise": "classroom.exercises.engine",
    "fill_table": "classroom.filling",
    "fresh_database": "classroom.database",
    "hire_costs": "classroom.measuring",
    "leaves": "classroom.filling",
    "listening": "classroom.listener",
    "muted": "classroom.testing",
    "predict": "classroom.predicting",
    "progress": "classroom.exercises.progress",
    "quiz": "classroom.exercises.quizzing",
    "race": "classroom.racing",
    "reveal": "classroom.predicting",
    "run_tests": "classroom.testing",
    "sample_roster": "classroom.roster",
    "shift_table": "classroom.rota",
    "show_code": "classroom.sources",
    "side_by_side": "classroom.comparing",
    "times_the_direct_call": "classroom.measuring",
    "trace": "classroom.tracing",
    "what_fires": "classroom.firing",
    "what_is_left": "classroom.breaking",
    "who_listens": "classroom.connections",
}

# The specimen is a package of its own: `as_published.Employees`, `as_published.Shifts`, ...
__all__ = ["as_published", *HOMES]


def __getattr__(name):
    if name == "as_published":
        return import_module("classroom.as_published")
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")
    return getattr(import_module(HOMES[name]), name)


def __dir__():
    # shell_plus takes `import *` to mean everything that dir() lists.
    return __all__
