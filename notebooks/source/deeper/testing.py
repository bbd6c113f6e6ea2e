# %% [markdown]
# # Deeper · Testing signals
#
# No line of your code calls a receiver, so no line shows whether it ran. **How do you test a receiver, and
# when does a green test prove nothing?**
#
# You will, in about 30 minutes,
#
# - test a receiver, its connection and its effect, and break each to see which test notices;
# - mute receivers, and find one that a test forgot to disconnect;
# - look at what a test in a transaction hides, and pin what a hire costs.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## Three questions
#
# The tests of this notebook stand in a module, [`rehearsal.py`](../../classroom/experiments/rehearsal.py), as tests do.
# The first class asks: *does the function do the right thing?*

# %%
from classroom.experiments.rehearsal import TheEffect, TheReceiverAlone, TheWiring

show_code(TheReceiverAlone)

# %% [markdown]
# A receiver is a function. So call it, with the keyword arguments that the signal would pass. Nothing is
# sent, and no row is stored. `patch.object` replaces `scheduling.assign` by a *mock*: an object that takes any
# call and notes it. The receiver says `scheduling.assign(instance)`, so that is the name to replace. A
# `SimpleTestCase` refuses every query.
#
# Two more questions: *is it connected, once?* and *does it all work together?* `run_tests` runs all three
# classes as a test run would, in a database of their own.

# %%
display(show_code(TheWiring, TheEffect))
run_tests(TheReceiverAlone, TheWiring, TheEffect)

# %% [markdown]
# Five green lines. But a test that has never been red has proved nothing yet. So we break the code in six
# ways:
#
# - somebody deletes the import that connects the receiver;
# - the receiver is imported by two paths, and connected twice;
# - it does nothing; it does not look at `created`; it does not look at `raw`;
# - the rule itself raises.

# %%
predict("testing-1")

# %%
import pandas as pd

from classroom.experiments.rehearsal import FAULTS

came = {}
for fault, broken in FAULTS.items():
    with broken():
        results = run_tests(TheReceiverAlone, TheWiring, TheEffect)
    came[fault] = results.set_index("test")["outcome"]
faults = pd.DataFrame(came)
reveal("testing-1")
faults

# %% [markdown]
# *Failed*: an assertion was not true. *Error*: the test could not go on. Read it column by column.
#
# - *Not connected*: the function is as good as before, and nobody calls it. With tests of the function alone,
#   all is green on the day when no employee gets a shift.
# - *Connected twice*: only the test of the connection notices. `assign` does nothing for a person who has a
#   seat. A letter would go out twice.
# - *Forgotten*: only the test of that very case notices.
# - *The rule raises*: a test with a mock in the place of the rule cannot see it.
#
# Now row by row: each test was red for something, and none for everything. You want all three kinds. Write
# most of the first kind: they are quick and say *which* case is wrong.
#
# A short cut looks tempting: replace the receiver itself by a mock, save, and see whether it was called.

# %%
predict("testing-2")

# %%
from unittest.mock import patch

with patch("speedy.signals.employee_assignment.employee_created") as stand_in:
    katherine = Employees.objects.create(**roster[3])
reveal("testing-2")

# %% [markdown]
# Never, and Katherine has her shift. The signal does not look the name up. It holds the function that was
# connected at the start. `stand_in.assert_not_called()` would be green for ever. Replace what the receiver
# *calls*, in the module where the receiver looks it up. The first two classes did so.
#
# ## Muting
#
# Often a test wants employees and no shifts. Many helpers then mute the signal; `mute_signals` of factory_boy is well
# known. This course has one, too. It takes off every receiver of the signal while its block runs:

# %%
show_code(muted)

# %%
predict("testing-3")

# %%
from django.db.models.signals import post_save

with muted(post_save):
    ada = Employees.objects.create(**roster[0])
    ShiftsEmployees.objects.create(employee=ada, shift=Shifts.objects.get())
counted = Shifts.objects.get().headcount
reveal("testing-3")
counted

# %%
for person in roster[4:6]:
    Employees.objects.create(**person)
shift_table()

# %%
who_listens(post_save)

# %% [markdown]
# Two people, and a headcount of one. So two more found room, and four sit on a shift for three. Other receivers
# listen to `post_save`, too, such as the one that counts seats. **Muting a signal mutes every receiver of it**:
# yours, your colleagues', those of every package. A test that mutes describes a project that does not exist.
#
# Better: disconnect the one receiver that is in your way. `disconnected` does that, and afterwards puts it
# back *in its place*. A second `connect()` would put it last.

