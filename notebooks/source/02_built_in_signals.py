# %% [markdown]
# # 02 · Built-in signals
#
# In [Start here](00_start_here.ipynb) you stored a row, and somebody sat on a shift.
# **What does Django announce by itself, and what can you hang on it?**
#
# You will, in about 40 minutes,
#
# - follow a rota for three days: shifts fill, somebody leaves, a day expires, and nobody is lost;
# - cut a wire, listen in on another, and connect a receiver of your own;
# - hear nearly every signal that Django sends by itself, and two operations that send none.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## A dozen hires
#
# Three people to a shift, a shift a day. Twelve people of the roster join, Yuki as the last. As
# always, put your guess in place of the three dots.

# %%
predict('Yuki is the twelfth. On which day does she work ("Mon", "Tue", ...)?', ...)

# %%
dozen = fill_table(roster[:12])
reveal(f"{Shifts.objects.get(employees_shift__first_name='Yuki').shift_date:%a}")
assert [shift.headcount for shift in Shifts.objects.all()] == [3, 3, 3, 3]
dozen

# %% [markdown]
# Read the green cells from the top: one, two, three, then a step to the right.
#
# ## The wire
#
# `fill_table` only calls `Employees.objects.create()`. Django then sends the signal `post_save`,
# and this receiver answers. The line above it connects the two:

# %%
from speedy import scheduling
from speedy.signals import employee_assignment, shift_headcount

show_code(employee_assignment.employee_created)

# %% [markdown]
# - `sender=Employees`: only news of this class. `instance` is the person.
# - `created`: True for a new row, False for an edit. `raw`: True while a fixture loads, which is
#   rows saved to a file earlier.
# - `**kwargs` takes the rest; Django insists on it, for it may send more one day.
# - The guard comes first, and the work is handed on to the rule.
#
# Does everything hang on that one wire? Cut it, and hire Chloé:

# %%
from django.db.models.signals import post_save, pre_save

post_save.disconnect(employee_assignment.employee_created, sender=Employees)
chloe = Employees.objects.create(**roster[12])
post_save.connect(employee_assignment.employee_created, sender=Employees)
shift_table()

# %% [markdown]
# No error, no warning: Chloé works here and has no shift. **A signal does not know whether anybody
# listens.** The wire is back, and for Chloé you call the rule by hand.
#
# Now hear what the wire carries: `listening` connects a receiver for as long as its block runs, and
# writes down what it is told (but not `raw=False`, the usual case). Tomasz is created and saved once
# more. Then he is written to a fixture, deleted, and loaded again, and afterwards he has no shift.

# %%
from django.core import serializers

assign(chloe)
with listening(pre_save, post_save, sender=Employees) as heard:
    tomasz = Employees.objects.create(**roster[13])
    tomasz.save()
    fixture = serializers.serialize("json", [tomasz])
    tomasz.delete()
    next(serializers.deserialize("json", fixture)).save()

tomasz = Employees.objects.without_shift().get()
assign(tomasz)
heard

# %% [markdown]
# Two signals a save. `pre_save` has no `created`, for nothing is written yet. The last line says
# `created=True` *and* `raw=True`: the row is new, but it comes from a fixture, which brings its own
# seats along, if it has any. So our receivers stand back; else a whole dump would come back with
# every seat twice. (Tomasz came alone, so you assigned him by hand.)
#
# ## Somebody leaves
#
# Grace (Monday) and Noor (Wednesday) leave. Then Priya, Liam and Ελένη join. Friday has
# Chloé and Tomasz.

# %%
predict('Priya, Liam, Ελένη: on which days do they work ("Mon, Tue, Wed")?', ...)

# %%
changes = fill_table([leaves("Grace Tallowmere"), leaves("Noor Sahrawin"), *roster[14:17]])
newcomers = Employees.objects.filter(pk__gt=tomasz.pk).order_by("pk")
reveal([f"{person.shifts.get().shift_date:%a}" for person in newcomers])
changes

# %% [markdown]
# Red is a seat that came free, and the earliest hole is filled first. But the rule looks only at
# `headcount`, a number in the shift's own row. Who told that row that Grace had gone? Deleting a
# person deletes her seat (a row of `ShiftsEmployees`) as well, and both are announced. A receiver of
# `pre_delete` notes the seat's shift, and one of `post_delete` moves that shift's count by an UPDATE:

