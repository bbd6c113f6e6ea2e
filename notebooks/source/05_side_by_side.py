# %% [markdown]
# # 05 · Side by side
#
# **One idea: the same rule, started in four ways.** The rule, `assign()`, gives a shift to somebody who is hired. You have seen a
# receiver of a built-in signal start it. A `save()` override, a custom signal or a direct call could start it, too. Here you compare the
# receiver with the call. The other two get a table.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb) |
# | Here | **05 Side by side**, 18 minutes, and 10 for the tasks |
# | Next | [06 When things break](06_when_things_break.ipynb), [07 Choosing](07_choosing.ipynb) |
# | Optional | [The matrix](deeper/matrix.ipynb): what fires when. [What a hire costs](deeper/costs.ipynb), alone and in a list of 300 |
#
# ## Built-in signals
#
# You write `Employees.objects.create(...)`, and a receiver of `post_save` calls the rule. Now the rule fails: `broken_rule()` makes
# `assign()` raise an error while its block runs.

# %%
from classroom.scenes.scenarios import BrokenRule, broken_rule

fresh_database()
ADA, GRACE, ALAN, KATHERINE = sample_roster()[:4]  # their fields, a dict each
predict("05-1")

# %%
with broken_rule():
    try:
        Employees.objects.create(**ADA)
    except BrokenRule as error:
        print("The caller sees:", error)
reveal("05-1")
Employees.objects.all()

# %%
from django.db import transaction

# Grace is hired in the same way, but inside atomic().
with broken_rule():
    try:
        with transaction.atomic():
            Employees.objects.create(**GRACE)
    except BrokenRule as error:
        print("The caller sees:", error)
Employees.objects.all()

# %% [markdown]
# She is not stored. So `atomic()` repairs it. But receivers have two drawbacks. First, a receiver cannot open this block, because it is called
# when the row is already written. The caller has to, and may not know that there is a receiver. (A `save()` of the model can, too.)
#
# The second drawback shows in a test. The rule is still broken. The test hires nobody: it stores Katherine, and looks at her name.

# %%
from django.test import TestCase


class NameTests(TestCase):
    def test_first_name_comes_first(self):
        katherine = Employees.objects.create(**KATHERINE)
        self.assertEqual(str(katherine), "Katherine Ospell")


# %%
predict("05-2")

# %%
with broken_rule():
    result = run_tests(NameTests)
reveal("05-2")
result

# %% [markdown]
# A test about a name fails, and the error speaks of a shift.
#
# ## A direct call
#
# First, `unplug()` switches off the receivers of `Employees`. The rule is still broken, and the same test runs again:

# %%
from classroom.experiments.rewiring import plug_in, unplug

unplug()
with broken_rule():
    result = run_tests(NameTests)
result

# %%
# The receivers of 00 are off, so create() only stores. To hire somebody, you write a function that calls the rule.
from speedy import scheduling


def place(employee):
    scheduling.wipe_expired_shifts()  # before or after create(): no matter
    scheduling.assign(employee)


def hire(**fields):
    employee = Employees.objects.create(**fields)
    place(employee)
    return employee


# %%
with broken_rule():
    try:
        hire(**ALAN)
    except BrokenRule as error:
        print("The caller sees:", error)
Employees.objects.all()

# %% [markdown]
# Alan is stored, as Ada is: `hire()` has no transaction. **A call alone is not safe. The transaction makes it safe.** But now you know where
# to write it: once, in `hire()`. No caller has to think of it.
#
# ### Your turn: all or nothing
#
# Change `hire` so that nobody is stored when the rule fails. The caller still gets the error.


# %%
def hire(**fields):
    employee = Employees.objects.create(**fields)
    place(employee)
    return employee


exercise("05-a").check(hire)

# %% [markdown]
# ## The same hire, twice
#
# The rule works again. On the left, receivers start it. On the right they are off, and a `hire()` with a transaction calls it. Read each
# column from top to bottom; some lines are left out. At any line, *Pull the plug* shows what would stay if the program ended there.

