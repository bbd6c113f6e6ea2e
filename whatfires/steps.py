"""A trace as plain data: one dictionary a step, as the stepper, JSON and diagrams need it.

What is pending, and what is kept, follows from the statements that control a transaction.
See https://docs.djangoproject.com/en/5.2/topics/db/transactions/
"""

import json
import linecache
import re
import sys
from collections.abc import Iterable
from html import escape
from inspect import getblock
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whatfires.describing import LONGEST_VALUE, expect, one_line, quoted
from whatfires.drawing import module_text
from whatfires.tracing_views import is_noise, named, nearest

if TYPE_CHECKING:
    from whatfires.events import Event

LANES = {"method": "code", "signal": "signal", "delivery": "signal", "sql": "sql"}
LANES |= dict.fromkeys(("on_commit", "callback", "mail", "task"), "outside")
# What a statement does to the transaction, by its first words.
EFFECTS = (
    ("ROLLBACK TO SAVEPOINT", "undo"),
    ("RELEASE SAVEPOINT", "release"),
    ("SAVEPOINT", "mark"),
    ("ROLLBACK", "rollback"),
    ("BEGIN", "begin"),
    ("COMMIT", "commit"),
    ("INSERT", "write"),
    ("UPDATE", "write"),
    ("DELETE", "write"),
)
# Of the JSON; it grows when a key changes its meaning. 2: callbacks, mail, tasks, and `came_from`.
SCHEMA = 2
# What a document of version 1 does not tell.
UNTOLD_BY_1 = {"came_from": "", "line": 0, "registered": None, "settled_by": None}
STEPPER = Path(__file__).with_name("stepper.js")
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark }}
  body {{ margin: 8px; font-family: system-ui, sans-serif }}
  h1 {{ font-size: 1.2em }}
