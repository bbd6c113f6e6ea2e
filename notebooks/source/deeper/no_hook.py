# %% [markdown]
# # Deeper · What needs no hook at all
#
# A *hook* is code of yours that Django calls: a receiver, or a method that you override, such as `save()`. `update()` and
# `bulk_create()` call no receiver and no `save()`, so they skip your rule (lessons [02](../02_built_in_signals.ipynb) and
# [03](../03_save_overrides.ipynb)). **One idea: some rules can be part of the table, so that the database applies them to every write.**
# But not every rule can.
#
# In about 14 minutes you:
#
# - let the database compute one column, and fill another with a default;
# - write SQL yourself, and try to break a rule of the table;
# - override `bulk_create()`, for a rule that needs Python.
#
# `Badge` is a model only for this notebook. One row is one person's badge:

# %%
fresh_database()
from classroom.scenes.stage.models import Badge, BadgeQuerySet

show_code(Badge, fields=True)

# %% [markdown]
# ## A column that is computed
#
# `initials` is a `GeneratedField`: its value comes from the `expression`, and no line of Python sets it. `Left` takes the first letter of
# a name, and `Concat` puts the two letters together. Both are in `django.db.models.functions`. `output_field` is the type of the column,
# and with `db_persist=True` the database stores it in the row, like any other column.
#
# When Ada's badge is stored, the database computes AQ, and Django reads it back into the object `ada`. Then `update()` changes the last
# name in the row.

# %%
predict("no_hook-1")

# %%
ada = Badge.objects.create(first_name="Ada", last_name="Quillbrook")
Badge.objects.update(last_name="Lovelace")
reveal("no_hook-1")
print("object:", ada.initials)
ada.refresh_from_db()
print("row:", ada.initials)

# %% [markdown]
# The row had the new initials at once, but the object is [stale](../../docs/glossary.md#stale-instance) until `refresh_from_db()`. If `save()` set the initials instead, `update()` would
# not call it, and even the row would still say AQ.
#
# The expression may use only columns of the same row: no other row, no other table, no Python.
#
# ## A default of the database
#
# `copies` has a `db_default`. The `default=` that you know is Python: Django puts the value into its INSERT. But a `db_default` is part
# of the table, so it also works for an INSERT that Django did not write. We write one by hand. A *cursor* sends your SQL to the database.
# The values of the list replace the `%s`, and `stage_badge` is the table of `Badge`:

# %%
from django.db import connection

with connection.cursor() as cursor:
    cursor.execute(
        "INSERT INTO stage_badge (first_name, last_name) VALUES (%s, %s)", ["Grace", "Tallowmere"]
    )
list(Badge.objects.values("first_name", "initials", "copies"))

# %% [markdown]
# Nobody passed initials or copies, but Grace has both. The database computes the initials, and fills `copies`, because the INSERT leaves
# it out. A default does not check a number that somebody passes, but the next tool does.
#
# ## A constraint
#
# A *constraint* is a rule of the table. This one says that a badge has one to nine copies. The database checks each row
# that is written. The constraint is in `class Meta`, inside the model. `Q(...)` is a condition, written like the arguments of
# `filter()`:
#
# ```python
# constraints = [
#     models.CheckConstraint(name="badge_1_to_9_copies", condition=models.Q(copies__range=(1, 9)))
# ]
# ```
#
# Ada's badge has one copy. We set the copies of Grace's badge to nine. Then comes one `update()` for both. `F("copies")` stands for the
# value in each row.

# %%
predict("no_hook-2")

# %%
from django.db import IntegrityError
from django.db.models import F

Badge.objects.filter(first_name="Grace").update(copies=9)
try:
    Badge.objects.update(copies=F("copies") + 1)
except IntegrityError as error:
    print("IntegrityError:", error)
reveal("no_hook-2")
list(Badge.objects.values("first_name", "copies"))

# %% [markdown]
# A constraint also holds if two programs write at the same moment. But each kind looks at one thing only. A `CheckConstraint` sees only the row
# that is written. A `UniqueConstraint` looks for an equal row, and a foreign key looks for a row in another table. None of them counts
# rows, so none can say "at most three seats". There are two ways around this:
#
# - This project stores the headcount in the shift, and a `CheckConstraint` looks at it. This works only while the stored number is
#   right: see [Counting a relation](counting.ipynb).
# - Or you give each seat a field `number`. A `CheckConstraint` allows only 1 to 3, and a `UniqueConstraint` allows each number only
#   once on a shift. The numbers 1, 2 and 3 are then taken, so a fourth seat cannot be stored.
#
# ## A hook after all
#
# Sometimes the rule needs Python, so it cannot be part of the table. `bulk_create()` calls no `save()` and no receiver, but it is itself a
# method, of the class `QuerySet`. So you can override it:

# %%
show_code(BadgeQuerySet)

# %% [markdown]
# `Badge.objects` uses this class, because the model says `objects = BadgeQuerySet.as_manager()`. A *manager* is the object behind
# `Badge.objects`. Here are two names with spaces around them:

# %%
predict("no_hook-3")

# %%
Badge.objects.bulk_create([Badge(first_name=" Zoë ", last_name="W")])
Badge.objects.create(first_name=" Noor ", last_name="S")
names = [badge.first_name for badge in Badge.objects.order_by("pk")][-2:]
reveal("no_hook-3")
names

# %% [markdown]
# So put such a rule into `save()`, too.
#
# ## What to keep
#
# | tool | works for | cannot |
# |---|---|---|
# | `GeneratedField` | every write, also `update()` and raw SQL | see other rows, call Python, or change an object that is already in memory |
# | `db_default` | every INSERT that leaves the column out | correct a value that is passed |
# | a constraint | every write, even if two programs write at the same moment | count rows, or *do* something |
# | an overridden `bulk_create()` | the calls of `bulk_create()` | see `save()` and raw SQL |
#
# Try a tool of the table first, and override a method only if Python has to act. Two more tools are elsewhere:
#
# - Triggers: see [Counting a relation](counting.ipynb).
# - A cascade that the database does, since Django 6.1: see [`DB_CASCADE`](../../docs/glossary.md#cascade). It sends no signal.
#
# Which calls reach `save()` and receivers is in [the matrix](matrix.ipynb).
#
# **Practise:** [the exercise for this notebook](../exercises/no_hook.ipynb). Back to
# [lesson 03](../03_save_overrides.ipynb) or [lesson 07](../07_choosing.ipynb). Read on:
# [constraints](https://docs.djangoproject.com/en/5.2/ref/models/constraints/),
# [GeneratedField](https://docs.djangoproject.com/en/5.2/ref/models/fields/#generatedfield).
