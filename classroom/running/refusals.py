"""A disk or a database that refuses: a sentence with the way out, for people who run commands.

It must run without Django, as `make clean` does, so Django is imported only for its own errors.
See https://docs.djangoproject.com/en/5.2/ref/exceptions/#database-exceptions
"""

import errno
import os
import shutil
import sys
from pathlib import Path

from classroom.running.kernel import ROOT

NOT_WRITABLE = {"EROFS", "ENOSPC", "EDQUOT", "EFBIG", "EACCES", "EPERM", "EIO"}
IN_THE_WAY = {"ENOTDIR", "EISDIR", "EEXIST", "ENOTEMPTY", "ELOOP"}
# What SQLite and Django say of a file that is no database, and of one whose tables are not ours.
DAMAGED = ("not a database", "malformed", "invalid foreign key", "already exists")
NOT_OURS = ("no such table", "no such column", "has no column", "does not exist")
# What they say where a trigger or a constraint of somebody's cannot be worked out.
BY_A_RULE = ("no such function", "no such collation", "trigger recursion", "function ")

BESIDE = ("-journal", "-wal", "-shm")  # what SQLite keeps beside a database
RESET = "make reset (or: python manage.py clean_room), which moves it aside"
ANOTHER = "sqlite:////tmp/speedster.sqlite3"
PREPARE = "make prepare (or: python manage.py prepare)"
MIGRATE = f"python manage.py makemigrations, then {PREPARE}; or undo the change to the models"
# What psycopg says of a DATABASE_URL with options that a server's connection does not have.
BAD_URL = ("invalid connection option", "bad value for")


def refusal(error):
    """Return the sentence for an error; None for one that is neither a disk's nor a database's.

    An error that came of such a one counts: Django may go on in a transaction that a disk broke.
    """
    if isinstance(error, OSError):
        return refusal_of_a_disk(error)
    from django.db import DatabaseError

    while isinstance(error, DatabaseError):
        if said := refusal_of_a_database(error):
            return said
        error = error.__cause__ or error.__context__
    return None


def refusal_of_a_database(error):
    from django.conf import settings
    from django.db import DatabaseError, OperationalError

    if is_said_in(error, BY_A_RULE):
        return None
    known = is_said_in(error, DAMAGED + NOT_OURS + BAD_URL)
    if type(error) not in (DatabaseError, OperationalError) and not known:  # a fault of ours
        return None
    name = settings.DATABASES["default"]["NAME"]
    return (
        f"The database {name} cannot be used: {reason_of(error)}. The way out: "
        f"{way_out(error, name)}."
    )


def of_its_own(error):
    """Tell whether a database that can be used refused a row: a constraint or a trigger did."""
    from django.db import DatabaseError

    return isinstance(error, DatabaseError) and refusal(error) is None


def refused_row(error):
    """Return what to say of such an error where a command ends with it."""
    return (
        f"The database refused this: {reason_of(error)}. A constraint or a trigger says so: "
        "correct it, or what it refused. What belongs together was not stored. --traceback shows "
        "where."
    )


def reason_of(error):
    """Return what a database says, on one line, and so that a terminal obeys none of it."""
    from speedy.event_file import escape

    return escape(" ".join(str(error).split()).rstrip("."))


def refusal_of_a_disk(error):
    name = errno.errorcode.get(error.errno)
    if (
        name in NOT_WRITABLE
        or isinstance(error, shutil.Error)
        or is_said_in(error, ["No usable temporary directory"])
    ):
        return (
            f"A file and a folder that can be written were expected, but: {error}. Free space on "
            "that disk, make the folder writable, or copy the project to where it is."
        )
    if name in IN_THE_WAY:
        return (
            f"A folder was expected where a file is, or a file where a folder is: {error}. "
            "Rename what is there."
        )
    if name == "ENOENT" and error.filename is not None:
        return (
            f"A file was expected that is gone: {error}. Another command may have moved it: run "
            "this again when that has ended. `git status` tells whether the project lacks it."
        )
    return None


def not_installed(name):
    """Return the sentence for a package that is missing from the environment that runs."""
    made = ".venv-room/.ready" if Path(sys.prefix).name == ".venv-room" else "setup"
    return (
        f"{name} is not installed for {sys.executable}: run `make -B {made}`, and use the Python "
        "that it makes, or install requirements.txt into your own environment."
    )


def not_run(program, error):
    """Return the sentence for a program that the system does not start."""
    return f"Expected a program that can be run; came {program!r}: {error.strerror}."


def way_out(error, name):
    """Return what to do about a database of this name that answers with an error.

    A file has its whole path for a name, and a server's database no path.
    """
    if name == ":memory:":
        return f"name a file in DATABASE_URL ({ANOTHER}): in memory it ends with each command"
    file = Path(name)
    ours = file == ROOT / "db.sqlite3"
    aside = RESET if ours else f"move {name} aside, then {PREPARE}"
    if not file.is_absolute():
        aside = "drop it and create it again"
    elif odd(file):
        return RESET if ours else f"name a file in DATABASE_URL, such as {ANOTHER}: it is none"
    elif beside := [it for part in BESIDE if odd(it := Path(f"{file}{part}"))]:
        return RESET if ours else f"move {beside[0]} aside, where SQLite writes a file of its own"
    if is_said_in(error, BAD_URL):
        return "correct what stands behind the ? in DATABASE_URL"
    if is_said_in(error, DAMAGED):
        return aside
    if is_said_in(error, ["column"]):  # of a table that is there
        return f"if you changed a model, {MIGRATE}; where that does not help, {aside}"
    if is_said_in(error, NOT_OURS):
        return f"{PREPARE}; where that does not help, {aside}"
    if is_said_in(error, ["readonly"]) and (closed := not_writable(file)):
        return f"let its owner write {closed} (chmod u+w), which somebody or SQLite made read-only"
    if is_said_in(error, ["locked"]):
        return "end what else writes to it (a server, a notebook, a command), and try again"
    if file.is_absolute():
        return f"free space and make its folder writable, or set DATABASE_URL to {ANOTHER}"
    return "start its server, or correct DATABASE_URL; without it a file of the project serves"


def not_writable(file):
    """Return which file of a database may not be written; None where each may, or is not there.

    While a database is read-only, SQLite makes the files beside it so, too, and leaves them.
    """
    of_it = [file, *(Path(f"{file}{part}") for part in BESIDE)]
    return next((it for it in of_it if it.is_file() and not os.access(it, os.W_OK)), None)


def odd(file):
    """Tell whether something else than a file has this name: a folder, a link to nowhere."""
    return os.path.lexists(file) and not file.is_file()


def is_said_in(error, words):
    return any(word in str(error) for word in words)
