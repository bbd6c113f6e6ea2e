# %% [markdown]
# # 06 · When things break
#
# **One idea: ask what is left when something raises an error.** What stays is often not what you expect.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb), [05](05_side_by_side.ipynb) |
# | Here | **06 When things break**, 30 minutes, and 20 for the tasks |
# | Next | [07 Choosing](07_choosing.ipynb) |
# | Optional | [The race](deeper/race.ipynb): twelve hires at once. [Testing](deeper/testing.ipynb) |
#
# ## A receiver raises an error
#
# Outside `atomic()` Django commits each write at once: *autocommit*. Inside `atomic()` it commits at the end
# of the block. So the same error has two outcomes:
#
# ```mermaid
# flowchart LR
#     a1["autocommit"] --> a2["INSERT"] --> a3["COMMIT"] --> a4["post_save: a receiver<br>raises an error"] --> a5["the row stays"]
#     b1["atomic()"] --> b2["INSERT"] --> b3["post_save: a receiver<br>raises an error"] --> b4["ROLLBACK"] --> b5["no row"]
# ```
#
# Lesson 05 showed both, for `save()`. And `delete()`? It may have several rows to delete, such as a person and her
# seat, and Django does not want to leave half of that done.

# %%
fresh_database()
ADA, GRACE, ALAN = sample_roster()[:3]  # their fields, a dict each
predict("06-1")

# %%
reveal("06-1")
what_is_left()

# %% [markdown]
# In each line a receiver of that signal raises an error. Only one change stays: the row of `create()`, when `post_save`
# fails in autocommit. That is dangerous, because the caller sees an error, tries again, and then the person is stored
# twice.
#
# So write `with transaction.atomic():` around steps that belong together. The admin's pages for adding, changing and deleting
# do it for you. A shell does not. [The matrix](deeper/matrix.ipynb) tries more calls.
#
# ## A process ends
#
# A process that is killed runs no `except` and no `finally`. `end_in_the_middle` hires somebody in a process of its
# own. That process ends between the row and the rule. Each person is named after the wiring.

# %%
from speedy.wirings import WIRINGS

for wiring in WIRINGS:
    end_in_the_middle(wiring)
Employees.objects.all()

# %% [markdown]
# Four were hired. One is stored, because the other three wirings had a transaction open, and the database drops what was
# never committed.
#
# The one who is stored has no shift. To repair that, call `assign()` for everybody: somebody who has a shift keeps it.
#
# ## Outside the database
#
# A rollback takes back rows, but not a letter, a file or a meal. So there is `transaction.on_commit(function)`. It
# keeps the function, a *callback*, until the transaction is committed, and then calls it. After a rollback it is never
# called. Outside a transaction it is called at once.
#
# This receiver orders two meals for each person, at once and on commit. It writes them into the event log, a file:

# %%
from django.db import transaction
from django.db.models.signals import post_save

from speedy.signals.event_logging import log_event


def order_meals(sender, instance, **kwargs):
    def order_later():
        log_event(f"On commit: a meal for {instance}.", "kitchen")

    log_event(f"At once: a meal for {instance}.", "kitchen")
    transaction.on_commit(order_later)


# %%
predict("06-2")

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
reveal("06-2")
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
# If a callback raises an error, the row stays, because it is committed already. The caller gets the error, and later
# callbacks are not called. If you write `on_commit(function, robust=True)`, Django logs the error and goes on.
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
# One gap is left: if the process ends between commit and callback, the meal is never ordered. [The
# outbox](deeper/outbox.ipynb) closes it.
#
# ## An error that is caught
#
# "Then I catch the error and go on." Can your transaction go on? Blocks may stand inside each other. To undo one of them
# alone, the database needs a place to go back to, a [savepoint](../docs/glossary.md#savepoint). By default an inner
# `atomic()` sets one. The one inside `delete()` does not, because a savepoint costs two queries:
#
# ```mermaid
# flowchart LR
#     subgraph ours["our atomic(): the transaction"]
#         subgraph inner["delete(): an inner block, no savepoint"]
#             error["a receiver raises an error"]
#         end
#         error -- "we catch it here" --> on["does our block go on?"]
#     end
# ```
#
# Ada is the only one who works here, and she leaves. A receiver raises an error.

# %%
from django.db.models.signals import post_delete

fresh_database()
ada = EmployeesWithoutHooks.objects.create(**ADA)


# %%
def take_back_badge(sender, instance, **kwargs):
    raise RuntimeError("the badge is lost")


# %%
predict("06-3")

# %%
with connected(post_delete, take_back_badge):
    try:
        with transaction.atomic():
            try:
                ada.delete()
            except RuntimeError as error:
                print("We go on, although", error)
            print("People who work here:", Employees.objects.count())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
reveal("06-3")

# %% [markdown]
# So we put one more `atomic()` around the `delete()`, and catch the error outside it. That one sets a savepoint:

# %%
with connected(post_delete, take_back_badge), transaction.atomic():
    try:
        with transaction.atomic():  # sets a savepoint
            ada.delete()
    except RuntimeError as error:
        print("We go on, although", error)
    print("People who work here:", Employees.objects.count())

# %% [markdown]
# Only the inner block was undone. The outer one goes on.
#
# `save()` is different: it sends `post_save` after its own inner block has ended. So if a receiver of `post_save` raises a
# `RuntimeError`, your block is not broken, and you can catch the error and go on. But if the receiver failed in a query, a
# `save()` or a `delete()`, your block may be broken.
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
# | a receiver of `post_save` raises an error, in autocommit | the row | `atomic()` around all the steps |
# | a receiver of `pre_delete` or `post_delete` raises an error | the row: the deletion is undone | to go on, put an `atomic()` around the `delete()`, and catch the error outside it |
# | the process ends | what was committed | `atomic()`; a rule that can run again |
# | a rollback | letters, files, meals | `transaction.on_commit`; inside two blocks it waits for the outer one |
# | an `on_commit` callback raises an error | the row; later callbacks are not called | `on_commit(function, robust=True)` |
# | an error is caught inside `atomic()` | often a broken block | an `atomic()` of its own around that step |
#
# Read on: [Django on
# transactions](https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly).
# **Practise:** [the exercises for 06](exercises/06_when_things_break.ipynb).
# **Next:** [07 Choosing](07_choosing.ipynb), where you rewire the project.
