"""The skips that a project accepts; `what_fires --check` fails for the others alone.

    WHATFIRES_ACCEPTED = {"shop.Order": {"bulk_create": ["shop.receivers.send_receipt"]}}

See https://docs.djangoproject.com/en/5.2/topics/settings/#creating-your-own-settings
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings

SETTING = "WHATFIRES_ACCEPTED"
FORM = f'{SETTING} = {{"shop.Order": {{"bulk_create": ["shop.receivers.send_receipt"]}}}}'


class Accepted(NamedTuple):
    """One accepted skip: the label of a model, an operation or a part of its name, and a path."""

    label: str
    operation: str
    path: str

    def meant(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows whose operation or group is, or contains, the name."""
        ours = [row for row in rows if row["model"].lower() == self.label.lower()]
        exact = [row for row in ours if self.operation in (row["operation"], row["group"])]
        return exact or [row for row in ours if self.operation in row["operation"]]


def accepted(model: str | None = None) -> Iterator[Accepted]:
    """Yield what the settings accept, of one model or of all.

    Raises TypeError for a setting of another shape.
    """
    setting = getattr(settings, SETTING, {})
    try:
        for label, operations in setting.items():
            for operation, paths in operations.items():
                if isinstance(paths, str) or not are_texts(label, operation, *paths):
                    raise TypeError
                if model is None or label.lower() == model.lower():
                    yield from (Accepted(label, operation, path) for path in paths)
    except (AttributeError, TypeError) as error:
        raise TypeError(f"Expected a setting such as {FORM}; came {setting!r}.") from error


def are_texts(*names: object) -> bool:
    return all(isinstance(name, str) for name in names)


def accept(rows: list[dict[str, Any]], entries: list[Accepted]) -> list[Accepted]:
    """Mark each skip of these rows as `accepted` or not; return the entries that meet no skip.

    An entry about what could not be run meets none, and is not returned.
    """
    for row in rows:
        row["skips"] = [{**it, "accepted": False} for it in row["skips"]]
    stale = []
    for entry in entries:
        meant = entry.meant(rows)
        met = [it for row in meant for it in row["skips"] if it["path"] == entry.path]
        for it in met:
            it["accepted"] = True
        if not met and all(row["ran"] for row in meant):
            stale.append(entry)
    return stale
