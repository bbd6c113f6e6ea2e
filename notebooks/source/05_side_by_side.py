# %% [markdown]
# # 05 · Side by side
#
# **One idea: the same rule, started in four ways.** A *wiring* is one way to start the rule when somebody is hired. You know
# built-in signals, a `save()` override and a custom signal. The fourth is a direct call. Here you compare them.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb) |
# | Here | **05 Side by side**, 20 minutes, and 10 for the tasks |
# | Next | [06 When things break](06_when_things_break.ipynb), [07 Choosing](07_choosing.ipynb) |
# | Optional | [The matrix](deeper/matrix.ipynb): what fires when. [What a hire costs](deeper/costs.ipynb), measured |
#
# ## Four wirings
#
# 1. **Built-in signals.** You write `Employees.objects.create(**fields)`, and its receivers do the rest: lesson 00.
# 2. **A `save()` override.** You write `EmployeesOverridingSave.objects.create(**fields)`, and this method does the rest:
#
# ```python
# def save(self, *args, **kwargs):
#     if not self._state.adding:  # an edit
#         return super().save(*args, **kwargs)
#     with transaction.atomic():
#         scheduling.wipe_expired_shifts()
#         super().save(*args, **kwargs)
#         scheduling.assign(self)
# ```
#
# 3. **A custom signal.** You call this function, and a receiver does the rest. It is part of the hire and may stop it, so it is `send()`:
#
# ```python
# def hire_by_custom_signal(**fields):
#     with transaction.atomic():
#         employee = EmployeesWithoutHooks.objects.create(**fields)
#         employee_hired.send(sender=EmployeesWithoutHooks, employee=employee)
#     return employee
#
# @receiver(employee_hired)
# def place_hired(sender, employee, **kwargs):
#     scheduling.wipe_expired_shifts()
#     scheduling.assign(employee)
# ```
#
# 4. **A direct call.** You call this function, and it does the rest itself:
#
# ```python
# def hire_by_call(**fields):
#     with transaction.atomic():
#         scheduling.wipe_expired_shifts()
#         employee = EmployeesWithoutHooks.objects.create(**fields)
#         scheduling.assign(employee)
#     return employee
# ```
#
# (The code is [a little shortened](../speedy/wirings.py). The wipe may come before the person is stored or after it: a new person has no
# seat yet.)
#
# In your project there is one wiring, and one class, `Employees`. To compare, this course has two [proxies](../docs/glossary.md#proxy-model)
# of it, classes for the same table. The receivers of `Employees` are not called for them: a receiver is called for exactly its class.
#
# This is one hire in each wiring, without the wipe. There are two lines named `BEGIN`. Three wirings begin before the first `INSERT`,
# the built-in signals only after it, so Ada's row is kept at once. Step to any line, and press *Pull the plug*: it shows what would stay
# if the hire stopped there.

# %%
fresh_database()
same_hire()

# %% [markdown]
# A week of 21 hires ends in the same rota, with the same number of SQL statements. To send a signal needs no SQL:

# %%
side_by_side("fill a week", rows=["final rota", "SQL statements"])

# %% [markdown]
# ## What fails
#
# Now the rule, `assign()`, raises an error while Ada is being hired.

# %%
predict("05-1")

# %%
reveal("05-1")
side_by_side("an error in the rule", rows=["left without a shift", "the caller sees"])

# %% [markdown]
# ### Your turn: a careful caller
#
# `wiring.hire(**fields)` hires by one of the four wirings. Change `hire_carefully` so that, when the rule fails, nobody is stored,
# whichever wiring is used. The caller still gets the error. Import `transaction` from `django.db`. One `atomic()` may be inside
# another: nothing is kept before the outer one ends.


# %%
def hire_carefully(wiring):
    return wiring.hire(**sample_roster()[0])


exercise("05-a").check(hire_carefully)

# %% [markdown]
# ## What skips the rule
#
# A colleague does not know your hire function, and writes `create()`, `save()` or `bulk_create()` of the class.

# %%
predict("05-2")

# %%
reveal("05-2")
skips_the_rule()

# %% [markdown]
# `bulk_create()` skips the rule in all four. So none of the four guarantees that everybody has a shift. Code that calls `bulk_create()`
# also has to call the rule.
#
# ## Three hundred at once
#
# Now 300 people are hired. Two wirings have a function for a list. Both store it with `bulk_create()`, in one transaction. Then the
# custom signal's function does this:
#
# ```python
# for employee in people:
#     employee_hired.send(sender=EmployeesWithoutHooks, employee=employee)
# ```
#
# The direct call's function wipes the past once, and passes the list to `assign_many(people)`. The table has a third column, to
# compare: a signal that is sent once, with the whole list.

# %%
predict("05-3")

# %% tags=["varies"]
from classroom.scenes.groups import MANY_AT_ONCE

reveal("05-3")
side_by_side("a batch of 300", MANY_AT_ONCE, rows=["left without a shift", "SQL statements"])

# %% [markdown]
# **A signal is not slow. A round of queries for each person is slow.** One signal with the whole list needs as few statements as
# the call.
#
# ### Your turn: a list as payload
#
# Write the receiver `place_group` for such a signal. It is sent once, and its payload is `employees`, a list of stored people.
# `assign_many()`, which takes a list, is ready in this notebook.


# %%
def place_group():
    """Give each person of the list a shift."""


exercise("05-b").check(place_group)

# %% [markdown]
# ## What to keep
#
# | question | built-in signals | `save()` override | custom signal | direct call |
# |---|---|---|---|---|
# | do I see the rule where I call? | no | no | I see that something is sent | yes |
# | do `create()` and `save()` of its class run the rule? | yes | yes | no | no |
# | does `bulk_create()` run it? | no | no | no | no |
# | who puts it all into one transaction? | nobody, unless the caller does | `save()` | the hire function | the hire function |
#
# **Practise:** [the exercises for 05](exercises/05_side_by_side.ipynb).
# **Next:** [06 When things break](06_when_things_break.ipynb).
