"""One row: made, saved, deleted, read.

See https://docs.djangoproject.com/en/5.2/ref/models/querysets/
"""

from contextlib import suppress
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from whatfires.operations.operation import Call, Operation
from whatfires.stage import Stage


def save_refused(s: Stage) -> Call:
    row = s.new()
    row.pk = s.stored().pk

    def save() -> None:
        with suppress(IntegrityError), transaction.atomic(using=s.connection.alias):
            row.save(force_insert=True)

    return save


def counted(rows: Any) -> None:
    list(rows.values()), rows.count(), rows.exists()


one, reading = partial(Operation, "one row"), partial(Operation, "reading")
OPERATIONS = [
    one("{Model}(...)", lambda s: partial(s.model, **s.fields())),
    one("{Model}.objects.create(...)", lambda s: partial(s.objects.create, **s.fields())),
    one("{model}.save(), a new one", lambda s: s.new().save),
    one("{model}.save(), a stored one", lambda s: s.edited().save),
    one(
        "{model}.save(update_fields=[...])",
        lambda s: partial(s.edited().save, update_fields=[s.field.name]),
        needs="field",
    ),
    one(
        "{model}.save(update_fields=[])",
        lambda s: partial(s.edited().save, update_fields=[]),
        surprise="An empty list of fields ends save() before its first signal: nobody hears "
        "anything.",
        claims="-pre_save -post_save",
    ),
    one(
        "{model}.save(), refused by the database",
        save_refused,
        surprise="pre_save has been sent when the database refuses the row; post_save never comes.",
        claims="+pre_save -post_save",
    ),
    one(
        "{Model}.objects.get_or_create(...), creates",
        lambda s: partial(s.objects.get_or_create, **s.keyed()),
    ),
    one(
        "{Model}.objects.get_or_create(...), finds",
        lambda s: partial(s.objects.get_or_create, pk=s.stored().pk),
    ),
    one(
        "{Model}.objects.update_or_create(...), creates",
        lambda s: partial(s.objects.update_or_create, **s.keyed()),
    ),
    one(
        "{Model}.objects.update_or_create(...), updates",
        lambda s: partial(s.objects.update_or_create, pk=s.stored().pk, defaults=s.change()),
        needs="field",
        surprise="It saves only the fields of its defaults, so receivers get update_fields.",
        claims="+pre_save +post_save",
    ),
    one("{model}.delete()", lambda s: s.stored().delete),
    reading(
        "{Model}.objects.get(...)",
        lambda s: partial(s.objects.get, pk=s.stored().pk),
        surprise="Reading a row sends pre_init and post_init: a receiver of them runs for every "
        "row.",
        claims="+pre_init +post_init",
    ),
    reading("list(queryset), 2 rows", lambda s: partial(list, s.two_rows()[:2])),
    reading("queryset.values(), count(), exists()", lambda s: partial(counted, s.two_rows())),
    reading(
        "{model}.refresh_from_db()",
        lambda s: s.stored().refresh_from_db,
        surprise="It makes a second instance to read into, so the init signals are sent; no save "
        "is.",
        claims="+pre_init +post_init",
    ),
    reading(
        "{Model}.objects.raw(SELECT ...)",
        lambda s: partial(list, s.stored() and s.objects.raw(f"SELECT * FROM {s.table}")),
    ),
]
