"""The published views. The faults are kept, and numbered as in the notebook *line by line*.

No URL leads to them, because a GET hires.

See https://docs.djangoproject.com/en/5.2/topics/http/views/
"""

from django.http import HttpResponse

from classroom.scenes.as_published.event_logging import event_signal
from classroom.scenes.as_published.models import Employees

VISITOR = {"first_name": "Ada", "last_name": "Quillbrook", "address": "Ely", "age": 33}


def test_signals(request):
    Employee.objects.create(**VISITOR)  # Fault 19
    return HttpResponse()


def test_logging(request):
    try:
        employee = Employees.objects.create(**VISITOR)  # Fault 20
        message = f"Employees object created: {employee.first_name} {employee.last_name}"
    except (Employees.DoesNotExist, ValueError) as error:  # Fault 21
        employee, message = None, str(error)
    event_signal.send(sender="View: test_logging", message=message, instance=employee)
    return HttpResponse()
