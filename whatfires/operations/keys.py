"""What happens to rows by way of a foreign key.

See https://docs.djangoproject.com/en/5.2/ref/models/relations/
"""

from collections.abc import Iterator
from typing import Any

from whatfires.operations.registry import operation
from whatfires.stage import Stage

KEYS = "foreign keys"


def owner_of(s: Stage, field: Any, *rows: Any) -> Any:
    """Store what a foreign key points to, and let these rows point to it."""
    owner = s.stored(field.related_model)
    for row in rows:
        setattr(row, field.name, owner)
        row.save()
    return owner


def manager_of(s: Stage, field: Any, *rows: Any) -> Any:
    """The manager on the other side of a foreign key: `team.people`."""
    return getattr(owner_of(s, field, *rows), field.remote_field.get_accessor_name())


@operation(
    KEYS,
    "{owner}.delete() with 2 rows, CASCADE",
    needs="cascade",
    surprise="The rows that go along send their delete signals; their delete() is not called.",
    claims="-delete() +pre_delete +post_delete",
)
def cascade(s: Stage) -> Iterator[None]:
    owner = owner_of(s, s.cascade, s.stored(), s.stored())
    yield
    owner.delete()


@operation(
    KEYS,
    "{owner}.delete() with 2 rows, SET_NULL",
    needs="set_null",
    surprise="The rows that lose their owner are edited by one UPDATE, and nobody is told.",
    claims="-save() -pre_save -post_save",
)
def set_null(s: Stage) -> Iterator[None]:
    owner = owner_of(s, s.set_null, s.stored(), s.stored())
    yield
    owner.delete()


@operation(KEYS, "{owner}.{rows}.create(...)", needs="nullable")
def key_create(s: Stage) -> Iterator[None]:
    manager, fields = manager_of(s, s.nullable), s.fields()
    yield
    manager.create(**fields)


@operation(
    KEYS,
    "{owner}.{rows}.add(row)",
    needs="nullable",
    surprise="The row is edited by an UPDATE, and no save signal is sent.",
    claims="-save() -pre_save -post_save",
)
def key_add(s: Stage) -> Iterator[None]:
    manager, row = manager_of(s, s.nullable), s.stored()
    yield
    manager.add(row)


@operation(KEYS, "{owner}.{rows}.add(row, bulk=False)", needs="nullable")
def key_add_one_by_one(s: Stage) -> Iterator[None]:
    manager, row = manager_of(s, s.nullable), s.stored()
    yield
    manager.add(row, bulk=False)


@operation(
    KEYS,
    "{owner}.{rows}.remove(row)",
    needs="nullable",
    surprise="By an UPDATE as well: the row loses its owner, and nobody is told.",
    claims="-save() -pre_save -post_save",
)
def key_remove(s: Stage) -> Iterator[None]:
    row = s.stored()
    manager = manager_of(s, s.nullable, row)
    yield
    manager.remove(row)


@operation(KEYS, "{owner}.{rows}.remove(row, bulk=False)", needs="nullable")
def key_remove_one_by_one(s: Stage) -> Iterator[None]:
    row = s.stored()
    manager = manager_of(s, s.nullable, row)
    yield
    manager.remove(row, bulk=False)


@operation(KEYS, "{owner}.{rows}.set([row])", needs="nullable")
def key_set(s: Stage) -> Iterator[None]:
    manager, row = manager_of(s, s.nullable, s.stored()), s.stored()
    yield
    manager.set([row])


@operation(KEYS, "{owner}.{rows}.clear()", needs="nullable")
def key_clear(s: Stage) -> Iterator[None]:
    manager = manager_of(s, s.nullable, s.stored())
    yield
    manager.clear()


@operation(KEYS, "{owner}.{rows}.clear(bulk=False)", needs="nullable")
def key_clear_one_by_one(s: Stage) -> Iterator[None]:
    manager = manager_of(s, s.nullable, s.stored())
    yield
    manager.clear(bulk=False)
