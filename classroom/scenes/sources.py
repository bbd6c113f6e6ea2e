"""The project's own code, shown where a lesson talks about it: read from the file, never retyped.

See https://docs.python.org/3/library/inspect.html#retrieving-source-code
"""

import ast
import inspect
from pathlib import Path

from whatfires.describing import expect, quoted

ROOT = Path(__file__).resolve().parents[2]


class Code:
    """Pieces of source, (place, text) each; highlighted in a notebook, plain in a terminal."""

    def __init__(self, pieces):
        self.pieces = pieces

    def __repr__(self):
        return "\n\n\n".join(f"# {place}\n{text}" for place, text in self.pieces)

    def _repr_markdown_(self):
        return "\n\n".join(f"*{place}*\n```python\n{text}\n```" for place, text in self.pieces)


def show_code(*things, fields=False):
    """Show the source of functions, classes or modules of this project, and where each stands.

    `fields=True` shows of a model its fields only, and writes `...` for the rest. Raises
    TypeError for what has no source of its own here.
    """
    expect("show_code(fields=...)", fields, bool, "True or False")
    pieces = [located(thing) for thing in things]
    return Code([(place, fields_only(text)) for place, text in pieces] if fields else pieces)


def fields_only(text):
    """Cut the source of a model class down to its first line and its fields."""
    lines = text.splitlines()
    kept = [lines[0]]
    for node in ast.parse(text).body[0].body:
        is_field = isinstance(node, ast.Assign) and ast.unparse(node.value).split("(")[0].endswith(
            ("Field", "ForeignKey")
        )
        kept += lines[node.lineno - 1 : node.end_lineno] if is_field else []
    return "\n".join([*kept, "    ..."])


def located(thing):
    """Return where a thing stands (file and line) and its source."""
    thing = inspect.unwrap(thing) if callable(thing) else thing
    try:
        file = Path(inspect.getsourcefile(thing)).resolve().relative_to(ROOT)
        lines, number = inspect.getsourcelines(thing)
    except (TypeError, ValueError, OSError) as error:
        raise TypeError(
            f"show_code({quoted(thing)}): expected a function, class or module of this project; "
            "for anything else ask Jupyter with ?? behind its name."
        ) from error
    return f"{file.as_posix()}, line {max(number, 1)}", "".join(lines).rstrip()
