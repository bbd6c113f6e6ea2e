# %% [markdown]
# # 02 · Built-in signals
#
# In [Start here](00_start_here.ipynb) you stored a row, and somebody sat on a shift.
# **What does Django announce by itself, and what can you hang on it?**
#
# You will, in about 40 minutes,
#
# - follow a rota for three days: shifts fill, somebody leaves, a day expires, and nobody is lost;
# - cut a wire, watch a departure from inside, and connect a receiver of your own;
# - hear nearly every signal that Django sends by itself, and find out when it sends none.
#
# Twelve people of the roster are hired already when the first cell is done: three to a shift, a
# shift a day.

# %%
fresh_database()
roster = sample_roster()
for person in roster[:12]:
    Employees.objects.create(**person)
shift_table()

# %% [markdown]
# ## The wire
#
# The cell only called `create()`. Django then sent the signal `post_save`, twelve times, and this
# receiver answered. The line above the function connects it:

# %%
from django.db.models.signals import post_save, pre_save

from speedy import scheduling
from speedy.signals.employee_assignment import employee_created

show_code(employee_created)

# %% [markdown]
# - `sender=Employees`: only news of this class. `instance` is the person.
# - `created`: True for a new row, False for an edit. `raw`: True while a fixture loads, which is
#   rows saved to a file earlier.
# - `**kwargs` takes the rest; Django insists on it, for it may send more one day.
# - The guard comes first, and the work is handed on to the rule.
#
# Does everything hang on that one wire? You will cut it, hire Chloé, and mend it again. As always,
# put your guess in place of the three dots.

# %%
predict('Cut, Chloé is hired, mended. Has she a shift by then ("yes", "no")?', ...)

# %%
post_save.disconnect(employee_created, sender=Employees)
chloe = Employees.objects.create(**roster[12])
post_save.connect(employee_created, sender=Employees)
reveal(chloe.shifts.exists())
shift_table()

# %% [markdown]
# No error, no warning, nothing kept for later: Chloé works here and has no shift. **A signal does not
# know whether anybody listens.** So you call the rule for her by hand.
#
# Now hear what the wire carries. `listening` connects a receiver for as long as its block runs, and
# writes down what it is told (but not `raw=False`, the usual case). Tomasz is created, and saved once
# more. Then he is written to a fixture, deleted, and loaded from it:

# %%
from django.core import serializers

assign(chloe)
with listening(pre_save, post_save, sender=Employees) as heard:
    tomasz = Employees.objects.create(**roster[13])
    tomasz.save()
    fixture = serializers.serialize("json", [tomasz])
    tomasz.delete()
    for stored in serializers.deserialize("json", fixture):  # load the fixture
        stored.save()

tomasz = stored.object
assign(tomasz)
heard

# %% [markdown]
# Two signals a save. `pre_save` has no `created`, for nothing is written yet. The last line says
# `created=True` *and* `raw=True`: the row is new, but it comes from a fixture. Our receivers stand
# back then; else they would seat people whose seats come later in the same file. Tomasz came
# without one, so you assigned him by hand.
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
# `headcount`, a number in the shift's own row. Who told that row that Grace had gone? Liam finds that
# nights are not for him and leaves, too. Watch from inside:

# %%
liam = Employees.objects.get(first_name="Liam")
with trace() as seen:
    liam.delete()
seen

# %% [markdown]
# One call, two rows: Liam's seat (a row of `ShiftsEmployees`, here by its key) goes with him, in one
# transaction, and each row is announced before and after. `uncount_seat` hears that the *seat* will go,
# and takes it off the count of its shift, by the UPDATE. The two that hear of *Liam* see to it that
# nobody else changes the rota meanwhile, and that no seat of his is left.
#
# ## The headcount: what signals are for
#
# Seats come and go in many ways, and in none does anybody call `save()` on the *shift*: no method of
# it could keep the count. Receivers can. A hire writes the seat by `create()`, so the seat's
# `post_save` is counted.
#
# Django's own way to link two people to a shift is `add()`. Ada and Alan are to help out on Sunday
# as well: by hand, you may seat somebody twice.