# %%
from speedy.wirings import WIRINGS

plug_in()  # the receivers are back
same_hire({name: WIRINGS[name] for name in ["built-in signals", "direct call"]})

# %% [markdown]
# On the left, the transaction is that of `assign()`, which has an `atomic()` of its own. It begins when Ada's row is already kept. On the right,
# `hire()` begins one first, and `assign()` runs inside it. **Of two blocks, only the outer one commits**, here the row and the seat together.
# (On the right, `create()` sends `post_save`, too. Nobody receives it, so it is not drawn.)
#
# ## All four
#
# Each of the four is called a *wiring*. One is on at a time.
#
# | wiring | who calls the rule | who opens a transaction around row and rule | the rule fails: is Ada stored? |
# |---|---|---|---|
# | built-in signals | a receiver of `post_save` | nobody, unless the caller does | yes |
# | `save()` override | `save()` | `save()` | no |
# | custom signal | a receiver of `employee_hired` | the function that sends it | no |
# | direct call | `hire()` | `hire()` | no |
#
# <details><summary>The code of the two in the middle</summary>
#
# ```python
# class Employees(models.Model):
#     def save(self, *args, **kwargs):
#         if not self._state.adding:  # an edit
#             return super().save(*args, **kwargs)
#         with transaction.atomic():
#             scheduling.wipe_expired_shifts()
#             super().save(*args, **kwargs)
#             scheduling.assign(self)
# ```
#
# ```python
# def hire_by_custom_signal(**fields):
#     with transaction.atomic():
#         employee = Employees.objects.create(**fields)
#         employee_hired.send(sender=Employees, employee=employee)
#     return employee
#
# @receiver(employee_hired)
# def place_hired(sender, employee, **kwargs):
#     scheduling.wipe_expired_shifts()
#     scheduling.assign(employee)
# ```
#
# In lesson 04 `employee_hired` only told others. Here its receiver does a part of the hire. So its error has to undo the hire, and it is sent with
# `send()`, inside `atomic()`. The price: an error of any other receiver, such as the kitchen, undoes the hire, too.
#
# </details>
#
# ## What skips the rule
#
# A colleague does not know your hire function. She writes `Employees.objects.create(...)`, or calls `save()` or `bulk_create()`.

# %%
predict("05-3")

# %%
reveal("05-3")
skips_the_rule()

# %% [markdown]
# `bulk_create()` skips the rule in all four. With the last two, only `hire()` starts it. So why a call?
#
# - With a receiver or a `save()` override, every test and script that stores a person also hires. No query
#   finds that afterwards.
# - With a call, somebody may forget it, and nothing warns you. But one query finds the people without a shift:

# %%
Employees.objects.without_shift()

# %% [markdown]
# (Ada and Alan are left from the cells in which the rule was broken.) So a forgotten call is the smaller harm, we think. Lesson 07 asks what to
# do where you cannot add a call.
#
# ### Your turn: find them, and place them
#
# Write `repair()`. It calls `place()` for everybody who has no shift, and returns how many there were.


# %%
def repair():
    """Place everybody who has no shift; return how many there were."""


exercise("05-b").check(repair)

# %% [markdown]
# ## What to keep
#
# | question | built-in signals | direct call |
# |---|---|---|
# | What runs the rule? | `create()`, and `save()` of a new person, in tests, too | your function, and nothing else |
# | Do I see it in the code that hires? | no | yes |
# | Who opens the transaction? | the caller, or `save()` | your function |
# | What can go wrong? | nobody opens the transaction | the caller forgets your function |
#
# **So far:** write one `hire()`. In it, store the person and call the rule, both inside `atomic()`.
#
# **Practise:** [the exercises for 05](exercises/05_side_by_side.ipynb).
# **Next:** [06 When things break](06_when_things_break.ipynb).
