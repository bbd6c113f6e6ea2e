"""The learner's own lines of a traceback: what is ours or Django's would only hide them.

See https://docs.python.org/3/library/traceback.html
"""

import re
import traceback
from functools import cache
from pathlib import Path

from whatfires.origins import is_own_code

OURS = Path(__file__).resolve().parents[2]
LONGEST = 9  # lines that are shown; an endless recursion has a thousand


def own_lines(error):
    """Write an error down with the lines of the learner's code that led to it."""
    frames = [it for it in traceback.extract_tb(error.__traceback__) if is_learners(it.filename)]
    lines = [f"  line {it.lineno}, in {it.name}: {it.line or '...'}" for it in frames]
    if len(lines) > LONGEST:
        left_out = len(lines) - LONGEST + 1
        first, last = LONGEST // 2, LONGEST - LONGEST // 2 - 1
        lines[first:-last] = [f"  ... {left_out} lines more ..."]
    return "\n".join([*lines, f"{type(error).__name__}: {words_of(error)}".removesuffix(": ")])


def words_of(error):
    """Return the text of an error, also where its own __str__() raises one."""
    try:
        return str(error)
    except Exception as another:
        return f"its __str__() raised {type(another).__name__}"


def is_raised_of(error, kind):
    """Tell whether an error is of a kind, or raised because of one, and not `from None`."""
    while error and not isinstance(error, kind):
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return error is not None


def is_of_the_check(error):
    """Tell whether no line of the learner's code led to an error, nor its signature."""
    refusal = re.match(r"[\w.<>]+\(\) (missing|takes|got)", words_of(error))
    if isinstance(error, TypeError) and refusal:
        return False
    return not any(is_learners(it.filename) for it in traceback.extract_tb(error.__traceback__))


@cache
def is_learners(filename):
    """Tell whether a file is a cell of a notebook: no file of this project, and of no library."""
    if filename.startswith("<") and not filename.startswith(("<ipython", "<learner")):
        return False
    is_ours = "<" not in filename and Path(filename).resolve().is_relative_to(OURS)
    return is_own_code(filename) and not is_ours
