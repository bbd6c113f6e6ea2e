# %% [markdown]
# # Deeper · What needs no hook at all
#
# Receivers and `save()` are Python code, and not every write runs them. **What can the database do by itself, and what can it
# not?**
#
# You will, in about 20 minutes,
#
# - store badges whose initials nobody computes, and read a default that the database gives;
# - let the database refuse, cascade and count;
# - override a queryset method, and find the way around it.

# %%
fresh_database()
from classroom.scenes.stage.models import Badge

show_code(Badge)

# %% [markdown]
# ## A column that is computed
#
# `initials` is a `GeneratedField`: no line of Python sets it. A badge is stored, then its last name is changed by `update()`,
# which calls no `save()`:

# %%
predict("no_hook-1")

# %%
Badge.objects.create(first_name="Ada", last_name="Quillbrook")
Badge.objects.update(last_name="Lovelace")
ada = Badge.objects.get()
reveal("no_hook-1")
ada.initials

# %% [markdown]
# The database computes a `GeneratedField` from other columns of its row, at each write. (With `db_persist=False` it does so at
# each read.) A `save()` that sets the initials would
# have kept the old ones. A `GeneratedField` cannot use another row, another table, or Python.
#
# After `create()` the object has the value. After a later `save()`, call `refresh_from_db()` to see the new one. Django 6.0 does
# that for you on most databases.
#
# ## A default of the database
#
# `default=` is Python, and a raw INSERT does not know it. `db_default=` is part of the table:

# %%
from django.db import connection

with connection.cursor() as cursor:
    cursor.execute(
        "INSERT INTO stage_badge (first_name, last_name) VALUES (%s, %s)", ["Grace", "Tallowmere"]
    )
list(Badge.objects.values_list("initials", "copies"))

# %% [markdown]
# It fills what is *missing*. It does not correct what is passed.
#
# ## A constraint
#
# A badge has one to nine copies, says a `CheckConstraint`. Three calls try to store 40:

# %%
from django.db import IntegrityError, transaction

tries = {
    "bulk_create()": lambda: Badge.objects.bulk_create(
        [Badge(first_name="Alan", last_name="M", copies=40)]
    ),
    "update()": lambda: Badge.objects.update(copies=40),
    "raw SQL": lambda: connection.cursor().execute("UPDATE stage_badge SET copies = 40"),
}


def refused(write):
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


predict("no_hook-2")

# %%
came = {name: refused(write) for name, write in tries.items()}
reveal("no_hook-2")
came

# %% [markdown]
# A constraint checks every write, also when two people write at the same time. A `CheckConstraint` sees its own row
# only. A `UniqueConstraint` compares rows. A foreign key looks into another table. (SQLite checks it only for programs
# that switch this on, as Django does.) None of them counts rows. How can three seats be the most, then? Here the shift
# stores its headcount, and the constraint looks at that number. So it is as good as the count: see
# [Counting](counting.ipynb). Another way is to number the seats: one constraint allows 1 to 3, another allows each
# number once for a shift.
#
# ## A trigger
#
# A trigger *does* something for each row that is inserted, updated or deleted, by any program. [Counting a relation](counting.ipynb) lets three triggers
# keep the headcount, on SQLite, and prints their SQL. The same three exist for PostgreSQL, and the project's tests run
# both. A trigger can do what SQL can do in this database. It cannot call your Django code, and it writes no letter.
#
# ## A cascade in the database
#
# `on_delete=CASCADE` is done by Django. Where somebody listens, it reads the rows, sends their delete signals, and
# deletes them. Where nobody does, it may delete them unread. A raw DELETE knows nothing of it. Since Django 6.1
# `DB_CASCADE`, `DB_SET_NULL` and `DB_SET_DEFAULT` leave it to the database. They work for raw SQL too (on SQLite as
# above), read no rows, and send no delete signals for the children.
#
# ## A method of the queryset
#
# "Bulk calls have no hook" is not the whole truth. `QuerySet` is a class, and its methods can be overridden, too.
# The manager of `Badge` has a queryset whose `bulk_create()` strips names. One badge is written by `bulk_create()`, one by
# `create()`:

# %%
predict("no_hook-3")

# %%
Badge.objects.bulk_create([Badge(first_name=" Zoë ", last_name="W")])
Badge.objects.create(first_name=" Noor ", last_name="S")
names = list(Badge.objects.order_by("pk").values_list("first_name", flat=True))[-2:]
reveal("no_hook-3")
names

# %% [markdown]
# It is a hook for the code that goes through this manager. Other code bypasses it: `create()` calls `save()`, a plain
# `QuerySet(Badge)` is another class, saving and following a foreign key use `_base_manager`, and raw SQL uses none.

# %%
from django.db import models

models.QuerySet(Badge).bulk_create([Badge(first_name=" Emre ", last_name="K")])
Badge.objects.latest("pk").first_name

# %% [markdown]
# ## What to keep
#
# | tool | catches | cannot |
# |---|---|---|
# | `GeneratedField` | every write, `update()` and raw SQL too | see other rows, call Python |
# | `db_default` | a raw INSERT | correct what is passed |
# | a constraint | every write, two at once | count rows; *do* something |
# | a trigger | every row of INSERT, UPDATE and DELETE | leave the database; be the same SQL on each database |
# | a cascade in the database (6.1) | raw SQL too | send signals for the children |
# | an overridden queryset method | bulk calls of that manager | other managers, `save()`, raw SQL |
# | `save()`, receivers | what calls them | bulk calls, raw SQL |
#
# **Practise:** [the exercise for this notebook](../exercises/no_hook.ipynb). Back to
# [lesson 03](../03_save_overrides.ipynb) or [lesson 07](../07_choosing.ipynb). Read on:
# [constraints](https://docs.djangoproject.com/en/5.2/ref/models/constraints/),
# [GeneratedField](https://docs.djangoproject.com/en/5.2/ref/models/fields/#generatedfield).
