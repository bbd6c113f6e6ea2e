"""What *line by line* needs to run a published listing and this project's side by side.

Nothing is typed in that could be observed: what a cell saw is put down, and the closing table is
made of that.
See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

import ast
import importlib
import inspect
import logging
import sys
import tempfile
from contextlib import chdir, contextmanager
from pathlib import Path
from unittest.mock import patch

import pandas as pd
from django.core import serializers
from django.core.handlers.exception import convert_exception_to_response
from django.core.signals import got_request_exception
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory

from classroom.experiments.measuring import PERSON, fill
from classroom.scenes.database import private_database
from whatfires import connected
from whatfires.frames import Table


class Findings(dict):
    """What was found, by line; a cell that is run again replaces its own."""

    def add(self, published, happened, here, see):
        """Put down what a published line did and what is done here; print both.

        `see` is the number of the lesson that treats it, or the name of a file.
        """
        see = f"lesson {see:02}" if isinstance(see, int) else see
        self[published] = {"what happened": happened, "here": here, "see": see}
        print(f"as published: {happened}\nhere:         {here}")

    def table(self):
        """Return a DataFrame, a row a line, with the columns `what happened`, `here` and `see`."""
        return Table(pd.DataFrame.from_dict(self, orient="index").rename_axis("as published"))


def types_of(row, *fields):
    """List the names of the types that these fields of a row have."""
    return [type(getattr(row, field)).__name__ for field in fields]


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
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        yield Path(folder)


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
