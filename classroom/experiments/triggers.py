"""Let the database keep the headcount: a trigger runs for each row, by whatever way it is written.

Written for SQLite and for PostgreSQL, which has it call a function.
A project adds one by RunSQL. See
https://docs.djangoproject.com/en/5.2/ref/migration-operations/#runsql
"""

from contextlib import ExitStack, contextmanager, suppress
from inspect import isfunction
from itertools import product

from django.db import connection
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from speedy.models import ShiftsEmployees
from speedy.signals import shift_headcount
from whatfires.temporary import disconnected

MOVE = "UPDATE speedy_shifts SET headcount = headcount {sign} 1 WHERE id = {row}.shift_id;"
LEAVE, TAKE = MOVE.format(sign="-", row="OLD"), MOVE.format(sign="+", row="NEW")
TRIGGERS = {
    "seat_taken": ("INSERT", TAKE),
    "seat_left": ("DELETE", LEAVE),
    "seat_moved": ("UPDATE OF shift_id", f"{LEAVE}\n  {TAKE}"),
}
ON_SQLITE = """
CREATE TRIGGER {name}
AFTER {event} ON speedy_shiftsemployees FOR EACH ROW
BEGIN
  {does}
END
"""
ON_POSTGRESQL = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does} RETURN NULL; END $$;
CREATE TRIGGER {name} AFTER {event} ON speedy_shiftsemployees FOR EACH ROW EXECUTE FUNCTION {name}()
"""
SIGNALS = m2m_changed, pre_save, post_save, pre_delete, post_delete


def statements():
    """List the SQL that makes the triggers, in the words of the database in use."""
    words = ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE
    return [
        words.format(name=it, event=event, does=does).strip()
        for it, (event, does) in TRIGGERS.items()
    ]


@contextmanager
def uncounted():
    """Disconnect the receivers that count, while a block runs."""
    with ExitStack() as stack:
        for signal, receiver in product(SIGNALS, vars(shift_headcount).values()):
            if isfunction(receiver):
                with suppress(ValueError):  # a helper, or a receiver of another signal
                    stack.enter_context(disconnected(signal, receiver, sender=ShiftsEmployees))
        yield


@contextmanager
def counted_by_triggers():
    """Let triggers count, and no receivers, while a block runs."""
    with uncounted(), connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)
        try:
            yield
        finally:
            for name in TRIGGERS:
                on_table = " ON speedy_shiftsemployees" * (connection.vendor == "postgresql")
                cursor.execute(f"DROP TRIGGER {name}{on_table}")
                if connection.vendor == "postgresql":
                    cursor.execute(f"DROP FUNCTION {name}()")
