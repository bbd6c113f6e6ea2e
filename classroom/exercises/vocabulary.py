"""What the file of a task is written with: `from classroom.exercises.vocabulary import *`.

What a check tries an answer with stands in trying.py, which brings most of the names as well.
See https://docs.djangoproject.com/en/5.2/topics/testing/tools/
"""

from contextlib import redirect_stdout, suppress
from functools import partial

from django.db.models.signals import m2m_changed, post_delete, pre_delete
from django.dispatch import Signal
from django.test import override_settings

from classroom.exercises.besides import AnyError
from classroom.exercises.cards import Several
from classroom.exercises.engine import Task, run_code
from classroom.exercises.ordering import Parsons
from classroom.exercises.outcomes import expect_callable, nudge, usual_slip, why_none
from classroom.exercises.trying import *
from classroom.scenes.calendar import stand_on
from classroom.scenes.own_project import own_project
from classroom.scenes.roster import fields_of
from speedy.signals.custom_signals import employee_hired, event_signal, event_told
from speedy.signals.employee_assignment import place_hired, wipe_before_hire
from speedy.wirings import WIRINGS, hire_by_custom_signal
from whatfires import listening, muted, what_fires, who_listens
