# %% [markdown]
# # Deeper · Testing signals
#
# No line of your code calls a receiver, so no line shows whether it ran. **One idea: a green test proves something only if
# you have seen what turns it red.**
#
# You will, in about 30 minutes,
#
# - test a receiver in three ways, and break the code to see which test notices;
# - find out what a test does to the tests around it;
# - test what waits for the commit, and count what a hire costs.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## Three questions
#
# The tests are in a module, [`rehearsal.py`](../../classroom/experiments/rehearsal.py). The first class asks: *does the
# function do the right thing?*

# %%
from classroom.experiments.rehearsal import TheEffect, TheReceiverAlone, TheWiring

show_code(TheReceiverAlone)

# %% [markdown]
# A receiver is a function. So the test calls it, with the arguments that the signal would pass. While the block runs,
# `patch.object` puts a [mock](../../docs/glossary.md#mock) in the place of `scheduling.assign`. A mock is an object that
# accepts any call and remembers it. So no row is stored: a `SimpleTestCase` even refuses every query.
#
# Two more questions: *is the receiver connected, once?* And *does it all work together?*

# %%
show_code(TheWiring, TheEffect)

# %%
# run_tests() runs classes of tests, in a database of their own.
run_tests(TheReceiverAlone, TheWiring, TheEffect)

# %% [markdown]
# Five green lines. Now we break the code in six ways:
#
# | fault | what we break |
# |---|---|
# | not connected | nobody connects the receiver |
# | connected twice | it is connected a second time, under another name |
# | does nothing | its body is empty |
# | created forgotten, raw forgotten | it does not look at this argument |
# | the rule raises | `assign` raises an error |

# %%
predict("testing-1")

# %%
from classroom.experiments.rehearsal import with_each_fault

faults = with_each_fault(TheReceiverAlone, TheWiring, TheEffect)
reveal("testing-1")
faults

# %% [markdown]
# Go down the columns. (*Error* means that the test could not go on.)
#
# - *Not connected*: the function is as good as before, but nobody calls it. So tests of the function alone are not enough.
# - *Connected twice*: only the test of the connection notices, because `assign` does nothing for somebody who has a seat.
# - *The rule raises*: the tests with a mock cannot see it, because the mock replaces the rule.
#
# Each test is red for something, and none for everything. So you want all three kinds. Write most of the first kind: they are quick,
# and say *which* case is wrong.
#
# **One fault stays hidden**: a `ready()` that does not import `signals.py`. The test file imports the receiver to call it, and this
# import connects it. So the tests are green, and in production nobody listens. Look with `who_listens()` in a fresh
# shell, as [lesson 02](../02_built_in_signals.ipynb) does.
#
# ## A mock of the receiver
#
# A shorter way: replace the receiver itself by a mock, hire somebody, and see whether the mock was called.

# %%
predict("testing-2")

# %%
from unittest.mock import patch

with patch("speedy.signals.employee_assignment.employee_created") as stand_in:
    katherine = Employees.objects.create(**roster[3])
reveal("testing-2")
katherine.shifts.count()

# %% [markdown]
# The real receiver ran, and gave Katherine her shift. So `stand_in.assert_not_called()` would always be green. Replace what
# the receiver *calls* instead, as the first two classes do.
#
# ## A test without the receiver
#
# Many tests need employees, and no shifts. Test helpers often switch off the signal for that. Here it is `muted(post_save)`, for the time
# of a block. Katherine works on Monday. Ada joins, and the test itself stores a seat for her.

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
# Who else listens to post_save?
display(who_listens(post_save, Employees), who_listens(post_save, ShiftsEmployees))

# %% [markdown]
# `count_seat` was muted, too. And the rule believes the headcount, so it puts two more people there:

# %%
for person in roster[4:6]:
    Employees.objects.create(**person)
shift_table()

# %% [markdown]
# Four people on three seats. **Muting a signal mutes every receiver of it**, yours and those of every package. Such a test
# describes a project that does not exist.
#
# So disconnect one receiver. `disconnected` does so for the time of a block, and then puts it back in its old place.

# %%
from speedy.signals.employee_assignment import employee_created

with disconnected(post_save, employee_created, sender=Employees):
    grace = Employees.objects.create(**roster[1])
    tuesday = Shifts.objects.create(shift_date=date(2022, 11, 15))
    ShiftsEmployees.objects.create(employee=grace, shift=tuesday)
tuesday.refresh_from_db()
tuesday.headcount

# %% [markdown]
# ## Two tests, one after the other
#
# Each of these two is green if it runs alone. (`weak=False` makes the signal keep `hear`, though it is a local function.)

# %%
from classroom.experiments.rehearsal import HeardOnce, TwoHired

show_code(HeardOnce, TwoHired)

# %%
predict("testing-4")

# %%
together = run_tests(HeardOnce, TwoHired)
reveal("testing-4")
together

# %% [markdown]
# `HeardOnce` never disconnects `hear`. A rollback removes rows and no receivers, so `hear` is still there when the next
# test runs. Somebody who has to repair this looks into the wrong file, because the test with the fault is green.
#
# `HeardOnceChecked` is the same test, and compares the connected receivers before and after. (Its parent `NoReceiverLeft`, in
# [`rehearsal.py`](../../classroom/experiments/rehearsal.py), needs a dozen lines for that.)

