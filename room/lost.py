"""What an ended kernel took along: the server notes it, and the notebook's next kernel says it.

Each kernel imports this, so it imports little.
See https://ipython.readthedocs.io/en/stable/config/callbacks.html
"""

import json
import os
from contextlib import suppress
from pathlib import Path

LOST = ".lost.json"  # at a desk: {notebook: [seconds, names of variables]}


def in_full(notebook):
    """Return the path of a notebook that Jupyter names as seen from the desk."""
    return Path(Path.home(), notebook).resolve()


def note(notebook, seconds, names):
    """Note for the next kernel of a notebook what its last one took along."""
    file = Path.home() / LOST
    lost = read(file)
    lost[str(notebook)] = [seconds, names]
    file.write_text(json.dumps(lost))


def read(file):
    with suppress(OSError, ValueError):
        if isinstance(lost := json.loads(file.read_text()), dict):
            return lost
    return {}


def tell_what_was_lost():
    """Say once, above the first cell's output, what the last kernel of this notebook lost."""
    notebook = os.environ.get("JPY_SESSION_NAME")
    shell = get_ipython()  # noqa: F821  (it is there in every kernel)
    if not (notebook and shell):
        return

    def tell(*_):
        shell.events.unregister("pre_run_cell", tell)
        file = Path.home() / LOST
        lost = read(file)
        with suppress(KeyError, TypeError, OSError):  # none, or a file that somebody edited
            print(sentence(*lost.pop(str(in_full(notebook)))))
            file.write_text(json.dumps(lost))

    shell.events.register("pre_run_cell", tell)


def spoken(seconds):
    """Say a length of time: in seconds where it is short, else in minutes."""
    return f"{seconds} seconds" if seconds < 120 else f"{seconds / 60:.3g} minutes"


def sentence(seconds, names):
    """Say what was lost, what was kept, and what to do."""
    which = f"Its variables are gone: {', '.join(names)}. " if names else ""
    return (
        f"Nothing ran here for {spoken(seconds)}, so this notebook's kernel was ended to make "
        f"room. {which}The rota of this notebook is gone, too. Your text, your progress and your "
        "board are kept. Run the cells from the top.\n"
    )
