"""A clean room: what a learner made and changed is moved aside, and everything stands as at first.

See https://nbformat.readthedocs.io/en/latest/format_description.html
"""

import os

from classroom.publishing import notebooks
from classroom.publishing.belongings import (
    Folder,
    as_committed,
    content_of,
    digest_of,
    relative,
    write_whole,
)
from classroom.publishing.desk import DESK, lay_out
from classroom.running.scratch import fcntl

# What the project writes beside itself while people learn; SQLite's own files go with a database.
LEFT_BEHIND = ("db.sqlite3*", "progress.sqlite3*", "progress-damaged-*.bak", "log_event.log")

LOCKED_BY_SQLITE = (510, 0x40000002)  # bytes, and from where on


def of_the_learner(root):
    """List what is the learner's: databases, progress, log, copies and notebooks that changed."""
    left = left_behind(root)
    new = Folder(root, root)
    if all(new.is_ours(path.name) for path in left):  # or all: a database goes with its parts
        left = []
    copies = [root / DESK] if is_worked_in(root) else []
    course = [path for path in notebooks.notebooks(root / "notebooks") if is_changed(path, root)]
    return left + copies + in_the_way(root) + course


def in_the_way(root):
    """List what stands where a notebook of the course, or its folder, should be."""
    course = Folder(root / "notebooks", root)
    names = [
        notebooks.notebook_of(it, course.path).relative_to(course.path).as_posix()
        for it in notebooks.sources(course.path)
    ]
    return list(dict.fromkeys(it for name in names if (it := course.in_the_way(name))))


def left_behind(root):
    return [path for pattern in LEFT_BEHIND for path in sorted(root.glob(pattern))]


def in_use(paths):
    """List the databases among these that another process has open: it would write on into kept/.

    Each of SQLite's connections holds a lock there from its first query on, in our mode.
    See https://www.sqlite.org/src/file/src/os.h
    """
    return [it for it in paths if it.suffix == ".sqlite3" and it.is_file() and is_open(it)]


def is_open(database):
    try:
        file = database.open("r+b") if fcntl else None
    except OSError:  # it may not be written: nobody else writes either
        file = None
    if file is None:
        return False
    with file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, *LOCKED_BY_SQLITE)
        except BlockingIOError:
            return True
        except OSError:  # a disk of the network that has no locks
            return False
    return False


def remember_as_new(root):
    """Note the database and the log as they are now: until they change, they are no learner's."""
    new = Folder(root, root)
    for path in left_behind(root):
        new.remember(path.name, digest_of(path.name, path.read_bytes()))


def is_worked_in(root):
    """Tell whether anything in the folder of copies is not as it came with the course."""
    desk = Folder(root / DESK, root)
    if desk.path.is_symlink():  # to whatever folder, however large
        return True
    found = [path for path in [desk.path, *desk.path.rglob("*")] if os.path.lexists(path)]
    return any(
        not os.access(path, os.R_OK | os.X_OK) or path.suffix == ".ipynb"
        if path.is_dir()
        else not desk.is_ours(path.relative_to(desk.path).as_posix())
        for path in found
        if path != desk.note
    )


def is_changed(notebook, root):
    """Tell whether a notebook of the course is no longer as it came, or never came with it.

    Git alone cannot tell: somebody may have committed answers. The text is what the course says.
    """
    if not notebook.is_file():  # in_the_way() lists it where it stands in the way
        return False
    content, committed = content_of(notebook), as_committed(notebook, root)
    if content is not None and not has_text(notebook, root):  # which could bring it back
        source = notebooks.source_of(notebook, root / "notebooks")
        return content != committed and (committed is not None or not os.path.lexists(source))
    if content is None or not has_cells_of_text(content, notebook, root):
        return True
    return committed is not None and content != committed


def has_text(notebook, root):
    """Tell whether the text of a notebook is there and can be read."""
    try:
        return bool(notebooks.convert(notebooks.source_of(notebook, root / "notebooks")))
    except (ValueError, OSError):
        return False


def has_cells_of_text(content, notebook, root):
    """Tell whether these bytes are a notebook with the cells of its text."""
    source = notebooks.source_of(notebook, root / "notebooks")
    try:
        found = notebooks.nbformat.reads(content.decode(), as_version=4)
        return notebooks.written(found) == notebooks.written(notebooks.convert(source))
    except (ValueError, OSError, notebooks.nbformat.ValidationError):
        # No notebook any more, or one without a text.
        return False


def restore(root):
    """Put every notebook that is not there back as it came, and lay out copies; return the former.

    Without git, or where git has somebody's answers, they come from their texts, without outputs.
    """
    back = []
    for source in notebooks.sources(root / "notebooks"):
        path = notebooks.notebook_of(source, root / "notebooks")
        if path.exists():
            continue
        committed = as_committed(path, root)
        if not (readable := has_text(path, root)) and committed is None:
            continue
        if not readable or (committed and has_cells_of_text(committed, path, root)):
            write_whole(path, committed)
        else:
            notebooks.write(notebooks.convert(source), path)
        back.append(path)
    lay_out(root)
    return back


def names(paths, root):
    return [relative(path, root).as_posix() for path in paths]
