"""Real DataFrames with a face that fits the page. Nothing else here needs pandas.

It is imported when the first one is made: the extra `whatfires[tables]` brings it.
See https://pandas.pydata.org/docs/development/extending.html#subclassing-pandas-data-structures
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html

from whatfires.rendering import Row, html_of
from whatfires.threads import put_off
from whatfires.tracing_views import KIND_TINTS

if TYPE_CHECKING:
    from pandas import DataFrame as Base

    from whatfires.rows import Rows
else:
    Base = object  # a class is often defined where nobody will make a table

LONGEST = 60


@cache
def with_pandas(face: type) -> type:
    """Return that class as one of DataFrames."""
    try:
        with put_off():  # interrupted, pandas and numpy can't be imported in this process any more
            from pandas import DataFrame
    except ImportError as error:
        raise ImportError(
            "A table needs pandas: pip install pandas, or whatfires[tables]. Without it, print "
            "the thing itself, or a trace's tree()."
        ) from error

    if issubclass(face, DataFrame):
        return face
    return type(face.__name__, (face, DataFrame), {"__module__": face.__module__})


class Table(Base):
    """A DataFrame with a face of its own in a notebook; what you cut out of it is a plain one."""

    def __new__(cls, *args: Any, **kwargs: Any) -> "Table":
        return object.__new__(with_pandas(cls))

    def __reduce__(self) -> tuple[Any, ...]:
        face, frame = type(self).__bases__
        return face, (frame(self),)

    @classmethod
    def _from_arrays(cls, *args: Any, **kwargs: Any) -> "Base":
        """Make a plain frame: pandas asks the class of a table for its transpose."""
        from pandas import DataFrame

        return DataFrame._from_arrays(*args, **kwargs)

    # Read instead of a table without rows. (A property of the class: pandas would take an
    # attribute set on the instance for a column.)
    when_empty = "nothing to show"

    def tint(self, row: Any, column: str) -> str:
        """Name the tint (see rendering.TINTS) of the cell where a row, a Series, meets a column."""
        return "quiet"

    def __repr__(self) -> str:
        if self.empty:
            return self.when_empty
        # Whole, where pandas would leave columns out to fit a terminal of 80 characters.
        return super().__repr__() if len(self) > LONGEST else self.to_string()

    def _repr_html_(self) -> str:
        if self.empty:
            return format_html("<em>{}</em>", self.when_empty)
        if len(self) > LONGEST:
            return super()._repr_html_()  # type: ignore[misc]
        shown = self.reset_index()
        return html_of(list(shown.columns), (row for _, row in shown.iterrows()), self.tint)


def frame_of(rows: "Rows") -> Table:
    """Make a DataFrame of rows, with the face and the tints that they have."""

    class Framed(Table):
        when_empty = rows.when_empty

        def tint(self, row: Row, column: str) -> str:
            return rows.tint(row, column)

    table = Framed(list(rows), columns=list(rows.columns))
    table.index = numbered(table, rows.index_name)
    return table


def numbered(table: Table, name: str) -> Any:
    """Return an index from 1 for the rows of a table."""
    from pandas import RangeIndex

    return RangeIndex(1, len(table) + 1, name=name)


class Shown(Table):
    """The columns of a trace that somebody filled in; what failed stands out."""

    when_empty = "Nothing happened."

    def tint(self, row: Any, column: str) -> str:
        if column == "outcome" and str(row["outcome"]).startswith("raised "):
            return "lost"
        return KIND_TINTS.get(row["kind"], "quiet") if column == "what" else "quiet"


class TraceTable(Table):
    """A DataFrame of what happened, shown without what would not fit a page."""

    def shown(self) -> Shown:
        """Leave out what would not fit a page: empty columns, the SQL, and what caused a step."""
        wide = ("sql", "came_from")
        columns = [name for name in self if name not in wide and (self[name].map(str) != "").any()]
        return Shown(self[columns].assign(ms=self["ms"].map("{:.2f}".format)))

    def _repr_html_(self) -> str:
        return self.shown()._repr_html_()

    def __repr__(self) -> str:
        return repr(self.shown())


def trace_table(rows: list[Row], columns: Sequence[str]) -> TraceTable:
    """Make the table of a trace, a row an event, indexed by `order` from 1."""
    table = Table(rows, columns=list(columns), dtype=object)
    table.index = numbered(table, "order")
    return TraceTable(table.astype({"queries": int, "ms": float}))
