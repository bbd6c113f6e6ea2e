"""What fires when: every operation of the ORM against every hook, found out by running it.

No cell is written by hand. Each operation runs on throw-away rows inside a trace, in a database
of its own, and is rolled back; what the trace saw is the row. So the differences between two
versions of Django come out by themselves.
See https://docs.djangoproject.com/en/5.2/ref/signals/
"""

from collections import Counter
from contextlib import contextmanager, suppress
from difflib import get_close_matches

import pandas as pd
from django.db import DatabaseError, models, transaction
from django.db.models import signals as model_signals
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from classroom.scenes.database import in_private_database
from whatfires.looks import TINTS, Table
from whatfires.operations import OPERATIONS, Stage
from whatfires.tracing import trace

HOOKS = (
    *("save()", "delete()", "pre_init", "post_init", "pre_save", "post_save"),
    *("pre_delete", "post_delete", "m2m_changed"),
)
FIRED, ELSEWHERE, SILENT, UNKNOWN = "●", "◐", "·", "?"
LEGEND = (
    "● fired (●2: twice); ◐ fired by another class only, so receivers connected to this one hear "
    "nothing; · silent; ★ a surprise"
)
STAR = " ★"
UNBROKEN_STAR = "\N{NO-BREAK SPACE}★"  # never alone on a line
FEW = 5  # names, where an error has many to offer
# Of a heading in HTML; after REPEAT rows the next one names the hooks again.
REPEAT = 10
LINE = "vertical-align: bottom; border-bottom: 1px solid; padding-top: 1em"
BREAK = mark_safe("<br>")


class Sentences(Table):
    """A DataFrame to be read, each sentence whole."""

    def __repr__(self):
        return "\n".join(f"{name}: {row.iloc[0]}" for name, row in self.iterrows())


class FiringTable(Table):
    """A DataFrame of what fires, in groups, each under the names of the hooks."""

    when_empty = "No operation was run."

    def fired(self, operation):
        """Return what fired in one operation, {hook: how often}, of the class watched alone.

        So a receiver connected to this class hears as much; what only other classes fired (◐) is
        left out. `operation` is as for `row`. Raises ValueError, too, for what could not be run.
        """
        row = self.row(operation)
        if row[HOOKS[0]] == UNKNOWN:
            raise ValueError(f"fired({operation!r}): {row['passed']}")
        return {hook: int(row[hook][1:] or 1) for hook in HOOKS if row[hook][0] == FIRED}

    def row(self, operation):
        """Return the row of one operation, a Series of the hooks and `passed`.

        `operation` is its name, or a part that no other name has; the ★ is no part of it. Raises
        ValueError for a name that no operation of this table bears, and for one that several do.
        """
        operation = operation.removesuffix(STAR)
        names = [name.removesuffix(STAR) for _, name in self.index]
        found = [it for it, name in enumerate(names) if name == operation]
        found = found or [it for it, name in enumerate(names) if operation in name]
        if len(found) == 1:
            return self.iloc[found[0]]
        near = [names[it] for it in found] or get_close_matches(operation, names, 3, 0.3) or names
        raise ValueError(
            f"{operation!r}: {len(found) or 'no'} operations of this table bear that name. Name "
            f"one, such as: {'; '.join(near[:FEW])}."
        )

    def differ(self, hook, other):
        """Return, as such a table, the operations in which just one of two hooks fired.

        It may have fired by whatever class. Raises KeyError for what is no hook.
        """
        part = FiringTable(self[(self[hook] == SILENT) != (self[other] == SILENT)])
        part.attrs = self.attrs  # pandas hands them on to what it makes, not to what we make of it
        return part

    def surprises(self):
        """Return a DataFrame indexed by `operation`, a row for each ★, with its `surprise`."""
        starred = [name for name in self.index if name[1].endswith(STAR)]
        told = [self.attrs["surprises"][name] for name in starred]
        names = [name.removesuffix(STAR) for _, name in starred]
        return Sentences({"surprise": told}, index=pd.Index(names, name="operation", dtype=object))

    def tint(self, row, column):
        if column not in HOOKS:
            return "quiet"
        return {FIRED: "full", ELSEWHERE: "room", UNKNOWN: "alarm"}.get(row[column][0], "quiet")

    def __repr__(self):
        if self.empty:
            return self.when_empty
        width = max(len(name) for _, name in self.index)
        lines, before = [" " * width + "  " + "  ".join(HOOKS)], None
        for (group, name), row in self.iterrows():
            lines += [] if group == before else [f"-- {group}"]
            cells = (row[hook].ljust(len(hook)) for hook in HOOKS)
            lines.append(f"{name.ljust(width)}  {'  '.join(cells)}".rstrip())
            before = group
        return "\n".join([*lines, LEGEND])

    def _repr_html_(self):
        if self.empty:
            return super()._repr_html_()
        rows, before, unnamed = [], None, REPEAT  # rows since the hooks were named
        for (group, operation), row in self.iterrows():
            if group != before:
                again = unnamed >= REPEAT
                rows.append(self._heading(group, with_hooks=again))
                before, unnamed = group, 0 if again else unnamed
            rows.append(self._row(operation, row))
            unnamed += 1
        return format_html(
            "<table class='dataframe'>\n<tbody>\n{}\n</tbody></table>\n<p>{}</p>",
            format_html_join("\n", "{}", ((row,) for row in rows)),
            LEGEND,
        )

    def _heading(self, group, with_hooks):
        """Name a group, and now and then the hooks again: nobody has to scroll up for them."""
        # A break after the underscore makes the columns half as wide, wherever it is shown.
        halves = (hook.partition("_") if with_hooks else ("", "", "") for hook in HOOKS)
        cells = format_html_join(
            "",
            "<th style='text-align: center; {}'>{}{}{}</th>",
            ((LINE, first + bar, BREAK if bar else "", last) for first, bar, last in halves),
        )
        return format_html(
            "<tr><th style='text-align: left; {}'>{}</th>{}</tr>", LINE, group, cells
        )

    def _row(self, operation, row):
        cells = format_html_join(
            "",
            "<td style='text-align: center; {}'>{}</td>",
            ((TINTS[self.tint(row, name)], row[name]) for name in HOOKS),
        )
        return format_html(
            "<tr><td style='text-align: left'>{}</td>{}</tr>",
            operation.replace(STAR, UNBROKEN_STAR),
            cells,
        )


