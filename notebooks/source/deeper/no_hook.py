# %% [markdown]
# # Deeper · What needs no hook at all
#
# A *hook* is code of yours that Django calls: a receiver, or a method that you override, such as `save()`. `update()` and
# `bulk_create()` call no receiver and no `save()`, so they skip your rule (lessons [02](../02_built_in_signals.ipynb) and
# [03](../03_save_overrides.ipynb)). **One idea: some rules can be part of the table, so that the database applies them to every write.**
# But not every rule can.
#
# This takes about 14 minutes. The model `Badge` is only for this notebook. A row is one person's badge:

# %%
fresh_database()
from classroom.scenes.stage.models import Badge, BadgeQuerySet

show_code(Badge, fields=True)

# %% [markdown]
# ## A column that is computed
#
# `initials` is a `GeneratedField`: the database computes it from the `expression`. `Left` takes the first letter of a
# name, and `Concat` puts the two together. (Both are in `django.db.models.functions`.) `output_field` is the type of
# the column, and `db_persist=True` stores it in the row.
#
# When Ada's badge is stored, the database computes AQ, and Django reads it into the object `ada`. Then `update()`
# changes her last name.

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
# The row was right at once; the object is [stale](../../docs/glossary.md#stale-instance) until `refresh_from_db()`.
# With initials set in `save()`, even the row would still say AQ.
#
# ## A default of the database
#
# The `default=` that you know is Python: Django puts the value into its INSERT. A `db_default`, as `copies` has, is
# part of the table, so it also works for an INSERT that you write by hand. A *cursor* sends it to the database.
# `stage_badge` is the table of `Badge`, and each `%s` stands for a value of the list behind:

# %%
from django.db import connection

with connection.cursor() as cursor:
    cursor.execute(
        "INSERT INTO stage_badge (first_name, last_name) VALUES (%s, %s)", ["Grace", "Tallowmere"]
    )
list(Badge.objects.values("first_name", "initials", "copies"))

# %% [markdown]
# Our INSERT leaves out initials and copies, but Grace has both. A default does not check a number that you pass. The
# next tool does.
#
# ## A constraint
#
# A *constraint* is a rule of the table. The database checks each row that is written. This one stands in the `class
# Meta` of the model, and allows one to nine copies. `Q(...)` is a condition, written like the arguments of `filter()`:
#
# ```python
# constraints = [
#     models.CheckConstraint(name="badge_1_to_9_copies", condition=models.Q(copies__range=(1, 9)))
# ]
# ```
#
# Ada has one copy, and Grace gets nine. Then one `update()` tries to add a copy to each. `F("copies")` stands for the
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
# A constraint also holds if two programs write at the same moment. But it cannot count. A `CheckConstraint` sees only
# the row that is written. A `UniqueConstraint` looks for an equal row. So neither can say "at most three seats". There
# are two ways around this:
#
# - Store the headcount in the shift, with a `CheckConstraint` on it, as this project does. It works only while that
#   number is right: see [Counting a relation](counting.ipynb).
# - Give each seat a number. A `CheckConstraint` allows only 1, 2 and 3, and a `UniqueConstraint` refuses the same
#   number twice on one shift.
#
# ## A hook after all
#
# A rule that needs Python cannot be part of the table. But `bulk_create()` is itself a method, of `QuerySet`, so you
# can override it:

# %%
show_code(BadgeQuerySet)

# %% [markdown]
# The model says `objects = BadgeQuerySet.as_manager()`, so `Badge.objects`, a *manager*, uses this class.

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
# Try a tool of the table first, and override a method only if the rule needs Python. There are two more tools. A
# trigger is SQL that the database runs at a write: see [Counting a relation](counting.ipynb). And since Django 6.1 the
# database can do a cascade, without signals: see [`DB_CASCADE`](../../docs/glossary.md#cascade).
#
# **Practise:** [the exercise for this notebook](../exercises/no_hook.ipynb). Back to
# [lesson 03](../03_save_overrides.ipynb) or [lesson 07](../07_choosing.ipynb). Read on:
# [constraints](https://docs.djangoproject.com/en/5.2/ref/models/constraints/),
# [GeneratedField](https://docs.djangoproject.com/en/5.2/ref/models/fields/#generatedfield).
