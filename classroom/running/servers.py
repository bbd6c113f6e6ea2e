"""The same code on another database: SQLite in a file, or PostgreSQL, for as long as a block runs.

Threads that start inside the block get connections to it, because Django keeps one for each
thread; the notebook's own goes on as it was.
See https://docs.djangoproject.com/en/5.2/ref/databases/#thread-sharing-errors
"""

from contextlib import contextmanager
from pathlib import Path

import dj_database_url
from django.conf import settings
from django.db import connections

from classroom.running.each_connection import others_stay
from classroom.running.postgres import postgres_server
from classroom.running.scratch import scratch_folder
from classroom.running.turns import one_tool_at_a_time
from whatfires.describing import quoted

VENDORS = {"SQLite": "sqlite", "PostgreSQL": "postgresql"}


@contextmanager
def database_of(name):
    """Let threads that start inside the block use a database of that name ("SQLite", ...).

    It is the project's own server where that is one of the kind, and else one that is started for
    the block and gone afterwards. Raises ValueError for an unknown name, and PostgresUnavailable
    where none can be started.
    """
    if not isinstance(name, str) or name not in VENDORS:
        raise ValueError(f"database_of({quoted(name)}): expected one of {', '.join(VENDORS)}.")
    if VENDORS[name] in settings.DATABASES["default"]["ENGINE"]:
        yield
        return
    started = {"SQLite": sqlite_file, "PostgreSQL": postgres_server}[name]
    with one_tool_at_a_time(), started() as url, others_stay():
        parsed = dj_database_url.parse(url)
        if name == "SQLite":
            parsed["OPTIONS"] = settings.SQLITE_OPTIONS
        before = connections.settings["default"]
        connections.settings.update(connections.configure_settings({"default": parsed}))
        try:
            yield
        finally:
            connections.settings["default"] = before


@contextmanager
def sqlite_file():
    """Make room for a SQLite database in a temporary folder; yield its address."""
    with scratch_folder() as folder:
        yield f"sqlite:///{Path(folder, 'race.sqlite3')}"
