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
# In [autocommit](../docs/glossary.md#autocommit), each change is kept at once. So the row of `create()` is kept before
# `post_save` is sent, and an error in a receiver does not undo it. This is why Ada stayed in lesson 05. Such a row is dangerous,
# because the caller sees an error and tries again, and then the person is stored twice.
#
# And what about `delete()`? One call may delete many rows, because a cascade takes others along.

# %%
fresh_database()
GRACE, ALAN = sample_roster()[1:3]  # their fields, a dict each
predict("06-1")

# %%
reveal("06-1")
what_is_left()

# %% [markdown]
# Each line is an experiment: a receiver of that signal raises an error, and nobody catches it. Only one change
# stays: the row before `post_save`, in autocommit.
#
# So write `with transaction.atomic():` around steps that belong together. A view runs in autocommit, so do it in your views, too.
# With the setting `ATOMIC_REQUESTS`, Django does it for you. The admin's pages for adding, changing and deleting do it, too.
#
# ## A process ends
#
# The power fails in the middle of a hire. Then the process ends at once. No `except` and no `finally` runs, and Django cannot
# send `ROLLBACK`.
#
# The cell below hires in each wiring, and each hire ends in this way. The person is named after the wiring. Three wirings write the
# row inside `atomic()`. Built-in signals write it in autocommit.

# %%
predict("06-2")

# %%
from speedy.wirings import WIRINGS

# A hire in a process of its own, which ends between the INSERT and the rule; once for each wiring.
for wiring in WIRINGS:
    end_in_the_middle(wiring)
reveal("06-2")
Employees.objects.all()

# %% [markdown]
# The three hires inside `atomic()` left nothing. But built-in signals had already committed a row, so this person is stored,
# without a shift. To repair that, call `assign()` for everybody. This is safe, because anyone who has a shift keeps it.
#
# ## Outside the database
#
# A rollback takes back rows, but not a letter, a file or a meal. So there is `transaction.on_commit(function)`. It
# keeps the function, a *callback*, until the transaction is committed, and then calls it. After a rollback the callback is
# never called. In autocommit it is called at once.
#
# To compare, this receiver orders each meal twice: at once, and on commit. It writes the orders into the event log, a file:

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
# A callback is called after the commit. So if it raises an error, the row stays, but the caller gets the error, and the callbacks
# after it are not called. With `on_commit(function, robust=True)` Django logs the error instead, and calls the others. And if
# one block stands inside another, the callbacks wait for the outer one, because only the outer one commits.
#
# ### Your turn: no meal too many
#
# Write a receiver of `post_save` for `EmployeesWithoutHooks`. It logs `A meal for Ada Quillbrook.` with the sender
# `kitchen`, for each new person, after the person is committed. An edit orders nothing, and neither does a fixture.


# %%
def order_one_meal():
    """Log a meal for each new person, once the person is committed."""


exercise("06-a").check(order_one_meal)

# %% [markdown]
# One gap is left: the process may end between commit and callback. [The outbox](deeper/outbox.ipynb) closes it.
#
# ## You catch the error
#
# You know broken blocks from lesson 04. The rule is: **a block is broken when a write in it fails**, even if you catch the error.
# `delete()` calls its receivers inside the write. So if one of them raises an error, the deletion has failed.
#
# To go on after such an error, put the write into an `atomic()` block of its own, and catch the error outside that block:


# %%
def take_back_badge(sender, instance, **kwargs):
    raise RuntimeError("the badge is lost")


# %%
from django.db.models.signals import post_delete

alan = Employees.objects.get(first_name="Alan")
with connected(post_delete, take_back_badge), transaction.atomic():
    try:
        with transaction.atomic():  # sets a savepoint
            alan.delete()
    except RuntimeError as error:
        print("You catch:", error)
    print("People:", Employees.objects.count())

# %% [markdown]
# When the inner block begins, it sets a mark, a [savepoint](../docs/glossary.md#savepoint). The error left the inner block, so
# Django went back to the mark. Only the deletion was undone, and the outer block is not broken. Read more about [broken
# blocks](../docs/glossary.md#broken-block).
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
# | a callback of `on_commit` | the row | `on_commit(function, robust=True)` |
# | an error that you catch inside `atomic()` | nothing, if a write failed: the block is broken | an `atomic()` of its own around that write |
#
# Read on: [Django on
# transactions](https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly).
# **Practise:** [the exercises for 06](exercises/06_when_things_break.ipynb).
# **Next:** [07 Choosing](07_choosing.ipynb), where you rewire the project.
