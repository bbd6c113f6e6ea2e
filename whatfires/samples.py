"""Made-up rows of any model, so that an operation can be tried out on it.

See https://docs.djangoproject.com/en/5.2/ref/models/fields/
"""

import uuid
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

Model = type[models.Model]
Field = Any  # a field of any sort
# On where rows also point to what they may leave out: some code takes it for given.
filling: ContextVar[bool] = ContextVar("filling", default=False)
# What the database or other fields give.
MADE_UP = (models.AutoField, models.GeneratedField, models.CompositePrimaryKey)

# For a field of this type (the first that fits), a value for the row of this number.
VALUES: dict[type[models.Field], Callable[[int], Any]] = {
    models.EmailField: lambda number: f"person{number}@example.org",
    models.URLField: lambda number: f"https://example.org/{number}",
    models.SlugField: lambda number: f"sample-{number}",
    models.CharField: lambda number: f"sample {number}",
    models.TextField: lambda number: f"sample {number}",
    models.BooleanField: lambda number: False,
    models.IntegerField: lambda number: number,
    models.FloatField: lambda number: float(number),
    models.DecimalField: lambda number: Decimal(number),
    models.DateTimeField: lambda number: now() + timedelta(days=number),
    models.DateField: lambda number: now().date() + timedelta(days=number),
    models.TimeField: lambda number: (now() + timedelta(minutes=number)).time(),
    models.DurationField: lambda number: timedelta(hours=number),
    models.UUIDField: lambda number: uuid.UUID(int=number),
    models.GenericIPAddressField: lambda number: f"192.0.2.{number % 256}",
    models.BinaryField: lambda number: bytes([number % 256]),
    models.JSONField: lambda number: {"number": number},
    models.FileField: lambda number: f"sample{number}.txt",
}


def now() -> Any:
    """Return the time as the project keeps it, with or without a zone."""
    return timezone.localtime() if timezone.is_aware(timezone.now()) else timezone.now()


