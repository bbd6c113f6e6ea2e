"""Employees, the shifts they work, the links between them, and the outbox."""

from speedy.models.employees import Employees, EmployeesOverridingSave, EmployeesWithoutHooks
from speedy.models.outbox import OutboxEvent
from speedy.models.shifts import SEATS, Shifts, ShiftsEmployees

__all__ = [
    "SEATS",
    "Employees",
    "EmployeesOverridingSave",
    "EmployeesWithoutHooks",
    "OutboxEvent",
    "Shifts",
    "ShiftsEmployees",
]
