"""The same by way of proxies, children, abstract bases and async methods.

See https://docs.djangoproject.com/en/5.2/topics/db/models/#model-inheritance
"""

from functools import partial
from typing import Any

from asgiref.sync import async_to_sync

from whatfires.operations.operation import Call, Operation


def waiting(function: Any, *args: Any, **kwargs: Any) -> Call:
    """Call an async method of the ORM, and await it, from code that is not async."""

    async def wait() -> Any:
        return await function(*args, **kwargs)

    return async_to_sync(wait)


inherited, asynchronous = partial(Operation, "inheritance"), partial(Operation, "async")
OPERATIONS = [
    inherited(
        "{Proxy}.objects.create(...)",
        lambda s: partial(s.proxy._default_manager.create, **s.fields(s.proxy)),
        needs="proxy",
        surprise="The sender is the proxy: receivers connected to its parent hear nothing.",
        claims="~pre_save ~post_save",
    ),
    inherited("{Proxy}: delete()", lambda s: s.stored(s.proxy).delete, needs="proxy"),
    inherited(
        "{Child}.objects.create(...)",
        lambda s: partial(s.child._default_manager.create, **s.fields(s.child)),
        needs="child",
        surprise="It writes a row of the parent too, and nobody connected to the parent hears of "
        "it.",
        claims="~pre_save ~post_save",
    ),
    inherited(
        "{Child}: delete()",
        lambda s: s.stored(s.child).delete,
        needs="child",
        surprise="Here both are told: the delete signals come from the child and from the parent.",
        claims="+pre_delete +post_delete",
    ),
    inherited(
        "{model}.delete() of a {Child}",
        lambda s: s.objects.get(pk=s.stored(s.child).pk).delete,
        needs="child",
    ),
    inherited(
        "{Model}.objects.create(...), heard by {Abstract}",
        lambda s: partial(s.objects.create, **s.fields()),
        needs="abstract",
        watched="abstract",
        surprise="An abstract class never sends: connect to each model, or to no sender at all.",
        claims="~pre_save ~post_save",
    ),
    asynchronous(
        "await {Model}.objects.acreate(...)", lambda s: waiting(s.objects.acreate, **s.fields())
    ),
    asynchronous("await {model}.asave()", lambda s: waiting(s.edited().asave)),
    asynchronous("await {model}.adelete()", lambda s: waiting(s.stored().adelete)),
    asynchronous(
        "await queryset.aupdate(...)",
        lambda s: waiting(s.two_rows().aupdate, **s.change_of_all()),
        needs="field",
    ),
    asynchronous(
        "await abulk_create(), 2 rows",
        lambda s: waiting(s.objects.abulk_create, [s.new(), s.new()]),
    ),
    asynchronous("await queryset.adelete(), 2 rows", lambda s: waiting(s.two_rows().adelete)),
]