# %%
predict("add() puts both on Sunday. How many post_save do the two new seats send?", ...)

# %%
sunday, _ = Shifts.objects.get_or_create(shift_date=date(2022, 11, 20))
ada, alan = Employees.objects.filter(first_name__in=["Ada", "Alan"])
with trace() as seen:
    sunday.employees_shift.add(ada, alan)
reveal(len(seen.filter(post_save, kind="signal")))
seen

# %% [markdown]
# None: `add()` writes both seats by one INSERT and calls no `save()`, so the seat's own `save()`
# could not count them either. Instead `m2m_changed` is sent, before and after, with the keys of both
# people in `pk_set`, and [another receiver](../speedy/signals/shift_headcount.py) moves the count.
# The news is about whoever's `add()` you called: the shift here; from a person's side,
# `ada.shifts.add(sunday)`, it would be Ada, and `reverse=True`.
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
# Monday's shift will be over tomorrow. Who clears the past away? A receiver (below, the first) asks
# whether somebody *joins*, and if so calls the rule (the last), which does it. In between is the
# question that it asks; `_state.adding` means "not stored yet". In the rule, people who sit on an
# expired shift and on no later one are given another before the expired ones go. (`locked_rota` keeps
# others out meanwhile.)

# %%
from speedy.signals import employee_assignment

Shifts.objects.filter(pk=sunday.pk).delete()  # Sunday was for that trial only
show_code(employee_assignment.wipe_before_hire, Employees.joins, scheduling.wipe_expired_shifts)

# %%
predict('Tuesday dawns, nobody joins. Is Monday\'s shift still on the rota ("yes", "no")?', ...)

# %%
advance()
reveal(Shifts.objects.filter(shift_date=date(2022, 11, 14)).exists())

# %% [markdown]
# **A signal is not a clock.** It is sent when code runs, and no code ran. So João joins. (A blank
# means no such shift.)

# %%
display(fill_table([roster[17]]))
assert Employees.objects.without_shift().count() == 0
shift_table()

# %% [markdown]
# Monday is gone. Ada, Alan and Priya, who sat there, were placed again, and João after them.
#
# The tutorial from which this example comes did lose people. Its design is kept as a specimen:
# `as_published`, a second small app with employees and shifts of its own. It wipes on *every* save,
# and places nobody again. Four people join there. Then it is Wednesday, and Katherine moves to Harbour
# Street. So does Chloé, in our own app.

# %%
for person in roster[:4]:
    as_published.Employees.objects.create(**person)
shift_table(as_published)

# %%
predict("Katherine's address is edited. How many of those four have no shift then?", ...)

# %%
advance()
katherine = as_published.Employees.objects.get(first_name="Katherine")
for person in katherine, chloe:
    person.address = "1 Harbour Street"
    person.save()
assert Shifts.objects.expired().count() == 1
reveal(as_published.Employees.objects.filter(shifts=None).count())
shift_table(as_published)

# %% [markdown]
# They stay without one for good. Our own receiver asked `joins()` first: Chloé's edit left even
# Tuesday's expired shift alone.
#
# ## Many at once
#
# Three people come together and are stored in the fast way. Ada has a birthday.

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
# second cell disconnects at its end what it connects, even after an error, so you may change both and
# run them again. Connect `greet` to `post_delete` as well, for instance, and let it say goodbye.
# (`post_delete` sends no `created`, hence the `None`.)


# %%
def greet(sender, instance, created=None, **kwargs):
    if created:
        print(f"Welcome, {instance.first_name}!")


# %%
from django.db.models.signals import post_delete
from django.dispatch import receiver

post_save.connect(greet, sender=Employees)


@receiver([post_save, post_delete], sender=Employees)
def count_heads(sender, **kwargs):
    print(f"{sender.objects.count()} people work here.")


try:
    Employees.objects.create(**roster[22]).delete()
finally:
    for signal in post_save, post_delete:
        signal.disconnect(greet, sender=Employees)
        signal.disconnect(count_heads, sender=Employees)

