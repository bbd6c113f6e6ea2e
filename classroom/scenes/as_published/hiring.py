"""How the published view hires, faults kept and numbered; the appendix runs each of them.

See https://docs.djangoproject.com/en/5.2/ref/models/querysets/#create
"""

from classroom.scenes.as_published.models import Employees


def hire(**fields):
    # Fault 13: create() has saved already; saving again wipes, writes and tells everybody again.
    employee = Employees.objects.create(**fields)
    employee.save()
    return employee