# %%
from speedy.signals.employee_assignment import employee_created

with disconnected(post_save, employee_created, sender=Employees):
    grace = Employees.objects.create(**roster[1])
    tuesday = Shifts.objects.create(shift_date=date(2022, 11, 15))
    ShiftsEmployees.objects.create(employee=grace, shift=tuesday)
tuesday.refresh_from_db()
tuesday.headcount

# %% [markdown]
# Best: create your employees in a way that sends nothing to the receiver, such as `EmployeesWithoutHooks` here.
# And a receiver that most tests mute would be easier to test as a function that somebody calls.
#
# ## A receiver that a test forgot
#
# Two tests. Each is green when it is run alone.

# %%
from classroom.experiments.rehearsal import (
    Careless,
    CarelessAndCaught,
    HeardByALambda,
    Innocent,
    NoReceiverLeft,
)

show_code(Careless, Innocent)

# %%
predict("testing-4")

# %%
together = run_tests(Careless, Innocent)
reveal("testing-4")
together

# %%
run_tests(Innocent, Careless)

# %% [markdown]
# The guilty test is green, the innocent one is red, and only in this order. The person who is to repair it
# looks in the wrong file. The cure is a check around every test, which fails where the fault is:

# %%
display(show_code(NoReceiverLeft))
caught = run_tests(CarelessAndCaught, Innocent)
caught

# %% [markdown]
# `Innocent` is still red, but the guilty one is red now, too, and names the receiver that it left. Every test
# of this project runs such a check; see [`tests/conftest.py`](../../tests/conftest.py). After each `connect()` say
# `self.addCleanup(signal.disconnect, receiver, sender=...)`. It is called when the test ends, red or green.
# `run_tests` disconnected what `Careless` left here.
#
# Without `weak=False`, `hear` would vanish with the test, because it is a local name. Do not rely on that. A
# lambda has no name at all:

# %%
display(show_code(HeardByALambda))
run_tests(HeardByALambda)

# %% [markdown]
# The lambda was gone before anybody was hired. In a notebook the same lines hear Ada, because DEBUG is on there
# and keeps the lambda alive ([receivers that vanish](vanishing_receivers.ipynb)). A test run turns DEBUG off, unless
# you say `--debug-mode`.
#
# ## What a transaction hides
#
# `django.test.TestCase` runs each test inside a transaction and rolls it back at the end. That is quick
# and clean. And a receiver that waits for the commit, as [lesson 06](../06_when_things_break.ipynb) advises?
# Three classes: Ada is hired, and a letter is written. The third is `LettersInTestCase` as a
# `TransactionTestCase`, which really commits. `enterContext` enters a `with` block that ends with the test.

# %%
from classroom.experiments.rehearsal import (
    Letters,
    LettersCaptured,
    LettersCommitted,
    LettersInTestCase,
    welcome,
)

show_code(welcome, Letters, LettersInTestCase, LettersCaptured)

# %%
predict("testing-5")

# %%
posted = run_tests(LettersInTestCase, LettersCaptured, LettersCommitted)
reveal("testing-5")
posted

# %% [markdown]
# In the first there is no commit, so there is no letter. A test that says *no letter is sent* would be green
# there, though the code sends one at every commit. `captureOnCommitCallbacks(execute=True)` collects the
# callbacks, and calls them when its block ends. Inside the block `letters` is still empty. A callback that
# raises comes out of that block, and the later ones are not called. After a real commit it is the same: the
# error reaches the caller, unless the callback was registered with `robust=True`.
#
# The real commit has its price, because somebody must empty the tables. On SQLite that is a DELETE for each
# table. On PostgreSQL it is one TRUNCATE:

# %%
from classroom.experiments.rehearsal import statements_of

committed, captured = statements_of(LettersCommitted), statements_of(LettersCaptured)
emptied = [it for it in committed if it.startswith(("DELETE", "TRUNCATE"))]
print("More than five times the statements:", len(committed) > 5 * len(captured))
print("Statements that empty tables:", len(emptied))

