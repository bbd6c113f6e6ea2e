# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 01
#
# They belong to [the lesson](../01_what_a_signal_is.ipynb). All 3 take about 23 minutes. Change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 01-1 · How many answers?
#
# *Predict · about 5 minutes*
#
# `order_meals` is a function at the top of a module, `Cook` a class with a method `serve`; both are fit to be
# receivers. Five colleagues each make a new `signal = Signal()`, connect somebody, and send it once:
#
# ```python
# # A
# signal.connect(order_meals)
# signal.connect(order_meals)
# signal.send(sender=Shifts)
#
# # B
# signal.connect(order_meals)
# signal.connect(order_meals, sender=Shifts)
# signal.send(sender=Shifts)
#
# # C
# signal.connect(order_meals, sender=Employees)
# signal.send(sender=EmployeesWithoutHooks)      # a proxy of Employees
#
# # D
# signal.connect(order_meals, sender=Shifts)
# signal.disconnect(order_meals)
# signal.send(sender=Shifts)
#
# # E
# signal.connect(Cook().serve)
# signal.send(sender=Shifts)
# ```
#
# **Your task.** How many answers does each `send()` bring back? Before you run anything, put a number in place of each `...`; 0 is a
# number, too.

# %%
answers = {"A": ..., "B": ..., "C": ..., "D": ..., "E": ...}

# %%
ex_01_1 = exercise("01-1")
ex_01_1.check(answers)

# %%
# ex_01_1.hint()
# ex_01_1.solution()

# %% [markdown]
# ## 01-2 · The same soup every day
#
# *Repair · about 10 minutes*
#
# Each canteen has a signal of its own, and at most one cook, who answers it with today's soup. `hire_cook(signal,
# soup)` hires one. In a notebook it serves leek soup, and when tomato is to follow, it goes on serving leek. On the
# server, where `DEBUG` is False, nothing is served at all.
#
# **Your task.** Repair `hire_cook(signal, soup)`: from then on the signal is answered with that soup, and by no earlier cook, with
# `DEBUG` on or off. The caller throws the return value away, so do not count on it to keep the cook alive. Whoever else
# is connected stays, and so does the cook of any other canteen.

# %%
def hire_cook(signal, soup):
    def cook(sender, **kwargs):
        return soup

    signal.connect(cook, dispatch_uid="cook")

# %%
ex_01_2 = exercise("01-2")
ex_01_2.check(hire_cook)

# %%
# ex_01_2.hint()
# ex_01_2.solution()

# %% [markdown]
# ## 01-3 · Listening in
#
# *Repair · about 8 minutes*
#
# While the night shift is planned, a signal is sent for every step, each time with the `people` it is about.
# `names_during(signal, plan)` listens in while `plan()` runs, and returns the names it heard. The list is right. But
# each planning takes a little longer than the one before, and `who_listens(signal)` shows a hundred receivers called
# `write_down`.
#
# **Your task.** Repair `names_during(signal, plan)`: it returns the names as before, at each call those of its own plan, and when it is
# done its receiver is connected no more. That holds as well when `plan()` raises an error, which must still reach whoever called. Everybody else's
# receivers stay.

# %%
def names_during(signal, plan):
    names = []

    def write_down(sender, people, **kwargs):
        names.extend(people)

    signal.connect(write_down)
    plan()
    return names

# %%
ex_01_3 = exercise("01-3")
ex_01_3.check(names_during)

# %%
# ex_01_3.hint()
# ex_01_3.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("01")
