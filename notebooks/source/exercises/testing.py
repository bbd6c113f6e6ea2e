# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for deeper: testing
#
# They belong to [the lesson](../deeper/testing.ipynb). All 2 take about 18 minutes. Change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

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
# Where you stand (`progress()` shows the whole course):

# %%
progress("testing")
