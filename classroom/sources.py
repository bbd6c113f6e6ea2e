"""The project's own code, shown where a lesson talks about it: read from the file, never retyped.

See https://docs.python.org/3/library/inspect.html#retrieving-source-code
"""

import inspect
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Code:
    """Some source text and where it stands; highlighted in a notebook, plain in a terminal."""

    def __init__(self, text, place):
        self.text, self.place = text, place

    def __repr__(self):
        return f"# {self.place}\n{self.text}"

    def _repr_markdown_(self):
        return f"*{self.place}*\n```python\n{self.text}\n```"


def show_code(thing):
    """Show the source of a function, class or module of this project, and where it stands.

    Raises TypeError for what has no source of its own here.
    """
    thing = inspect.unwrap(thing) if callable(thing) else thing
    try:
        file = Path(inspect.getsourcefile(thing)).resolve().relative_to(ROOT)
        lines, number = inspect.getsourcelines(thing)
    except (TypeError, ValueError, OSError) as error:
        raise TypeError(
            f"show_code({thing!r}): expected a function, class or module of this project; "
            "for anything else ask Jupyter with ?? behind its name."
        ) from error
    return Code("".join(lines).rstrip(), f"{file.as_posix()}, line {max(number, 1)}")
