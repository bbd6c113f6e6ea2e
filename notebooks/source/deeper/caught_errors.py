# %% [markdown]
# # Deeper · An error that you catch
#
# You store several rows in one `atomic()` block, the database refuses one, and you catch the error. **What is left?** Lessons [01](../01_what_a_signal_is.ipynb) and [06](../06_when_things_break.ipynb) show what `atomic()` does.
#
# This takes about 10 minutes.
#
# ## The import
#
# You import a list of people, all in one block. Alan's line says that he is 400 years old. A [constraint](../../docs/glossary.md#constraint), a rule of the
# table, refuses that with an `IntegrityError`. You catch it.

# %%
fresh_database()
GRACE, ALAN, KATHERINE = sample_roster()[1:4]  # a dict of fields each
old_alan = {**ALAN, "age": 400}
predict("caught_errors-1")

# %%
from django.db import IntegrityError, transaction

with transaction.atomic():
    Employees.objects.create(**GRACE)
    try:
        Employees.objects.create(**old_alan)
    except IntegrityError as error:
        print("You catch:", error)
reveal("caught_errors-1")
Employees.objects.all()

# %% [markdown]
# Grace is lost, though the error named only Alan. The refused row was a step of the block. You promised all or none, so Django keeps none: we call the block
# [broken](../../docs/glossary.md#broken-block). With one more query you get an error:

# %%
try:
    with transaction.atomic():
        Employees.objects.create(**GRACE)
        try:
            Employees.objects.create(**old_alan)
        except IntegrityError:
            print("You catch the error, and go on.")
        Employees.objects.create(**KATHERINE)
except transaction.TransactionManagementError as error:
    print("Katherine:", str(error).partition(". ")[2])

# %% [markdown]
# ## A block for the step
#
# **A step that may fail needs an `atomic()` of its own.** From outside to inside: the large `atomic()`, then `try`, then the small `atomic()`.

# %%
with transaction.atomic():
    Employees.objects.create(**GRACE)
    try:
        with transaction.atomic():  # for the step that may fail
            Employees.objects.create(**old_alan)
    except IntegrityError as error:
        print("You catch:", error)
    Employees.objects.create(**KATHERINE)

# %%
Employees.objects.all()

# %% [markdown]
# Grace and Katherine are stored. In short, Django sends to the database:
#
# | one block | with a block for the step |
# |---|---|
# | `BEGIN` | `BEGIN` |
# | `INSERT` Grace | `INSERT` Grace |
# | | `SAVEPOINT` |
# | `INSERT` Alan: refused | `INSERT` Alan: refused |
# | | `ROLLBACK TO SAVEPOINT` |
# | (Django refuses Katherine) | `INSERT` Katherine |
# | `ROLLBACK` | `COMMIT` |
#
# A [savepoint](../../docs/glossary.md#savepoint) is a bookmark. If an error comes out of the inner block, Django undoes what came after the
# bookmark, and nothing else. **An `atomic()` of yours inside another sets a savepoint, so it can be undone alone.** It never
# commits alone.
#
# ## Optional: a receiver that fails
#
# Django's `delete()` opens an `atomic()` of its own, and calls the receivers of `pre_delete` and `post_delete` inside it. The `atomic()` inside
# `delete()` sets no savepoint.

# %%
predict("caught_errors-2")

# %%
from django.db.models.signals import post_delete


def take_back_the_badge(sender, instance, **kwargs):
    raise RuntimeError("the badge is not there")


# %%
fresh_database()
alan = Employees.objects.create(**ALAN)
with (
    connected(post_delete, take_back_the_badge, sender=Employees),
    transaction.atomic(),
):
    Employees.objects.create(**GRACE)
    try:
        alan.delete()
    except RuntimeError as error:
        print("You catch:", error)

# %%
reveal("caught_errors-2")
Employees.objects.all()

# %% [markdown]
# No query failed, and Grace is lost. No query came afterwards, so you saw no error. Here, too, the cure is an `atomic()` around `alan.delete()`, inside the `try`.
#
# You need not remember which calls break a block. Give each step that may fail its own block. (The glossary has the list: [what breaks a
# block](../../docs/glossary.md#what-breaks-a-block).)
#
# ## What to keep
#
# | where you catch the error | what is left |
# |---|---|
# | inside the same block, a refused write | nothing: the block is broken |
# | inside the same block, an error of a receiver during `delete()` | nothing: the block is broken |
# | outside the small block of the step | everything except this step |
# | outside the whole block | nothing, and your code knows it |
#
# **Practise:** [the exercise for this notebook](../exercises/caught_errors.ipynb). Back to [lesson 06](../06_when_things_break.ipynb). Read on: [Django on
# transactions](https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly), and [what is checked only at the
# commit](../../docs/glossary.md#constraint).
