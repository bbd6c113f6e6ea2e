# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 01
#
# They belong to [the lesson](../01_what_a_signal_is.ipynb). All 4 take about 25 minutes. In a notebook, change the cell below a task, run it, answer on its card if it shows one, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 01-0 · Connect, then send
#
# *Put in order · about 2 minutes*
#
# A signal asks the kitchen what there is to eat. Each receiver gives an answer, and `send()` collects them.
#
# **Your task.** The lines of `what_is_served(signal)` are out of order, and one of them does not belong. Put them in order: the
# function connects a cook, sends the signal, and returns the answers of all receivers.

# %%
order = exercise("01-0").card()
order

# %%
ex_01_0 = exercise("01-0")
ex_01_0.check(order)

# %%
# ex_01_0.hint()
# ex_01_0.solution()

# %% [markdown]
# ## 01-1 · How many answers?
#
# *Predict · about 5 minutes*
#
# `order_meals` is a function at the top of a module, and `Cook` is a class with a method `serve`. Both can be
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
# **Your task.** How many answers does each `send()` return? Say it before you send anything. A number may be 0.

# %%
answers = exercise("01-1").card()
answers

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
# soup)` hires one. In a notebook, the first cook serves leek soup, and after a second hire it is still leek. On the server,
# where `DEBUG` is False, nothing is served at all.
#
# **Your task.** Repair `hire_cook(signal, soup)`: from then on the signal is answered with that soup, and by no earlier cook, with
# `DEBUG` on or off. The caller drops the return value, so it cannot keep the cook alive. All other receivers stay
# connected, and so does the cook of any other canteen.

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
# **Your task.** Repair `names_during(signal, plan)`. It returns the names as before, at each call those of its own plan. When it is done,
# its receiver is no longer connected. The same holds when `plan()` raises an error, and the caller still gets that error.
# All other receivers stay.

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
