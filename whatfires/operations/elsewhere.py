"""Fixtures, migrations and the admin.

See https://docs.djangoproject.com/en/5.2/topics/serialization/
"""

from functools import partial

from django.apps import apps
from django.core import serializers
from django.http import HttpRequest

from whatfires.operations.operation import Call, Operation, load
from whatfires.stage import Stage, plain_values


def fixture(s: Stage) -> Call:
    row = s.stored()
    dump = serializers.serialize("json", [row])
    row.delete()
    return partial(load, s, dump)


def a_request() -> HttpRequest:
    """What an admin page may look at: a request of nobody in particular."""
    request = HttpRequest()
    request.method = "POST"
    if apps.is_installed("django.contrib.auth"):
        from django.contrib.auth.models import AnonymousUser

        request.user = AnonymousUser()  # type: ignore[assignment]
    if apps.is_installed("django.contrib.messages"):
        from django.contrib.messages.storage.cookie import CookieStorage

        request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


elsewhere = partial(Operation, "fixtures, migrations, admin")
OPERATIONS = [
    elsewhere(
        "loading a fixture",
        fixture,
        surprise="Save signals with raw=True and without save(): a receiver that writes must look.",
        claims="-save() +pre_save +post_save",
    ),
    elsewhere(
        "{Model}.objects.create(...) in a migration",
        lambda s: partial(s.history._default_manager.create, **plain_values(s.new())),
        needs="history",
        surprise="A migration's model is another class: only receivers without a sender hear it.",
        claims="~pre_save ~post_save",
    ),
    elsewhere(
        "{model}.delete() in a migration",
        lambda s: s.history._base_manager.get(pk=s.stored().pk).delete,
        needs="history",
    ),
    elsewhere(
        "admin: Save",
        lambda s: partial(s.page.save_model, a_request(), s.new(), None, change=False),
        needs="page",
    ),
    elsewhere(
        "admin: Delete selected, 2 rows",
        lambda s: partial(s.page.delete_queryset, a_request(), s.two_rows()),
        needs="page",
        surprise="The action deletes by queryset: the signals are sent, and no delete() is called.",
        claims="-delete() +pre_delete +post_delete",
    ),
    elsewhere(
        "admin: Delete one",
        lambda s: partial(s.page.delete_model, a_request(), s.stored()),
        needs="page",
    ),
]
