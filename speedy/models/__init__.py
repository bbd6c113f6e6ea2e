"""Employees, the shifts they work, the links between them, and the outbox."""

from speedy.models.employees import Employees, EmployeesWithoutHooks
from speedy.models.outbox_event import OutboxEvent
from speedy.models.shifts import SEATS, Shifts, ShiftsEmployees

__all__ = [
    "SEATS",
    "Employees",
    "EmployeesWithoutHooks",
    "OutboxEvent",
    "Shifts",
    "ShiftsEmployees",
]
