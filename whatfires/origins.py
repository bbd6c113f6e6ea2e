"""Which line of the user's own code is behind something.

See https://docs.python.org/3/library/inspect.html#the-interpreter-stack
"""

import contextlib
import sys
import sysconfig
from functools import cache, lru_cache
from pathlib import Path
from traceback import walk_tb
from types import FrameType

import django

HERE = Path(__file__).parent.as_posix()
DJANGO = Path(django.__file__).parent.as_posix()
# Installed code, Python's own, Django's and ours: somebody who asks "where?" means none of it.
OTHERS = tuple(
    f"{Path(folder).as_posix()}/"
    for folder in (
        HERE,
        DJANGO,
        sysconfig.get_path("stdlib"),
        Path(contextlib.__file__).parent,  # where Python's own modules lie in a zip
    )
)
INSTALLED = ("/site-packages/", "/dist-packages/")
NOWHERE = ("<frozen ", "<string>")  # code that no file holds


@cache
def is_ours(file: str) -> bool:
    """Tell whether a file is part of whatfires."""
    return Path(file).as_posix().startswith(f"{HERE}/")


def is_own_code(file: str) -> bool:
    """Tell whether a file is the user's own; a cell and a line in a shell are."""
    file = Path(file).as_posix()
    return not (file.startswith((*OTHERS, *NOWHERE)) or any(folder in file for folder in INSTALLED))


class OwnFiles(dict[str, bool]):
    """Which files are the user's own; each frame is looked up, and a call would take longer."""

    def __missing__(self, file: str) -> bool:
        self[file] = is_own_code(file)
        return self[file]


OWN_FILES = OwnFiles()


@cache
def is_of_project(file: str) -> bool:
    """Tell whether a file is the user's own, or of an installed package but Django's and ours."""
    file = Path(file).as_posix()
    if file.startswith((f"{HERE}/", f"{DJANGO}/")) or "/asgiref/" in file:
        return False
    return any(folder in file for folder in INSTALLED) or is_own_code(file)


class Place(str):
    """A line of code as text, `module:line`; it knows its file, and where its function begins."""

    file, line, first = "", 0, 0

    @classmethod
    @lru_cache(maxsize=1024)  # the same lines come again and again, and a trace keeps each
    def at(cls, module: str, file: str, line: int, first: int) -> "Place":
        """Return the place of a line, whose function begins at another."""
        place = cls(f"{module}:{line}")
        place.file, place.line, place.first = file, line, first
        return place


NO_PLACE = Place()


def came_from() -> Place:
    """Return the nearest line of the user's own code, or an empty one."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        if OWN_FILES[code.co_filename]:
            module = frame.f_globals.get("__name__", "__main__")
            return Place.at(module, code.co_filename, frame.f_lineno, code.co_firstlineno)
        frame = frame.f_back
    return NO_PLACE


def raised_at(error: BaseException) -> str:
    """Say where an error came up: the line, and the receiver or override that led there.

    "" where neither the project nor an installed package had a part in it.
    """
    last = led = ""
    before = HERE
    for frame, line in walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        if is_of_project(file):
            module, name = frame.f_globals.get("__name__", "__main__"), frame.f_code.co_qualname
            last = f"{module}:{line} in {name}"
            led = last if is_ours(before) else led  # our wrapper called it
        before = file
    return f"{last}, from {led}" if led not in ("", last) else last
