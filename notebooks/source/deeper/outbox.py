# %% [markdown]
# # Deeper · News that must not be lost: the outbox
#
# Somebody is hired, and then a letter is written. [Lesson 06](../06_when_things_break.ipynb) used `on_commit`, so the letter comes
# after the commit. But if the process ends between the two, the letter is lost. **How do you make sure that it is written?**
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
predict("outbox-1")

# %%
try:
    with transaction.atomic():
        hire_and_store(roster[4])
        raise RuntimeError("the contract was never signed")
except RuntimeError as error:
    print(error)
reveal("outbox-1")
outbox_table()

# %% [markdown]
# So store the event in the same transaction as the hire. Without a transaction `outbox.store()` raises an error.
#
# ## Delivering
#
# A timer of the operating system starts the command `manage.py deliver_events` every minute. For each event that waits the command sends
# the signal `event_told`, with `name`, `key` and `payload`, and then marks the event as delivered. Our receiver writes a letter. In this
# notebook a letter is a line in a file, the event log:

# %%
from classroom.experiments.postbox import write_letter

show_code(write_letter)

# %% [markdown]
# This command can end at a bad moment, too. `deliver_and_end(write_letter)` connects `write_letter` to `event_told` and runs the command, in
# a process that ends right after the letter. `deliver_again(write_letter)` does this once more, in a process that ends well.

# %%
predict("outbox-2")

# %%
from classroom.experiments.postbox import deliver_again, deliver_and_end

deliver_and_end(write_letter)
deliver_again(write_letter)
reveal("outbox-2")
event_log()[["sender", "message"]]

# %%
outbox_table()

# %% [markdown]
# The second process has marked Katherine's event as delivered. Nothing is lost, but something may come twice. This is called *at least
# once*.
#
# The delivery alone cannot promise more, because the letter is outside the database: writing it and marking the event are always two
# steps. But the key is the same both times, so the receiver can notice that it is called again.
#
# ## A receiver that remembers
#
# This receiver puts the keys that it has seen into a set. Above the function stands `seen_keys = set()`:

# %%
from classroom.experiments.postbox import write_letter_once

show_code(write_letter_once)

# %% [markdown]
# Zoë is hired. Her letter is written, and the key of her event is added to `seen_keys`. Then the process ends, before it marks the event,
# and another process delivers again.

# %%
predict("outbox-3")

# %%
hire_and_store(roster[5])
deliver_and_end(write_letter_once)
deliver_again(write_letter_once)
reveal("outbox-3")
event_log()[["sender", "message"]]

# %% [markdown]
# So keep the key where it is still known when the process has ended. Where that is depends on what the receiver changes:
#
# - **A row of this database.** Store the row and the key in one transaction, with a unique constraint on the key. A second call gets
#   an `IntegrityError`, and changes nothing. Catch this error, because the work is done already. Catch it outside the `atomic()` block,
#   because the error has broken the block ([lesson 04](../04_custom_signals.ipynb)).
# - **Something outside**, such as a payment. Send the key with it. If the bank refuses a key that it already knows, you are safe.
# - **A letter.** Nobody refuses a letter, so choose. If you store the key first, the letter may be lost. If you write the letter first, it
#   may come twice.
#
# ## What about tasks?
#
# A signal is a call, so the caller waits for it. For slow work there are *task runners*, such as Celery: you put a function into a queue,
# and another process, a *worker*, takes it out and calls it, while your process goes on. Django 6.0 has
# [tasks](../../docs/glossary.md#task) of its own: `enqueue()` hands a function over. But Django itself brings no worker. By default
# `enqueue()` calls the function at once, in your process. For a real queue you still install a package.
#
# Call `enqueue()` in `on_commit`, because otherwise a fast worker looks for a row that is not committed yet. But then the gap of lesson 06
# is back: the process can end after the commit and before `enqueue()`. So if a task must not be lost, enqueue it in a receiver of the
# outbox. Or use a queue that is a table of the same database, and enqueue inside the transaction. Then the queue is the outbox.
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
# Why not use the outbox for everything? It needs a command that runs every minute, and receivers that can be called twice. It also needs an
# answer for a receiver that fails, and for two processes that deliver at once: read ours under
# [outbox](../../docs/glossary.md#outbox) in the glossary, and in [`outbox.py`](../../speedy/outbox.py).
#
# **Practise:** [the exercises for this notebook](../exercises/outbox.ipynb). Back to
# [lesson 07](../07_choosing.ipynb).
