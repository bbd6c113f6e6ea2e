"""The same thing done in several ways, beside each other, with equal moments in one row.

See https://docs.djangoproject.com/en/5.2/topics/db/transactions/
"""

import re
from difflib import SequenceMatcher
from pathlib import Path

from django.utils.html import format_html

from classroom.widgets.faces import faces
from whatfires.rendering import html_of
from whatfires.rows import Rows
from whatfires.steps import steps_of

MODULE = Path(__file__).with_suffix(".js")
SIGNS = {"method": "▸", "signal": "◆", "delivery": "→", "sql": "▪"}
SIGNS |= {"on_commit": "…", "callback": "↳", "mail": "✉", "task": "⚙"}
NAMES = {"method": "a method", "signal": "a signal", "delivery": "a receiver", "sql": "SQL"}
ENDS = {"begin": "┌", "commit": "└", "rollback": "└"}  # of the line that a transaction draws
KEY = re.compile(r" where id (=|in) .*")
TINTS = {"method": "code", "signal": "signal", "delivery": "signal", "callback": "signal"}


def legend(kinds=NAMES):
    """Say what the signs of these kinds of moments mean."""
    signs = ", ".join(f"{SIGNS[kind]} {name}" for kind, name in NAMES.items() if kind in kinds)
    return f"{signs}; a line from ┌ to └: a transaction"


class Aligned(Rows):
    """Traces beside each other: a row a moment, a column a trace, and a sign where it happened.

    `moments` are the names of those that are kept; without it all of them are.
    """

    def __init__(self, traces, moments=None):
        lanes = [{"name": name, "steps": told(seen, moments)} for name, seen in traces.items()]
        rows = aligned([[(it["kind"], it["what"]) for it in lane["steps"]] for lane in lanes])
        drawn = [
            signs(lane["steps"], [row["at"][n] for row in rows]) for n, lane in enumerate(lanes)
        ]
        self.data = {"lanes": lanes, "rows": rows}
        self.columns = ("what", *traces)
        super().__init__(
            {"what": row["what"], "kind": row["kind"], **dict(zip(traces, of_row, strict=True))}
            for row, *of_row in zip(rows, *drawn, strict=True)
        )

    def tint(self, row, column):
        return TINTS.get(row["kind"], "quiet") if column != "what" and row.get(column) else "quiet"

    def __repr__(self):
        return f"{self.legend()}\n\n{super().__repr__()}"

    def legend(self):
        return legend({row["kind"] for row in self})

    def _repr_mimebundle_(self, include=None, exclude=None):
        table = html_of(self.shown(), self, self.tint)  # the moments are the row heads
        html = format_html("<p>{}</p>{}", self.legend(), table)
        return faces(repr(self), html, MODULE, self.data)


def told(seen, moments=None):
    """Keep of each step what `aligned.js` needs; of `moments`, no signal that nobody hears."""
    kept = ("kind", "effect", "transaction", "outcome")
    steps = steps_of(seen)
    return [
        {"what": named(step), "about": written(step, steps), **{it: step[it] for it in kept}}
        for step in steps
        if moments is None
        or (named(step) in moments and (step["heard"] or step["kind"] != "signal"))
    ]


def written(step, steps):
    """Name the row that an INSERT writes: a save() writes its own after its pre_save."""
    before = [it for it in steps[: step["order"] - 1] if it["parent"] == step["parent"]]
    sent = next((it for it in reversed(before) if it["kind"] == "signal"), None)
    own = sent and sent["what"] == "pre_save" and step["what"].startswith("INSERT")
    return sent["instance"] if own else ""


def named(step):
    """Name a step so that it is called the same whichever class of the same table it is about.

    The key of a row is left out: each of those who do the same has a row of its own.
    """
    about = f" of {step['instance']}" if step["instance"] and step["kind"] != "delivery" else ""
    return KEY.sub("", step["what"]) + about


def signs(steps, numbers):
    """Draw each row of a lane: a sign where it has a step, beside the line of its transaction."""
    is_open, drawn = False, []
    for number in numbers:
        step = {} if number is None else steps[number]
        effect, inside = step.get("effect"), is_open or step.get("transaction")
        line = ENDS.get(effect, "│" if inside else "")
        drawn.append(f"{line} {SIGNS[step['kind']] if step else ''}".strip())
        is_open = effect == "begin" or (is_open and effect not in ENDS)
    return drawn


def aligned(lanes):
    """Put moments, (kind, what) each, into rows: equal ones in one, and all in their order."""
    rows = []
    for place, moments in enumerate(lanes):
        keys = [(row["kind"], row["what"]) for row in rows]
        merged = []
        for tag, *ends in SequenceMatcher(None, keys, moments, autojunk=False).get_opcodes():
            first, last, start, end = ends
            merged += rows[first:last]
            if tag == "equal":
                for row, number in zip(rows[first:last], range(start, end), strict=True):
                    row["at"][place] = number
                continue
            for number in range(start, end):
                kind, what = moments[number]
                at = [number if it == place else None for it in range(len(lanes))]
                merged.append({"kind": kind, "what": what, "at": at})
        rows = merged
    return rows
