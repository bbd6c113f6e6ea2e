# %% [markdown]
# # Deeper · The race for the last seat
#
# Two people are hired in the same moment, and one seat is free. **Who gets it, and what has a signal to do with
# it?**
#
# You will, in about 15 minutes,
#
# - play the race in slow motion, by hand;
# - run it with twelve hires at once, on SQLite and on PostgreSQL;
# - read the three promises of a database that end it.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## In slow motion
#
# [The design of Matić's tutorial](line_by_line.ipynb) counts the people of a shift, and adds one if there is room. Two
# people sit on Monday. Two requests run at once, and each one does these two steps. Here is one bad order:
#
# ```mermaid
# sequenceDiagram
#     participant A as Alan
#     participant M as Monday
#     participant K as Katherine
#     Note over M: 2 people
#     A->>M: counts 2
#     K->>M: counts 2
#     A->>M: adds Alan
#     K->>M: adds Katherine
#     Note over M: how many now?
# ```

# %%
from classroom.scenes.as_published.signals import first_with_room

for person in roster[:2]:
    as_published.Employees.objects.create(**person)
alan, katherine = as_published.Employees.objects.bulk_create(
    as_published.Employees(**person) for person in roster[2:4]
)
seen_by_alan, seen_by_katherine = first_with_room(), first_with_room()

# %%
predict("race-1")

# %%
seen_by_alan.employees_shift.add(alan)
seen_by_katherine.employees_shift.add(katherine)
reveal("race-1")
shift_table(as_published)

# %% [markdown]
# Nothing raised. Between looking and writing, what was seen had changed.
#
# On PostgreSQL a transaction alone does not help: both requests may be in a transaction, and neither sees the other's row
# before its commit. On SQLite it does help here, because this project's transactions begin with the write lock.
#
# ## Twelve in the same moment
#
# `race` lets twelve threads hire at once, five rounds, each from an empty rota, on SQLite and on a PostgreSQL
# that it starts for itself. Right is `●●●  ●●●  ●●●  ●●●`.

# %%
predict("race-2")

# %% tags=["varies"]
races = race("as published", "direct call", "built-in signals")
reveal("race-2")
races

# %% [markdown]
# `exact` counts the rounds that ended right. The next four columns count what went wrong in all rounds: shifts with
# more than three people, days with two shifts, people left over, hires that raised an error. `most on one` is the
# fullest shift. `looks a hire` says how often the rule looked for a seat, for each hire: 1.00 means that nobody had to
# look twice. Your numbers for the published design may differ, because a race does. `rounds=20` gives it more time.
#
# ## Why ours ends right
#
# Our wirings end right in every round. They are not faster. They rest on three promises of the database.
#
# **1. Lock before you look.** A *lock* keeps others out until your transaction ends. Somebody who wants it waits, and
# then looks at what is true by then. `assign()` begins with `locked_rota()`, which opens a transaction and calls
# `lock_rota()` first.

# %%
from speedy import scheduling

show_code(scheduling.lock_rota, scheduling.assign)

# %% [markdown]
# ```mermaid
# sequenceDiagram
#     participant A as Alan
#     participant M as Monday
#     participant K as Katherine
#     Note over M: 2 people
#     A->>M: locks the rota, finds 2
#     K->>M: waits for the lock
#     A->>M: adds Alan, COMMIT
#     M-->>K: the lock is free
#     K->>M: locks the rota, finds 3
#     Note over K: opens Tuesday
# ```
#
# On PostgreSQL the rule locks the table of shifts: one hire at a time, readers go on. Many projects lock one row instead,
# by `select_for_update()`. SQLite has no row locks and ignores that call without a word. On SQLite a transaction of
# this project takes the only write lock as it begins (`transaction_mode` in the settings).
#
# **2. Count in the database.** `F("headcount") + 1` becomes `headcount = headcount + 1` in SQL. It never writes
# a number that somebody read before:

# %%
from django.db.models import F

monday = Shifts.objects.create()
with trace() as seen:
    Shifts.objects.filter(pk=monday.pk).update(headcount=F("headcount") + 1)
seen

# %% [markdown]
# **3. Refuse what must not be.** A constraint refuses a headcount of four, and another a second shift on a day:

# %%
from django.db import IntegrityError, transaction

try:
    with transaction.atomic():
        Shifts.objects.filter(pk=monday.pk).update(headcount=F("headcount") + 3)
except IntegrityError as refusal:
    print(refusal)

# %% [markdown]
# None of the three has to do with the wiring. **A signal neither causes a race nor cures one.**
#
# ## An old copy
#
# An object in memory does not change when its row does. `night` is a shift of ten hours, with a bonus of 70. Two programs
# read it. One changes the row to twelve hours and a bonus of 90. Then the other saves its old copy, and means to write the
# date alone. This is the `save()` of its class:

# %%
from classroom.scenes.contract import AlwaysAddsItsField, PaidByTheHour

night = PaidByTheHour.objects.create(shift_date=date(2022, 11, 21), total_hours=10)
display(show_code(AlwaysAddsItsField.save))
predict("race-3")

# %%
old = AlwaysAddsItsField.objects.get(pk=night.pk)  # one program reads
Shifts.objects.filter(pk=night.pk).update(total_hours=12, wage_bonus=90)  # the other one writes
old.save(update_fields=["shift_date"])  # the first one saves its date
reveal("race-3")
Shifts.objects.filter(pk=night.pk).values_list("total_hours", "wage_bonus")

# %% [markdown]
# `AlwaysAddsItsField` adds the bonus to whatever is saved. `PaidByTheHour` of [lesson 03](../03_save_overrides.ipynb) adds it
# only where the hours are saved:

# %%
old = PaidByTheHour.objects.get(pk=night.pk)
Shifts.objects.filter(pk=night.pk).update(total_hours=14, wage_bonus=110)
old.save(update_fields=["shift_date"])
Shifts.objects.filter(pk=night.pk).values_list("total_hours", "wage_bonus")

# %% [markdown]
# ## What this rests on
#
# *READ COMMITTED* is the level of isolation that Django uses with PostgreSQL, unless its OPTIONS name another: each statement sees what was
# committed before it began. The lock relies on that, because the second request must see the new count after
# its wait. Under *REPEATABLE READ* a transaction goes on seeing what was true at its first query. There the second
# hire can get a serialization error, and has to run the whole transaction again.
#
# People who lock several things have to lock them in the same order. Otherwise each may wait for the other: a
# *deadlock*. This project has one lock, and everybody takes it first.
#
# ## What to keep
#
# | what goes wrong | what to do |
# |---|---|
# | two look, and both write | lock before you read, in the transaction that writes |
# | an absolute number, read earlier, is written | `F()` |
# | an old copy is saved | `update_fields`, and nothing that it does not name |
# | something nobody thought of | a constraint |
# | two wait for each other | everybody locks in the same order |
# | REPEATABLE READ | catch the serialization error, and run the transaction again |
#
# **Practise:** [the exercises for this notebook](../exercises/race.ipynb). Back to
# [lesson 06](../06_when_things_break.ipynb).
