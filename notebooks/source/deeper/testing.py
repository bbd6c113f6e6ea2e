# %% [markdown]
# # Deeper · Testing signals
#
# No line of your code calls a receiver, so you cannot see in the code whether it runs. Can you see it in a green test? **One idea: a
# green test proves something only if you have seen what turns it red.**
#
# In about 20 minutes you test a receiver in three ways, and break the code to see which test notices. Then you see how one test
# disturbs the next. An optional part at the end, another 8 minutes, is about the transaction of a test.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## Three questions
#
# The tests are in a module, [`rehearsal.py`](../../classroom/experiments/rehearsal.py). The first class asks: *does the
# function do the right thing?*
#
# Because a receiver is a function, a test can call it, with the arguments that the signal would pass. But the real `assign` would
# write rows. A [mock](../../docs/glossary.md#mock) is an object that accepts any call and remembers it. `patch.object` puts one in the
# place of `assign` while the block runs. `assert_called_once_with(ada)` passes only if the mock was called exactly once, with Ada:

# %%
from classroom.experiments.rehearsal import TheConnection, TheEffect, TheReceiverAlone

show_code(TheReceiverAlone)

# %% [markdown]
# The test needs no query, so its class can be a `SimpleTestCase`, which refuses every query.
#
# Two more questions: *is the receiver connected, and only once?* And *does it all work together?*

# %%
show_code(TheConnection, TheEffect)

# %%
# run_tests() runs classes of tests, in a database of their own.
run_tests(TheReceiverAlone, TheConnection, TheEffect)

# %% [markdown]
# Five green lines. Now we break the code in six ways:
#
# | fault | what we break |
# |---|---|
# | not connected | nobody connects the receiver |
# | connected twice | it is connected once more, with a `dispatch_uid`: that counts as another connection, and it is called twice |
# | does nothing | its body is empty |
# | created forgotten | it does not look at `created`, so an edit calls the rule, too |
# | raw forgotten | it does not look at `raw`, so a fixture calls the rule, too |
# | the rule raises | `assign` raises an error |

# %%
predict("testing-1")

# %%
from classroom.experiments.rehearsal import with_each_fault

faults = with_each_fault(TheReceiverAlone, TheConnection, TheEffect)
reveal("testing-1")
faults

# %% [markdown]
# Go down the columns. *Error* means that the test could not go on.
#
# - *Not connected*: the function is right, but nobody calls it. So tests of the function alone are not enough.
# - *Connected twice*: only `TheConnection` notices. `TheEffect` does not, because the second `assign` finds a person who has a
#   seat, and does nothing.
# - *The rule raises*: the tests with a mock cannot see it, because the mock replaces the rule.
#
# Each test is red for some fault, and none is red for all of them. So you want all three kinds. Write mostly the first kind, because
# these tests are quick and tell you *which* case is wrong.
#
# ## A fault that stays hidden
#
# None of these tests finds a `ready()` that does not import `signals.py`. The test file imports the receiver to call it, and this
# import connects it. So the tests are green, though nothing imports it on the server. The next test starts a new Python, which runs
# `code` and imports nothing else:
#
# ```python
# def test_ready_imports_the_receivers(self):
#     code = "import django, sys; django.setup(); assert 'polls.signals' in sys.modules"
#     subprocess.run([sys.executable, "-c", code], check=True)
# ```
#
# The new Python ends with an error if the `assert` fails, and `check=True` turns that into an error of your test. Your settings
# are found by the variable `DJANGO_SETTINGS_MODULE`. `manage.py test` sets it, and so does pytest-django.
#
# ## A mock of the receiver
#
# There seems to be a shorter way: replace the receiver itself with a mock, hire somebody, and see whether the mock was called.

# %%
predict("testing-2")

# %%
from unittest.mock import patch

with patch("speedy.signals.employee_assignment.employee_created") as stand_in:
    katherine = Employees.objects.create(**roster[3])
reveal("testing-2")
stand_in.call_count, katherine.shifts.count()

# %% [markdown]
# The mock was called 0 times. Katherine has 1 shift, because the real receiver ran. So a test that says `stand_in.assert_not_called()` is always green.
# Replace what the receiver *calls* instead, as `TheReceiverAlone` and `TheConnection` do: they replace `assign`.
#
# ## A test without the receiver
#
# Many tests want employees without the automatic shift. So test helpers often switch off a signal. Ours is `muted(post_save)` of
# [whatfires](../../whatfires/README.md): nobody hears `post_save` while its block runs. Katherine works on Monday. Ada joins, and the
# test itself stores a seat for her.

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
# Who listens to post_save of a seat?
for row in who_listens(post_save, ShiftsEmployees):
    print(row["receiver"])

# %% [markdown]
# `count_seat` was muted, too. So the shift has two people, but its headcount says one. The rule believes the headcount, and puts two
# more people there:

# %%
for person in roster[4:6]:
    Employees.objects.create(**person)
shift_table()

# %% [markdown]
# Four people on three seats. **Muting a signal mutes every receiver of it**, yours and those of every package. Such a test
# describes a project that does not exist.
#
# So disconnect one receiver. `disconnected()`, also of whatfires, switches off one receiver while its block runs. Grace gets a seat on a new shift:

# %%
from speedy.signals.employee_assignment import employee_created

with disconnected(post_save, employee_created, sender=Employees):
    grace = Employees.objects.create(**roster[1])
    tuesday = Shifts.objects.create(shift_date=date(2022, 11, 15))
    ShiftsEmployees.objects.create(employee=grace, shift=tuesday)
tuesday.refresh_from_db()
tuesday.headcount

