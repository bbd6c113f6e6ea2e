# %% [markdown]
# # Deeper · What needs no hook at all
#
# A receiver and a `save()` are Python, and Python is not asked by raw SQL or by a bulk call. **What can the database
# do by itself, and what can it not?**
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
# A `GeneratedField` is computed by the database from other columns of the same row. A badge is stored, then its last
# name is changed by `update()`, which calls no `save()`:

# %%
predict("no_hook-1")

# %%
Badge.objects.create(first_name="Ada", last_name="Quillbrook")
Badge.objects.update(last_name="Lovelace")
ada = Badge.objects.get()
ada.initials

# %%
reveal("no_hook-1")

# %% [markdown]
# A `save()` that sets the initials would have kept the old ones. What it cannot do: look at another row or another
# table, or call Python. `create()` brings the
# value along. A later `save()` of the same instance leaves the old value in memory on Django 5.2, until
# `refresh_from_db()`. Since 6.0 `save()` brings it along, where the database supports RETURNING.
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
# A badge has one to nine copies. Three ways around every hook:

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


# %%
predict("no_hook-2")

# %%
came = {name: refused(write) for name, write in tries.items()}
came

# %%
reveal("no_hook-2")

# %% [markdown]
# It catches every write, and two people in the same moment. What it cannot do: look at rows elsewhere. "At most three
# seats a shift" is a constraint only because a shift stores its headcount. It also does nothing: it only refuses.
#
# ## A trigger
#
# A trigger *does* something for each row, by whatever program it is written. [Counting a relation](counting.ipynb) lets three triggers
# keep the headcount, on SQLite, and prints their SQL. The same three exist for PostgreSQL, and the project's tests run
# both. A trigger can do what SQL can do in this database. It cannot call Python, and it writes no letter.
#
# ## A cascade in the database
#
# `on_delete=CASCADE` is done by Django: it reads the rows, sends their delete signals, and deletes them. A raw DELETE
# knows nothing of it. Since Django 6.1 `DB_CASCADE`, `DB_SET_NULL` and `DB_SET_DEFAULT` leave it to the database.
# They work for raw SQL too, read no rows, and send no delete signals for the children. Yours:

# %% tags=["varies"]
import django
from django.db import models

{"Django": django.get_version(), "has DB_CASCADE (1 is yes)": int(hasattr(models, "DB_CASCADE"))}

# %% [markdown]
# ## A method of the queryset
#
# "Bulk calls have no hook" is not the whole truth. `QuerySet` is a class, and its methods can be overridden, too.
# The manager of `Badge` has a queryset that strips names in `bulk_create()`. One badge is written in bulk, one by
# `create()`:

# %%
predict("no_hook-3")

# %%
Badge.objects.bulk_create([Badge(first_name=" Zoë ", last_name="W")])
Badge.objects.create(first_name=" Noor ", last_name="S")
names = list(Badge.objects.order_by("pk").values_list("first_name", flat=True))[-2:]
names

# %%
reveal("no_hook-3")

# %% [markdown]
# It is a hook for the code that goes through this manager. Other code passes by: `create()` calls `save()`, a plain
# `QuerySet(Badge)` is another class, Django's own internals use `_base_manager`, and raw SQL uses none.

# %%
models.QuerySet(Badge).bulk_create([Badge(first_name=" Emre ", last_name="K")])
Badge.objects.latest("pk").first_name

# %% [markdown]
# ## What you have done
#
# - You stored rows whose values nobody in Python computed.
# - You saw the database refuse three writes that pass every hook.
# - You overrode a queryset method, and passed it by.
#
# | tool | catches | cannot |
# |---|---|---|
# | `GeneratedField` | every write, `update()` and raw SQL too | see other rows, call Python |
# | `db_default` | a raw INSERT | correct what is passed |
# | a constraint | every write, two at once | see other tables, *do* something |
# | a trigger | every row of every write | leave the database; be the same SQL on each database |
# | a cascade in the database (6.1) | raw SQL too | send signals for the children |
# | an overridden queryset method | bulk calls of that manager | other managers, `save()`, raw SQL |
# | `save()`, receivers | what calls them | bulk calls, raw SQL |
#
# Back to [lesson 03](../03_save_overrides.ipynb) or [lesson 07](../07_choosing.ipynb). Read on:
# [constraints](https://docs.djangoproject.com/en/5.2/ref/models/constraints/),
# [GeneratedField](https://docs.djangoproject.com/en/5.2/ref/models/fields/#generatedfield).
