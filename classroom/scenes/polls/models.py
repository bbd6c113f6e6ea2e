"""Models that are written in a cell, as in the polls app of Django's first tutorial.

See https://docs.djangoproject.com/en/5.2/ref/schema-editor/
"""

from django.apps import apps
from django.db import connection, models
from django.db.models.base import ModelBase

APP = "polls"  # installed, because a cascade finds only the models of installed apps


def relations(model):
    """Return the fields of a model that may refer to another one."""
    return [*model._meta.local_fields, *model._meta.local_many_to_many]


def forget(name):
    """Take a model of before out of the app, with its automatic tables: Django would warn."""
    known = apps.all_models[APP]
    old = known.pop(name.lower(), None)
    for key in [key for key, it in known.items() if old and it._meta.auto_created is old]:
        del known[key]
    apps.clear_cache()


def make_table(model):
    """Make the table of a model in this notebook's database, in place of one that it had.

    The rows that refer to the old one go with it.
    """
    for field in relations(model):
        if isinstance(to := field.related_model, str) and to != "self":
            raise TypeError(
                f"{model.__name__}.{field.name} refers to {to!r}: expected a model that is defined "
                "already. Run the cell of that class first."
            )
    if connection.in_atomic_block:
        raise RuntimeError(
            f"{model.__name__} gets a table: expected a class outside of transaction.atomic()."
        )
    table = model._meta.db_table
    # A table with a name of its own may be another app's: Django says that it is there.
    if table.startswith(f"{APP}_") and table in connection.introspection.table_names():
        empty(table)
        with connection.schema_editor() as editor:
            editor.delete_model(model)
    with connection.schema_editor() as editor:
        editor.create_model(model)


def empty(table, seen=()):
    """Delete the rows of a table, after those that refer to them."""
    introspection = connection.introspection
    with connection.cursor() as cursor:
        for other in {*introspection.table_names(cursor)} - {table, *seen}:
            if any(table == to[1] for to in introspection.get_relations(cursor, other).values()):
                empty(other, (table, *seen))
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


class WithTable(ModelBase):
    """Make a model's table as soon as its class is defined; a class written anew gets a new one."""

    def __new__(cls, name, bases, attributes, **options):
        if (meta := attributes.get("Meta")) and not hasattr(meta, "app_label"):
            meta.app_label = APP
        before = dict(apps.all_models[APP])
        forget(name)
        try:
            model = super().__new__(cls, name, bases, attributes, **options)
            if not (model._meta.abstract or model._meta.proxy):
                make_table(model)
        except BaseException:  # the class of before is still what its name stands for
            apps.all_models[APP].clear()
            apps.all_models[APP].update(before)
            apps.clear_cache()
            raise
        return model


class NotebookModel(models.Model, metaclass=WithTable):
    """The parent of a model in a cell. In a project: `models.Model`, and a migration.

    Raises TypeError for a foreign key to what is not defined yet, and RuntimeError inside
    `transaction.atomic()`, where SQLite makes no table.
    """

    class Meta:
        abstract = True
        app_label = APP

    def __init__(self, *args, **kwargs):
        try:
            super().__init__(*args, **kwargs)
        except ValueError as error:
            for name in (it.name for it in relations(type(self)) if it.name in kwargs):
                expected, came = type(self)._meta.get_field(name).related_model, type(kwargs[name])
                if came.__name__ == expected.__name__ and came is not expected:
                    raise ValueError(
                        f"{error} There are two classes {came.__name__}: its cell ran again. "
                        f"Run the cell of {type(self).__name__} again, and then make a new {name}."
                    ) from None
            raise