def what_fires(*operations, model=None, make=None):
    """Find out what fires when, by running every operation on throw-away rows.

    `operations` are names, or parts of names, of the operations or groups wanted: all, if there
    is none. `model` is the class to watch: a plain one, unless
    you name your own; then operations for which it has no relation are left out, and its receivers
    run as they always do, what they do outside the database included. Rows of it are made up;
    where that fails, pass `make`, a function that takes a number and returns an unsaved instance.

    Returns a DataFrame, a row an operation, indexed by `group` and `operation`, a column a hook
    (see the legend below the table; `?` where it refused to run, as `passed` then tells) and
    `passed`, which the table does not show: what the signals said that is worth knowing.
    `.fired(name)` is a row as a dict, `.differ(hook, other)` the rows where two hooks differ, and
    `.surprises()` tells each ★ in a sentence. Raises ValueError for an unknown operation, and
    TypeError for what is no model or cannot be made up.
    """
    model = model or plain_model()
    if not (isinstance(model, type) and issubclass(model, models.Model)):
        raise TypeError(
            f"what_fires(model={model!r}): expected a model class, such as Employees; operations "
            "are chosen by their names: what_fires('bulk_create', model=Employees)."
        )
    if model._meta.abstract:
        raise TypeError(
            f"what_fires(model={model.__name__}): an abstract class has no rows; name one of the "
            "models that inherit from it."
        )
    return in_private_database(run_all, operations, model, make)


def plain_model():
    from classroom.scenes.stage.models import Person  # models load after the apps

    return Person


def run_all(wanted, model, make):
    """Run the operations for which the model has what they need; return the table."""
    with heard_by_somebody():
        names = names_of_operations(model)
        chosen = choose(wanted, names)
        rows = [observe(it, Stage(model, make)) for it in chosen]
    index = [(it.group, names[it] + (STAR if it.surprise else "")) for it in chosen]
    table = FiringTable(
        rows,
        columns=[*HOOKS, "passed"],
        index=pd.MultiIndex.from_tuples(index, names=["group", "operation"]),
    )
    told = [it.surprise for it in chosen]
    table.attrs["surprises"] = dict(zip(index, told, strict=True))
    return table


