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
# | Optional | [The outbox](deeper/outbox.ipynb): news that must not get lost |
#
# ## Send
#
# The office keeps an *event log*, a file in which it writes what happens. Soon the kitchen wants to know about newcomers, too.
# You could call a function of the kitchen. Or you write one `send()`, and others connect receivers. So keep one question in mind:
# **do you know who has to react?** At the end you will see that for this kitchen a call is better.
#
# The project has such a signal, `event_signal`, and its receiver writes a line into the event log.

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
# `open_doors` names no receiver. The sender may be any object. Here it is the function in which the event happens. The receiver
# writes `View:` before each sender, because most senders are views. These lines in
# [`custom_signals.py`](../speedy/signals/custom_signals.py) *declare* the two signals of the project:
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
# Name a signal after what happened, such as `employee_hired`. If you think of an order instead, such as `assign_shift`, you already
# know who has to react, so write a function. Describe the payload in a comment above the signal, for those who write receivers.
#
# In your own app, declare signals in a file without receivers. Models and views import it, because they send. Receivers need the
# models, so they import them. If both were in one file, it would import the models, and the models would import it: a
# circular import.
#
# ## Receive
#
# The receiver in the project begins like this. Every argument after `*` must be passed by name:
#
# ```python
# def view_event_logging(sender, *, message, instance=None, request=None, **kwargs):
# ```
#
# `message` is required, but `instance` and `request` may be missing, because they have defaults. Here is one more receiver.
# `log_event(message, sender)` writes one line of the event log.


# %%
def note_request(sender, **kwargs):
    log_event(f"Request: {kwargs['request']}", "note_request")


# %% [markdown]
# `connected()` connects it while the block runs. The project's receiver was connected first, so it is called first.

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
# ### Your turn: the kitchen
#
# Write a receiver for `employee_hired`. The comment above the signal describes its payload. For each person who is hired, it
# writes `A meal for Ada Quillbrook.` into the event log, with the sender `kitchen`.


# %%
def order_meal():
    """Log a meal for each person who is hired."""


exercise("04-a").check(order_meal)

# %% [markdown]
# ## A receiver that fails to write
#
# You know `send_robust()` from lesson 01: it catches each error and writes it into the error log. That sounds safe, but it is not,
# because a receiver may write into the database. When a `save()` fails inside an `atomic()` block, Django marks the block as
# **broken**, even if somebody catches the error. From then on, each query in the block raises an error. When the block ends,
# Django rolls it back, and this rollback is silent: it raises no error.
#
# Here a receiver fails in its `save()`:

# %%
from django.db import transaction
from django.dispatch import Signal


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
# There is a key, no row, and no error for the caller. Only the error log has a line.
#
# So ask: **is my result still correct if the receiver fails?**
#
# - No: use `send()`, inside the transaction. If a receiver assigns the shift, a hire is wrong without it.
# - Yes: use `send_robust()`, below the `with` block, when the row is committed. A hire without a line in the event log is
#   still a hire.
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
# ## Why not just call the function?
#
# If nobody will ever add a receiver, you do not need the signal. [Matić's
# tutorial](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) says so, too. And a signal has a price. We
# make the same mistake three times: in a call, in `send()` and in `send_robust()` we write `words=` instead of `message=`.

# %%
predict("04-3")

# %%
try:
    log_event(words="The doors close.")
except TypeError as error:
    print("The call raises:", error)
nobody_hears = Signal()
print("send():", nobody_hears.send(sender=None, words="The doors close."))
print("send_robust():", nobody_hears.send_robust(sender=None, words="The doors close."))
reveal("04-3")

# %% [markdown]
# A call raises the error in your line, always. `send()` raises it only if a receiver is connected that needs `message`.
# `send_robust()` raises nothing: the error is in the error log, and in the list that comes back.
#
# So **within your own app, call the function.** Here we know who reacts, the event log and the kitchen, and both are ours. Send
# a signal if you do not know who will listen: a plug-in, or a project that installs your package.
#
# ## What to keep
#
# | decide | rule |
# |---|---|
# | signal or call | a call, if you know who reacts |
# | `send()`, inside the transaction | if your result is wrong when a receiver fails |
# | `send_robust()`, after the commit | if your result is correct even then |
#
# Read on: [Django on
# sending signals](https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals).
# **Practise:** [the exercises for 04](exercises/04_custom_signals.ipynb).
# **Next:** [05 Side by side](05_side_by_side.ipynb), four ways to hire in one table.
