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
# `bulk_create()` sends no signal, as you know from [lesson 02](../02_built_in_signals.ipynb). So the code that calls it has to place
# the people itself, and there are several ways. A loop of `save()` is one of five that `thirty_at_once()` compares. It takes 240 SQL
# statements. Another way stores everybody by `bulk_create()`, and then sends one signal for each person. Its receiver places this person.

# %%
predict("bulk-1")

# %%
from classroom.experiments.arrivals import thirty_at_once

table = thirty_at_once()
reveal("bulk-1")
table

# %% [markdown]
# The last two ways are cheap because they place the whole list at once. So a signal is not slow by itself. What costs is a round of queries
# for each person.
#
# For this your rule must be a function of its own that takes a list, such as `assign_many()`. `hire_many_by_call` in
# [`wirings.py`](../../speedy/wirings.py) uses it.
#
# ## A fixture
#
# A *fixture* is a file of rows that `loaddata` stores, for instance a backup. We try one with the design of [Matić's
# tutorial](line_by_line.ipynb), which is called `as_published` here, and has tables of its own. Its receiver begins like this, and then
# gives the person a seat on the shift:
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
# opened two shifts and gave everybody a seat. Then the shifts and seats of the fixture came as well.
#
# The receivers of this project return at once if `raw` is True. So the same backup does no harm:

# %%
import speedy.models

for person in roster[:5]:
    Employees.objects.create(**person)
dump_and_load(speedy.models)
shift_table()

# %% [markdown]
# ## A migration
#
# A migration can also store rows. Then it is called a *data migration*, and it has a function. Django calls this function with `apps`, the
# models as this migration knows them. (The second argument is needed to change tables, and not here.) `apps.get_model()` does not import
# your class. It returns a class that Django builds for this migration:


# %%
def hire_joao(apps, schema_editor):
    Employees = apps.get_model("speedy", "Employees")
    Employees.objects.create(**roster[17])


# %% [markdown]
# In a project the function stands in the file of the migration, which names it with `operations = [migrations.RunPython(hire_joao)]`.
# `run_migration()` runs such a migration here, and `listening()` hears every `post_save`, of any sender.

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
# A migration may run years after it was written, so it must work with the models as they *were*. Therefore Django builds its classes from
# the fields that the migrations have recorded ([migration state](../../docs/glossary.md#migration-state)). They do not have the methods of
# your class, and they are other senders. That is why a receiver with `sender=Employees` is not called, and a receiver without a sender
# is. For you this means two things:
#
# - The migration has to place João itself: it stores his seat, and adds 1 to the `headcount` of the shift.
# - A receiver without a sender has to check which class it gets.
#
# ## The admin
#
# In the admin you can delete a person on the page of this person. This calls the `delete()` of your model. Or you tick several people in
# the list and choose *Delete selected*. This calls the `delete()` of the queryset, which sends the signals for each row, but does not call
# the `delete()` of your model. ([The matrix](matrix.ipynb) shows both.) If your `delete()` must run there, too, override a method of your
# `ModelAdmin`:
#
# ```python
# def delete_queryset(self, request, queryset):
#     for person in queryset:
#         person.delete()
# ```
#
# *Delete selected* is an *action*: a function that the admin calls with the rows that you ticked. The admin opens no transaction for an
# action. This action first writes into the admin's *history*, the table of who changed what, and then deletes the rows. Now Ada and Grace
# are ticked, and a receiver refuses:


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
# | after each `migrate` or `flush` | is called if it is one of `post_migrate`, once for each app with models | connect it for your own app |
#
# **Practise:** [the exercise for this notebook](../exercises/bulk_fixtures_migrations_admin.ipynb). Back to
# [lesson 05](../05_side_by_side.ipynb).
