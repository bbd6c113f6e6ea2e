"""The claims about bulk calls, fixtures, migrations and the admin."""

import django
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.test import RequestFactory

# Five ways to hire thirty people.
statements = {name: table.loc["SQL statements", name] for name in WAYS_TO_HIRE_MANY}
loop, alone, each, listed, call = statements.values()
assert alone < call == listed < 50 < loop / 2 < each < loop
left = [table.loc["left without a shift", name] for name in WAYS_TO_HIRE_MANY]
assert left == ["nobody", "30 people", "nobody", "nobody", "nobody"]

# bulk-1: raw
assert answer_of("bulk-1") == str(as_published.ShiftsEmployees.objects.count()) == "10"
assert as_published.Shifts.objects.count() == 4
assert ShiftsEmployees.objects.count() == 5
person = [row["passed"] for row in what_fires(Person, "loading a fixture")]
assert "raw=True" in str(person)
links = [row["passed"] for row in what_fires(Person, "loading a fixture with skills")]
assert ("raw=True" in str(links)) == (django.VERSION >= (6, 1))

# bulk-2: another class sent it.
assert answer_of("bulk-2") == "no, because the signal has another sender"
assert [person.first_name for person in Employees.objects.without_shift()] == ["João"]
assert len(heard) == 1


def look(apps, schema_editor):
    historical = apps.get_model("speedy", "Employees")
    assert historical is not Employees and not issubclass(historical, Employees)
    assert historical.__module__ == "__fake__"
    assert historical.__str__ is not Employees.__str__  # none of the methods


run_migration(look)

# bulk-3: the action writes its history first; the page of one object has a transaction.
assert answer_of("bulk-3") == "both are there, and the history says that they were deleted"
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

# post_migrate: once for each app with models, after migrate and flush.
with listening(post_migrate) as migrated:
    call_command("migrate", verbosity=0)
with_models = [config for config in apps.get_app_configs() if config.models_module]
assert len(migrated) == len(with_models)
with listening(post_migrate) as flushed:
    call_command("flush", interactive=False, verbosity=0)
assert len(flushed) == len(with_models)
