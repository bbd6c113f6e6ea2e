"""What the file of a task is written with: `from classroom.exercises.vocabulary import *`.

What a check tries an answer with stands in trying.py.
See https://docs.djangoproject.com/en/5.2/topics/testing/tools/
"""

from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from datetime import date, timedelta
from functools import partial
from random import randint
from unittest.mock import patch

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.signals import (
    ModelSignal,
    m2m_changed,
    post_delete,
    post_save,
    pre_delete,
    pre_save,
)
from django.dispatch import Signal
from django.test import override_settings

from classroom.exercises.besides import AnyError
from classroom.exercises.cards import Several
from classroom.exercises.engine import Task, run_code
from classroom.exercises.ordering import Parsons
from classroom.exercises.outcomes import Wrong, expect_callable, nudge, usual_slip, why_none
from classroom.exercises.reading import Mistake, slips
from classroom.exercises.tracebacks import is_of_the_check
from classroom.exercises.trying import *
from classroom.scenes.calendar import MONDAY, stand_on
from classroom.scenes.own_project import own_project
from classroom.scenes.roster import fields_of, sample_roster
from speedy.event_file import read_events
from speedy.models import (
    SEATS,
    Employees,
    EmployeesWithoutHooks,
    OutboxEvent,
    Shifts,
    ShiftsEmployees,
)
from speedy.signals.custom_signals import employee_hired, event_signal, event_told
from speedy.signals.employee_assignment import employee_created, place_hired, wipe_before_hire
from speedy.wirings import WIRINGS, hire_by_custom_signal
from whatfires import connected, disconnected, listening, muted, trace, what_fires, who_listens
from whatfires.naming import every_signal
