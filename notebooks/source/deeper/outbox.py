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
# - write a receiver that can be called twice, and see where tasks fit in.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## An event is a row
#
# An *outbox* is a table of events that wait to be delivered. The code that hires somebody stores a row there, inside its own
# transaction. Later another process reads the rows that wait, sends a signal for each, and ticks it off.
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
# `name` says what happened, and `payload` holds the facts. Now Søren is hired. His hire stores its event, too, but then it fails:

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
# Søren's event was rolled back with his row. So store an event in the transaction of the work that it is about. (Without a
# transaction `outbox.store()` raises an error.)
#
# ## Delivering
#
# The command `deliver_events` takes the events that wait. For each it sends the signal `event_told`, with `name`, `key` and
# `payload`, and ticks the event off. Our receiver writes a letter. Here a letter is a line in the event log:

# %%
from classroom.experiments.postbox import deliver_and_end, write_letter

show_code(write_letter)

# %% [markdown]
# Now the worst moment. `deliver_and_end()` delivers Katherine's event in a process of its own. The letter is written, and then
# that process ends, before it has ticked the event off. After that we deliver once more.

# %%
predict("outbox-2")

# %%
from django.core.management import call_command

from speedy.signals.custom_signals import event_told

deliver_and_end()
with connected(event_told, write_letter):
    call_command("deliver_events")
reveal("outbox-2")
event_log()[["sender", "message"]]

# %%
outbox_table()

# %% [markdown]
# Nothing is lost, but something may come twice: *at least once*. It cannot be better, because nobody can write a letter and tick
# off a row in a single step.
#
# ## A receiver that can be called twice
#
# The key is the same both times, so a receiver can notice. This one remembers the keys that it has seen:

# %%
seen_keys = set()


def write_letter_once(sender, key, **kwargs):
    if key not in seen_keys:
        write_letter(sender, key=key, **kwargs)
        seen_keys.add(key)


# %% [markdown]
# Zoë is hired, and her event is delivered. Suppose that the tick was lost: `untick()` takes it off. Then we deliver again.

# %%
from classroom.experiments.postbox import untick

hire_and_store(roster[5])
with connected(event_told, write_letter_once):
    call_command("deliver_events")
    untick("Zoë Wintergem")
    call_command("deliver_events")
event_log()[["sender", "message"]]

# %% [markdown]
# Her event was delivered twice, and only one letter was written. But the set is gone when its process ends. And if the process ends
# between the letter and `add()`, a second letter is still written. So where do you keep the keys in a real project? That depends on
# what the receiver changes:
#
# - **Something outside**, such as a payment: send the key with it. If the bank refuses a key that it already knows, you are safe.
# - **A row of this database**: store the row and the key in one transaction, with a unique constraint on the key.
#
# ## What about tasks?
#
# A signal is a call: it does not run in the background, and it does not run later. For slow work there are *task runners*, such as
# Celery. You put a function into a queue, and another process, a *worker*, calls it.
#
# Since Django 6.0 `@task` makes a function a *task*, and `enqueue()` puts it into a queue. The worker comes from a package. Call
# `enqueue()` in `on_commit`, because a fast worker may otherwise look for a row that is not committed yet. But then the old
# gap is back: the process can end before `enqueue()`. So if a task must not be lost, let a receiver of the outbox enqueue it.
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
# Why not use the outbox for everything? It needs a table, a process that runs every minute, and receivers that can be called twice.
# And it needs an answer to these questions. Here are ours:
#
# | what if | then |
# |---|---|
# | a letter takes long? | A worker *claims* a few events in a short transaction, and delivers them outside of it, because a transaction around a slow letter would hold its locks all that time |
# | two workers deliver at once? | They claim with `select_for_update(skip_locked=True)`, which leaves out what another worker has locked. A plain UPDATE would wait. SQLite ignores the option and does not need it, because only one program can write at a time |
# | a worker ends after its claim? | After five minutes another worker may take the event. (The process above ran with yesterday's date.) |
# | a receiver always fails? | After five tries the event is given up. It stays in the table until somebody runs `deliver_events --again` |
# | one of two receivers fails? | Both are called again. A larger project would keep for each receiver what it has done |
#
# **Practise:** [the exercises for this notebook](../exercises/outbox.ipynb). Back to
# [lesson 07](../07_choosing.ipynb).
