# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 05
#
# They belong to [the lesson](../05_side_by_side.ipynb). All 4 take about 51 minutes. Change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 05-1 · Two days, three ways in
#
# *Predict · about 5 minutes*
#
# On Monday Ada, Grace and Alan come in by three doors. On Tuesday Katherine is hired, so Monday's shift is wiped, and
# whoever sat on it is placed again.
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
# **Your task.** Before you run anything: after these two days, who is **without a shift** in each wiring? Write first names such as
# `"Alan"` or `"Ada, Alan"`, or `"nobody"`.

# %%
left_over = {
    "built-in signals": ...,
    "save() override": ...,
    "custom signal": ...,
    "direct call": ...,
}

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
# `hire` hires by built-in signals. Of the four wirings it is the only one that leaves somebody behind when the rule
# fails: Ada stands in the table, without a shift. And worse, yesterday's shift has been wiped for her.
#
# **Your task.** Repair `hire(**fields)`: when the rule raises, everything is as it was before, and the error still comes out. When it
# does not, `hire` returns the stored `Employees`. The receivers go on placing people: it stays the wiring of
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
# | `plug-ins` | Other teams write plug-ins that we shall never see. Each wants to be told when somebody was hired **and placed**, whether alone or in a batch, and of nothing else. |
# | `logins` | Whoever logs in, through whatever page, gets a line in the security log. The user and the login are Django's. |
# | `badge` | One view of ours hires, and then a badge is printed. Nobody else hires, nobody else reacts, and whoever reads the view should see it. |
#
# **Your task.** Pick a wiring for each point: `"built-in signals"`, `"save() override"`, `"custom signal"` or `"direct call"`. Where two
# can be defended, either is right. Say aloud why, before you check: each pick that does not hold gets the argument
# that a colleague would bring against it.

# %%
picks = {
    "headcount": ...,
    "season": ...,
    "initials": ...,
    "plug-ins": ...,
    "logins": ...,
    "badge": ...,
}

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
# A new custom of the night shift: whoever takes the **third seat**, and so completes a shift, is thanked by a line
# in the event log. The line is there: `thank(employee, shift)`. Open is where to call it. You build it twice, and then you
# argue which one you would keep.
#
# **Your task.** Write both builds, and answer five questions.
#
# 1. `by_signal()` connects a receiver, to whichever signal you like. From then on `hire_by_custom_signal(**fields)`
#    thanks, and not a word of it is changed. `by_signal()` may be called twice (a cell is run again), and it works
#    with `DEBUG` off.
# 2. `by_call(**fields)` hires somebody as `hire_by_call` does, thanks them if they complete their shift, and returns
#    them. It connects no receiver and sends no signal of its own. Only one build is in use at a time.
# 3. In both, somebody is thanked **once**, when they take the third seat: not when they, or their seat, are edited, and never
#    if the hire is rolled back.
# 4. `argued`: to each question `"signal"` (only that build), `"call"`, `"both"` or `"neither"`.
#
# | question | which of your two builds … |
# |---|---|
# | `old code` | … thanks, when a colleague's old code calls `hire_by_custom_signal()` and nobody edits it? |
# | `a batch` | … thanks, when `bulk_create()` stores three people and `assign_many()` places them? |
# | `a reader` | … can be understood by somebody who reads only the function that hires? |
# | `a plug-in` | … would you keep, if the custom were another team's, and the hiring code not theirs to edit? |
# | `ours alone` | … would you keep, if the custom were ours and one function of ours hired? |

# %%
from speedy.signals.event_logging import log_event
from speedy.wirings import hire_by_call, hire_by_custom_signal


def thank(employee, shift):
    log_event(f"{employee} completes the {shift}")


def by_signal():
    """Connect what thanks, from now on."""
    ...


def by_call(**fields):
    """Hire somebody, thank them if they complete their shift, and return them."""
    ...


argued = {
    "old code": ...,
    "a batch": ...,
    "a reader": ...,
    "a plug-in": ...,
    "ours alone": ...,
}


built = {"by_signal": by_signal, "by_call": by_call, "argued": argued}

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
