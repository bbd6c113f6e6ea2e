"""The receivers of the app: importing this package connects them.

See https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-receiver-functions
"""

from speedy.signals import custom_signals, employee_assignment, event_logging, shift_headcount

__all__ = ["custom_signals", "employee_assignment", "event_logging", "shift_headcount"]
