"""One row: made, saved, deleted, read.

See https://docs.djangoproject.com/en/5.2/ref/models/querysets/
"""

from collections.abc import Iterator

from django.db import IntegrityError, transaction

from whatfires.operations.registry import operation
from whatfires.stage import Stage

ONE = "one row"


@operation(ONE, "{Model}(...)")
def build(s: Stage) -> Iterator[None]:
    fields = s.fields()
    yield
    s.model(**fields)


@operation(ONE, "{Model}.objects.create(...)")
def create(s: Stage) -> Iterator[None]:
    fields = s.fields()
    yield
    s.model._default_manager.create(**fields)


@operation(ONE, "{model}.save(), a new one")
def save_new(s: Stage) -> Iterator[None]:
    row = s.new()
    yield
    row.save()


@operation(ONE, "{model}.save(), a stored one")
def save_stored(s: Stage) -> Iterator[None]:
    row = s.edit(s.stored())
    yield
    row.save()


@operation(ONE, "{model}.save(update_fields=[...])", needs="field")
def save_update_fields(s: Stage) -> Iterator[None]:
    row = s.edit(s.stored())
    yield
    row.save(update_fields=[s.field.name])


@operation(
    ONE,
    "{model}.save(update_fields=[])",
    surprise="An empty list of fields ends save() before its first signal: nobody hears anything.",
    claims="-pre_save -post_save",
)
def save_no_fields(s: Stage) -> Iterator[None]:
    row = s.edit(s.stored())
    yield
    row.save(update_fields=[])


@operation(
    ONE,
    "{model}.save(), refused by the database",
    surprise="pre_save has been sent when the database refuses the row; post_save never comes.",
    claims="+pre_save -post_save",
)
def save_refused(s: Stage) -> Iterator[None]:
    row = s.new()
    row.pk = s.stored().pk
    yield
    try:
        with transaction.atomic(using=s.connection.alias):
            row.save(force_insert=True)
    except IntegrityError:
        pass


@operation(ONE, "{Model}.objects.get_or_create(...), creates")
def get_or_create_creates(s: Stage) -> Iterator[None]:
    key, fields = s.keyed()
    yield
    s.model._default_manager.get_or_create(pk=key, defaults=fields)


@operation(ONE, "{Model}.objects.get_or_create(...), finds")
def get_or_create_finds(s: Stage) -> Iterator[None]:
    row = s.stored()
    yield
    s.model._default_manager.get_or_create(pk=row.pk)


@operation(ONE, "{Model}.objects.update_or_create(...), creates")
def update_or_create_creates(s: Stage) -> Iterator[None]:
    key, fields = s.keyed()
    yield
    s.model._default_manager.update_or_create(pk=key, defaults=fields)


@operation(
    ONE,
    "{Model}.objects.update_or_create(...), updates",
    needs="field",
    surprise="It saves only the fields of its defaults, so receivers get update_fields.",
    claims="+pre_save +post_save",
)
def update_or_create_updates(s: Stage) -> Iterator[None]:
    row, change = s.stored(), s.change()
    yield
    s.model._default_manager.update_or_create(pk=row.pk, defaults=change)


@operation(ONE, "{model}.delete()")
def delete(s: Stage) -> Iterator[None]:
    row = s.stored()
    yield
    row.delete()


READING = "reading"


@operation(
    READING,
    "{Model}.objects.get(...)",
    surprise="Reading a row sends pre_init and post_init: a receiver of them runs for every row.",
    claims="+pre_init +post_init",
)
def get(s: Stage) -> Iterator[None]:
    row = s.stored()
    yield
    s.model._default_manager.get(pk=row.pk)


@operation(READING, "list(queryset), 2 rows")
def read_two(s: Stage) -> Iterator[None]:
    s.stored(), s.stored()
    yield
    list(s.rows[:2])


@operation(READING, "queryset.values(), count(), exists()")
def read_values(s: Stage) -> Iterator[None]:
    s.stored()
    yield
    list(s.rows.values()), s.rows.count(), s.rows.exists()


@operation(
    READING,
    "{model}.refresh_from_db()",
    surprise="It makes a second instance to read into, so the init signals are sent; no save is.",
    claims="+pre_init +post_init",
)
def refresh(s: Stage) -> Iterator[None]:
    row = s.stored()
    yield
    row.refresh_from_db()


@operation(READING, "{Model}.objects.raw(SELECT ...)")
def raw_select(s: Stage) -> Iterator[None]:
    s.stored()
    yield
    list(s.model._default_manager.raw(f"SELECT * FROM {s.table}"))
