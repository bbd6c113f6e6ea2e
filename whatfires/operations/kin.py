"""The same by way of proxies, children, abstract bases and async methods.

See https://docs.djangoproject.com/en/5.2/topics/db/models/#model-inheritance
"""

from collections.abc import Iterator
from typing import Any

from asgiref.sync import async_to_sync

from whatfires.operations.registry import operation
from whatfires.stage import Stage

INHERITANCE = "inheritance"


@operation(
    INHERITANCE,
    "{Proxy}.objects.create(...)",
    needs="proxy",
    surprise="The sender is the proxy: receivers connected to its parent hear nothing.",
    claims="~pre_save ~post_save",
)
def proxy_create(s: Stage) -> Iterator[None]:
    fields = s.fields(s.proxy)
    yield
    s.proxy._default_manager.create(**fields)


@operation(INHERITANCE, "{Proxy}: delete()", needs="proxy")
def proxy_delete(s: Stage) -> Iterator[None]:
    row = s.stored(s.proxy)
    yield
    row.delete()


@operation(
    INHERITANCE,
    "{Child}.objects.create(...)",
    needs="child",
    surprise="It writes a row of the parent too, and nobody connected to the parent hears of it.",
    claims="~pre_save ~post_save",
)
def child_create(s: Stage) -> Iterator[None]:
    fields = s.fields(s.child)
    yield
    s.child._default_manager.create(**fields)


@operation(
    INHERITANCE,
    "{Child}: delete()",
    needs="child",
    surprise="Here both are told: the delete signals come from the child and from the parent.",
    claims="+pre_delete +post_delete",
)
def child_delete(s: Stage) -> Iterator[None]:
    row = s.stored(s.child)
    yield
    row.delete()


@operation(INHERITANCE, "{model}.delete() of a {Child}", needs="child")
def parent_delete(s: Stage) -> Iterator[None]:
    row = s.stored(s.child)
    parent = s.model._default_manager.get(pk=row.pk)
    yield
    parent.delete()


@operation(
    INHERITANCE,
    "{Model}.objects.create(...), heard by {Abstract}",
    needs="abstract",
    watched="abstract",
    surprise="An abstract class never sends: connect to each model, or to no sender at all.",
    claims="~pre_save ~post_save",
)
def abstract_create(s: Stage) -> Iterator[None]:
    fields = s.fields()
    yield
    s.model._default_manager.create(**fields)


ASYNC = "async"


def wait_for(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Await what an async method of the ORM gives, from code that is not async."""

    async def wait() -> Any:
        return await function(*args, **kwargs)

    return async_to_sync(wait)()


@operation(ASYNC, "await {Model}.objects.acreate(...)")
def acreate(s: Stage) -> Iterator[None]:
    fields = s.fields()
    yield
    wait_for(s.model._default_manager.acreate, **fields)


@operation(ASYNC, "await {model}.asave()")
def asave(s: Stage) -> Iterator[None]:
    row = s.edit(s.stored())
    yield
    wait_for(row.asave)


@operation(ASYNC, "await {model}.adelete()")
def adelete(s: Stage) -> Iterator[None]:
    row = s.stored()
    yield
    wait_for(row.adelete)


@operation(ASYNC, "await queryset.aupdate(...)", needs="field")
def aupdate(s: Stage) -> Iterator[None]:
    s.stored()
    yield
    wait_for(s.rows.aupdate, **s.change_of_all())


@operation(ASYNC, "await abulk_create(), 2 rows")
def abulk_create(s: Stage) -> Iterator[None]:
    rows = [s.new(), s.new()]
    yield
    wait_for(s.model._default_manager.abulk_create, rows)


@operation(ASYNC, "await queryset.adelete(), 2 rows")
def queryset_adelete(s: Stage) -> Iterator[None]:
    s.stored(), s.stored()
    yield
    wait_for(s.rows.adelete)
