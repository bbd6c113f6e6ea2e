# %% [markdown]
# # 05 · Side by side
#
# **One idea: four wirings, one table.** A *wiring* is a way to set the same rule off. You have met all
# four. Now they stand beside each other, so you can compare them.
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
# They use three classes and one table. Two of the classes are
# [proxies](../docs/glossary.md#proxy-model), so a receiver of one class does not hear the others. The four do
# not disturb each other.
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
# `side_by_side` runs a scenario once for each wiring, on an empty rota. Here 21 people are hired. (The
# last row of its table waits for the next section.)

# %%
side_by_side("fill a week", clock=False).drop("atomic by itself")

# %% [markdown]
# A `=` at the end of a row means that all four agree. They agree on the rota and on the SQL. They differ
# in what carried the rule there: receivers, an override, one more receiver, or nothing.
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
# *Atomic by itself* means: if the rule fails, nothing is left. With built-in signals only the caller can
# see to that.
#
# ### Your turn: a careful caller
#
# A scenario is a function that takes a wiring. Change this one, so that nothing is left in any wiring
# when the rule fails. The error still comes out.


# %%
def hire_carefully(wiring):
    return wiring.hire(**sample_roster()[0])


# %%
exercise("05-a").check(hire_carefully)

# %% [markdown]
# ## What slips past
#
# Not everybody who stores a person knows your hire function. Some call `create()` or `save()` of the
# model, some `bulk_create()`. Who is left without a shift then?

# %%
predict("05-2")

# %%
import pandas as pd

ada = sample_roster()[0]
ways = {
    "hire()": lambda wiring: wiring.hire(**ada),
    "objects.create()": lambda wiring: wiring.model.objects.create(**ada),
    "save()": lambda wiring: wiring.model(**ada).save(),
    "objects.bulk_create()": lambda wiring: wiring.model.objects.bulk_create([wiring.model(**ada)]),
}
tables = {way: side_by_side(scenario, clock=False) for way, scenario in ways.items()}
pd.DataFrame({way: table.loc["left without a shift"] for way, table in tables.items()}).T

# %%
reveal("05-2")

# %% [markdown]
# `Ada` means that she slipped past the rule. `bulk_create()` passes all four. What must always hold belongs
# in the database; lesson 07 comes back to that.
#
# ## Three hundred at once
#
# Each wiring can be asked to hire many. The first two have nothing better than `bulk_create()`. The third
# stores all, then sends `employee_hired` for each person. The fourth hands the list to one function.
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


# %%
exercise("05-b").check(place_group)

# %%
predict("05-3")

# %% tags=["varies"]
from classroom.scenes.groups import LIST_IN_A_SIGNAL

five = WIRINGS | {"a list in a signal": LIST_IN_A_SIGNAL}
reveal("05-3")
side_by_side("a batch of 300", five, clock=False)

# %% [markdown]
# A signal is not slow. One round of queries for each person is slow, and a signal for each person
# invites it.
#
# ## What a hire costs
#
# `hire_costs` hires one by one on rotas of three lengths, by all designs in turns. The result is in
# milliseconds for each hire. Yours differ, so compare only within one run. The picture shows the table.
#
# The last column is the design as published, in [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić. At
# each hire it counts the people of every shift. Ours keeps that number in the shift's row.

# %% tags=["varies"]
costs = hire_costs(sizes=(0, 3_000, 30_000), rounds=3)
display(costs.round(2))
cost_plot(costs)

# %% [markdown]
# Go down the columns. The last one climbs with the people on the rota, because there is more to count. The
# first four do not. **The query decides how a design grows, not the mechanism.**
#
# ## To keep
#
# | ask | built-in signals | `save()` override | custom signal | direct call |
# |---|---|---|---|---|
# | do I see the rule where I call? | no | no | I see that something is sent | **yes** |
# | does it catch `create()` and `save()`? | **yes** | **yes** | no | no |
# | does it catch `bulk_create()`? | no | no | no | no |
# | can it take a list? | no | no | **yes**, as payload | **yes** |
# | is it atomic by itself? | no | **yes** | **yes** | **yes** |
# | what can others react to? | the saved row | the saved row | the saved row, the hire | the saved row |
# | SQL for one hire | the same | the same | the same | the same |
# | take it for | code that is not yours | a row's own fields | news for code you do not know | **everything else** |
#
# **Practise:** [the exercises for 05](exercises/05_side_by_side.ipynb).
# **Next:** [06 When things break](06_when_things_break.ipynb).
