"""What the appendix needs to run a published listing and this project's side by side.

Nothing is typed in that could be observed: what a cell saw is put down, and the closing table is
made of that.
See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

import importlib
import logging
import sys
import tempfile
from contextlib import ExitStack, chdir, contextmanager
from pathlib import Path
from unittest.mock import patch

import pandas as pd
from django.core import serializers
from django.core.handlers.exception import convert_exception_to_response
from django.core.signals import got_request_exception
from django.db import connection
from django.test import RequestFactory

from classroom.listener import connected
from classroom.looks import Table


class Findings(list):
    """What was found, line by line; `.table()` is all of it."""

    def add(self, published, happened, here, lesson):
        """Put down what a published line did, and what is done here; print both."""
        self.append((published, happened, here, lesson))
        print(f"as published: {happened}\nhere:         {here}")

    def table(self):
        """Return a DataFrame, a row a line, with the columns `what happened`, `here`, `lesson`."""
        columns = ["as published", "what happened", "here", "lesson"]
        return Table(pd.DataFrame(self, columns=columns).set_index("as published"))


def answer(view, method="GET"):
    """Ask a view, as Django does for a browser; return the status and the error's name, or None.

    No URL has to lead to the view, and Django's own report of the error is held back.
    """
    errors = []

    def write_down(sender, **kwargs):
        errors.append(type(sys.exception()).__name__)

    request = RequestFactory().generic(method, f"/{view.__name__}/")
    quiet = patch.object(logging.getLogger("django.request"), "handle")
    with connected(got_request_exception, write_down), quiet:
        status = convert_exception_to_response(view)(request).status_code
    return status, *(errors or [None])


@contextmanager
def standing_in_a_folder():
    """Let the process stand in an empty folder for a while; yield its path."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        stack.enter_context(chdir(folder))
        yield Path(folder)


def failure_of_import(module):
    """Import a module that cannot be imported; return the error, without any path of a file.

    Raises RuntimeError where it can be.
    """
    try:
        importlib.import_module(module)
    except ImportError as error:
        said = str(error).replace("classroom.as_published.layout.", "")
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


def steps(act, *args, **kwargs):
    """Count, by the ten, the steps that SQLite takes for a call; only SQLite can tell."""
    if connection.vendor != "sqlite":
        raise RuntimeError(
            f"steps() asks SQLite to count, and this is {connection.display_name}: "
            "unset DATABASE_URL, or compare times with hire_costs()."
        )
    counted = []
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: counted.append(10), 10)
    try:
        act(*args, **kwargs)
    finally:
        connection.connection.set_progress_handler(None, 0)
    return sum(counted)
