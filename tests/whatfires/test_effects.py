"""What goes beyond the block: callbacks of on_commit(), mail and tasks; and where it came from."""

import asyncio
import json
import sys

import django
import pytest
from asgiref.sync import sync_to_async
from django.core import mail
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.test import TestCase

from classroom.scenes.stage.models import Team
from whatfires import trace
from whatfires.steps import steps_of

pytestmark = pytest.mark.django_db(transaction=True)
HERE = __name__


@pytest.fixture
def mailer(settings):
    """A place for mail in memory, which Django 6.1 wants to be set."""
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


def write():
    Team.objects.create(name="written")


def fail():
    raise RuntimeError("no ink")


def of(seen, kind):
    return seen.filter(kind=kind)


def fates(seen):
    return [(event.what, event.outcome) for event in of(seen, "on_commit")]


def line_here():
    return f"{HERE}:{sys._getframe(1).f_lineno}"


def test_a_callback_is_seen_as_it_is_registered_and_as_it_runs_after_the_commit():
    with trace() as seen, transaction.atomic():
        transaction.on_commit(write)
        before = line_here()
        Team.objects.create(name="first")
    [registered], [callback] = of(seen, "on_commit"), of(seen, "callback")
    assert (registered.what, registered.outcome, registered.transaction) == (
        "write",
        "run after COMMIT",
        True,
    )
    assert registered.where == f"{HERE}:{write.__code__.co_firstlineno}"
    module, _, line = registered.came_from.partition(":")
    assert (module, int(line)) == (HERE, int(before.partition(":")[2]) - 1)
    assert callback.registered is registered
    assert callback.settled_by is registered.settled_by
    assert callback.settled_by.what == "COMMIT"
    assert list(seen).index(callback) > list(seen).index(callback.settled_by)
    assert [event.what for event in seen if event.parent is callback][-1] == "save()"
    assert callback.queries == 1
    lines = repr(seen).splitlines()  # they begin with the connection, if there was none
    [told] = [it for it in lines if it.startswith("on_commit → write test_effects:")]
    assert told.endswith("· run after COMMIT")
    assert any(line.startswith("after COMMIT → write") for line in lines)


def test_what_a_rollback_drops_is_told_and_which_rollback_it_was():
    with trace() as seen:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            transaction.on_commit(write)
            raise ZeroDivisionError
        with transaction.atomic():
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                transaction.on_commit(fail)
                raise ZeroDivisionError
            transaction.on_commit(write)
    assert fates(seen) == [
        ("write", "dropped by ROLLBACK"),
        ("fail", "dropped by ROLLBACK TO SAVEPOINT"),
        ("write", "run after COMMIT"),
    ]
    settled = [event.settled_by.what.split(" s")[0] for event in of(seen, "on_commit")]
    assert [sql.split('"')[0].strip() for sql in settled] == [
        "ROLLBACK",
        "ROLLBACK TO SAVEPOINT",
        "COMMIT",
    ]
    assert [event.what for event in of(seen, "callback")] == ["write"]


def test_a_callback_that_fails_keeps_the_next_ones_from_running_unless_it_is_robust(caplog):
    with trace() as seen:
        with pytest.raises(RuntimeError, match="no ink"), transaction.atomic():
            transaction.on_commit(fail, robust=True)
            transaction.on_commit(fail)
            transaction.on_commit(write)
        transaction.on_commit(write)
        with pytest.raises(RuntimeError):
            transaction.on_commit(fail)
    assert repr(seen).count("✗ raised RuntimeError: no ink") == 3
    assert fates(seen) == [
        ("fail", "failed after COMMIT"),
        ("fail", "failed after COMMIT"),
        ("write", "not run, as one before it failed"),
        ("write", "run at once"),
        ("fail", "raised RuntimeError: no ink"),
    ]
    robust = [event.arguments.get("robust", False) for event in of(seen, "on_commit")]
    assert robust == [True, *[False] * 4]
    assert [event.failed for event in of(seen, "callback")] == [True, True, False, True]
    assert "Error calling fail in on_commit()" in caplog.text


def test_the_connection_keeps_what_it_was_given_and_forgets_the_trace():
    functions = [write, fail, write]
    with trace() as seen:
        with transaction.atomic():
            for function in functions:
                transaction.on_commit(function, robust=function is fail)
            kept = [(function, robust) for _, function, robust in connection.run_on_commit]
            waiting = len(seen.waiting)
        connection.on_commit(fail, robust=True)
        assert (waiting, len(seen.waiting)) == (3, 0)
    assert kept == [(write, False), (fail, True), (write, False)]


def test_a_callback_still_waits_where_the_trace_ends_first():
    with transaction.atomic():
        with trace() as seen:
            transaction.on_commit(write)
        assert "· waits for COMMIT" in repr(seen)
    assert Team.objects.filter(name="written").exists()
    with trace() as later:
        connection.on_commit(write)
    assert fates(seen) == [("write", "")]
    assert fates(later) == [("write", "run at once")]


