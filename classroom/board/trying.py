"""Try a hire in each wiring where nobody sits: a database in memory, which ends with its thread.

Other requests go on meanwhile, so neither their database nor their calendar is touched, and only
this thread meets a broken rule.
See https://docs.djangoproject.com/en/5.2/topics/db/multi-db/
"""

from contextlib import contextmanager, nullcontext

from django.conf import settings
from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper

from classroom.running.turns import one_tool_at_a_time
from classroom.scenes.database import close_connections
from classroom.scenes.roster import sample_roster
from classroom.scenes.scenarios import BrokenRule, broken_rule
from classroom.widgets.aligned import Aligned, legend
from speedy.models import Employees, Shifts, ShiftsEmployees
from speedy.wirings import WIRINGS
from whatfires import trace
from whatfires.threads import in_a_thread

IN_MEMORY = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}


def compared(broken=False):
    """Hire the same person by each wiring, and return what is told of it, as JSON.

    `columns` are the wirings; `results` rows of (what, [a text each]); `rows` the moments of
    `Aligned`: `what` happened, its `kind`, and `signs`, one each.
    """
    with one_tool_at_a_time():
        tried = in_a_thread(
            lambda: {name: tried_by(wiring, broken) for name, wiring in WIRINGS.items()},
            empty_rota,
            "a hire each",
        )
    aligned = Aligned({name: seen for name, (seen, _) in tried.items()})
    results = zip(*(result.items() for _, result in tried.values()), strict=True)
    return {
        "columns": list(tried),
        "results": [[row[0][0], [value for _, value in row]] for row in results],
        "rows": [
            {"what": row["what"], "kind": row["kind"], "signs": [row[name] for name in tried]}
            for row in aligned
        ],
        "legend": legend(),
    }


def tried_by(wiring, broken):
    """Hire by a wiring; return the trace, and what is left of it in words."""
    said = "no error"
    fields = sample_roster()[0]
    with broken_rule() if broken else nullcontext(), trace() as seen:
        try:
            wiring.hire(**fields)
        except BrokenRule as error:
            said = f"BrokenRule: {error}"
    people, seats = Employees.objects.all(), ShiftsEmployees.objects.all()
    left = "nobody"
    if people:
        left = f"{people[0]}, " + ("on a shift" if seats else "without a shift")
    for model in (ShiftsEmployees, Shifts, Employees):
        model.objects.all().delete()
    return seen, {"The caller sees": said, "Left in the tables": left}


@contextmanager
def empty_rota():
    """Give this thread a connection of its own, to empty tables in memory."""
    wanted = {**IN_MEMORY, "OPTIONS": settings.SQLITE_OPTIONS}
    [made] = connections.configure_settings({"default": wanted}).values()
    connections["default"] = DatabaseWrapper(made, "default")  # each thread has one of its own
    try:
        with connection.schema_editor() as editor:
            for model in (Employees, Shifts, ShiftsEmployees):
                editor.create_model(model)
        yield
    finally:
        close_connections()
