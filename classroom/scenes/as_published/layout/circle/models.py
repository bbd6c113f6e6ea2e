"""A model that sends a signal. (A plain class stands in for it: no second table is wanted.)"""

# Risk: to import the declaration runs the package's __init__ first, and that needs this module.
from classroom.scenes.as_published.layout.circle.signals.custom_signals import employee_left


class Employees:
    def leave(self):
        employee_left.send(sender=Employees, employee=self)
