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
# ## Two wirings
#
# **Built-in signals**, as in lesson 00. You write `Employees.objects.create(**fields)`, and its receivers do the rest.
#
# **A direct call.** You call this function, and it does the rest itself:
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
# `EmployeesWithoutHooks` is a second class for the table of `Employees`, a [proxy](../docs/glossary.md#proxy-model). The receivers of
# `Employees` are not called for it. Only this course needs it, to compare. In your project it is just `Employees`.
#
# Now the rule, `assign()`, raises an error while Ada is being hired.

# %%
fresh_database()
predict("05-1")

# %%
from speedy.wirings import WIRINGS

reveal("05-1")
two = {name: WIRINGS[name] for name in ("built-in signals", "direct call")}
side_by_side("an error in the rule", two, rows=["left without a shift", "the caller sees"])

# %% [markdown]
# ## All four
#
# **A `save()` override.** You write `EmployeesOverridingSave.objects.create(**fields)`. This is another proxy, with a `save()`:
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
# **A custom signal.** You call this function, and a receiver does the rest:
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
# The receiver needs the stored row, and it is part of the hire. So `send()` comes after `create()`, in the `atomic()` that an error
# undoes. (You write this receiver yourself, so lesson 04 would call it. Here it is for comparison. All of this code is [a little shortened](../speedy/wirings.py).)
#
# Here is one hire in each wiring, without the wipe, and without signals that have no receiver. Step to any line, and press *Pull the plug*: it shows what would stay if the hire
# stopped there.

# %%
same_hire()

# %% [markdown]
# There are two lines named `BEGIN`. With built-in signals, the `INSERT` into `speedy_employees` is above `BEGIN`, so Ada's row is kept
# at once. In the other three, `BEGIN` comes first. All four end with the same rota.
#
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
# Now 300 people are hired. One function stores them, and then sends `employee_hired` for each person. The other stores them, and then
# passes the whole list to `assign_many()`.

# %%
predict("05-3")

# %% tags=["varies"]
from classroom.scenes.groups import MANY_AT_ONCE

reveal("05-3")
side_by_side("a batch of 300", MANY_AT_ONCE, rows=["left without a shift", "SQL statements"])

# %% [markdown]
# **A signal is not slow. A round of queries for each person is slow.** The last column is one signal with the whole list: it needs as
# few statements as the call.
#
# ### Your turn: a list as payload
#
# Write the receiver `place_group` for such a signal. It is sent once, and its payload is `employees`, a list of stored people.
# It need not wipe anything. `assign_many()`, which takes a list, is ready in this notebook.


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
