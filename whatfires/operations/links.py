"""What happens to the links of a many-to-many, and what is told of it.

See https://docs.djangoproject.com/en/5.2/ref/models/relations/
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.core import serializers

from whatfires.operations.registry import Steps, operation
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

    def new_link(self) -> Any:
        """A link between the two, made by hand and not stored."""
        model = through(self.links)
        return model(**sample_fields(model, next(self.s.numbers), known=self.ends()))

    def more_fields(self) -> dict[str, Any]:
        """What add(), set() and create() must be told, where a link has more than its two ends."""
        model = through(self.links)
        ends = self.ends()
        fields = sample_fields(model, next(self.s.numbers), known=ends)
        more = {name: value for name, value in fields.items() if name not in ends}
        return {"through_defaults": more} if more else {}


def links(kind: str, group: str, **surprises: tuple[str, str]) -> None:
    """Add the operations on a many-to-many of one kind, with their surprises and claims."""

    def many(name: str, key: str) -> Callable[[Steps], Steps]:
        both = "{back}" in name
        needs = f"{kind}_back" if both else kind
        told, claims = surprises.get(key, ("", ""))
        return operation(
            group, name, needs=needs, watched=f"{kind}_links", surprise=told, claims=claims
        )

    @many("{model}.{links}.add(a, b)", "add")
    def add_two(s: Stage) -> Iterator[None]:
        linked = Linked(s, kind)
        yield
        linked.rows.add(*linked.far, **linked.defaults)

    @many("{model}.{links}.add(a) again", "again")
    def add_again(s: Stage) -> Iterator[None]:
        linked = Linked(s, kind)
        linked.rows.add(linked.far[0], **linked.defaults)
        yield
        linked.rows.add(linked.far[0], **linked.defaults)

    @many("{model}.{links}.remove(a)", "remove")
    def remove(s: Stage) -> Iterator[None]:
        linked = Linked(s, kind)
        linked.rows.add(*linked.far, **linked.defaults)
        yield
        linked.rows.remove(linked.far[0])

    @many("{model}.{links}.set([b]) instead of a", "set")
    def set_other(s: Stage) -> Iterator[None]:
        linked = Linked(s, kind)
        linked.rows.add(linked.far[0], **linked.defaults)
        yield
        linked.rows.set([linked.far[1]], **linked.defaults)

    @many("{model}.{links}.clear()", "clear")
    def clear(s: Stage) -> Iterator[None]:
        linked = Linked(s, kind)
        linked.rows.add(*linked.far, **linked.defaults)
        yield
        linked.rows.clear()

    @many("{model}.{links}.create(...)", "create")
    def create_linked(s: Stage) -> Iterator[None]:
        linked = Linked(s, kind)
        fields = s.fields(linked.far_model)
        yield
        linked.rows.create(**linked.defaults, **fields)

    @many("{other}.{back}.add({model})", "back")
    def add_back(s: Stage) -> Iterator[None]:
        linked = Linked(s, kind)
        yield
        linked.back.add(linked.near, **linked.defaults)

    @many("{other}.{back}.remove({model})", "back_remove")
    def remove_back(s: Stage) -> Iterator[None]:
        linked = Linked(s, kind)
        linked.back.add(linked.near, **linked.defaults)
        yield
        linked.back.remove(linked.near)

    @many("{other}.{back}.clear()", "back_clear")
    def clear_back(s: Stage) -> Iterator[None]:
        linked = Linked(s, kind)
        linked.back.add(linked.near, **linked.defaults)
        yield
        linked.back.clear()

    if kind == "automatic":

        @many("loading a fixture with {links}", "fixture")
        def fixture_of_links(s: Stage) -> Iterator[None]:
            linked = Linked(s, kind)
            linked.rows.add(*linked.far, **linked.defaults)
            owner = linked.far[0] if linked.links.backwards else linked.near
            dump = serializers.serialize("json", [owner])
            (linked.back if linked.links.backwards else linked.rows).clear()
            yield
            for loaded in serializers.deserialize("json", dump, using=s.connection.alias):
                loaded.save()

    @many("{other}.delete() while linked", "delete")
    def delete_linked(s: Stage) -> Iterator[None]:
        linked = Linked(s, kind)
        linked.rows.add(*linked.far, **linked.defaults)
        yield
        linked.far[0].delete()

    @many("{Link}(...).save() by hand", "save")
    def link_by_hand(s: Stage) -> Iterator[None]:
        link = Linked(s, kind).new_link()
        yield
        link.save()

    @many("{Link}: delete() by hand", "unlink")
    def unlink_by_hand(s: Stage) -> Iterator[None]:
        link = Linked(s, kind).new_link()
        link.save()
        yield
        link.delete()

    @many("{Link}.objects.bulk_create(), 1 row", "bulk")
    def bulk_links(s: Stage) -> Iterator[None]:
        linked = Linked(s, kind)
        link = linked.new_link()
        yield
        type(link)._default_manager.bulk_create([link])


links(
    "automatic",
    "many-to-many, automatic table",
    add=("m2m_changed comes twice, before and after, for all rows together.", "+m2m_changed"),
    again=("m2m_changed is sent although nothing changes; its pk_set is empty.", "+m2m_changed"),
    fixture=(
        "m2m_changed is sent as by hand; only Django 6.1 says raw=True along with it.",
        "+m2m_changed",
    ),
    delete=("Its rows in the table between go, too, and m2m_changed is not sent.", "-m2m_changed"),
    save=("The automatic table's own class sends no save signals.", "-pre_save -post_save"),
    unlink=("The automatic table's own class sends no delete signals.", "-pre_delete -post_delete"),
)
links(
    "explicit",
    "many-to-many, explicit table",
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
