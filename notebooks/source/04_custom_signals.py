# %% [markdown]
# # 04 · Custom signals
#
# **One idea: announce what *you* know.** Django knows that a row was saved. It does not know that somebody was *hired*. You do,
# so you can announce it.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb) |
# | Here | **04 Custom signals**, 18 minutes, and 15 for the tasks |
# | Next | [05 Side by side](05_side_by_side.ipynb), [06](06_when_things_break.ipynb), [07](07_choosing.ipynb) |
# | Optional | [The outbox](deeper/outbox.ipynb): events that must not get lost |
#
# ## Who writes the code that reacts?
#
# You publish your polls app. People whom you never meet install it.

# %%
predict("04-1")

# %%
reveal("04-1")

# %% [markdown]
# When something happens, other code should react. If you write that code, call it. If other people install your app, and *they*
# write it, you cannot call it: you do not know it. So you send a signal of your own, and they connect a receiver.
# `django.contrib.auth` does this. At each login it sends `user_logged_in`, since its authors cannot know what your project does then.
#
# In this lesson the office and the kitchen stand for such other people.
#
# ## Declare
#
# These lines in [`custom_signals.py`](../speedy/signals/custom_signals.py) *declare* two signals of the project:
#
# ```python
# # Somebody was hired, and the row is stored.
# # Sender: the model class of the new person. Payload: `employee`, the stored instance.
# employee_hired = Signal()
#
# # Something happened that belongs in the event log.
# # Sender: the view or function where it happened. Payload: `message`, a text. Optional:
# # `instance`, the stored object it is about, and `request`, the request behind it.
# event_signal = Signal()
# ```
#
# Name a signal after what happened (`employee_hired`), and a function after what it does (`assign`). Others see only the comment above your signal. So say there what you send, and what is optional.
#
# Define your signals in a file of their own. The code that sends imports it, and so do the receivers.
#
# ## Send and receive
#
# The office has connected a receiver to `event_signal`. It writes a line into a file, the *event log*, and `read_log()` shows it. (For a
# log of your own you would call a function.)

# %%
from speedy.signals.custom_signals import event_signal
from speedy.signals.event_logging import log_event

fresh_database()


# %%
def open_doors():
    event_signal.send(sender=open_doors, message="The doors open.")


open_doors()
read_log()

# %% [markdown]
# `open_doors` names no receiver. Here the sender is the function itself. With a signal of your own it may be anything.
#
# ### Your turn: the kitchen
#
# The kitchen orders a meal for each person who is hired. Write its receiver of `employee_hired`. For Ada it calls
# `log_event("A meal for Ada Quillbrook.", "kitchen")`: the text, and who writes it. The comment above the signal tells you what your
# receiver gets. The check connects it.


# %%
def order_meal():
    """Order a meal for the person who was hired."""


exercise("04-a").check(order_meal)

# %% [markdown]
# ## Before and after
#
# The office may say no. So ask before, and tell after. Before you hire, a receiver may refuse, by an error. When the person is
# stored, receivers are only told.

# %%
from django.dispatch import Signal

from speedy.signals.custom_signals import employee_hired

# Somebody is about to be hired. Payload: `fields`, a dict. A receiver may refuse: it raises an error.
about_to_hire = Signal()


# %%
def hire(**fields):
    about_to_hire.send(sender=Employees, fields=fields)
    employee = Employees.objects.create(**fields)
    employee_hired.send_robust(sender=Employees, employee=employee)


# %%
def check_age(sender, fields, **kwargs):  # the office
    if fields["age"] < 18:
        raise ValueError("too young for the night shift")


# %%
def cook(sender, employee, **kwargs):  # the kitchen
    raise OSError("the kitchen is closed")


# %%
GRACE, ALAN = sample_roster()[1:3]  # their fields, a dict each; nobody is stored yet
YOUNG_GRACE = {**GRACE, "age": 17}
predict("04-2")

# %%
with connected(about_to_hire, check_age), connected(employee_hired, cook), short_log():
    for fields in [YOUNG_GRACE, ALAN]:
        try:
            hire(**fields)
        except ValueError as error:
            print(fields["first_name"], "is not hired:", error)
reveal("04-2")
Employees.objects.all()

# %% [markdown]
# So before you send, ask: **what if the receiver fails?**
#
# - Receivers may stop you: `send()`, **before** you store.
# - Receivers are only told: `send_robust()`, **after** it is stored.
#
# Inside `atomic()`, nothing is stored for good until the outermost block ends. Lesson 06 shows how to wait for that.
#
# Django has such a pair, `pre_save` and `post_save`. But it sends both with `send()`, so an error of a `post_save` receiver reaches
# you. Lesson 06 shows what is left then.
#
# ### Your turn: tell it afterwards
#
# `hire_and_tell` sends too early: the comment above `event_signal` promises a stored `instance`, and this one is not stored yet. And
# when a receiver fails, nobody is hired. Store first, then tell, and let no failing receiver disturb the caller.


# %%
def hire_and_tell(**fields):
    employee = Employees(**fields)
    event_signal.send(sender=hire_and_tell, message=f"Hired: {employee}", instance=employee)
    employee.save()
    return employee


exercise("04-b").check(hire_and_tell)

# %% [markdown]
# ## A wrong word
#
# No receiver is connected to `event_signal`, and somebody sends it with a wrong word.

# %%
predict("04-3")

# %%
from speedy.signals.event_logging import view_event_logging  # the receiver of the office

with disconnected(event_signal, view_event_logging):
    print("send() returns", event_signal.send(sender=open_doors, words="The doors close."))
reveal("04-3")
try:
    log_event(words="The doors close.")
except TypeError as error:
    print("A call raises:", error)

# %% [markdown]
# This is the price of a signal. A call with a wrong name fails at once, in your line. So **inside your own code, a call comes
# first.** Send a signal if other people install your app, and they write the code that reacts.
#
# ## What to keep
#
# | use | when |
# |---|---|
# | a call | you write the code that reacts |
# | a signal | others install your app, and they write it |
# | `send()`, before you store | receivers may stop you |
# | `send_robust()`, after it is stored for good | receivers are only told |
#
# Read on: [Django on sending signals](https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals). **Practise:** [the
# exercises for 04](exercises/04_custom_signals.ipynb). **Next:** [05 Side by side](05_side_by_side.ipynb), four ways to hire in
# one table.
