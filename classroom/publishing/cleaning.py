"""A clean room: what a learner made and changed is moved aside, and everything stands as at first.

See https://git-scm.com/docs/git-show
"""

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

from classroom.publishing import notebooks

KEPT = "kept"
# What the project writes beside itself while people learn; SQLite's own files go with a database.
LEFT_BEHIND = ("db.sqlite3*", "progress.sqlite3*", "progress-damaged-*.bak", "log_event.log")


def belongings(root):
    """List what is the learner's: databases, progress, log, notebooks that are new or changed."""
    left = [path for pattern in LEFT_BEHIND for path in sorted(root.glob(pattern))]
    return left + [
        path for path in notebooks.notebooks(root / "notebooks") if is_changed(path, root)
    ]


def is_changed(notebook, root):
    """Tell whether a notebook is no longer as it came, or never came with the project."""
    committed = as_it_came(notebook, root)
    if committed is not None:
        return notebook.read_bytes() != committed
    source = notebooks.source_of(notebook, root / "notebooks")
    if not source.exists():
        return True
    try:
        return notebooks.written(notebooks.read(notebook)) != notebooks.written(
            notebooks.convert(source)
        )
    except ValueError:  # no notebook any more
        return True


def as_it_came(notebook, root):
    """Return a notebook's bytes as git has them; None where there is no git, or it has none."""
    name = notebook.relative_to(root).as_posix()
    try:
        shown = subprocess.run(
            ["git", "-C", str(root), "show", f"HEAD:./{name}"], capture_output=True, check=False
        )
    except OSError:
        return None
    return shown.stdout if shown.returncode == 0 else None


def move_aside(paths, root):
    """Move files into a new folder below `kept/`, as they lay; return that folder."""
    kept = new_folder(root / KEPT)
    for path in paths:
        place = kept / path.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, place)
    return kept


def new_folder(parent):
    stamp = f"{datetime.now():%Y-%m-%d_%H-%M-%S}"
    for number in range(1, 1_000):
        folder = parent / (stamp if number == 1 else f"{stamp}_{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(f"There are a thousand folders named {stamp} in {parent.name}/ already.")


def restore(moved, root):
    """Put the notebooks among what was moved aside back as they came; return those.

    Without git they come from their texts, without outputs.
    """
    back = []
    for path in moved:
        if path.suffix != ".ipynb":
            continue
        committed = as_it_came(path, root)
        source = notebooks.source_of(path, root / "notebooks")
        if committed is not None:
            path.write_bytes(committed)
        elif source.exists():
            notebooks.write(notebooks.convert(source), path)
        else:
            continue
        back.append(path)
    return back


def relative(paths, root):
    return [Path(path).relative_to(root).as_posix() for path in paths]
