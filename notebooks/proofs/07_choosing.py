"""The claims of lesson 07."""

import re
from datetime import timedelta
from unittest.mock import patch

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.core import serializers
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.models.signals import post_delete, post_save, pre_save

from classroom.exercises.engine import run_code
from classroom.exercises.tasks.ex_02_a_new_choice import READY, task
from classroom.exercises.tasks.ex_07_a_in_the_admin import task as in_the_admin
from classroom.running.kernel import ROOT
from classroom.scenes.own_project import own_project
from speedy.wirings import hire_many_by_call

# Two who look before either writes both find no shift, and the database refuses the second.
day = monday.shift_date + timedelta(days=1)
assert [Shifts.objects.filter(shift_date=day).exists() for _ in range(2)] == [False, False]
Shifts.objects.create(shift_date=day)
try:
    Shifts.objects.create(shift_date=day)
    refused = False
except IntegrityError:
    refused = True
assert refused

# Whatever writes a second shift for a day is refused; and neither save() nor a receiver was asked.


def raw_sql():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO speedy_shifts (shift_date, wage_bonus, total_hours, headcount)"
            " VALUES (%s, 50, 8, 0)",
            [str(day)],
        )


def bulk_create():
    Shifts.objects.bulk_create([Shifts(shift_date=day)])


for write in bulk_create, raw_sql:
    try:
        with trace() as seen:
            write()
        refused = False
    except IntegrityError:
        refused = True
    assert refused
    assert not seen.filter(kind="method")
    assert not seen.filter("pre_save", kind="signal") and not seen.filter(
        "post_save", kind="signal"
    )

# 07-2: a form, a manager and a command create a User; a receiver hears each.
assert answer_of("07-2").startswith("The badge into a receiver of post_save, the mail into a call")
heard = []


def hear(sender, instance, created, **kwargs):
    if sender is User and created:
        heard.append(instance.username)


with connected(post_save, hear):
    User.objects.create_user("day.porter")
    call_command("createsuperuser", "--noinput", "--username=chief", "--email=a@example.org")
assert heard == ["day.porter", "chief"]

# The setting's text names the sender; a fixture makes no badge, and neither does a bulk call.
users = []


def greet(sender, instance, created, raw, **kwargs):
    if created and not raw:
        users.append(instance.username)


with connected(post_save, greet, sender=settings.AUTH_USER_MODEL):
    User.objects.create_user("baker")
    [porter] = serializers.deserialize(
        "json", serializers.serialize("json", User.objects.filter(username="baker"))
    )
    porter.object.pk, porter.object.username = None, "copied"
    porter.save()
    User.objects.bulk_create([User(username="in bulk")])
assert users == ["baker"]

# A cascade does not call delete() of the rows that it deletes, and sends post_delete for each.
leaver = Employees.objects.create(**people[6])
assert leaver.shifts.count() == 1
called = []
with (
    patch.object(ShiftsEmployees, "delete", lambda self, *a, **k: called.append(self)),
    listening(post_delete, sender=ShiftsEmployees) as told,
):
    leaver.delete()
assert called == [] and len(told) == 1 and not ShiftsEmployees.objects.filter(employee_id=leaver.pk)


# Both files went with the question. With a FileField, as the comment in the cell says, it is the same, and only
# after the commit.
assert files == [] and not Choice.objects.exists()


class Question(NotebookModel):
    pass


class Choice(NotebookModel):
    question = models.ForeignKey(Question, on_delete=models.CASCADE)
    picture = models.FileField(storage=InMemoryStorage())


text = (ROOT / "notebooks/source/07_choosing.py").read_text()
shown = text.split("def delete_picture", 1)[1].split("\n\n\n", 1)[0]
[of_a_field] = re.findall(r"a FileField: (.*)", shown)
exec("def delete_picture" + shown.replace("files.remove(picture)", of_a_field), globals())
post_delete.connect(delete_picture, sender=Choice)
question = Question.objects.create()
choice = Choice.objects.create(
    question=question, picture=ContentFile(b"a picture", name="picture.png")
)
kept = choice.picture.storage
with transaction.atomic():
    question.delete()
    assert kept.exists(choice.picture.name)
