"""Two faces of a trace: a table of everything, and a tree that reads like a story.

See https://docs.djangoproject.com/en/5.2/ref/signals/
"""

import re

import pandas as pd
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from whatfires.looks import TINTS, Table

INIT = ("pre_init", "post_init")
# What a signal passes along that has a column of its own, in the order of the columns.
NAMED = ("created", "raw", "update_fields", "action", "origin", "using")
# Told in a tree only where it is not the usual. (Who is told `origin` reads it in the table.)
USUAL = {"raw": False, "update_fields": None, "reverse": False}
UNTOLD = ("created", "using", "origin", "model", "force_insert", "request")
CLIPPED = 48  # characters of an argument that a tree shows
LONGEST = 400  # lines of a tree
KIND_TINTS = {"method": "room", "delivery": "full"}


class Shown(Table):
    """The columns of a trace that somebody filled in; what failed stands out."""

    when_empty = "Nothing happened."

    def tint(self, row, column):
        if column == "outcome" and str(row["outcome"]).startswith("raised "):
            return "alarm"
        return KIND_TINTS.get(row["kind"], "quiet") if column == "what" else "quiet"


class TraceTable(Table):
    """A DataFrame of what happened, shown without what would not fit a page."""

    def shown(self):
        """Leave out what would not fit a page: empty columns, and the whole text of the SQL."""
        columns = [name for name in self if name != "sql" and (self[name].map(str) != "").any()]
        return Shown(self[columns].assign(ms=self["ms"].map("{:.2f}".format)))

    def _repr_html_(self):
        return self.shown()._repr_html_()

    def __repr__(self):
        return repr(self.shown())


def tabulate(trace):
    """Write a trace as a table (its columns are told by `Trace.table`)."""
    depths = depths_in(trace)
    rows = [
        {
            "what": "  " * depth + named(event),
            "sql": event.what if event.kind == "sql" else "",
            "kind": event.kind,
            "sender": event.sender,
            "instance": event.instance,
            **{name: event.arguments.get(name, "") for name in NAMED},
            "other": ", ".join(
                f"{name}={value}"
                for name, value in event.arguments.items()
                if name not in (*NAMED, "force_insert")
            ),
            "transaction": "" if event.transaction is None else event.transaction,
            "queries": 1 if event.kind == "sql" else event.queries,
            "ms": event.ms,
            "outcome": outcome(event),
            "where": event.where,
        }
        for event, depth in zip(trace, depths, strict=True)
    ]
    columns = ["what", "kind", "sender", "instance", *NAMED, "other"]
    columns += ["transaction", "queries", "ms", "outcome", "where", "sql"]
    order = pd.RangeIndex(1, len(rows) + 1, name="order")
    table = pd.DataFrame(rows, columns=columns, dtype=object).set_index(order)
    return TraceTable(table.astype({"queries": int, "ms": float}))


def depths_in(trace):
    """Count, for each event, the events of this trace inside which it happened."""
    depths = {}
    for event in trace:
        around = event.parent
        while around is not None and around not in depths:
            around = getattr(around, "parent", None)
        depths[event] = depths[around] + 1 if around is not None else 0
    return list(depths.values())


def named(event):
    if event.kind == "sql":
        return gist(event)
    return f"{event.sender}.{event.what}" if event.kind == "method" else event.what


def outcome(event):
    """Tell what came of it; of a signal also how many heard it."""
    if event.kind == "signal" and not event.failed:
        return "nobody listens" if not event.heard else f"heard by {event.heard}"
    return event.outcome


class Tree:
    """A drawing of what happened inside what: coloured in a notebook, plain elsewhere."""

    def __init__(self, lines, summary):
        self.lines, self.summary = lines, summary

    def __repr__(self):
        return "\n".join([*(line.text() for line in self.lines), self.summary])

    def _repr_html_(self):
        lines = format_html_join("\n", "{}", ((line.html(),) for line in self.lines))
        return format_html(
            "<pre style='line-height: 1.45'>{}\n<em>{}</em></pre>", lines, self.summary
        )


class Line:
    """One line of a tree: its branches, (words, style) pairs, and what hovering over it shows."""

    def __init__(self, branches, event, words, hint):
        self.branches, self.event, self.words, self.hint = branches, event, words, hint

    def text(self):
        return self.branches + " ".join(words for words, _ in self.words)

    def html(self):
        words = format_html_join(
            " ",
            "<span style='{}'>{}</span>",
            ((STYLES[style], words) for words, style in self.words),
        )
        return format_html("{}<span title='{}'>{}</span>", self.branches, self.hint, words)


FAINT, STRONG = "faint", "strong"
STYLES = TINTS | {FAINT: "opacity: 0.7", STRONG: "font-weight: bold", "": ""}


def draw(trace, everything=False):
    """Draw a trace (see `Trace.tree`)."""
    left_out = [] if everything else [event for event in trace if is_noise(event)]
    hidden = set(left_out)
    shown = [event for event in trace if event not in hidden]
    children, roots = families(shown)
    lines = []
    for root in roots:
        grow(root, children, "", "", lines)
    summary = sum_up(trace, len(left_out))
    if len(lines) > LONGEST:
        summary = f"... and {len(lines) - LONGEST:,} more lines\n{summary}"
    return Tree(lines[:LONGEST], summary)


def is_noise(event):
    return event.kind == "signal" and event.what in INIT and not event.heard


def families(events):
    """Sort events into {event: its children} and the list of those inside no other."""
    children, roots = {event: [] for event in events}, []
    for event in events:
        around = event.parent
        while around is not None and around not in children:
            around = getattr(around, "parent", None)
        (roots if around is None else children[around]).append(event)
    return children, roots


