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
# When something happens, other code should react. **Who writes that other code?** If you do, call a function. If other people
# install your app, and they write it, you cannot call it: you do not know it. So you send a signal of your own, and they connect
# a receiver.
#
# In this lesson the office and the kitchen play these other people. The project has a signal, `event_signal`. The receiver of the
# office writes a line into the *event log*, a file. `read_log()` shows it.

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
# `open_doors` names no receiver. Its sender need not be a class: here it is the function in which the event happens.
#
# ## Receive
#
# Now a second receiver is connected. It also expects `request`, the HTTP request behind the event, and `open_doors` does not
# send it. `log_event()` writes one line into the event log: what happened, and who says so.


# %%
def note_request(sender, message, request, **kwargs):
    log_event(f"{message} Request: {request}", "note_request")


predict("04-1")

# %%
with connected(event_signal, note_request):  # connected while this block runs
    try:
        open_doors()
    except Exception as error:
        print("open_doors gets:", repr(error))
reveal("04-1")
read_log()

# %% [markdown]
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
# # Sender: the view or function where it happened. Payload: `message`, a text; `instance`, the
# # stored object it is about, or None; `request`, the request behind it, or None.
# event_signal = Signal()
# ```
#
# Name a signal after what happened, such as `employee_hired`. If the name is an order, such as `assign_shift`, write a function. The
# comment above a signal is all that others have to go by: it says what you send, and what may be None.
#
# Keep receivers in `signals.py`, which imports your models. If the models imported `signals.py`, too, Python would go in a circle. So
# define your signals in a third file, such as `custom_signals.py`.
#
# ### Your turn: the kitchen
#
# Write a receiver for `employee_hired`; the check connects it. For each person who is hired, it calls `log_event` with
# `"A meal for Ada Quillbrook."` and `"kitchen"`.


# %%
def order_meal():
    """Log a meal for each person who is hired."""


exercise("04-a").check(order_meal)

# %% [markdown]
# ## When a receiver fails
#
# You know `send()` and `send_robust()` from lesson 01. `hire_and_tell` gets one of them, and tells others about a hire inside the
# transaction. But the kitchen is closed. `EmployeesWithoutHooks` is the proxy of lesson 01, so no receiver of the model plays a part.

# %%
from django.db import transaction


def hire_and_tell(send, **fields):
    with transaction.atomic():
        employee = EmployeesWithoutHooks.objects.create(**fields)
        send(hire_and_tell, message=f"Hired: {employee}", instance=employee)


# %%
def cook(sender, **kwargs):
    raise OSError("the kitchen is closed")


# %%
GRACE, ALAN = sample_roster()[1:3]  # their fields; nobody is stored yet
predict("04-2")

# %%
with connected(event_signal, cook), short_log():
    try:
        hire_and_tell(event_signal.send, **GRACE)
    except OSError as error:
        print("The first hire raises:", error)
    hire_and_tell(event_signal.send_robust, **ALAN)
reveal("04-2")

# %%
Employees.objects.all()

# %% [markdown]
# So before you send, ask: **is my result still correct if the receiver fails?**
#
# - No: a hire without a shift would be wrong. Use `send()`, inside the transaction. The error of the receiver stops you.
# - Yes: a hire without a meal is still a hire. Use `send_robust()`, after the commit.
#
# Why after it? Inside, `send_robust()` is not always enough. If the database refuses the `save()` of a receiver, the whole block is
# undone, although the error is caught. Lesson 06 shows why.
#
# ### Your turn: tell it later
#
# `hire_then_tell` sends too early. Change it, so that the person is stored even if the `save()` of a receiver is refused. The caller
# gets no error. Nobody opens a transaction around it, so the row is committed when your `with` block ends.


# %%
def hire_then_tell(**fields):
    with transaction.atomic():
        employee = EmployeesWithoutHooks.objects.create(**fields)
        event_signal.send_robust(hire_then_tell, message=f"Hired: {employee}", instance=employee)
    return employee


exercise("04-b").check(hire_then_tell)

# %% [markdown]
# If somebody calls you from inside an `atomic()`, that block has to end first. Lesson 06 shows how to wait for it.
#
# ## Why not just call the function?
#
# A signal has a price. Suppose that you write `words=` instead of `message=`. And no receiver is connected, because somebody forgot
# an import.

# %%
predict("04-3")

# %%
from speedy.signals.event_logging import view_event_logging  # the receiver of the office

try:
    log_event(words="The doors close.")
except TypeError as error:
    print("The call raises:", error)
with disconnected(event_signal, view_event_logging):
    print("send() returns", event_signal.send(sender=open_doors, words="The doors close."))
reveal("04-3")

# %% [markdown]
# A call with a wrong name fails at once, in your line. So **inside your own code, a call comes first.** Send a signal if others
# install your app, and write the code that reacts.
#
# ## What to keep
#
# | use | when |
# |---|---|
# | a call | you write the code that reacts |
# | a signal | others install your app, and write it |
# | `send()`, inside the transaction | your result is wrong when a receiver fails |
# | `send_robust()`, after the commit | your result is correct even then |
#
# Read on: [Django on sending signals](https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals). **Practise:** [the
# exercises for 04](exercises/04_custom_signals.ipynb). **Next:** [05 Side by side](05_side_by_side.ipynb), four ways to hire in
# one table.
