# %% [markdown]
# # 06 · Side by side
#
# You know several ways to make something happen when somebody is hired: [receivers of Django's
# own signals](02_built_in_signals.ipynb), [a `save()` of your own](03_save_overrides.ipynb), a signal
# of your own, and a plain function call. **Which of them would you defend in front of your team?**
#
# You will, in about 35 minutes,
#
# - put one rule through four wirings, and see in one table what differs and what does not;
# - break the rule, slip past each wiring, and find out what each promises;
# - measure what the mechanism costs, and take a table home for your own design meeting.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## Four ways to hire
#
# A *wiring* is a way to set the rule off. The rule itself stands in one place,
# [`scheduling.py`](../speedy/scheduling.py), and is the same for all. Each wiring has one function
# that hires one person:

# %%
from speedy import wirings
from speedy.wirings import WIRINGS

show_code(
    wirings.hire_by_signals,
    wirings.hire_by_save,
    wirings.hire_by_custom_signal,
    wirings.hire_by_call,
)

# %% [markdown]
# The four use three classes, and one table. `EmployeesOverridingSave` and `EmployeesWithoutHooks` are
# proxies of `Employees`: other classes, so other senders, and the receivers of one hear nothing of
# the others. `employee_hired` is a signal of this project:
# [declared](../speedy/signals/custom_signals.py) in a line, sent by the function, heard by a receiver.
#
# You have just read all four. In how many of them did you meet the rule, `assign`?

# %%
predict("How many of the four functions name the rule, assign()?", ...)

# %%
import inspect

names_the_rule = {name: "assign" in inspect.getsource(it.hire) for name, it in WIRINGS.items()}
reveal(sum(names_the_rule.values()))
names_the_rule

# %% [markdown]
# Only in the last. Whoever reads one of the other three has to know where to look further. That is
# what *decoupled* means, seen from the reader's chair.
#
# ## The same week, four times
#
# `side_by_side` gives each wiring an empty rota, runs the same scenario, and puts what it saw into one
# table. First a whole week: 21 people, one after the other.

# %%
predict('Is the final rota the same in all four ("yes", "no")?', ...)

# %%
week = side_by_side("fill a week", clock=False)
reveal(week.loc["final rota", "same"] == "=")
week

# %% [markdown]
# Same rota, same number of SQL statements. What differs is what carried the rule there. One hire shows
# it best:

# %%
side_by_side("one hire", clock=False)

# %% [markdown]
# Two of the receivers called are there in every column: they belong to the *seat* and keep the
# headcount, however a seat is taken. The rest is the wiring: two receivers, or an override, or one
# receiver, or nothing at all. And one row may worry you: `atomic by itself`.
#
# Two stories, as `trace()` tells them. Ada opens Monday's shift, and Grace follows. A call is a
# straight line, one step after the other:

# %%
WIRINGS["direct call"].hire(**roster[0])
with trace() as by_call:
    WIRINGS["direct call"].hire(**roster[1])
by_call

# %% [markdown]
# With a signal, somebody else enters in the middle, and the rule moves one step in:

# %%
with trace() as by_signal:
    WIRINGS["custom signal"].hire(**roster[2])
assert len(by_signal.filter("employee_hired", kind="delivery")) == 1
by_signal

# %% [markdown]
# That is the price of a signal, and its point: the function that sends does not know who listens. So
# a second reaction needs no change where people are hired. The kitchen wants to know about newcomers?

# %%
from speedy.signals.custom_signals import employee_hired


def order_meals(sender, employee, **kwargs):
    print(f"One more meal, for {employee}.")


employee_hired.connect(order_meals)
WIRINGS["custom signal"].hire(**roster[3])
assert employee_hired.disconnect(order_meals)

# %% [markdown]
# With a direct call you would have edited `hire_by_call`. Is that worse? If the kitchen is *your*
# code, a second line in that function is easier to find than a receiver. If it is somebody else's, a
# plug-in that you will never see, a signal is the only way.
#
# ## When the rule fails
#
# Any code may raise one day. In this scenario the rule raises `BrokenRule` while Ada is being hired.

# %%
predict("In how many wirings does Ada stay in the table, without a shift?", ...)

# %%
broken = side_by_side("an error in the rule", clock=False)
reveal((broken.loc["left without a shift", [*WIRINGS]] == "Ada").sum())
broken

# %% [markdown]
# `post_save` comes *after* the row was written, and `create()` alone opens no transaction around it.
# The receiver cannot take back what it did not begin. The other three are ours: a function or a
# method that says `with transaction.atomic()` around all of it. The caller of the first can say so
# as well. A scenario may be a function of your own:

# %%
from django.db import transaction


def hire_in_a_transaction(wiring):
    with transaction.atomic():
        wiring.hire(**roster[0])


safe = side_by_side(hire_in_a_transaction, clock=False)
assert list(safe.loc["atomic by itself", [*WIRINGS]]) == ["yes"] * 4

# %% [markdown]
# So with built-in signals, *every caller* has to remember it. (A web project can set
# `ATOMIC_REQUESTS`; a shell, a command and a notebook have no request.)
#
# ## What slips past
#
# People are stored in many ways, and not everybody knows your hire function. Five ways in; after each,
# who is left without a shift?

