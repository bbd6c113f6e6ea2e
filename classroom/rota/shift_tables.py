"""The rota as a table: a row a shift, a column a seat.

See https://docs.djangoproject.com/en/5.2/topics/db/examples/many_to_many/
"""

from inspect import getattr_static
from types import ModuleType

from speedy import models as speedy
from speedy.models import SEATS
from whatfires.describing import quoted
from whatfires.frames import Table

FREE_SEAT = "·"
NO_SHIFT = "no shift"


class ShiftTable(Table):
    """A DataFrame whose seats are tinted by how full the shift is."""

    when_empty = "The rota is empty: there is no shift, and nobody is waiting for one."

    def tint(self, row, column):
        if row["shift_date"] == NO_SHIFT:
            return "lost"
        if row["headcount"] > SEATS:
            return "attention"
        if column != "filled":
            return "quiet"
        return "full" if row["headcount"] == SEATS else "quiet"


def shift_table(app=speedy):
    """Show who sits where.

    `app` is a module with `Employees`, `Shifts` and `ShiftsEmployees`: speedy's models unless
    you name the specimen's (`as_published`).

    Returns a DataFrame, a row for each shift in date order, indexed by `shift_date`
    (`datetime.date`): `day` (Mon, Tue, ...), `seat 1` to `seat 3` (names in the order in which
    they came, more columns where more people sit), `filled` (●●○) and `headcount` (people).
    A last row, `no shift`, names the people who sit nowhere, if there are any.
    """
    wanted = ("Employees", "Shifts", "ShiftsEmployees")
    # A module may load them when it is asked; any other object is not asked for anything.
    look = getattr if isinstance(app, ModuleType) else getattr_static
    if missing := [name for name in wanted if look(app, name, None) is None]:
        raise TypeError(
            f"shift_table() takes a module with {', '.join(wanted)}, such as as_published, but "
            f"{quoted(app)} came, without {missing[0]}."
        )
    rota = seated(app)
    left_over = without_any_shift(app)
    width = max([SEATS, *(len(names) for _, _, names in rota)])
    rows = [shift_row(*shift, width) for shift in rota]
    if left_over:
        rows.append(left_over_row(left_over, width))
    columns = ["shift_date", "day", *seat_columns(width), "filled", "headcount"]
    return ShiftTable(Table(rows, columns=columns).set_index("shift_date"))


def seated(app):
    """List (date, headcount, names) of each shift, earliest first, in two queries."""
    names = {}
    seats = app.ShiftsEmployees.objects.exclude(employee=None).order_by("pk")
    for shift, first, last in seats.values_list(
        "shift_id", "employee__first_name", "employee__last_name"
    ):
        names.setdefault(shift, []).append(f"{first} {last}")
    return [
        (shift.shift_date, headcount(shift, names), names.get(shift.pk, []))
        for shift in app.Shifts.objects.order_by("shift_date", "pk")
    ]


def headcount(shift, names):
    """The stored counter, or the people counted, where the model has no counter."""
    return getattr(shift, "headcount", len(names.get(shift.pk, [])))


def without_any_shift(app):
    """Name the people who sit on no shift at all, in the order in which they joined."""
    people = app.Employees.objects.filter(shifts=None).order_by("pk")
    return [f"{person.first_name} {person.last_name}" for person in people]


def shift_row(day, headcount, names, width):
    seats = names + [FREE_SEAT] * (width - len(names))
    return [day, f"{day:%a}", *seats, glyphs(headcount), headcount]


def left_over_row(names, width):
    """Name as many as there are columns; a last cell counts the rest."""
    if len(names) > width:
        named = names[: width - 1]
        cells = [*named, f"and {len(names) - len(named)} more"]
    else:
        cells = names + [""] * (width - len(names))
    return [NO_SHIFT, "", *cells, "", len(names)]


def glyphs(headcount):
    """Draw a headcount: ●●○."""
    return "●" * headcount + "○" * (SEATS - headcount)


def seat_columns(width):
    return [f"seat {number}" for number in range(1, width + 1)]
