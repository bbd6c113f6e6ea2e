# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for deeper: outbox
#
# They belong to [the lesson](../deeper/outbox.ipynb). All 2 take about 18 minutes. In a notebook, change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## outbox-1 · Two badges for Ada
#
# *Repair · about 10 minutes*
#
# Events named `"hired"` come out of the outbox, and a receiver has badges printed. The machine stands in another town. It
# keeps the numbers of the badges that it has printed, if it gets one, also over night.
#
# ```python
# class PaperJam(Exception):
#     pass
#
# class AlreadyPrinted(Exception):
#     pass
#
# class BadgeMachine:
#     def __init__(self):
#         self.badges, self.numbers, self.jammed = [], set(), False
#
#     def print(self, name, number=None):
#         if self.jammed:
#             raise PaperJam
#         if number is not None and number in self.numbers:
#             raise AlreadyPrinted
#         self.numbers.add(number)
#         self.badges.append(name)
# ```
#
# Last night the process that delivers was ended in the middle. This morning Ada has two badges.
#
# **Your task.** Repair `print_badge(machine, name, key, payload)`, which the check calls for every event that is delivered. Everybody
# who was hired gets **one** badge with their name (`payload["employee"]`), however often an event is delivered, and by
# whichever process. When the paper jams, the event must wait for the next round. Events of other names bring no badge.
# Your cell knows `PaperJam` and `AlreadyPrinted`.

# %%
def print_badge(machine, name, key, payload):
    if name == "hired":
        machine.print(payload["employee"])

# %%
ex_outbox_1 = exercise("outbox-1")
ex_outbox_1.check(print_badge)

# %%
# ex_outbox_1.hint()
# ex_outbox_1.solution()

# %% [markdown]
# ## outbox-2 · The wage that nobody ordered
#
# *Repair · about 8 minutes*
#
# `hire` tells the payroll of each newcomer after the commit (the event log stands for the payroll's server). One day the
# server was restarted between the commit and the call. Ada worked here for a month and got no wage.
#
# Meanwhile somebody has written a receiver of `event_told` that tells the payroll of each event named `"hired"`.
# `manage.py deliver_events` runs every minute.
#
# **Your task.** Change `hire(**fields)`. It tells the payroll nothing itself. It stores an event named `"hired"` in the outbox, with the
# payload `employee` (the full name) and `number` (the primary key). Person and event are committed together, or neither
# is. It still returns the person, placed on a shift.

# %%
from django.db import transaction
from speedy import outbox
from speedy.signals.event_logging import log_event
from speedy.wirings import hire_by_call


def hire(**fields):
    with transaction.atomic():
        employee = hire_by_call(**fields)
        transaction.on_commit(lambda: log_event(f"A wage for {employee}", "payroll"))
    return employee

# %%
ex_outbox_2 = exercise("outbox-2")
ex_outbox_2.check(hire)

# %%
# ex_outbox_2.hint()
# ex_outbox_2.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("outbox")
