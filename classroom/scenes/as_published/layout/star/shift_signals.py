"""A module that needs `datetime`, the module, and loses it."""

import datetime

# Risk: the star brings whatever is there, a second `datetime` too, now the class.
from classroom.scenes.as_published.layout.star.logging_signals import *


def today():
    return datetime.date.today()
