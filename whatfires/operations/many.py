"""Many rows at once, and SQL by hand.

See https://docs.djangoproject.com/en/5.2/ref/models/querysets/
"""

from collections.abc import Iterator
from typing import Any

from whatfires.operations.registry import operation
from whatfires.stage import Stage

MANY = "many rows at once"
BULK = "Written in bulk: no save(), and no signal for any of the rows."


@operation(MANY, "bulk_create(), 2 rows", surprise=BULK, claims="-save() -pre_save -post_save")
def bulk_create(s: Stage) -> Iterator[None]:
    rows = [s.new(), s.new()]
    yield
    s.model._default_manager.bulk_create(rows)


@operation(MANY, "bulk_create(ignore_conflicts=True)")
def bulk_create_ignoring(s: Stage) -> Iterator[None]:
    rows = [s.new(), s.new()]
    yield
    s.model._default_manager.bulk_create(rows, ignore_conflicts=True)


@operation(MANY, "bulk_create(update_conflicts=True)", needs="field")
def bulk_create_updating(s: Stage) -> Iterator[None]:
    rows = [s.edit(s.stored()), s.edit(s.stored())]
    yield
    s.model._default_manager.bulk_create(
        rows, update_conflicts=True, update_fields=[s.field.name], unique_fields=["pk"]
    )


@operation(
    MANY,
    "bulk_update(), 2 rows",
    needs="field",
    surprise="An edit of many rows at once is as silent as update().",
    claims="-save() -pre_save -post_save",
)
def bulk_update(s: Stage) -> Iterator[None]:
    rows = [s.edit(s.stored()), s.edit(s.stored())]
    yield
    s.model._default_manager.bulk_update(rows, [s.field.name])


@operation(
    MANY,
    "queryset.update(...), 2 rows",
    needs="field",
    surprise="One UPDATE in SQL: no instance, no save(), no signal.",
    claims="-save() -pre_save -post_save",
)
def update(s: Stage) -> Iterator[None]:
    s.stored(), s.stored()
    yield
    s.rows.update(**s.change_of_all())


@operation(
    MANY,
    "queryset.delete(), 2 rows",
    surprise="It skips delete(), yet pre_delete and post_delete are sent, row by row.",
    claims="-delete() +pre_delete +post_delete",
)
def queryset_delete(s: Stage) -> Iterator[None]:
    s.stored(), s.stored()
    yield
    s.rows.delete()


SQL = "raw SQL"


@operation(SQL, "cursor.execute(UPDATE ...)", needs="field")
def raw_update(s: Stage) -> Iterator[None]:
    row = s.edit(s.stored())
    field, connection = s.field, s.connection
    pk: Any = field.model._meta.pk  # of the parent, where the field is the parent's
    value = field.get_db_prep_save(field.value_from_object(row), connection)
    key = pk.get_db_prep_value(row.pk, connection)
    table, column, its_key = map(
        connection.ops.quote_name, (field.model._meta.db_table, field.column, pk.column)
    )
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {its_key} = %s", [value, key])


@operation(SQL, "cursor.execute(INSERT ...)")
def raw_insert(s: Stage) -> Iterator[None]:
    row = s.stored()
    connection, model = s.connection, s.model._meta.concrete_model or s.model
    fields = [it for it in model._meta.local_concrete_fields if it.column and not it.generated]
    values = [field.get_db_prep_save(field.value_from_object(row), connection) for field in fields]
    s.model._base_manager.filter(pk=row.pk)._raw_delete(using=connection.alias)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {s.table} ({columns}) VALUES ({places})", values)
