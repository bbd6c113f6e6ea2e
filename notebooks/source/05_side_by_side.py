# %% [markdown]
# # 05 · Side by side
#
# **One idea: four wirings, one table.** A *wiring* is one way to start the rule when somebody is hired. You know built-in signals,
# a `save()` override and a custom signal. The fourth is a direct call. Here you compare them.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb) |
# | Here | **05 Side by side**, 25 minutes, and 15 for the tasks |
# | Next | [06 When things break](06_when_things_break.ipynb), [07 Choosing](07_choosing.ipynb) |
# | Optional | [The matrix](deeper/matrix.ipynb): what fires when. [What a hire costs](deeper/costs.ipynb), measured |
#
# Each wiring has one function that hires one person. The last function below is the receiver of `employee_hired`.

# %%
from speedy.signals.employee_assignment import place_hired
from speedy.wirings import WIRINGS

fresh_database()
show_code(*[wiring.hire for wiring in WIRINGS.values()], place_hired)

# %% [markdown]
# The first two functions only call `create()`. The receivers of lesson 02 and the `save()` of lesson 03 do the rest. Read
# `one_transaction()` as `transaction.atomic()`, and skip what is in the brackets of `wipe_expired_shifts`.
#
# The four wirings use three classes, which share one table. They do not disturb each other, because the receivers of
# `Employees` are not called for the other two.
#
# ```mermaid
# flowchart LR
#     one["Employees<br>two receivers"] --> rows[("one table")]
#     two["EmployeesOverridingSave<br>a save() of its own"] --> rows
#     three["EmployeesWithoutHooks<br>nothing by itself"] --> rows
# ```
#
# ## The same week, four times
#
# `side_by_side` runs a scenario once for each wiring. In this one 21 people are hired, one after the other.

# %%
predict("05-1")

# %%
reveal("05-1")
week = side_by_side("fill a week", clock=False)
week.loc[["final rota", "SQL statements", "signals sent"]]  # three rows of the table

# %% [markdown]
# A `=` at the end of a row means that all four agree. All four end with the same rota and need the same SQL.
# 21 people, 21 seats and 7 shifts are 49 saves, and because each save sends two signals, heard or not, that makes 98. The
# custom signal adds 21, one for each hire.
# The time is about the same, too: `make bench` measures it.
#
# ## What fails
#
# Now the rule raises an error while Ada is being hired. Outside `atomic()` Django commits each write at once. Look at the
# four functions again, and at the `save()` of lesson 03.

# %%
predict("05-2")

# %%
reveal("05-2")
broken = side_by_side("an error in the rule", clock=False)
broken.loc[["left without a shift", "the caller sees"]]

# %% [markdown]
# Here you see why. This is the hire again, without the error, in eight moments. Find `BEGIN` and the `INSERT` into
# `speedy_employees`. Which one comes first, in each column?

# %%
same_hire()

# %% [markdown]
# With built-in signals the person is stored before the transaction begins. The button *Pull the plug* stops the hire at a
# moment, and shows what would stay.
#
# ### Your turn: a careful caller
#
# `wiring.hire` is one of the four functions above. Change this function so that nothing is left in any wiring when the rule
# fails, and the caller still gets the error. Import `transaction` from `django.db`.


# %%
def hire_carefully(wiring):
    return wiring.hire(**sample_roster()[0])


exercise("05-a").check(hire_carefully)

# %% [markdown]
# ## What skips the rule
#
# Not everybody who stores a person knows your hire function. Some call `create()`, `save()` or `bulk_create()` of the
# class that the wiring uses.

# %%
predict("05-3")

# %%
reveal("05-3")
skips_the_rule()

# %% [markdown]
# Each row of the table is one way to store her. `bulk_create()` skips the rule in all four wirings. A check that must never be
# skipped belongs in the database: see lesson 07.
#
# ## Three hundred at once
#
# The last two wirings have a second function, for many people. Read `locked_rota()` as
# `transaction.atomic()`, too.

# %%
from speedy.wirings import hire_many_by_call, hire_many_by_custom_signal

display(show_code(hire_many_by_custom_signal, hire_many_by_call))
predict("05-4")

# %% tags=["varies"]
many = {name: WIRINGS[name] for name in ("custom signal", "direct call")}
reveal("05-4")
side_by_side("a batch of 300", many, clock=False).loc[["left without a shift", "SQL statements"]]

# %% [markdown]
# **A signal is not slow. One round of queries for each person is.** So send one signal with the whole list.
#
# ### Your turn: a list as payload
#
# A signal is sent **once** for 300 people. Write its receiver. The payload is `employees`, a list of stored people.
# `assign_many(employees)` places a list.


# %%
def place_group():
    """Place everybody of a group that was hired."""


exercise("05-b").check(place_group)

# %% tags=["varies"]
# The same 300 people, with such a signal in the last column.
from classroom.scenes.groups import LIST_IN_A_SIGNAL

many["a list in a signal"] = LIST_IN_A_SIGNAL
side_by_side("a batch of 300", many, clock=False).loc[["left without a shift", "SQL statements"]]

# %% [markdown]
# ## What to keep
#
# | question | built-in signals | `save()` override | custom signal | direct call |
# |---|---|---|---|---|
# | do I see the rule where I call? | no | no | I see that something is sent | **yes** |
# | do `create()` and `save()` run the rule? | **yes**, of its class | **yes**, of its class | no | no |
# | does `bulk_create()` run it? | no | no | no | no |
# | who puts it all into one transaction? | the caller, or nobody | **`save()`** | **the hire function** | **the hire function** |
#
# **Practise:** [the exercises for 05](exercises/05_side_by_side.ipynb).
# **Next:** [06 When things break](06_when_things_break.ipynb).
