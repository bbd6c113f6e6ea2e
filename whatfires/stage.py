"""The model that is watched, and the relatives of it that an operation may need.

See https://docs.djangoproject.com/en/5.2/topics/db/models/#relationships
"""

from collections.abc import Callable, Mapping
from copy import copy
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import connections, models, router
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string

from whatfires.describing import named_error, quoted
from whatfires.lookup import NotFound, model_named
from whatfires.samples import (
    MADE_UP,
    field_to_edit,
    generic_keys,
    key_for,
    sample_fields,
    sample_value,
)

Model = type[models.Model]
Make = Callable[[int], models.Model]


SETTING = "WHATFIRES_MAKE"


def make_declared(model: Model) -> Make | None:
    """Return the function that the settings declare for a model, if they do.

    Raises TypeError for a setting of another shape, ValueError for a function that is not there or
    cannot be imported, and for a model that is not there.
    """
    setting = getattr(settings, SETTING, {})
    form = f'{SETTING} = {{"shop.Order": "shop.factories.make_order"}}'
    if not isinstance(setting, Mapping) or not all(isinstance(label, str) for label in setting):
        raise TypeError(f"Expected a setting such as {form}; came {setting!r}.")
    for label in setting:
        try:
            model_named(label)
        except NotFound as error:
            raise ValueError(f"{SETTING}: {error} Correct the label, or take it out.") from error
    made = {label.lower(): it for label, it in setting.items()}.get(model._meta.label_lower)
    path = made
    if isinstance(made, str):
        try:
            made = import_string(made)
        except Exception as error:  # what a module raises as it is imported
            raise ValueError(
                f"{SETTING}[{model._meta.label!r}]: expected the path of a function, and {made!r} "
                f"could not be imported: {named_error(error)}. Correct the path or its module, or "
                "take the entry out."
            ) from error
    if made is None or callable(made):
        return made
    raise TypeError(f"Expected a setting such as {form}; came {path!r} of {model._meta.label}.")


class Links(NamedTuple):
    """A many-to-many field, and whether it belongs to the other model."""

    field: Any
    backwards: bool

    @property
    def names(self) -> tuple[str | None, str | None]:
        """The names by which the watched model and the other one reach each other's rows."""
        field, back = self.field, self.field.remote_field.get_accessor_name()
        if self.field.remote_field.hidden:
            back = None
        return (back, field.name) if self.backwards else (field.name, back)

    @property
    def other(self) -> Model:
        return self.field.model if self.backwards else self.field.related_model


def through(links: Links) -> Model:
    return links.field.remote_field.through