# %%
from django.core import serializers


def fixture(wiring):
    dump = serializers.serialize("json", [wiring.model(pk=1, **roster[0])])
    yield
    [row.save() for row in serializers.deserialize("json", dump)]


ways = {
    "the wiring's hire()": lambda wiring: wiring.hire(**roster[0]),
    "model.objects.create()": lambda wiring: wiring.model.objects.create(**roster[0]),
    "model.save()": lambda wiring: wiring.model(**roster[0]).save(),
    "model.objects.bulk_create()": lambda wiring: wiring.model.objects.bulk_create(
        [wiring.model(**roster[0])]
    ),
    "a fixture": fixture,
}

# %%
predict('bulk_create() of one person: which wirings place her ("none", "all", ...)?', ...)

# %%
import pandas as pd

left = {
    way: side_by_side(run, clock=False).loc["left without a shift", [*WIRINGS]]
    for way, run in ways.items()
}
reveal("none" if set(left["model.objects.bulk_create()"]) == {"Ada"} else "some")
pd.DataFrame(left).T

# %% [markdown]
# Read it row by row. `nobody` means that the rule was set off; `Ada` that she slipped past it.
#
# - The hooks (the first two columns) catch everybody who stores a person, in the admin, in a shell, in
#   somebody else's code, as long as rows are stored one by one, and by the class of that hook.
# - The functions (the last two) catch whoever calls them, and nobody else.
# - In bulk, nothing is caught. A fixture should not be: it brings its own seats along.
#
# No wiring catches everything. For that there are constraints in the database, which is why it is the
# *database* that refuses a fourth person on a shift, and not a signal.
#
# ## Three hundred at once
#
# Each wiring can be asked to hire many. The hooks have nothing to offer but `bulk_create()`; the custom
# signal is sent once for each; the function calls `assign_many`.

# %%
predict("300 hires by custom signal take about 1,500 SQL statements. By direct call?", ...)

# %% tags=["varies"]
batch = side_by_side("a batch of 300", clock=False)
reveal(batch.loc["SQL statements", "direct call"])
assert batch.loc["SQL statements", "custom signal"] > 1_400
batch

# %% [markdown]
# **A function can be given a list. A signal is told of one thing at a time**, and so is `save()`. The
# rota at the end is the same. It is not the mechanism that costs here, it is a query for each row. (Newer
# versions of Django send larger batches: the figures of a batch differ by a few.)
#
# ## What the mechanism costs
#
# Does it cost anything? `hire_costs` hires on rotas of several lengths, in all four wirings and
# in the published design, in turns. (It takes some seconds. Your milliseconds will differ; compare
# only within a row.)

# %%
predict("By how many percent does a hire by signals take longer than by direct call?", ...)

# %% tags=["varies"]
costs = hire_costs(sizes=(0, 3_000, 10_000, 30_000), rounds=2)
times_the_direct_call(costs).round(2)

# %% [markdown]
# Whatever you guessed: the four columns of this project stand near 1.00, now a little above, now a
# little below, and that is the noise of your machine. A signal is a Python loop over a short list; next to seven
# SQL statements you cannot see it. So speed decides nothing between the wirings. It decides
# something else:

# %% tags=["varies"]
cost_plot(costs)

# %% [markdown]
# The red line is the specimen, `as_published`. Even on an empty rota it lies above, for it saves
# everything twice. And at each hire it counts all the people of all shifts, so the line climbs
# with everybody who is hired. The others look up one shift in an index of those with room.
# **The query decides, not the wiring.** `make bench` goes on to 90,000 people.
#
# ## What you have done
#
# - You put one rule through four wirings: same rota, same statements, another carrier.
# - You broke the rule (one wiring left somebody behind) and slipped past each of the four.
# - You measured: the mechanism costs nothing that can be seen, a query for each row does.
#
# The table to take to your own design meeting. Put your case in place of the shifts:
#
# | ask | built-in signals | `save()` override | custom signal | direct call |
# |---|---|---|---|---|
# | can I see it from where I call? | no | no | that something is sent | **yes** |
# | does it catch the admin, the shell, foreign code? | **yes**, row by row | **yes**, row by row | no | no |
# | does it catch bulk calls? | no | no | if you send for each | **yes**, `assign_many` |
# | is it atomic by itself? | **no** | yes | yes | yes |
# | may others react without editing my code? | **yes** | no | **yes** | no |
# | what does it have to know? | receiver: model and rule | model: the rule (a circle) | receiver: signal and rule | caller: the rule |
# | can it react to models that I do not own? | **yes** | no | only if they send | no |
# | SQL statements, time | same | same | same | same, and one batch |
# | so take it for | what others' code does; counters (`m2m_changed`) | the row's own fields | news for plug-ins | **everything else** |
#
# A rule of thumb falls out of it, and Django's documentation has the same: where you can call the
# function, call it. **Practise:** [the exercises for 06](exercises/06_side_by_side.ipynb), with a
# feature to build twice. Next: [07 When things break](07_when_things_break.ipynb).