# %% [markdown]
# It also removes the rows that your migrations stored, unless the class says `serialized_rollback = True`. So use
# a `TransactionTestCase` only where the commit itself is the question: threads, locks, and what an error leaves.
#
# [Lesson 06](../06_when_things_break.ipynb) showed that a late error leaves the row in autocommit. This test
# claims that nobody is left. It runs in three ways: in a `TestCase`; in a `TestCase` with an `atomic()` around
# the hire; with real commits.

# %%
from classroom.experiments.rehearsal import (
    RefusedForReal,
    RefusedInASavepoint,
    RefusedInTestCase,
    TheRefusal,
    seat_again,
)

show_code(seat_again, TheRefusal, RefusedInASavepoint)

# %%
refused = run_tests(RefusedInTestCase, RefusedInASavepoint, RefusedForReal)
refused

# %% [markdown]
# The refusal breaks the test's own transaction, so the first cannot go on. Most people then add `atomic()` and
# get a green test. It proves that *the test* can roll back. Only the third tells the truth: in autocommit
# Ada stays.
#
# ## What a hire costs
#
# A receiver can add a query to every save, and no reader of the code will notice. A test can:

# %%
from classroom.experiments.rehearsal import CostForReal, CostInTestCase, TheCost

show_code(TheCost, CostForReal, CostInTestCase)

# %%
costs = run_tests(CostForReal, CostInTestCase)
costs

# %% [markdown]
# In a `TestCase` the transaction belongs to the test, so the hire sends no `BEGIN` and no `COMMIT`. (`locked_rota()`
# makes no savepoint inside a transaction. A plain `atomic()` does, and its two statements are counted.) So write beside
# the number for which kind of test it holds.
#
# Somebody now adds a receiver that counts who works here:


# %%
def count_everybody(**kwargs):
    Employees.objects.count()


with connected(post_save, count_everybody):
    costlier = run_tests(CostForReal)
costlier

# %% [markdown]
# It hears two saves, the person's and the seat's: two queries more. The test says how many. `trace()` says
# whose:

# %%
with connected(post_save, count_everybody), trace() as hired:
    Employees.objects.create(**roster[2])
hired

# %% [markdown]
# In a long tree you need not count yourself. `receivers()` adds up what each receiver cost, a dict each, the
# slowest first. `receivers("speedy_employees")` counts only the statements in which that text stands, and names
# only those who ran one:

# %%
[(it["receiver"], it["queries"]) for it in hired.receivers("speedy_employees")]

# %% [markdown]
# Pin such a number only where it matters: in code that runs often, or in a loop. A number for every page
# would turn red at each change, and people would learn to raise it without looking.
#
# ## Your own project
#
# `make wheel`, here, builds the tool of this course as a file in `dist/`. Install that file there, with `pip install
# path/to/dist/whatfires-….whl`. Do you test with pytest and pytest-django? Then a test can ask for `fires`, as it asks
# for `db`: pytest passes it in by its name. Put this into a test, with a model of yours:
#
# ```
# def test_what_a_save_sets_off(db, fires):
#     with fires() as seen:
#         Order.objects.create()
#     seen.assert_not_fired("mail")
#     assert seen.snapshot() == []
# ```
#
# The second assertion fails, and its message shows all that fired. Take that list over, or let `inline-snapshot`
# do it. Then run all your tests once with the check that you built above:
#
# ```
# pytest -k what_a_save_sets_off
# pytest --signal-leaks
# ```
#
# ## What to keep
#
# | question | how to ask it | what it cannot see |
# |---|---|---|
# | does the function do the right thing? | call it, with a mock for what it calls | that nobody calls it |
# | does it stay away where it should? | the same with an edit, a fixture (`raw`) | a receiver that does nothing at all |
# | is it connected, once? | save, with that mock | what the rule does |
# | do they work together? | save, and look at the rows | which part failed; that it ran twice |
# | does it wait for the commit? | `captureOnCommitCallbacks(execute=True)`: nothing inside, all after | a real commit |
# | what does an error leave? | `TransactionTestCase`, without an `atomic()` of its own | it is slow |
# | did a test leave something connected? | a check around every test | |
# | what does it cost? | `assertNumQueries`, then `trace()` | another database |
#
# **Practise:** [the exercises for this notebook](../exercises/testing.ipynb). Back to
# [lesson 06](../06_when_things_break.ipynb) or [lesson 07](../07_choosing.ipynb).
