# %% [markdown]
# # 02 · Built-in signals
#
# In [Start here](00_start_here.ipynb) you stored a row, and somebody sat on a shift.
# **What does Django announce by itself, and what can you hang on it?**
#
# You will, in about 30 minutes,
#
# - follow a rota for three days: shifts fill, somebody leaves, a day expires, and nobody is lost;
# - connect and disconnect receivers, two ways, and read what they are told;
# - hear nearly every signal that Django sends by itself, and two operations that send none.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## A dozen hires
#
# Three people to a shift, a shift a day. Twelve people of the roster join, Yuki as the last.

# %%
predict("Yuki is the twelfth to join. On which day does she work?", ...)

# %%
dozen = fill_table(roster[:12])
reveal(f"{Shifts.objects.get(employees_shift__first_name='Yuki').shift_date:%a}")
assert [shift.headcount for shift in Shifts.objects.all()] == [3, 3, 3, 3]
dozen

# %% [markdown]
# Read the tinted seats from the top: one, two, three, then a step to the right.
#
# ## The wire
#
# `fill_table` only calls `Employees.objects.create()`. Django then sends the signal `post_save`,
# and this receiver, connected by the line above it, answers:

# %%
from speedy.signals import employee_assignment, shift_headcount

show_code(employee_assignment.employee_created)

# %% [markdown]
# - `sender=Employees`: only news about this class. `sender` and `instance` are then the class and
#   the person.
# - `created`: True for a new row, False for an edit. `raw`: True while a fixture loads.
# - `**kwargs` takes the rest; Django insists on it, for it may send more one day.
# - The guard comes first, and the work is handed on to the rule.
#
# Does it hang on that wire alone? Cut it, and hire Chloé:

# %%
from django.db.models.signals import post_save, pre_save

post_save.disconnect(employee_assignment.employee_created, sender=Employees)
chloe = Employees.objects.create(**roster[12])
post_save.connect(employee_assignment.employee_created, sender=Employees)
shift_table()

# %% [markdown]
# No error, no warning: Chloé works here and has no shift. **A signal does not know whether
# anybody listens.** The wire is back, and for Chloé you call the rule by hand. Now hear what the
# wire carries: `listening` connects a receiver for as long as its block runs, and writes down what
# it is told. Tomasz is created, saved once more, and then loaded from a fixture, that is, from
# rows written to a text earlier.

# %%
from django.core import serializers

assign(chloe)

with listening(pre_save, post_save, sender=Employees) as heard:
    tomasz = Employees.objects.create(**roster[13])
    tomasz.save()
    for row in serializers.deserialize("json", serializers.serialize("json", [tomasz])):
        row.save()

assert tomasz.shifts.count() == 1
heard

# %% [markdown]
# Each save sends two signals. `pre_save` has no `created`: nothing is written yet. The second
# save says `created=False`, the fixture says `raw=True`, and there the guard stops: Tomasz has
# one seat, not three.
#
# ## Somebody leaves
#
# Grace (Monday) and Noor (Wednesday) leave. Then Priya, Liam and Ελένη join. Friday has
# Chloé and Tomasz.

# %%
predict("Priya, Liam, Ελένη: on which three days do they work?", ...)

# %%
changes = fill_table([leaves("Grace Tallowmere"), leaves("Noor Sahrawin"), *roster[14:17]])
newcomers = Employees.objects.filter(pk__gt=tomasz.pk).order_by("pk")
reveal([f"{person.shifts.get().shift_date:%a}" for person in newcomers])
changes

# %% [markdown]
# The red seats are the holes; the earliest hole is filled first. But who told the shift that Grace
# had gone? Deleting sends signals as well, for the person and for the seat that goes along:

# %%
from django.db.models.signals import post_delete, pre_delete

with listening(pre_delete, post_delete) as heard:
    Employees.objects.get(first_name="Liam").delete()
heard

# %% [markdown]
# ## The headcount: what signals are for
#
# `headcount` is a column of the shift. Putting somebody on a shift by `add()` writes a *seat*;
# nobody calls `save()` on the shift, so no method of yours would run. `m2m_changed` is sent:

# %%
from django.db.models.signals import m2m_changed

sunday = Shifts.objects.create(shift_date=MONDAY + timedelta(days=6))
predict("One add() with two people: how often is m2m_changed sent?", ...)

# %%
ada, alan = Employees.objects.filter(first_name__in=["Ada", "Alan"])
with listening(m2m_changed, sender=ShiftsEmployees) as heard:
    sunday.employees_shift.add(ada, alan)
reveal(len(heard))
heard

# %% [markdown]
# Once before and once after, with both keys in `pk_set`. A receiver keeps the count from that,
# and the database has the last word: a fourth person is refused, and the whole `add()` with her.

# %%
show_code(shift_headcount.count_seats_added)

# %%
from django.db import IntegrityError

try:
    sunday.employees_shift.add(chloe, tomasz)
except IntegrityError as refusal:
    print(refusal)

sunday.refresh_from_db()
assert sunday.headcount == sunday.employees_shift.count() == 2

# %% [markdown]
# ## Days pass
#
# Monday's shift will be over tomorrow. A second receiver clears the past away:

# %%
sunday.delete()
show_code(employee_assignment.wipe_expired_shifts)

# %%
predict("Tuesday dawns, and nobody joins. Is Monday's shift still on the rota?", ...)

