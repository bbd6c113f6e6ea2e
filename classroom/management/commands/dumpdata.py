"""Django's dumpdata, for a project some of whose apps have no migrations: `migrate` makes no table.

See https://docs.djangoproject.com/en/5.2/ref/django-admin/#dumpdata
"""

from django.apps import apps
from django.core.management.commands import dumpdata
from django.db import connections


class Command(dumpdata.Command):
    def handle(self, *labels, **options):
        """Leave out an app whose tables are not there, unless it is named."""
        there = {*connections[options["database"]].introspection.table_names()}
        named = {label.partition(".")[0] for label in labels}
        for app in apps.get_app_configs():
            tables = {model._meta.db_table for model in app.get_models()}
            if tables and not tables & there and app.label not in named:
                options["exclude"] = [*options["exclude"], app.label]
        super().handle(*labels, **options)
