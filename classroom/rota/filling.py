"""How shifts fill up, step by step: a row for what happened, a column for each shift.

See https://docs.djangoproject.com/en/5.2/ref/signals/#django.db.models.signals.post_save
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from classroom import widgets
from classroom.rota.shift_tables import glyphs, seated
from classroom.scenes.roster import fields_of
from classroom.widgets.faces import faces
from speedy import models as speedy
from speedy.models import SEATS, Employees, ShiftsEmployees
from whatfires.describing import quoted
from whatfires.frames import Table

START = "at the start"
GONE = ""
LIVING = Path(widgets.__file__).with_name("rota.js")


class FillTable(Table):
    """A DataFrame in which the seat that a step filled, and the one that it freed, stand out."""

    def tint(self, row, column):
        position = row["step"] - self.index[0]
        if column in self.columns[2:] and position > 0:
            before, now = self[column].iloc[position - 1], row[column]
            if now.count("●") > before.count("●"):
                return "taken"
            if now.count("●") < before.count("●"):
                return "lost"
        return "quiet"

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Show the table; where somebody can click, the rota itself, step by step."""
        living = self.attrs.get("living")
        if not living:
            return faces(repr(self), self._repr_html_())
        last = named_seats(living)  # the table says how many sit where, and the rota says who
        html = format_html("{}<p>{}</p>", mark_safe(self._repr_html_()), last)
        return faces(f"{self!r}\n{last}", html, LIVING, living)


def fill_table(steps, hire=Employees.objects.create):
    """Take the steps one after the other and show the rota after each.

    A step is a person to hire: the name ("Ada Okafor") or a dict with the fields of `Employees`,
    passed to `hire` as keyword arguments; or something else that happens: `leaves(name)`,
    `advance` for a day, or any function without arguments.

    Returns a DataFrame, a row a step, indexed by `step` (0 is the rota at the start): `what`,
    `sits on` (the day on which a hired person works) and a column a shift (`Mon 14 Nov`) with
    its seats after that step (●●○); empty where that shift is not on the rota.
    """
    if isinstance(steps, str | bytes | Mapping) or not isinstance(steps, Iterable):
        raise TypeError(
            f"fill_table() takes a list of steps, such as people to hire, but {quoted(steps)} came."
        )
    if not callable(hire):
        raise TypeError(f"fill_table(hire={quoted(hire)}): expected a function that hires.")
    rows, rotas, todays = [(START, "")], [rota()], [timezone.localdate()]
    for step in steps:
        rows.append(take(step, hire))
        rotas.append(rota())
        todays.append(timezone.localdate())
    days = sorted(set().union(*rotas))
    cells = [
        [*row, *(glyphs(taken[day][0]) if day in taken else GONE for day in days)]
        for row, taken in zip(rows, rotas, strict=True)
    ]
    table = Table(cells, columns=["what", "sits on", *map(label, days)])
    table = FillTable(table.rename_axis("step"))
    table.attrs["living"] = living(rows, rotas, todays, days)
    return table


def living(rows, rotas, todays, days):
    """Describe the rota at each step, as `rota.js` draws it."""
    return {
        "seats": SEATS,
        "days": [{"key": str(day), "name": label(day)} for day in days],
        "steps": [
            {
                "what": f"{what}: {day}" if day else what,
                "day": str(today),
                "rota": {str(day): names for day, (_, names) in taken.items()},
            }
            for (what, day), taken, today in zip(rows, rotas, todays, strict=True)
        ],
    }


def named_seats(living):
    """Write out who sits where when the last step is taken."""
    rota = living["steps"][-1]["rota"]
    days = [
        f"{day['name']}: {', '.join(rota[day['key']]) or 'nobody'}"
        for day in living["days"]
        if day["key"] in rota
    ]
    return f"At the end: {'; '.join(days) or 'no shift'}."


def take(step, hire):
    """Take one step; return what to call it and the day on which somebody now works."""
    if callable(step):
        step()
        name = getattr(step, "__name__", type(step).__name__)
        return getattr(step, "label", name), ""
    person = hire(**fields_of(step))
    return f"{person} joins", works_on(person)


def works_on(person):
    """Name the first day from today on that a person works."""
    seats = ShiftsEmployees.objects.filter(employee_id=person.pk)
    days = seats.filter(shift__shift_date__gte=timezone.localdate())
    first = days.order_by("shift__shift_date").values_list("shift__shift_date", flat=True).first()
    return label(first) if first else "no shift"


def leaves(name):
    """Make a step of somebody leaving: `leaves("Ada Okafor")`.

    Taking it raises ValueError when not exactly one person bears that name.
    """

    def leave():
        found = [person for person in Employees.objects.all() if str(person) == name]
        if len(found) != 1:
            raise ValueError(
                f"leaves({quoted(name)}): expected one person of that name, found {len(found)}."
            )
        found[0].delete()

    leave.label = f"{name if isinstance(name, str) else quoted(name)} leaves"
    return leave


def rota():
    """The headcount of each shift and the names of those who sit there, by date."""
    return {day: (headcount, names) for day, headcount, names in seated(speedy)}


def label(day):
    """Name a day as a column: Mon 14 Nov."""
    return f"{day:%a} {day.day} {day:%b}"