# %%
advance()
reveal(Shifts.objects.filter(shift_date=MONDAY).exists())

# %% [markdown]
# **A signal is not a clock.** It is sent when code runs, and no code ran. So João joins:

# %%
display(fill_table([roster[17]]))
shift_table()

# %% [markdown]
# Monday is gone. Ada, Alan and Priya sat there; they were placed again first, then João. Nobody
# is lost. That is worth a line, because the tutorial from which this example comes lost people.
# Its design is kept as a specimen, `as_published`: it wipes on *every* save, edits too, and places
# nobody again. Four people join there, a day passes, and Katherine's address changes:

# %%
assert Employees.objects.without_shift().count() == 0

for person in roster[:4]:
    as_published.Employees.objects.create(**person)
advance()
katherine = as_published.Employees.objects.get(first_name="Katherine")
katherine.address = "1 Harbour Street"
katherine.save()
shift_table(as_published)

# %% [markdown]
# An edit of one person left three others without a shift, for good. Our receiver asks first
# whether somebody *joins*.
#
# ## What is silent
#
# Now three people come at once, in the fast way:

# %%
with listening(pre_save, post_save, m2m_changed) as heard:
    batch = Employees.objects.bulk_create([Employees(**person) for person in roster[18:21]])
    Employees.objects.filter(first_name="Ada").update(age=34)
heard

# %% [markdown]
# `bulk_create()` and `update()` send nothing, so the three have no shift, and Tuesday, over by now,
# still stands. No receiver can help; whoever writes in bulk calls the rule:

# %%
wipe_expired_shifts()
assign_many(batch)
assert Employees.objects.without_shift().count() == 0

# %% [markdown]
# Lesson by lesson you will meet more such holes. Here is the rest of what Django announces.
#
# ## A tour of the other signals
#
# **Init.** Each row that you read becomes an instance, and says so twice:

# %%
from django.db.models.signals import class_prepared, post_init, post_migrate, pre_init, pre_migrate

with listening(pre_init, post_init, sender=Employees) as heard:
    list(Employees.objects.all()[:2])
heard

# %% [markdown]
# **Class prepared** and **migrate.** A migration works on models that it rebuilds from its history:
# a class is made that bears the name `Employees` and is not the one you import, so your receivers
# do not hear of it. Each app hears of every `migrate`, before and after.

# %%
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

with listening(class_prepared) as made:
    MigrationLoader(connection).project_state(("speedy", "0001_initial")).apps

with listening(pre_migrate, post_migrate, sender=apps.get_app_config("speedy")) as migrated:
    call_command("migrate", verbosity=0)

display(made, migrated)

# %% [markdown]
# **Request** and **login.** Django's test client stands in for a browser. Spot what logging in
# saves without being asked:

# %%
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.signals import request_finished, request_started
from django.test import Client

user, browser = get_user_model().objects.create_user("ada"), Client(SERVER_NAME="localhost")
with listening(
    request_started, request_finished, user_logged_in, user_login_failed, user_logged_out, post_save
) as heard:
    browser.get("/admin/login/")
    browser.login(username="ada", password="wrong")
    browser.force_login(user)
    browser.logout()
heard

# %% [markdown]
# ## Your own receiver, two ways
#
# `connect()` is the plain way; `@receiver` calls `connect()` for you, for several signals if you
# like. What a notebook connects it should disconnect again:

# %%
from django.dispatch import receiver


def greet(sender, instance, created, **kwargs):
    if created:
        print(f"Welcome, {instance.first_name}!")


post_save.connect(greet, sender=Employees)


@receiver([post_save, post_delete], sender=Employees)
def count_heads(sender, **kwargs):
    print(f"{sender.objects.count()} people work here.")


# %%
Employees.objects.create(**roster[22]).delete()

assert post_save.disconnect(greet, sender=Employees)
assert post_save.disconnect(count_heads, sender=Employees)
assert post_delete.disconnect(count_heads, sender=Employees)

# %% [markdown]
# In a project, receivers live in modules, and the app's [`ready()`](../speedy/apps.py) imports them
# once. Without that import every wire is cut, as Chloé's was.
#
# ## What you have done
#
# - You followed a rota for three days: it filled, holes were filled first, a day expired, nobody
#   was lost.
# - You connected and disconnected receivers with `connect()` and `@receiver`, and read `created`,
#   `raw`, `pk_set` and `update_fields`.
# - You heard the built-in signals, and two operations that send none.
#
# The table to keep:
#
# | signal | is sent | so it is good for |
# |---|---|---|
# | `pre_save`, `post_save` | around each `save()` and `create()`; never by bulk calls | reacting to one row |
# | `pre_delete`, `post_delete` | for each row that goes, cascades included | freeing what it held |
# | `m2m_changed` | twice for each `add()`, however many people it adds | counters: no `save()` runs |
# | `pre_init`, `post_init` | for each instance made, each row read too | almost nothing: it costs every query |
# | `class_prepared` | once a model class is made, in migrations too | libraries |
# | `pre_migrate`, `post_migrate` | for each app, at each `migrate` | data that must exist |
# | `request_started`, `request_finished` | around each request | clean-up |
# | `user_logged_in`, `user_logged_out`, `user_login_failed` | by `login()`, `logout()`, `authenticate()` | security logs |
#
# Read on: [the receivers](../speedy/signals/shift_headcount.py) and [the
# rule](../speedy/scheduling.py), or go back to [Start here](00_start_here.ipynb).