</style>
<body>
<main><h1>{title}</h1><div id="stepper"></div></main>
<script type="module">
{script}
show({data}, document.getElementById("stepper"));
</script>
</body>
</html>
"""
PASSIVE = ("sql", "on_commit", "mail")  # what happens inside is done by the caller
SOURCE_LINES = 12  # of a receiver or an override that a step shows


class Steps(list[dict[str, Any]]):
    """What happened as a list of dictionaries, one for each step; all values fit into JSON.

    Keys: `order` (from 1), `parent` (the order of the step around it, or None), `depth`, `kind`
    (see `whatfires.Event`, also for what follows), `lane` ("code", "signal", "sql", or "outside"
    for callbacks of on_commit, mail and tasks), `what`, `sender`, `instance`, `arguments` (texts
    by name), `heard` (receivers reached), `override`, `where` (module:line), `came_from` (the line
    of the user's own code, module:line), `registered` and `settled_by` (the orders of those steps,
    or None), `source` (lines of code, [number, text] each), `line` (the one that runs), `outcome`,
    `transaction` (whether one was open, or None), `using`, `ms` (milliseconds), `sql`, `params`,
    and `effect`, what a statement does to what is stored:
    "write", "begin", "commit", "rollback", "mark", "undo", "release", or "" for what only reads.
    """

    def json(self) -> str:
        """Write the steps as JSON; `load()` reads it again."""
        document = {"whatfires": SCHEMA, "steps": self}
        return json.dumps(document, indent=1, ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> "Steps":
        """Read what `json()` wrote, of this version or an older one; ValueError for the rest."""
        try:
            document = json.loads(text)
            version, steps = document["whatfires"], [dict(it) for it in document["steps"]]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ValueError(
                "load() expected the text that Trace.json() writes, an object with the keys "
                f"whatfires and steps; came {quoted(text)}."
            ) from error
        if version not in range(1, SCHEMA + 1):
            raise ValueError(
                f"load() reads versions 1 to {SCHEMA} of the schema; came {version!r}. Write the "
                "trace again with this version of whatfires."
            )
        return cls({**UNTOLD_BY_1, **step} for step in steps)

    def html(self, title: str = "What happened") -> str:
        """Write one page that steps through all of it; it asks no other machine for anything."""
        expect("html(title=...)", title, str, "a text")
        data = json.dumps({"steps": self}, ensure_ascii=False)
        for sign in "<>&":  # a text in the data must not end the script
            data = data.replace(sign, f"\\u{ord(sign):04x}")
        return PAGE.format(title=escape(title), script=module_text(STEPPER), data=data)

    def mermaid(self) -> str:
        """Draw who called whom as a sequence diagram, in the language of mermaid."""
        actors = {"your code": "a0"}
        lines = []
        for step in self:
            around = self.actor(step["parent"])
            own = actor_of(step) or around
            for name in (around, own):
                actors.setdefault(name, f"a{len(actors)}")
            label = plain(self.label(step))
            if step["kind"] == "signal":
                if not step["heard"]:
                    lines.append(f"  Note over {actors[around]}: {label}, nobody listens")
            else:
                lines.append(f"  {actors[around]}->>{actors[own]}: {label}")
            if step["outcome"].startswith("raised "):
                lines.append(f"  {actors[own]}--x{actors[around]}: {plain(step['outcome'])}")
        named = [f"  participant {key} as {plain(name)}" for name, key in actors.items()]
        return "\n".join(["sequenceDiagram", *named, *map(repeated, groupby(lines))]) + "\n"

    def actor(self, order: int | None) -> str:
        """Name who acts inside the step of this order."""
        while order is not None:
            step = self[order - 1]
            if name := actor_of(step) if step["kind"] not in PASSIVE else "":
                return name
            order = step["parent"]
        return "your code"

    def label(self, step: dict[str, Any]) -> str:
        """Say what is called: of a receiver the signal, of what is handed on what it is."""
        if step["kind"] == "delivery":
            return self.heard_of(step)
        if step["kind"] == "callback":
            return "after COMMIT" if step["settled_by"] else "callback"
        if step["kind"] == "on_commit":
            return f"on_commit: {step['what']}, {step['outcome'] or 'waits'}"
        return str(step["what"])

    def heard_of(self, step: dict[str, Any]) -> str:
        """Name the signal that a delivery delivers; a part of a trace may not hold it."""
        parent = step["parent"]
        return self[parent - 1]["what"] if parent else "a signal"


def repeated(same: tuple[str, Iterable[str]]) -> str:
    """Write equal lines that follow one another as one."""
    line, number = same[0], len(list(same[1]))
    called, colon, label = line.partition(": ")
    return f"{called}{colon}{number:,} × {label}" if number > 1 else line


def actor_of(step: dict[str, Any]) -> str:
    """Name who a step calls: a model, a receiver or the database; nobody for a signal."""
    return {
        "method": step["sender"],
        "signal": "",
        "delivery": step["what"],
        "sql": "database",
        "on_commit": "transaction",
        "callback": step["what"],
        "mail": "mail",
        "task": "tasks",
    }[step["kind"]]


def plain(text: str) -> str:
    """Write a text on one line, without the signs that mermaid would obey."""
    return "".join(f"#{ord(sign)};" if sign in "#;<>" else sign for sign in " ".join(text.split()))


def steps_of(trace: "Iterable[Event]", everything: bool = False) -> Steps:
    """Return the steps of a trace, in order (see `Steps`).

    Left out, unless you ask for everything: pre_init and post_init that nobody heard.
    """
    shown = [event for event in trace if everything or not is_noise(event)]
    orders: dict[Any, int] = {event: order for order, event in enumerate(shown, start=1)}
    steps = Steps()
    for order, event in enumerate(shown, start=1):
        parent = orders.get(nearest(event, orders))
        depth = steps[parent - 1]["depth"] + 1 if parent else 0
        links = {
            "registered": orders.get(event.registered),
            "settled_by": orders.get(event.settled_by),
        }
        steps.append({"order": order, "parent": parent, "depth": depth, **links, **step_of(event)})
    return steps


def step_of(event: "Event") -> dict[str, Any]:
    """Describe one event by plain values."""
    is_sql = event.kind == "sql"
    arguments = {
        name: one_line(str(value), LONGEST_VALUE) for name, value in event.arguments.items()
    }
    params = event.arguments.get("params") if is_sql else None
    return {
        "kind": event.kind,
        "lane": LANES[event.kind],
        "what": named(event) if is_sql else event.what,
        "sender": event.sender,
        "instance": str(event.instance),
        "arguments": {} if is_sql else arguments,
        "heard": event.heard,
        "override": event.override,
        "where": event.where,
        "came_from": event.came_from,
        **source_of(event),
        "outcome": event.outcome,
        "transaction": event.transaction,
        "using": arguments.get("using", "") or "default",
        "ms": None if event.ms is None else round(event.ms, 3),
        "sql": event.what if is_sql else "",
        "params": [str(value) for value in params] if isinstance(params, tuple) else [],
        "effect": effect_of(event.what) if is_sql else "",
    }


def effect_of(sql: str) -> str:
    """Tell what a statement does to what is stored."""
    words = sql.lstrip(" (\n").upper()
    return next((effect for start, effect in EFFECTS if words.startswith(start)), "")


def source_of(event: "Event") -> dict[str, Any]:
    """Return the code that a step runs, {"source": [[number, text], ...], "line": number}.

    Of a receiver or an override that is its beginning; else the lines around the calling one.
    """
    module, _, number = event.where.partition(":")
    file = getattr(sys.modules.get(module), "__file__", None)
    if file and number.isdigit():
        return {"source": lines_of(file, int(number), int(number)), "line": int(number)}
    place = event.came_from
    return {"source": lines_of(place.file, place.first, place.line), "line": place.line}


def lines_of(file: str, first: int, line: int) -> list[tuple[int, str]]:
    """Return the lines around one, of the function that starts at `first`, [number, text] each."""
    lines = linecache.getlines(file)[first - 1 :]
    if not lines:
        return []
    own = len(lines[0]) - len(lines[0].lstrip())
    if re.match(r"\s*(@|(async )?(def|class)\b)", lines[0]):
        lines = getblock(lines)
    elif "lambda" in lines[0]:
        return [(first, lines[0].strip())]
    start = max(0, min(line - first - SOURCE_LINES // 2, len(lines) - SOURCE_LINES))
    kept = "".join(lines[start : start + SOURCE_LINES]).rstrip().splitlines()
    return [(first + start + number, text[own:].rstrip()) for number, text in enumerate(kept)]