def grow(event, children, branch, below, lines):
    """Add the line of an event, and those of what happened inside it."""
    inside = children[event]
    shown = event
    if event.kind == "signal" and len(inside) == 1 and inside[0].kind == "delivery":
        # One receiver: the signal and its delivery are one line.
        [shown] = inside
        inside = children[shown]
        words = [*words_of(event), *words_of(shown)]
    else:
        words = words_of(event)
    lines.append(Line(branch, event, words, hint_of(shown)))
    for number, child in enumerate(inside, start=1):
        last = number == len(inside)
        grow(
            child, children, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "),
            lines,
        )  # fmt: skip


def words_of(event):
    """Say what an event was, as (words, style) pairs; STYLES names the styles."""
    words = {"method": of_method, "signal": of_signal, "delivery": of_delivery, "sql": of_sql}
    said = words[event.kind](event)
    if event.failed and not (event.kind == "signal" and event.heard == 1):
        said.append((f"✗ {event.outcome}", "alarm"))
    return said


def of_method(event):
    said = [(named(event), KIND_TINTS["method"])]
    if event.instance:
        said.append((event.instance, STRONG))
    told = told_of(event)
    if event.override:
        told.append(f"overridden in {short(event.where)}")
    return [*said, (f"({', '.join(told)})", FAINT)] if told else said


def of_signal(event):
    said = [(event.what, STRONG)]
    if event.sender:
        said.append((f"from {event.sender}", ""))
    if event.instance and not is_about(event.parent, event.instance):
        said.append((f"about {event.instance}", ""))
    if told := told_of(event):
        said.append((f"({', '.join(told)})", FAINT))
    if not event.heard:
        said.append(("· nobody listens", FAINT))
    return said


def of_delivery(event):
    said = [("→", ""), (event.what, KIND_TINTS["delivery"]), (short(event.where), FAINT)]
    if event.outcome.startswith("returned "):
        said.append((event.outcome, ""))
    return said


def of_sql(event):
    return [(gist(event), FAINT)]


def is_about(around, instance):
    """Tell whether the event around is about the same instance, so that it need not be said."""
    return getattr(around, "kind", "") == "method" and around.instance == instance


def told_of(event):
    """List the arguments worth telling; `created` as a word."""
    told = []
    if "created" in event.arguments:
        told.append("created" if event.arguments["created"] else "not created")
    for name, value in event.arguments.items():
        if name not in UNTOLD and (name not in USUAL or value != USUAL[name]):
            text = str(value)
            told.append(f"{name}={text[:CLIPPED]}{'…' if len(text) > CLIPPED else ''}")
    return told


def short(where):
    """Cut `speedy.signals.shift_headcount:42` down to `shift_headcount:42`."""
    return where.rpartition(".")[2]


VERBS = (
    (r'INSERT (OR IGNORE )?INTO "?(?P<table>\w+)', "INSERT into {}"),
    (r'DELETE FROM "?(?P<table>\w+)', "DELETE from {}"),
    (r'UPDATE "?(?P<table>\w+)', "UPDATE {}"),
    (r'SELECT\b.*?\bFROM "?(?P<table>\w+)', "SELECT from {}"),
    (r"(?P<table>BEGIN|COMMIT|ROLLBACK TO SAVEPOINT|ROLLBACK|RELEASE SAVEPOINT|SAVEPOINT)", "{}"),
)
COMPARISON = r'"{table}"\."(\w+)" (<=|>=|<|>|=) %s'


def gist(event):
    """Say what a statement does: `SELECT from speedy_shifts where headcount < 3`."""
    sql, params = event.what, event.arguments.get("params") or ()
    for pattern, words in VERBS:
        if found := re.match(pattern, sql, flags=re.IGNORECASE | re.DOTALL):
            conditions = conditions_of(sql, params, found["table"])
            where = f" where {' and '.join(conditions)}" if conditions else ""
            return words.format(found["table"]) + columns_set(sql) + where
    if sql.startswith("SELECT") and "_check" in sql:
        return "SELECT whether a constraint holds"
    return " ".join(sql.split()[:4])


def conditions_of(sql, params, table):
    """List the plain comparisons of the table's own columns, with their values put in."""
    _, where, _ = sql.partition(" WHERE ")
    if not where or not isinstance(params, tuple) or sql.count("%s") != len(params):
        return []
    begin = sql.index(" WHERE ")
    found = re.finditer(COMPARISON.format(table=re.escape(table)), sql[begin:])
    return [f"{it[1]} {it[2]} {params[sql[: begin + it.end() - 2].count('%s')]}" for it in found]


def columns_set(sql):
    """Name the columns that an UPDATE writes, where they are few."""
    names = re.findall(r'(?:SET|,) "(\w+)" = ', sql.partition(" WHERE ")[0])
    return f": {', '.join(names)}" if 0 < len(names) <= 3 else ""


def hint_of(event):
    """What hovering shows: the whole statement, or the place in the code."""
    return event.what if event.kind == "sql" else event.where


def sum_up(trace, left_out):
    statements = sum(event.kind == "sql" for event in trace)
    signals = [event for event in trace if event.kind == "signal"]
    silent = sum(not event.heard for event in signals) - left_out
    sent = len(signals) - left_out
    words = f"{count(statements, 'SQL statement')}, {count(sent, 'signal')} sent"
    if silent:
        words += f" ({silent} that nobody heard)"
    if left_out:
        words += f"; left out: {left_out} pre_init and post_init that nobody heard"
    return mark_safe(words)  # numbers and our own words


def count(number, noun):
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