def names_of_operations(model):
    """Name the operations for which this model has what they need, in their order."""
    stage = Stage(model)
    return {it: stage.name(it) for it in OPERATIONS if not it.needs or getattr(stage, it.needs)}


def choose(wanted, names):
    """Find the operations that bear these names, or parts of them; all, where none is wanted."""
    chosen = set()
    for word in wanted:
        found = [it for it, name in names.items() if word in (name, it.group)]
        found = found or [it for it, name in names.items() if word in name]
        if not found:
            known = [*names.values(), *dict.fromkeys(it.group for it in names)]
            near = get_close_matches(word, known, n=3, cutoff=0.3) or known
            raise ValueError(
                f"what_fires({word!r}): no operation or group bears that name. Near: "
                f"{', '.join(near)}. what_fires() runs them all."
            )
        chosen.update(found)
    return [it for it in names if not wanted or it in chosen]


@contextmanager
def heard_by_somebody():
    """Connect a receiver that does nothing to every hook while the operations run.

    The question is what a receiver would hear, and Django does not send some signals at all when
    nobody listens: m2m_changed of add(), and the delete signals of rows that it can delete at once.
    """
    signals = [getattr(model_signals, name) for name in HOOKS if not name.endswith("()")]
    for signal in signals:
        signal.connect(do_nothing)
    try:
        yield
    finally:
        for signal in signals:
            signal.disconnect(do_nothing)


def do_nothing(**kwargs):
    """Hear a signal, and that is all."""


def observe(operation, stage):
    """Run one operation inside a trace, take it back, and tell what the trace saw."""
    watched = getattr(stage, operation.watched)
    try:
        with transaction.atomic():
            steps = operation.run(stage)
            next(steps)  # what it prepares is not watched
            with trace() as seen, suppress(StopIteration):
                next(steps)
            transaction.set_rollback(True)
    except (DatabaseError, ValueError) as refusal:
        # A rule of the learner's database that made-up rows cannot know, or one of Django's own.
        return [UNKNOWN] * len(HOOKS) + [f"not run: {refusal}"]
    return cells(seen, watched)


def cells(seen, watched):
    """Turn a trace into a row: a cell a hook, and what was passed."""
    fired = [
        event
        for event in seen
        if event.kind in ("method", "signal")
        and event.what in HOOKS
        and is_kin(event.sender_object, watched)
    ]
    ours = Counter(event.what for event in fired if event.sender_object is watched)
    others = Counter(event.what for event in fired if event.sender_object is not watched)
    return [glyph(ours[hook], others[hook]) for hook in HOOKS] + [passed(fired, watched)]


def is_kin(sender, watched):
    """Tell whether a sender is the watched class or one that people may take for it."""
    if not (isinstance(sender, type) and issubclass(sender, models.Model)):
        return False
    if issubclass(sender, watched) or issubclass(watched, sender):
        return True
    # A migration's class has the same table.
    return sender._meta.db_table == getattr(watched._meta, "db_table", None)


def glyph(ours, others):
    """Draw how often a hook fired: by the watched class, or else by a relative of it."""
    if not (ours or others):
        return SILENT
    number = ours or others
    return (FIRED if ours else ELSEWHERE) + (str(number) if number > 1 else "")


def passed(fired, watched):
    """Tell what the signals said that is worth knowing, each thing once and in order."""
    said = {}
    for event in fired:
        told = event.arguments
        if event.what == "m2m_changed":
            said[told["action"]] = True
        if event.what == "post_save":
            said["created" if told["created"] else "not created"] = True
        if told.get("raw"):
            said["raw=True"] = True
        if event.kind == "signal" and told.get("update_fields") not in (None, ""):
            said[f"update_fields={told['update_fields']}"] = True
        if event.kind == "signal" and event.sender_object is not watched:
            said[f"sender {sender_of(event)}"] = True
    return ", ".join(said)


def sender_of(event):
    """Name a sender; a migration's class bears the name of the one it is taken for."""
    historical = event.sender_object.__module__ == "__fake__"
    return f"{event.sender} of the migration" if historical else event.sender
