# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for deeper: counting
#
# They belong to [the lesson](../deeper/counting.ipynb). All 3 take about 26 minutes. In a notebook, change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## counting-1 · The wrong phone rings
#
# *Repair · about 8 minutes*
#
# Everybody who is put on an extra shift by `add()` gets a call. `to_call` is a receiver of `m2m_changed`, connected with
# `sender=ShiftsEmployees`, and returns the first names. For `sunday.employees_shift.add(ada, grace)` it is right. But when
# the planner writes `alan.shifts.add(sunday)`, Grace's phone rings.
#
# **Your task.** Repair `to_call`: it returns a list of the first names of the people who were put on a shift by that `add()`, from
# either side, each person once. If nobody was put there, it returns `[]` or `None`, and the same for `remove()` and
# `clear()`.

# %%
def to_call(sender, instance, action, pk_set, **kwargs):
    if action == "post_add":
        return [person.first_name for person in Employees.objects.filter(pk__in=pk_set)]

# %%
ex_counting_1 = exercise("counting-1")
ex_counting_1.check(to_call)

# %%
# ex_counting_1.hint()
# ex_counting_1.solution()

# %% [markdown]
# ## counting-2 · Too many meals
#
# *Repair · about 10 minutes*
#
# The kitchen cooks for the people who work. `meals` is a receiver of `m2m_changed`, connected with
# `sender=ShiftsEmployees`. Each time it is called it returns by how many the number of meals changes, and the kitchen
# adds that up. Ada and Grace were added to Monday's shift, and there were four meals on the table. Then Monday was
# cleared, and the kitchen still cooked.
#
# **Your task.** Repair `meals`: for each of these calls, what it returns must add up to the true change (`None` counts as 0):
# `monday.employees_shift.add(...)`, `.remove(...)`, `.set(...)` and `.clear()`. Only the side of the shift is used, so
# `instance` is always the shift. Nobody is removed who does not sit there (`pk_set` of a `.remove()` holds the keys that
# were given, there or not).

# %%
def meals(sender, instance, action, pk_set, **kwargs):
    if "add" in action:
        return len(pk_set)
    if "remove" in action:
        return -len(pk_set)

# %%
ex_counting_2 = exercise("counting-2")
ex_counting_2.check(meals)

# %%
# ex_counting_2.hint()
# ex_counting_2.solution()

# %% [markdown]
# ## counting-3 · A true count
#
# *Write · about 8 minutes*
#
# A script has stored seats by `bulk_create()`, and another one has deleted some by raw SQL. Nobody counted, so the `headcount` of some
# shifts is too low, and that of others too high. The seats are right. The command `check_headcounts` is not at hand, and
# no shift has more than three people.
#
# **Your task.** Write `recount()`. It makes each `headcount` the number of people who sit on that shift, and returns how many shifts it
# has changed. A shift whose count is right is not written, and nobody gets or loses a seat.

# %%
def recount():
    """Make every headcount true; return how many were not."""

# %%
ex_counting_3 = exercise("counting-3")
ex_counting_3.check(recount)

# %%
# ex_counting_3.hint()
# ex_counting_3.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("counting")
