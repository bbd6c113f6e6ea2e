"""The published views, faults kept and numbered. No URL leads to them: GET hires.

See https://docs.djangoproject.com/en/5.2/topics/http/views/
"""

from django.http import HttpResponse

from classroom.scenes.as_published.event_logging import event_signal
from classroom.scenes.as_published.models import Employees

VISITOR = {"first_name": "Ada", "last_name": "Quillbrook", "address": "Ely", "age": 33}


def test_signals(request):
    # Fault 14: the model is named Employees. Python looks the name up when the line runs.
    Employee.objects.create(**VISITOR)
    return HttpResponse(f"{Employees.objects.count()} people work here.")


def test_logging(request):
    # Fault 15: whatever asks for the page, a crawler or a preview in a chat, hires somebody.
    employee = Employees.objects.create(**VISITOR)
    # Fault 16: the receiver reads `request`, and none is sent.
    event_signal.send(
        sender=test_logging,
        message=f"Employees object created: {employee.first_name} {employee.last_name}",
        instance=employee,
    )
    return HttpResponse(f"{Employees.objects.count()} people work here.")
