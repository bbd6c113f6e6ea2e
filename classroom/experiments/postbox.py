"""Letters out of the outbox, and a deliverer that ends in the middle: for *The outbox*.

See https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals
"""

import os
from datetime import date, timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from classroom.running.kernel import ROOT
from classroom.running.platform import run_python
from classroom.scenes.calendar import stand_on
from classroom.scenes.database import use_database
from speedy.models import OutboxEvent
from speedy.signals.custom_signals import event_told
from speedy.signals.event_logging import log_event
from whatfires.frames import Table


def write_letter(sender, name, key, payload, **kwargs):
    """Write a letter to a new employee, into the event log."""
    if name == "hired":
        log_event(f"Letter {key}: welcome, {payload['employee']}!", "the post office")


seen_keys = set()


def write_letter_once(sender, key, **kwargs):
    """Write a letter to a new employee, unless this event has had one."""
    if key not in seen_keys:
        write_letter(sender, key=key, **kwargs)
        seen_keys.add(key)


def outbox_table():
    """Show the outbox: a DataFrame, a row an event, with `name`, `payload` and `state`."""
    events = OutboxEvent.objects.all()
    rows = [
        {"key": it.pk, "name": it.name, "payload": it.payload, "state": it.state} for it in events
    ]
    return Table(Table(rows).set_index("key"))


def deliver_and_end(receiver):
    """Deliver in a process of its own, which ends when it has told, and has not noted it; say so.

    `receiver` is one of this module. The process ends at once, with nothing tidied up, like one
    that is killed. It did so yesterday: its claim on the event has run out by now.
    """
    in_a_process(receiver, timezone.localdate() - timedelta(days=1), ends="early")
    print("The process that delivers has ended.")


def deliver_again(receiver):
    """Deliver what waits in another process, with a receiver of this module; print what it says."""
    print("Another process:", in_a_process(receiver, timezone.localdate(), ends="late").strip())


def in_a_process(receiver, day, ends):
    database, log = str(connection.settings_dict["NAME"]), str(settings.EVENT_LOG)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "speedster.settings"}
    given = database, log, day.isoformat(), receiver.__name__, ends
    # One that ends early does not end well, on purpose.
    return run_python("-c", CHILD, *given, cwd=ROOT, env=environment).stdout


CHILD = """
import sys
import django
django.setup()
from classroom.experiments.postbox import deliver_here
deliver_here(*sys.argv[1:])
"""


def deliver_here(database, log, day, receiver, ends):
    """Deliver in this process, which may end early: as the first event is noted as told."""
    use_database(database)
    stand_on(date.fromisoformat(day))
    settings.EVENT_LOG = log
    if ends == "early":
        OutboxEvent.save = lambda event, **kwargs: os._exit(1)
    event_told.connect(globals()[receiver])
    call_command("deliver_events")
