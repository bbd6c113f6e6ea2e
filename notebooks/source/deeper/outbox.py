# %% [markdown]
# # Deeper · News that must not be lost: the outbox
#
# Somebody is hired, and then a letter is written. [Lesson 06](../06_when_things_break.ipynb) used `on_commit`, so the letter comes
# after the commit. But if the process ends after the commit and before the callback, nobody writes the letter. **How do you make sure
# that it is written?**
#
# In about 20 minutes you:
#
# - store an event together with the hire;
# - deliver it, and end the process at the worst moment;
# - make the receiver safe, and see where tasks fit in.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## An event is a row
#
# An *event* is a piece of news, such as "Katherine was hired". An *outbox* is a table of events. The code that hires Katherine stores her
# event there in the same transaction, so the hire and its event are kept together or not at all. Later another process reads the waiting
# events. For each it sends a signal, a receiver writes the letter, and only then the event is marked as delivered.
#
# ```mermaid
# flowchart LR
#     hire["hire_and_store"] -- "one transaction" --> rows[("employee, seat<br>and event")]
#     rows -- "deliver_events, later" --> signal["signal<br>event_told"]
#     signal --> letter["a receiver<br>writes a letter"]
# ```

# %%
from django.db import transaction

from speedy import outbox
from speedy.wirings import hire_by_call


def hire_and_store(person):
    with transaction.atomic():
        employee = hire_by_call(**person)
        outbox.store("hired", employee=str(employee))


# %% [markdown]
# Katherine is hired:

# %%
from classroom.experiments.postbox import outbox_table

hire_and_store(roster[3])
outbox_table()

# %% [markdown]
# `key` is the number of the event, `name` says what happened, and `payload` holds the facts.
#
# Now Søren is hired. But his contract was never signed, so an error ends the transaction around his hire:

# %%
try:
    with transaction.atomic():
        hire_and_store(roster[4])
        raise RuntimeError("the contract was never signed")
except RuntimeError as error:
    print(error)
outbox_table()

# %% [markdown]
# Søren's event was rolled back together with his hire. Without a transaction `outbox.store()` raises an error.
#
# ## Delivering
#
# A timer of the operating system starts the command `manage.py deliver_events` every minute. The command takes each waiting event, sends
# the signal `event_told` with its `name`, `key` and `payload`, and then marks it as delivered. Our receiver writes a letter. In this
# notebook a letter is a line in a file, the event log:

# %%
from classroom.experiments.postbox import write_letter

show_code(write_letter)

# %% [markdown]
# The process that delivers can end at a bad moment, too. `deliver_and_end(write_letter)` connects `write_letter` to `event_told` and runs
# the command, in a process that ends right after the letter. `deliver_again(write_letter)` does it again, in a process that nothing
# interrupts.

# %%
predict("outbox-1")

# %%
from classroom.experiments.postbox import deliver_again, deliver_and_end

deliver_and_end(write_letter)
deliver_again(write_letter)
reveal("outbox-1")
event_log()[["who", "message"]]

# %%
outbox_table()

# %% [markdown]
# Now the event is marked, because the second process came to its end. Nothing is lost, but a letter may come twice: this is called delivery
# *at least once*.
#
# The outbox cannot promise *exactly once*, because the letter is outside the database. Writing it and marking the event are two steps, and
# the process may end between them. But the key is the same both times, so the receiver can notice that it is called again.
#
# ## A receiver that remembers
#
# This receiver remembers the keys of its events in a set, `seen_keys = set()`:

# %%
from classroom.experiments.postbox import write_letter_once

show_code(write_letter_once)

# %% [markdown]
# Zoë is hired. Her letter is written, and the key of her event is added to `seen_keys`. Then the process ends, before it marks the event,
# and another process delivers again.

# %%
predict("outbox-2")

# %%
hire_and_store(roster[5])
deliver_and_end(write_letter_once)
deliver_again(write_letter_once)
reveal("outbox-2")
event_log()[["who", "message"]]

# %% [markdown]
# So keep the key where it is still known when the process has ended. Where that is depends on what the receiver changes:
#
# **A row of this database.** Store the key in the same transaction as the change, in a table in which each key is unique (`SeenKey`):
#
# ```python
# def pay_bonus(sender, key, **kwargs):
#     with transaction.atomic():
#         _, is_new = SeenKey.objects.get_or_create(key=key)
#         if is_new:
#             ...  # change the row
# ```
#
# If the change fails, the key is rolled back, too, so the next call tries again.
#
# **Something outside**, such as a payment. Send the key with it. If the bank refuses a key that it already knows, you are safe.
#
# **A letter.** Nobody refuses a letter, so choose. If you store the key first, the letter may be lost. If you write the letter first, it
# may come twice.
#
# ## What about tasks?
#
# A signal is a call, so the caller waits for it. Slow work can go into a queue instead: another process, a *worker*, takes the function out
# and calls it. Django 6.0 has [tasks](../../docs/glossary.md#task) for this: `enqueue()` hands a function over. But Django includes no
# worker, so you still install a package.
#
# When do you call `enqueue()`? Not before the commit, because a fast worker would look for a row that is not there yet. So call it in
# `on_commit`. But then the gap of lesson 06 is back: the process can end before `enqueue()`. If a task must not be lost, let a receiver
# of `event_told` enqueue it. (Some packages keep their queue in a table of your database. Then call `enqueue()` inside the transaction: the
# queue does the work of the outbox.)
#
# ## What to keep
#
# | you need | use | what may happen |
# |---|---|---|
# | a line in a log | `on_commit` | it may be lost |
# | slow work that may be lost | `on_commit` and a task | it may be lost, rarely |
# | news that must arrive | the outbox, and a receiver or a task | it may come twice |
# | a change in this database | the same transaction | both, or neither |
#
# Why not use the outbox for everything? It needs a command that runs every minute, and receivers that can be called twice. What if a
# receiver always fails, or two processes deliver at once? Our answers are in the glossary under [outbox](../../docs/glossary.md#outbox), and
# in [`outbox.py`](../../speedy/outbox.py).
#
# **Practise:** [the exercises for this notebook](../exercises/outbox.ipynb). Back to
# [lesson 07](../07_choosing.ipynb).
