"""Whom an operation passes by: the receivers and overrides that a save() or a delete() would reach.

See https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create
"""

import re
from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import signals

from whatfires.firings import ELSEWHERE, SILENT, UNKNOWN
from whatfires.listeners import who_listens
from whatfires.naming import path_of, place_of
from whatfires.operations import Operation
from whatfires.rendering import Row

SAVED = ("save()", "pre_save", "post_save")
DELETED = ("delete()", "pre_delete", "post_delete")
DELETES = ("delete()", "Delete", "CASCADE")  # in the name of an operation
# An instance that is built, a row that is found, one that the database refuses.
WRITES_NOTHING = re.compile(r"\{Model\}\(\.\.\.\)|.* finds|.* refused by the database")


Waiting = Callable[..., list[dict[str, str]]]


def skipped_by(
    operation: Operation, row: Row, model: Any, waiting: Waiting
) -> list[dict[str, str]]:
    """List whom an operation skips: dicts of `hook`, `what` (its name), `where` and `path`.

    A receiver of any sender is reached by another class too; one that is bound to this one is not.
    """
    if row[SAVED[0]] == UNKNOWN:
        return []
    return [
        found
        for hook in hooks_of(operation)
        if row[hook] == SILENT or row[hook].startswith(ELSEWHERE)
        for found in waiting(
            hook, model, bound_only=row[hook] != SILENT and not is_lost(operation, hook, model)
        )
    ]


def is_lost(operation: Operation, hook: str, model: Any) -> bool:
    """Whether a migration's class lacks this override: it keeps those of plain mixins alone."""
    name = hook.removesuffix("()")
    if operation.needs != "history" or name == hook:
        return False
    return hasattr(next(it for it in model.__mro__ if name in vars(it)), "_meta")


def concerned_by(operation: Operation, watched: Any, waiting: Waiting) -> str:
    """Name the receivers and overrides of which the sentence of an operation speaks."""
    told = []
    for word, signs in (("Called", "+"), ("Not called", "-~")):
        found = [
            f"{it['what']} ({it['where']})"
            for claim in operation.claims.split()
            if claim[0] in signs
            for it in waiting(claim[1:], watched, bound_only=claim[0] == "~")
        ]
        told += [f"{word}: {', '.join(dict.fromkeys(found))}."] if found else []
    return " ".join(told)


def hooks_of(operation: Operation) -> tuple[str, ...]:
    """Name the hooks that one would expect of an operation that writes rows of the model."""
    name = operation.name
    writes = operation.watched == "model" and operation.group != "reading"
    if not writes or WRITES_NOTHING.fullmatch(name):
        return ()
    return DELETED if any(word in name for word in DELETES) else SAVED


def waiting_for(hook: str, model: Any, bound_only: bool) -> list[dict[str, str]]:
    """List who would hear of a hook: its override, or the receivers that are connected."""
    name = hook.removesuffix("()")
    if model._meta.abstract:
        return []
    if name != hook:
        method = getattr(model, name)
        if bound_only or method is getattr(models.Model, name):
            return []
        what, where = f"{model.__name__}.{hook}", place_of(method)
        return [{"hook": hook, "what": what, "where": where, "path": path_of(method)}]
    return [
        {"hook": hook, "what": row["receiver"], "where": row["where"], "path": row["path"]}
        for row in who_listens(getattr(signals, hook), model)
        if row["alive"] == "yes" and not (bound_only and row["sender"] == "any")
    ]
