"""The claims of lesson 04."""

import inspect

from django.db.models.signals import post_save

from classroom.running.kernel import ROOT
from speedy.signals import custom_signals, event_logging

katherine = sample_roster()[3]

# 04-1 is advice: what runs by a call, and what by a signal, the lesson shows below.
assert answer_of("04-1") == "Only for the mail"

# A login by the browser's view sends user_logged_in, with the payload that the text names.
User.objects.create_user("grace", password="a long word")
sent = []


def note(sender, **payload):
    sent.append(payload)


form = {"username": "grace", "password": "a long word"}
with connected(user_logged_in, note):
    User.objects.filter(username="grace").update(is_staff=True)
    Client(SERVER_NAME="localhost").post("/admin/login/", form)
[payload] = sent
assert payload["user"].username == "grace" and payload["request"].path == "/admin/login/"

# 04-2: Grace was refused before anything was stored; Alan is stored though cook failed, and nobody got that error.
assert answer_of("04-2").startswith("Alan is stored, and hire() returns")
assert list(Employees.objects.values_list("first_name", flat=True)) == [ALAN["first_name"]]
with connected(employee_hired, cook), listening(employee_hired) as heard, short_log():
    hire(**katherine)
[told] = heard
assert Employees.objects.filter(first_name=katherine["first_name"]).exists()


# Django sends post_save with send(): the error reaches the caller, and the row is stored.
def fail(sender, **kwargs):
    raise OSError


with connected(post_save, fail, sender=EmployeesWithoutHooks):
    try:
        EmployeesWithoutHooks.objects.create(**sample_roster()[4])
        came = False
    except OSError:
        came = True
assert came and Employees.objects.filter(first_name=sample_roster()[4]["first_name"]).exists()

# 04-3: no error where it is sent, and no line. Where nobody is connected there is no error at all.
assert answer_of("04-3").startswith("No error comes out, and the event log")
with disconnected(event_signal, event_logging.view_event_logging):
    assert event_signal.send(sender=open_doors, words="The doors close.") == []
try:
    event_signal.send(open_doors, words="x")
    came = False
except TypeError:
    came = True
assert came
with short_log():
    replies = event_signal.send_robust(open_doors, words="The doors close.")
assert [type(reply) for _, reply in replies] == [TypeError]
assert not read_log()["message"].str.contains("close").any()

# A signal checks nothing: where nobody listens, any payload is welcome.
assert Signal().send(None, words="x") == []

# The receiver's defaults and **kwargs: less and more than the contract are taken.
event_logging.view_event_logging(open_doors, message="m", signal=event_signal, later="x")

# The code that the lesson quotes stands in the project.
text = (ROOT / "notebooks/source/04_custom_signals.py").read_text()
blocks = text.replace("\n# ", "\n").split("```python\n")[1:]
quoted = [block.split("\n```")[0] for block in blocks]
declared = inspect.getsource(custom_signals)
[declaration] = quoted
assert declaration.replace("\n#\n", "\n\n") in declared
