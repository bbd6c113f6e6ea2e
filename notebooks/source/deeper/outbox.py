# %% [markdown]
# # Deeper · News that must not be lost: the outbox
#
# A hire is committed, and a letter is to be written. [Lesson 06](../06_when_things_break.ipynb) put the letter
# behind `on_commit`. If the process ends between the commit and the letter, the letter is lost. **How do you
# make sure that it is written?**
#
# You will, in about 20 minutes,
#
# - store news in the same transaction as the hire;
# - deliver it, and end the process at the worst moment;
# - see where a task runner fits in.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## A row in the same transaction
#
# The cure is old: an *outbox*, a table of news. The code that hires stores a row there, **in the same
# transaction**. Another process comes by, tells of what waits, and ticks it off.
#
# ```mermaid
# flowchart LR
#     hire["hire_and_tell"] -- "one transaction" --> rows[("employee, seat<br>and event")]
#     rows -- "deliver_events, later" --> signal["signal<br>event_told"]
#     signal --> letter["letter"]
# ```

# %%
from django.db import transaction

from speedy import outbox
from speedy.wirings import WIRINGS


def hire_and_tell(person):
    with transaction.atomic():
        employee = WIRINGS["direct call"].hire(**person)
        outbox.store("hired", employee=str(employee))


# %%
hire_and_tell(roster[3])
[*outbox.waiting()]

# %% [markdown]
# One event waits. The next hire fails after its event was stored:

# %%
predict("outbox-1")

# %%
try:
    with transaction.atomic():
        hire_and_tell(roster[4])
        raise RuntimeError("the contract was never signed")
except RuntimeError as error:
    print(error)
waiting = outbox.waiting().count()
reveal("outbox-1")
waiting

# %% [markdown]
# The news was rolled back with the hire. So the rule for storing is: never outside the transaction of the work.
#
# ## Delivering
#
# `deliver_events` takes the events that wait, calls the receivers of `event_told` for each, and ticks it off. A
# receiver gets the key of the event as `key`. Our receiver writes a letter; here that is a line in the event log:

# %%
from classroom.experiments.postbox import deliver_and_end, write_letter
from speedy.signals.custom_signals import event_told

show_code(write_letter)

# %% [markdown]
# The worst moment first. `deliver_and_end` delivers in a process of its own. The letter is written, and the
# process ends before the event is ticked off. Then we deliver again.

# %%
predict("outbox-2")

# %%
from django.core.management import call_command

deliver_and_end()

# %%
with connected(event_told, write_letter):
    call_command("deliver_events")
letters = len(event_log())
reveal("outbox-2")
event_log()[["sender", "message"]]

# %% [markdown]
# Nothing was lost, and something came twice: **at least once**. Nobody can write a letter and tick off a row in one
# step. But the key is the same both times, so a receiver can notice. This one keeps the keys that it has seen:

# %%
seen_keys = set()


def write_letter_once(sender, key, **kwargs):
    if key not in seen_keys:
        write_letter(sender, key=key, **kwargs)
        seen_keys.add(key)


# %%
hire_and_tell(roster[5])
[event] = outbox.waiting()
with connected(event_told, write_letter_once):
    call_command("deliver_events")
    event.save()  # our copy is from before the delivery: saving it takes the tick away
    call_command("deliver_events")
event_log()[["sender", "message"]]

# %% [markdown]
# Told twice, one letter. But a set is gone with its process. In a real project it depends on where the effect is:
#
# - **Outside**, such as a letter or a payment: pass the key on. A bank that refuses a key that it has had is all
#   that you need.
# - **A row of this database**: store the row and the key in one transaction, with a unique constraint on the key.
#
# ## What a delivery has to look after
#
# - **Claim, act, tick off.** In one short transaction a *worker*, a process that delivers, marks some events as its own. It
#   writes the letters outside of any transaction. Then it ticks the events off. Inside a transaction a slow letter would
#   hold the locks all the time, and on SQLite there is one write lock for everybody.
# - **Let several workers share.** Each one first reads its events with `select_for_update(skip_locked=True)`, which leaves
#   out what another worker has locked. If it began with an UPDATE of these rows, it would wait for the other one. SQLite
#   ignores the option: there one writes at a time anyway.
# - **Limit the tries**, and keep for each receiver what it has done. Otherwise one receiver that always fails lets
#   all others hear the same news again and again. This project only limits the tries, to five: a receiver that works hears an
#   event again each time another one fails. What was given up waits for a person (`deliver_events --again`).
#
# ## And a task runner?
#
# A signal is neither in the background nor later. What takes long belongs to a task runner. Django 6.0 has an
# interface for tasks, and your Django is this one:

# %% tags=["varies"]
from importlib.util import find_spec

import django

{"Django": django.get_version(), "has tasks (1 is yes)": int(bool(find_spec("django.tasks")))}

# %% [markdown]
# On 6.0 and later, `@task` makes a function a task, and `enqueue()` hands it over. Django itself ships two
# backends: one calls the task at once, the other only writes it down. A real worker comes from a package. Call `enqueue()`
# in `transaction.on_commit`. Otherwise a worker may look for a row that is not committed yet. But now the gap is back: the
# process can end between the commit and `enqueue()`. An outbox closes it: its delivery calls `enqueue()`.
#
# | you need | use | what may happen |
# |---|---|---|
# | a line in a log | `on_commit` | it may be lost |
# | slow work that may be lost | `on_commit` and a task | it may be lost, rarely |
# | news that must arrive | the outbox, delivered to a receiver or a task | it may come twice, and stays in the table until it is delivered |
# | a change in this database | the same transaction | both or neither |
#
# ## What to keep
#
# Why not use the outbox for everything? It needs a table, a process that runs every minute, and receivers that can
# stand to be called twice. **Practise:** [the exercises for this notebook](../exercises/outbox.ipynb). Back to
# [lesson 07](../07_choosing.ipynb).
