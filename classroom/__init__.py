"""The tools of the notebooks: shell_plus imports every name below into each of them.

Django imports this package before any model is ready (it is an app, and so is the specimen
inside it), so each tool is loaded when it is first asked for.
"""

from importlib import import_module

HOMES = {
    "advance": "classroom.scenes.calendar",
    "broken_rule": "classroom.scenes.scenarios",
    "BrokenRule": "classroom.scenes.scenarios",
    "connected": "whatfires",
    "cost_plot": "classroom.experiments.plots",
    "disconnected": "whatfires",
    "end_in_the_middle": "classroom.experiments.breaking",
    "exercise": "classroom.exercises.catalogue",
    "fill_table": "classroom.rota.filling",
    "fresh_database": "classroom.scenes.database",
    "hire_costs": "classroom.experiments.measuring",
    "hiring_tests": "classroom.experiments.rewiring",
    "leaves": "classroom.rota.filling",
    "listening": "whatfires",
    "matrix": "classroom.widgets.matrix",
    "muted": "whatfires",
    "NotebookModel": "classroom.scenes.polls.models",
    "own_project": "classroom.scenes.own_project",
    "Person": "classroom.scenes.stage.models",
    "plug_in": "classroom.experiments.rewiring",
    "predict": "classroom.exercises.guesses",
    "progress": "classroom.exercises.progress",
    "quiz": "classroom.exercises.quizzing",
    "race": "classroom.experiments.racing",
    "read_log": "classroom.rota.event_table",
    "reveal": "classroom.exercises.guesses",
    "run_tests": "classroom.experiments.testing",
    "same_hire": "classroom.experiments.comparing",
    "sample_roster": "classroom.scenes.roster",
    "shift_table": "classroom.rota.shift_tables",
    "short_log": "classroom.scenes.log_lines",
    "show_code": "classroom.scenes.sources",
    "side_by_side": "classroom.experiments.comparing",
    "skips_the_rule": "classroom.experiments.comparing",
    "stepper": "classroom.widgets.stepping",
    "trace": "whatfires",
    "unplug": "classroom.experiments.rewiring",
    "what_fires": "whatfires",
    "what_is_left": "classroom.experiments.breaking",
    "who_listens": "whatfires",
}

# The specimen is a package of its own: `as_published.Employees`, `as_published.Shifts`, ...
__all__ = ["as_published", *HOMES]


def __getattr__(name):
    if name == "as_published":
        return import_module("classroom.scenes.as_published")
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")
    return getattr(import_module(HOMES[name]), name)


def __dir__():
    # shell_plus takes `import *` to mean everything that dir() lists.
    return __all__
