"""Which line of the user's own code is behind something.

See https://docs.python.org/3/library/inspect.html#the-interpreter-stack
"""

import sys
import sysconfig
from functools import cache
from pathlib import Path
from types import FrameType

import django

HERE = Path(__file__).parent.as_posix()
# Installed code, Python's own, Django's and ours: whoever asks "where?" means none of it.
OTHERS = tuple(
    f"{Path(folder).as_posix()}/"
    for folder in (HERE, Path(django.__file__).parent, sysconfig.get_path("stdlib"))
)
INSTALLED = ("/site-packages/", "/dist-packages/")
NOWHERE = ("<frozen ", "<string>")  # code that no file holds


@cache
def is_ours(file: str) -> bool:
    """Tell whether a file is part of whatfires."""
    return Path(file).as_posix().startswith(f"{HERE}/")


@cache
def is_own_code(file: str) -> bool:
    """Tell whether a file is the user's own; a cell and a line in a shell are."""
    file = Path(file).as_posix()
    return not (file.startswith((*OTHERS, *NOWHERE)) or any(folder in file for folder in INSTALLED))


def came_from() -> str:
    """Return the nearest line of the user's own code, `module:line`, or an empty text."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if is_own_code(frame.f_code.co_filename):
            return f"{frame.f_globals.get('__name__', '?')}:{frame.f_lineno}"
        frame = frame.f_back
    return ""
