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
# ## Send
#
# The office keeps an *event log*, a file in which it writes what happens. Soon the kitchen wants to know about newcomers, too.
# You could call a function of the kitchen. Or you send a signal, and the kitchen connects a receiver. Which is better depends
# on one question: **may the code that hires know who reacts?**
#
# The project has a signal for the office, `event_signal`. Its receiver writes a line into the event log.

# %%
from speedy.signals.custom_signals import event_signal
from speedy.signals.event_logging import log_event

fresh_database()


# %%
def open_doors():
    event_signal.send(sender=open_doors, message="The doors open.")


open_doors()
event_log()

# %% [markdown]
# `open_doors` names no receiver, but the project has connected one. The sender need not be a class: here it is the function in
# which the event happens. The log writes `View:` before its name.
#
# ## Receive
#
# The receiver of the project begins like this. Every argument after `*` must be passed by name:
#
# ```python
# def view_event_logging(sender, *, message, instance=None, request=None, **kwargs):
# ```
#
# `message` is required, but `instance` and `request` may be missing, because they have defaults. Now a second receiver is
# connected. `log_event()` writes one line of the event log: what happened, and who says so.


# %%
def note_request(sender, **kwargs):
    log_event(f"Request: {kwargs['request']}", "note_request")


predict("04-1")

# %%
with connected(event_signal, note_request):  # connected while this block runs
    try:
        open_doors()
    except Exception as error:
        print("open_doors gets:", repr(error))
reveal("04-1")
event_log()

# %% [markdown]
# ## Declare
#
# These lines in [`custom_signals.py`](../speedy/signals/custom_signals.py) *declare* the two signals of the project:
#
# ```python
# # Somebody was hired, and the row is stored.
# # Sender: the model class of the new person. Payload: `employee`, the stored instance.
# employee_hired = Signal()
#
# # Something happened that belongs in the event log.
# # Sender: the view or function where it happened. Payload: `message`, a text; `instance`, the
# # stored object it is about, or None; `request`, the request behind it, or None.
# event_signal = Signal()
# ```
#
# Name a signal after what happened, such as `employee_hired`. If the name is a command, such as `assign_shift`, you already know
# who reacts, so write a function. Describe the payload in a comment above the signal.
#
# Define your own signals in one file, such as `custom_signals.py`, and keep the receivers in `signals.py`, as in lesson 02.
# A model that sends your signal imports `custom_signals.py`, and the receivers import the model. In a single file, these two
# would need each other first: a circular import.
#
# ### Your turn: the kitchen
#
# Write a receiver for `employee_hired`. The comment above the signal describes its payload. For each person who is hired, it
# calls `log_event` with `"A meal for Ada Quillbrook."` and `"kitchen"`.


# %%
def order_meal():
    """Log a meal for each person who is hired."""


exercise("04-a").check(order_meal)

# %% [markdown]
# ## A receiver that fails to write
#
# You know `send_robust()` from lesson 01: it catches each error. That sounds safe. But a receiver may write into the database.
# Suppose that a `save()` inside `atomic()` fails, because the database refuses the row. Then the block is **broken**, even if
# somebody catches the error. From then on, each query in the block raises an error. When the block ends, Django rolls it
# back, and this raises no error.

# %%
from django.db import transaction


def correct_age(sender, instance, **kwargs):
    instance.age = 400  # a typing mistake: the database accepts ages up to 120
    instance.save()


def hire_and_tell(**fields):
    with transaction.atomic():
        employee = EmployeesWithoutHooks.objects.create(**fields)
        event_signal.send_robust(hire_and_tell, message=f"Hired: {employee}", instance=employee)
    return employee


# %%
GRACE = sample_roster()[1]  # her fields; nobody is stored yet
predict("04-2")

# %%
with connected(event_signal, correct_age), short_log():
    hired = hire_and_tell(**GRACE)
print("The caller holds", hired, "with the key", hired.pk)
print("Rows with this key:", Employees.objects.filter(pk=hired.pk).count())
reveal("04-2")

# %% [markdown]
# The caller gets an object with a key but without a row, and no error. So before you send, ask: **is my result still correct if
# the receiver fails?**
#
# - No: use `send()`, inside the transaction. If a receiver assigns the shift, a hire is wrong without it.
# - Yes: use `send_robust()`, after the commit. A hire without a line in the event log is still a hire.
#
# ### Your turn: tell it later
#
# Change `hire_then_tell`, so that the person is stored even if a receiver fails. The caller gets no error. Nobody
# opens a transaction around it, so the row is committed when your `with` block ends.


# %%
def hire_then_tell(**fields):
    with transaction.atomic():
        employee = EmployeesWithoutHooks.objects.create(**fields)
        event_signal.send_robust(hire_then_tell, message=f"Hired: {employee}", instance=employee)
    return employee


exercise("04-b").check(hire_then_tell)

# %% [markdown]
# If your caller has an `atomic()` block open, the end of your own block commits nothing yet. For this, lesson 06 has
# `on_commit`.
#
# ## Why not just call the function?
#
# If nobody will ever add a receiver, you do not need the signal. And a signal has a price. Here the same mistake is made three
# times.

# %%
predict("04-3")

# %%
from django.dispatch import Signal

try:
    log_event(words="The doors close.")
except TypeError as error:
    print("The call raises:", error)
nobody_hears = Signal()
print("send():", nobody_hears.send(sender=None, words="The doors close."))
print("send_robust():", nobody_hears.send_robust(sender=None, words="The doors close."))
reveal("04-3")

# %% [markdown]
# A call raises the error in your line, always. So **inside your own code, a call comes first.** The event log and the kitchen are
# ours: we used signals only to learn. Send a signal if the code that sends must not know who reacts: others install
# your app, and write receivers.
#
# ## What to keep
#
# | use | when |
# |---|---|
# | a call | inside your own code |
# | a signal | the code that sends must not know who reacts |
# | `send()`, inside the transaction | your result is wrong when a receiver fails |
# | `send_robust()`, after the commit | your result is correct even then |
#
# Read on: [Django on sending signals](https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals). **Practise:** [the
# exercises for 04](exercises/04_custom_signals.ipynb). **Next:** [05 Side by side](05_side_by_side.ipynb), four ways to hire in
# one table.
