"""What goes beyond the block: callbacks of on_commit(), mail, and tasks.

A callback is what the code handed over, also in the list that a connection keeps: it is wrapped
only as it is called. So it keeps its place and its `robust`, and a test that captures callbacks
finds its own.
See https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
"""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from typing import Any

import django
from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections

from whatfires.describing import in_transaction, masked, one_line
from whatfires.events import Event, Trace, position
from whatfires.naming import name_of_receiver, place_of
from whatfires.origins import NO_PLACE, came_from
from whatfires.wrappers import Wrapper

AFTER_COMMIT, FAILED = "run after COMMIT", "failed after COMMIT"


class Callback:
    """A callback of on_commit() for one call: it calls the real one and writes down what came."""

    def __init__(
        self, function: Any, registered: Event | None, by: Event | None, told: str
    ) -> None:
        self.function, self.registered, self.by, self.told = function, registered, by, told
        self.called = False

    def __call__(self) -> Any:
        self.called = True
        around = position.get()
        if around is None:
            return self.function()
        event = Event(
            around,
            "callback",
            name_of_receiver(self.function),
            where=place_of(self.function),
            came_from=self.registered.came_from if self.registered else NO_PLACE,
            registered=self.registered,
            settled_by=self.by,
            transaction=False,
        )
        settle(self.registered, self.told, self.by)
        try:
            with event:
                return self.function()
        except BaseException:
            if self.told == AFTER_COMMIT:
                settle(self.registered, FAILED, self.by)
            raise

    def __getattr__(self, name: str) -> Any:
        # Django asks a callback for its __qualname__ when it logs a failure.
        return getattr(self.function, name)


def settle(event: Event | None, told: str, by: Event | None) -> None:
    """Write down what became of a callback, and the statement that decided it."""
    if event is not None:
        event.outcome, event.settled_by = told, by


def registering(on_commit: Wrapper) -> Wrapper:
    def traced_on_commit(self: Any, func: Any, robust: bool = False) -> None:
        around = position.get()
        if around is None or not callable(func):
            return on_commit(self, func, robust)
        event = Event(
            around,
            "on_commit",
            name_of_receiver(func),
            where=place_of(func),
            came_from=came_from(),
            arguments={"using": self.alias, **({"robust": True} if robust else {})},
            transaction=self.in_atomic_block,
        )
        if not self.in_atomic_block:
            with event:
                return on_commit(self, Callback(func, event, None, "run at once"), robust)
        on_commit(self, func, robust)
        event.end()
        waiting = self.run_on_commit[-1][0]
        event.root.waiting[id(waiting)] = waiting, event

    return traced_on_commit


def running(run_hooks: Wrapper) -> Wrapper:
    """See the callbacks that run after a COMMIT, and those that one before them kept from it."""

    def traced_run(self: Any) -> None:
        around = position.get()
        kept = self.run_on_commit
        if around is None or not kept:
            return run_hooks(self)
        by = last_statement(around, self.alias, "COMMIT")
        seen = [
            (waiting, Callback(function, registration(around, waiting), by, AFTER_COMMIT), *rest)
            for waiting, function, *rest in kept
        ]
        self.run_on_commit = list(seen)
        ours = self.run_on_commit
        try:
            run_hooks(self)
        finally:
            if self.run_on_commit is ours:  # refused before the first of them
                self.run_on_commit = kept
            else:
                for _, callback, *_ in seen:
                    if not callback.called:
                        settle(callback.registered, "not run, as one before it failed", by)

    return traced_run


def registration(around: Event | Trace, waiting: Any) -> Event | None:
    """Return the event of a registration that is settled now, if this trace saw it."""
    return around.root.waiting.pop(id(waiting), (None, None))[1]


def last_statement(around: Event | Trace, alias: str, word: str) -> Event | None:
    """Find the last statement on a connection that begins so, if it is one of the last few."""
    for event in around.root.latest(20):
        theirs = event.kind == "sql" and event.arguments["using"] == alias
        if theirs and event.what.upper().startswith(word):
            return event
    return None


def dropping(told: str, word: str) -> Callable[[Wrapper], Wrapper]:
    """See the callbacks that a ROLLBACK, or the end of a connection, drops."""

    def around_method(method: Wrapper) -> Wrapper:
        def traced_method(self: Any, *args: Any, **kwargs: Any) -> Any:
            around = position.get()
            if around is None or not self.run_on_commit:
                return method(self, *args, **kwargs)
            before = [entry[0] for entry in self.run_on_commit]
            try:
                return method(self, *args, **kwargs)
            finally:
                left = {id(entry[0]) for entry in self.run_on_commit}
                by = last_statement(around, self.alias, word) if word else None
                for waiting in before:
                    if id(waiting) not in left:
                        settle(registration(around, waiting), told, by)

        return traced_method

    return around_method


