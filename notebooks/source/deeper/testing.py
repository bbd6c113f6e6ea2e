# %% [markdown]
# # Deeper · Testing signals
#
# No line of your code calls a receiver, so your code does not show whether it runs. Does a *green* test show it, one
# that passes? **One idea: a
# green test proves something only if you have seen what turns it red.**
#
# In about 20 minutes you test a receiver in three ways, break the code to see which test notices, and see how one test
# disturbs the next. The optional part, about transactions, takes 8 more.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## Three questions
#
# The tests are in a module, [`rehearsal.py`](../../classroom/experiments/rehearsal.py). The first class asks: *does the
# function do the right thing?*
#
# A receiver is a function, so a test can call it, with the arguments that the signal would pass. But the real `assign`
# would write rows. So `patch.object` replaces it with a [mock](../../docs/glossary.md#mock) while the block runs: an
# object that accepts any call and remembers it. `assert_called_once_with(ada)` checks that it was called exactly once,
# with Ada:

# %%
from classroom.experiments.rehearsal import TheConnection, TheEffect, TheReceiverAlone

show_code(TheReceiverAlone)

# %% [markdown]
# These tests need no query, so the class can be a `SimpleTestCase`, which refuses every query.
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
# | connected twice | it is connected again, this time under a name (a `dispatch_uid`), so it is called twice |
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
# Read down the columns. *Error* means that the test could not go on.
#
# - *Connected twice*: only `TheConnection` notices. In `TheEffect` the second `assign` finds a person who has a seat,
#   and does nothing.
# - *The rule raises*: a test with a mock cannot see it, because the mock replaces the rule.
#
# No test is red for every fault, so you want all three kinds. Write mostly the first: these tests are quick, and tell
# you *which* case is wrong.
#
# ## A fault that stays hidden
#
# Suppose that `ready()` forgets to import `signals.py`. All these tests stay green: the test file imports the receiver
# itself, and this connects it. (In the table we disconnected it.) On the server nothing does. So start a new Python,
# which runs `code` and imports nothing
# else:
#
# ```python
# def test_ready_imports_the_receivers(self):
#     code = "import django, sys; django.setup(); assert 'polls.signals' in sys.modules"
#     subprocess.run([sys.executable, "-c", code], check=True)
# ```
#
# If the `assert` fails, `check=True` makes your test fail, too. (The new Python finds your settings by the variable
# `DJANGO_SETTINGS_MODULE`. `manage.py test` and pytest-django set it.)
#
# ## A mock of the receiver
#
# Is there a shorter way? Replace the receiver itself with a mock, hire somebody, and see whether the mock was called.

# %%
predict("testing-2")

# %%
from unittest.mock import patch

with patch("speedy.signals.employee_assignment.employee_created") as stand_in:
    katherine = Employees.objects.create(**roster[3])
reveal("testing-2")
stand_in.call_count, katherine.shifts.count()

# %% [markdown]
# The mock was called 0 times. Katherine has 1 shift, so the real receiver ran. A test with
# `stand_in.assert_not_called()` would always be green. Replace what the receiver *calls* instead: `assign`, as in the
# tests above.
#
# ## A test without the receiver
#
# Many tests want employees without the automatic shift, so they switch off the signal. Inside `muted(post_save)`, a
# helper of [whatfires](../../whatfires/README.md), nobody hears `post_save`. Katherine works on Monday. Ada joins, and
# the test itself stores her seat.

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

# %% [markdown]
# The muted receiver was `count_seat`. So two people sit there, but the headcount says one. The rule believes the
# headcount, and adds two more:

# %%
for person in roster[4:6]:
    Employees.objects.create(**person)
shift_table()

# %% [markdown]
# Four people on three seats. **Muting a signal mutes every receiver of it**, even those of packages. Such a test
# describes a project that does not exist. So switch off one receiver, with `disconnected()`, also of whatfires. Grace
# gets a seat on a new shift:

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
# `TestCase` runs each test in a transaction, and rolls it back at the end. So its rows are gone before the next test.
# Alone, each of these two is green:

# %%
from classroom.experiments.rehearsal import HeardOnce, TwoHired

show_code(HeardOnce, TwoHired)

# %% [markdown]
# (`weak=False` keeps the inner function `hear` alive: see [receivers that vanish](vanishing_receivers.ipynb).)

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
# `HeardOnceChecked` is the same test with a [mixin](../../docs/glossary.md#mixin), a class that you write before
# `TestCase` in the brackets. This one, `NoReceiverLeft`, compares who is connected before and after the test:

# %%
from classroom.experiments.rehearsal import HeardOnceChecked

caught = run_tests(HeardOnceChecked, TwoHired)
caught

# %% [markdown]
# Now the faulty test is red, too, and its message names the receiver. To repair it, add this line after `connect()`. It
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
# The receiver `welcome` registers a callback, which puts a letter into the list `letters` after the commit. The mixin
# `Letters` connects it for
# each test. (`enterContext` is a `with` block that lasts until the test ends.) `captureOnCommitCallbacks(execute=True)`
# collects the waiting callbacks, and calls them when its block ends.

# %%
from classroom.experiments.rehearsal import (
    Letters,
    LettersCaptured,
    LettersCommitted,
    LettersInTestCase,
    welcome,
)

show_code(welcome, Letters, LettersInTestCase, LettersCaptured)

# %% [markdown]
# `LettersCommitted` has the same test as `LettersInTestCase`, but is a `TransactionTestCase`, which really commits.

# %%
posted = run_tests(LettersInTestCase, LettersCaptured, LettersCommitted)
posted

# %% [markdown]
# - `LettersInTestCase` is red: the callback is never called. Worse, a test that says "no letter is sent" would be green.
# - `LettersCaptured` sees most. Inside its block `letters` is still empty, so the letter really waits.
# - `LettersCommitted` is slow, because after each test Django must empty all tables. By default this also removes rows that
#   your migrations stored. So use a `TransactionTestCase` only if the commit itself is the question.
#
# ### What an error leaves
#
# `hire_and_refuse` hires Ada. Then a receiver stores her seat a second time, which the database refuses: a person may
# have only one seat on a shift. There is no `atomic()`, so Ada's row stays (lesson 06).
#
# These three tests say that nobody is left. That is false, so all three should be red. But one is green.

# %%
from classroom.experiments.rehearsal import (
    RefusedForReal,
    RefusedInTestCase,
    RefusedInTheBlock,
    hire_and_refuse,
    seat_again,
)

show_code(seat_again, hire_and_refuse, RefusedInTestCase, RefusedInTheBlock, RefusedForReal)

# %%
predict("testing-5")

# %%
refused = run_tests(RefusedInTestCase, RefusedInTheBlock, RefusedForReal)
reveal("testing-5")
refused

# %% [markdown]
# - `RefusedInTestCase` is red for the wrong reason: the refused INSERT breaks the transaction of `TestCase`, so
#   `count()` raises an error.
# - `RefusedInTheBlock` passes, and proves only that *the test* can roll back.
# - `RefusedForReal` tells the truth: there is one person, not none.
#
# ### What to keep of this part
#
# | question | how to ask it |
# |---|---|
# | Does it wait for the commit? | Use `captureOnCommitCallbacks(execute=True)`. Inside its block no callback has run yet. |
# | What is left when a query fails? | Use a `TransactionTestCase`, without an `atomic()` of its own. It is slow. |
#
# **Practise:** [the exercises for this notebook](../exercises/testing.ipynb). Back to
# [lesson 06](../06_when_things_break.ipynb) or [lesson 07](../07_choosing.ipynb).
