"""What an operation is.

See https://docs.djangoproject.com/en/5.2/ref/models/querysets/
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core import serializers
from django.db import models

from whatfires.firings import ELSEWHERE, FIRED, SILENT
from whatfires.rendering import Row
from whatfires.stage import Links, Stage, through

Call = Callable[[], Any]


@dataclass(frozen=True)
class Operation:
    """Something that people do: its group, its name as code, and who is watched meanwhile.

    `prepare` stores the rows that it needs, and returns the call that is watched. `watched` and
    `needs` name attributes of the Stage. `surprise` is a sentence on what most people would not
    expect, and `claims` is what it says of the hooks: "+post_save" (fired), "-delete()" (silent),
    "~pre_save" (by another class only).
    """

    group: str
    name: str
    prepare: Callable[[Stage], Call]
    watched: str = "model"
    needs: str = ""
    surprise: str = ""
    claims: str = ""

    def holds(self, row: Row) -> bool:
        """Tell whether the sentence is true of what was seen, which a project may have changed."""
        glyphs = {"+": FIRED, "-": SILENT, "~": ELSEWHERE}
        return all(row[claim[1:]][0] == glyphs[claim[0]] for claim in self.claims.split())

    def named_for(self, stage: Stage) -> str:
        """Write out its name with the names of this model and its relatives."""
        relative = getattr(stage, self.needs) if self.needs else None
        model = stage.model.__name__
        words: dict[str, Any] = {"Model": model, "model": model.lower()}
        if isinstance(relative, Links):
            words["links"], words["back"] = relative.names
            words["other"] = relative.other.__name__.lower()
            words["Link"] = through(relative).__name__
        elif isinstance(relative, models.ForeignKey):
            words["owner"] = relative.related_model.__name__.lower()
            words["rows"] = relative.remote_field.get_accessor_name()
        elif isinstance(relative, type):
            words |= dict.fromkeys(["Proxy", "Child", "Abstract"], relative.__name__)
        return self.name.format_map(words)


def load(stage: Stage, dump: str) -> None:
    """Load a fixture, as `loaddata` does."""
    for loaded in serializers.deserialize("json", dump, using=stage.connection.alias):
        loaded.save()