# %%
from django.db.models.signals import post_delete, pre_delete

with listening(pre_delete, post_delete) as heard:
    Employees.objects.get(first_name="Liam").delete()
display(heard)
show_code(shift_headcount.count_seat_left, shift_headcount.move_count)

# %% [markdown]
# ## The headcount: what signals are for
#
# Seats come and go in many ways, and in none of them does anybody call `save()` on the *shift*: no
# method of it could keep the count. Receivers can. A hire writes the seat by `create()`, so the
# seat's `post_save` is counted. But Django's own way to link two people to a shift is `add()`:

# %%
from django.db.models.signals import m2m_changed

sunday = Shifts.objects.create(shift_date=date(2022, 11, 20))
predict("add() puts two people on a shift. How many post_save do the two new seats send?", ...)

# %%
ada, alan = Employees.objects.filter(first_name__in=["Ada", "Alan"])
with listening(m2m_changed, post_save, sender=ShiftsEmployees) as heard:
    sunday.employees_shift.add(ada, alan)
reveal(sum(delivery["signal"] == "post_save" for delivery in heard))
heard

# %% [markdown]
# None: `add()` writes the seats in bulk, and `m2m_changed` is sent instead, once before and once
# after, with the keys of both people in `pk_set`. Here `sender` is the table of seats, and
# `instance` is whoever's `add()` you called: the shift, or a person, and then `reverse=True`.
# [Another receiver](../speedy/signals/shift_headcount.py) counts those.
#
# Counting is one thing, promising another. What if two more come, the fourth person among them?

# %%
from django.db import IntegrityError

try:
    sunday.employees_shift.add(chloe, tomasz)
except IntegrityError as refusal:
    print(refusal)

sunday.refresh_from_db()
assert sunday.headcount == sunday.employees_shift.count() == 2

# %% [markdown]
# The count would have been four. A `CheckConstraint` of [the model](../speedy/models/shifts.py)
# allows three; the database refused, and took the whole `add()` back.
#
# ## Days pass
#
# Monday's shift will be over tomorrow. The second receiver of `Employees` clears the past away, when
# somebody *joins*. The rule that it calls bears the same name. Read
# both, then guess:

# %%
sunday.delete()
predict('Tuesday dawns, nobody joins. Is Monday\'s shift still on the rota ("yes", "no")?', ...)
show_code(
    employee_assignment.wipe_expired_shifts,
    employee_assignment.joins,
    scheduling.wipe_expired_shifts,
)

# %%
advance()
reveal(Shifts.objects.filter(shift_date=date(2022, 11, 14)).exists())

# %% [markdown]
# **A signal is not a clock.** It is sent when code runs, and no code ran. So João joins:

# %%
display(fill_table([roster[17]]))
shift_table()

# %% [markdown]
# Monday is gone. Ada, Alan and Priya, who sat there, were placed again, and João after them. Nobody
# is lost. The tutorial from which this example comes did lose people. Its design is kept as a
# specimen: `as_published`, a second small app with employees and shifts of its own. It wipes on
# *every* save, and places nobody again. Four people join there on Tuesday; then it is Wednesday, and
# Katherine's address changes.

# %%
assert Employees.objects.without_shift().count() == 0

for person in roster[:4]:
    as_published.Employees.objects.create(**person)
display(shift_table(as_published))
advance()
predict("Katherine's address is edited. How many of the four have no shift afterwards?", ...)

# %%
katherine = as_published.Employees.objects.get(first_name="Katherine")
katherine.address = "1 Harbour Street"
katherine.save()
reveal(as_published.Employees.objects.filter(shifts=None).count())
shift_table(as_published)

# %% [markdown]
# They stay without one for good. Our own receiver asks `joins()` first. The same edit here, on the
# same Wednesday, leaves even Tuesday's expired shift alone:

# %%
chloe.address = "1 Harbour Street"
chloe.save()
assert Shifts.objects.expired().count() == 1

# %% [markdown]
# ## What is silent
#
# Now three people come at once, in the fast way, and Ada has a birthday:

# %%
predict("bulk_create() three people, update() one. How often are save signals sent?", ...)

