"""Write down what a trace meets, at the moment it meets it, and without asking the database.

An instance may name itself by what it is linked to, and fetching that would be a query of ours; its
`__str__` may fill a cache, warn or send. So a copy with the loaded fields names itself, and
meanwhile no cursor is to be had, no signal is delivered and no warning given. Where that fails, the
instance goes by its key.
See https://docs.djangoproject.com/en/5.2/ref/models/instances/#str
"""

import inspect
from collections import UserDict
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any
from uuid import UUID
from weakref import ref

from django.db import DatabaseError, connections
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.fields.files import FieldFile
from django.utils.connection import ConnectionDoesNotExist

from whatfires.masking import HIDDEN, encodable, is_secret

_describing: ContextVar[bool] = ContextVar("describing", default=False)

AS_THEY_ARE = frozenset({bool, type(None), int, float})
PLAIN = {int: int.__int__, float: float.__float__, str: str.__str__}
LONGEST = 80  # characters of an instance's name
LONGEST_VALUE = 1000  # characters of a text that was passed along


describing = _describing.get  # whether something is being described right now


class AskedTheDatabase(DatabaseError):
    """Describing an object would have issued a query."""


def introduced(instance: Any) -> str:
    """Name an instance as it names itself, on one line, or else by its key."""
    kind = type(instance)
    if hasattr(kind, "session_key"):
        return kind.__name__  # it names itself by its key, which is a secret
    if not issubclass(kind, Model):
        return by_key(instance)  # it cannot be copied, so none of its code is run
    token = _describing.set(True)
    copies: dict[int, Model] = {}
    try:
        if kind.__str__ is Model.__str__:
            return by_key(instance)
        name = str(copy_of(instance, copies))
    except Exception:  # whatever a __str__ may raise on an instance that is half there
        return by_key(instance)
    finally:
        copies.clear()  # they hold one another
        _describing.reset(token)
    return one_line(name)


def by_key(instance: Any) -> str:
    """Name an object by its class and its key, if that is a plain value."""
    kind = type(instance)
    if issubclass(kind, Model):
        key = instance.__dict__.get(kind._meta.pk.attname)
    else:
        key = inspect.getattr_static(instance, "pk", None)
    return f"{kind.__name__} #{key}" if type(key) in (int, str, UUID) else kind.__name__


def quoted(thing: Any) -> str:
    """Quote what came for a message, on one line; what cannot say itself goes by its class."""
    try:
        return one_line(repr(thing))
    except Exception:
        return f"an object of {type(thing).__name__}"


def named_error(error: BaseException) -> str:
    """Write an error as Python does, or by its class alone where its own words fail."""
    try:
        return encodable(f"{type(error).__name__}: {error}".removesuffix(": "))
    except Exception:
        return type(error).__name__


def expect(name: str, value: Any, kinds: Any, words: str) -> None:
    """Raise TypeError, with what was expected, for a value that is of none of these kinds."""
    if not issubclass(type(value), kinds):
        raise TypeError(f"{name}: expected {words}; came {quoted(value)}.")


def is_model(thing: Any) -> bool:
    """Tell whether something is a model class; by its type, so that none of its code runs."""
    return issubclass(type(thing), type) and issubclass(thing, Model)


def one_line(text: str, longest: int = LONGEST) -> str:
    """Write line ends as they are typed, and cut what is long."""
    if not text.isprintable():
        text = "".join(it if it.isprintable() else repr(it)[1:-1] for it in text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


class Linked(UserDict[str, Any]):
    """What a copy is linked to: each is copied as it is asked for, which few are."""

    def __init__(self, linked: dict[str, Any], copies: dict[int, Model]) -> None:
        self.copies = copies
        self.data = {
            name: ref(value) if issubclass(type(value), Model) else value
            for name, value in linked.items()
        }

    def __getitem__(self, name: str) -> Any:
        value = self.data[name]
        return copy_of(value(), self.copies) if type(value) is ref else value

    def clear(self) -> None:  # Django 6.1 asks for it when a state is gone
        self.data.clear()


def copy_of(instance: Model, copies: dict[int, Model]) -> Model:
    """Copy the loaded fields of an instance, and what it is linked to; run none of its code."""
    if id(instance) in copies:
        return copies[id(instance)]
    kind = type(instance)
    copy = copies[id(instance)] = object.__new__(kind)
    known, values = instance.__dict__, copy.__dict__
    for field in kind._meta.concrete_fields:
        name = field.attname
        if name in known:
            value = known[name]
            values[name] = value.name if issubclass(type(value), FieldFile) else value
    state, theirs = ModelState(), known.get("_state")
    values["_state"] = state
    if theirs is not None:
        state.db, state.adding = theirs.db, theirs.adding
        if linked := theirs.__dict__.get("fields_cache"):
            state.fields_cache = Linked(linked, copies)
    return copy


def spelled(value: Any, write: Callable[[Any], str] = str) -> Any:
    """Write a value down: plain ones as they are, collections in order, objects by their names.

    What is kept of it is short: a trace keeps nothing alive that it was only told about.
    """
    kind = type(value)  # isinstance() would ask the object itself
    if kind in AS_THEY_ARE:
        return value
    for plain, taken in PLAIN.items():  # not what a subclass makes of it
        if issubclass(kind, plain):
            value = taken(value)
            if plain is str and len(value) > LONGEST_VALUE:
                value = f"{value[: LONGEST_VALUE - 1]}…"
            return encodable(value) if plain is str else value
    if issubclass(kind, type):
        return value.__name__
    if issubclass(kind, Model):
        return introduced(value)
    if issubclass(kind, QuerySet):
        return f"queryset of {value.model.__name__}"
    if kind in (set, frozenset):
        return "{" + ", ".join(map(write, in_order(map(spelled, value)))) + "}"
    if kind in (list, tuple) and len(value) <= 20:
        return "[" + ", ".join(map(str, map(spelled, value))) + "]"
    return f"a {kind.__name__}"


def masked(named: dict[str, Any], leaving_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """Write down what was passed along by name, without what is a secret."""
    return {
        name: HIDDEN if is_secret(name) else spelled(it)
        for name, it in named.items()
        if name not in leaving_out
    }


def in_order(values: Iterable[Any]) -> list[Any]:
    """Sort what was spelled, as text where it has no order of its own."""
    values = list(values)
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=str)


def in_transaction(using: Any) -> bool | None:
    """Tell whether a transaction is open on that connection (the default one where unnamed)."""
    try:
        return connections[using or "default"].in_atomic_block
    except (ConnectionDoesNotExist, TypeError):  # this signal's `using` is no database
        return None
