"""The published views, faults kept and numbered. No URL leads to them: GET hires.

See https://docs.djangoproject.com/en/5.2/topics/http/views/
"""

from django.http import HttpResponse

from classroom.scenes.as_published.event_logging import event_signal
from classroom.scenes.as_published.models import Employees

VISITOR = {"first_name": "Ada", "last_name": "Quillbrook", "address": "Ely", "age": 33}


def test_signals(request):
    # Fault 16: the model is named Employees. Python looks the name up when the line runs.
    Employee.objects.create(**VISITOR)
    return HttpResponse()


def test_logging(request):
    try:
        # Fault 17: whatever asks for the page, a crawler or a preview in a chat, hires somebody.
        employee = Employees.objects.create(**VISITOR)
        message = f"Employees object created: {employee.first_name} {employee.last_name}"
    except (Employees.DoesNotExist, ValueError) as error:
        # Fault 18: create() never raises DoesNotExist, and a refusal of the database is neither.
        employee, message = None, str(error)
    # Fault 19: the receiver reads `request`, and none is sent.
    event_signal.send(sender="View: test_logging", message=message, instance=employee)
    return HttpResponse()
