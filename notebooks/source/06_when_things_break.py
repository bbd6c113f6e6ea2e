# %% [markdown]
# # 06 · When things break
#
# **One idea: ask what is left when something raises.** Receivers raise errors, transactions roll back,
# processes end. What stays behind is rarely what one expects.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb), [05](05_side_by_side.ipynb) |
# | Here | **06 When things break**, 20 minutes |
# | Next | [07 Choosing](07_choosing.ipynb) |
# | Optional | [The race](deeper/race.ipynb): twelve hires at once. [Testing](deeper/testing.ipynb) |
#
# ## A receiver raises
#
# *Autocommit* is Django's normal state: each write is committed at once. Inside `atomic()` the commit
# waits for the end of the block. So the same error has two outcomes:
#
# ```mermaid
# flowchart LR
#     a1["autocommit"] --> a2["INSERT"] --> a3["COMMIT"] --> a4["post_save<br>raises"] --> a5["the row stays"]
#     b1["atomic()"] --> b2["INSERT"] --> b3["post_save<br>raises"] --> b4["ROLLBACK"] --> b5["no row"]
# ```
#
# Two facts for your guess. `pre_save` is sent before the row is written. `delete()`, `add()`, `get_or_create()`
# and `update_or_create()` open a transaction around all that they do, receivers included.

# %%
from contextlib import suppress

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from classroom.scenes.log_lines import short_log
from speedy.signals.event_logging import log_event

fresh_database()
ada, grace, alan, katherine = sample_roster()[:4]

# %%
predict("06-1")

# %%
what_is_left()

# %%
reveal("06-1")

# %% [markdown]
# After `create()` the caller has an error, and the row is there. A caller who tries again hires twice. The
# admin opens a transaction, a shell does not. So do not rely on your callers: write
# `with transaction.atomic():` around steps that belong together.
#
# ## A process ends
#
# An error can be caught. A process that is killed runs no `except` and no `finally`.
# `end_in_the_middle` hires somebody in a process of its own. That process ends after the row is written
# and before the rule gives a shift. Each person is named after the wiring.

# %%
predict("06-2")

# %%
from speedy.wirings import WIRINGS

for wiring in WIRINGS:
    end_in_the_middle(wiring)
Employees.objects.all()

# %%
reveal("06-2")

# %% [markdown]
# The one who is left over can be placed later: `assign()` may be called again, and does nothing for people
# who have a shift.
#
# ## An error that is caught
#
# "Then I catch the error and go on." Inside `atomic()` that is not so simple. Today a receiver of
# `post_delete` raises when Ada leaves. We catch its error, then count the people in the same block.

# %%
predict("06-3")


# %%
def take_back_badge(sender, instance, **kwargs):
    if str(instance) == "Ada Quillbrook":
        raise RuntimeError("the badge is lost")


people = [EmployeesWithoutHooks.objects.create(**fields) for fields in (ada, grace, alan)]
try:
    with connected(post_delete, take_back_badge), transaction.atomic():
        with suppress(RuntimeError):
            people[0].delete()
        print(Employees.objects.count(), "people work here.")
except Exception as error:
    print(f"{type(error).__name__}: {error}")

# %%
reveal("06-3")

# %% [markdown]
# Any error that passes through `delete()` or `add()` breaks the transaction, your own `RuntimeError` too. In
# `save()`, an error of the write does.
#
# The cure is an `atomic()` of its own around the risky step. Inside another transaction it becomes a
# [savepoint](../docs/glossary.md#savepoint): a mark in the transaction. An error rolls back to the mark, and
# the rest goes on. The next cell shows it.
#
# ### Your turn: the others leave
#
# Then change `let_go`. It deletes people in one transaction, and after one deletion fails, nothing goes on.
# Those who fail must stay and the others leave, still in one transaction.

# %%
with connected(post_delete, take_back_badge), transaction.atomic():
    with suppress(RuntimeError), transaction.atomic():
        people[0].delete()
    print(Employees.objects.count(), "people work here.")


# %%
def let_go(people):
    with transaction.atomic():
        for person in people:
            try:
                person.delete()
            except RuntimeError:
                print(person, "stays.")


# %%
exercise("06-a").check(let_go)

# %% [markdown]
# ## Outside the database
#
# A rollback takes back rows. It takes back no letter, no file and no meal. `transaction.on_commit(function)`
# waits: the function is called after the commit, and never after a rollback. Outside a transaction it is
# called at once. In the next cell a hire is rolled back.
#
# ```mermaid
# sequenceDiagram
#     participant T as transaction
#     participant K as kitchen
#     Note over T: INSERT Katherine
#     T->>K: at once: a meal
#     Note over T: on_commit waits
#     alt rolled back
#         Note over T: no Katherine
#         Note over K: a meal too many
#     else committed
#         Note over T: Katherine is kept
#         T->>K: on commit: a meal
#     end
# ```
#
# The cell after it shows the price. A callback may fail, and the row is committed by then. The error reaches the
# caller, and later callbacks are skipped. With `robust=True` Django logs the error instead, and goes on.


# %%
def order_meals(sender, instance, **kwargs):
    log_event(f"At once: a meal for {instance}.", "kitchen")
    transaction.on_commit(lambda: log_event(f"On commit: a meal for {instance}.", "kitchen"))


with connected(post_save, order_meals), transaction.atomic():
    EmployeesWithoutHooks.objects.create(**katherine)
    transaction.set_rollback(True)  # as an error would
event_log()


# %%
def write_letter():
    raise RuntimeError("no stamps")


try:
    with transaction.atomic():
        transaction.on_commit(write_letter)
        transaction.on_commit(lambda: print("The second callback is called."))
except RuntimeError as error:
    print("The caller gets:", error)
with short_log("django.db.backends.base"), transaction.atomic():
    transaction.on_commit(write_letter, robust=True)
    transaction.on_commit(lambda: print("The second callback is called."))

# %% [markdown]
# ### Your turn: a meal that is certain
#
# Write a receiver of `post_save` for `EmployeesWithoutHooks`. It logs `A meal for Ada Quillbrook.` with the sender
# `kitchen`, for each new person, once that person is really stored. An edit orders nothing.


# %%
def order_one_meal():
    """Log a meal for each new person, once the person is committed."""


# %%
exercise("06-b").check(order_one_meal)

# %% [markdown]
# One gap is left. If the process ends between the commit and the callback, the meal is never ordered. [The
# outbox](deeper/outbox.ipynb) closes it.
#
# ## To keep
#
# | what breaks | what is left | what to do |
# |---|---|---|
# | a receiver of `post_save` raises, in autocommit | the row | `atomic()` around all the steps |
# | the same, inside a transaction | nothing, if you let the error out | let it out |
# | another model signal's receiver raises | nothing in the database, if you let it out | let it out |
# | the process ends | what was committed | `atomic()`; a rule that can run again |
# | an error is caught inside `atomic()` | often a broken transaction | an `atomic()` of its own around that step |
# | a rollback | letters, files, meals | `transaction.on_commit` |
# | an `on_commit` callback raises | the row; later callbacks are skipped | `on_commit(function, robust=True)` |
#
# Read on: [Django on
# transactions](https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly).
# **Practise:** [the exercises for 06](exercises/06_when_things_break.ipynb).
# **Next:** [07 Choosing](07_choosing.ipynb), where you rewire the project.
