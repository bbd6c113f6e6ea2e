# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 09
#
# They belong to [the lesson](../09_choosing.ipynb). All 3 take about 28 minutes. Change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 09-1 · Two badges for Ada
#
# *Repair · about 10 minutes*
#
# Events named `"hired"` come out of the outbox, and a receiver has badges printed. The machine stands in another town, and has been
# there for longer than you: it remembers the numbers of what it has printed, if it is given one, also over night.
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
# **Your task.** Mend `print_badge(machine, name, key, payload)`, which the check calls for every event that is told. Everybody who was hired gets
# **one** badge with their name (`payload["employee"]`), however often an event is told, and whichever process tells it. When the
# paper jams, the event must wait for the next round. Events of other names bring no badge. Your cell knows `PaperJam` and
# `AlreadyPrinted`.

# %%
def print_badge(machine, name, key, payload):
    if name == "hired":
        machine.print(payload["employee"])

# %%
ex_09_1 = exercise("09-1")
ex_09_1.check(print_badge)

# %%
# ex_09_1.hint()
# ex_09_1.solution()

# %% [markdown]
# ## 09-2 · Where does it go?
#
# *Judge · about 10 minutes*
#
# The last design meeting of the year. Seven wishes:
#
# | wish | what is wanted |
# |---|---|
# | `one night` | Nobody ever works two shifts that start on one night, whoever writes to the table, and by whatever tool. |
# | `contract` | Whoever is hired gets a contract from the agency's server, without fail. The agency can bear to be asked twice. |
# | `chat` | Whoever is hired is greeted in the staff's chat. If that fails once a year, nobody minds; a greeting for somebody who was not hired after all would be embarrassing. |
# | `initials` | The initials of a person are made from the two names whenever the row is saved. The model is ours. |
# | `package` | A package that is not ours stores invoices. Our statistics want to hear of each that is saved. |
# | `seat` | Our one hire function stores somebody, and then they get a shift. |
# | `import` | Once a year a command of ours stores five thousand people, and all of them get shifts. |
#
# **Your task.** Pick a place for each: `"a call"`, `"a receiver"`, `"a constraint"`, `"save()"`, `"on_commit"` or `"the outbox"`. Say aloud why,
# before you check.

# %%
places = {
    "one night": ...,
    "contract": ...,
    "chat": ...,
    "initials": ...,
    "package": ...,
    "seat": ...,
    "import": ...,
}

# %%
ex_09_2 = exercise("09-2")
ex_09_2.check(places)

# %%
# ex_09_2.hint()
# ex_09_2.solution()

# %% [markdown]
# ## 09-3 · The wage that nobody ordered
#
# *Repair · about 8 minutes*
#
# `hire` tells the payroll of each newcomer, after the commit, as it should (the event log stands for the payroll's server).
# But when the power failed between the commit and the call, Ada worked here for a month and got no wage.
#
# Meanwhile somebody has written a receiver of `event_told` that tells the payroll of each event named `"hired"`.
# `manage.py deliver_events` runs every minute.
#
# **Your task.** Change `hire(**fields)`: it tells the payroll nothing itself, but stores an event named `"hired"` in the outbox, with the
# payload `employee` (the full name) and `number` (the primary key). Person and event are committed together, or neither is. It
# still returns the person, placed on a shift.

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
ex_09_3 = exercise("09-3")
ex_09_3.check(hire)

# %%
# ex_09_3.hint()
# ex_09_3.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("09")
