# %% [markdown]
# # Deeper · An error that you catch
#
# You store several rows in one `atomic()` block (lessons [01](../01_what_a_signal_is.ipynb) and
# [06](../06_when_things_break.ipynb)). The database refuses one, and you catch the error. **What is left?** This takes
# about 10 minutes.
#
# ## The import
#
# You import a list of people, all in one block. Alan's line says that he is 400 years old. A [constraint](../../docs/glossary.md#constraint), a rule of the
# table, refuses that with an `IntegrityError`.

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
# Grace is lost, though only Alan's row was refused. `atomic()` promises all or none, so Django keeps none. We call such
# a block [broken](../../docs/glossary.md#broken-block). One more query in it raises an error:

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
    print("Katherine is refused:", error)

# %% [markdown]
# ## A block for the step
#
# **A step that may fail needs an `atomic()` of its own.** From the outside in: the large `atomic()`, then `try`, then the
# small `atomic()`.

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
# Grace and Katherine are stored. In short, this is the SQL:
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
# **An `atomic()` that you write inside another sets a [savepoint](../../docs/glossary.md#savepoint), a bookmark.** If
# an error leaves the inner block, Django undoes only what came after the bookmark. The inner block never commits alone.
#
# You need not learn [which calls break a block](../../docs/glossary.md#what-breaks-a-block). Give each step that may
# fail a block of its own.
#
# ## Optional: a receiver that fails
#
# Django's `delete()` opens an `atomic()` of its own, without a savepoint. The receivers of `pre_delete` and
# `post_delete` are called inside it.

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
# Alan is still there, and Grace is lost, though no query failed. No query followed, so you saw no error about the
# block. The cure is the same: an `atomic()` around `alan.delete()`, inside the `try`.
#
# ## What to keep
#
# | where you catch the error | what is left |
# |---|---|
# | inside the same block: a refused write, or an error of a receiver during `delete()` | nothing: the block is broken |
# | outside the small block of the step | everything except this step |
# | outside the whole block | nothing, and your code sees the error |
#
# **Practise:** [the exercise for this notebook](../exercises/caught_errors.ipynb). Back to [lesson 06](../06_when_things_break.ipynb). Read on: [Django on
# transactions](https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly).
