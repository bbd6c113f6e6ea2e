"""The matrix of what fires when: blank, to be filled in, or whole, to be searched.

See https://docs.djangoproject.com/en/5.2/ref/signals/
"""

from pathlib import Path

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from classroom.widgets.faces import faces
from whatfires.describing import expect, quoted
from whatfires.firings import ELSEWHERE, FIRED, HOOKS, UNKNOWN, Firings

MODULE = Path(__file__).with_suffix(".js")


class Matrix:
    """A table of what fires, to be filled in or searched where somebody can click."""

    def __init__(self, fired, blank):
        # Every instance sends the two init signals: they would fill two columns and say nothing.
        hooks = [hook for hook in HOOKS if not hook.endswith("_init")]
        groups = {row["group"].partition(",")[0] for row in fired}
        if groups and "many-to-many" not in groups:  # nothing else sends it
            hooks.remove("m2m_changed")
        self.fired, self.blank = fired.showing(hooks), blank
        kept = ("group", "operation", "passed", "surprise")
        rows = [
            {**{name: row[name] for name in kept}, "fired": fired_in(row, hooks)} for row in fired
        ]
        legend = self.fired.legend()
        self.data = {"hooks": hooks, "rows": rows, "blank": blank, "legend": legend}

    @property
    def sentences(self):
        """What stands behind the rows: (operation, the surprise and what is passed along)."""
        for row in self.fired:
            passed = f"Passed along: {row['passed']}." if row["passed"] else ""
            star = f"★ {row['surprise']}" if row["surprise"] else ""
            if said := f"{star} {passed}".strip():
                yield row["operation"], said

    def __repr__(self):
        lines = (f"{operation}: {said}" for operation, said in self.sentences)
        return "\n".join([repr(self.fired), *lines])

    def _repr_mimebundle_(self, include=None, exclude=None):
        said = format_html_join("\n", "<li>{}: {}</li>", self.sentences)
        if self.blank:
            words = "What do you expect to fire? Decide, then open the table."
            table = mark_safe(self.fired._repr_html_())
            html = format_html(
                "<details><summary>{}</summary>\n{}<ul>{}</ul></details>", words, table, said
            )
        else:  # eighty rows in colour would be half of what a notebook may weigh
            html = format_html("<pre>{}</pre><ul>{}</ul>", repr(self.fired), said)
        return faces(repr(self), html, MODULE, self.data)


def matrix(fired, blank=False):
    """Show what `what_fires()` found: all of it, with filters, or `blank`, to be filled in first.

    `fired` is what `what_fires()` returned. A blank one asks which cells will fire; when it is
    run, the cells that differ turn over, each with a sentence. Nothing is run again. Returns a
    `Matrix`, which shows itself; in a terminal and on a page without scripts that is the table.
    Raises TypeError for what is no such table.
    """
    if not isinstance(fired, Firings):
        raise TypeError(f"matrix() takes what what_fires() returned, but {quoted(fired)} came.")
    expect("matrix(blank=...)", blank, bool, "True or False")
    return Matrix(fired, blank)


def fired_in(row, hooks):
    """Describe the cells in which something stands, as `matrix.js` draws them.

    {hook: {"own": times, "other": times, "unknown": True}}: how often it fired, of whom.
    """
    names = {FIRED: "own", ELSEWHERE: "other", UNKNOWN: "unknown"}
    return {
        hook: {names[row[hook][0]]: row[hook][0] == UNKNOWN or int(row[hook][1:] or 1)}
        for hook in hooks
        if row[hook][0] in names
    }
