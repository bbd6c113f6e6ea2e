"""The declaration of a signal: it needs no model."""

from django.dispatch import Signal

employee_left = Signal()