# %% [markdown]
# They answer in the order in which they were connected. In a project, receivers live in modules, and
# the app's [`ready()`](../speedy/apps.py) imports them once. Without that import every wire is cut,
# as Chloé's was.
#
# ## A tour of the others
#
# Our project needs none of these, yet somebody listens: Django itself. Where do the permissions and
# content types in a fresh database come from, which nobody of us wrote? **Migrate** signals announce
# each app at each `migrate`, and two receivers put them there. **Init** signals have hardly a use:
# each row that is only *read* sends two, so a receiver would slow down every query.

# %%
from django.core.management import call_command
from django.db.models.signals import class_prepared, post_init, post_migrate, pre_init

with listening(post_migrate) as migrated, listening(pre_init, post_init, sender=Employees) as read:
    call_command("migrate", verbosity=0)
    people = list(Employees.objects.all())
print(f"{len(migrated)} post_migrate, one an app. {len(read)} init to read {len(people)} people.")
[row["receiver"] for row in who_listens(post_migrate) if row["receiver"].startswith("create_")]

# %% [markdown]
# **Class prepared**: a model class is complete. A migration rebuilds the models from its own history,
# so its `Employees` bears the name, and is another class. João's sister Inês is hired with it. Our
# receivers do not hear of her, and once more you seat somebody by hand:

# %%
from django.db import connection
from django.db.migrations.loader import MigrationLoader

with listening(class_prepared, post_save) as heard:
    history = MigrationLoader(connection).project_state(("speedy", "0001_initial")).apps
    historical = history.get_model("speedy", "Employees")
    historical.objects.create(**roster[17] | {"first_name": "Inês"})

assert historical is not Employees
print("without a shift:", *Employees.objects.without_shift())
assign_many(Employees.objects.without_shift())
heard

# %% [markdown]
# **Request** and **login**: Django's test client stands in for a browser. It asks for a page, mistypes
# the password, gets in, and leaves. Here, too, Django is its own listener: inside `user_logged_in` it
# saves the user, `last_login` alone, as `update_fields` says. So a receiver of `post_save` for users
# would be called at every login:

# %%
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.signals import request_finished, request_started
from django.test import Client

browser = Client(SERVER_NAME="localhost")
user, _ = get_user_model().objects.get_or_create(username="ada")
logins = user_logged_in, user_login_failed, user_logged_out
with listening(request_started, request_finished, *logins) as heard:
    browser.get("/admin/login/")
    browser.login(username="ada", password="wrong")
    with trace() as seen:
        browser.force_login(user)
    browser.logout()
display(heard)
seen.filter(sender="User", kind="signal")

# %% [markdown]
# ## What you have done
#
# - You followed a rota for three days: it filled, holes were filled first, a day expired. Nobody was
#   lost, except where no signal reached our receiver (or a `raw` one); those you seated by hand.
# - You cut a wire, watched a departure, and connected receivers with `connect()` and `@receiver`.
# - You heard the built-in signals, and saw `bulk_create()` and `update()` send none for a save.
#
# The table to keep:
#
# | signal | is sent | so it is good for |
# |---|---|---|
# | `pre_save`, `post_save` | around each `save()` and `create()`; not by bulk calls | reacting to one row |
# | `pre_delete`, `post_delete` | for each row that goes, cascades included | freeing what it held |
# | `m2m_changed` | before and after `add()`, `remove()`, `set()`, `clear()`; not per person | counters: no `save()` runs |
# | `pre_init`, `post_init` | for each instance made, each row read too | almost nothing: it costs every query |
# | `class_prepared` | once a model class is complete, in migrations too | libraries |
# | `pre_migrate`, `post_migrate` | for each app, at each `migrate` | data that must exist |
# | `request_started`, `request_finished` | around each request | clean-up |
# | `user_logged_in`, `user_logged_out`, `user_login_failed` | when somebody does | security logs |
#
# Read on: [the receivers](../speedy/signals/shift_headcount.py) and [the
# rule](../speedy/scheduling.py). **Practise:** [the exercises for
# 02](exercises/02_built_in_signals.ipynb). **Next:** [03 save() overrides](03_save_overrides.ipynb),
# the same rule without a signal.
