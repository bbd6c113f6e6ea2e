"""Many rows at once, and SQL by hand.

See https://docs.djangoproject.com/en/5.2/ref/models/querysets/
"""

from functools import partial
from typing import Any

from whatfires.operations.operation import Call, Operation
from whatfires.stage import Stage


def execute(s: Stage, sql: str, params: list[Any]) -> None:
    with s.connection.cursor() as cursor:
        cursor.execute(sql, params)


def raw_update(s: Stage) -> Call:
    row = s.edited()
    field, connection = s.field, s.connection
    pk: Any = field.model._meta.pk  # of the parent, where the field is the parent's
    value = field.get_db_prep_save(field.value_from_object(row), connection)
    key = pk.get_db_prep_value(row.pk, connection)
    table, column, its_key = map(
        connection.ops.quote_name, (field.model._meta.db_table, field.column, pk.column)
    )
    sql = f"UPDATE {table} SET {column} = %s WHERE {its_key} = %s"
    return partial(execute, s, sql, [value, key])


def raw_insert(s: Stage) -> Call:
    row = s.stored()
    connection, model = s.connection, s.model._meta.concrete_model or s.model
    fields = [it for it in model._meta.local_concrete_fields if it.column and not it.generated]
    values = [field.get_db_prep_save(field.value_from_object(row), connection) for field in fields]
    s.model._base_manager.filter(pk=row.pk)._raw_delete(using=connection.alias)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {s.table} ({columns}) VALUES ({places})"
    return partial(execute, s, sql, values)


many, by_hand = partial(Operation, "many rows at once"), partial(Operation, "raw SQL")
OPERATIONS = [
    many(
        "bulk_create(), 2 rows",
        lambda s: partial(s.objects.bulk_create, [s.new(), s.new()]),
        surprise="Written in bulk: no save(), and no signal for any of the rows.",
        claims="-save() -pre_save -post_save",
    ),
    many(
        "bulk_create(ignore_conflicts=True)",
        lambda s: partial(s.objects.bulk_create, [s.new(), s.new()], ignore_conflicts=True),
    ),
    many(
        "bulk_create(update_conflicts=True)",
        lambda s: partial(
            s.objects.bulk_create,
            [s.edited(), s.edited()],
            update_conflicts=True,
            update_fields=[s.field.name],
            unique_fields=["pk"],
        ),
        needs="field",
    ),
    many(
        "bulk_update(), 2 rows",
        lambda s: partial(s.objects.bulk_update, [s.edited(), s.edited()], [s.field.name]),
        needs="field",
        surprise="An edit of many rows at once is as silent as update().",
        claims="-save() -pre_save -post_save",
    ),
    many(
        "queryset.update(...), 2 rows",
        lambda s: partial(s.two_rows().update, **s.change_of_all()),
        needs="field",
        surprise="One UPDATE in SQL: no instance, no save(), no signal.",
        claims="-save() -pre_save -post_save",
    ),
    many(
        "queryset.delete(), 2 rows",
        lambda s: s.two_rows().delete,
        surprise="It skips delete(), yet pre_delete and post_delete are sent, row by row.",
        claims="-delete() +pre_delete +post_delete",
    ),
    by_hand("cursor.execute(UPDATE ...)", raw_update, needs="field"),
    by_hand("cursor.execute(INSERT ...)", raw_insert),
]
