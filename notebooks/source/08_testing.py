# %% [markdown]
# # 08 · Testing
#
# Nobody calls a receiver, so nothing in the code tells you that it was called. **How do you test what
# happens behind your back, and when does a green test prove nothing?**
#
# You will, in about 35 minutes,
#
# - test a receiver, its wiring and its effect apart, and break each to see which test notices;
# - mute receivers, and find the one that a test forgot;
# - look at what a test in a transaction hides, and pin what a hire costs.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## Three questions
#
# The tests of this lesson lie in a module, [`rehearsal.py`](../classroom/rehearsal.py), as tests do.
# The first class asks: *does the function do the right thing?*

# %%
from classroom.rehearsal import TheEffect, TheReceiverAlone, TheWiring

show_code(TheReceiverAlone)

# %% [markdown]
# A receiver is a function. So call it, with the keyword arguments that the signal would pass: nothing is
# sent, and no row is stored. `patch.object` puts a stand-in in the place of `assign`, which only notes how
# it was called. (A `SimpleTestCase` refuses every query.)
#
# Two more questions: *is it connected, once?* and *does it all work together?* `run_tests` runs all three
# classes as a test run would, in a database of their own.

# %%
display(show_code(TheWiring, TheEffect))
run_tests(TheReceiverAlone, TheWiring, TheEffect)

# %% [markdown]
# Four green lines. But a test that has never been red has proved nothing yet. So break the code, in four
# ways. Somebody deletes the import that connects the receiver. Or it is imported by two paths, and
# connected twice. Or it forgets to look at `created`. Or the rule itself raises.

# %%
predict("Nobody is connected. How many of the four tests are still green?", ...)

# %%
import pandas as pd

from classroom.rehearsal import FAULTS

came = {}
for fault, broken in FAULTS.items():
    with broken():
        results = run_tests(TheReceiverAlone, TheWiring, TheEffect)
    came[fault] = results.set_index("test")["outcome"]
faults = pd.DataFrame(came)
reveal((faults["not connected"] == "● ok").sum())
faults

# %% [markdown]
# Read it by columns. *Not connected*: the function is as good as before, and nobody calls it. With tests of
# the function alone, all is green on the day when no employee gets a shift. *Connected twice*: only the
# wiring notices. `assign` leaves alone who has a seat; a letter would go out twice. *Created
# forgotten*: only the test that calls the function for an edit.
#
# Now by rows: no test notices everything. You want all three, and most of them of the first kind, which
# are quick and say *which* case went wrong.
#
# A short cut looks tempting: put a stand-in in the place of the receiver itself, save, and see whether it
# was called.

# %%
predict("One hire. How often is the stand-in for employee_created called?", ...)

# %%
from unittest.mock import patch

with patch("speedy.signals.employee_assignment.employee_created") as stand_in:
    katherine = Employees.objects.create(**roster[3])
reveal(stand_in.call_count)
assert katherine.shifts.exists()

# %% [markdown]
# Never, and Katherine has her shift. The signal does not look the name up; it holds the function that was
# connected at the start. `stand_in.assert_not_called()` would be green for ever. Replace what the receiver
# *calls*, as the first class did.
#
# ## Muting
#
# Often a test wants employees and no shifts. Many helpers then mute the signal (`mute_signals` of
# factory_boy is well known). In a few lines:

# %%
display(show_code(muted))
predict("Ada joins while post_save is muted, and gets the seat beside Katherine. Headcount?", ...)

# %%
from django.db.models.signals import post_save

with muted(post_save):
    ada = Employees.objects.create(**roster[0])
    assert not ada.shifts.exists()  # quiet, as ordered
    ShiftsEmployees.objects.create(employee=ada, shift=Shifts.objects.get())
reveal(Shifts.objects.get().headcount)
display(shift_table())
who_listens(post_save)[["sender", "receiver"]]

# %% [markdown]
# Two people, and a headcount of one: the next hires will overfill that shift.
# The receiver that counts seats listens to `post_save`, too, and so does one of the specimen app. **Muting
# a signal mutes everybody who listens to it**: your own receivers, your colleagues', those of every
# package. A test that mutes describes a project that does not exist.
#
# Better: take off the one receiver that is in your way. `disconnected` does that, and afterwards puts it
# back *in its place*; whoever calls `connect()` again is the last in the row.

# %%
from speedy.signals.employee_assignment import employee_created

with disconnected(post_save, employee_created, sender=Employees):
    grace = Employees.objects.create(**roster[1])
    tuesday = Shifts.objects.create(shift_date=date(2022, 11, 15))
    ShiftsEmployees.objects.create(employee=grace, shift=tuesday)
assert Shifts.objects.get(pk=tuesday.pk).headcount == 1

# %% [markdown]
# Best: hire in your tests by a way that sets nothing off, such as `EmployeesWithoutHooks` here. Code that
# has to be muted to be tested is telling you something about where its behaviour lives.
#
# ## A receiver that a test forgot
#
# Two tests. Each is green when it is run alone.

# %%
from classroom.rehearsal import (
    Careless,
    CarelessAndCaught,
    HeardByALambda,
    Innocent,
    NoReceiverLeft,
)

show_code(Careless, Innocent)

# %%
predict("Which of the two is red when both run, Careless first?", ...)

# %%
together = run_tests(Careless, Innocent)
reveal(together.index[together["outcome"] != "● ok"][0])
display(together)
run_tests(Innocent, Careless)

# %% [markdown]
# The guilty one is green, the innocent one is red, and only in this order. Whoever is sent to mend it
# looks in the wrong file. The cure is a check around every test, which fails where the fault is:

