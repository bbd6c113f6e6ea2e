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
# ## Four questions
#
# [Django's page on signals](https://docs.djangoproject.com/en/5.2/topics/signals/) opens with a warning:
# signals can lead to code that is hard to understand and to debug. Where possible, it says, call the code
# directly. The tutorial that this course grew out of ends with the same advice: [Django 4.1: Controlling Events
# With Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić.
#
# ```mermaid
# flowchart TD
#     one{"1. Must it hold<br>whatever happens?"} -- yes --> database["the database"]
#     one -- no --> two{"2. Is it about this<br>row's fields alone?"}
#     two -- yes --> save["save()"]
#     two -- no --> three{"3. Can you edit the code<br>where it happens?"}
#     three -- yes --> call["call a function"]
#     three -- no --> signal["a receiver"]
# ```
#
# The first three questions say *where*. The fourth says *when*: **Does it reach outside the database?** Then use
# `on_commit`, as in lesson 06.
#
# An example for question 1: there must never be two shifts on one day. `Shifts.shift_date` is `unique=True`. Somebody
# stores a second shift with `bulk_create()`.

# %%
fresh_database()
ada, grace, alan, katherine = sample_roster()[:4]
predict("07-1")

# %%
today = Shifts.objects.create()
try:
    Shifts.objects.bulk_create([Shifts(shift_date=today.shift_date)])
except Exception as error:
    print(f"{type(error).__name__}: {error}")
reveal("07-1")

# %% [markdown]
# Question 2 was lesson 03. An example for question 3: each new account of `django.contrib.auth` gets a badge. Forms,
# the admin and commands create accounts, and none of that code is yours.

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
# In your project write `@receiver(post_save, sender=settings.AUTH_USER_MODEL)`: it names the user model, also where that is not
# Django's own. And if *you* write the package that others install, a custom
# signal lets them react.
#
# ## Rewire the project
#
# The tutorial has another rule of thumb: a task that involves other models belongs in a signal. Our hire involves
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
# You know why these fail: an error leaves somebody behind, and `bulk_create()` bypasses the receivers. "A saved row
# sets nothing off" is our wish and no rule of Django: everything that a hire does should stand in `hire()`.
#
# **Step 1: the receivers go.** In a project of your own you delete their file and its import in `ready()`. Here
# `unplug()` takes them off, and `plug_in()` puts them back in the end. The hire stays as it is for now.

# %%
predict("07-3")

# %%
unplug()
newcomer = hire_by_signals(**ada)
print(newcomer, "has", newcomer.shifts.count(), "shifts.")
reveal("07-3")

# %% [markdown]
# A function that is missing is a `NameError`. A receiver that is missing is silence.
#
# ### Your turn: call it, for one and for many
#
# **Step 2.** Write everything that a hire does into `hire`: wipe expired shifts, store the person, assign. An error
# leaves nobody behind. Import `transaction` from `django.db` and `scheduling` from `speedy`, which has
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
# What you give up: a person who is stored in the admin or a shell has no shift now. That code would have to call
# `hire`, too.
#
# Then compare. This is the project's own direct call. It stores a proxy class, and says `one_piece()` for `atomic()`:

# %%
from speedy.wirings import hire_by_call, hire_many_by_call

tested = run_tests(*hiring_tests(hire_by_call, hire_many_by_call))
plug_in()  # the receivers are back
display(show_code(hire_by_call, hire_many_by_call), tested)

# %% [markdown]
# ## Your own project
#
# Look for its receivers, its senders and its overrides:
#
# ```
# grep -rnE "@receiver|\.connect\(|Signal\(\)|\.a?send(_robust)?\(|def (save|delete)\(|bulk_(create|update)|\.update\(" --include="*.py" .
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
# | 1. Must it hold whatever happens? | the database: a constraint, `unique`, a generated field | here, [no hook at all](deeper/no_hook.ipynb) |
# | 2. Is it about this row's fields alone? | `save()` | [03](03_save_overrides.ipynb) |
# | 3. Can you edit the code where it happens? | call a function; for many, one that takes a list | [05](05_side_by_side.ipynb) |
# | 3b. If not | a receiver | [02](02_built_in_signals.ipynb) |
# | 3c. Is it news for code that you do not know? | a custom signal | [04](04_custom_signals.ipynb) |
# | 4. Does it reach outside the database? | `on_commit`; if it must not get lost, [the outbox](deeper/outbox.ipynb) | [06](06_when_things_break.ipynb) |
#
# You have finished the core. **Practise:** [the exercises for 07](exercises/07_choosing.ipynb), then
# [the closing quiz](exercises/quiz.ipynb).
