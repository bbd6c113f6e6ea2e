"""The event log as a table.

See https://docs.djangoproject.com/en/5.2/topics/logging/
"""

from django.conf import settings

from speedy.event_file import read_events
from whatfires.describing import quoted
from whatfires.frames import Table, numbered


class EventTable(Table):
    """A DataFrame of what was logged."""

    when_empty = "The event log is empty."


def read_log(path=None):
    """Read the event log back: that of this notebook, unless you name another file.

    Returns a DataFrame, a row a line, indexed by `line` (from 1): `when` (datetime), `who`,
    `message` and `instance` (text; "None" where there is none). Lines that are no events are
    left out; a log that is not there yet is an empty table.
    """
    try:
        events = read_events(settings.EVENT_LOG if path is None else path)
    except (OSError, TypeError, ValueError) as error:
        raise ValueError(
            f"read_log({quoted(path)}): expected the path of a log, or nothing for the own one."
        ) from error
    table = EventTable(events, columns=["when", "who", "message", "instance"])
    table.index = numbered(table, "line")
    return table
