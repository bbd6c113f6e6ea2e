# %% [markdown]
# # 04 · Custom signals
#
# **One idea: announce what *you* know.** Django knows that a row was saved. It does not know that
# somebody was *hired*. You do, so you can announce it.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb) |
# | Here | **04 Custom signals**, 20 minutes |
# | Next | [05 Side by side](05_side_by_side.ipynb), [06](06_when_things_break.ipynb), [07](07_choosing.ipynb) |
# | Optional | [The outbox](deeper/outbox.ipynb): news that must not get lost |
#
# ## Declare
#
# The office wants a log of what happens here. Soon the kitchen wants to know about newcomers, too. With
# plain calls you edit the hire for each of them. With a signal you announce it once, and they connect
# themselves.
#
# The next cell shows two pieces of this project. The first is the module with the declarations. The second
# is a receiver, which writes a line into the log.

# %%
from speedy.signals import custom_signals, event_logging
from speedy.signals.custom_signals import event_signal

fresh_database()
ada, grace, alan, katherine = sample_roster()[:4]  # their fields; nobody is stored yet
show_code(custom_signals, event_logging.view_event_logging)

# %% [markdown]
# A declaration is one line. The comment above it is the contract, because a signal checks nothing. (The
# third one, `event_told`, belongs to the outbox.)
#
# - **The name** says what happened: `employee_hired`. An order like `assign_shift` would be a function.
# - **The sender** says where it happened.
# - **The payload** is what you send along, by name.
#
# The receiver insists on `message`. It has defaults for what may be missing. `**kwargs` takes what a later
# version adds. (`on_commit` is a topic of lesson 06.)
#
# ## Send and receive
#
# `open_doors` sends the signal and names no receiver. So two more can join, and nobody edits it.
#
# The example comes from [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić, with
# thanks. Its receiver reads `kwargs["request"]`, like `note_request` here. Its view sends no `request`, like
# `open_doors`.


# %%
def open_doors():
    event_signal.send(sender=open_doors, message="The doors open.")


def note_request(sender, **kwargs):
    event_logging.log_event(f"Request: {kwargs['request']}", "note_request")


def count_event(sender, **kwargs):
    event_logging.log_event("One more event.", "count_event")


# %%
predict("04-1")

# %%
with connected(event_signal, note_request, count_event):
    try:
        open_doors()
    except Exception as error:
        print("open_doors gets:", repr(error))
event_log()

# %%
reveal("04-1")

# %% [markdown]
# `event_log()` reads the log back as a table.
#
# ### Your turn: the kitchen
#
# Write a receiver for `employee_hired`; its contract is above. For each person who is hired it logs the message
# `A meal for Ada Quillbrook.`, with the sender `kitchen`.

# %%
from speedy.signals.event_logging import log_event


def order_meal():
    """Log a meal for each person who is hired."""


# %%
exercise("04-a").check(order_meal)

# %% [markdown]
# ## When `send_robust()` hides too much
#
# You know `send_robust()` from lesson 01. It catches each error, logs it, and returns it in its list.
#
# Inside a transaction there is one more rule. When `save()`, `delete()` or `add()` fails at its write,
# Django marks the open transaction as broken. A broken transaction can only be rolled back. Here a receiver
# fails in `save()`.

# %%
from django.db import transaction


def correct_age(sender, instance, **kwargs):
    instance.age = 400  # a slip: the database takes ages up to 120
    instance.save()


def hire_and_tell(**fields):
    with transaction.atomic():
        employee = EmployeesWithoutHooks.objects.create(**fields)
        event_signal.send_robust(hire_and_tell, message=f"Hired: {employee}", instance=employee)
    return employee


# %%
predict("04-2")

# %%
from classroom.scenes.log_lines import short_log

with connected(event_signal, correct_age), short_log():
    hired = hire_and_tell(**grace)
print("The caller holds", hired, "with the key", hired.pk)
print("Rows with this key:", Employees.objects.filter(pk=hired.pk).count())

# %%
reveal("04-2")

# %% [markdown]
# No exception, a key, and no row. So ask: **is my work right if the receiver fails?**
#
# - No: use `send()`, inside the transaction. A hire without a shift is wrong.
# - Yes: use `send_robust()`, after it. A hire without a log line is still a hire.
#
# ### Your turn: tell it later
#
# Change this hire: when a receiver fails, the person is stored all the same. A failing receiver does not reach
# the caller either.


# %%
def hire_then_tell(**fields):
    with transaction.atomic():
        employee = EmployeesWithoutHooks.objects.create(**fields)
        event_signal.send_robust(hire_then_tell, message=f"Hired: {employee}", instance=employee)
    return employee


# %%
exercise("04-b").check(hire_then_tell)

# %% [markdown]
# ## Why not just call the function?
#
# The article asks this itself, and answers: if nothing will be added, the signal is not needed. What does
# the detour cost? We make the same slip twice, `words` for `message`. First in a call of
# `log_event(message, sender)`, then in a signal.

# %%
predict("04-3")

# %%
try:
    log_event(words="The doors close.")
except TypeError as error:
    print("The call raises:", error)
with short_log():
    replies = event_signal.send_robust(open_doors, words="The doors close.")
event_log()

# %%
reveal("04-3")

# %% [markdown]
# A call fails where the slip is. A signal moves the error to somebody else, or into a list that nobody
# reads. You also cannot read on: who is called is decided elsewhere.
#
# So, **within your own app, call the function.** Our log has one listener, and it is ours. Send a signal to
# code that you do not own or do not know: a plug-in, or the project that installs your package.
#
# ## To keep
#
# | decide | rule |
# |---|---|
# | signal or call | call, if you may know who reacts |
# | name | what happened, in the past tense |
# | sender | the class or function where it happened |
# | payload | by name, written down above the declaration |
# | receiver | what it needs by name, defaults for the rest, `**kwargs` |
# | `send()` | your work is wrong without the receiver: inside the transaction |
# | `send_robust()` | your work is right without it: after the transaction |
#
# Read on: [Django on
# sending signals](https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals).
# **Practise:** [the exercises for 04](exercises/04_custom_signals.ipynb).
# **Next:** [05 Side by side](05_side_by_side.ipynb), four ways to hire in one table.
