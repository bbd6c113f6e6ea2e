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
# `bulk_create()` sends no signal ([lesson 02](../02_built_in_signals.ipynb)), so the code that calls it has to place the people
# itself. A loop of `save()` takes 240 SQL statements for thirty people. Instead we store all of them by `bulk_create()`, and then send
# a signal of our own for each person. Its receiver places this person.

# %%
predict("bulk-1")

# %%
from classroom.experiments.arrivals import thirty_at_once

table = thirty_at_once()
reveal("bulk-1")
table

# %% [markdown]
# The last two ways are cheap, because they place the whole list at once. So a signal is not slow by itself. What costs is a round of queries
# for each person. To place a list, your rule must be a function of its own, such as `assign_many()` in
# [`scheduling.py`](../../speedy/scheduling.py).
#
# ## A fixture
#
# A *fixture* is a file of rows that `loaddata` stores, for instance a backup. We try one with the design of [Matić's
# tutorial](line_by_line.ipynb), which is called `as_published` here and has tables of its own. Its receiver begins like this, and then
# gives the person a seat:
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
predict("bulk-2")

# %%
from classroom.experiments.line_by_line import dump_and_load

dump_and_load(as_published)
reveal("bulk-2")
shift_table(as_published)

# %% [markdown]
# Loading calls no `save()` of yours, but it sends `pre_save` and `post_save`, with `raw=True`. This receiver does not look at `raw`, so it
# gave everybody a seat, and then the seats of the fixture came as well. The receivers of this project return at once if `raw` is True, so
# there a backup does no harm:

# %%
import speedy.models

for person in roster[:5]:
    Employees.objects.create(**person)
dump_and_load(speedy.models)
shift_table()

# %% [markdown]
# ## A migration
#
# A migration can also store rows. Then it is called a *data migration*, and it has a function, to which Django passes `apps`.
# `apps.get_model()` does not import your class. It returns a class that Django builds for this migration.


# %%
def hire_joao(apps, schema_editor):
    Employees = apps.get_model("speedy", "Employees")
    Employees.objects.create(**roster[17])


# %% [markdown]
# In a project the file of the migration names this function, with `operations = [migrations.RunPython(hire_joao)]`. Here
# `run_migration()` runs it, and `listening()` hears every `post_save`, of any sender.

# %%
predict("bulk-3")

# %%
from django.db.models.signals import post_save

from classroom.experiments.arrivals import run_migration

with listening(post_save) as heard:
    run_migration(hire_joao)
reveal("bulk-3")
display(heard, Employees.objects.without_shift())

# %% [markdown]
# The sender in this table has the *name* `Employees`, but it is another class. The last line lists who has no shift.
#
# Why another class? A migration may run years after it was written, so it must work with the models as they *were*. Django builds its classes from
# the fields that the migrations have recorded ([migration state](../../docs/glossary.md#migration-state)), without the methods of your class.
#
# So the migration has to place João itself: it stores his seat, and adds 1 to the `headcount` of the shift. And a receiver without a sender
# *is* called, so it has to check which class it gets.
#
# ## The admin
#
# If you delete a person on the person's page in the admin, this calls the `delete()` of your model. If you tick several people in the
# list and choose *Delete selected*, this calls the `delete()` of the queryset. It sends the signals for each row, but does not call the
# `delete()` of your model ([the matrix](matrix.ipynb) shows both). If yours must run there, too, override a method of your `ModelAdmin`:
#
# ```python
# def delete_queryset(self, request, queryset):
#     for person in queryset:
#         person.delete()
# ```
#
# *Delete selected* is an *action*, a function that the admin calls with the rows that you ticked. The admin opens no transaction for it.
# This action first writes into the admin's *history*, the table of who changed what, and then deletes the rows. Now Ada and Grace are
# ticked, and a receiver refuses:


# %%
def refuse(sender, instance, **kwargs):
    raise RuntimeError(f"{instance} has the keys")


predict("bulk-4")

# %%
from django.contrib.admin.models import LogEntry
from django.db.models.signals import pre_delete

from classroom.experiments.arrivals import delete_selected

two = Employees.objects.filter(first_name__in=["Ada", "Grace"])
with connected(pre_delete, refuse, sender=Employees):
    delete_selected(two)
reveal("bulk-4")
print("The history:", *LogEntry.objects.all())
print("Still there:", *two.all())

# %% [markdown]
# Nobody was deleted, because the `delete()` of the queryset opens a transaction of its own, and the error rolled it back. But the history
# had been committed before. On the admin's pages for adding, changing and deleting *one* object this cannot happen, because there all
# is in one transaction.
#
# ## What to keep
#
# | rows come or go by | your receiver | what you do |
# |---|---|---|
# | `bulk_create()`, `update()` | is not called | call a function that takes a list, or send one signal with the list |
# | a fixture | is called, with `raw=True` (from `m2m_changed` since Django 6.1) | return at once |
# | a migration | is called only if it has no sender | do the work in the migration |
# | *Delete selected* | is called for each row; your `delete()` is not | for your `delete()`: override `delete_queryset()` |
# | `migrate` or `flush`, at its end | of `post_migrate` is called, once for each app with models | connect it for your own app |
#
# **Practise:** [the exercise for this notebook](../exercises/bulk_fixtures_migrations_admin.ipynb). Back to
# [lesson 05](../05_side_by_side.ipynb).
