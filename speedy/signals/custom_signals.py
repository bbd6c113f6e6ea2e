"""The signals of our own: declarations only, so that anybody may import them without a circle.

See https://docs.djangoproject.com/en/5.2/topics/signals/#defining-signals
"""

from django.dispatch import Signal

# Somebody was hired, and the row is stored.
# Sender: the model class of the new person. Payload: `employee`, the stored instance.
employee_hired = Signal()

# Something happened that belongs in the event log.
# Sender: the view or function where it happened. Payload: `message`, a text. Optional:
# `instance`, the stored object it is about, and `request`, the request behind it.
event_signal = Signal()

# Something happened that was stored in the outbox; it may be told more than once. Act at once:
# what waits for the commit (on_commit) comes after the event was ticked off, and may be lost.
# Sender: OutboxEvent. Payload: `name`, a text; `key`, the same at each delivery; `payload`, a dict.
event_told = Signal()
