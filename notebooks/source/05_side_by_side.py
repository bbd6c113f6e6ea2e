# %% [markdown]
# # 05 · Side by side
#
# **One idea: four wirings, one table.** A *wiring* is a way to start the same rule. You know built-in signals,
# a `save()` override and a custom signal. The fourth is a direct call. Here you compare them.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb) |
# | Here | **05 Side by side**, 20 minutes |
# | Next | [06 When things break](06_when_things_break.ipynb), [07 Choosing](07_choosing.ipynb) |
# | Optional | [The matrix](deeper/matrix.ipynb): what fires when |
#
# Each wiring has one function that hires one person:

# %%
from speedy.wirings import WIRINGS

fresh_database()
show_code(*[wiring.hire for wiring in WIRINGS.values()])

# %% [markdown]
# `one_piece()` is `transaction.atomic()` under another name. The four use three classes and one table. Two of the
# classes are [proxies](../docs/glossary.md#proxy-model), so a receiver of one class does not hear the others: each
# wiring has the table to itself.
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
# `side_by_side` runs a scenario once for each wiring. Here 21 people are hired. We look at the
# last row of its table in the next section.

# %%
side_by_side("fill a week", clock=False).drop("atomic by itself")

# %% [markdown]
# A `=` at the end of a row means that all four agree. They agree on the rota and on the SQL. They differ in how
# the rule is started: by receivers, by an override, by one more receiver, or by a call. All of them save the same 21 people,
# 21 seats and 7 shifts, so all send 98 signals for them. The 49 receivers that every wiring calls belong to seats and shifts.
#
# Here is one hire in detail. Equal moments stand in one row. A bar, or brackets, mark what happens inside a
# transaction. Step through it, and pull the plug at some moment: what stays, in which wiring?

# %%
same_hire()

# %% [markdown]
# ## What fails
#
# Now the rule raises an error while Ada is being hired. Look at the four functions again. The `save()` of
# `EmployeesOverridingSave` opens a transaction too, as you saw in lesson 03.

# %%
predict("05-1")

# %%
reveal("05-1")
side_by_side("an error in the rule", clock=False)

# %% [markdown]
# *Atomic by itself* means: if the rule fails, no row is left. With built-in signals the caller has to open the
# transaction.
#
# ### Your turn: a careful caller
#
# A scenario is a function that takes a wiring. Change this one, so that nothing is left in any wiring
# when the rule fails. The error still comes out.


# %%
def hire_carefully(wiring):
    return wiring.hire(**sample_roster()[0])


exercise("05-a").check(hire_carefully)

# %% [markdown]
# ## What slips past
#
# Not everybody who stores a person knows your hire function. Some call `create()` or `save()` of the
# model, some `bulk_create()`. `slips_past()` stores Ada in each of these ways, with each wiring's class.

# %%
predict("05-2")

# %%
reveal("05-2")
slips_past()

# %% [markdown]
# *Ada* in a cell means that the rule did not run, and she has no shift. `bulk_create()` bypasses all four. If a rule must never
# be broken, the database has to check it. Lesson 07 shows how.
#
# ## Three hundred at once
# The first two wirings hire many by `bulk_create()`, which skips the rule. The third stores all, then sends `employee_hired` for
# each person. The fourth hands the list to one function.
#
# A fifth wiring joins them: it sends a signal **once**, and the payload is the list.
#
# ### Your turn: a list as payload
#
# Write its receiver. The payload is `employees`, a list of stored people. `assign_many(employees)` places a
# list.


# %%
def place_group():
    """Place everybody of a group that was hired."""


exercise("05-b").check(place_group)

# %%
predict("05-3")

# %% tags=["varies"]
from classroom.scenes.groups import LIST_IN_A_SIGNAL

five = WIRINGS | {"a list in a signal": LIST_IN_A_SIGNAL}
reveal("05-3")
side_by_side("a batch of 300", five, clock=False)

# %% [markdown]
# A signal is not slow. One round of queries for each person is.
#
# ## What a hire costs
#
# `hire_costs` hires people one by one, on a rota with 0, 3,000 and 30,000 people. The result is in milliseconds for
# each hire. Yours differ, and the four differ by chance. 30,000 people are 27 years of shifts: look at the direction, not at the
# size.
# The last column is the design of the [tutorial](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan
# Slavko Matić. At each hire it counts the people of every shift. Ours keeps that number in the shift's row.

# %% tags=["varies"]
costs = hire_costs(sizes=(0, 3_000, 30_000), rounds=3)
display(costs.round(1))
cost_plot(costs)

# %% [markdown]
# Go down the columns: the last one climbs, because there is more to count. **Queries make a design slow, not signals.**
#
# ## What to keep
#
# | ask | built-in signals | `save()` override | custom signal | direct call |
# |---|---|---|---|---|
# | do I see the rule where I call? | no | no | I see that something is sent | **yes** |
# | does it catch `create()` and `save()`? | **yes**, of its class | **yes**, of its class | no | no |
# | does it catch `bulk_create()`? | no | no | no | no |
# | can it take a list? | no | no | **yes**, as payload | **yes** |
# | are the row and the rule in one transaction? | only if the caller opens one | **yes**, `save()` opens it | **yes**, the hire function opens it | **yes**, the hire function opens it |
# | what can others react to? | the saved row | the saved row | the saved row, the hire | the saved row |

# | take it for | code that is not yours | a row's own fields that the database cannot compute | news for code you do not know | **everything else** |
#
# **Practise:** [the exercises for 05](exercises/05_side_by_side.ipynb).
# **Next:** [06 When things break](06_when_things_break.ipynb).
