"""The signals as a package, which imports its modules so that their receivers are connected."""

# Fault 18: in the published tree the file is named employees_signals.py.
from classroom.scenes.as_published.layout.named_otherwise.employee_assignment import (
    employee_created,
)

__all__ = ["employee_created"]
