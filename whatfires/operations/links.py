"""What happens to the links of a many-to-many, and what is told of it.

See https://docs.djangoproject.com/en/5.2/ref/models/relations/
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core import serializers

from whatfires.operations.operation import Call, Operation, load
from whatfires.samples import sample_fields
from whatfires.stage import Stage, through


class Linked:
    """Rows of the watched model and of the one it is linked to, and the managers between them."""

    def __init__(self, s: Stage, kind: str) -> None:
        self.s, self.links = s, getattr(s, kind)
        here, back = self.links.names
        self.near = s.stored()
        self.far_model = self.links.other
        self.far = [s.stored(self.far_model), s.stored(self.far_model)]
        self.rows: Any = getattr(self.near, here or "")
        self.back: Any = getattr(self.far[0], back) if back else None
        self.defaults = self.more_fields()
        self.rows.clear()  # receivers of the learner's own may have linked them already

    def ends(self) -> dict[str, Any]:
        """The two rows, by the names of the keys that lead to them."""
        field = self.links.field
        near, far = field.m2m_field_name(), field.m2m_reverse_field_name()
        if self.links.backwards:
            near, far = far, near
        return {near: self.near, far: self.far[0]}

    def link_fields(self) -> dict[str, Any]:
        return sample_fields(through(self.links), next(self.s.numbers), known=self.ends())

    def new_link(self) -> Any:
        """A link between the two, made by hand and not stored."""
        return through(self.links)(**self.link_fields())

    def more_fields(self) -> dict[str, Any]:
        """What add(), set() and create() must be told, where a link has more than its two ends."""
        ends = self.ends()
        more = {name: value for name, value in self.link_fields().items() if name not in ends}
        return {"through_defaults": more} if more else {}

    def joined(self, number: int = 2) -> "Linked":
        """The same, linked to so many rows of the other model."""
        self.rows.add(*self.far[:number], **self.defaults)
        return self


def loading(linked: Linked) -> Call:
    linked.joined()
    backwards = linked.links.backwards
    dump = serializers.serialize("json", [linked.far[0] if backwards else linked.near])
    (linked.back if backwards else linked.rows).clear()
    return partial(load, linked.s, dump)


def unlinking(linked: Linked) -> Call:
    link = linked.new_link()
    link.save()
    return link.delete  # type: ignore[no-any-return]


def in_bulk(linked: Linked) -> Call:
    link = linked.new_link()
    return partial(type(link)._default_manager.bulk_create, [link])


# A word for each, by which its surprise is told; its name; and the call.
WAYS: list[tuple[str, str, Callable[[Linked], Call]]] = [
    ("add", "{model}.{links}.add(a, b)", lambda it: partial(it.rows.add, *it.far, **it.defaults)),
    (
        "again",
        "{model}.{links}.add(a) again",
        lambda it: partial(it.joined(1).rows.add, it.far[0], **it.defaults),
    ),
    (
        "remove",
        "{model}.{links}.remove(a)",
        lambda it: partial(it.joined().rows.remove, it.far[0]),
    ),
    (
        "set",
        "{model}.{links}.set([b]) instead of a",
        lambda it: partial(it.joined(1).rows.set, it.far[1:], **it.defaults),
    ),
    ("clear", "{model}.{links}.clear()", lambda it: it.joined().rows.clear),
    (
        "create",
        "{model}.{links}.create(...)",
        lambda it: partial(it.rows.create, **it.defaults, **it.s.fields(it.far_model)),
    ),
    (
        "back",
        "{other}.{back}.add({model})",
        lambda it: partial(it.back.add, it.near, **it.defaults),
    ),
    (
        "back_remove",
        "{other}.{back}.remove({model})",
        lambda it: partial(it.joined(1).back.remove, it.near),
    ),
    ("back_clear", "{other}.{back}.clear()", lambda it: it.joined(1).back.clear),
    ("fixture", "loading a fixture with {links}", loading),
    ("delete", "{other}.delete() while linked", lambda it: it.joined().far[0].delete),
    ("save", "{Link}(...).save() by hand", lambda it: it.new_link().save),
    ("unlink", "{Link}: delete() by hand", unlinking),
    ("bulk", "{Link}.objects.bulk_create(), 1 row", in_bulk),
]


def links(kind: str, **surprises: tuple[str, str]) -> list[Operation]:
    """Return the operations on a many-to-many of one kind, with their surprises and claims."""
    return [
        Operation(
            f"many-to-many, {kind} table",
            name,
            lambda s, way=way: way(Linked(s, kind)),  # type: ignore[misc]
            f"{kind}_links",
            f"{kind}_back" if "{back}" in name else kind,
            *surprises.get(word, ()),
        )
        for word, name, way in WAYS
        if word != "fixture" or kind == "automatic"  # a fixture holds no rows of the other
    ]


OPERATIONS = links(
    "automatic",
    add=("m2m_changed comes twice, before and after, for all rows together.", "+m2m_changed"),
    again=("m2m_changed is sent although nothing changes; its pk_set is empty.", "+m2m_changed"),
    fixture=(
        "m2m_changed is sent as by hand; only Django 6.1 says raw=True along with it.",
        "+m2m_changed",
    ),
    delete=("Its rows in the table between go, too, and m2m_changed is not sent.", "-m2m_changed"),
    save=("The automatic table's own class sends no save signals.", "-pre_save -post_save"),
    unlink=("The automatic table's own class sends no delete signals.", "-pre_delete -post_delete"),
) + links(
    "explicit",
    add=(
        "The rows are written in bulk: m2m_changed, and no save signal for any of them.",
        "+m2m_changed -pre_save -post_save",
    ),
    remove=(
        "Unlike add(), it sends the rows' own signals, here those of a delete, and m2m_changed.",
        "+m2m_changed +pre_delete +post_delete",
    ),
    delete=(
        "The rows in the table between send their delete signals; m2m_changed is not sent.",
        "-m2m_changed +pre_delete +post_delete",
    ),
    save=(
        "A row made by hand sends its save signals; m2m_changed is not sent.",
        "-m2m_changed +pre_save +post_save",
    ),
    unlink=(
        "A row deleted by hand sends its delete signals; m2m_changed is not sent.",
        "-m2m_changed +pre_delete +post_delete",
    ),
)
