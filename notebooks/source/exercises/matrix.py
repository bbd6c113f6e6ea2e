# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for deeper: matrix
#
# They belong to [the lesson](../deeper/matrix.ipynb). All 2 take about 9 minutes. In a notebook, change the cell below a task, run it, answer on its card if it shows one, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## matrix-1 · Ada swaps with Grace
#
# *Predict · about 3 minutes*
#
# Ada sits on Monday's shift, alone. Grace takes over, and the planner writes one line:
#
# ```python
# monday.employees_shift.set([grace])
# ```
#
# A seat is a row of `ShiftsEmployees`, an explicit table. So Ada's seat goes, and one for Grace comes.
#
# **Your task.** Say it before you run anything: how often does that line set off each of these, with `ShiftsEmployees` as the sender? A
# number may be 0. (`save()` is the method of the seat.)

# %%
seats_send = exercise("matrix-1").card()
seats_send

# %%
ex_matrix_1 = exercise("matrix-1")
ex_matrix_1.check(seats_send)

# %%
# ex_matrix_1.hint()
# ex_matrix_1.solution()

# %% [markdown]
# ## matrix-2 · A letter to the new address
#
# *Repair · about 6 minutes*
#
# Everybody who moves house gets a letter at the new address. `letter` is a receiver of `post_save` of `Employees` and
# returns its text. It works when Ada's address is changed in the admin. Now the office changes addresses with
# `Employees.objects.update_or_create(pk=..., defaults={"address": ...})`, and no letter has gone out since.
#
# **Your task.** Repair `letter`: it returns the text whenever a save **writes the address** of somebody who was stored before, and
# `None` otherwise. A newcomer gets no letter, and neither does Ada when a save writes only other fields. (A whole
# `save()` writes every field, so it counts, even if the address is the old one. No fixture is loaded here.)

# %%
def letter(sender, instance, created, update_fields, **kwargs):
    if not created and update_fields is None:
        return f"To {instance}, {instance.address}"

# %%
ex_matrix_2 = exercise("matrix-2")
ex_matrix_2.check(letter)

# %%
# ex_matrix_2.hint()
# ex_matrix_2.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("matrix")
