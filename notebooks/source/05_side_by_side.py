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
# ## Built-in signals
#
# You write `Employees.objects.create(...)`, and a receiver of `post_save` calls the rule. Now the rule fails: `broken_rule()` lets
# `assign()` raise an error while its block runs.

# %%
from classroom.scenes.scenarios import BrokenRule, broken_rule

fresh_database()
ADA, GRACE, ALAN = sample_roster()[:3]  # their fields, a dict each
predict("05-1")

# %%
try:
    with broken_rule():
        Employees.objects.create(**ADA)
except BrokenRule as error:
    print("The caller sees:", error)
reveal("05-1")
Employees.objects.all()

# %% [markdown]
# Now Grace is hired in the same way, but inside `atomic()`:

# %%
from django.db import transaction

try:
    with broken_rule(), transaction.atomic():
        Employees.objects.create(**GRACE)
except BrokenRule as error:
    print("The caller sees:", error)
Employees.objects.all()

# %% [markdown]
# She is not stored. **The transaction makes the difference.** But with built-in signals every caller has to open it.
#
# ## A direct call
#
# Now we switch off the receivers of `Employees`, with `unplug()`. A function hires, and calls the rule itself:

# %%
from classroom.experiments.rewiring import plug_in, unplug
from speedy import scheduling


def hire_by_call(**fields):
    with transaction.atomic():
        scheduling.wipe_expired_shifts()  # what wipe_before_hire calls in 00
        employee = Employees.objects.create(**fields)
        scheduling.assign(employee)
    return employee


# %%
unplug()
try:
    with broken_rule():
        hire_by_call(**ALAN)
except BrokenRule as error:
    print("The caller sees:", error)
plug_in()  # the receivers are back
Employees.objects.all()

# %% [markdown]
# Alan is not stored either, and no caller had to think of it. Below, the rule works again. Each way starts with empty tables, and hires Ada. Some
# lines are left out. Read each column from top to bottom. At any line, *Pull the plug* shows what would stay if the program ended there.

# %%
from speedy.wirings import WIRINGS

same_hire({name: WIRINGS[name] for name in ["built-in signals", "direct call"]})

# %% [markdown]
# With built-in signals the `INSERT` of Ada comes before `BEGIN`, so her row is kept at once. With the direct call, `BEGIN` comes first.
#
# ## All four
#
# Imagine four versions of your project, one for each wiring. You have seen the first and the last. This is the second, a **`save()` override**:
#
# ```python
# class Employees(models.Model):
#     def save(self, *args, **kwargs):
#         if not self._state.adding:  # an edit
#             return super().save(*args, **kwargs)
#         with transaction.atomic():
#             scheduling.wipe_expired_shifts()
#             super().save(*args, **kwargs)
#             scheduling.assign(self)
# ```
#
# In the third, the hire function sends a **custom signal**, and a receiver of your own calls the rule. Lesson 04 advises against that. It is
# here to compare:
#
# ```python
# def hire_by_custom_signal(**fields):
#     with transaction.atomic():
#         employee = Employees.objects.create(**fields)
#         employee_hired.send(sender=Employees, employee=employee)
#     return employee
#
# @receiver(employee_hired)
# def place_hired(sender, employee, **kwargs):
#     scheduling.wipe_expired_shifts()  # before or after the person is stored: no matter
#     scheduling.assign(employee)
# ```
#
# | wiring | who calls the rule | who puts person and seat into one transaction | the rule fails: is Ada stored? |
# |---|---|---|---|
# | built-in signals | a receiver of `post_save` | nobody | yes |
# | `save()` override | `save()` | `save()` | no |
# | custom signal | a receiver of `employee_hired` | the hire function, which sends it | no |
# | direct call | the hire function | the hire function | no |
#
# The custom signal is sent with `send()`, because its receiver is not only told: it does a part of the hire. If it fails, the hire must
# fail. A receiver that does a part of your work is a sign that you want a direct call.
#
# ### Your turn: a careful caller
#
# One `atomic()` may be inside another: then only the end of the outer one commits.
#
# `wiring.hire(**fields)` hires by one of the four wirings. Change `hire_carefully` so that, when the rule fails, nobody is stored,
# whichever wiring is used. The caller still gets the error. You may `return` from inside the block.


# %%
def hire_carefully(wiring):
    return wiring.hire(**sample_roster()[0])


exercise("05-a").check(hire_carefully)

# %% [markdown]
# ## What skips the rule
#
# A colleague does not know your hire function. She writes `Employees.objects.create(...)`, or calls `save()` or `bulk_create()`.

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
# In the last two wirings you write the hire function yourself. So you can write one for a list of people. Here are three. Each stores the list
# with one `bulk_create()`. They differ in how they start the rule:
#
# - *custom signal* sends `employee_hired` for each person;
# - *a list in a signal* sends another signal, `group_hired`, once, with the whole list;
# - *direct call* calls `assign_many()`, with the whole list.

# %%
predict("05-3")

# %% tags=["varies"]
from classroom.scenes.groups import MANY_AT_ONCE

reveal("05-3")
side_by_side("a batch of 300", MANY_AT_ONCE, rows=["left without a shift", "SQL statements"])

# %% [markdown]
# **A signal is not slow. A round of queries for each person is slow.**
#
# ### Your turn: a list as payload
#
# Write `place_group`, a receiver of `group_hired`. The payload is `employees`, a list of stored people.
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
# | do I see the rule in the code that hires? | no | no | I see that something is sent | yes |
# | do `create()` and `save()` run the rule? | yes | yes | no | no |
# | does `bulk_create()` run it? | no | no | no | no |
# | who opens a transaction around all? | nobody, unless the caller does | `save()` | the hire function | the hire function |
#
# **So far:** a transaction makes a hire safe in any wiring. The direct call opens it once, and you can read what happens.
#
# **Practise:** [the exercises for 05](exercises/05_side_by_side.ipynb).
# **Next:** [06 When things break](06_when_things_break.ipynb).
