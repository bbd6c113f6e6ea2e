# %% [markdown]
# # Deeper · Bulk calls, fixtures, migrations, the admin
#
# [The matrix](matrix.ipynb) shows which calls are silent. **What do you do where no receiver is called, or one
# is called that should not be?**
#
# You will, in about 20 minutes,
#
# - store thirty people in four ways, and in a fifth with a list, and compare what each costs and forgets;
# - load a fixture, and see what `raw` is for;
# - create a row inside a migration, and delete in the admin.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## Thirty at once
#
# `bulk_create()` writes many rows in one statement or a few, and sends no signal. The code that calls it has to act. It
# can
#
# - **loop** over `save()`, so that each row sends its signals;
# - write in bulk, then **send a signal of your own**;
# - write in bulk, then **call the function** that does for many what the receivers do for one.
#
# The third needs a rule that is a function, outside its receivers. The project has the second and the third
# written out:

# %%
from speedy import scheduling, wirings

show_code(wirings.hire_many_by_custom_signal, wirings.hire_many_by_call)

# %%
predict("bulk-1")

# %%
import pandas as pd
from django.db import transaction


def tried(hire_many):
    """Hire the whole roster at once, count what it took, and roll it back."""
    with transaction.atomic():
        with trace() as seen:
            hire_many([Employees(**person) for person in roster])
        idle = Employees.objects.without_shift().count()
        transaction.set_rollback(True)
    called = len(seen.filter(kind="delivery"))
    return {"SQL statements": len(seen.statements), "receivers called": called, "no shift": idle}


# %%
ways = {
    "a loop of save()": lambda people: [person.save() for person in people],
    "bulk_create() alone": Employees.objects.bulk_create,
    "bulk_create(), a custom signal each": wirings.hire_many_by_custom_signal,
    "bulk_create(), assign_many()": wirings.hire_many_by_call,
}
cost = pd.DataFrame({way: tried(hire_many) for way, hire_many in ways.items()}).T
reveal("bulk-1")
cost

# %% [markdown]
# Read the last column first: the cheapest way leaves thirty people without a shift. The custom signal saves
# little, because it is sent for each person and its receiver places one person at a time. The function places
# them all together.
#
# A signal may carry a list. This one is sent once for all thirty:

# %%
from django.dispatch import Signal

employees_hired = Signal()  # payload: people, a list of stored employees


def seat_them_all(sender, people, **kwargs):
    assign_many(people)


def hire_many_and_tell_once(people):
    with transaction.atomic():
        scheduling.wipe_expired_shifts()
        stored = EmployeesWithoutHooks.objects.bulk_create(people)
        employees_hired.send(sender=Employees, people=stored)


# %%
with connected(employees_hired, seat_them_all):
    once = tried(lambda people: hire_many_and_tell_once(people))
pd.DataFrame({"one signal with a list": once, "a call": cost.loc["bulk_create(), assign_many()"]}).T

# %% [markdown]
# It costs what the call costs. What makes hooks slow is not the signal. It is "once per row" against "once per
# batch". The save and delete signals and a `save()` are per row. `m2m_changed` is per call. A signal of your own is what you
# make of it.
#
# ## A fixture comes back
#
# A *fixture* is a file of rows that `loaddata` stores. Five people are hired in [the design of Matić's
# tutorial](line_by_line.ipynb). All rows are written to a fixture, deleted, and loaded again.

# %%
from classroom.experiments.line_by_line import dump_and_load

for person in roster[:5]:
    as_published.Employees.objects.create(**person)
shift_table(as_published)

# %%
predict("bulk-2")

# %%
loaded = dump_and_load(as_published)
reveal("bulk-2")
loaded

# %% [markdown]
# Loading calls no `save()` of yours, but it sends `pre_save` and `post_save` with `raw=True`. Their receiver did
# not look at `raw`. It gave everybody a seat, and then came the seats of the fixture. Receivers of this project
# return at once for a fixture:

# %%
import speedy.models

for person in roster[:5]:
    Employees.objects.create(**person)
dump_and_load(speedy.models)

# %% [markdown]
# Does `m2m_changed` say `raw`, too? That depends on your Django: since 6.1 it does.

# %% tags=["varies"]
import django

passed = [row["passed"] for row in what_fires(Person, "loading a fixture with skills")]
{"Django": django.get_version(), "says raw=True (1 is yes)": int("raw=True" in str(passed))}

# %% [markdown]
# ## A migration has classes of its own
#
# A migration must work with the models as they *were*. So Django rebuilds each model from the recorded fields:
# the *migration state*. Such a class has the fields, and none of the methods that you wrote in the model. (A plain mixin class
# is kept as a base, and its `save()` is called.) João is hired with one.

# %%
predict("bulk-3")

# %%
from django.db import connection
from django.db.migrations.loader import MigrationLoader

history = MigrationLoader(connection).project_state(("speedy", "0001_initial")).apps
historical = history.get_model("speedy", "Employees")
joao = historical.objects.create(**roster[17])
reveal("bulk-3")
Employees.objects.without_shift()

# %%
type(joao).__module__, issubclass(type(joao), Employees)

# %% [markdown]
# The receivers with `sender=Employees` are not called, because the historical class is another object. Receivers
# *without* a sender are called. So a data migration does the work itself, and a receiver without a sender looks
# at what it gets.
#
# Do you need rows after every `migrate`, not in one migration alone? Then listen to `post_migrate`. It is sent at the
# end of `migrate`, and of `flush`, once for each app that has a models module.
#
# ## The admin
#
# You tick two people in the admin and choose *Delete selected*. Your model overrides `delete()`.

# %%
predict("bulk-4")

# %%
admin = what_fires(Person, "fixtures, migrations, admin")
reveal("bulk-4")
admin

# %% [markdown]
# The admin's action calls `queryset.delete()`, which sends signals and calls no method. If your `delete()` must
# run, override `delete_queryset()` of your `ModelAdmin` and loop.
#
# The admin's pages for adding, changing and deleting also open a transaction. So after an error in a receiver the
# change does *not* stay. *Delete selected* is an *action*, and the admin opens no transaction for an action. It first
# writes its own history, and then calls `queryset.delete()`, which opens a transaction of its own. If that fails,
# nobody is deleted, and the history says the opposite.
#
# ## What to keep
#
# | the row comes from | which code is called | what you do |
# |---|---|---|
# | `bulk_create()`, `update()` | none of yours | call a function that takes a list |
# | a signal of your own with a list | your receivers, once | the same function |
# | `loaddata` | receivers, with `raw=True` | return at once |
# | a migration | receivers without a sender | do the work in the migration |
# | *Delete selected* | receivers of the delete signals | `delete_queryset()` for the rest |
#
# **Practise:** [the exercise for this notebook](../exercises/bulk_fixtures_migrations_admin.ipynb). Back to
# [lesson 05](../05_side_by_side.ipynb).
