"""A model that sends a signal. (A plain class stands in for it: no second table is wanted.)"""

# Risk: the signal stands in the same module as the receivers, and those import the models.
from classroom.scenes.as_published.layout.circle.signals import employee_left


class Employees:
    def leave(self):
        employee_left.send(sender=Employees, employee=self)
