# %% [markdown]
# # Deeper · Bulk calls, fixtures, migrations, the admin
#
# A receiver works well as long as people are hired one by one. But rows also come and go in other ways. **What do you do when your
# receiver is not called? And what if it is called, and should not act?**
#
# In about 20 minutes you:
#
# - hire thirty people at once, in five ways;
# - load a file of rows, and write a migration;
# - delete people in the admin.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## Thirty people at once
#
# `bulk_create()` sends no signal ([lesson 02](../02_built_in_signals.ipynb)), so the code that calls it has to place the people
# itself. `assign_many()`, in [`scheduling.py`](../../speedy/scheduling.py), is the rule for a list of people. In one way of hiring, the code
# calls `assign_many()` itself. In another way the code sends one signal with the list, and a receiver calls `assign_many()`.

# %%
predict("bulk-1")

# %%
from classroom.experiments.arrivals import thirty_at_once

table = thirty_at_once()
reveal("bulk-1")
table

# %% [markdown]
# The last two ways are cheap, because they place the whole list at once. So a signal is not slow by itself. What costs is a round of queries
# for each person, as in the first and the third way. To place a list, your rule must be a function of its own.
#
# ## A fixture
#
# A *fixture* is a file of rows. The command `manage.py loaddata` stores these rows in the database. We try one with the design of [Matić's
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
# Loading calls no `save()` of yours, but it sends `pre_save` and `post_save`, with `raw=True`. This receiver does not look at `raw`. While the
# people were loaded, it found no shift, so it opened two and gave everybody a seat. Then the fixture brought its own two shifts with five
# seats. So each day has two shifts, which this design allows.
#
# The receivers of this project return at once if `raw` is True, so loading a fixture does no harm in this project:

# %%
import speedy.models

for person in roster[:5]:
    Employees.objects.create(**person)
dump_and_load(speedy.models)
shift_table()

# %% [markdown]
# ## A migration
#
# A migration can also store rows. Such a *data migration* contains a function. Django calls it with `apps`, the models as this migration
# knows them, and with `schema_editor`, which we do not need.


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
# The sender in this table has the *name* `Employees`, but it is not the class that you import. `apps.get_model()` returned a class that Django
# built for this migration. The last line lists who has no shift.
#
# Why another class? A migration may run years after it was written, so it must work with the models as they *were*. Django builds its classes from
# the fields that the migrations have recorded ([migration state](../../docs/glossary.md#migration-state)), without the methods of your class.
#
# So no receiver places João, and a migration has to do this itself. It stores his seat, and it adds 1 to `headcount`, because the receivers
# that count seats are not called either. Tuesday still has room:


# %%
from django.db.models import F


def place_joao(apps, schema_editor):
    joao = apps.get_model("speedy", "Employees").objects.get(first_name="João")
    Shifts = apps.get_model("speedy", "Shifts")
    tuesday = Shifts.objects.filter(headcount__lt=3).earliest("shift_date")
    tuesday.employees_shift.add(joao)
    Shifts.objects.filter(pk=tuesday.pk).update(headcount=F("headcount") + 1)


run_migration(place_joao)
shift_table()

# %% [markdown]
# The opposite can also surprise you. A receiver that is connected *without* a sender is called in migrations, too. If it must act for the
# class that you import and for no other, it compares the classes, because their names are equal:
#
# ```python
# def note_hire(sender, instance, **kwargs):
#     if sender is not Employees:
#         return
# ```
#
# ## The admin
#
# If you delete a person on the person's page in the admin, this calls the `delete()` of your model. If you tick several people in the
# list and choose *Delete selected*, this calls the `delete()` of the queryset. It sends the signals for each row, but does not call the
# `delete()` of your model ([the matrix](matrix.ipynb) shows both). If your `delete()` must run for *Delete selected*, too, override this
# method of your `ModelAdmin`:
#
# ```python
# def delete_queryset(self, request, queryset):
#     with transaction.atomic():
#         for person in queryset:
#             person.delete()
# ```
#
# The loop needs `atomic()`: if the second person cannot be deleted, the first one stays, too.
#
# *Delete selected* is an *action*: a function that the admin calls with the rows that you ticked. It does two things. First it writes into
# the *history*, the admin's table of who changed what. Then it deletes the rows. Now we tick Ada and Grace, without a `delete_queryset()`
# of our own, and a receiver of `pre_delete` raises an error:


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
# The admin opens no transaction for an action. Nobody was deleted, because the `delete()` of the queryset opens a transaction of its own, and
# the error rolled it back. But the history had been committed before. On the admin's pages for adding, changing and deleting *one*
# object this cannot happen, because there everything is in one transaction.
#
# ## What to keep
#
# | rows come or go by | your receiver | what you do |
# |---|---|---|
# | `bulk_create()`, `update()` | is not called | call a function that takes a list, or send one signal with the list |
# | a fixture | is called, with `raw=True` | return at once |
# | a migration | is called only if it has no sender | do the work in the migration; without a sender, compare the class |
# | *Delete selected* | is called for each row; your `delete()` is not | for your `delete()`: override `delete_queryset()`, with `atomic()` |
#
# **Practise:** [the exercise for this notebook](../exercises/bulk_fixtures_migrations_admin.ipynb). Back to
# [lesson 05](../05_side_by_side.ipynb).
