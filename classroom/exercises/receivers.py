"""The usual slips of somebody who writes a receiver, each with a sentence of its own.

See https://docs.djangoproject.com/en/5.2/topics/signals/#receiver-functions
"""

from inspect import iscoroutinefunction

from django.utils.inspect import func_accepts_kwargs

from classroom.exercises.outcomes import expect_callable, wrong


def expect_receiver(answer, call):
    """Judge an answer wrong that is no plain receiver; `call` shows how it is called."""
    expect_callable(answer, call)
    if isinstance(answer, type):
        wrong("a function", f"`{answer.__name__}` is a class", "Begin with `def`.")
    if iscoroutinefunction(answer):
        wrong(
            "a plain function", "it is an `async def`", "`send()` does not run one in a notebook."
        )
    if not func_accepts_kwargs(answer):
        wrong(
            "a receiver that takes whatever is sent along",
            "it has no `**kwargs`",
            "A signal passes more than you ask for: itself, and what a later version adds.",
        )
