"""The claims of lesson 04."""

import inspect
import sys
from types import ModuleType
from unittest.mock import patch

from django.db import transaction
from django.dispatch import receiver
from django.utils.log import DEFAULT_LOGGING

from classroom.running.kernel import ROOT
from speedy.signals import custom_signals
from speedy.signals.employee_assignment import place_hired

grace, alan = sample_roster()[1:3]


def error_of(act, *arguments):
    try:
        act(*arguments)
    except Exception as error:
        return error


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


# A receiver that fails stops the login: the error comes out, and nobody is logged in.
def forgets(sender, user, **kwargs):
    raise OSError


browser = Client(SERVER_NAME="localhost")
with connected(user_logged_in, forgets):
    assert isinstance(error_of(lambda: browser.post("/admin/login/", form)), OSError)
assert "sessionid" not in browser.cookies
browser.post("/admin/login/", form)
assert "sessionid" in browser.cookies

# Without DEBUG, Django's own logging has nobody but ADMINS to tell.
handlers = DEFAULT_LOGGING["handlers"]
assert DEFAULT_LOGGING["loggers"]["django"]["handlers"] == ["console", "mail_admins"]
assert handlers["console"]["filters"] == ["require_debug_true"]
assert handlers["mail_admins"]["class"] == "django.utils.log.AdminEmailHandler"

# 04-1: an edit and a vote look the same to a receiver of post_save.
assert answer_of("04-1").startswith("By neither")
told = []


def compare(sender, instance, **kwargs):
    told.append((sender, {**kwargs}))


with connected(post_save, compare, sender=Choice):
    Choice.objects.get().save()
    vote(Choice.objects.get())
assert len(told) == 2 and told[0] == told[1] and told[0][0] is Choice

# Six votes are stored when the lesson ends, and the proof gave one: send() kept a refused one out, send_robust() did not.
assert Choice.objects.get().votes == 7


# 04-2: a vote that is stored, and told by send(): the error comes out, and the vote stays.
def vote_and_send(choice):
    choice.votes = models.F("votes") + 1
    choice.save()
    vote_cast.send(sender=Choice, choice=choice)


assert str(answer_of("04-2")) == "4"
with connected(vote_cast, offline):
    assert isinstance(error_of(vote_and_send, tea), OSError)
    assert Choice.objects.get().votes == 8
    with short_log():
        assert error_of(vote, tea) is None
assert Choice.objects.get().votes == 9

# A wrong word: send() lets the TypeError through, send_robust() returns it. A call raises it at once.
with connected(vote_cast, show_on_front_page):
    assert isinstance(error_of(lambda: vote_cast.send(sender=Choice, item=tea)), TypeError)
    with short_log():
        [(_, answer)] = vote_cast.send_robust(sender=Choice, item=tea)
    assert isinstance(answer, TypeError)
assert isinstance(error_of(lambda: show_on_front_page(Choice, item=tea)), TypeError)


# 04-3: asked by send_robust(), the vote is stored although a receiver refuses; asked by send(), it is not.
assert answer_of("04-3").startswith("The vote is stored")
with connected(about_to_vote, refuse), short_log():
    assert isinstance(error_of(vote, tea), ValueError) and Choice.objects.get().votes == 9
    assert len(about_to_vote.send_robust(sender=Choice, choice=tea)) == 1


# Inside a caller's block, a query that fails in a receiver undoes the vote, also with send_robust().
def fails_in_the_database(sender, choice, **kwargs):
    Employees.objects.create(**grace, pk=1)
    Employees.objects.create(**grace, pk=1)


with connected(vote_cast, fails_in_the_database), short_log():
    before = Choice.objects.get(pk=tea.pk).votes
    with transaction.atomic():
        assert error_of(vote, tea) is None
    assert Choice.objects.get(pk=tea.pk).votes == before
    vote(tea)
    assert Choice.objects.get(pk=tea.pk).votes == before + 1


# Django sends post_save with send(): the error reaches the caller, and the row is stored.
with connected(post_save, lambda sender, **kwargs: 1 / 0, sender=Employees):
    assert isinstance(error_of(lambda: Employees.objects.create(**grace)), ZeroDivisionError)
assert Employees.objects.filter(first_name=grace["first_name"]).exists()

# hire_and_tell as it is shown: a receiver that fails keeps the person out, and hears of nobody stored.
keys = []


def fail(sender, employee, **kwargs):
    keys.append(employee.pk)
    raise OSError


with disconnected(employee_hired, place_hired), connected(employee_hired, fail):
    assert isinstance(error_of(lambda: hire_and_tell(**alan)), OSError)
assert keys == [None] and not Employees.objects.filter(first_name=alan["first_name"]).exists()

# The code that the lesson quotes stands in the project.
text = (ROOT / "notebooks/source/04_custom_signals.py").read_text()
blocks = text.replace("\n# ", "\n").split("```python\n")[1:]
in_files, declaration = [block.split("\n```")[0] for block in blocks]
assert declaration in inspect.getsource(custom_signals)

# The file of the newspaper connects its receiver to the signal of the app.
module = ModuleType("polls.custom_signals")
module.vote_cast = Signal()
with patch.dict(sys.modules, {"polls.custom_signals": module}):
    exec(in_files, {"receiver": receiver}, of_the_site := {})
[(heard_by, _)] = module.vote_cast.send(Choice, choice=tea)
assert heard_by is of_the_site["show_on_front_page"]
