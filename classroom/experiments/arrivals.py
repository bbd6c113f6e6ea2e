"""Rows that come by a migration and go in the admin, for *Bulk, fixtures, migrations*.

See https://docs.djangoproject.com/en/5.2/topics/migrations/#data-migrations
"""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.db import connection
from django.db.migrations import Migration, RunPython
from django.db.migrations.loader import MigrationLoader

from classroom.scenes.admin_page import posted
from whatfires.describing import named_error


def run_migration(function):
    """Run a migration of the app speedy whose only operation is `RunPython(function)`."""
    migration = Migration("written_in_a_cell", "speedy")
    migration.operations = [RunPython(function)]
    history = MigrationLoader(connection).project_state()
    with connection.schema_editor() as editor:
        migration.apply(history, editor)


def delete_selected(rows):
    """Tick these rows (a queryset) in the admin, choose *Delete selected*, and confirm.

    The admin is asked as a browser asks it, by somebody who may do everything. An error that comes
    out is printed.
    """
    keys = [row.pk for row in rows]
    form = {"action": "delete_selected", ACTION_CHECKBOX_NAME: keys, "post": "yes"}
    office, _ = User.objects.get_or_create(username="office", is_superuser=True)
    request = posted(office, form)
    request._dont_enforce_csrf_checks = True  # no browser, so no token either
    try:
        admin.site.get_model_admin(rows.model).changelist_view(request)
    except Exception as error:  # what the person at the admin would have caused
        print(named_error(error))
