"""Fixtures, migrations and the admin.

See https://docs.djangoproject.com/en/5.2/topics/serialization/
"""

from collections.abc import Iterator

from django.apps import apps
from django.core import serializers
from django.http import HttpRequest

from whatfires.operations.registry import operation
from whatfires.stage import Stage, plain_values

ELSEWHERE = "fixtures, migrations, admin"


@operation(
    ELSEWHERE,
    "loading a fixture",
    surprise="Save signals with raw=True and without save(): a receiver that writes must look.",
    claims="-save() +pre_save +post_save",
)
def fixture(s: Stage) -> Iterator[None]:
    row = s.stored()
    dump = serializers.serialize("json", [row])
    row.delete()
    yield
    for loaded in serializers.deserialize("json", dump, using=s.connection.alias):
        loaded.save()


@operation(
    ELSEWHERE,
    "{Model}.objects.create(...) in a migration",
    needs="history",
    surprise="A migration's model is another class: only receivers without a sender hear it.",
    claims="~pre_save ~post_save",
)
def migration_create(s: Stage) -> Iterator[None]:
    history, fields = s.history, plain_values(s.new())
    yield
    history._default_manager.create(**fields)


@operation(ELSEWHERE, "{model}.delete() in a migration", needs="history")
def migration_delete(s: Stage) -> Iterator[None]:
    row = s.history._base_manager.get(pk=s.stored().pk)
    yield
    row.delete()


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


@operation(ELSEWHERE, "admin: Save", needs="page")
def admin_save(s: Stage) -> Iterator[None]:
    page, row = s.page, s.new()
    yield
    page.save_model(a_request(), row, None, change=False)


@operation(
    ELSEWHERE,
    "admin: Delete selected, 2 rows",
    needs="page",
    surprise="The action deletes by queryset: the signals are sent, and no delete() is called.",
    claims="-delete() +pre_delete +post_delete",
)
def admin_delete_selected(s: Stage) -> Iterator[None]:
    s.stored(), s.stored()
    page = s.page
    yield
    page.delete_queryset(a_request(), s.rows)


@operation(ELSEWHERE, "admin: Delete one", needs="page")
def admin_delete(s: Stage) -> Iterator[None]:
    page, row = s.page, s.stored()
    yield
    page.delete_model(a_request(), row)
