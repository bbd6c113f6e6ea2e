"""The claims about bulk calls, fixtures, migrations and the admin."""

from unittest.mock import patch

import django
from django.apps import apps as installed
from django.contrib import admin
from django.core import serializers
from django.core.management import call_command
from django.db import transaction
from django.db.models.signals import post_migrate
from django.test import RequestFactory

import speedy.models
from classroom.running.kernel import ROOT
from classroom.scenes.database import in_private_database

# bulk-1: raw
assert answer_of("bulk-1") == str(as_published.ShiftsEmployees.objects.count()) == "10"
taken = {}
for shift in as_published.Shifts.objects.order_by("pk"):
    taken.setdefault(shift.shift_date, []).append(shift.employees_shift.count())
assert list(taken.values()) == [[3, 3], [2, 2]]  # two shifts on each day
dump_and_load(speedy.models)
assert ShiftsEmployees.objects.count() == Employees.objects.count() == 6  # no harm here
person = [row["passed"] for row in what_fires(Person, "loading a fixture")]
assert "raw=True" in str(person)
links = [row["passed"] for row in what_fires(Person, "loading a fixture with skills")]
assert ("raw=True" in str(links)) == (django.VERSION >= (6, 1))

# bulk-2: another class sent it.
assert answer_of("bulk-2") == "no, because the signal has another sender"
assert len(heard) == 1


def look(apps, schema_editor):
    historical = apps.get_model("speedy", "Employees")
    assert historical is not Employees and not issubclass(historical, Employees)
    assert historical.__module__ == "__fake__"
    assert historical.__str__ is not Employees.__str__  # none of the methods


run_migration(look)
# bulk-3: the action writes its history first; the page of one object has a transaction.
assert answer_of("bulk-3") == "both are there, and the history says that they were deleted"
assert two.all().count() == LogEntry.objects.filter(action_flag=3).count() == 2
deleted = what_fires(Person, "fixtures, migrations, admin").fired("admin: Delete selected, 2 rows")
assert "delete()" not in deleted
assert deleted["post_delete"] == 2
request = RequestFactory().post("/", {"post": "yes"})
request.user = LogEntry.objects.first().user
request._dont_enforce_csrf_checks = True
with connected(pre_delete, refuse, sender=Employees):
    try:
        admin.site.get_model_admin(Employees).delete_view(request, str(two.first().pk))
    except RuntimeError as error:
        assert "has a key to the office" in str(error)
    else:
        raise AssertionError("the receiver raised no error")
assert two.all().count() == LogEntry.objects.count() == 2

# With delete_queryset() of the text the action calls the delete() of the model. Our admin has none.
assert "delete_queryset" not in vars(type(admin.site.get_model_admin(Employees)))
lines = (ROOT / "notebooks/source/deeper/bulk_fixtures_migrations_admin.py").read_text()
shown = lines.split("# def delete_queryset", 1)[1].split("# ```", 1)[0].replace("\n# ", "\n")
exec("def delete_queryset" + shown, written := {"transaction": transaction})
plain_delete, deletions = Employees.delete, []


def delete_one_person(person):
    if deletions:
        raise RuntimeError("the second person stays")
    deletions.append(person)
    return plain_delete(person)


overridden = patch.object(
    type(admin.site.get_model_admin(Employees)), "delete_queryset", written["delete_queryset"]
)
with overridden, patch.object(Employees, "delete", delete_one_person):
    delete_selected(two)
assert len(deletions) == 1 and two.all().count() == 2  # the first one was deleted, and came back

# In a transaction around the whole view the history says nothing of what was undone.
shown = lines.split("# def changelist_view", 1)[1].split("# ```", 1)[0].replace("\n# ", "\n")
of_people = type(admin.site.get_model_admin(Employees))
shown = shown.replace("super()", "super(of_people, self)")
exec("def changelist_view" + shown, written := {"transaction": transaction, "of_people": of_people})
known = LogEntry.objects.count()
with patch.object(of_people, "changelist_view", written["changelist_view"]):
    with connected(pre_delete, refuse, sender=Employees):
        delete_selected(two)
    assert two.all().count() == 2 and LogEntry.objects.count() == known
    extra = EmployeesWithoutHooks.objects.create(**roster[9])
    delete_selected(Employees.objects.filter(pk=extra.pk))
    assert LogEntry.objects.count() == known + 1  # what is deleted is told

# João was placed by the migration: no receiver gave him a seat, and none counted it.
assert not Employees.objects.without_shift().exists()
for shift in Shifts.objects.all():
    assert shift.headcount == shift.employees_shift.count() == 3

# Without a sender a receiver is called in a migration, with a class that is not ours.
shown = lines.split("# def note_change", 1)[1].split("# ```", 1)[0].replace("\n# ", "\n")
exec(
    "def note_change" + shown + "    noted.append(instance)\n",
    written := {**globals(), "noted": []},
)
with connected(post_save, written["note_change"]), listening(post_save) as heard_again:
    run_migration(lambda apps, editor: apps.get_model("speedy", "Employees").objects.first().save())
    assert len(heard_again) == 1 and not written["noted"]
    Employees.objects.first().save()
assert len(written["noted"]) == 1

# post_migrate: once for each app with models, after migrate and flush.
with_models = [config for config in installed.get_app_configs() if config.models_module]
for command in "migrate", "flush":
    with listening(post_migrate) as told:
        call_command(command, interactive=False, verbosity=0)
    assert len(told) == len(with_models)


# In an empty database the file overwrites what the receiver of the published design stores.
def five_published():
    for person in roster[:5]:
        as_published.Employees.objects.create(**person)
    kinds = as_published.Employees, as_published.Shifts, as_published.ShiftsEmployees
    return serializers.serialize("json", [row for kind in kinds for row in kind.objects.all()])


def load(file):
    for row in serializers.deserialize("json", file):
        row.save()
    return as_published.Shifts.objects.count(), as_published.ShiftsEmployees.objects.count()


assert in_private_database(load, in_private_database(five_published)) == (2, 5)