class Captured(list[Any]):
    """The callbacks of a connection while a test that captured them runs them."""

    def __init__(self, entries: Iterable[Any], around: Event | Trace) -> None:
        super().__init__(entries)
        self.around = around

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return [self.seen(*entry) for entry in found] if isinstance(index, slice) else found

    def seen(self, waiting: Any, function: Any, *rest: Any) -> Any:
        known = self.around.root.waiting.get(id(waiting), (None, None))[1]
        return waiting, Callback(function, known, None, "run by a test"), *rest


def capturing(capture: Any) -> Any:
    """See the callbacks that TestCase.captureOnCommitCallbacks(execute=True) runs."""

    @wraps(capture.__func__)
    @contextmanager
    def traced_capture(
        cls: Any, *, using: str = "default", execute: bool = False
    ) -> Iterator[list[Any]]:
        connection = connections[using]
        with capture.__get__(None, cls)(using=using, execute=execute) as callbacks:
            try:
                yield callbacks
            finally:
                around = position.get()
                if around is not None and execute:
                    connection.run_on_commit = Captured(connection.run_on_commit, around)
        callbacks[:] = [it.function if isinstance(it, Callback) else it for it in callbacks]
        if isinstance(connection.run_on_commit, Captured):
            connection.run_on_commit = list(connection.run_on_commit)

    return classmethod(traced_capture)


def mailing(send_messages: Wrapper) -> Wrapper:
    """See messages that are handed to a backend; one that hands them on to another is one step."""

    def traced_send_messages(self: Any, email_messages: Any, *args: Any, **kwargs: Any) -> Any:
        around = position.get()
        if around is None or (isinstance(around, Event) and around.kind == "mail"):
            return send_messages(self, email_messages, *args, **kwargs)
        messages = list(email_messages)
        events = [handed_over(around, message) for message in messages]
        if not events:
            return send_messages(self, messages, *args, **kwargs)
        error = None
        try:
            with events[0]:
                return send_messages(self, messages, *args, **kwargs)
        except BaseException as failure:
            error = failure
            raise
        finally:
            for event in events[1:]:
                event.end(error)

    return traced_send_messages


def welcoming(wrap_backend: Callable[[type], None], original: Any) -> Any:
    """Wrap a class of backends that is made later: many are imported as the first message goes."""

    def traced_init_subclass(cls: type, **kwargs: Any) -> None:
        super(BaseEmailBackend, cls).__init_subclass__(**kwargs)
        wrap_backend(cls)

    return classmethod(traced_init_subclass)


def handed_over(around: Event | Trace, message: Any) -> Event:
    """Write down a message: what it is about and whom it goes to, nothing of what it says."""
    return Event(
        around,
        "mail",
        one_line(str(message.subject)),
        arguments={"to": ", ".join(map(str, message.recipients()))},
        came_from=came_from(),
        transaction=in_transaction(None),
    )


def enqueuing(enqueue: Wrapper) -> Wrapper:
    def traced_enqueue(self: Any, *args: Any, **kwargs: Any) -> Any:
        around = position.get()
        if around is None:
            return enqueue(self, *args, **kwargs)
        event = enqueued(around, self, args, kwargs)
        with event:
            result = enqueue(self, *args, **kwargs)
            came(event, result)
            return result

    return traced_enqueue


def enqueuing_async(enqueue: Wrapper) -> Wrapper:
    async def traced_enqueue(self: Any, *args: Any, **kwargs: Any) -> Any:
        around = position.get()
        if around is None:
            return await enqueue(self, *args, **kwargs)
        event = enqueued(around, self, args, kwargs)
        with event:
            result = await enqueue(self, *args, **kwargs)
            came(event, result)
            return result

    return traced_enqueue


def enqueued(around: Event | Trace, task: Any, args: Any, kwargs: dict[str, Any]) -> Event:
    """Write down a task, and what it is to be called with."""
    names = list(inspect.signature(task.func).parameters)[bool(task.takes_context) :]
    given = dict(zip(names, args, strict=False)) | kwargs
    return Event(
        around,
        "task",
        task.name,
        where=place_of(task.func),
        came_from=came_from(),
        arguments={**masked(given), "queue_name": task.queue_name, "backend": task.backend},
        transaction=in_transaction(None),
    )


def came(event: Event, result: Any) -> None:
    """Tell what came of a task that its backend ran at once."""
    if result.errors:
        event.outcome = f"raised {result.errors[0].exception_class_path.rpartition('.')[2]}"
    elif result.is_finished:
        event.outcome = "run at once"


def class_of_tasks() -> Any:
    """Return the class of tasks of Django 6; None where this process has no tasks.

    The module connects receivers as it is imported: so it is not, where nobody set it up.
    """
    if django.VERSION >= (6, 0) and settings.configured and settings.is_overridden("TASKS"):
        import_module("django.tasks")
    module = sys.modules.get("django.tasks.base")
    return module and module.Task
