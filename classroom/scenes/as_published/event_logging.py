"""The published event log. The faults are kept, and numbered as in the notebook *line by line*.

The receiver is left for the reader to connect, so that nobody hears it who did not ask for it.
See https://docs.djangoproject.com/en/5.2/topics/signals/#defining-and-sending-signals
"""

from datetime import datetime

from django.dispatch import Signal

event_signal = Signal()


# Fault 7
def view_event_logging(sender, **kwargs):
    print(sender, kwargs["message"], kwargs["request"])
    log_event(f"{sender} -- {kwargs['message']}")  # Fault 23


def log_event(message):
    # Fault 22
    file = open("log_event.log", "a")
    # Fault 8
    file.write(f"{datetime.now():%d_%m_%Y_%H_%M_%S} -- {message}\n")
    file.close()
