# %% [markdown]
# # 07 · Choosing
#
# **One idea: ask in this order.** Something has to happen when a row changes. Four questions tell you
# where it belongs. Then you rewire this project so that it follows them.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb), [05](05_side_by_side.ipynb), [06](06_when_things_break.ipynb) |
# | Here | **07 Choosing**, 20 minutes, the last lesson of the core |
# | Next | [The closing quiz](exercises/quiz.ipynb) |
# | Optional | [No hook at all](deeper/no_hook.ipynb), [Counting](deeper/counting.ipynb), [The outbox](deeper/outbox.ipynb), [Line by line](deeper/line_by_line.ipynb) |
#
# ## Two situations
#
# First: there must never be two shifts on one day. So the model says `shift_date = models.DateField(unique=True)`.
# Somebody stores a second shift with `bulk_create()`.

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
# In your project write `@receiver(post_save, sender=settings.AUTH_USER_MODEL)`. This works with your own user model, too. A
# badge is outside the database, so the receiver uses `on_commit`.
#
# ## Four questions
#
# [Django's page on signals](https://docs.djangoproject.com/en/5.2/topics/signals/) opens with a warning:
# signals can lead to code that is hard to understand and to debug. Where possible, it says, call the code
# directly. Matić's tutorial, which this course grew out of, ends with the same advice: [Django 4.1: Controlling Events
# With Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić.
#
# ```mermaid
# flowchart TD
#     one{"1. Must the rule hold,<br>whoever writes to the table?"} -- yes --> database["the database"]
#     one -- no --> two{"2. Is it about this<br>row's fields alone?"}
#     two -- yes --> save["save()"]
#     two -- no --> three{"3. Is the code that<br>saves the row yours?"}
#     three -- no --> signal["a receiver"]
#     three -- yes --> who{"Do you know all code<br>that has to react?"}
#     who -- yes --> call["call a function"]
#     who -- no --> custom["a custom signal"]
# ```
#
# The shift was an example of question 1, the badge of question 3. The bonus of lesson 03 is one of question 2: it depends on
# the hours of the same row. If you write a package that others install, you do not know all code that has to react. So you
# send a custom signal.
#
# Three questions say *where*. The fourth says *when*: **Does it reach outside the database?** Then use `on_commit`, as in
# lesson 06.
#
# ## Rewire the project
#
# Matić's tutorial has another rule of thumb: a task that involves other models belongs in a signal. Our hire involves
# three models, and all of the code is ours. We say: call a function. Compare both.
#
# This is the hire by built-in signals. `hiring_tests` makes tests for any hire.

# %%
from classroom.experiments.rewiring import hiring_tests, plug_in, unplug


def hire_by_signals(**fields):
    return Employees.objects.create(**fields)


def hire_many_by_signals(people):
    return Employees.objects.bulk_create(people)


run_tests(*hiring_tests(hire_by_signals, hire_many_by_signals))

# %% [markdown]
# `bulk_create()` sends no signal, so neither wipe nor rule runs: three failures of ManyHires. For one hire, the row is
# committed before the receiver raises. "Saving a row alone starts nothing" is our wish and no rule of Django: everything
# that a hire does should stand in `hire()`.
#
# **Step 1: the receivers go.** In a project of your own you delete their file and its import in `ready()`. Here
# `unplug()` takes them off, and `plug_in()` puts them back in the end. The hire stays as it is for now.

# %%
unplug()
newcomer = hire_by_signals(**people[0])
print(newcomer, "has", newcomer.shifts.count(), "shifts.")

# %% [markdown]
# A function that is missing is a `NameError`. A receiver that is missing is silence.
#
# ### Your turn: call it, for one and for many
#
# **Step 2.** Write everything that a hire does into `hire`: wipe expired shifts, store the person, assign. Return the person. An
# error leaves nobody behind. Import `transaction` from `django.db` and `scheduling` from `speedy`, which has
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
# If `hire` and `hire_many` are right, every line is green. Leave out one step, and see which line fails.
#
# What do you give up? Suppose that all of your own code calls `hire` now.

# %%
predict("07-3")

# %%
# What the admin does in the end: it saves the row.
grace = Employees(**people[1])
grace.save()
reveal("07-3")
grace.shifts.count()

# %% [markdown]
# So the admin has to call `hire`, too: in `save_model()` of its `ModelAdmin`.
#
# Compare. This is the project's own direct call. It stores the proxy that no receiver hears of. Read `one_piece()` as
# `atomic()`:

# %%
from speedy.wirings import hire_by_call, hire_many_by_call

tested = run_tests(*hiring_tests(hire_by_call, hire_many_by_call))
plug_in()  # the receivers are back
display(show_code(hire_by_call, hire_many_by_call), tested)

# %% [markdown]
# ## Your own project
#
# The tool of this course works there, too. `make wheel`, here, builds it as a file in `dist/`. Install that file in the
# environment of your project, add `"whatfires"` to `INSTALLED_APPS`, and ask about a model of yours:
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
# 5. Which test fails if nobody imports the receiver's file?
#
# ## What to keep
#
# | ask, in this order | then | seen in |
# |---|---|---|
# | 1. Must the rule hold, whoever writes to the table? | the database: a constraint, `unique`, a generated field | here, [no hook at all](deeper/no_hook.ipynb) |
# | 2. Is it about this row's fields alone? | `save()` | [03](03_save_overrides.ipynb) |
# | 3. Is the code that saves the row yours? If not: | a receiver | [02](02_built_in_signals.ipynb) |
# | If it is, and you know all code that has to react: | call a function; for many, one that takes a list | [05](05_side_by_side.ipynb) |
# | If you do not: | a custom signal | [04](04_custom_signals.ipynb) |
# | 4. Does it reach outside the database? | `on_commit`; if it must not get lost, [the outbox](deeper/outbox.ipynb) | [06](06_when_things_break.ipynb) |
#
# You have finished the core. **Practise:** [the exercises for 07](exercises/07_choosing.ipynb), then
# [the closing quiz](exercises/quiz.ipynb).
