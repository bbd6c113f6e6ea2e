# %% [markdown]
# # 07 · Choosing
#
# **One idea: ask in this order.** Something has to happen when a row changes. Four questions tell you where it belongs. Then you rewire this project.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb), [05](05_side_by_side.ipynb), [06](06_when_things_break.ipynb) |
# | Here | **07 Choosing**, 25 minutes, and 15 for the tasks |
# | Next | [The closing quiz](exercises/quiz.ipynb) |
# | Optional | [No hook at all](deeper/no_hook.ipynb), [Counting](deeper/counting.ipynb), [The outbox](deeper/outbox.ipynb), [Line by line](deeper/line_by_line.ipynb) |
#
# ## Two situations
#
# First: there must never be two shifts on one day. So the model says `shift_date = models.DateField(unique=True)`.

# %%
fresh_database()
people = sample_roster()
predict("07-1")

# %%
today = Shifts.objects.create()
try:
    Shifts.objects.bulk_create([Shifts(shift_date=today.shift_date)])
except Exception as error:
    print(f"{type(error).__name__}: {error}")
reveal("07-1")

# %% [markdown]
# Second: each new account of `django.contrib.auth` gets a badge. Forms, the admin and commands create accounts.

# %%
predict("07-2")

# %%
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.signals import post_save


def make_a_badge(sender, instance, created, raw, **kwargs):
    if created and not raw:
        transaction.on_commit(lambda: print("A badge for", instance))


with connected(post_save, make_a_badge, sender=User):
    User.objects.create_user("night.porter")
reveal("07-2")

# %% [markdown]
# In your project write `@receiver(post_save, sender=settings.AUTH_USER_MODEL)`, which fits your own user model, too.
# This setting is a string, such as `"auth.User"`. To connect to a model's signal, you may give it in place of the
# class. A badge is outside the database, so the receiver uses `on_commit`.
#
# ## Four questions
#
# [Django's page on signals](https://docs.djangoproject.com/en/5.2/topics/signals/) opens with a warning:
# signals can lead to code that is hard to understand and to debug. Where possible, it says, call the code
# directly. [Matić's tutorial](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) warns against needless signals, too.
#
# ```mermaid
# flowchart TD
#     one{"1. Is it only a check,<br>which nobody may skip?"} -- yes --> database["the database"]
#     one -- no --> two{"2. Is it about this<br>row's fields alone?"}
#     two -- yes --> save["save()"]
#     two -- no --> three{"3. Can you edit all code<br>that saves the row?"}
#     three -- no --> signal["a receiver"]
#     three -- yes --> four{"4. Do you know all code<br>that has to react?"}
#     four -- yes --> call["call a function"]
#     four -- no --> custom["a custom signal"]
# ```
#
# The second shift was an example of question 1. A *constraint*, a rule that the database checks for each row, can refuse a
# row, but it cannot put somebody on a shift. The bonus of lesson 03 belongs to question 2, because it depends on the hours
# of the same row. The badge belongs to question 3, because Django's own code creates users, too. And if you write a
# package that others install, you do not know who will react, so question 4 leads to a custom signal.
#
# Four questions say *where*. One more says *when*: **Does it reach outside the database?** Then use `on_commit`.
#
# ## Rewire the project
#
# On one point we differ from Matić's tutorial: it puts a task that involves other models into a signal. We do not, because
# all code of our hire is ours, so we can call a function.
#
# This is the hire by built-in signals, with eight tests. Look at the ✗ of OneHire first.

# %%
from classroom.experiments.rewiring import hiring_tests, plug_in, unplug


def hire_by_signals(**fields):
    return Employees.objects.create(**fields)


def hire_many_by_signals(people):
    return Employees.objects.bulk_create(people)


run_tests(*hiring_tests(hire_by_signals, hire_many_by_signals))

