"""Folders for what Jupyter, IPython and matplotlib keep, where the home folder cannot be written.

See https://docs.jupyter.org/en/latest/use/jupyter-directories.html
"""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

from classroom.running.scratch import scratch_folder

# A variable that says where each keeps its files, and where it does when that is not set.
HOMES = {
    "JUPYTER_CONFIG_DIR": "~/.jupyter",
    "JUPYTER_DATA_DIR": "~/.local/share/jupyter",
    "IPYTHONDIR": "~/.ipython",
    "JUPYTER_RUNTIME_DIR": "~/.local/share/jupyter/runtime",
    "MPLCONFIGDIR": "~/.config/matplotlib",
    # In these they look first, where they are set.
    "XDG_CACHE_HOME": "~/.cache",
    "XDG_CONFIG_HOME": "~/.config",
    "XDG_DATA_HOME": "~/.local/share",
}


@contextmanager
def writable():
    """Name folders that can be written for the block; yield a list of what there is to say."""
    lacking = [name for name, usual in HOMES.items() if not can_be_written(name, usual)]
    if not lacking:
        yield []
        return
    before = dict(os.environ)
    with scratch_folder() as folder:
        os.environ.update({name: str(folder / name.lower()) for name in lacking})
        try:
            places = {before.get(it, "").strip() or before.get("HOME", "~") for it in lacking}
            yield [
                f"{', '.join(sorted(places))} cannot be written, so what Jupyter keeps there is "
                f"kept in {folder} until it stops. Your notebooks are in the project."
            ]
        finally:
            for name in lacking:
                del os.environ[name]
            os.environ.update({name: before[name] for name in lacking if name in before})


def can_be_written(name, usual):
    """Tell whether a folder is there and can be written, or can be made."""
    folder = Path(os.environ.get(name, "").strip() or usual)
    try:
        folder = folder.expanduser()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except (OSError, RuntimeError):  # an account without a home
        return False
