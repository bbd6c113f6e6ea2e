# %% [markdown]
# # 04 · Custom signals
#
# **One idea: announce what *you* know.** Django knows that a row was saved. It does not know that somebody was *hired*. Your
# code does know. So it can announce the hire, with a signal of its own.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb) |
# | Here | **04 Custom signals**, 18 minutes, and 15 for the tasks |
# | Next | [05 Side by side](05_side_by_side.ipynb), [06](06_when_things_break.ipynb), [07](07_choosing.ipynb) |
# | Optional | [The outbox](deeper/outbox.ipynb): events that must not get lost |
#
# ## You receive one
#
# You will receive such a signal more often than you send one. The app `django.contrib.auth` sends `user_logged_in` at each
# login. Its payload is `user` and `request`. You connect a receiver:

# %%
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.test import Client

fresh_database()


def greet(sender, user, **kwargs):
    print("Welcome back,", user)


# %%
# connected() connects a receiver while its block runs. Client() acts as a browser.
with connected(user_logged_in, greet):
    Client().force_login(User.objects.create_user("ada"))

# %% [markdown]
# Why did the authors of `django.contrib.auth` not call `greet()`? They wrote their app years ago, and do not know your project. So
# they announce each login, and you write the code that reacts.

# %%
predict("04-1")

# %%
reveal("04-1")

# %% [markdown]
# **Something happens in your code. If you write the reaction, too, call it. If other people write it, and you do not know them, send a signal.**
#
# ## You send one
#
# Now you are the author of an app, `speedy`. Imagine that the two other firms of lesson 01, the kitchen and the office, use it, and write the
# reactions. In this course their code lies beside ours. Pretend that you cannot see it.
#
# | our app sends | when | who connects a receiver |
# |---|---|---|
# | `event_signal` | something happened | the office: `view_event_logging` writes a line into a log |
# | `employee_hired` | somebody was hired | the kitchen |
#
# Our app *declares* both in [`custom_signals.py`](../speedy/signals/custom_signals.py). `Signal()` does not list its payload, so the
# comment above it does:
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
# You choose the sender. It need not be a class: for `event_signal` it is the function in which something happened. The office's receiver
# is connected already: `def view_event_logging(sender, *, message, instance=None, request=None, **kwargs)`. (The `*`
# changes nothing here: a signal passes everything by name.)
#
# There is one log for both firms, a file called the *event log*. `log_event(text, who)` writes a line into it. Read each line as work done, such
# as an order sent. `read_log()` shows the file.

# %%
from speedy.signals.custom_signals import employee_hired, event_signal
from speedy.signals.event_logging import log_event


def open_doors():
    event_signal.send(sender=open_doors, message="The doors open.")  # the function itself


open_doors()
read_log()

# %% [markdown]
# ### Your turn: the kitchen
#
# The kitchen orders a meal for each person who is hired. Write its receiver of `employee_hired`. For Ada it calls
# `log_event("A meal for Ada Quillbrook.", "kitchen")`. The comment above the signal tells you what your
# receiver gets. The check connects it.


# %%
def order_meal():
    """Order a meal for the person who was hired."""


exercise("04-a").check(order_meal)

# %% [markdown]
# ## Before and after
#
# `create()` sends only Django's signals. This `hire()` sends two of our own. The first *asks*: it is sent before the person is stored, and a
# receiver may refuse, by raising an error. The second *tells*: it is sent afterwards.

# %%
from django.dispatch import Signal

# Somebody is about to be hired. Payload: `fields`, a dict. A receiver that raises an error refuses.
about_to_hire = Signal()


# The receivers of 00 are on, and give the shift.
def hire(**fields):
    about_to_hire.send(sender=Employees, fields=fields)
    employee = Employees.objects.create(**fields)
    employee_hired.send_robust(sender=Employees, employee=employee)


# %% [markdown]
# The office refuses everybody under 18. Grace is 17:


# %%
def check_age(sender, fields, **kwargs):
    if fields["age"] < 18:
        raise ValueError("too young for the night shift")


GRACE, ALAN = sample_roster()[1:3]  # their fields, a dict each
young_grace = {**GRACE, "age": 17}  # Grace's fields, with another age
with connected(about_to_hire, check_age):
    try:
        hire(**young_grace)
    except ValueError as error:
        print("Grace is not hired:", error)
Employees.objects.all()

# %% [markdown]
# The error came out of `send()`, so `create()` was never called. (In your own project a form or a constraint would refuse her. Here another firm
# decides.)
#
# Now Alan. Nobody refuses him. But the kitchen is closed: `cook`, its receiver of `employee_hired`, raises an error.


# %%
def cook(sender, employee, **kwargs):
    raise OSError("the kitchen is closed")


predict("04-2")

# %%
with connected(employee_hired, cook), short_log():
    hire(**ALAN)
reveal("04-2")
Employees.objects.all()

# %% [markdown]
# So before you send, ask: **what if the receiver fails?**
#
# - If receivers may stop you, use `send()`, **before** you store.
# - If receivers are only told, use `send_robust()`, **after** it is stored. If you send inside `atomic()`, an error in the block
#   undoes the row, and the receivers were told of a hire that did not happen. Lesson 06 tells them after the commit.
#
# Django has a before and an after, too: `pre_save` and `post_save`. But it sends both with `send()`, so an error of a `post_save` receiver
# reaches you. Lesson 05 shows what is left then.
#
# ### Your turn: tell it afterwards
#
# `hire_and_tell` has two faults. It sends too early: the comment above `event_signal` promises a stored `instance`, and this one is
# not stored yet. And when a receiver fails, nobody is hired. Store first, then tell, so that no failing receiver disturbs the caller.


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
# The receiver of the office is connected. Somebody writes `words=` instead of `message=`, and sends with `send_robust()`.

# %%
predict("04-3")

# %%
with short_log():
    event_signal.send_robust(sender=open_doors, words="The doors close.")
reveal("04-3")
read_log()

# %%
# A wrong word in a call.
try:
    log_event(words="The doors close.")
except TypeError as error:
    print("TypeError:", error)

# %% [markdown]
# With `send_robust()` you see it only in Django's log of errors. With `send()` you get an error, but only if somebody is connected. A call always
# gives you an error, at your line. So **inside your own code, prefer a call.**
#
# ## What to keep
#
# | use | when |
# |---|---|
# | a call | you write both, the event and the reaction |
# | a signal | others install your app, and they write the reaction |
# | `send()`, before you store | receivers may stop you |
# | `send_robust()`, after it is stored | receivers are only told |
#
# Read on: [Django on sending signals](https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals). **Practise:** [the
# exercises for 04](exercises/04_custom_signals.ipynb). **Next:** [05 Side by side](05_side_by_side.ipynb), four ways to hire in
# one table.
