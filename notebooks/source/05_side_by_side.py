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
# With **built-in signals** you write `Employees.objects.create(...)`, and its receivers wipe the past days and call `assign()`. With a
# **direct call** your function calls both:
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
# Here `Employees` has its receivers. So to compare, this project has `EmployeesWithoutHooks`, a second class for the same table. To create
# one starts nothing. In your project there is one wiring, and one class.
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
# With a **`save()` override** you write `EmployeesOverridingSave.objects.create(...)`. This is a third class for the table, and it has
# a `save()`. (Such classes are called [proxies](../docs/glossary.md#proxy-model). The receivers of `Employees` are not called for them.)
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
# With a **custom signal** you call this function, and a receiver does the rest:
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
# Lesson 04 sends `send_robust()` after storing. Here it is `send()`, because an error of this receiver *must* undo the hire. In your
# own project you would use the direct call here. The custom signal is shown to compare. ([The real code](../speedy/wirings.py) is a little longer.)
#
# Here are some steps of one hire in each wiring. Signals that have no receiver are left out. Step to any line, and press
# *Pull the plug*: it shows what would stay if the hire stopped there.

# %%
same_hire()

# %% [markdown]
# Look for `BEGIN` and the first `INSERT`. With built-in signals the `INSERT` comes first, so Ada's row is kept at once. In the other
# three, `BEGIN` comes first. (`assign()` has an `atomic()`, too. Inside another one it sends no `BEGIN`.) All four end with the same rota.
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
# A colleague does not know your hire function, and writes `create()`, `save()` or `bulk_create()` of the wiring's class. That is
# `Employees`, `EmployeesOverridingSave`, and for the last two `EmployeesWithoutHooks`.

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
# Now 300 people are hired, by the custom signal and by the direct call. Both store them with one `bulk_create()`. Then the custom signal
# is sent for each person, and the direct call passes the whole list to `assign_many()`.

# %%
predict("05-3")

# %% tags=["varies"]
from classroom.scenes.groups import MANY_AT_ONCE

reveal("05-3")
side_by_side("a batch of 300", MANY_AT_ONCE, rows=["left without a shift", "SQL statements"])

# %% [markdown]
# **A signal is not slow. A round of queries for each person is slow.** The third column is one signal with the whole list: it needs as
# few statements as the call.
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
