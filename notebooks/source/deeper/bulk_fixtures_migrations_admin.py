# %% [markdown]
# # Deeper · Fixtures, migrations, the admin
#
# Your receiver is called when people are hired one by one. [Lesson 02](../02_built_in_signals.ipynb) showed that bulk calls go past it.
# Rows come and go in three more ways. **What do you do when your receiver is not called? And what if it is called, and should not act?**
#
# In about 18 minutes you:
#
# - load a file of rows;
# - write a migration;
# - delete people in the admin.
#
# ## A fixture
#
# A *fixture* is a file of rows. The command `manage.py loaddata` stores these rows in the database. We try it with
# the receiver of [Matić's tutorial](line_by_line.ipynb), which has its own tables, called `as_published` here. It begins like this. Then
# it gives the person a seat, and opens a shift if none has room:
#
# ```python
# @receiver(post_save, sender=Employees)
# def employee_created(sender, instance, created, **kwargs):
#     if not created:
#         return
#     shift = first_with_room()
# ```

# %%
fresh_database()
roster = sample_roster()
for person in roster[:5]:
    as_published.Employees.objects.create(**person)
shift_table(as_published)

# %% [markdown]
# `dump_and_load()` writes the rows of this design into a fixture, deletes them, and loads them again. The people are loaded first,
# then the shifts, then the seats.

# %%
predict("bulk-1")

# %%
from classroom.experiments.line_by_line import dump_and_load

dump_and_load(as_published)
reveal("bulk-1")
shift_table(as_published)

# %% [markdown]
# Loading does not call your `save()`, but it sends `pre_save` and `post_save`, with `raw=True`. For each
# loaded person `created` was True, and this receiver does not look at `raw`. While the people load, it opens two new shifts and stores five seats. Then
# the file brings the two old shifts and the five old seats. This database has given those keys before, so the new shifts have other
# keys, and the file overwrites none of them.
#
# In a database that was never used, the new rows get the same keys. Then the file overwrites them, and five seats are left. A test often
# begins with such a database, and stays green.
#
# The receivers of this project return at once if `raw` is True, also those that count seats. The headcounts come with the file.
#
# ## A migration
#
# A migration may also write rows: this is a *data migration*. Ours hires somebody. You
# write a function, and Django calls it when you run `migrate`. Its first argument, `apps`, gives you models:
# `apps.get_model("speedy", "Employees")`. We do not need the second argument.


# %%
def hire_joao(apps, schema_editor):
    Employees = apps.get_model("speedy", "Employees")
    Employees.objects.create(**roster[17])


# %% [markdown]
# The file of the migration names this function, with `operations = [migrations.RunPython(hire_joao)]`. Here `run_migration()`
# runs it. From here on we use our own project, whose tables are empty. So the next cell first hires five people.

# %%
for person in roster[:5]:
    Employees.objects.create(**person)
predict("bulk-2")

# %%
from django.db.models.signals import post_save

from classroom.experiments.arrivals import run_migration

with listening(post_save) as heard:  # from any sender
    run_migration(hire_joao)
reveal("bulk-2")
display(heard, Employees.objects.without_shift())

# %% [markdown]
# The last line lists who has no shift: João. The sender in the table has the *name* `Employees`, but it is not the class that
# you import. You can see that in the instance. It is called `Employees #6`, because this class has none of your methods, not
# even `__str__()`.
#
# ```mermaid
# flowchart LR
#     yours["Employees that you import"] -- "post_save" --> named["receivers with sender=Employees"]
#     yours -- "post_save" --> any["receivers without a sender"]
#     built["Employees from apps.get_model()"] -- "post_save" --> any
# ```
#
# Why another class? A migration may run years after it was written, so it must work with the models as they *were*. So Django builds the class from the migrations up
# to this one: it has the fields that they name, and nothing else ([migration state](../../docs/glossary.md#migration-state)).
#
# No receiver placed João, and none will count his seat. So the migration does both itself. `F("headcount") + 1` lets the database
# add. Run this migration while nobody hires: it takes no lock.


# %%
from django.db.models import F


def place_joao(apps, schema_editor):
    joao = apps.get_model("speedy", "Employees").objects.get(first_name="João")
    Shifts = apps.get_model("speedy", "Shifts")
    shift = Shifts.objects.filter(headcount__lt=3).order_by("shift_date").first()  # Tuesday's
    shift.employees_shift.add(joao)
    Shifts.objects.filter(pk=shift.pk).update(headcount=F("headcount") + 1)


run_migration(place_joao)
shift_table()

# %% [markdown]
# A receiver *without* a sender surprises you in the opposite way: it is called in migrations, too. So connect it once for each class,
# with `sender=Employees` and with `sender=Shifts`. Or look at the sender in the receiver. Compare classes, and not their names: the class
# of the migration is called `Employees`, too.
#
# ```python
# def note_change(sender, instance, **kwargs):
#     if sender not in (Employees, Shifts):
#         return
#     ...  # your work
# ```
#
# ## The admin
#
# ### Which `delete()` is called?
#
# A person's own page in the admin calls the `delete()` of your model. *Delete selected* in the list does not: it calls that of the queryset, as in
# lesson 03. If your `delete()` must run there, too, write `delete_queryset()` in your `ModelAdmin`:
#
# ```python
# def delete_queryset(self, request, queryset):
#     with transaction.atomic():
#         for person in queryset:
#             person.delete()
# ```
#
# Without `atomic()`, the first person would be gone when the second cannot be deleted.
#
# ### What is left after an error?
#
# *Delete selected* is an *action*: a function that the admin calls with the rows that you ticked. It first writes into the
# *history*, the admin's table of who changed what, and then deletes the rows. Now we tick Ada and Grace in the list. Our admin has no `delete_queryset()` of its own, and a receiver of `pre_delete` raises an error:


# %%
def refuse(sender, instance, **kwargs):
    raise RuntimeError(f"{instance} still has a key to the office")


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
print("Still there:", *two.all())  # asks the database again

# %% [markdown]
# The admin opens no transaction for an action of the list. Nobody was deleted, because the `delete()` of the queryset opens
# one, and the error rolled it back. But the history had been committed before. On the pages for *one* object this cannot
# happen, because there everything is in one transaction ([lesson 07](../07_choosing.ipynb)).
#
# So if the history must be right, open the transaction around the whole view of the list, in your `ModelAdmin`:
#
# ```python
# def changelist_view(self, request, extra_context=None):
#     with transaction.atomic():
#         return super().changelist_view(request, extra_context)
# ```
#
# ## What to keep
#
# | how rows come or go | your receiver | what you do |
# |---|---|---|
# | a fixture | is called, with `raw=True` | return at once |
# | a migration | is called only if it is connected without `sender=` | do the work in the migration. In such a receiver, compare the classes |
# | *Delete selected* | is called for each row, but your `delete()` is not | for your `delete()`, write `delete_queryset()` |
# | *Delete selected*, and the receiver raises an error | nobody is deleted, but the history says that they were | open a transaction in `changelist_view()` |
#
# **Practise:** [the exercise for this notebook](../exercises/bulk_fixtures_migrations_admin.ipynb). Back to
# [lesson 02](../02_built_in_signals.ipynb).
