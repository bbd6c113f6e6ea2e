"""A list of rows that shows itself: text in a terminal, HTML in a notebook, pandas when asked.

See https://docs.python.org/3/reference/datamodel.html#object.__repr__
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.html import format_html

from whatfires.rendering import Row, html_of, text_of

if TYPE_CHECKING:
    from whatfires.frames import Table


class Rows(list[Row]):
    """A list of rows, each a dict: text in a terminal, a table in a notebook, pandas when asked."""

    columns: Sequence[str] = ()
    index_name = "row"
    # Read instead of a table without rows.
    when_empty = "nothing to show"

    def tint(self, row: Row, column: str) -> str:
        """Name the tint (see TINTS) of a cell."""
        return "quiet"

    def shown(self) -> list[str]:
        """Return the columns in which something stands; a face leaves out the others."""
        return [name for name in self.columns if any(str(row[name]) != "" for row in self)]

    def table(self) -> "Table":
        """Return a DataFrame of the rows, indexed from 1. Raises ImportError without pandas."""
        from whatfires.frames import frame_of

        return frame_of(self)

    def __repr__(self) -> str:
        return text_of(self.shown(), self) if self else self.when_empty

    def _repr_html_(self) -> str:
        if not self:
            return format_html("<em>{}</em>", self.when_empty)
        numbered = [{self.index_name: number, **row} for number, row in enumerate(self, start=1)]
        return html_of([self.index_name, *self.shown()], numbered, self.tint)
