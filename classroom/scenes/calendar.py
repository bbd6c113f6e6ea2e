"""A calendar that a lesson turns by hand: time stands still until `advance()` moves it.

The course tells a story of days, so it must not depend on the day on which it is read.
See https://docs.djangoproject.com/en/5.2/topics/i18n/timezones/
"""

import threading
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from classroom.running.platform import TravellingClock, stopped_clock
from whatfires.describing import quoted

MONDAY = date(2022, 11, 14)
OPENING = time(9)

_clock = None
_one_at_a_time = threading.RLock()  # threads share the clock, and may turn it


def stand_on(day):
    """Stop the clock at nine in the morning of that day (a `datetime.date`)."""
    global _clock
    # A ZoneInfo destination also moves date.today() into the project's time zone.
    start = datetime.combine(day, OPENING, tzinfo=ZoneInfo(settings.TIME_ZONE))
    with _one_at_a_time:
        if _clock is None:
            _clock = stopped_clock(start)
            _clock.start()
        else:
            _clock.move_to(start)  # not by way of the real day, on which all shifts are expired


def let_go():
    """Let the clock run again, as outside a lesson."""
    global _clock
    with _one_at_a_time:
        if _clock is not None:
            _clock.stop()
            _clock = None


def pass_a_day():
    """Let this process be a day later from now on; where no lesson stopped the clock, it runs on.

    For a board on the wall: all who look at it share its day, until its server is started again.
    """
    global _clock
    with _one_at_a_time:
        later = timezone.now() + timedelta(days=1)
        if _clock is None:
            _clock = TravellingClock(later, runs_on=True)
            _clock.start()
        else:
            _clock.move_to(later)


@contextmanager
def borrowed(day=None):
    """Let a block turn the calendar as it likes, from `day` on; then it is as it was.

    Without a day it starts from where the lesson's calendar stands, or from MONDAY.
    """
    before = None if _clock is None else timezone.localdate()
    stand_on(day or before or MONDAY)
    try:
        yield
    finally:
        if before is None:
            let_go()
        else:
            stand_on(before)


def advance(days=1):
    """Turn the calendar by that many days and say which day it is.

    Raises RuntimeError before `fresh_database()` and ValueError for less than one day.
    """
    if _clock is None:
        raise RuntimeError(
            "advance() turns the calendar of a lesson, and there is none yet: "
            "run fresh_database() first."
        )
    if not isinstance(days, int) or days < 1:
        raise ValueError(
            f"advance(days={quoted(days)}): expected a whole number, 1 or more; time does not run "
            "backwards."
        )
    try:
        stand_on(timezone.localdate() + timedelta(days=days))
    except (OverflowError, ValueError) as error:
        raise ValueError(f"advance(days={quoted(days)}): a calendar ends in the year 9999.") from (
            error
        )
    print(f"It is {spell(timezone.localdate())}.")


advance.label = "a day passes"  # as a step of fill_table


def spell(day):
    """Write a day out: Monday 14 November 2022."""
    return f"{day:%A} {day.day} {day:%B %Y}"
