# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for deeper: testing
#
# They belong to [the lesson](../deeper/testing.ipynb). All 5 take about 36 minutes. In a notebook, change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## testing-1 · Always green
#
# *Repair · about 8 minutes*
#
# The kitchen has a receiver of `post_save`. It writes down one meal for everybody who is new, and none for an edit or for a
# row of a fixture:
#
# ```python
# def kitchen(sender, instance, created, raw=False, **kwargs):
#     if created and not raw:
#         meals.append(instance.first_name)
# ```
#
# There is a test. It has never been red, not even on the day when the kitchen cooked for everybody who had moved house.
#
# **Your task.** Repair `test_kitchen(kitchen, meals)`. It gets a receiver like this one and the (empty) list that the receiver writes
# into, and calls the receiver as Django would. No database is needed. It passes for a kitchen that is right, and raises
# `AssertionError` for one that is wrong. The check tries several wrong ones.

# %%
def test_kitchen(kitchen, meals):
    kitchen(sender=Employees, instance=Employees(first_name="Ada"), created=True)
    assert meals is not None

# %%
ex_testing_1 = exercise("testing-1")
ex_testing_1.check(test_kitchen)

# %%
# ex_testing_1.hint()
# ex_testing_1.solution()

# %% [markdown]
# ## testing-2 · Once it is certain
#
# *Repair · about 10 minutes*
#
# `hire(name, letters)` stores somebody in a transaction, and writes a letter of welcome once that is committed. It does not
# write before, because the hire may still be rolled back. The code is right. Its test is red.
#
# **Your task.** Repair the class `LetterTest`. Its tests call `self.hire(name, letters)`, which the check provides. All of them pass when
# `hire` is right: after the commit, `letters` is `["Welcome, Ada!"]`. At least one is red when no letter comes, when two
# come, and **when it is written before the commit**.

# %%
from django.test import TestCase


class LetterTest(TestCase):
    def test_ada_gets_a_letter(self):
        letters = []
        self.hire("Ada", letters)
        self.assertEqual(letters, ["Welcome, Ada!"])

# %%
ex_testing_2 = exercise("testing-2")
ex_testing_2.check(LetterTest)

# %%
# ex_testing_2.hint()
# ex_testing_2.solution()

# %% [markdown]
# ## testing-3 · One receiver less
#
# *Repair · about 6 minutes*
#
# `seated(fields, shift)` helps with tests: it stores an employee and gives them a seat on just this shift. The receiver
# `employee_created` would give them another seat, so the helper mutes `post_save`. Since then the tests count wrong: the
# `headcount` of the shift stays at 0. And the receiver of a colleague, which prints a badge for each newcomer, hears of nobody.
#
# **Your task.** Repair `seated(fields, shift)`: while it works, `employee_created` is not called, and **every other receiver** is. It still returns
# the stored `Employees`, with this one seat. Afterwards all receivers are connected as before, in the same order, also
# when the helper ends in an error.

# %%
from django.db.models.signals import post_save


def seated(fields, shift):
    with muted(post_save):
        person = Employees.objects.create(**fields)
        ShiftsEmployees.objects.create(employee=person, shift=shift)
    return person

# %%
ex_testing_3 = exercise("testing-3")
ex_testing_3.check(seated)

# %%
# ex_testing_3.hint()
# ex_testing_3.solution()

# %% [markdown]
# ## testing-4 · A receiver too many
#
# *Repair · about 6 minutes*
#
# `HearingTest` proves that a hire is heard of. It is green. Since it is there, tests in other files are red, but only when
# they run after this one.
#
# **Your task.** Repair the class `HearingTest`: it leaves **no receiver connected**, when it is green, when it is red, and when `hire` raises.
# And it takes off nobody else's receiver. It still calls `self.hire(name)`, which the check provides, and it is still red for a hire
# that is heard twice, or never, or that stores somebody else.

# %%
from django.db.models.signals import post_save
from django.test import TestCase


class HearingTest(TestCase):
    def test_a_hire_is_heard_of(self):
        heard = []

        def hear(sender, instance, **kwargs):
            heard.append(instance.first_name)

        post_save.connect(hear, sender=EmployeesWithoutHooks, weak=False)
        self.hire("Ada")
        self.assertEqual(heard, ["Ada"])

# %%
ex_testing_4 = exercise("testing-4")
ex_testing_4.check(HearingTest)

# %%
# ex_testing_4.hint()
# ex_testing_4.solution()

# %% [markdown]
# ## testing-5 · Who costs it?
#
# *Write · about 6 minutes*
#
# A hire of yours takes thirty statements, and last week it took nine. Nobody has changed the hire. Three teams have added
# receivers. Who asks so often?
#
# **Your task.** Write `who_asks(seen, table)`. It gets a trace and the name of a table, such as `"speedy_shifts"`, and returns the name of
# the receiver with the most statements to that table, as the trace calls it. What a receiver sets off in another receiver is
# the inner one's. A callback that waited for the commit counts like a receiver. Nobody asks: `None`.
#
# To see one: `with trace() as seen: Employees.objects.create(**sample_roster()[0])`, then `seen`, then `seen.receivers()`.

# %%
def who_asks(seen, table):
    """Name the receiver with the most statements to a table."""

# %%
ex_testing_5 = exercise("testing-5")
ex_testing_5.check(who_asks)

# %%
# ex_testing_5.hint()
# ex_testing_5.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("testing")
