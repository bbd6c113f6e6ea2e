"""What may happen to a rota, as scenarios that any wiring can be put through.

A scenario is a generator function of one argument, a `Wiring`: what stands before its `yield`
prepares, what stands after it is watched. A plain function is watched from its first line.
See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

from datetime import timedelta
from functools import wraps
from inspect import isfunction
from threading import current_thread
from unittest.mock import patch

from django.core import serializers
from django.utils import timezone

from classroom.running.turns import belongs, tool_of
from classroom.scenes.calendar import stand_on
from classroom.scenes.roster import UNTOLD, sample_roster
from speedy import scheduling
from whatfires.describing import quoted

SCENARIOS = {}


def scenario(function):
    """Add a generator function to the ready scenarios, under its name in words."""
    SCENARIOS[function.__name__.replace("_", " ")] = function
    return function


@scenario
def one_hire(wiring):
    ada, *_ = sample_roster()
    yield
    wiring.hire(**ada)


@scenario
def fill_a_week(wiring):
    people = sample_roster()[:21]
    yield
    for person in people:
        wiring.hire(**person)


@scenario
def somebody_leaves(wiring):
    *people, newcomer = sample_roster()[:6]
    hired = [wiring.hire(**person) for person in people]
    yield
    hired[1].delete()
    wiring.hire(**newcomer)


@scenario
def a_day_passes(wiring):
    *people, newcomer = sample_roster()[:6]
    for person in people:
        wiring.hire(**person)
    yield
    stand_on(timezone.localdate() + timedelta(days=1))
    wiring.hire(**newcomer)


@scenario
def somebody_moves_house(wiring):
    hired = [wiring.hire(**person) for person in sample_roster()[:5]]
    stand_on(timezone.localdate() + timedelta(days=1))
    yield
    hired[0].address = "1 Harbour Street"
    hired[0].save()


@scenario
def a_fixture_loads(wiring):
    hired = [wiring.hire(**person) for person in sample_roster()[:4]]
    dump = serializers.serialize("json", hired)
    for person in hired:
        person.delete()
    yield
    for loaded in serializers.deserialize("json", dump):
        loaded.save()


@scenario
def a_batch_of_300(wiring):
    people = [
        wiring.model(first_name="Nr", last_name=str(number), **UNTOLD) for number in range(1, 301)
    ]
    yield
    wiring.hire_many(people)


@scenario
def an_error_in_the_rule(wiring):
    ada, *_ = sample_roster()
    yield
    with broken_rule():
        wiring.hire(**ada)


class BrokenRule(Exception):
    """The rule fails, as any code may one day."""


def broken_rule(step="assign"):
    """Let a step of the rule raise BrokenRule for as long as a block runs, in the tool of this one.

    What other threads hire meanwhile is placed. `step` is the name of a function of the module
    speedy.scheduling. Raises ValueError for what names none.
    """
    whole = vars(scheduling).get(step) if type(step) is str else None
    if not isfunction(whole):
        raise ValueError(
            f"broken_rule({quoted(step)}): expected the name of a step of the rule, such as "
            "'assign' or 'wipe_expired_shifts'."
        )
    tool = tool_of(current_thread())

    @wraps(whole)
    def placed_or_refused(*args, **kwargs):
        if belongs(current_thread(), tool):
            refuse()
        return whole(*args, **kwargs)

    return patch.object(scheduling, step, placed_or_refused)


def refuse():
    raise BrokenRule("no shift today")
