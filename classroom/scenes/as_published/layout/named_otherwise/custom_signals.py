"""A declaration that nobody ever reaches: importing it runs the package's __init__ first."""

from django.dispatch import Signal

event_signal = Signal()
