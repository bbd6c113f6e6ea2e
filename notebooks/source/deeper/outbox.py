# %% [markdown]
# # Deeper · News that must not be lost: the outbox
#
# Each new employee gets a letter. With `on_commit` ([lesson 06](../06_when_things_break.ipynb)) it is written after the
# commit. But if the callback fails, or the *process* (the running program) is killed first, there is no letter. **How
# do you make sure that there is one?**
#
# This takes about 15 minutes.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## An event is a row
#
# Here an *event* is a row that says what happened, such as "Katherine was hired". An *outbox* is a table of events. The
# hire stores its event in the same transaction, so both are kept, or neither. Later another process reads the waiting
# events. For each it sends a signal, a receiver writes the letter, and the event is marked as delivered.
#
# ```mermaid
# flowchart LR
#     hire["hire_and_store"] -- "one transaction" --> rows[("employee, seat and event")]
#     rows -- "deliver_events, later" --> signal["signal event_told"]
#     signal --> letter["a receiver writes a letter"]
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
# (`hire_by_call()` is `hire()` of lesson 05.) Katherine is hired:

# %%
from classroom.experiments.postbox import outbox_table

hire_and_store(roster[3])
outbox_table()

# %% [markdown]
# `key` is the number of the event, and `payload` holds the facts.
#
# Now Søren is hired, but an error ends the transaction around his hire:

# %%
try:
    with transaction.atomic():
        hire_and_store(roster[4])
        raise RuntimeError("the contract was never signed")
except RuntimeError as error:
    print(error)
outbox_table()

# %% [markdown]
# Søren's event was rolled back together with his hire.
#
# ## Delivering
#
# Every minute a timer, such as cron, starts `manage.py deliver_events`. It calls `outbox.deliver()`, which sends the
# signal `event_told` for each waiting event, with `name`, `key` and `payload`. Our receiver writes a letter, here a
# line in the event log:

# %%
from classroom.experiments.postbox import write_letter

show_code(write_letter)

# %% [markdown]
# A receiver can fail:

# %%
from speedy.signals.custom_signals import event_told


def no_paper(sender, **kwargs):
    raise RuntimeError("there is no paper")


with connected(event_told, no_paper), short_log():
    print(outbox.deliver())

# %% [markdown]
# Our event is in `failed`. It still waits, so the next run tries again. After five tries [it gives
# up](../../docs/glossary.md#outbox), until somebody runs `deliver_events --again`.
#
# The process can be killed, too. `deliver_and_end()` starts one that ends right after the receiver, before the event is
# marked. Later `deliver_again()` starts another.

# %%
predict("outbox-1")

# %%
from classroom.experiments.postbox import deliver_again, deliver_and_end

deliver_and_end(write_letter)
deliver_again(write_letter)
reveal("outbox-1")
read_log()[["who", "message"]]

# %%
outbox_table()

# %% [markdown]
# Now the event is marked, and its row stays. Nothing is lost, but a letter may come twice: this is called delivery *at least once*.
#
# While a process delivers, it reserves its events for five minutes, so that no other takes them. An event whose
# receiver failed is free again at once. If the process is killed, another one takes its events when the five minutes
# are over. (So that we need not wait, our first process thought that it was yesterday.)
#
# The outbox cannot promise *exactly once*: the letter is outside the database, so the process may end between writing
# it and marking the event. But the key is the same both times, so the receiver can notice.
#
# ## A receiver that remembers
#
# This receiver remembers the keys of its events in a set, `seen_keys = set()`:

# %%
from classroom.experiments.postbox import write_letter_once

show_code(write_letter_once)

# %% [markdown]
# Zoë is hired, and the same happens: a process ends after her letter, and another one delivers.

# %%
predict("outbox-2")

# %%
hire_and_store(roster[5])
deliver_and_end(write_letter_once)
deliver_again(write_letter_once)
reveal("outbox-2")
read_log()[["who", "message"]].tail(2)

# %% [markdown]
# So store the key where it outlives the process. Where that is depends on what the receiver changes:
#
# **A row of this database.** Store the key in the same transaction as the change, in a model of yours with unique keys, here
# `SeenKey`. Event 7 pays a bonus, and is delivered twice:

# %%
from django.db import models


class SeenKey(NotebookModel):
    key = models.IntegerField(unique=True)


class Account(NotebookModel):
    euros = models.IntegerField(default=0)


def pay_bonus(sender, key, **kwargs):
    with transaction.atomic():
        _, is_new = SeenKey.objects.get_or_create(key=key)  # finds the row, or creates it
        if is_new:
            Account.objects.update(euros=models.F("euros") + 100)


Account.objects.create()
for call in "first", "second":
    pay_bonus(sender=None, key=7)
    print(f"After the {call} call: {Account.objects.get().euros} euros")

# %% [markdown]
# Each receiver needs such a table of its own. If the change fails, the key is rolled back, too, so the next call tries again.
#
# **A service that can check keys**, such as a bank. Send the key with the payment, so that the bank can refuse a second one.
#
# **A service that cannot**, such as the post. Here you must choose. If you store the key first, the letter may be
# lost. If you write the letter first, it may come twice.
#
# ## Optional: what about tasks?
#
# Slow work can go into a *queue*, and another process, a *worker*, does it later. Django 6.0 has
# [tasks](../../docs/glossary.md#task) for this: `@task` marks a function, and `enqueue()` puts it into the queue. But
# Django has no worker of its own. Without a package, `enqueue()` calls the function at once, in your process.
#
# Where you write `enqueue()` depends on where the queue is. **If the queue is outside this database:**
#
# ```python
# @task
# def print_badge(pk): ...
#
# with transaction.atomic():
#     employee = hire_by_call(**person)
#     transaction.on_commit(lambda: print_badge.enqueue(employee.pk))
# ```
#
# Without `on_commit`, a fast worker might look for the employee before the commit, and find nobody. But the process can
# end between the commit and `enqueue()`. If a task must not be lost, store an event, and let a receiver of `event_told`
# call `enqueue()`.
#
# **If the queue is a table of this database**, as in some packages, a task is a row, as an event is:
#
# ```python
# with transaction.atomic():
#     employee = hire_by_call(**person)
#     print_badge.enqueue(employee.pk)
# ```
#
# The person and the task are both kept, or neither, so you need no outbox. The package's documentation says whether a
# task may run twice.
#
# ## What to keep
#
# | you need | use | what may happen |
# |---|---|---|
# | work that may be lost | `on_commit`, with a task if the work is slow | it is lost if the program is killed before it |
# | an event that must arrive | the outbox, and a receiver or a task | it may come twice |
# | a change in this database that must happen once | the key and the change in one transaction | a second call does nothing |
# | a task, and the queue is a table of this database | `enqueue()` in the same transaction, without an outbox | the person and the task, or neither |
#
# The price of the outbox ([`outbox.py`](../../speedy/outbox.py)): a command that runs every minute, and receivers that
# do no harm if they are called twice.
#
# **Practise:** [the exercises for this notebook](../exercises/outbox.ipynb). Back to
# [lesson 07](../07_choosing.ipynb).
