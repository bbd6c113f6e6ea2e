# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 05
#
# They belong to [the lesson](../05_side_by_side.ipynb). All 4 take about 51 minutes. In a notebook, change the cell below a task, run it, answer on its card if it shows one, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 05-1 · Two days, three ways in
#
# *Predict · about 5 minutes*
#
# On Monday Ada, Grace and Alan are stored in three ways. On Tuesday Katherine is hired. So Monday's shift is wiped, and
# the people who sat on it are placed again.
#
# ```python
# ada, grace, alan, katherine, *_ = sample_roster()
#
# def two_days(wiring):
#     wiring.hire(**ada)
#     wiring.model.objects.get_or_create(**grace)
#     wiring.model.objects.bulk_create([wiring.model(**alan)])
#     advance()
#     wiring.hire(**katherine)
# ```
#
# **Your task.** Say it before you run anything: after these two days, who is **without a shift** in each wiring?

# %%
left_over = exercise("05-1").card()
left_over

# %%
ex_05_1 = exercise("05-1")
ex_05_1.check(left_over)

# %%
# ex_05_1.hint()
# ex_05_1.solution()

# %% [markdown]
# ## 05-2 · All of Ada, or nothing
#
# *Repair · about 6 minutes*
#
# `hire` hires by built-in signals. Of the four wirings it is the only one that leaves something behind when the rule
# raises: Ada is in the table, without a shift. And yesterday's shift has been wiped for her.
#
# **Your task.** Repair `hire(**fields)`: when the rule raises, everything is as it was before, and the error still comes out. When it
# does not, `hire` returns the stored `Employees`. The receivers still place people: it stays the wiring of
# **built-in signals**.

# %%
def hire(**fields):
    return Employees.objects.create(**fields)

# %%
ex_05_2 = exercise("05-2")
ex_05_2.check(hire)

# %%
# ex_05_2.hint()
# ex_05_2.solution()

# %% [markdown]
# ## 05-3 · Six situations, four wirings
#
# *Judge · about 10 minutes*
#
# Monday's design meeting has six points. For each, somebody asks: where should the reaction live?
#
# | point | what is wanted |
# |---|---|
# | `headcount` | The row of a shift holds how many people sit there. Seats come and go by `add()` and `remove()`: in the admin, in our code, in other people's code. |
# | `season` | Twice a year a command of ours reads 300 people from a file, stores them and gives them shifts. It should take few statements. |
# | `initials` | The row of a person holds their initials, made from the two names whenever the row is saved by `save()`, in the admin too. The model is ours. |
# | `plug-ins` | Other teams write plug-ins that we never see. Each wants to be told when somebody was hired **and placed**, alone or in a batch, and of nothing else. |
# | `logins` | Everybody who logs in, through whichever page, gets a line in the security log. The user and the login are Django's. |
# | `badge` | One view of ours hires, and then a badge is printed. Nobody else hires, nobody else reacts, and a reader of the view should see it. |
#
# **Your task.** Pick a wiring for each point. Some points have two good answers, and either is right. Say why aloud before you check. A
# pick that does not hold gets the argument that a colleague would bring against it.

# %%
picks = exercise("05-3").card()
picks

# %%
ex_05_3 = exercise("05-3")
ex_05_3.check(picks)

# %%
# ex_05_3.hint()
# ex_05_3.solution()

# %% [markdown]
# ## 05-4 · Built twice
#
# *Judge · about 30 minutes*
#
# A new custom of the night shift: the person who takes the **third seat** completes the shift, and is thanked by a line in
# the event log. `thank(employee, shift)` writes that line. The open question is where to call it. You build it twice, and
# then you argue which build you would keep.
#
# **Your task.** Write both builds, and answer five questions.
#
# 1. `by_signal()` connects a receiver to a signal of your choice. From then on `hire_by_custom_signal(**fields)` thanks,
#    and its code does not change. `by_signal()` may be called twice (a cell is run again), and it works with `DEBUG` off.
# 2. `by_call(**fields)` hires somebody as `hire_by_call` does, thanks them if they complete their shift, and returns
#    them. It connects no receiver and sends no signal of its own. Only one build is in use at a time.
# 3. Both thank somebody **once**, when they take the third seat. They do not thank when the person, or their seat, is
#    edited, and never if the hire is rolled back.
# 4. `argued`: click an answer to each question, "signal" (only that build), "call", "both" or "neither". Your answers stay
#    when the cell runs again.
#
# | question | which of your two builds … |
# |---|---|
# | `old code` | … thanks, when a colleague's old code calls `hire_by_custom_signal()` and nobody edits it? |
# | `a batch` | … thanks, when `bulk_create()` stores three people and `assign_many()` places them? |
# | `a reader` | … can be understood by somebody who reads only the function that hires? |
# | `a plug-in` | … would you keep, if the custom were another team's, and they could not edit the hiring code? |
# | `ours alone` | … would you keep, if the custom were ours and one function of ours hired? |

# %%
from functools import partial

from django.db import transaction
from django.db.models.signals import post_save
from speedy.models import ShiftsEmployees
from speedy.signals.custom_signals import employee_hired
from speedy.signals.event_logging import log_event
from speedy.wirings import hire_by_call, hire_by_custom_signal


def thank(employee, shift):
    log_event(f"{employee} completes the {shift}")


def by_signal():
    """Connect what thanks, from now on."""


def by_call(**fields):
    """Hire somebody, thank them if they complete their shift, and return them."""


argued = exercise("05-4").card()

built = {"by_signal": by_signal, "by_call": by_call, "argued": argued}
argued

# %%
ex_05_4 = exercise("05-4")
ex_05_4.check(built)

# %%
# ex_05_4.hint()
# ex_05_4.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("05")
