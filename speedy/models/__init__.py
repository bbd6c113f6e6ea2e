"""Employees, the shifts they work, and the links between them."""

from speedy.models.employees import Employees, EmployeesOverridingSave, EmployeesWithoutHooks
from speedy.models.shifts import SEATS, Shifts, ShiftsEmployees

__all__ = [
    "SEATS",
    "Employees",
    "EmployeesOverridingSave",
    "EmployeesWithoutHooks",
    "Shifts",
    "ShiftsEmployees",
]
