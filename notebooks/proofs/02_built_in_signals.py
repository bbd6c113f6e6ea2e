"""The claims of lesson 02."""

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models.signals import m2m_changed

# 02-4: bulk calls told nobody, and nobody was placed.
unplaced = {person.first_name for person in Employees.objects.without_shift()}
assert heard == [] and unplaced == {"Zoë", "Noor"} and answer_of("02-4") == "neither"

# With Søren's hire Monday went, and nobody who had stayed was lost.
soren = Employees.objects.get(first_name="Søren")
assert not Employees.objects.filter(first_name="Grace").exists()
assert not Shifts.objects.expired().exists()
for person in (ada, alan, katherine, soren):
    assert person.shifts.filter(shift_date__gte=date(2022, 11, 15)).count() == 1

# The calendar alone wipes nothing, and neither does an edit. The next hire does.
advance()
shift_table()
soren.save()
assert (
    Shifts.objects.expired().exists()
    and answer_of("02-3") == "Yes: the shift stays until the next hire"
)
employee = Employees.objects.create(**sample_roster()[8])
assert not Shifts.objects.expired().exists()

# 02-2: both rows are announced, each by its own class.
with trace() as seen:
    employee.delete()
sent = seen.filter("post_delete", kind="signal")
assert [event.sender for event in sent] == ["ShiftsEmployees", "Employees"]
assert answer_of("02-2") == "For both of them"
told = {event.sender: event.what for event in seen.filter("pre_delete", kind="delivery")}
assert told == {"Employees": "lock_before_change", "ShiftsEmployees": "uncount_seat"}

# The rows behind a plain ManyToManyField are deleted without a signal.
porter = User.objects.create_user("porter")
porter.groups.add(Group.objects.create(name="night"))
with listening(post_delete, m2m_changed) as told:
    porter.delete()
assert [it["sender"] for it in told] == ["User"]


# A receiver that saves its own instance calls itself, without end.
def saves_again(sender, instance, **kwargs):
    instance.save()


try:
    with transaction.atomic(), connected(post_save, saves_again, sender=User):
        User.objects.create_user("again")
    ended = True
except RecursionError:
    ended = False
assert not ended

# The project of one's own: each step in a process of its own.
proof = own_project()


def said(code):
    return proof.manage("shell", "--verbosity", "0", "--command", code)


with_created = mysite.read("polls/signals.py")
ready = mysite.read("polls/apps.py")
create = "question = Question.objects.create(question_text='Tea?')\n"

proof.write("polls/signals.py", with_created.replace("if created and not raw", "if True"))
assert said(create) == "" and answer_of("02-1").startswith("No:")  # not imported
proof.write("polls/apps.py", f"from polls import signals\n{ready}")
assert "AppRegistryNotReady" in said(create)  # at the top: no model is loaded yet
proof.write("polls/apps.py", ready)
assert said(create) == "New question: Tea?\n"
assert said(create + "question.save()").count("New question") == 2
proof.write("polls/signals.py", with_created)
assert said(create + "question.save()").count("New question") == 1
too_wide = with_created.replace("polls.models import Question", "django.db.models import Model")
proof.write("polls/signals.py", too_wide.replace("sender=Question", "sender=Model"))
assert said(create) == ""  # the wrong sender