@pytest.mark.django_db(transaction=False)
def test_a_test_that_captures_callbacks_finds_its_own_and_they_are_seen():
    def again():
        transaction.on_commit(write)

    with trace() as seen, TestCase.captureOnCommitCallbacks(execute=True) as callbacks:
        transaction.on_commit(again)
    assert callbacks == [again, write]
    assert [event.outcome for event in of(seen, "on_commit")] == ["run by a test"] * 2
    assert [event.queries for event in of(seen, "callback")] == [0, 1]
    assert type(connection.run_on_commit) is list
    assert [function for _, function, _ in connection.run_on_commit] == [again, write]
    with trace() as seen, TestCase.captureOnCommitCallbacks() as callbacks:
        transaction.on_commit(write)
    assert callbacks == [write]
    assert not of(seen, "callback")


def test_callbacks_are_seen_from_async_code_too():
    def work():
        with transaction.atomic():
            transaction.on_commit(write)
        connection.close()  # this thread's own

    async def main():
        with trace() as seen:
            await sync_to_async(work)()
        return seen

    seen = asyncio.run(main())
    assert fates(seen) == [("write", "run after COMMIT")]
    assert len(of(seen, "callback")) == 1


def test_mail_is_seen_but_not_what_it_says(mailer):
    with trace() as seen:
        mail.send_mail("Paid", "Your code: 1234", "shop@example.org", ["you@example.org"])
        mail.send_mass_mail([(f"No {it}", "1234", None, ["all@example.org"]) for it in (1, 2)])
    told = [(event.what, event.arguments["to"]) for event in of(seen, "mail")]
    assert told == [
        ("Paid", "you@example.org"),
        *[(f"No {it}", "all@example.org") for it in (1, 2)],
    ]
    assert "✉ mail Paid to you@example.org" in repr(seen)
    assert "3 messages sent" in repr(seen)
    # The lines of source that a step shows are this test's own.
    assert "1234" not in json.dumps([{**step, "source": []} for step in seen.steps()])
    assert len(mail.outbox) == 3


def test_a_backend_that_hands_on_to_another_is_one_message(mailer):
    from django.core.mail.backends.locmem import EmailBackend

    class Careful(EmailBackend):
        def send_messages(self, messages):
            return super().send_messages([message for message in messages if message.to])

    with trace() as seen:
        Careful().send_messages([mail.EmailMessage("Paid", to=["you@example.org"])])
    assert [event.what for event in of(seen, "mail")] == ["Paid"]


def test_a_mail_that_fails_says_so(mailer, monkeypatch):
    def refuse(self, messages):
        raise OSError("no server")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    with trace() as seen, pytest.raises(OSError, match="no server"):
        mail.send_mail("Paid", "", None, ["you@example.org"])
    assert [event.outcome for event in of(seen, "mail")] == ["raised OSError: no server"]


@pytest.mark.skipif(django.VERSION < (6, 0), reason="tasks came with Django 6.0")
def test_a_task_is_seen_with_its_arguments_but_no_secret(settings):
    from tests.whatfires import tasks

    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    with trace() as seen:
        tasks.tidy.enqueue("kitchen", token="abc")
        asyncio.run(tasks.tidy.aenqueue("hall", token="abc"))
        tasks.spill.enqueue()
    [first, second, spilt] = of(seen, "task")
    assert (first.what, first.arguments["room"], first.arguments["token"]) == (
        "tidy",
        "kitchen",
        "…",
    )
    assert [it.outcome for it in (first, second, spilt)] == [
        "run at once",
        "run at once",
        "raised ValueError",
    ]
    assert first.where.startswith("tests.whatfires.tasks:")
    assert "⚙ task tidy tasks:" in repr(seen)
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    with trace() as seen:
        tasks.tidy.enqueue("kitchen", token="abc")
    assert [event.outcome for event in of(seen, "task")] == [""]


def test_the_line_of_ones_own_code_is_told_however_deep_django_goes():
    def greet(sender, **kwargs):
        list(Team.objects.all())
        lines.append(line_here())

    lines = []
    post_save.connect(greet, sender=Team)
    try:
        with trace() as seen:
            lines.append(line_here())
            Team.objects.create(name="one")
    finally:
        post_save.disconnect(greet, sender=Team)
    outer, inner = lines
    begun, greeted = int(outer.partition(":")[2]) + 1, int(inner.partition(":")[2]) - 1
    lines = {
        event.what.partition(" ")[0]: event.came_from
        for event in seen
        if not event.what.endswith("_init")
    }
    assert lines.pop("SELECT") == f"{HERE}:{greeted}"
    assert set(lines.values()) == {f"{HERE}:{begun}"}


def test_the_diagram_and_the_steps_tell_of_callbacks_and_mail(mailer):
    def tell():
        mail.send_mail("Paid", "", None, ["you@example.org"])

    with trace() as seen, transaction.atomic():
        transaction.on_commit(lambda: None)
        transaction.on_commit(tell)
    steps = steps_of(seen)
    by_kind = {step["kind"]: step for step in steps}
    assert [len(step["source"]) for step in steps if step["kind"] == "on_commit"] == [1, 2]
    assert by_kind["callback"]["registered"] == by_kind["on_commit"]["order"]
    commit = steps[by_kind["callback"]["settled_by"] - 1]
    assert (commit["what"], commit["kind"]) == ("COMMIT", "sql")
    assert {by_kind[kind]["lane"] for kind in ("on_commit", "callback", "mail")} == {"outside"}
    diagram = steps.mermaid()
    assert "on_commit: test_the_diagram_and_the_steps_tell_of_callbacks_and_mail.tell" in diagram
    assert diagram.index("COMMIT") < diagram.index("Paid")