class Stage:
    """The model that is watched, its relatives, and rows of them all.

    `make`, where it is given, takes a number and returns an unsaved instance.
    """

    def __init__(self, model: Model, make: Make | None = None) -> None:
        self.model, self.make = model, make
        self.numbers = count(1)

    def afresh(self) -> "Stage":
        """The same, counting its rows from 1 again."""
        stage = copy(self)
        stage.numbers = count(1)
        return stage

    @property
    def connection(self) -> Any:
        """The connection to the database in which the rows of the model are written."""
        return connections[router.db_for_write(self.model)]

    @property
    def table(self) -> str:
        """The name of its table, as SQL has it."""
        return self.connection.ops.quote_name(self.model._meta.db_table)

    # Rows

    def fields(self, model: Model | None = None) -> dict[str, Any]:
        """What `create()` needs for one more row of a model, the watched one by default."""
        model = model or self.model
        if self.make is not None and issubclass(model, self.model):
            number = next(self.numbers)
            return plain_values(self.unsaved(self.make(number), number))
        return sample_fields(model, next(self.numbers))

    def unsaved(self, row: Any, number: int) -> Any:
        """Return what `make` made; refuse what is no unsaved row of the model."""
        kind = self.model._meta.concrete_model
        if isinstance(row, models.Model) and isinstance(row, kind) and row._state.adding:
            return row
        raise TypeError(
            f"make({number}) returned {quoted(row)}, and must return an unsaved "
            f"{self.model.__name__}. It runs in an empty database: what the row points to is made "
            "and saved in it."
        )

    def keyed(self) -> dict[str, Any]:
        """What `get_or_create()` needs for a row that is not there: its key, and other fields."""
        fields, pk = self.fields(), self.model._meta.pk
        given = [fields.pop(name) for name in {pk.name, pk.attname} if name in fields]
        key = (given or [key_for(self.model, next(self.numbers))])[0]
        return {"pk": key, "defaults": fields}

    def new(self, model: Model | None = None) -> Any:
        """One more row, not stored yet."""
        return (model or self.model)(**self.fields(model))

    def stored(self, model: Model | None = None) -> Any:
        """One more row, stored."""
        model = model or self.model
        return model._base_manager.create(**self.fields(model))

    def edited(self) -> Any:
        """One more row, stored and then edited."""
        row = self.stored()
        for name, value in self.change().items():
            setattr(row, name, value)
        return row

    @property
    def objects(self) -> Any:
        return self.model._default_manager

    def two_rows(self) -> Any:
        """The queryset of all rows; two are stored for it."""
        self.stored(), self.stored()
        return self.objects.all()

    # An edit

    @property
    def field(self) -> Any:
        """The field that is edited; None where the model has none but its key."""
        return field_to_edit(self.model)

    def change(self) -> dict[str, Any]:
        """A value for one field, as keyword arguments; none where nothing can be edited."""
        if self.field is None:
            return {}
        return {self.field.name: sample_value(self.field, next(self.numbers))}

    def change_of_all(self) -> dict[str, Any]:
        """The same for all rows at once: each keeps its own value, which may have to be unique."""
        return {self.field.name: models.F(self.field.name)}

    # Relatives. None where the model has none: operations that need one are left out.

    @property
    def proxy(self) -> Any:
        return next((it for it in self.model.__subclasses__() if it._meta.proxy), None)

    @property
    def child(self) -> Any:
        """A model that extends this one by a table of its own."""
        below = (it for it in self.model.__subclasses__() if not it._meta.abstract)
        return next((it for it in below if not it._meta.proxy), None)

    @property
    def abstract(self) -> Any:
        bases = (it for it in self.model.__mro__[1:] if hasattr(it, "_meta"))
        return next((it for it in bases if it._meta.abstract), None)

    # A foreign key by which the rows go, or which is emptied, when what it points to goes.
    cascade = property(lambda self: self.foreign_key(models.CASCADE))
    set_null = property(lambda self: self.foreign_key(models.SET_NULL))

    @property
    def nullable(self) -> Any:
        """A foreign key of the model that may be empty, so that its manager can take rows out."""
        own = {self.model, self.model._meta.concrete_model}  # a parent's makes rows of the parent
        return next((it for it in self.foreign_keys() if it.null and it.model in own), None)

    # A many-to-many whose table Django made up, and one with a model of its own for the links;
    # the same where the other side knows of it; and the model of the links.
    automatic = property(lambda self: self.links(automatic=True))
    explicit = property(lambda self: self.links(automatic=False))
    automatic_back = property(lambda self: known_on_both_sides(self.automatic))
    explicit_back = property(lambda self: known_on_both_sides(self.explicit))
    automatic_links = property(lambda self: through(self.automatic))
    explicit_links = property(lambda self: through(self.explicit))

    @cached_property
    def history(self) -> Any:
        """The model as a migration sees it; None where no migration knows it."""
        label = self.model._meta.app_label
        loader = MigrationLoader(None, ignore_no_migrations=True)
        if label not in loader.migrated_apps:
            return None
        try:
            return loader.project_state().apps.get_model(label, self.model.__name__)
        except LookupError:
            return None

    @cached_property
    def page(self) -> Any:
        """The model's own page in the admin, or a plain one; None without the admin."""
        if not apps.is_installed("django.contrib.admin"):
            return None
        from django.contrib import admin

        return admin.site._registry.get(self.model) or admin.ModelAdmin(self.model, admin.site)

    def foreign_keys(self) -> list[Any]:
        """The foreign keys to other models that those know of, but for halves of a generic one."""
        fields: list[Any] = list(self.model._meta.concrete_fields)
        halves = {key.ct_field for key in generic_keys(self.model)}
        return [
            it
            for it in fields
            if it.many_to_one and it.related_model is not self.model and not it.remote_field.hidden
            if it.name not in halves
        ]

    def foreign_key(self, on_delete: Any) -> Any:
        keys = self.foreign_keys()
        return next((it for it in keys if it.remote_field.on_delete is on_delete), None)

    def links(self, automatic: bool) -> Links | None:
        """Choose a many-to-many field of the model, or one of others that leads to it."""
        meta = self.model._meta
        found = [Links(field, backwards=False) for field in meta.many_to_many]
        found += [
            Links(it.field, backwards=True)
            for it in meta.related_objects
            if it.many_to_many and not it.hidden and it.field not in meta.many_to_many
        ]
        found = [it for it in found if bool(through(it)._meta.auto_created) is automatic]
        return next(iter(sorted(found, key=lambda it: None in it.names)), None)


def known_on_both_sides(links: Links | None) -> Links | None:
    return None if links is None or None in links.names else links


def plain_values(row: models.Model) -> dict[str, Any]:
    """The values of a row by column, without what the database makes up."""
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not isinstance(field, MADE_UP)
        if not (field.primary_key and getattr(row, field.attname) is None)
    }
