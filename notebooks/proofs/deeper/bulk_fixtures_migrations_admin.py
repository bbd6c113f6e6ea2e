"""The claims about bulk calls, fixtures, migrations and the admin."""

from unittest.mock import patch

import django
from django.apps import apps as installed
from django.contrib import admin
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.test import RequestFactory

from classroom.running.kernel import ROOT

# Five ways to hire thirty people.
loop, alone, each, listed, call = table["SQL statements"]
assert answer_of("bulk-1") == "150"
assert loop == 240
assert abs(each - 150) < 10
assert alone < call == listed < 50 < loop / 2 < each < loop
assert list(table["left without a shift"]) == ["nobody", "30 people", "nobody", "nobody", "nobody"]

# bulk-2: raw
assert answer_of("bulk-2") == str(as_published.ShiftsEmployees.objects.count()) == "10"
assert as_published.Shifts.objects.count() == 4
assert ShiftsEmployees.objects.count() == 5
person = [row["passed"] for row in what_fires(Person, "loading a fixture")]
assert "raw=True" in str(person)
links = [row["passed"] for row in what_fires(Person, "loading a fixture with skills")]
assert ("raw=True" in str(links)) == (django.VERSION >= (6, 1))

# bulk-3: another class sent it.
assert answer_of("bulk-3") == "no, because the signal has another sender"
assert [person.first_name for person in Employees.objects.without_shift()] == ["João"]
assert len(heard) == 1


def look(apps, schema_editor):
    historical = apps.get_model("speedy", "Employees")
    assert historical is not Employees and not issubclass(historical, Employees)
    assert historical.__module__ == "__fake__"
    assert historical.__str__ is not Employees.__str__  # none of the methods


run_migration(look)
# bulk-4: the action writes its history first; the page of one object has a transaction.
assert answer_of("bulk-4") == "both are there, and the history says that they were deleted"
assert two.count() == LogEntry.objects.filter(action_flag=3).count() == 2
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
        assert "has the keys" in str(error)
    else:
        raise AssertionError("the receiver raised no error")
assert two.count() == LogEntry.objects.count() == 2

# With delete_queryset() of the text the action calls the delete() of the model.
lines = (ROOT / "notebooks/source/deeper/bulk_fixtures_migrations_admin.py").read_text()
shown = lines.split("# def delete_queryset", 1)[1].split("# ```", 1)[0].replace("\n# ", "\n")
exec("def delete_queryset" + shown, written := {})
deletions = []
with (
    patch.object(Employees, "delete", lambda person: deletions.append(person)),
    patch.object(
        type(admin.site.get_model_admin(Employees)), "delete_queryset", written["delete_queryset"]
    ),
):
    delete_selected(two)
assert len(deletions) == 2


# A migration that stores a seat has to count it, too.
def place(apps, schema_editor):
    models = (apps.get_model("speedy", name) for name in ("Employees", "ShiftsEmployees", "Shifts"))
    historical, seats, shifts = models
    joao, shift = historical.objects.get(first_name="João"), shifts.objects.last()
    seats.objects.create(employee=joao, shift=shift)
    assert shifts.objects.get(pk=shift.pk).headcount == shift.headcount  # nobody counted


run_migration(place)
assert not Employees.objects.without_shift().exists()

# post_migrate: once for each app with models, after migrate and flush.
with_models = [config for config in installed.get_app_configs() if config.models_module]
for command in "migrate", "flush":
    with listening(post_migrate) as told:
        call_command(command, interactive=False, verbosity=0)
    assert len(told) == len(with_models)
