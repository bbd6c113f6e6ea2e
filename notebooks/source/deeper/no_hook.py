# %% [markdown]
# # Deeper · What needs no hook at all
#
# Receivers and `save()` are Python code, and not every write runs them. **One idea: what the database does itself happens at every
# write.** But it cannot do everything.
#
# You will, in about 20 minutes,
#
# - change a column from which another one is computed;
# - write past Django, and past a rule;
# - override a method of a queryset, and see which calls use it.

# %%
fresh_database()
from classroom.scenes.stage.models import Badge, BadgeQuerySet

show_code(Badge, fields=True)

# %% [markdown]
# ## A column that is computed
#
# `initials` is a `GeneratedField`. No line of Python sets it: the database computes it from the expression. `Left` takes the first
# letter of a name, and `Concat` puts the two letters together.
#
# A badge is stored. Then its last name is changed by `update()`, which calls no `save()`.

# %%
predict("no_hook-1")

# %%
ada = Badge.objects.create(first_name="Ada", last_name="Quillbrook")
Badge.objects.update(last_name="Lovelace")
ada.refresh_from_db()
reveal("no_hook-1")
ada.initials

# %% [markdown]
# If a `save()` of yours set the initials, `update()` would not call it, and the row would still say AQ.
#
# The database cannot compute everything: the expression may use other columns of the same row. It cannot use another row, another table or
# Python.
#
# And why `refresh_from_db()`? The new initials are in the row, but the object `ada` was made before. `refresh_from_db()`
# reads the row again.
#
# ## A default of the database
#
# `copies` has a `db_default`. The `default=` that you know is Python: Django puts the value into its INSERT. A `db_default` is part
# of the table. So it works for an INSERT that Django did not write. A cursor sends the SQL that you give it:

# %%
from django.db import connection

with connection.cursor() as cursor:
    cursor.execute(
        "INSERT INTO stage_badge (first_name, last_name) VALUES (%s, %s)", ["Grace", "Tallowmere"]
    )
list(Badge.objects.values_list("first_name", "initials", "copies"))

# %% [markdown]
# The database fills a column that the INSERT leaves out. But if somebody passes a value, the database takes it, even a
# wrong one. To refuse a value, you need the next tool.
#
# ## A constraint
#
# A badge has one to nine copies. The model says so in its `Meta`. `Q(...)` is a condition, written like the
# arguments of `filter()`:
#
# ```python
# constraints = [
#     models.CheckConstraint(name="badge_1_to_9_copies", condition=models.Q(copies__range=(1, 9)))
# ]
# ```
#
# Ada's badge has one copy. We give Grace nine. Then everybody gets one more, with one `update()`. `F("copies")` is the value that the row
# has.

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
list(Badge.objects.values_list("first_name", "copies"))

# %% [markdown]
# A constraint checks every write, also when two people write at the same time. But each kind sees only a part. A
# `CheckConstraint` sees its own row. A `UniqueConstraint` compares rows, and a foreign key looks into another table. None of them can
# count rows, so none can say "at most three seats" directly. There are two ways round this:
#
# - This project stores the headcount in the shift, and a `CheckConstraint` looks at it. The constraint is right only
#   while the stored number is right: see [Counting a relation](counting.ipynb).
# - Or you number the seats. One constraint allows the numbers 1 to 3, and another allows each number once for a shift.
#
# ## A method of the queryset
#
# `bulk_create()` calls no `save()` and no receiver. But `bulk_create()` is itself a method, of the class `QuerySet`, and you can override
# it:

# %%
show_code(BadgeQuerySet)

# %% [markdown]
# `Badge.objects` uses this class: the model says `objects = BadgeQuerySet.as_manager()`. (A *manager* is what you call `objects`.) One badge
# is written by `bulk_create()`, one by `create()`. Both names have spaces around them.

# %%
predict("no_hook-3")

# %%
Badge.objects.bulk_create([Badge(first_name=" Zoë ", last_name="W")])
Badge.objects.create(first_name=" Noor ", last_name="S")
names = list(Badge.objects.order_by("pk").values_list("first_name", flat=True))[-2:]
reveal("no_hook-3")
names

# %% [markdown]
# So it is a hook for the code that calls `Badge.objects.bulk_create()`, and for no other. A plain `QuerySet(Badge)` is another class, so it
# has Django's own `bulk_create()`:

# %%
from django.db import models

models.QuerySet(Badge).bulk_create([Badge(first_name=" Emre ", last_name="K")])
Badge.objects.latest("pk").first_name

# %% [markdown]
# ## What to keep
#
# The last four rows are tools that you see elsewhere, or that need Django 6.1. From Django 6.0 on, `save()` itself reads a
# `GeneratedField` again, on most databases.
#
# | tool | works for | cannot |
# |---|---|---|
# | `GeneratedField` | every write, also `update()` and raw SQL | see other rows, call Python, change an object in memory: for that call `refresh_from_db()` |
# | `db_default` | every INSERT that leaves the column out | correct a value that is passed |
# | a constraint | every write, also two at once | count rows; *do* something |
# | an overridden queryset method | the calls of that method on that manager | see `save()`, other managers, raw SQL |
# | a trigger: SQL that the database runs for each row; [Counting](counting.ipynb) has three | every INSERT, UPDATE and DELETE, by any program | call Python, write a letter; be the same SQL on each database |
# | `on_delete=CASCADE` | deletions by Django | see raw SQL. If no receiver is connected, Django may delete the rows without reading them |
# | a cascade in the database: `DB_CASCADE`, `DB_SET_NULL`, `DB_SET_DEFAULT` (Django 6.1) | every deletion, also raw SQL | send delete signals for those rows |
# | `save()`, receivers | the calls that reach them: see [the matrix](matrix.ipynb) | see bulk calls, raw SQL |
#
# **Practise:** [the exercise for this notebook](../exercises/no_hook.ipynb). Back to
# [lesson 03](../03_save_overrides.ipynb) or [lesson 07](../07_choosing.ipynb). Read on:
# [constraints](https://docs.djangoproject.com/en/5.2/ref/models/constraints/),
# [GeneratedField](https://docs.djangoproject.com/en/5.2/ref/models/fields/#generatedfield).
