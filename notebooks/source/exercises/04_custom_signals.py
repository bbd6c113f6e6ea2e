# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 04
#
# They belong to [the lesson](../04_custom_signals.ipynb). All 5 take about 39 minutes. In a notebook, change the cell below a task, run it, answer on its card if it shows one, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 04-1 · The printer is out of paper
#
# *Predict · about 5 minutes*
#
# Three receivers listen to a signal of our own, and the second one fails today:
#
# ```python
# from django.db import transaction
# from django.dispatch import Signal
#
# newcomer = Signal()
#
# def kitchen(sender, employee, **kwargs):
#     print(f"One more meal, for {employee}.")
#
# def badges(sender, employee, **kwargs):
#     raise RuntimeError("the badge printer is out of paper")
#
# def payroll(sender, employee, **kwargs):
#     print(f"One more wage, for {employee}.")
#
# for receiver in kitchen, badges, payroll:
#     newcomer.connect(receiver)
#
# def hire(send):
#     with transaction.atomic():
#         ada = EmployeesWithoutHooks.objects.create(**sample_roster()[0])
#         send(sender=EmployeesWithoutHooks, employee=ada)
#         print("The gate opens for Ada.")
# ```
#
# Ada is hired with `hire(newcomer.send)`. Then the table is emptied, and she is hired with
# `hire(newcomer.send_robust)`.
#
# **Your task.** Say it before you hire anybody: what happens each time? Which receivers are called? Does the gate open, and is Ada in
# the table afterwards?

# %%
morning = exercise("04-1").card()
morning

# %%
ex_04_1 = exercise("04-1")
ex_04_1.check(morning)

# %%
# ex_04_1.hint()
# ex_04_1.solution()

# %% [markdown]
# ## 04-2 · Nobody asked
#
# *Repair · about 6 minutes*
#
# `note` listens to `event_signal` and returns the address from which something was done. It works for every view. Then
# Grace writes a management command that wipes shifts at night and sends the same signal. A command has no request, so
# it ends with an error in a receiver that Grace has never seen.
#
# **Your task.** Repair `note`. With a request it returns `"127.0.0.1: Ada was hired"` (address and message), as it does now. When the
# sender gives no `request`, or `None`, it returns `"no request: Ada was hired"`. When a sender passes an argument that
# `note` does not know, such as `urgent=True`, the result is the same.

# %%
def note(sender, message, request, **kwargs):
    return f"{request.META['REMOTE_ADDR']}: {message}"

# %%
ex_04_2 = exercise("04-2")
ex_04_2.check(note)

# %%
# ex_04_2.hint()
# ex_04_2.solution()

# %% [markdown]
# ## 04-3 · The line that nobody wrote
#
# *Repair · about 8 minutes*
#
# `entry` listens to `event_signal` and returns the line that goes into the log of the night shift. One morning the log
# says that Grace opened the safe:
#
# ```
# hire -- Ada Okafor was hired
# open_safe -- Grace Tallowmere opened the safe
# ```
#
# She did not. Somebody typed a name into a form, and that name had a line break in it:
# `"Ada Okafor was hired\nopen_safe -- Grace Tallowmere opened the safe"`.
#
# **Your task.** Repair `entry`: it returns **one** line for every message. A message without a break stays as it is now, with its
# accents (`Chloé`), quotes, dashes and backslashes. (An invisible character, such as a tab, may be escaped as well.) A
# break must leave a mark that a reader of the log can see. `"\n"` is not the only character that ends a line.

# %%
def entry(sender, message, **kwargs):
    return f"{sender.__name__} -- {message}"

# %%
ex_04_3 = exercise("04-3")
ex_04_3.check(entry)

# %%
# ex_04_3.hint()
# ex_04_3.solution()

# %% [markdown]
# ## 04-4 · The log that ran ahead
#
# *Repair · about 8 minutes*
#
# `log_hired` listens to `employee_hired` and writes a line into the event log. The agency sends its people in one
# transaction: all of them, or nobody. Last night the third name was refused, so nobody was hired. The log welcomes Ada
# and Grace all the same. A rollback does not reach a file.
#
# **Your task.** Repair `log_hired`: it writes the line once the hire is committed, and writes none for a hire that is rolled back. The
# words of the line stay as they are.

# %%
from django.db import transaction
from speedy.signals.event_logging import log_event


def log_hired(sender, employee, **kwargs):
    log_event(f"{employee} was hired", sender.__name__, employee)

# %%
ex_04_4 = exercise("04-4")
ex_04_4.check(log_hired)

# %%
# ex_04_4.hint()
# ex_04_4.solution()

# %% [markdown]
# ## 04-5 · May they go?
#
# *Write · about 12 minutes*
#
# `let_go(person)` deletes a person. Two plug-ins that you will never see want to take part. The one of the library **may refuse**:
# somebody who still has books stays. It raises an error then, and what other plug-ins have written by that time is undone.
# The one of the gate **is only told**, once it is certain that the person is gone, and takes the name off a list. A broken
# gate is no reason to keep anybody.
#
# **Your task.** Declare two signals, and send each in the right place and in the right way, by `send()` or by `send_robust()`.
# `leaving` carries `employee`, the person who is still stored. `left` carries `name`, the text `str(person)`. The sender of both is the class
# of the person. Hand all three to the check in the dict `parts`.

# %%
leaving = None  # declare a signal here
left = None  # and another here


def let_go(person):
    person.delete()


parts = {"leaving": leaving, "left": left, "let_go": let_go}

# %%
ex_04_5 = exercise("04-5")
ex_04_5.check(parts)

# %%
# ex_04_5.hint()
# ex_04_5.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("04")
