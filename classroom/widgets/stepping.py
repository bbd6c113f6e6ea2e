"""Step through a trace, and see what is pending and what is kept at each step.

See https://docs.djangoproject.com/en/5.2/topics/db/transactions/
"""

import re
from copy import deepcopy
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import mark_safe

from classroom.widgets.faces import faces
from speedy.models import SEATS
from whatfires.describing import quoted
from whatfires.events import Trace
from whatfires.steps import STEPPER, steps_of

SHIFT = re.compile(r"(?:(.+) on the )?shift of (\d{4}-\d\d-\d\d)$")
UNSEATED = "Without a seat"  # beside the days of a rota, and after them: who has none yet
IN_BULK = "Some seats were written or moved in bulk. The statement does not say whose they are."
NAMELESS = "A seat was deleted by itself. The trace does not say whose it was."
SEEN_ONLY = "It shows only the seats that were written in the trace."


class Stepper:
    """A trace to be stepped through where somebody can click; its tree elsewhere."""

    def __init__(self, trace, title, before, plain):
        # Without the milliseconds: what is committed has to come out the same every time.
        steps = [{**step, "ms": None} for step in steps_of(trace)]
        self.tree = trace.tree()
        side = rota_beside(steps, before)
        self.data = {"steps": steps, "title": title, "side": side, "plain": plain}

    @property
    def at_the_end(self):
        """Write out the rota after the last step, which the tree does not tell."""
        side = self.data["side"]
        days = [
            f"{box['name']}: {', '.join(item['text'] for item in box['items'])}"
            for box in (side["states"][-1] if side else [])
        ]
        return f"The rota at the end: {'; '.join(days)}. {side['note']}".strip() if days else ""

    def __repr__(self):
        return "\n".join(filter(None, [repr(self.tree), self.at_the_end]))

    def _repr_mimebundle_(self, include=None, exclude=None):
        html = format_html("{}<p>{}</p>", mark_safe(self.tree._repr_html_()), self.at_the_end)
        return faces(repr(self), html, STEPPER, self.data)


def stepper(seen, title="", before=None, plain=False):
    """Show what `trace()` saw step by step: your code, signals and receivers, and SQL.

    Beside it stand the rota and the rows, pending or kept, and what would stay if the process ended
    at that step. It reads only what the trace wrote down. Who sat there earlier is not in a trace:
    pass a `shift_table()` that was made before it as `before`. `plain` leaves out transactions, for
    somebody who does not know them yet. Returns a `Stepper`, which shows
    itself; in a terminal and on a page without scripts that is the tree.
    """
    if not isinstance(seen, Trace):
        raise TypeError(
            f"stepper() takes what trace() yields (with trace() as seen: ...), but {quoted(seen)} "
            "came."
        )
    return Stepper(seen, title, before, bool(plain))


def rota_beside(steps, before):
    """Follow the rota through the steps, as `stepper.js` shows it; None where nobody moves."""
    live = {} if before is None else seats_in(before)
    start, kept, marks, note, nameless = deepcopy(live), deepcopy(live), [], "", 0
    states, at = [boxes(live, kept)], [0]
    for step in steps:
        nameless += change(live, step, steps)
        if step["effect"] == "write" and unnamed(step, steps):
            note = IN_BULK
            live.pop(UNSEATED, None)
        match step["effect"]:
            case "mark":
                marks.append(deepcopy(live))
            case "undo" if marks:
                live = deepcopy(marks[-1])
            case "release" if marks:
                marks.pop()
            case "rollback":
                live, marks = deepcopy(kept), []
            case "commit":
                kept, marks = deepcopy(live), []
        if not step["transaction"]:
            kept = deepcopy(live)
        state = boxes(live, kept)
        if state != states[-1]:
            states.append(state)
        at.append(len(states) - 1)
    if any(box["name"] == UNSEATED for state in states for box in state):
        for state in states:  # in all of them, or what stands below would move
            if not state or state[-1]["name"] != UNSEATED:
                state.append(standing([{"text": "nobody", "state": "free"}]))
    note = note or (NAMELESS if nameless > 0 and before is not None else "")
    if len(states) == 1 and not start and not note:
        return None
    note = " ".join(filter(None, [SEEN_ONLY if before is None else "", note]))
    return {"name": "The rota", "note": note, "states": states, "at": at}


def seats_in(table):
    """Read {day: names} from a `shift_table()`."""
    seats = [name for name in table if name.startswith("seat ")]
    return {
        str(day): [name for name in row[seats] if name not in ("·", "")]
        for day, row in table.iterrows()
        if isinstance(day, date)
    }


def change(rota, step, steps):
    """Move who a step moves; return the number of seats that it gave away, less those it named.

    A seat or a shift is there with its INSERT, a person or a shift is gone with its post_delete.
    A person who is saved has no seat until it comes.
    (Of a seat that is deleted Django has read no name, so the person or the shift has to tell.)
    """
    if step["effect"] == "write" and not step["outcome"].startswith("raised "):
        about = saved_in(step, steps)
        if not about or not step["sql"].startswith("INSERT"):
            return 0
        found = SHIFT.match(about["instance"])
        if found and about["sender"] in ("Shifts", "ShiftsEmployees"):
            name, day = found.groups()
            rota.setdefault(day, []).extend([name] if name else [])
            if name in rota.get(UNSEATED, []):
                rota[UNSEATED].remove(name)
        elif re.match(r"INSERT INTO .speedy_employees\W", step["sql"]):
            rota.setdefault(UNSEATED, []).append(about["instance"])
    elif step["kind"] == "signal" and step["what"] == "post_delete":
        found = SHIFT.match(step["instance"])
        if step["sender"] == "ShiftsEmployees":
            return 1
        if found and step["sender"] == "Shifts":
            return -len(rota.pop(found[2], []))
        left = [day for day, names in rota.items() if step["instance"] in names]
        for day in left:
            rota[day].remove(step["instance"])
        return -len({*left} - {UNSEATED})
    return 0


def saved_in(step, steps):
    """Return the step of the save() that a statement belongs to; None for one in bulk."""
    while step["parent"]:
        step = steps[step["parent"] - 1]
        if step["kind"] == "method":
            return step
        if step["kind"] == "delivery":
            return None
    return None


def unnamed(step, steps):
    """Tell whether a statement places or moves seats and nothing says whose."""
    if re.match("UPDATE .speedy_shiftsemployees", step["sql"]):
        return True
    about = saved_in(step, steps)
    inserts = re.match("INSERT INTO .speedy_shiftsemployees", step["sql"])
    return bool(inserts) and not (about and about["instance"])


def standing(items):
    return {"name": UNSEATED, "items": items, "plain": True}


def boxes(live, kept):
    """Draw a box a shift: who sits there, kept or pending, who leaves, and what is free.

    Who is stored and has no seat is in a box of its own.
    """
    drawn = []
    for day in sorted({*live, *kept}):
        now, before = live.get(day, []), kept.get(day, [])
        items = [{"text": it, "state": "kept" if it in before else "pending"} for it in now]
        items += [{"text": it, "state": "leaving"} for it in before if it not in now]
        if day == UNSEATED:
            drawn += [standing(items)] if items else []
            continue
        items += [{"text": "free", "state": "free"}] * (SEATS - len(items))
        when = date.fromisoformat(day)
        name = f"{when:%a} {when.day} {when:%b}" + ("" if day in kept else ", pending")
        drawn.append({"name": name, "items": items})
    return drawn
