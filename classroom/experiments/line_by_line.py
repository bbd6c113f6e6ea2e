"""What *line by line* needs to run a published listing and this project's side by side.

Nothing is typed in that could be observed: what a cell saw is put down, and the proof of the
notebook compares the table at its top with that.
See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

import ast
import importlib
import inspect
import logging
import re
import sys
from contextlib import chdir, contextmanager
from unittest.mock import patch

import pandas as pd
from django.core import serializers
from django.core.handlers.exception import convert_exception_to_response
from django.core.signals import got_request_exception
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory

import speedy.models
from classroom.experiments.measuring import PERSON, fill
from classroom.running.scratch import scratch_folder
from classroom.scenes import as_published
from classroom.scenes.database import private_database
from classroom.scenes.roster import sample_roster
from whatfires import connected


class Findings(dict):
    """What was found, by line; a cell that is run again replaces its own."""

    def add(self, line, there, here, risk=""):
        """Put down what a published line or claim did and what is done here; print both.

        `risk` is what such a line may do elsewhere, where the published one works.
        """
        self[line] = (f"{there}; a risk: {risk}" if risk else there, here)
        print(f"as published: {there}")
        if risk:
            print(f"a risk of it: {risk}")
        print(f"here:         {here}")


def table_in(source):
    """Return the table at the top of a notebook's text, as a dict like `Findings`."""
    rows = re.findall(r"^# \| (.+?) \| (.+?) \| (.+?) \|$", source, flags=re.MULTILINE)
    return {line.strip("`"): (there, here) for line, there, here in rows[1:]}


def outcome(act, *arguments):
    """Return what a call returns, or the name of the error that it raises."""
    try:
        return act(*arguments)
    except Exception as error:
        return type(error).__name__


def both(act):
    """Return the outcome of `act(app)` for the published app, and for this project's."""
    return [outcome(act, app) for app in (as_published, speedy.models)]


def hire(app, number):
    """Hire the first of the roster, one by one; return them."""
    return [app.Employees.objects.create(**person) for person in sample_roster()[:number]]


def left_over(app):
    """Count the people who sit on no shift."""
    return app.Employees.objects.filter(shifts=None).count()


def types_of(field, *rows):
    """List the names of the types that this field has in these rows."""
    return [type(getattr(row, field)).__name__ for row in rows]


def try_to_store(model, **fields):
    """Store a row, and tell whether the database has "taken" or "refused" it."""
    try:
        with transaction.atomic():
            model.objects.create(**fields)
    except IntegrityError:
        return "refused"
    return "taken"


def answer(view, method="GET"):
    """Ask a view, as Django does for a browser; return the status and the error's name, or None.

    No URL has to lead to the view, and Django's own report of the error is held back.
    """
    errors = []

    def write_down(sender, **kwargs):
        errors.append(type(sys.exception()).__name__)

    request = RequestFactory().generic(method, f"/{view.__name__}/")
    with connected(got_request_exception, write_down), held_back("django.request"):
        status = convert_exception_to_response(view)(request).status_code
    return status, *(errors or [None])


@contextmanager
def standing_in_a_folder():
    """Let the process stand in an empty folder for a while; yield its path."""
    with scratch_folder() as folder, chdir(folder):
        yield folder


def failure_of_import(module):
    """Import a module that cannot be imported; return the error, without any path of a file.

    Raises RuntimeError where it can be.
    """
    try:
        importlib.import_module(module)
    except ImportError as error:
        said = str(error).replace("classroom.scenes.as_published.layout.", "")
        return f"{type(error).__name__}: {said.partition(' (')[0]}"
    raise RuntimeError(f"{module} was expected to fail when it is imported, and it did not.")


def import_in_order(*names):
    """Import a package whose `__init__` imports these modules; return "works", or the error's name.

    It has two modules, as the tutorial's package of models has: `employees`, and `shifts`, which
    takes Employees from the package.
    """
    texts = {
        "employees": "class Employees: pass",
        "shifts": "from models_in_order import Employees",
        "__init__": "\n".join(f"from .{name} import *" for name in names),
    }
    with scratch_folder() as folder, patch.object(sys, "path", [str(folder), *sys.path]):
        package = folder / "models_in_order"
        package.mkdir()
        for name, text in texts.items():
            (package / f"{name}.py").write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        found = outcome(importlib.import_module, package.name)
    for name in [it for it in sys.modules if it.partition(".")[0] == package.name]:
        del sys.modules[name]
    return found if isinstance(found, str) else "works"


def dump_and_load(app):
    """Dump an app's people, shifts and seats, delete and load them; return the number of seats."""
    models = (app.Employees, app.Shifts, app.ShiftsEmployees)
    dump = serializers.serialize("json", [row for model in models for row in model.objects.all()])
    for model in models[::-1]:
        model.objects.all().delete()
    for row in serializers.deserialize("json", dump):
        row.save()
    return app.ShiftsEmployees.objects.count()


def indexes(model):
    """List the columns of each index of a model's table, those of unique pairs included."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    return sorted(it["columns"] for it in found.values() if it["index"] or it["unique"])


def steps_of_a_hire(hires, sizes):
    """Count the steps that SQLite takes for a hire that finds room, by the ten.

    `hires` maps a name to an app and a function that hires there. Returns a DataFrame, a row a
    size, indexed by `people`, a column a name. Raises RuntimeError where it is no SQLite.
    """
    if connection.vendor != "sqlite":
        raise RuntimeError(
            f"steps_of_a_hire() asks SQLite to count, and this is {connection.display_name}: "
            "unset DATABASE_URL, or compare times with hire_costs()."
        )
    counts = {name: [] for name in hires}
    for people in sizes:
        with private_database():
            for name, (app, hire) in hires.items():
                fill(app, people)
                hire(**PERSON)  # opens a shift, with room for the next
                counts[name].append(steps(lambda hire=hire: hire(**PERSON)))
    return pd.DataFrame(counts, index=pd.Index(sizes, name="people"))


def steps(act):
    """Count what SQLite's virtual machine carries out for a call, by the ten."""
    counted = []
    connection.connection.set_progress_handler(lambda: counted.append(10), 10)
    try:
        act()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return sum(counted)


def compared(few, many):
    """Tell whether a much larger rota takes "more" steps, or "as many"."""
    return "more" if many > 2 * few else "as many"


def imports_of(module):
    """List what a module imports: the modules' names, with a star behind those taken whole."""
    found = []
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            star = " *" if node.names[0].name == "*" else ""
            found.append(f"{node.module}{star}")
    return sorted(set(found))


def held_back(logger):
    """Keep what a logger of Django would say off the screen, while a block runs."""
    return patch.object(logging.getLogger(logger), "handle")
