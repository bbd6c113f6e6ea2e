# %% [markdown]
# # Deeper · News that must not be lost: the outbox
#
# Somebody is hired, and then a letter is written. [Lesson 06](../06_when_things_break.ipynb) used `on_commit`, so the letter comes
# after the commit. But if the process ends between the two, the letter is lost. **How do you make sure that it is written?**
#
# You will, in about 20 minutes,
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
# An *event* is a piece of news, such as "Katherine was hired", and an *outbox* is a table of events. The code that hires somebody
# stores an event there, inside its own transaction. Later another process reads the events that wait, sends a signal for each, and
# marks it as delivered. A receiver makes a letter of it.
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
# Now Søren is hired. But his contract was never signed, so the transaction around his hire fails:

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
# So store an event in the transaction of the work that it is about. Then both are kept, or neither. (Without a transaction
# `outbox.store()` raises an error.)
#
# ## Delivering
#
# The command `manage.py deliver_events` runs every minute. For each event that waits it sends the signal `event_told`, with `name`,
# `key` and `payload`, and then marks the event as delivered. Our receiver writes a letter, here a line in the event log:

# %%
from classroom.experiments.postbox import write_letter

show_code(write_letter)

# %% [markdown]
# This command can end at a bad moment, too. `deliver_and_end()` runs it in a process that ends right after the letter, when the event
# is not marked yet. `deliver_again()` runs the command once more, in another process.

# %%
predict("outbox-2")

# %%
from classroom.experiments.postbox import deliver_again, deliver_and_end

deliver_and_end(write_letter)
deliver_again(write_letter)
reveal("outbox-2")
event_log()[["sender", "message"]]

# %% [markdown]
# Nothing is lost, but something may come twice. This is called *at least once*.
#
# The delivery alone cannot promise more, because the letter is outside the database: writing it and marking the event are always two
# steps. But the key is the same both times, so the receiver can notice that it is called again.
#
# ## A receiver that remembers
#
# This receiver puts the keys that it has seen into a set:

# %%
from classroom.experiments.postbox import write_letter_once

show_code(write_letter_once)

# %% [markdown]
# Zoë is hired. Her letter is written, and her key is added to `seen_keys`. Then the process ends, before it marks the event, and
# another process delivers again.

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
#   an `IntegrityError`, and changes nothing. Catch this error outside that transaction, because the work is done already.
# - **Something outside**, such as a payment. Send the key with it. If the bank refuses a key that it already knows, you are safe.
# - **A letter.** Nobody refuses a letter, so choose. If you store the key before you write the letter, it may be lost. If you
#   store the key after that, the letter may come twice.
#
# ## What about tasks?
#
# A signal is a call, so the caller waits for it. For slow work there are *task runners*, such as Celery: you put a function into a queue,
# and another process, a *worker*, takes it out and calls it, while your process goes on. Since Django 6.0
# `@task` makes a function a *task*, and `enqueue()` hands it over. But what comes with Django calls it at once, in your process, so for a queue
# and a worker you still install a package.
#
# Call `enqueue()` in `on_commit`, because otherwise a fast worker looks for a row that is not committed yet. But then the old gap
# is back: the process can end before `enqueue()`. So if a task must not be lost, enqueue it in a receiver of the outbox. (If the queue is
# a table of the same database, enqueue inside the transaction: then the queue is the outbox.)
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
# Why not use the outbox for everything? It needs a command that runs every minute, receivers that can be called twice, and answers to
# these questions. Ours are in [`outbox.py`](../../speedy/outbox.py):
#
# | what if | then |
# |---|---|
# | a receiver always fails? | After five tries the event is given up. It stays in the table until somebody runs `deliver_events --again` |
# | one of two receivers fails? | Both are called again. A larger project would keep for each receiver what it has done |
# | two processes deliver at once? | Each first *claims* events for five minutes, in a short transaction. `select_for_update(skip_locked=True)` skips those that the other has locked. The receivers are called after it, so a slow one holds no lock |
#
# **Practise:** [the exercises for this notebook](../exercises/outbox.ipynb). Back to
# [lesson 07](../07_choosing.ipynb).