# %% [markdown]
# Now the seat was counted, because only `employee_created` was silent.
#
# ## Two tests, one after the other
#
# `TestCase` runs each test inside a transaction and rolls it back at the end. So the rows of a test are gone before the next
# one. Each of these two is green if it runs alone:

# %%
from classroom.experiments.rehearsal import HeardOnce, TwoHired

show_code(HeardOnce, TwoHired)

# %% [markdown]
# `hear` is a function inside a test. With `weak=False` the signal keeps it alive: see [receivers that
# vanish](vanishing_receivers.ipynb).

# %%
predict("testing-4")

# %%
together, turned = run_tests(HeardOnce, TwoHired), run_tests(TwoHired, HeardOnce)
reveal("testing-4")
display(together, turned)

# %% [markdown]
# A rollback undoes rows, and a receiver is no row. So `TwoHired` is red, although nothing is wrong with it. (When the last test has ended,
# `run_tests` disconnects what is left. Django's own runner does not.)
#
# `HeardOnceChecked` is the same test, with a [mixin](../../docs/glossary.md#mixin): a class that you write before `TestCase` in the
# brackets. This mixin, `NoReceiverLeft` in [`rehearsal.py`](../../classroom/experiments/rehearsal.py), compares who is connected before the
# test and when it ends:

# %%
from classroom.experiments.rehearsal import HeardOnceChecked

caught = run_tests(HeardOnceChecked, TwoHired)
caught

# %% [markdown]
# Now the test with the fault is red, too, and its message names the receiver. To repair the test, add this line after `connect()`. It
# calls `disconnect` when the test ends, green or red:
#
# ```python
# self.addCleanup(post_save.disconnect, hear, sender=Employees)
# ```
#
# ## What to keep
#
# | question | how to ask it | careful |
# |---|---|---|
# | Does the function do the right thing? | Call it, with a mock for what it calls: for a new row, an edit, a fixture. | This does not show whether anybody calls it. |
# | Is it connected, once? | Save, with that mock. | Do not replace the receiver itself: the signal refers to the function, not to its name. |
# | Does `ready()` import the file? | Start a new Python, and look into `sys.modules`. | |
# | Do they work together? | Save, and look at the rows. | Do not mute a whole signal: other receivers are muted, too. |
# | Does a test leave a receiver connected? | Compare before and after every test. | A rollback removes no receiver: use `addCleanup`. |
#
# In your own project, install [`whatfires`](../../whatfires/README.md) and run `pytest --signal-leaks`. It names each test that
# leaves a receiver connected, and [does more](../../docs/whatfires/ci.md).
#
# ## Optional: the commit and the error
#
# This part takes 8 minutes. It needs [lesson 06](../06_when_things_break.ipynb): a `TestCase` rolls its transaction back, and never
# commits.
#
# ### A letter after the commit
#
# Now a receiver, `welcome`, writes a letter after the commit, into the list `letters`. The mixin `Letters` connects it for each test: `enterContext` opens a `with`
# block, and closes it when the test ends.
#
# `captureOnCommitCallbacks(execute=True)` collects the callbacks that wait for the commit, and calls them when its block ends.

# %%
from classroom.experiments.rehearsal import (
    Letters,
    LettersCaptured,
    LettersCommitted,
    LettersInTestCase,
    welcome,
)

show_code(welcome, Letters, LettersCaptured, LettersInTestCase)

# %% [markdown]
# `LettersCommitted` has the same test as `LettersInTestCase`, but is a `TransactionTestCase`, which really commits.

# %%
posted = run_tests(LettersInTestCase, LettersCaptured, LettersCommitted)
posted

# %% [markdown]
# - `LettersInTestCase` is red: the callback is never called. And a test that says "no letter is sent" would be green there, though in
#   production the letter is sent.
# - `LettersCaptured` sees most. Inside its block `letters` is still empty, so the letter really waits.
# - `LettersCommitted` is slow, because after each test Django must empty all tables. By default this also removes rows that
#   your migrations stored. So use a `TransactionTestCase` only if the commit itself is the question.
#
# ### What an error leaves
#
# Is a person stored although an error came? `hire_and_refuse` hires Ada, and then a receiver stores her seat a second time. A person
# can have one seat on a shift, so the database refuses that. In autocommit Ada's row stays (lesson 06).

# %%
from classroom.experiments.rehearsal import hire_and_refuse, seat_again

show_code(seat_again, hire_and_refuse)

# %% [markdown]
# The three tests below claim the opposite: nobody is left. So each of them should fail. But one passes.

# %%
from classroom.experiments.rehearsal import RefusedForReal, RefusedInTestCase, RefusedInTheBlock

show_code(RefusedInTestCase, RefusedInTheBlock, RefusedForReal)

# %%
predict("testing-5")

# %%
refused = run_tests(RefusedInTestCase, RefusedInTheBlock, RefusedForReal)
reveal("testing-5")
refused

# %% [markdown]
# - `RefusedInTestCase` is red for another reason: the refused INSERT breaks the transaction that `TestCase` opened, so `count()`
#   raises an error.
# - `RefusedInTheBlock` passes, and proves only that *the test* can roll back.
# - `RefusedForReal` tells the truth: there is one person, not none.
#
# ### What to keep of this part
#
# | question | how to ask it |
# |---|---|
# | Does it wait for the commit? | Use `captureOnCommitCallbacks(execute=True)`. Inside its block nothing has happened yet. |
# | What is left when a query fails? | Use a `TransactionTestCase`, without an `atomic()` of its own. It is slow. |
#
# **Practise:** [the exercises for this notebook](../exercises/testing.ipynb). Back to
# [lesson 06](../06_when_things_break.ipynb) or [lesson 07](../07_choosing.ipynb).
