# %% [markdown]
# # 05 · Side by side
#
# **One idea: the same rule, started in four ways.** A *wiring* is one way to start the rule, `assign()`, when somebody is hired. You
# know built-in signals, a `save()` override and a custom signal. The fourth is a direct call. Here you compare them.
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
# Your project would have one wiring, and one class of people. This project has all four, to compare them. So it has three classes
# for the same table of people. The second and the third are [proxies](../docs/glossary.md#proxy-model), which have no table of their own. Receivers are
# connected for exactly one class, so those of `Employees` are not called for the other two.
#
# | wiring | to hire, you write | the class that it stores | who calls the rule |
# |---|---|---|---|
# | built-in signals | `Employees.objects.create(...)` | `Employees` | a receiver of `post_save` |
# | `save()` override | `EmployeesOverridingSave.objects.create(...)` | `EmployeesOverridingSave` | its `save()` |
# | custom signal | `hire_by_custom_signal(...)` | `EmployeesWithoutHooks` | a receiver of `employee_hired` |
# | direct call | `hire_by_call(...)` | `EmployeesWithoutHooks` | this function |
#
# As its name says, `EmployeesWithoutHooks` starts nothing when it is saved. This is the **direct call**:
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
# The **`save()` override** does the same inside `save()`. For an edit it does nothing more than to save:
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
# The **custom signal** has an `atomic()`, too. In it, `hire_by_custom_signal` stores the person and sends `employee_hired`, whose receiver calls
# the rule. It uses `send()`: an error in the rule has to undo the hire.
#
# Now the rule raises an error while Ada is being hired.

# %%
fresh_database()
predict("05-1")

# %%
reveal("05-1")
side_by_side("an error in the rule", rows=["left without a shift", "the caller sees"])

# %% [markdown]
# Below, each wiring hires Ada, this time without an error. Read each column from top to bottom, and look for `BEGIN` and for the `INSERT` of
# Ada. Steps that are the same everywhere, such as the wiping, are left out. *Pull the plug* shows what would stay if the hire stopped there.

# %%
same_hire()

# %% [markdown]
# With built-in signals the `INSERT` comes first, so Ada's row is kept at once. `BEGIN` comes later, from `assign()`, which has an `atomic()` of its own. In the other
# three, `BEGIN` comes first. All four end with the same rota.
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
# A colleague does not know how you hire. She takes the class of your wiring, the third column above, and writes `create()`, `save()` or
# `bulk_create()`.

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
# Two of the wirings can also hire a list of people. Both store it with one `bulk_create()`. Then one sends `employee_hired`, whose payload
# is one `employee`. The other calls `assign_many()`.

# %%
predict("05-3")

# %% tags=["varies"]
from classroom.scenes.groups import MANY_AT_ONCE

reveal("05-3")
side_by_side("a batch of 300", MANY_AT_ONCE, rows=["left without a shift", "SQL statements"])

# %% [markdown]
# **A signal is not slow. A round of queries for each person is slow.** The column *a list in a signal* proves it. This signal is sent
# once, with the whole list, and needs as few statements as the call.
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
# [The real code](../speedy/wirings.py) is a little longer. **Practise:** [the exercises for 05](exercises/05_side_by_side.ipynb).
# **Next:** [06 When things break](06_when_things_break.ipynb).
