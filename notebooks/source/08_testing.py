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
# - meet two things that a test in a transaction cannot see, and pin what a hire costs.

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
# A receiver is a function. So call it: no signal, no database, no row. `patch.object` puts a stand-in
# in the place of `assign` that only notes how it was called.
#
# The other two ask: *is it connected?* and *does it all work together?*

# %%
show_code(TheWiring, TheEffect)

# %% [markdown]
# `run_tests` runs them as a test run would, in a database of their own.

# %%
run_tests(TheReceiverAlone, TheWiring, TheEffect)

# %% [markdown]
# Four green lines. But a test that has never been red has proved nothing yet. So break something:
# somebody deletes the line that imports the receivers' module, and nobody is connected any more.
# `disconnected` takes one receiver off its signal while a block runs.

# %%
predict("Without the connection, how many of the four tests are still green?", ...)

# %%
from django.db.models.signals import post_save

from speedy.signals.employee_assignment import employee_created

with disconnected(post_save, employee_created, sender=Employees):
    unplugged = run_tests(TheReceiverAlone, TheWiring, TheEffect)
reveal((unplugged["outcome"] == "● ok").sum())
unplugged

# %% [markdown]
# The function is as good as before; nobody calls it. Tests of the function alone would have stayed green
# on the day when no employee got a shift. Now the other way round: it is connected, and has forgotten to
# look at `created`.

# %%
from unittest.mock import patch

from speedy import scheduling


def careless_receiver(sender, instance, **kwargs):
    scheduling.assign(instance)


with patch("classroom.rehearsal.employee_created", careless_receiver):
    forgetful = run_tests(TheReceiverAlone, TheWiring, TheEffect)
assert list(forgetful["outcome"]).count("✗ failed") == 1
forgetful

# %% [markdown]
# Only the test of the function names the case that went wrong: an edit. You want all three, and most of
# them of the first kind: they are quick, and they say *which* line.
#
# ## Muting
#
# Often a test wants employees and no shifts. Many helpers mute a signal: they take **every** receiver
# off it, and put them back afterwards. `muted` does that.

# %%
with muted(post_save):
    ada = Employees.objects.create(**roster[0])
assert not ada.shifts.exists()

# %% [markdown]
# Quiet, as ordered. Still muted, we give Ada a seat by hand:

# %%
predict("post_save is muted, and one seat is saved. What is the headcount of that shift?", ...)

# %%
with muted(post_save):
    monday = Shifts.objects.create()
    ShiftsEmployees.objects.create(employee=ada, shift=monday)
monday.refresh_from_db()
reveal(monday.headcount)

# %% [markdown]
# The receiver that counts seats listens to `post_save`, too. **Muting a signal mutes everybody who
# listens to it**: yours, your colleagues', those of every package. A test that mutes describes a project
# that does not exist. How many would that be here?

# %%
listeners = who_listens()
listeners[listeners["signal"] == "post_save"][["sender", "receiver"]]

# %% [markdown]
# Better: take off the one receiver that is in your way. Then the seats are still counted:

# %%
with disconnected(post_save, employee_created, sender=Employees):
    grace = Employees.objects.create(**roster[1])
    ShiftsEmployees.objects.create(
        employee=grace, shift=Shifts.objects.create(shift_date=date(2022, 11, 15))
    )
assert Shifts.objects.get(shift_date=date(2022, 11, 15)).headcount == 1

# %% [markdown]
# Best: hire in your tests by a way that sets nothing off, such as `EmployeesWithoutHooks` here. Code that
# has to be muted to be tested is telling you something about where its behaviour lives.
#
# ## A receiver that a test forgot
#
# Two tests. Each is green when it is run alone.

# %%
from classroom.rehearsal import Careless, CarelessAndCaught, Innocent, NoReceiverLeft

show_code(Careless, Innocent)

# %%
predict("Which of the two is red when both run, Careless first?", ...)

# %%
together = run_tests(Careless, Innocent)
reveal(together.index[together["outcome"] != "● ok"][0])
together