assert not kept.exists(choice.picture.name)
replaced = Choice.objects.create(
    question=Question.objects.create(), picture=ContentFile(b"old", name="old.png")
)
before = replaced.picture.name
replaced.picture = ContentFile(b"new", name="new.png")
replaced.save()
assert kept.exists(before) and kept.exists(replaced.picture.name)
post_delete.disconnect(delete_picture, sender=Choice)


# 07-1: somebody who edits a choice in the admin calls save(), and so a receiver of post_save.
assert answer_of("07-1") == "make_profile and delete_picture"
choice = Choice.objects.create(question=Question.objects.create())
with trace() as edited:
    admin.ModelAdmin(Choice, admin.site).save_model(None, choice, form=None, change=True)
assert edited.filter("post_save", kind="signal", sender=Choice)

# Without receivers: stored without a shift, and without an error; in the admin as well, unless its class calls the rule.
assert Employees.objects.filter(pk=newcomer.pk).exists() and not newcomer.shifts.exists()

unplug()
katherine = Employees(**people[3])
admin.site.get_model_admin(Employees).save_model(None, katherine, form=None, change=False)
plug_in()
assert katherine.pk and not katherine.shifts.exists()


# save_model() of 07-a, solved: who is added is placed, past days are wiped, an edit hires nobody, and other receivers are called.
SolvedAdmin = run_code(in_the_admin.solution)["PeopleAdmin"]
added, heard = Employees(**people[4]), []


def audit(instance, **kwargs):
    heard.append(instance)


unplug()
Shifts.objects.create(shift_date=date(2022, 11, 11))
with connected(post_save, audit, sender=Employees):
    SolvedAdmin(Employees, admin.site).save_model(None, added, form=None, change=False)
assert heard == [added] and added.shifts.count() == 1 and not Shifts.objects.expired().exists()
added.shifts.clear()
added.age += 1
SolvedAdmin(Employees, admin.site).save_model(None, added, form=None, change=True)
plug_in()
assert added.shifts.count() == 0
assert Employees.objects.get(pk=added.pk).age == people[4]["age"] + 1
scheduling.assign(added)

# The receivers are back.
assert Employees.objects.create(**people[2]).shifts.exists()
assert pre_save.has_listeners(Employees) and post_save.has_listeners(Employees)

# What the command of the text says in a project of one's own.
lesson = (ROOT / "notebooks/source/07_choosing.py").read_text().replace("\n# ", " ")
[command] = re.findall(r"`python manage.py (who_listens.+?)`", lesson)
mysite = own_project()
settings_py = mysite.read("mysite/settings.py")
mysite.write("mysite/settings.py", settings_py.replace("[\n", '[\n    "whatfires",\n', 1))
mysite.write("polls/apps.py", READY)
mysite.write("polls/signals.py", run_code(task.solution)["signals_py"])
before = mysite.root.joinpath("db.sqlite3").read_bytes()
said = mysite.manage(*command.split())
assert re.search(r"post_save\n  polls\.Choice → announce  polls\.signals:\d+\n", said)
assert mysite.root.joinpath("db.sqlite3").read_bytes() == before

# The direct call of the lesson passes every test; the built-in signals, with their receivers back, do not.
unplug()
tested = run_tests(*hiring_tests(hire, hire_many_by_call, SolvedAdmin))
plug_in()
assert set(tested["outcome"]) == {"✓ ok"}
before = run_tests(*hiring_tests(Employees.objects.create, Employees.objects.bulk_create))
assert "saving a row alone starts nothing" in set(before["test"][before["outcome"] == "✗ failed"])

# 07-3: lesson 04 shows that post_save does not say why, and that strangers connect a receiver of their own.
assert answer_of("07-3").startswith("A custom signal")
