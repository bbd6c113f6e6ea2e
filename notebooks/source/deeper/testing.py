# %% [markdown]
# # 08 · Testing
#
# No line of your code calls a receiver, so no line tells you whether it ran. **How do you test what
# happens behind your back, and when does a green test prove nothing?**
#
# You will, in about 35 minutes,
#
# - test a receiver, its wiring and its effect apart, and break each to see which test notices;
# - mute receivers, and find one that a test forgot to disconnect;
# - look at what a test in a transaction hides, and pin what a hire costs.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## Three questions
#
# The tests of this lesson lie in a module, [`rehearsal.py`](../classroom/experiments/rehearsal.py), as tests do.
# The first class asks: *does the function do the right thing?*

# %%
from classroom.experiments.rehearsal import TheEffect, TheReceiverAlone, TheWiring

show_code(TheReceiverAlone)

# %% [markdown]
# A receiver is a function. So call it, with the keyword arguments that the signal would pass: nothing is
# sent, and no row is stored. `patch.object` puts a stand-in in the place of `scheduling.assign`, which only
# notes how it was called; the receiver says `scheduling.assign(instance)`, so that is where it looks. (A
# `SimpleTestCase` refuses every query.)
#
# Two more questions: *is it connected, once?* and *does it all work together?* `run_tests` runs all three
# classes as a test run would, in a database of their own.

# %%
display(show_code(TheWiring, TheEffect))
run_tests(TheReceiverAlone, TheWiring, TheEffect)

# %% [markdown]
# Five green lines. But a test that has never been red has proved nothing yet. So break the code, in six
# ways. Somebody deletes the import that connects the receiver. Or it is imported by two paths, and
# connected twice. Or it does nothing, or does not look at `created`, or at `raw`. Or the rule itself raises.

# %%
predict("Nobody is connected. How many of the five tests are still green?", ...)

# %%
import pandas as pd

from classroom.experiments.rehearsal import FAULTS

came = {}
for fault, broken in FAULTS.items():
    with broken():
        results = run_tests(TheReceiverAlone, TheWiring, TheEffect)
    came[fault] = results.set_index("test")["outcome"]
faults = pd.DataFrame(came)
reveal((faults["not connected"] == "● ok").sum())
faults

# %% [markdown]
# (*Failed*: something was not as the test says. *Error*: the test could not go on.) Read it by columns.
# *Not connected*: the function is as good as before, and nobody calls it. With tests of the function alone,
# all is green on the day when no employee gets a shift. *Connected twice*: only the wiring notices. `assign`
# leaves alone who has a seat; a letter would go out twice. *Forgotten*: only the test of that very case.
# *The rule raises*: where a stand-in takes its place, nobody can see it.
#
# Now by rows: each test was red for something, and none for everything. You want all three kinds, and most
# of the first, which are quick and say *which* case went wrong.
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
# *calls*, as the first two classes did, and replace it where the receiver looks it up.
#
# ## Muting
#
# Often a test wants employees and no shifts. Many helpers then mute the signal (`mute_signals` of
# factory_boy is well known). In a few lines:

# %%
display(show_code(muted))
predict("Muted: Ada joins, and a seat beside Katherine is stored for her. Stored headcount?", ...)

# %%
from django.db.models.signals import post_save

with muted(post_save):
    ada = Employees.objects.create(**roster[0])
    assert not ada.shifts.exists()  # quiet, as ordered
    ShiftsEmployees.objects.create(employee=ada, shift=Shifts.objects.get())
reveal(Shifts.objects.get().headcount)
for person in roster[4:6]:
    Employees.objects.create(**person)
display(shift_table())
who_listens(post_save)[["sender", "receiver"]]