# %% [markdown]
# The guilty one is green, the innocent one is red, and only in this order:

# %%
run_tests(Innocent, Careless)

# %% [markdown]
# Whoever is sent to mend it looks in the wrong file. `weak=False` keeps the receiver alive; with weak
# references the garbage collector decides when it goes, which is worse. The cure is a check that every
# test runs, and which fails where the fault is:

# %%
show_code(NoReceiverLeft)

# %%
caught = run_tests(CarelessAndCaught, Innocent)
assert caught["outcome"].iloc[0] == "✗ failed"
caught

# %% [markdown]
# It still spoils its neighbour, but now it is named itself, with the receiver that it left. (Here, every
# test of the project runs such a check; see [`tests/conftest.py`](../tests/conftest.py). And in a test
# you connect by `connected`, which disconnects.)
#
# ## What a transaction hides
#
# `django.test.TestCase` runs each test inside a transaction and takes it back at the end. That is quick,
# and clean. But a receiver that waits for the commit, as [lesson 07](07_when_things_break.ipynb) advised,
# waits in vain. Three classes with the same test: Ada is hired, and a letter is written.

# %%
from classroom.rehearsal import LettersCaptured, LettersCommitted, LettersInTestCase, welcome

show_code(welcome, LettersInTestCase, LettersCaptured)

# %%
predict('Does LettersInTestCase find the letter ("yes", "no")?', ...)

# %%
posted = run_tests(LettersInTestCase, LettersCaptured, LettersCommitted)
reveal(posted["outcome"].iloc[0] == "● ok")
posted

# %% [markdown]
# In the first there is no commit, so no letter. `captureOnCommitCallbacks(execute=True)` runs what waited
# when its block ends. The third is a `TransactionTestCase`: it commits, and empties every table
# afterwards, which takes its time. Use it where the commit itself is the question: threads, locks,
# `on_commit` and errors between two transactions.
#
# The test that says *no letter is sent* would have been green in the first class, whatever the code does.
# A test for something that does not happen is worth as much as its neighbour for something that does.
#
# ## What a hire costs
#
# A receiver can add a query to every save in the project, and no reader of the code will notice. A test
# can:

# %%
from classroom.rehearsal import TheCost

show_code(TheCost)

# %% [markdown]
# (Outside a test it is seven: `BEGIN` and `COMMIT` are the test's own here.) Somebody adds a receiver that
# counts how many work here by now:


# %%
def count_everybody(**kwargs):
    Employees.objects.count()


# %%
predict("Two models are saved in a hire, and it listens to both. How many statements now?", ...)

# %%
with connected(post_save, count_everybody):
    dearer = run_tests(TheCost)
reveal(7 if "7 != 5" in dearer["says"].iloc[0] else dearer["says"].iloc[0])
dearer

# %% [markdown]
# The person and the seat: two more for every hire. The test says how many, `trace()` says which:

# %%
with connected(post_save, count_everybody), trace() as hired:
    Employees.objects.create(**roster[2])
hired

# %% [markdown]
# Pin such a number only where it matters: on the way that everybody takes, or in a loop. A number for
# every page would turn red at each change, and people would learn to raise it without looking. One number,
# a comment that says what the statements are, and whoever raises it has to say why.
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
# | is it connected, once? | `trace()` around one save | what it does |
# | do they work together? | save, and look at the rows | which part failed |
# | does it stay away where it should? | the same with an edit, a fixture (`raw`) | anything, if its neighbour is missing |
# | does it wait for the commit? | `captureOnCommitCallbacks(execute=True)` | two transactions at once |
# | does it hold under a race, an error, a real commit? | `TransactionTestCase`, threads | it is slow |
# | did a test leave something connected? | a check around every test | |
# | what does it cost? | `assertNumQueries`, then `trace()` | |
#
# **Practise:** [the exercises for 08](exercises/08_testing.ipynb). Next and last:
# [09 Choosing](09_choosing.ipynb).
