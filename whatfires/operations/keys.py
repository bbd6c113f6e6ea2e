"""What happens to rows by way of a foreign key.

See https://docs.djangoproject.com/en/5.2/ref/models/relations/
"""

from functools import partial
from typing import Any

from whatfires.operations.operation import Call, Operation
from whatfires.stage import Stage


def owner_of(s: Stage, field: Any, *rows: Any) -> Any:
    """Store what a foreign key points to, and let these rows point to it."""
    owner = s.stored(field.related_model)
    for row in rows:
        setattr(row, field.name, owner)
        row.save()
    return owner


def manager_of(s: Stage, *rows: Any) -> Any:
    """The manager on the other side of a foreign key: `team.people`."""
    owner = owner_of(s, s.nullable, *rows)
    return getattr(owner, s.nullable.remote_field.get_accessor_name())


def removing(s: Stage, **how: Any) -> Call:
    row = s.stored()
    return partial(manager_of(s, row).remove, row, **how)


by_key = partial(Operation, "foreign keys")
by_manager = partial(by_key, needs="nullable")
OPERATIONS = [
    by_key(
        "{owner}.delete() with 2 rows, CASCADE",
        lambda s: owner_of(s, s.cascade, s.stored(), s.stored()).delete,
        needs="cascade",
        surprise="Rows deleted by the cascade send delete signals; their delete() is not called.",
        claims="-delete() +pre_delete +post_delete",
    ),
    by_key(
        "{owner}.delete() with 2 rows, SET_NULL",
        lambda s: owner_of(s, s.set_null, s.stored(), s.stored()).delete,
        needs="set_null",
        surprise="The rows whose owner is deleted are edited by one UPDATE, and nobody is told.",
        claims="-save() -pre_save -post_save",
    ),
    by_manager("{owner}.{rows}.create(...)", lambda s: partial(manager_of(s).create, **s.fields())),
    by_manager(
        "{owner}.{rows}.add(row)",
        lambda s: partial(manager_of(s).add, s.stored()),
        surprise="The row is edited by an UPDATE, and no save signal is sent.",
        claims="-save() -pre_save -post_save",
    ),
    by_manager(
        "{owner}.{rows}.add(row, bulk=False)",
        lambda s: partial(manager_of(s).add, s.stored(), bulk=False),
    ),
    by_manager(
        "{owner}.{rows}.remove(row)",
        removing,
        surprise="By an UPDATE as well: the row loses its owner, and nobody is told.",
        claims="-save() -pre_save -post_save",
    ),
    by_manager("{owner}.{rows}.remove(row, bulk=False)", partial(removing, bulk=False)),
    by_manager(
        "{owner}.{rows}.set([row])", lambda s: partial(manager_of(s, s.stored()).set, [s.stored()])
    ),
    by_manager("{owner}.{rows}.clear()", lambda s: manager_of(s, s.stored()).clear),
    by_manager(
        "{owner}.{rows}.clear(bulk=False)",
        lambda s: partial(manager_of(s, s.stored()).clear, bulk=False),
    ),
]
