"""The published event log, faults kept and numbered.

The receiver is left for the reader to connect, so that nobody hears it who did not ask for it.
See https://docs.djangoproject.com/en/5.2/topics/signals/#defining-and-sending-signals
"""

from datetime import datetime

from django.dispatch import Signal

event_signal = Signal()


def view_event_logging(sender, **kwargs):
    # Fault 19 again: what need not be there is read as if it had to be.
    print(sender, kwargs["message"], kwargs["request"])
    # Fault 20: the published sample lines end with the instance; the code never writes it.
    log_event(f"{sender} -- {kwargs['message']}")


def log_event(message):
    # Fault 21: relative to the folder in which the process runs, and left open by any error.
    file = open("log_event.log", "a")  # noqa: SIM115, PTH123
    # Fault 22: the text is written unchanged; a line break in it begins another line.
    file.write(f"{datetime.now():%d_%m_%Y_%H_%M_%S} -- {message}\n")
    file.close()
