# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 04
#
# They belong to [the lesson](../04_what_fires_when.ipynb). All 4 take about 29 minutes. Change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 04-1 · Ada swaps with Grace
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
# **Your task.** Before you run anything: how often is each of these set off by that line, with `ShiftsEmployees` as the
# sender? Put a number in place of each `...`; 0 is a number, too. (`save()` is the method of the seat.)

# %%
seats_send = {
    "m2m_changed": ...,
    "save()": ...,
    "post_save": ...,
    "post_delete": ...,
}

# %%
ex_04_1 = exercise("04-1")
ex_04_1.check(seats_send)

# %%
# ex_04_1.hint()
# ex_04_1.solution()

# %% [markdown]
# ## 04-2 · A letter to the new address
#
# *Repair · about 6 minutes*
#
# Whoever moves house gets a letter at the new address: `letter`, a receiver of `post_save` of `Employees`,
# returns its text. It works when Ada's address is changed in the admin. But since the office hands addresses in as
# `Employees.objects.update_or_create(pk=..., defaults={"address": ...})`, no letter has gone out.
#
# **Your task.** Mend `letter`: it returns the text whenever a save **writes the address** of somebody who was stored before, and
# `None` otherwise. A newcomer gets no letter, and neither does Ada when a save writes only her age. (A whole
# `save()` writes every field, so it counts, even if the address is the old one. Fixtures are another matter, and
# none is loaded here.)

# %%
def letter(sender, instance, created, update_fields, **kwargs):
    if not created and update_fields is None:
        return f"To {instance}, {instance.address}"

# %%
ex_04_2 = exercise("04-2")
ex_04_2.check(letter)

# %%
# ex_04_2.hint()
# ex_04_2.solution()

# %% [markdown]
# ## 04-3 · Thirty at once
#
# *Repair · about 10 minutes*
#
# A factory closes, and thirty people join on one day. A loop over `save()` kept the database busy with two hundred
# statements, so somebody wrote `hire_night_shift`. It is quick. But none of the thirty has a shift, and
# yesterday's shift is still on the rota.
#
# **Your task.** Mend `hire_night_shift(people)`: it takes a list of unsaved `Employees`, stores them and returns them. Afterwards
# everybody sits on a shift, the shifts before today are wiped, and every `headcount` is true, as after thirty
# hires; who sits where does not matter. But for thirty people it takes fewer than 60 SQL statements. (The rule
# is in `speedy.scheduling`.)

# %%
def hire_night_shift(people):
    return Employees.objects.bulk_create(people)

# %%
ex_04_3 = exercise("04-3")
ex_04_3.check(hire_night_shift)

# %%
# ex_04_3.hint()
# ex_04_3.solution()

# %% [markdown]
# ## 04-4 · Too many meals
#
# *Repair · about 10 minutes*
#
# The kitchen cooks for whoever works. `meals` is a receiver of `m2m_changed`, connected with
# `sender=ShiftsEmployees`; each time it is called it returns by how many the number of meals changes, and the
# kitchen adds that up. Ada and Grace were added to Monday's shift, and four meals stood on the table. Then Monday
# was cleared, and the kitchen still cooked.
#
# **Your task.** Mend `meals`: for each of these calls, what it returns must add up to the true change (`None` counts as 0):
# `monday.employees_shift.add(...)`, `.remove(...)`, `.set(...)` and `.clear()`. Only the side of the shift is used,
# so `instance` is always the shift, and nobody is removed who does not sit there (`pk_set` of a `.remove()` holds
# whoever was named, there or not).

# %%
def meals(sender, instance, action, pk_set, **kwargs):
    if "add" in action:
        return len(pk_set)
    if "remove" in action:
        return -len(pk_set)

# %%
ex_04_4 = exercise("04-4")
ex_04_4.check(meals)

# %%
# ex_04_4.hint()
# ex_04_4.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("04")
