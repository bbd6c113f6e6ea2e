"""A disk or a database that refuses: a sentence with the way out, for people who run commands.

It must run without Django, as `make clean` does, so Django is imported only for its own errors.
See https://docs.djangoproject.com/en/5.2/ref/exceptions/#database-exceptions
"""

import errno
from pathlib import Path

from classroom.running.kernel import ROOT

NOT_WRITABLE = {errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EIO}
IN_THE_WAY = {errno.ENOTDIR, errno.EISDIR, errno.EEXIST}
DAMAGED = ("not a database", "malformed")


def refusal(error):
    """Return the sentence for an error; None for one that is neither a disk's nor a database's."""
    if isinstance(error, OSError):
        return refusal_of_a_disk(error)
    from django.conf import settings
    from django.db import DatabaseError, OperationalError

    if type(error) not in (DatabaseError, OperationalError):  # the others are faults of ours
        return None
    name = settings.DATABASES["default"]["NAME"]
    return f"The database {name} cannot be used: {error}. The way out: {way_out(error, name)}."


def refusal_of_a_disk(error):
    if error.errno in NOT_WRITABLE:
        return (
            f"A file and a folder that can be written were expected, but: {error}. Free space on "
            "that disk, make the folder writable, or copy the project to where it is."
        )
    if error.errno in IN_THE_WAY:
        return (
            f"A folder was expected where a file is, or a file where a folder is: {error}. "
            "Rename what is there."
        )
    return None


def way_out(error, name):
    """Return what to do about a database of this name that answers with an error."""
    if any(word in str(error) for word in DAMAGED):
        if Path(name) == ROOT / "db.sqlite3":
            return "make reset (or: python manage.py clean_room), which moves it aside"
        return f"move {name} aside, then make prepare (or: python manage.py prepare)"
    if "no such table" in str(error):
        return "make prepare (or: python manage.py prepare)"
    return (
        "start its server, or free space and make its folder writable, or set DATABASE_URL to "
        "another, such as sqlite:////tmp/speedster.sqlite3"
    )
