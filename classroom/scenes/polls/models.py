"""Models that are written in a cell, as in the polls app of Django's first tutorial.

See https://docs.djangoproject.com/en/5.2/ref/schema-editor/
"""

from django.apps import apps
from django.db import connection, models
from django.db.models.base import ModelBase

APP = "polls"  # installed, because a cascade finds only the models of installed apps


class WithTable(ModelBase):
    """Make a model's table as soon as its class is defined; a class written anew gets a new one."""

    def __new__(cls, name, bases, attributes, **options):
        apps.all_models[APP].pop(name.lower(), None)  # Django would warn of a second one
        model = super().__new__(cls, name, bases, attributes, **options)
        if not model._meta.abstract:
            make_table(model)
        return model


class NotebookModel(models.Model, metaclass=WithTable):
    """The parent of a model in a cell. In a project: `models.Model`, and a migration."""

    class Meta:
        abstract = True
        app_label = APP


def make_table(model):
    """Make the table of a model in this notebook's database, in place of one that it had."""
    if model._meta.db_table in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.delete_model(model)
    with connection.schema_editor() as editor:
        editor.create_model(model)
