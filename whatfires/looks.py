"""How tables look: real DataFrames, with a tint where CSS is shown and glyphs everywhere.

Each cell carries its own style. pandas' Styler writes a style sheet instead, and that is the
first thing to go where a notebook is not trusted yet or is shown by a web site.
See https://docs.djangoproject.com/en/5.2/ref/utils/#django.utils.html.format_html_join
"""

import pandas as pd
from django.utils.html import format_html, format_html_join

# See-through colours, so that they suit the light and the dark theme alike.
TINTS = {
    "full": "background-color: rgba(46, 160, 67, 0.28)",
    "room": "background-color: rgba(56, 139, 253, 0.2)",
    "alarm": "background-color: rgba(229, 83, 75, 0.3)",
    "quiet": "",
}
LONGEST = 60


class Table(pd.DataFrame):
    """A DataFrame with a face of its own in a notebook; what you cut out of it is a plain one."""

    # Read instead of a table without rows. (A property of the class: pandas would take an
    # attribute set on the instance for a column.)
    when_empty = "nothing to show"

    def tint(self, row, column):
        """Name the tint (see TINTS) of the cell where a row, a Series, meets a column."""
        return "quiet"

    def __repr__(self):
        if self.empty:
            return self.when_empty
        # Whole, where pandas would leave columns out to fit a terminal of 80 characters.
        return super().__repr__() if len(self) > LONGEST else self.to_string()

    def _repr_html_(self):
        if self.empty:
            return format_html("<em>{}</em>", self.when_empty)
        if len(self) > LONGEST:
            return super()._repr_html_()
        shown = pd.DataFrame(self).reset_index()
        head = format_html_join("", "<th style='text-align: left'>{}</th>", zip(shown.columns))
        body = format_html_join(
            "\n", "<tr>{}</tr>", ((self._cells(row),) for _, row in shown.iterrows())
        )
        return format_html(
            "<table class='dataframe'>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody></table>",
            head,
            body,
        )

    def _cells(self, row):
        """Write one row's cells; format_html escapes whatever a name may hold."""
        return format_html_join(
            "",
            "<td style='text-align: left; {}'>{}</td>",
            ((TINTS[self.tint(row, column)], value) for column, value in row.items()),
        )