# %%
with listening(pre_save, post_save) as heard:
    batch = Employees.objects.bulk_create([Employees(**person) for person in roster[18:21]])
    Employees.objects.filter(first_name="Ada").update(age=34)
reveal(len(heard))
shift_table()

# %% [markdown]
# No receiver can help here. Whoever writes in bulk does what the two receivers do, by hand:

# %%
scheduling.wipe_expired_shifts()
assign_many(batch)
assert Employees.objects.without_shift().count() == 0

# %% [markdown]
# ## A receiver of your own
#
# `connect()` is the plain way; `@receiver` calls it for you, for several signals if you like. The
# cell disconnects at its end what it connects, so you can change it and run it again. Let `greet`
# say goodbye as well, for instance.

# %%
from django.dispatch import receiver


def greet(sender, instance, created, **kwargs):
    if created:
        print(f"Welcome, {instance.first_name}!")


@receiver([post_save, post_delete], sender=Employees)
def count_heads(sender, **kwargs):
    print(f"{sender.objects.count()} people work here.")


post_save.connect(greet, sender=Employees)
Employees.objects.create(**roster[22]).delete()

for signal, function in (post_save, greet), (post_save, count_heads), (post_delete, count_heads):
    assert signal.disconnect(function, sender=Employees)

# %% [markdown]
# They answer in the order in which they were connected. In a project, receivers live in modules, and the app's [`ready()`](../speedy/apps.py) imports them
# once. Without that import every wire is cut, as Chloé's was.
#
# ## A tour of the others
#
# **Init**: each row that you read becomes an instance, and says so twice. **Migrate**: each app hears
# of every `migrate`, before and after.

# %%
from django.core.management import call_command
from django.db.models.signals import class_prepared, post_init, post_migrate, pre_init, pre_migrate

with listening(pre_init, post_init, sender=Employees) as heard:
    list(Employees.objects.all()[:2])
display(heard)

with listening(pre_migrate, post_migrate) as heard:
    call_command("migrate", verbosity=0)
heard.table()["signal"].value_counts()

# %% [markdown]
# **Class prepared**: a model class is complete. A migration rebuilds the models from its own history,
# so its `Employees` bears the name, and is another class. Hire João's sister with it:

# %%
from django.db import connection
from django.db.migrations.loader import MigrationLoader

with listening(class_prepared, post_save) as heard:
    history = MigrationLoader(connection).project_state(("speedy", "0001_initial")).apps
    HistoricalEmployees = history.get_model("speedy", "Employees")
    HistoricalEmployees.objects.create(**roster[17] | {"first_name": "Inês"})
display(heard)

print("without a shift:", *Employees.objects.without_shift())
assert HistoricalEmployees is not Employees

# %% [markdown]
# `post_save` was sent, by the other class, and our receiver did not hear it.
#
# **Request** and **login**: Django's test client stands in for a browser. Logging in saves the user,
# `last_login` alone (`update_fields` says so), and the session, which is a row, too:

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
# ## What you have done
#
# - You followed a rota for three days: it filled, holes were filled first, a day expired, nobody
#   was lost.
# - You cut a wire, listened in on others, and connected receivers with `connect()` and `@receiver`.
# - You heard the built-in signals, and `bulk_create()` and `update()`, which send none for a save.
#
# The table to keep:
#
# | signal | is sent | so it is good for |
# |---|---|---|
# | `pre_save`, `post_save` | around each `save()` and `create()`; not by bulk calls | reacting to one row |
# | `pre_delete`, `post_delete` | for each row that goes, cascades included | freeing what it held |
# | `m2m_changed` | before and after an `add()`, not per person | counters: no `save()` runs |
# | `pre_init`, `post_init` | for each instance made, each row read too | almost nothing: it costs every query |
# | `class_prepared` | once a model class is complete, in migrations too | libraries |
# | `pre_migrate`, `post_migrate` | for each app, at each `migrate` | data that must exist |
# | `request_started`, `request_finished` | around each request | clean-up |
# | `user_logged_in`, `user_logged_out`, `user_login_failed` | when somebody does | security logs |
#
# Read on: [the receivers](../speedy/signals/shift_headcount.py) and [the
# rule](../speedy/scheduling.py), or go back to [Start here](00_start_here.ipynb).
