# %% [markdown]
# # 06 · When things break
# **One idea: ask what is left when something raises.** What stays is often not what you expect.
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
# A *commit* makes a change permanent. The database forgets a change that was never committed. Normally Django commits
# each write at once; this is called *autocommit*. Inside `atomic()` it commits at the end of the block. So the same
# error has two outcomes:
#
# ```mermaid
# flowchart LR
#     a1["autocommit"] --> a2["INSERT"] --> a3["COMMIT"] --> a4["post_save<br>raises"] --> a5["the row stays"]
#     b1["atomic()"] --> b2["INSERT"] --> b3["post_save<br>raises"] --> b4["ROLLBACK"] --> b5["no row"]
# ```
#
# Two facts for your guess. `pre_save` is sent before the row is written. `delete()` opens a transaction of its own, and its
# receivers run inside it.

# %%
from contextlib import suppress

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from speedy.signals.event_logging import log_event

fresh_database()
ada, grace, alan, katherine = sample_roster()[:4]

# %%
predict("06-1")

# %%
reveal("06-1")
what_is_left()

# %% [markdown]
# In autocommit, `create()` and `save()` keep the row, although the caller gets an error. `get_or_create()` opens a transaction
# of its own, and so it does not. If the caller tries again, two people are stored. The
# admin opens a transaction, a shell does not. So write `with transaction.atomic():` around steps that belong together.
#
# ## A process ends
#
# A process that is killed runs no `except` and no `finally`.
# `end_in_the_middle` hires somebody in a process of its own. That process ends after the row is written
# and before the rule gives a shift. Each person is named after the wiring.

# %%
predict("06-2")

# %%
from speedy.wirings import WIRINGS

for wiring in WIRINGS:
    end_in_the_middle(wiring)
reveal("06-2")
Employees.objects.all()

# %% [markdown]
# That person is stored and has no shift. `assign()` can be called again: it skips people who have a shift.
#
# ## An error that is caught
#
# "Then I catch the error and go on." Let us try that inside `atomic()`. You know that a failed
# write breaks a transaction, and that `delete()` runs its receivers inside a block of its own. Three more people work here. A
# receiver of `post_delete` raises when Ada leaves. We catch its error, then count the people in the same block.


# %%
def take_back_badge(sender, instance, **kwargs):
    if str(instance) == "Ada Quillbrook":
        raise RuntimeError("the badge is lost")


people = [EmployeesWithoutHooks.objects.create(**fields) for fields in (ada, grace, alan)]

# %%
predict("06-3")

# %%
try:
    with connected(post_delete, take_back_badge), transaction.atomic():
        with suppress(RuntimeError):
            people[0].delete()
        print(Employees.objects.count(), "people work here.")
except Exception as error:
    print(f"{type(error).__name__}: {error}")
reveal("06-3")

# %% [markdown]
# `delete()` has a block of its own around its receivers, so the error of a receiver broke the transaction. `save()` has none
# around `post_save`: there a caught error breaks nothing.
# The cure: put the risky step into a second `atomic()`, a [savepoint](../docs/glossary.md#savepoint). If the inner block fails,
# only its changes are undone.

# %%
with connected(post_delete, take_back_badge), transaction.atomic():
    with suppress(RuntimeError), transaction.atomic():
        people[0].delete()
    print(Employees.objects.count(), "people work here.")

# %% [markdown]
# Ada is still there. One of the four was stored in *A process ends*.
#
# ### Your turn: the others leave
#
# `let_go` deletes people in one transaction. When one deletion fails, the transaction is broken, and nobody leaves. Change
# it: a person whose deletion fails stays, and the others leave, still in one transaction.


# %%
def let_go(people):
    with transaction.atomic():
        for person in people:
            try:
                person.delete()
            except RuntimeError:
                print(person, "stays.")


exercise("06-a").check(let_go)

# %% [markdown]
# ## Outside the database
# A rollback takes back rows, and no letter, no file, no meal. `transaction.on_commit(function)`
# waits: the function is called after the commit of the outermost `atomic()`, and never after a rollback. Outside a
# transaction it is called at once. Here an error takes a hire back.
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


# %%
def order_meals(sender, instance, **kwargs):
    log_event(f"At once: a meal for {instance}.", "kitchen")
    transaction.on_commit(lambda: log_event(f"On commit: a meal for {instance}.", "kitchen"))


# %%
with connected(post_save, order_meals), suppress(RuntimeError), transaction.atomic():
    EmployeesWithoutHooks.objects.create(**katherine)
    raise RuntimeError("the kitchen is closed")
event_log()

# %% [markdown]
# A function that you pass to `on_commit` is a *callback*. If it raises, the row stays. The caller gets the error, and later
# callbacks are not called.


# %%
def write_letter():
    raise RuntimeError("no stamps")


try:
    with transaction.atomic():
        transaction.on_commit(write_letter)
        transaction.on_commit(lambda: print("The second callback is called."))
except RuntimeError as error:
    print("The caller gets:", error)

# %%
# With robust=True Django logs the error instead, and goes on.
with short_log("django.db.backends.base"), transaction.atomic():
    transaction.on_commit(write_letter, robust=True)
    transaction.on_commit(lambda: print("The second callback is called."))

# %% [markdown]
# ### Your turn: a meal that is certain
#
# Write a receiver of `post_save` for `EmployeesWithoutHooks`. It logs `A meal for Ada Quillbrook.` with the sender
# `kitchen`, for each new person, once that person is really stored. An edit orders nothing,
# and neither does a fixture.


# %%
def order_one_meal():
    """Log a meal for each new person, once the person is committed."""


exercise("06-b").check(order_one_meal)

# %% [markdown]
# One gap is left. If the process ends between the commit and the callback, the meal is never ordered. [The
# outbox](deeper/outbox.ipynb) closes it.
#
# ## What to keep
#
# | what breaks | what is left | what to do |
# |---|---|---|
# | a receiver of `post_save` raises, in autocommit | the row | `atomic()` around all the steps |
# | the same, inside a transaction | nothing, if the error leaves the block | do not catch it inside |
# | a receiver of `pre_save` raises, in autocommit | no row; but changes of earlier receivers stay | `atomic()` around all the steps |
# | a receiver of `pre_delete`, `post_delete` or `m2m_changed` raises | nothing, if the error leaves the block | do not catch it inside |
# | the process ends | what was committed | `atomic()`; a rule that can run again |
# | an error is caught inside `atomic()` | often a broken transaction | an `atomic()` of its own around that step |
# | a rollback | letters, files, meals | `transaction.on_commit` |
# | an `on_commit` callback raises | the row; later callbacks are skipped | `on_commit(function, robust=True)` |
#
# Read on: [Django on
# transactions](https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly).
# **Practise:** [the exercises for 06](exercises/06_when_things_break.ipynb).
# **Next:** [07 Choosing](07_choosing.ipynb), where you rewire the project.
