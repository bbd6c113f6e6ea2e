# %% [markdown]
# # Deeper · Fixtures, migrations, the admin
#
# Your receiver is called when people are hired one by one. [Lesson 02](../02_built_in_signals.ipynb) showed that bulk calls go past it.
# Rows come and go in three more ways: from a file, in a migration, and in the admin. **What if your receiver is not
# called there? And what if it is called, and should not act?** You try all three, in about 18 minutes.
#
# ## A fixture
#
# A *fixture* is a file of rows. `manage.py loaddata` stores them in the database. We try it with the design of [Matić's
# tutorial](line_by_line.ipynb), which has its own tables, called `as_published` here. Its receiver opens a shift if
# none has room, and gives the person a seat. It begins like this:
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
# `dump_and_load()` writes these rows into a fixture, deletes them, and loads them again: first the people, then the
# shifts, then the seats.

# %%
predict("bulk-1")

# %%
from classroom.experiments.line_by_line import dump_and_load

dump_and_load(as_published)
reveal("bulk-1")
shift_table(as_published)

# %% [markdown]
# Loading does not call your `save()`, but it sends `pre_save` and `post_save`, with `raw=True`. For each
# loaded person `created` was True, and this receiver does not look at `raw`. While the people load, it opens two new
# shifts and stores five seats. Then the file brings the two old shifts and the five old seats. (In these tables, a date
# may occur twice.) A test may miss this. In a fresh database the new rows get the keys 1, 2, 3, as the rows of the file
# have them, so the file overwrites them. Here these keys were given before.
#
# So the receivers of this project return at once if `raw` is True. Even those that count seats do: the headcounts come
# with the file.
#
# ## A migration
#
# A migration may also write rows. Then it is called a *data migration*. You write a function, which Django calls when
# you run `migrate`. Its first argument, `apps`, gives you the models. (We do not need the second.) Ours hires João:


# %%
def hire_joao(apps, schema_editor):
    Employees = apps.get_model("speedy", "Employees")
    Employees.objects.create(**roster[17])


# %% [markdown]
# The migration file names this function: `operations = [migrations.RunPython(hire_joao)]`. Here `run_migration()` runs
# it. We are now in our own project, whose tables are still empty, so the next cell first hires five people.

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
# João has no shift. The sender is *called* `Employees`, but it is not the class that you import. You can tell by
# `Employees #6`: this class has none of your methods, not even `__str__()`.
#
# ```mermaid
# flowchart LR
#     yours["Employees that you import"] -- "post_save" --> named["receivers with sender=Employees"]
#     yours -- "post_save" --> any["receivers without a sender"]
#     built["Employees from apps.get_model()"] -- "post_save" --> any
# ```
#
# Why another class? A migration may run years after it was written, so it needs the models as they *were*. Django
# builds them from the migrations up to this one, with the fields but without your methods ([migration
# state](../../docs/glossary.md#migration-state)).
#
# No receiver placed João, and none will count his seat. So the migration does both itself. Run it while nobody else is
# hired: somebody could take the seat that it has just found.


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
# A receiver *without* a sender has the opposite problem: it is called in migrations, too. So connect it once for each
# model that you mean, for example `Employees` and `Shifts`. Or check the sender in the receiver. Compare the class, not
# its name: the class of the migration is called `Employees`, too.
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
# When you delete on a person's own page, the admin calls the `delete()` of your model. *Delete selected*, in the list,
# calls the `delete()` of the queryset instead (lesson 03). If yours must run there, too, write `delete_queryset()` in
# your `ModelAdmin`:
#
# ```python
# def delete_queryset(self, request, queryset):
#     with transaction.atomic():
#         for person in queryset:
#             person.delete()
# ```
#
# Without `atomic()`, an error at the second person would leave the first one deleted.
#
# ### What is left after an error?
#
# *Delete selected* is an *action*: the admin calls it with the rows that you ticked. It first writes into the
# *history*, the table of who changed what, and then deletes the rows. When you save or delete on the page of *one*
# object, everything is in one transaction ([lesson 07](../07_choosing.ipynb)). Is it so here, too? We tick Ada and
# Grace, and a receiver of `pre_delete` raises an error. (Our admin does not override `delete_queryset()`.)


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
# For an action, the admin opens no transaction. Only the `delete()` of the queryset opens one, and by then the history
# was committed. So only the deletion was rolled back.
#
# If the history must be right, open a transaction around the whole list view, in your `ModelAdmin`:
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
# | a migration | is called only if it is connected without `sender=` | do the work in the migration; in a receiver without `sender=`, compare the class |
# | *Delete selected* | is called for each row, but your `delete()` is not | for your `delete()`, write `delete_queryset()` |
# | *Delete selected*, and the receiver raises an error | nobody is deleted, but the history says that they were | open a transaction in `changelist_view()` |
#
# **Practise:** [the exercise for this notebook](../exercises/bulk_fixtures_migrations_admin.ipynb). Back to
# [lesson 02](../02_built_in_signals.ipynb).
