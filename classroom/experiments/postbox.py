"""Letters out of the outbox, and a deliverer that ends in the middle: for *The outbox*.

See https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals
"""

import os
from datetime import date, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from classroom.running.kernel import ROOT
from classroom.running.platform import run_python
from classroom.scenes.calendar import stand_on
from classroom.scenes.database import use_database
from speedy.models import OutboxEvent
from speedy.outbox import deliver
from speedy.signals.custom_signals import event_told
from speedy.signals.event_logging import log_event
from whatfires.frames import Table


def write_letter(sender, name, key, payload, **kwargs):
    """Write a letter to a new employee, into the event log."""
    if name == "hired":
        log_event(f"Letter {key}: welcome, {payload['employee']}!", "the post office")


def outbox_table():
    """Show the outbox: a DataFrame, a row an event, with `name`, `payload` and `state`."""
    events = OutboxEvent.objects.all()
    rows = [
        {"key": it.pk, "name": it.name, "payload": it.payload, "state": it.state} for it in events
    ]
    return Table(rows).set_index("key")


def untick(employee):
    """Let the event about this employee (a full name) wait again, as if nobody had delivered it."""
    about = OutboxEvent.objects.filter(payload={"employee": employee})
    about.update(delivered=None, claimed_until=None)


def deliver_and_end():
    """Deliver in a process of its own, which ends when it has told, and has not noted it; say so.

    It ends at once, with nothing tidied up, like one that is killed. It did so yesterday: its claim
    on the event has run out by now.
    """
    database, log = str(connection.settings_dict["NAME"]), str(settings.EVENT_LOG)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "speedster.settings"}
    # It does not end well, on purpose.
    run_python("-c", CHILD, database, log, yesterday, cwd=ROOT, env=environment)
    print("The process that delivers has ended.")


CHILD = """
import sys
import django
django.setup()
from classroom.experiments.postbox import tell_and_end
tell_and_end(*sys.argv[1:])
"""


def tell_and_end(database, log, day):
    """Deliver in this process, which ends as the first event is noted as told."""
    use_database(database)
    stand_on(date.fromisoformat(day))
    settings.EVENT_LOG = log
    OutboxEvent.save = lambda event, **kwargs: os._exit(1)
    event_told.connect(write_letter)
    deliver()
