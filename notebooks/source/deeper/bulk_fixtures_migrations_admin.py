# %% [markdown]
# # Deeper · Bulk calls, fixtures, migrations, the admin
#
# A receiver works well as long as people are hired one by one. But rows also come and go in other ways. **What do you do when your
# receiver is not called? And what if it is called, and should not act?**
#
# You will, in about 20 minutes,
#
# - hire thirty people at once, in five ways;
# - restore a backup, and write a migration;
# - delete people in the admin.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## Thirty people at once
#
# `bulk_create()` sends no signal, as you know from [lesson 02](../02_built_in_signals.ipynb). So the code that calls it has to do what the
# receivers would have done. Here are five ways to hire thirty people:

# %%
from classroom.scenes.groups import WAYS_TO_HIRE_MANY


def thirty_at_once(way):
    way.hire_many([way.model(**person) for person in roster])


# %%
table = side_by_side(thirty_at_once, WAYS_TO_HIRE_MANY, clock=False)
table.loc[["left without a shift", "SQL statements"]].drop(columns="same").T

# %% [markdown]
# The cheapest way leaves everybody without a shift. With a signal for each person more than half of the statements of the loop remain,
# because its receiver places one person at a time. One signal with the whole list costs the same as a call. So a signal is not slow by
# itself. What costs is work that is done once for each row, as in `save()` and in the receivers of its signals.
#
# For the last two ways the rule must be a function of its own, which takes a list. A receiver can call it, and you can call it, too, as
# `hire_many_by_call` in [`wirings.py`](../../speedy/wirings.py) does.
#
# ## A fixture
#
# A *fixture* is a file of rows that `loaddata` stores. Here it is a backup of [the design of Matić's tutorial](line_by_line.ipynb), where
# five people are hired. The receiver of this design begins like this, and then gives the person a seat on the shift:
#
# ```python
# @receiver(post_save, sender=Employees)
# def employee_created(sender, instance, created, **kwargs):
#     if not created:
#         return
#     shift = first_with_room()
# ```

# %%
for person in roster[:5]:
    as_published.Employees.objects.create(**person)
shift_table(as_published)

# %% [markdown]
# `dump_and_load()` writes all rows of this design into a fixture, deletes them, and loads them again.

# %%
predict("bulk-1")

# %%
from classroom.experiments.line_by_line import dump_and_load

dump_and_load(as_published)
reveal("bulk-1")
shift_table(as_published)

# %% [markdown]
# Loading calls no `save()` of yours, but it sends `pre_save` and `post_save`, with `raw=True`. This receiver does not look at `raw`, so it
# opened two shifts and gave everybody a seat. Then the shifts and seats of the fixture came. The receivers of this project return at
# once if `raw` is True:

# %%
import speedy.models

for person in roster[:5]:
    Employees.objects.create(**person)
dump_and_load(speedy.models)
shift_table()

# %% [markdown]
# ## A migration
#
# A migration can also write rows. Then it is called a *data migration*, and it has a function such as this one:


# %%
def hire_joao(apps, schema_editor):
    Employees = apps.get_model("speedy", "Employees")
    print("The class comes from the module", Employees.__module__)
    Employees.objects.create(**roster[17])


# %% [markdown]
# In a project the function stands in the file of the migration, above these lines:
#
# ```python
# class Migration(migrations.Migration):
#     dependencies = [("speedy", "0006_births_in_the_past")]
#     operations = [migrations.RunPython(hire_joao)]
# ```
#
# `run_migration()` runs such a migration here, and `listening()` hears every `post_save`, of any sender.

# %%
predict("bulk-2")

# %%
from django.db.models.signals import post_save

from classroom.experiments.arrivals import run_migration

with listening(post_save) as heard:
    run_migration(hire_joao)
reveal("bulk-2")
display(heard, Employees.objects.without_shift())

# %% [markdown]
# A migration must work with the models as they *were* when it was written. So Django builds classes for it, from the fields that the
# migrations have recorded ([migration state](../../docs/glossary.md#migration-state)). Such a class has the name `Employees`, but not your methods,
# and it is another sender. So receivers with `sender=Employees` are not called, and those without a sender are.
#
# So the migration has to place João itself. And a receiver without a sender must check which class it gets.
#
# ## The admin
#
# In the admin you can delete a person on the page of this person. Or you tick several people in the list and choose *Delete selected*.
# `what_fires` tries both on `Person`, a model of [the matrix](matrix.ipynb):

# %%
what_fires(Person, "admin: Delete one", "admin: Delete selected, 2 rows")

# %% [markdown]
# *Delete selected* calls `queryset.delete()`. This sends the signals for each row, and calls no `delete()` method. If yours must run, override
# `delete_queryset()` of your `ModelAdmin`, and call `delete()` of each object in a loop.
#
# *Delete selected* is an *action*, a function that the admin calls with the rows that you ticked. The admin opens no transaction for an
# action. This one first writes into the admin's *history*, the table of who changed what, and then deletes the rows. Now Ada and Grace
# are ticked, and a receiver refuses:


# %%
def refuse(sender, instance, **kwargs):
    raise RuntimeError(f"{instance} has the keys")


predict("bulk-3")

# %%
from django.contrib.admin.models import LogEntry
from django.db.models.signals import pre_delete

from classroom.experiments.arrivals import delete_selected

two = Employees.objects.filter(first_name__in=["Ada", "Grace"])
with connected(pre_delete, refuse, sender=Employees):
    delete_selected(two)
reveal("bulk-3")
print("The history:", *LogEntry.objects.all())
print("Still there:", *two.all())

# %% [markdown]
# `queryset.delete()` opens a transaction of its own, so no deletion was kept. But the history was already committed. The admin's pages for
# adding, changing and deleting *one* object do open a transaction, so an error there undoes everything, the history, too.
#
# ## What to keep
#
# | rows come or go by | your receiver | what you do |
# |---|---|---|
# | `bulk_create()`, `update()` | is not called | call a function that takes a list, or send one signal with the list |
# | a fixture | is called, with `raw=True` | return at once |
# | a migration | is called only if it has no sender | do the work in the migration |
# | *Delete selected* | is called for each row; a `delete()` method is not | for your `delete()`: override `delete_queryset()` |
#
# And two things that are rarer:
#
# | you want | know this |
# |---|---|
# | to look at `raw` in a receiver of `m2m_changed`, the signal of many-to-many fields | it is passed since Django 6.1 |
# | rows after every `migrate`, not in one migration | `post_migrate` is sent once for each app with models, at the end of `migrate` (and of `flush`, which empties the tables) |
#
# **Practise:** [the exercise for this notebook](../exercises/bulk_fixtures_migrations_admin.ipynb). Back to
# [lesson 05](../05_side_by_side.ipynb).
