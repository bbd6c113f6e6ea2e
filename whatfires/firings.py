"""The table of what fires: its rows, its faces, and what one may ask it.

See https://docs.djangoproject.com/en/5.2/ref/signals/
"""

from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from whatfires.describing import expect, quoted
from whatfires.rendering import ROW_HEAD, TINTS, Row, hung
from whatfires.rows import Rows

if TYPE_CHECKING:
    from whatfires.frames import Table

HOOKS = (
    *("save()", "delete()", "pre_init", "post_init", "pre_save", "post_save"),
    *("pre_delete", "post_delete", "m2m_changed"),
)
METHODS = ("save()", "delete()")
FIRED, ELSEWHERE, SILENT, UNKNOWN = "◆", "◇", "·", "?"
LEGEND = "◆ fired (◆2: twice); · silent; ★ a surprise"
OF_ANOTHER = "; ◇ fired by another class only, so receivers connected to this one hear nothing"
STAR = " ★"
UNBROKEN_STAR = "\N{NO-BREAK SPACE}★"  # never alone on a line
FEW = 5  # names, where an error has many to offer
# Of a heading in HTML; after REPEAT rows the next one names the hooks again.
REPEAT = 10
LINE = "vertical-align: bottom; border-bottom: 1px solid; padding-top: 1em"
BREAK = mark_safe("<br>")


class Sentences(Rows):
    """Sentences to be read whole: `operation` and `surprise`."""

    columns = ("operation", "surprise")
    when_empty = (
        "No surprise: no receiver and no override is concerned. What Django does anyway is told by "
        "surprises(everything=True)."
    )

    def __repr__(self) -> str:
        lines = [f"{row['operation']}: {row['surprise']}" for row in self]
        return "\n".join(lines) or self.when_empty