# %%
from classroom.experiments.rehearsal import HeardOnceChecked

caught = run_tests(HeardOnceChecked, TwoHired)
caught

# %% [markdown]
# Now the test with the fault is red, too, and names its receiver. To repair it, write this line after the `connect()`. The function
# is called when the test ends, green or red:
#
# ```python
# self.addCleanup(post_save.disconnect, hear, sender=Employees)
# ```
#
# (Here `run_tests` cleaned up after `HeardOnce`.)
#
# ## A letter after the commit
#
# A `TestCase` runs each test inside a transaction and rolls it back at the end. That is quick and clean. Now a receiver writes
# a letter after the commit, as [lesson 06](../06_when_things_break.ipynb) advises. (`enterContext` enters a `with` block
# that ends with the test.)

# %%
from classroom.experiments.rehearsal import Letters, LettersInTestCase, welcome

show_code(welcome, Letters, LettersInTestCase)

# %%
predict("testing-5")

# %%
posted = run_tests(LettersInTestCase)
reveal("testing-5")
posted

# %% [markdown]
# So a test that says "no letter is sent" would be green here, but in production the letter is sent. There are two ways out.
# `captureOnCommitCallbacks` collects what waits for the commit, and calls it when its block ends. Or take a
# `TransactionTestCase`, which really commits: `LettersCommitted` is the test from above with this parent.

# %%
from classroom.experiments.rehearsal import LettersCaptured, LettersCommitted

show_code(LettersCaptured)

# %%
run_tests(LettersCaptured, LettersCommitted)

# %% [markdown]
# The test with the block sees more: inside it `letters` is still empty, so the letter really waits.
#
# A `TransactionTestCase` is slow, because after each test Django must empty all tables. By default it also removes rows that
# your migrations stored. So use it only if the commit itself is the question.
#
# ## What an error leaves
#
# Here it is the question. A receiver raises an error after Ada was saved. You know from lesson 06 that in autocommit her row stays.
# This test claims that nobody is left, so it should be red:

# %%
from classroom.experiments.rehearsal import RefusedInASavepoint, TheRefusal, seat_again

show_code(seat_again, TheRefusal, RefusedInASavepoint)

# %%
# The same test in a TestCase, and in a TransactionTestCase ("for real").
from classroom.experiments.rehearsal import RefusedForReal, RefusedInTestCase

refused = run_tests(RefusedInTestCase, RefusedInASavepoint, RefusedForReal)
refused

# %% [markdown]
# In a `TestCase` the error breaks the test's own transaction, so the test cannot go on. With `atomic()` around the hire it
# is green. But this proves only that *the test* can roll back. The third tells the truth: Ada stays.
#
# ## What a hire costs
#
# A receiver can add a query to every save, and nobody who reads the code will notice. But a test can count:

# %%
from classroom.experiments.rehearsal import CostForReal, CostInTestCase, TheCost

show_code(TheCost)

# %%
# ForReal commits, InTestCase does not.
costs = run_tests(CostForReal, CostInTestCase)
costs

# %% [markdown]
# Why five? In a `TestCase` a transaction is open already, so the hire sends no `BEGIN` and no `COMMIT`.
#
# Somebody adds a receiver that counts who works here. It hears two saves, of the person and of the seat:


# %%
def count_everybody(**kwargs):
    Employees.objects.count()


with connected(post_save, count_everybody):
    costlier = run_tests(CostForReal)
costlier

# %% [markdown]
# The test says *how many*. A trace says *whose*: `receivers()` adds up what each receiver cost. With a text, such as the name of a table, it
# counts only the statements in which this text stands.

# %%
with connected(post_save, count_everybody), trace() as hired:
    Employees.objects.create(**roster[2])
[(it["receiver"], it["queries"]) for it in hired.receivers("speedy_employees")]

# %% [markdown]
# Write such a number only for code that runs often, or in a loop. If every page had one, it would turn red at each change, and
# people would raise it without looking.
#
# ## What to keep
#
# | question | how to ask it | what it cannot see |
# |---|---|---|
# | does the function do the right thing? | call it, with a mock for what it calls: a new row, an edit, a fixture | that nobody calls it |
# | is it connected, once? | save, with that mock | what the rule does; a `ready()` that was forgotten |
# | do they work together? | save, and look at the rows | which part failed; that it ran twice |
# | does it wait for the commit? | `captureOnCommitCallbacks(execute=True)`: nothing inside, all after | a real commit |
# | what does an error leave? | `TransactionTestCase`, without an `atomic()` of its own | it sees everything, but is slow |
# | did a test leave a receiver connected? | compare before and after every test; `pytest --signal-leaks` of [`whatfires`](../../docs/whatfires/ci.md) does it | |
# | what does it cost? | `assertNumQueries`, then `trace()` | another database |
#
# | careful | why |
# |---|---|
# | never mute a whole signal | other receivers are muted, too |
# | never replace a receiver by a mock | the signal holds the function, not its name |
# | no lambda as a receiver in a test | a test run turns DEBUG off, so it [vanishes](vanishing_receivers.ipynb) at once |
#
# **Practise:** [the exercises for this notebook](../exercises/testing.ipynb). Back to
# [lesson 06](../06_when_things_break.ipynb) or [lesson 07](../07_choosing.ipynb).