# %%
display(show_code(NoReceiverLeft))
caught = run_tests(CarelessAndCaught, Innocent)
assert caught["outcome"].iloc[0] == "✗ failed"
caught

# %% [markdown]
# It still spoils its neighbour, but now it is named, with the receiver that it left. (Every test of this
# project runs such a check; see [`tests/conftest.py`](../tests/conftest.py).) In a test, connect by
# `connected`, or say `self.addCleanup(signal.disconnect, receiver, sender=...)`.
#
# Could the test not do without `weak=False`? Then nobody but the signal knows the receiver:

# %%
display(show_code(HeardByALambda))
run_tests(HeardByALambda)

# %% [markdown]
# The lambda was gone before anybody was hired. In a notebook the same lines hear Ada, for there DEBUG is on,
# and keeps it alive ([lesson 01](01_what_a_signal_is.ipynb)); a test run turns DEBUG off.
#
# ## What a transaction hides
#
# `django.test.TestCase` runs each test inside a transaction and takes it back at the end. That is quick
# and clean. But a receiver that waits for the commit, as [lesson 07](07_when_things_break.ipynb) advised,
# waits in vain. Three classes with the same test: Ada is hired, and a letter is written. (The third is
# `LettersInTestCase` as a `TransactionTestCase`, which really commits.)

# %%
from classroom.rehearsal import LettersCaptured, LettersCommitted, LettersInTestCase, welcome

show_code(welcome, LettersInTestCase, LettersCaptured)

# %%
predict('Does LettersInTestCase find the letter ("yes", "no")?', ...)

# %%
posted = run_tests(LettersInTestCase, LettersCaptured, LettersCommitted)
reveal("yes" if posted["outcome"].iloc[0] == "● ok" else "no")
posted

# %% [markdown]
# In the first there is no commit, so no letter; a test that says *no letter is sent* would be green there,
# whatever the code does. `captureOnCommitCallbacks(execute=True)` runs what waited when its block ends. The
# real commit has its price, for somebody must clear up:

# %%
from classroom.rehearsal import statements_of

committed, captured = statements_of(LettersCommitted), statements_of(LettersCaptured)
assert len(committed) > 5 * len(captured)
print(sum("DELETE" in it for it in committed), "tables are emptied after that one test.")

# %% [markdown]
# So take a `TransactionTestCase` only where the commit itself is the question: threads, locks, and what an
# error leaves. Lesson 07 showed that a late error leaves the row. Here is a test which says that it does
# not, three times: in a `TestCase`, there with an `atomic()` around the hire, and with real commits.

# %%
from classroom.rehearsal import RefusedForReal, RefusedInASavepoint, RefusedInTestCase, TheRefusal

show_code(TheRefusal, RefusedInASavepoint)

# %%
predict('"Nobody is left" is false. Which of the three is green all the same?', ...)

# %%
refused = run_tests(RefusedInTestCase, RefusedInASavepoint, RefusedForReal)
reveal(refused.index[refused["outcome"] == "● ok"][0])
refused

# %% [markdown]
# The database's refusal spoils the test's own transaction, so the first cannot go on. Whoever then adds
# `atomic()`, as one does, gets a green test, which proves that *the test* can roll back. Only the third
# tells the truth: in autocommit Ada stays.
#
# ## What a hire costs
#
# A receiver can add a query to every save, and no reader of the code will notice. A test can:

# %%
from classroom.rehearsal import CostForReal, CostInTestCase, TheCost

show_code(TheCost, CostForReal, CostInTestCase)

# %%
predict("With real commits it is seven. How many are counted in the TestCase?", ...)

# %%
costs = run_tests(CostForReal, CostInTestCase)
reveal(int(costs["says"].iloc[1].split()[0]))
costs

# %% [markdown]
# `BEGIN` and `COMMIT` are the test's own there, so nobody counts them. It may differ by database as well: a hire
# that opens a shift needs a savepoint on PostgreSQL, which is two more. So say beside the number where it holds.
# Somebody now adds a receiver that counts who works here:


# %%
def count_everybody(**kwargs):
    Employees.objects.count()


with connected(post_save, count_everybody):
    dearer = run_tests(CostForReal)
assert dearer["says"].iloc[0].startswith("9 != 7")
dearer

# %% [markdown]
# The person and the seat: two more for every hire. The test says how many, `trace()` says whose:

# %%
with connected(post_save, count_everybody), trace() as hired:
    Employees.objects.create(**roster[2])
hired

# %% [markdown]
# Pin such a number only where it matters: on the way that everybody takes, or in a loop. A number for
# every page would turn red at each change, and people would learn to raise it without looking.
#
# ## What you have done
#
# - You tested a receiver, its wiring and its effect, and saw which of them notices what.
# - You muted a signal and lost a count; you caught the receiver that a test had forgotten.
# - You found the letter that no `TestCase` sends by itself, and pinned what a hire costs.
#
# | question | how to ask it | what it cannot see |
# |---|---|---|
# | does the function do the right thing? | call it, with a stand-in for what it calls | that nobody calls it |
# | does it stay away where it should? | the same with an edit, a fixture (`raw`) | anything, if its neighbour is missing |
# | is it connected, once? | `trace()` around one save | what it does |
# | do they work together? | save, and look at the rows | which part failed; that it ran twice |
# | does it wait for the commit? | `captureOnCommitCallbacks(execute=True)` | a real commit |
# | what does an error leave? | `TransactionTestCase`, without an `atomic()` of its own | (it is slow) |
# | did a test leave something connected? | a check around every test | |
# | what does it cost? | `assertNumQueries`, then `trace()` | another database |
#
# **Practise:** [the exercises for 08](exercises/08_testing.ipynb). Next and last:
# [09 Choosing](09_choosing.ipynb).
