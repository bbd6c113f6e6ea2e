# %% [markdown]
# # 06 · When things break
#
# **One idea: ask what is left when something stops halfway.** It is often not what you expect.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb), [05](05_side_by_side.ipynb) |
# | Here | **06 When things break**, 20 minutes, and 20 for the tasks |
# | Next | [07 Choosing](07_choosing.ipynb) |
# | Optional | [The race](deeper/race.ipynb): twelve hires at once. [Testing](deeper/testing.ipynb) |
#
# ## A receiver raises an error
#
# In [autocommit](../docs/glossary.md#autocommit), each change is kept at once. Inside `atomic()`, the changes are kept when the
# block ends. Now a receiver of `post_save` raises an error, and nobody catches it.

# %%
fresh_database()
GRACE, ALAN = sample_roster()[1:3]  # their fields, a dict each
predict("06-1")

# %%
reveal("06-1")
what_is_left()

# %% [markdown]
# Each line is an experiment: a receiver of that signal raises an error. Only one change stays, and this is why:
#
# ```mermaid
# flowchart LR
#     a1["autocommit"] --> a2["INSERT"] --> a3["COMMIT"] --> a4["post_save: a receiver<br>raises an error"] --> a5["the row stays"]
#     b1["atomic()"] --> b2["INSERT"] --> b3["post_save: a receiver<br>raises an error"] --> b4["ROLLBACK"] --> b5["no row"]
# ```
#
# A row that stays is dangerous, because the caller sees an error and tries again, and then the person is stored twice.
# `delete()` undoes everything, because it has an `atomic()` block inside.
#
# So write `with transaction.atomic():` around steps that belong together. Do it in your views, too, because a view runs in
# autocommit, unless the setting `ATOMIC_REQUESTS` is on. The admin's pages for adding, changing and deleting do it for you.
#
# ## A process ends
#
# The power fails in the middle of a hire. Then the process ends at once, and no `except` and no `finally` runs.
# `end_in_the_middle` starts a process that hires one person. It ends the process when the row is written, and before the rule
# runs. We do this with each wiring of lesson 05.

# %%
predict("06-2")

# %%
from speedy.wirings import WIRINGS

for wiring in WIRINGS:
    end_in_the_middle(wiring)
reveal("06-2")
Employees.objects.all()

# %% [markdown]
# The person is named after the wiring, and has no shift. To repair that, call `assign()` for everybody. This is safe, because
# anyone who has a shift keeps it.
#
# ## Outside the database
#
# A rollback takes back rows, but not a letter, a file or a meal. So there is `transaction.on_commit(function)`. It
# keeps the function, a *callback*, until the transaction is committed, and then calls it. After a rollback the callback is
# never called. In autocommit it is called at once.
#
# This receiver orders two meals for each person. It writes them into the event log, a file:

# %%
from django.db import transaction
from django.db.models.signals import post_save

from speedy.signals.event_logging import log_event


def order_meals(sender, instance, **kwargs):
    log_event(f"At once: a meal for {instance}.", "kitchen")
    transaction.on_commit(lambda: log_event(f"On commit: a meal for {instance}.", "kitchen"))


# %%
predict("06-3")

# %%
with connected(post_save, order_meals, sender=EmployeesWithoutHooks):
    try:
        with transaction.atomic():
            EmployeesWithoutHooks.objects.create(**GRACE)
            raise RuntimeError("the office is closed")
    except RuntimeError as error:
        print("Grace is not hired:", error)
    with transaction.atomic():
        EmployeesWithoutHooks.objects.create(**ALAN)
reveal("06-3")
event_log()

# %% [markdown]
# ```mermaid
# sequenceDiagram
#     participant T as transaction
#     participant K as kitchen
#     Note over T: INSERT
#     T->>K: at once: a meal
#     Note over T: on_commit waits
#     alt ROLLBACK: Grace
#         Note over T: no row
#         Note over K: a meal too many
#     else COMMIT: Alan
#         Note over T: the row is kept
#         T->>K: on commit: a meal
#     end
# ```
#
# If a callback raises an error, the row stays, because it is already committed. The caller gets the error, and later callbacks
# are not called. If one block stands inside another, callbacks wait for the outer one, because only that one commits.
#
# ### Your turn: no meal too many
#
# Write a receiver of `post_save` for `EmployeesWithoutHooks`. It logs `A meal for Ada Quillbrook.` with the sender
# `kitchen`, for each new person, once that person is really stored. An edit orders nothing,
# and neither does a fixture.


# %%
def order_one_meal():
    """Log a meal for each new person, once the person is committed."""


exercise("06-a").check(order_one_meal)

# %% [markdown]
# One gap is left: the process may end between commit and callback. [The outbox](deeper/outbox.ipynb) closes it.
#
# ## You catch the error
#
# In lesson 04 a failed write broke the block, so Django ran no more queries in it. A receiver that raises an error during a
# `delete()` breaks the block, too. To go on, put the step that may fail into a block of its own, and catch the error outside
# that block:


# %%
def take_back_badge(sender, instance, **kwargs):
    raise RuntimeError("the badge is lost")


# %%
from django.db.models.signals import post_delete

with connected(post_delete, take_back_badge), transaction.atomic():
    try:
        with transaction.atomic():  # a block of its own for this step
            Employees.objects.get(first_name="Alan").delete()
    except RuntimeError as error:
        print("Alan stays:", error)
    print("People who work here:", Employees.objects.count())

# %% [markdown]
# When the inner block began, Django set a mark in the transaction, a [savepoint](../docs/glossary.md#savepoint). The error
# took the database back to that mark, so only the deletion was undone, and the outer block went on.
#
# With `post_save` it depends. A receiver that raises an error of its own breaks nothing, so you may catch that error without an
# inner block. A receiver with a query that fails breaks your block.
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


exercise("06-b").check(let_go)

# %% [markdown]
# ## What to keep
#
# | what breaks | what is left | what to do |
# |---|---|---|
# | a receiver of `post_save`, in autocommit | the row | `atomic()` around all the steps |
# | the process ends | what was committed | `atomic()`; a rule that can run again |
# | a rollback | letters, files, meals | `transaction.on_commit` |
# | a callback of `on_commit` | the row | `on_commit(function, robust=True)` logs the error and calls the others |
# | an error that you catch inside `atomic()` | often a broken block | an `atomic()` of its own around that step |
#
# Read on: [Django on
# transactions](https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly).
# **Practise:** [the exercises for 06](exercises/06_when_things_break.ipynb).
# **Next:** [07 Choosing](07_choosing.ipynb), where you rewire the project.
