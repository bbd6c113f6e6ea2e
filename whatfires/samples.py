"""Made-up rows of any model, so that an operation can be tried out on a learner's own.

See https://docs.djangoproject.com/en/5.2/ref/models/fields/
"""

import uuid
from datetime import timedelta
from decimal import Decimal

from django.db import models
from django.utils import timezone

# For a field of this type (the first that fits), a value for the row of this number.
VALUES = {
    models.EmailField: lambda number: f"person{number}@example.org",
    models.URLField: lambda number: f"https://example.org/{number}",
    models.SlugField: lambda number: f"sample-{number}",
    models.CharField: lambda number: f"sample {number}",
    models.TextField: lambda number: f"sample {number}",
    models.BooleanField: lambda number: False,
    models.IntegerField: lambda number: number,
    models.FloatField: lambda number: float(number),
    models.DecimalField: lambda number: Decimal(number),
    models.DateTimeField: lambda number: timezone.now() + timedelta(days=number),
    models.DateField: lambda number: timezone.localdate() + timedelta(days=number),
    models.TimeField: lambda number: timezone.localtime().time(),
    models.DurationField: lambda number: timedelta(hours=number),
    models.UUIDField: lambda number: uuid.UUID(int=number),
    models.GenericIPAddressField: lambda number: f"192.0.2.{number % 256}",
    models.BinaryField: lambda number: bytes([number % 256]),
    models.JSONField: lambda number: {"number": number},
    models.FileField: lambda number: f"sample{number}.txt",
}


def sample_fields(model, number):
    """Make up what `model.objects.create()` needs for its row of this number, as a dict.

    Defaults are left to the model, but for unique fields. Rows that it must point to are stored.
    Raises TypeError for a required field of a kind that nothing is known of.
    """
    return {
        field.name: sample_value(field, number)
        for field in model._meta.concrete_fields
        if needs_a_value(field)
    }


def needs_a_value(field):
    if field.auto_created or isinstance(field, models.AutoField | models.GeneratedField):
        return False
    return not field.null and (field.unique or not field.has_default())


def sample_value(field, number):
    """Make up a value for one field, different for each number where the type has many."""
    if field.is_relation:
        model = field.related_model
        return model._default_manager.create(**sample_fields(model, number))
    if field.choices:
        return field.flatchoices[0][0]
    for kind, value in VALUES.items():
        if isinstance(field, kind):
            made_up = value(number)
            length = getattr(field, "max_length", None)
            return made_up[-length:] if length and isinstance(made_up, str) else made_up
    raise TypeError(
        f"No value can be made up for {field.model.__name__}.{field.name}, "
        f"a {type(field).__name__}: pass make=, a function that takes a number and returns an "
        f"unsaved {field.model.__name__}."
    )


def field_to_edit(model):
    """Choose a field that an edit may change: a plain one, or else what the row points to.

    Raises TypeError for a model of which nothing can be edited.
    """
    editable = [
        field
        for field in model._meta.concrete_fields
        if field.editable and not (field.primary_key or field.unique or field.choices)
    ]
    plain = [field for field in editable if isinstance(field, tuple(VALUES))]
    links = [field for field in editable if field.many_to_one]
    if not plain + links:
        raise TypeError(
            f"{model.__name__} has no field that an edit could change: expected at least one that "
            "is no key and not unique."
        )
    return (plain + links)[0]