class Firings(Rows):
    """What fires, a row an operation: `group`, `operation`, a glyph for each hook, and `passed`.

    `passed` is what the signals said that is worth knowing, or why the operation could not be run.
    """

    columns = ("group", "operation", *HOOKS, "passed")
    when_empty = "No operation was run."
    hooks: Sequence[str] = HOOKS  # the columns that its faces show

    def showing(self, hooks: Sequence[str]) -> "Firings":
        """Return the same rows as a table whose faces show these columns alone, in this order."""
        shown = Firings(self)
        shown.hooks = hooks
        return shown

    def legend(self) -> str:
        """Explain the glyphs; ◇ only where a row of this table has it."""
        glyphs = {row[hook][0] for row in self for hook in self.hooks}
        return LEGEND + (OF_ANOTHER if ELSEWHERE in glyphs else "")

    def fired(self, operation: str) -> dict[str, int]:
        """Return what fired in one operation, {hook: how often}, of the class watched alone.

        So a receiver connected to this class hears as much; what only other classes fired (◇) is
        left out. `operation` is as for `row`. Raises ValueError, too, for what could not be run.
        """
        return times(self._ran("fired", operation), FIRED)

    def skipped(self, operation: str) -> list[dict[str, str]]:
        """Return whom one operation skips: dicts of `hook`, `what` (its name), `where`, `path`.

        These are the overrides and the connected receivers that a save() of the same rows, or a
        delete(), would have reached; `path` is the dotted name. `operation` is as for `row`. Raises
        ValueError, too, for what could not be run.
        """
        return list(self._ran("skipped", operation)["skips"])

    def _ran(self, asked: str, operation: str) -> Row:
        row = self.row(operation)
        if row[HOOKS[0]] == UNKNOWN:
            raise ValueError(f"{asked}({quoted(operation)}): {row['passed']}")
        return row

    def row(self, operation: str) -> Row:
        """Return the row of one operation, a dict.

        `operation` is its name, or a part that no other name has; the ★ is no part of it. Raises
        ValueError for a name that no operation of this table bears, and for one that several do.
        """
        expect("operation", operation, str, "its name, or a part of it")
        operation = operation.removesuffix(STAR)
        found = [row for row in self if row["operation"] == operation]
        found = found or [row for row in self if operation in row["operation"]]
        if len(found) == 1:
            return found[0]
        names = [row["operation"] for row in found or self]
        near = (not found and get_close_matches(operation, names, 3, 0.3)) or names
        raise ValueError(
            f"{operation!r}: {len(found) or 'no'} operations of this table bear that name. Name "
            f"one, such as: {'; '.join(near[:FEW])}."
        )

    def differ(self, hook: str, other: str) -> "Firings":
        """Return, as such a table, the operations in which just one of two hooks fired.

        It may have fired by whatever class. Raises ValueError for what is no hook.
        """
        for it in (hook, other):
            if not isinstance(it, str) or it not in HOOKS:
                raise ValueError(f"differ(): expected {', '.join(HOOKS)}; came {quoted(it)}.")
        return Firings(row for row in self if (row[hook] == SILENT) != (row[other] == SILENT))

    def surprises(self, everything: bool = False) -> Sentences:
        """Return the sentences behind each ★ that speaks of a receiver or an override, and name it.

        A sentence that the project makes untrue (a soft deletion may) has no ★. With `everything`,
        also what Django does where nobody is concerned.
        """
        expect("surprises(everything=...)", everything, bool, "True or False")
        return Sentences(
            {
                "operation": row["operation"],
                "surprise": f"{row['surprise']} {row['concerns']}".strip(),
            }
            for row in self
            if row["concerns"] or (everything and row["surprise"])
        )

    def table(self) -> "Table":
        """Return a DataFrame indexed by `group` and `operation`, a column a hook, and `passed`.

        Raises ImportError without pandas.
        """
        from whatfires.frames import Table

        rows = [{name: row[name] for name in self.columns} for row in self]
        return Table(rows, columns=list(self.columns)).set_index(["group", "operation"])

    def reasons(self) -> list[str]:
        """Say why operations could not be run, each reason once, the most frequent first."""
        found = Counter(row["passed"] for row in self if row[HOOKS[0]] == UNKNOWN)
        return [
            f"{UNKNOWN} {why}; so in {number} operation{'s' * (number > 1)}"
            for why, number in found.most_common()
        ]

    def tint(self, row: Row, column: str) -> str:
        if column not in HOOKS:
            return "quiet"
        fired = "code" if column in METHODS else "signal"
        return {FIRED: fired, UNKNOWN: "attention"}.get(row[column][0], "quiet")

    def __repr__(self) -> str:
        if not self:
            return self.when_empty
        width = max(len(starred(row)) for row in self)
        lines, before = [" " * width + "  " + "  ".join(self.hooks)], None
        for row in self:
            lines += [] if row["group"] == before else [f"-- {row['group']}"]
            cells = (row[hook].ljust(len(hook)) for hook in self.hooks)
            lines.append(f"{starred(row).ljust(width)}  {'  '.join(cells)}".rstrip())
            before = row["group"]
        return "\n".join([*lines, self.legend(), *map(hung, self.reasons())])

    def _repr_html_(self) -> str:
        if not self:
            return super()._repr_html_()
        rows, before, unnamed = [], None, REPEAT  # rows since the hooks were named
        for row in self:
            if row["group"] != before:
                again = unnamed >= REPEAT
                rows.append(heading(row["group"], self.hooks, named=again))
                before, unnamed = row["group"], 0 if again else unnamed
            rows.append(self._line(row))
            unnamed += 1
        return format_html(
            "<table class='dataframe'>\n<tbody>\n{}\n</tbody></table>\n{}",
            format_html_join("\n", "{}", ((row,) for row in rows)),
            format_html_join("\n", "<p>{}</p>", ((it,) for it in (self.legend(), *self.reasons()))),
        )

    def _line(self, row: Row) -> SafeString:
        cells = format_html_join(
            "",
            "<td style='text-align: center; {}'>{}</td>",
            ((TINTS[self.tint(row, name)], row[name]) for name in self.hooks),
        )
        name = starred(row).replace(STAR, UNBROKEN_STAR)
        return format_html("<tr><th scope='row' style='{}'>{}</th>{}</tr>", ROW_HEAD, name, cells)


def times(row: Row, glyph: str) -> dict[str, int]:
    """Return what this class fired, or another one (◇), {hook: how often}."""
    return {hook: int(row[hook][1:] or 1) for hook in HOOKS if row[hook][0] == glyph}


def starred(row: Row) -> str:
    return row["operation"] + (STAR if row["surprise"] else "")


def heading(group: str, hooks: Sequence[str], named: bool) -> SafeString:
    """Name a group, and now and then the hooks again: nobody has to scroll up for them."""
    # A break after the underscore makes the columns half as wide, wherever it is shown.
    halves: Any = (hook.partition("_") if named else ("", "", "") for hook in hooks)
    cells = format_html_join(
        "",
        "<th style='text-align: center; {}'>{}{}{}</th>",
        ((LINE, first + bar, BREAK if bar else "", last) for first, bar, last in halves),
    )
    return format_html("<tr><th style='text-align: left; {}'>{}</th>{}</tr>", LINE, group, cells)
