"""Step through a trace, and see what is pending and what is kept at each step.

See https://docs.djangoproject.com/en/5.2/topics/db/transactions/
"""

from classroom.widgets.faces import faces
from whatfires.describing import quoted
from whatfires.events import Trace
from whatfires.steps import STEPPER, steps_of


class Stepper:
    """A trace to be stepped through where somebody can click; its tree elsewhere."""

    def __init__(self, trace, title):
        self.tree, self.data = trace.tree(), {"steps": steps_of(trace), "title": title}

    def __repr__(self):
        return repr(self.tree)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return faces(repr(self), self.tree._repr_html_(), STEPPER, self.data)


def stepper(seen, title=""):
    """Show what `trace()` saw step by step: your code, signals and receivers, and SQL.

    Beside it stands what is written so far, pending or kept, and what would stay if the process
    ended at that step. It reads only what the trace wrote down. Returns a `Stepper`, which shows
    itself; in a terminal and on a page without a kernel that is the tree.
    """
    if not isinstance(seen, Trace):
        raise TypeError(
            f"stepper() takes what trace() yields (with trace() as seen: ...), but {quoted(seen)} "
            "came."
        )
    return Stepper(seen, title)
