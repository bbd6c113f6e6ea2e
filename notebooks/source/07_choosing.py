# %% [markdown]
# # 07 · Choosing
#
# **One idea: ask in this order.** When a row changes, something else often has to happen. Four questions tell you where to put
# the code for it. Then you rewire this project.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb), [05](05_side_by_side.ipynb), [06](06_when_things_break.ipynb) |
# | Here | **07 Choosing**, 18 minutes, and 15 for the tasks |
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
try:  # the model has unique=True, so even this is refused
    Shifts.objects.bulk_create([Shifts(shift_date=today.shift_date)])
except Exception as error:
    print(f"{type(error).__name__}: {error}")
reveal("07-1")

# %% [markdown]
# `unique=True` is a *constraint*, a rule that the database checks for each row, in raw SQL, too.
#
# Second: each new account of `django.contrib.auth` gets a badge on paper. Forms, the admin and commands create accounts.

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
# The badge is printed on paper, and a rollback cannot take it back, so the receiver uses `on_commit`. In your project write
# `@receiver(post_save, sender=settings.AUTH_USER_MODEL)`. This setting is a string, such as `"auth.User"`. For signals of
# models, `sender=` accepts such a string, and Django looks up the class.
#
# ## Four questions
#
# [Django's page on signals](https://docs.djangoproject.com/en/5.2/topics/signals/) opens with a warning: signals can lead to code
# that is hard to understand and to debug. Where possible, it says, call the code directly. So the questions ask first for
# everything that is simpler than a signal:
#
# ```mermaid
# flowchart TD
#     one("1. Is it a check that<br>must never be skipped?") -- yes --> database["the database"]
#     one -- no --> two("2. Is it about this<br>row's fields alone?")
#     two -- yes --> save["save()"]
#     two -- no --> three("3. Can all code that<br>saves or deletes the row<br>call your function?")
#     three -- no --> signal["a receiver"]
#     three -- yes --> four("4. Do you know all code<br>that has to react?")
#     four -- yes --> call["call a function"]
#     four -- no --> custom["a custom signal"]
# ```
#
# | question | then | for example |
# |---|---|---|
# | 1: yes | a constraint | two shifts on one day |
# | 2: yes | the model's own `save()`; if somebody uses `update()`, [a column that the database computes](deeper/no_hook.ipynb) | the bonus of lesson 03 |
# | 3: no | a receiver | the badge, because Django's own code creates users |
# | 4: yes | call a function | a hire in this project |
# | 4: no | a custom signal | a package that others install |
#
# In question 3, answer yes if all this code is yours, or if the other code lets you add a method that calls your function. Many
# packages do not let you.
#
# Then check four things:
#
# - **Many at once.** `update()` and `bulk_create()` skip `save()` and receivers, so write a function that takes a list.
# - **Deleting.** A cascade calls no function of yours, but it sends the signals. When a person is deleted, a cascade deletes the
#   seats. So the receivers that keep `headcount` right stay receivers.
# - **Outside the database.** Use `on_commit`. If the work must not get lost, use [the outbox](deeper/outbox.ipynb).
# - **Time.** A signal is not a clock.
#
# ## Rewire the project
#
# [Matić's tutorial](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) puts a task that involves other models
# into a signal. Here we do not, because all code that hires is ours, so it can call a function.
#
# This is the hire by built-in signals, with eight tests. Look first at the lines with ✗.

# %%
from classroom.experiments.rewiring import hiring_tests, plug_in, unplug


def hire_by_signals(**fields):
    return Employees.objects.create(**fields)


def hire_many_by_signals(people):
    return Employees.objects.bulk_create(people)


run_tests(*hiring_tests(hire_by_signals, hire_many_by_signals))

# %% [markdown]
# ManyHires fails because `bulk_create()` sends no signal. "Saving a row alone starts nothing" is our own wish: a hire function
# hires, and `save()` only stores.
#
# **Step 1: remove the receivers of the hire.** In your own project you delete their file, and its import in `ready()`. Here
# `unplug()` disconnects them, and `plug_in()` connects them again at the end.

# %%
unplug()
newcomer = hire_by_signals(**people[0])
print(newcomer, "has", newcomer.shifts.count(), "shifts.")

# %% [markdown]
# ### Your turn: call it, for one and for many
#
# **Step 2.** Write everything that a hire does into `hire`: wipe expired shifts, store the person, assign a shift. Return the
# person. After an error nobody is stored. Import `transaction` from `django.db` and `scheduling` from `speedy`, which has
# `wipe_expired_shifts()` and `assign(employee)`.
#
# **Step 3.** Do the same in `hire_many`, for a list of unsaved people. `scheduling.assign_many(employees)` takes a list of
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
# The admin is left. It stores each object with the method `save_model()` of its admin class, which you may override.

# %%
predict("07-3")

# %%
# What the admin does in the end: it saves the row.
grace = Employees(**people[1])
grace.save()
plug_in()  # the receivers are back
reveal("07-3")
grace.shifts.count()

# %% [markdown]
# A function that is missing is a `NameError`. A receiver that is missing is silence.
#
# Here is your `save_model()`. For an edit, `change` is True, and Django's method saves the row as usual. Otherwise `obj` is new
# and not stored yet. `hire()` takes fields, so we call `hire_many()`, with a list that contains only `obj`:
#
# ```python
# def save_model(self, request, obj, form, change):
#     if change:
#         super().save_model(request, obj, form, change)
#     else:
#         hire_many([obj])
# ```
#
# ## Your own project
#
# `who_listens()` belongs to [`whatfires`](../whatfires/README.md), a package of this course. Build it with `make wheel`, install
# the file with `pip`, and add `"whatfires"` to `INSTALLED_APPS`. Then you have two commands in your project. The second one
# tells what each call sends:
#
# ```
# python manage.py who_listens shop.Order
# python manage.py what_fires shop.Order bulk_create update
# ```
#
# Ask of each receiver: can the code that saves the row call a function? What is left when the receiver raises an error? Which
# bulk calls skip it?
#
# ## What to keep
#
# You need no signal for a check, for the fields of one row, for code that is all yours, or for a fixed time. The [cheat
# sheet](../docs/cheatsheet.md) has the four questions, and much more, on one page.
#
# You have finished the core. **Practise:** [the exercises for 07](exercises/07_choosing.ipynb), then
# [the closing quiz](exercises/quiz.ipynb).