def sample_fields(
    model: Model,
    number: int,
    within: tuple[Model, ...] = (),
    known: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Make up what `model.objects.create()` needs for its row of this number, as a dict.

    Defaults are left to the model, but for unique fields. Rows that it must point to are stored;
    what must point to its own kind points to itself. `known` are fields that have a value. Raises
    TypeError for a required field of a kind that nothing is known of, and for models that cannot be
    stored one before the other.
    """
    values = {**generic_fields(model, number), **(known or {})}
    fields: list[Field] = list(model._meta.concrete_fields)
    for field in fields:
        filled = filling.get() and may_be_filled(field, (*within, *kinds_of(model)))
        if not (needs_a_value(field) or filled) or field.name in values:
            continue
        if field.is_relation and field.related_model._meta.concrete_model in kinds_of(model):
            key, pk = key_for(model, number), model._meta.pk
            values |= {it.attname: key for it in (field, pk) if it is not None}
        else:
            values[field.name] = sample_value(field, number, (*within, model))
    return values


def generic_fields(model: Model, number: int) -> dict[str, Any]:
    """Make up what the model's generic foreign keys point to: a row that is stored for it."""
    if not apps.is_installed("django.contrib.contenttypes"):
        return {}
    from django.contrib.contenttypes.models import ContentType

    values: dict[str, Any] = {}
    for key in generic_keys(model):
        row, _ = ContentType.objects.get_or_create(app_label="sample", model=f"row{number}")
        values |= {key.ct_field: a_content_type(), key.fk_field: row.pk}
    return values


def generic_keys(model: Model) -> list[Any]:
    """List the generic foreign keys of a model."""
    return [it for it in model._meta.private_fields if hasattr(it, "ct_field") and it.many_to_one]


def a_content_type(model: Model | None = None) -> Any:
    """The content type of the model whose row is made up, which a plain key to one often says.

    Without a model that of content types themselves: a generic key points to one of those.
    """
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.get_for_model(model or ContentType, for_concrete_model=False)


def what_it_is_about(model: Model) -> Model | None:
    """The model of the project that a row points to, but for its user; None for a generic key."""
    if generic_keys(model):
        return None
    targets = (it.related_model for it in model._meta.concrete_fields if it.many_to_one)
    others = (it for it in targets if not it.__module__.startswith("django.contrib."))
    return next((it for it in others if it._meta.label != settings.AUTH_USER_MODEL), None)


def kinds_of(model: Model) -> set[Any]:
    return {model._meta.concrete_model, *model._meta.get_parent_list()}


def needs_a_value(field: Field) -> bool:
    if isinstance(field, MADE_UP) or is_parent_link(field):
        return False
    if field.blank and field.empty_strings_allowed and not (field.unique or field.is_relation):
        return False  # no text is a text
    # A save() that calls full_clean() refuses what is blank, though the column may be empty.
    required = not field.null or not (field.blank or field.is_relation)
    return required and (field.unique or not has_default(field))


def may_be_filled(field: Field, kinds: tuple[Any, ...]) -> bool:
    """Tell whether a relation that may be empty can have a row of another kind than these."""
    return bool(field.is_relation and field.null and field.related_model not in kinds)


def has_default(field: Field) -> bool:
    """Tell whether a field has a default. One that looks for a row may find none."""
    if not field.has_default():
        return False
    if field.is_relation:
        try:
            field.get_default()
        except Exception:
            return False
    return True


def key_for(model: Model, number: int) -> Any:
    """Make up a key that no row has: far from those which a database counts up."""
    pk: Any = model._meta.pk
    while pk.is_relation:
        pk = pk.target_field
    return sample_value(pk, number + 10_000)


def sample_value(field: Field, number: int, within: tuple[Model, ...] = ()) -> Any:
    """Make up a value for one field, different for each number where the type has many."""
    if field.is_relation:
        return sample_row(field, number, within)
    if choices := [value for value, _ in field.flatchoices if value not in (None, "")]:
        return choices[number % len(choices) if field.unique else 0]
    if field.unique and type(field) is models.CharField:
        return fitting(field, f"s{number}")  # short: as a path in a tree it has nothing above it
    kind = getattr(models, field.get_internal_type() or "", type(None))
    for known, value in VALUES.items():
        if isinstance(field, known) or (isinstance(kind, type) and issubclass(kind, known)):
            return accepted(field, fitting(field, value(number)), number)
    raise TypeError(
        f"No value can be made up for {field.model.__name__}.{field.name}, "
        f"a {type(field).__name__}: pass make=, a function that takes a number and returns an "
        f"unsaved {field.model.__name__}."
    )


def accepted(field: Field, value: Any, number: int) -> Any:
    """Return the value, or where the field refuses it another one that it takes, if one does."""
    others: tuple[Any, ...] = ()
    if isinstance(value, str):
        texts = (models.EmailField, models.URLField, models.SlugField)
        others = (*(VALUES[it](number) for it in texts), str(number))
    elif isinstance(value, dict):
        others = ([], "")
    for check in (field.clean, lambda it, _: field.to_python(it)):
        for one in (value, *others):
            with suppress(Exception):  # whatever a field of somebody's own raises
                check(one, None)
                return one
    return value


def sample_row(field: Field, number: int, within: tuple[Model, ...]) -> Any:
    """Store a row for a key to point to."""
    model = field.related_model
    if model in within:
        raise TypeError(
            f"No row can be made up for {field.model.__name__}.{field.name}: it must point to a "
            f"{model.__name__}, which must be there before. Pass make=, a function that takes a "
            f"number and returns an unsaved {within[0].__name__}."
        )
    if model._meta.label == "contenttypes.ContentType":
        if filling.get() and within:  # a permission, say, must be for what the row points to
            return a_content_type(what_it_is_about(within[0]))
        return a_content_type(within[-1] if within else field.model)
    if filling.get() and may_be_shared(field) and (row := model._base_manager.first()):
        return row
    values = sample_fields(model, number, within)
    fields = [it for it in model._meta.concrete_fields if it.unique and not it.is_relation]
    for it in (it for it in fields if it.name in values):  # two may need this very row
        if row := model._base_manager.filter(**{it.name: values[it.name]}).first():
            return row
    row = model._base_manager.create(**values)
    if field.unique:  # its one row may be there, from a receiver: the profile of a new user
        field.model._base_manager.filter(**{field.name: row}).delete()
    return row


def may_be_shared(field: Field) -> bool:
    """Tell whether many rows may point to the same one, as what only fills a relation does."""
    meta = field.model._meta
    unique = [it.fields for it in meta.constraints if isinstance(it, models.UniqueConstraint)]
    together = any(field.name in names for names in (*meta.unique_together, *unique))
    return field.null and not field.unique and not together


def fitting(field: Field, value: Any) -> Any:
    """Bend a value to what the field takes: its length, its digits, its least value."""
    if isinstance(value, str) and getattr(field, "max_length", None):
        return value[-field.max_length :]
    if isinstance(value, Decimal) and getattr(field, "max_digits", None):
        value %= 10 ** (field.max_digits - field.decimal_places)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        limits = [it.limit_value for it in field.validators if isinstance(it, MinValueValidator)]
        least: Any = max((it() if callable(it) else it for it in limits), default=value)
        if least > value:
            return type(value)(least + type(least)(value))
    return value


def field_to_edit(model: Model) -> Field | None:
    """Choose a field that an edit may change: a plain one, or else what the row points to.

    None for a model of which nothing can be edited.
    """
    generic = {name for key in generic_keys(model) for name in (key.ct_field, key.fk_field)}
    fields = [
        field
        for field in model._meta.concrete_fields
        if not (
            field.primary_key
            or field.name in generic
            or isinstance(field, MADE_UP)
            or is_parent_link(field)
        )
        if field.many_to_one or field.one_to_one or isinstance(field, tuple(VALUES))
    ]
    # Those that are easiest to edit come first; a key may lead somewhere else.
    return min(
        fields,
        key=lambda it: (not it.editable, it.unique, bool(it.choices), it.is_relation),
        default=None,
    )


def is_parent_link(field: Field) -> bool:
    return bool(field.is_relation and field.remote_field.parent_link)