# %% [markdown]
# Two people, and a headcount of one: so two more found room, and four sit on a shift for three.
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
# Best: hire in your tests by a way to which the rule does not listen, such as `EmployeesWithoutHooks` here.
# And code that is muted in most of its tests would be easier to test as a function that somebody calls.
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
# `Innocent` is still red, but the guilty one is red now, too, and names the receiver that it left. (Every test
# of this project runs such a check; see [`tests/conftest.py`](../tests/conftest.py).) After each `connect()` say
# `self.addCleanup(signal.disconnect, receiver, sender=...)`: that is called when the test ends, red or green.
# (`run_tests` took off what `Careless` left here.)
#
# Without `weak=False`, `hear` would go with the test, for it is a local name; do not count on it. A lambda has
# no name at all:

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
# and clean. And a receiver that waits for the commit, as [lesson 07](07_when_things_break.ipynb) advised?
# Three classes: Ada is hired, and a letter is written. (The third is `LettersInTestCase` as a
# `TransactionTestCase`, which really commits. `enterContext` enters a `with` block that ends with the test.)

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
predict('Does LettersInTestCase find the letter ("yes", "no")?', ...)

# %%
posted = run_tests(LettersInTestCase, LettersCaptured, LettersCommitted)
reveal("yes" if posted["outcome"].iloc[0] == "● ok" else "no")
posted

# %% [markdown]
# In the first there is no commit, so no letter, and a test that says *no letter is sent* would be green there,
# though the code sends one at every commit. `captureOnCommitCallbacks(execute=True)` collects what waits, and
# calls it when its block ends: inside the block it is still before the commit, and `letters` is empty. The real
# commit has its price, for somebody must clear up:

# %%
from classroom.experiments.rehearsal import statements_of

committed, captured = statements_of(LettersCommitted), statements_of(LettersCaptured)
print("More than five times the statements:", len(committed) > 5 * len(captured))
print(sum("DELETE" in it for it in committed), "tables are emptied after that one test.")

# %% [markdown]
# So take a `TransactionTestCase` only where the commit itself is the question: threads, locks, and what an
# error leaves. Lesson 07 showed that a late error leaves the row. This test claims that nobody is left. It
# runs in three ways: in a `TestCase`, there with an `atomic()` around the hire, and with real commits.

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
predict('"Nobody is left" is false. Which class is green all the same? (its name)', ...)

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
from classroom.experiments.rehearsal import CostForReal, CostInTestCase, TheCost

show_code(TheCost, CostForReal, CostInTestCase)

# %%
predict("Seven with BEGIN and COMMIT, which the TestCase has sent before. How many there?", ...)

# %%
costs = run_tests(CostForReal, CostInTestCase)
reveal(int(costs["says"].iloc[1].split()[0]))
costs

# %% [markdown]
# `BEGIN` and `COMMIT` are the test's own there, so nobody counts them. (The rule says `atomic(savepoint=False)`,
# which adds nothing inside another transaction. A plain `atomic()` would send a `SAVEPOINT` and its release in
# their place, and it would be seven again.) So say beside the number where it holds. Somebody now adds a
# receiver that counts who works here:


# %%
def count_everybody(**kwargs):
    Employees.objects.count()


with connected(post_save, count_everybody):
    dearer = run_tests(CostForReal)
assert dearer["says"].iloc[0].startswith("9 != 7")
dearer

# %% [markdown]
# It hears two saves, the person's and the seat's: two queries more. The test says how many, `trace()` whose:

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
# | does it stay away where it should? | the same with an edit, a fixture (`raw`) | a receiver that does nothing at all |
# | is it connected, once? | save, with that stand-in | what the rule does |
# | do they work together? | save, and look at the rows | which part failed; that it ran twice |
# | does it wait for the commit? | `captureOnCommitCallbacks(execute=True)`: nothing inside, all after | a real commit |
# | what does an error leave? | `TransactionTestCase`, without an `atomic()` of its own | (it is slow) |
# | did a test leave something connected? | a check around every test | |
# | what does it cost? | `assertNumQueries`, then `trace()` | another database |
#
# **Practise:** [the exercises for 08](exercises/08_testing.ipynb). Next and last:
# [09 Choosing](09_choosing.ipynb).
