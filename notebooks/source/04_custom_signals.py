# %% [markdown]
# # 04 · Custom signals
#
# **One idea: announce what *you* know.** Django knows that a row was saved, but not that somebody was *hired*. You do,
# so you can announce it.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb) |
# | Here | **04 Custom signals**, 25 minutes, and 15 for the tasks |
# | Next | [05 Side by side](05_side_by_side.ipynb), [06](06_when_things_break.ipynb), [07](07_choosing.ipynb) |
# | Optional | [The outbox](deeper/outbox.ipynb): news that must not get lost |
#
# ## Send
#
# The office keeps an *event log*, a file in which it writes what happens. Soon the kitchen wants to know about newcomers,
# too. With a signal you write one `send()`, and others connect receivers. That is useful if you do not know who will listen. Here
# we do know, so a call would be enough: the end of the lesson comes back to that. The receiver of our `event_signal` writes
# into the event log.

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
# `open_doors` names no receiver. (It is no view, but the receiver writes `View:` before each sender.) The project
# declares its two signals in [`custom_signals.py`](../speedy/signals/custom_signals.py):
#
# ```python
# # Somebody was hired, and the row is stored.
# # Sender: the class that was hired. Payload: `employee`, the stored instance.
# employee_hired = Signal()
#
# # Something happened that belongs in the event log.
# # Sender: the view or function where it happened. Payload: `message`, a text; `instance`, the
# # stored object it is about, or None; `request`, the request behind it, or None.
# event_signal = Signal()
# ```
#
# Name a signal after what happened. If a command such as `assign_shift` fits better, you want a function. And because a
# signal does not check what you send, write above it, in a comment, what belongs in it.
#
# In an app of your own, give these lines a file without receivers, too. Then models and views can import it.
#
# ## Receive
#
# The receiver in the project begins like this. After `*` every argument goes by name:
#
# ```python
# def view_event_logging(sender, *, message, instance=None, request=None, **kwargs):
# ```
#
# `message` is required, but `instance` and `request` may be missing, because they have defaults. Below is one more
# receiver. `log_event(message, sender)` writes one line of the event log.


# %%
def note_request(sender, **kwargs):
    log_event(f"Request: {kwargs['request']}", "note_request")


# %% [markdown]
# `connected()` connects `note_request` while its block runs. The project's receiver was connected first, so it is called
# first.

# %%
predict("04-1")

# %%
with connected(event_signal, note_request):
    try:
        open_doors()
    except Exception as error:
        print("open_doors gets:", repr(error))
reveal("04-1")
event_log()

# %% [markdown]
# In [Matić's tutorial](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194), too, a receiver reads a
# `request` that is not sent.
#
# ### Your turn: the kitchen
#
# Write a receiver for `employee_hired`. Its payload is described above. For each person who is hired it writes into the
# event log `A meal for Ada Quillbrook.`, with the sender `kitchen`.


# %%
def order_meal():
    """Log a meal for each person who is hired."""


exercise("04-a").check(order_meal)

# %% [markdown]
# ## A receiver that fails to write
#
# You know `send_robust()` from lesson 01. It catches each error, writes it into Python's *error log*, and returns it in
# its list. That sounds safe, but a receiver may write to the database, and that write may fail. When the write of a
# `save()` fails inside an `atomic()` block, Django marks the block as **broken**. It runs no more queries in it, and rolls
# it back when it ends, even if the error was caught.
#
# Here a receiver fails in its `save()`:

# %%
from django.db import transaction
from django.dispatch import Signal


def correct_age(sender, instance, **kwargs):
    instance.age = 400  # a typing mistake: the database takes ages up to 120
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
# No exception, a key, and no row: only the error log has a line.
#
# So ask: **is my work right if the receiver fails?**
#
# - No: use `send()`, inside the transaction. A hire without a shift is wrong.
# - Yes: use `send_robust()`, below the `with` block, when the row is committed. A hire without a line in the event log is
#   still a hire.
#
# The receiver that writes the event log did not fail, so why is there no line about Grace? It waits: if it gets
# an `instance`, it writes its line only after the commit. Here no commit came. Lesson 06 shows how to wait.
#
# ### Your turn: tell it later
#
# Change `hire_then_tell`. If a receiver fails, the person is still stored, and the caller gets no error. Assume that no transaction is open when `hire_then_tell` is called.


# %%
def hire_then_tell(**fields):
    with transaction.atomic():
        employee = EmployeesWithoutHooks.objects.create(**fields)
        event_signal.send_robust(hire_then_tell, message=f"Hired: {employee}", instance=employee)
    return employee


exercise("04-b").check(hire_then_tell)

# %% [markdown]
# ## Why not just call the function?
#
# Matić's tutorial asks this itself, and answers: if no receiver will be added, the signal is not needed. A signal has a
# price, too. We make one mistake three times, `words=` where `message=` is needed: in a call of `log_event()`, in `send()`
# and in `send_robust()`.

# %%
predict("04-3")

# %%
try:
    log_event(words="The doors close.")
except TypeError as error:
    print("The call raises:", error)
nobody_hears = Signal()
print("send():", nobody_hears.send(None, words="The doors close."))
print("send_robust():", nobody_hears.send_robust(None, words="The doors close."))
reveal("04-3")

# %%
# The same two calls, when somebody listens who needs message:
try:
    event_signal.send(open_doors, words="The doors close.")
except TypeError as error:
    print("send() raises:", error)
with short_log():
    replies = event_signal.send_robust(open_doors, words="The doors close.")

# %% [markdown]
# | you write | then the mistake |
# |---|---|
# | a call | raises an error in your line |
# | `send()` | raises an error in a receiver, if one is connected that needs `message` |
# | `send_robust()` | raises nothing; the error of a receiver is only in the error log and in the list that comes back |
#
# So, **within your own app, call the function.** We know who reacts here: the event log and the kitchen, and both are ours.
# Send a signal when you do not know who will listen: a plug-in, or a project that installs your package.
#
# ## What to keep
#
# | decide | rule |
# |---|---|
# | signal or call | call, if you know who reacts |
# | name | what happened, in the past tense |
# | sender | the class that the signal is about, or the function where it happened |
# | payload | by name, written down above the declaration |
# | `send()`, inside the transaction | if your work is wrong when the receiver fails |
# | `send_robust()`, after the commit | if your work is right even then |
#
# Read on: [Django on
# sending signals](https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals).
# **Practise:** [the exercises for 04](exercises/04_custom_signals.ipynb).
# **Next:** [05 Side by side](05_side_by_side.ipynb), four ways to hire in one table.
