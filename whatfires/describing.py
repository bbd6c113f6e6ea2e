"""Write down what a trace meets, at the moment it meets it, and without asking the database.

An instance may name itself by what it is linked to, and fetching that would be a query of ours.
So while something is described, no cursor is to be had, and the instance goes by its key.
See https://docs.djangoproject.com/en/5.2/ref/models/instances/#str
"""

from contextvars import ContextVar

from django.db import DatabaseError, connections
from django.db.models import Model, QuerySet
from django.utils.connection import ConnectionDoesNotExist

_describing = ContextVar("describing", default=False)


def describing():
    """Tell whether something is being described right now."""
    return _describing.get()


class AskedTheDatabase(DatabaseError):
    """Describing an object would have issued a query."""


def introduced(instance):
    """Name an instance as it names itself, unless that would take a query: then by its key."""
    if hasattr(type(instance), "session_key"):
        return type(instance).__name__  # it names itself by its key, which is a secret
    token = _describing.set(True)
    try:
        return str(instance)
    except Exception:  # whatever a __str__ may raise on an instance that is half there
        return f"{type(instance).__name__} #{getattr(instance, 'pk', None)}"
    finally:
        _describing.reset(token)


def spelled(value):
    """Write a value down: plain ones as they are, collections in order, objects by their names."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, Model):
        return introduced(value)
    if isinstance(value, QuerySet):
        return f"queryset of {value.model.__name__}"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(str, map(spelled, value)))) + "}"
    if isinstance(value, list | tuple) and len(value) <= 20:
        return "[" + ", ".join(map(str, map(spelled, value))) + "]"
    return f"a {type(value).__name__}"


def in_transaction(using):
    """Tell whether a transaction is open on that connection (the default one where unnamed)."""
    try:
        return connections[using or "default"].in_atomic_block
    except (ConnectionDoesNotExist, TypeError):  # this signal's `using` is no database
        return None
