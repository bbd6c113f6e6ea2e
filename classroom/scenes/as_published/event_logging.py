"""The published event log, faults kept and numbered.

The receiver is left for the reader to connect, so that nobody hears it who did not ask for it.
See https://docs.djangoproject.com/en/5.2/topics/signals/#defining-and-sending-signals
"""

from datetime import datetime

from django.dispatch import Signal

event_signal = Signal()


def view_event_logging(sender, **kwargs):
    # Fault 17: what need not be there is read as if it had to be.
    view = kwargs["request"].path.strip("/")
    log_event(f"View: {view}", kwargs["message"], kwargs.get("instance"))


def log_event(view, message, instance=None):
    # Fault 18: relative to wherever the process happens to stand, and left open by any error.
    file = open("log_event.log", "a")  # noqa: SIM115, PTH123
    # Fault 19: the words are written as they are; a line break in them begins another line.
    # Fault 20: the published sample lines end with the instance; the code never writes it.
    file.write(f"{datetime.now():%d_%m_%Y_%H_%M_%S} -- {view} -- {message}\n")
    file.close()