# %% [markdown]
# "Saving a row alone starts nothing" is our own wish and no rule of Django: only `hire()` hires, and `save()` stores the row. ManyHires fails
# because `bulk_create()` sends no signal.
#
# **Step 1: the receivers go.** In a project of your own you delete their file and its import in `ready()`. Here
# `unplug()` takes them off, and `plug_in()` puts them back in the end.

# %%
unplug()
newcomer = hire_by_signals(**people[0])
print(newcomer, "has", newcomer.shifts.count(), "shifts.")

# %% [markdown]
# A function that is missing is a `NameError`. A receiver that is missing is silence.
#
# ### Your turn: call it, for one and for many
#
# **Step 2.** Write everything that a hire does into `hire`: wipe expired shifts, store the person, assign. Return the person.
# After an error nobody is stored. Import `transaction` from `django.db` and `scheduling` from `speedy`, which has
# `wipe_expired_shifts()` and `assign(employee)`.
#
# **Step 3.** The same in `hire_many`, for a list of unsaved people. `scheduling.assign_many(employees)` takes a list of
# stored ones.


# %%
def hire(**fields):
    return Employees.objects.create(**fields)


exercise("07-a").check(hire)


# %%
def hire_many(people):
    return Employees.objects.bulk_create(people)


exercise("07-b").check(hire_many)

# %%
run_tests(*hiring_tests(hire, hire_many))

# %% [markdown]
# All green? Then leave out one step, and see which line fails.
#
# Suppose that all of your own code calls `hire` now.

# %%
predict("07-3")

# %%
# What the admin does in the end: it saves the row.
grace = Employees(**people[1])
grace.save()
reveal("07-3")
grace.shifts.count()

# %% [markdown]
# But the admin class of `Employees` is our code. Its `save_model` can call the function. `change` is True for an edit.
# A new `obj` is not stored yet. `hire` would want its fields, so we pass it to `hire_many`, in a list:
#
# ```python
# def save_model(self, request, obj, form, change):
#     if change:
#         super().save_model(request, obj, form, change)
#     else:
#         hire_many([obj])
# ```
#
# The project's own direct call, from lesson 05, passes all eight:

# %%
from speedy.wirings import hire_by_call, hire_many_by_call

tested = run_tests(*hiring_tests(hire_by_call, hire_many_by_call))
plug_in()  # the receivers are back
tested

# %% [markdown]
# ## Your own project
#
# `who_listens()` comes from a package of this course, `whatfires`, which works in your own project, too. In the folder of this course, `make wheel` builds a file in `dist/`. Install it with pip. In your project add `"whatfires"`
# to `INSTALLED_APPS`. Ask who listens, and what each call sends:
#
# ```
# pip install path/to/dist/whatfires-….whl
# python manage.py who_listens shop.Order
# python manage.py what_fires shop.Order bulk_create update
# ```
#
# Ask of each receiver:
#
# 1. Who sends, and is that code mine? If it is, can I call a function there?
# 2. What is left when it raises?
# 3. Which bulk calls bypass it?
# 4. Does it send a letter before the commit?
#
# ## What to keep
#
# | in this order | then | seen in |
# |---|---|---|
# | 1. Is it only a check, which nobody may skip? | the database: a constraint, such as `unique` | here, [no hook at all](deeper/no_hook.ipynb) |
# | 2. Is it about this row's fields alone? | `save()`, or a column that the database computes | [03](03_save_overrides.ipynb) |
# | 3. Can you edit all code that saves the row? If not: | a receiver | [02](02_built_in_signals.ipynb) |
# | 4. Do you know all code that has to react? If yes: | call a function; for many, one that takes a list | [05](05_side_by_side.ipynb) |
# | If not: | a custom signal | [04](04_custom_signals.ipynb) |
# | And then: does it reach outside the database? | `on_commit`; if it must not get lost, [the outbox](deeper/outbox.ipynb) | [06](06_when_things_break.ipynb) |
#
# You have finished the core. **Practise:** [the exercises for 07](exercises/07_choosing.ipynb), then
# [the closing quiz](exercises/quiz.ipynb).
