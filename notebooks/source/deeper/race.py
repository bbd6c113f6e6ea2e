# %% [markdown]
# # Deeper · The race for the last seat
#
# Two people are hired at the same moment, and one seat is free. If the result depends on the timing, this is called a
# *race*. **What can go wrong in a race, and does it matter whether you use signals?**
#
# This takes about 15 minutes.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## In slow motion
#
# [Matić's tutorial](line_by_line.ipynb), here called `as_published`, has a simpler design: its tables store no
# `headcount`, so `shift_table()` counts. At a hire its receiver takes two steps:
#
# ```python
# shift = first_with_room()             # counts the people of each shift
# shift.employees_shift.add(person)     # gives the person a seat
# ```
#
# Ada and Grace are hired. Alan and Katherine are only stored, by `bulk_create()`, so they have no seat yet:

# %%
for person in roster[:2]:
    as_published.Employees.objects.create(**person)
newcomers = [as_published.Employees(**person) for person in roster[2:4]]
alan, katherine = as_published.Employees.objects.bulk_create(newcomers)
shift_table(as_published)

# %% [markdown]
# Now Alan and Katherine get a seat at the same moment. Both hires take the first step before either takes the second:
#
# ```mermaid
# sequenceDiagram
#     participant A as Alan's hire
#     participant M as Monday's shift
#     participant K as Katherine's hire
#     A->>M: how many people?
#     M-->>A: 2
#     K->>M: how many people?
#     M-->>K: 2
# ```

# %%
from classroom.scenes.as_published.signals import first_with_room

seen_by_alan, seen_by_katherine = first_with_room(), first_with_room()
print("Room on:", seen_by_alan.shift_date, "and", seen_by_katherine.shift_date)
predict("race-1")

# %%
seen_by_alan.employees_shift.add(alan)
seen_by_katherine.employees_shift.add(katherine)
reveal("race-1")
shift_table(as_published)

# %% [markdown]
# Four people sit on a shift for three, and there was no error: these tables have no
# [constraint](../../docs/glossary.md#constraint) on the number of people.
#
# ## Twelve at the same moment
#
# Does the same happen without signals? `race()` plays five rounds. In each, twelve hires start at the same moment on an
# empty rota, each in its own [thread](../../docs/glossary.md#thread). A round is right if it ends with four full
# shifts: `●●●  ●●●  ●●●  ●●●`.
#
# Three designs take part: the published one, and the built-in signals and the direct call of [lesson
# 05](../05_side_by_side.ipynb), which start the same rule:
#
# ```mermaid
# flowchart LR
#     one["as published"] -- "a receiver of post_save" --> count["counts, then adds"]
#     two["built-in signals"] -- "a receiver of post_save" --> assign["assign()"]
#     three["direct call"] -- "a call" --> assign
# ```
#
# The race takes some seconds. If PostgreSQL, another database, is not on your computer, you see SQLite alone.

# %%
predict("race-2")

# %% tags=["varies"]
races = race("as published", "built-in signals", "direct call")
reveal("race-2")
races

# %% [markdown]
# The numbers are for all five rounds together. A day gets a second shift if two hires find no room, and both open it.
# If the published design makes no mistake on your computer, let it try twenty rounds: `race("as published",
# rounds=20)`.
#
# **A signal neither causes a race nor prevents one.** What helps is in the
# database: a lock, `F()` and a constraint. This project uses all three.
#
# ## 1. A lock
#
# `assign()` takes a *lock* before it looks: until its transaction ends, every other `assign()` has to wait. With this lock Katherine's hire could not
# look too early:
#
# ```mermaid
# sequenceDiagram
#     participant A as Alan's hire
#     participant M as the rota
#     participant K as Katherine's hire
#     Note over M: 2 people on Monday
#     A->>M: locks it, finds 2
#     K->>M: wants the lock, waits
#     A->>M: adds Alan, COMMIT
#     M-->>K: the lock is free
#     K->>M: locks it, finds 3
#     Note over K: opens Tuesday
# ```
#
# Here is `assign()` by hand, in this project's own tables, which are still empty. `locked_rota()` opens a transaction,
# takes the lock, and gives the shifts from today on. `scheduling.first_with_room()`, a function of our project, picks
# one with room. If there is
# none, `open_next()` opens the next day. (`EmployeesWithoutHooks` is the same table, without our receivers.)

# %%
from speedy import scheduling

soren = EmployeesWithoutHooks.objects.create(**roster[4])
with scheduling.locked_rota() as rota:
    shift = scheduling.first_with_room(rota, soren) or scheduling.open_next(rota)
    ShiftsEmployees.objects.create(employee=soren, shift=shift)
shift_table()

# %% [markdown]
# Many projects lock only one row, with `select_for_update()`:
#
# ```python
# with transaction.atomic():
#     locked = Shifts.objects.select_for_update().get(pk=shift.pk)
# ```
#
# Another transaction that asks for this lock waits until the block ends. So look at `locked`, and save your change,
# inside the block.
#
# But a hire may open a new shift, and a row that does not exist yet cannot be locked. So on PostgreSQL this project
# locks the whole table of shifts. Other hires wait; code that only reads goes on.
#
# <details><summary>On SQLite</summary>
#
# SQLite has one lock for writing, for the whole database. So Django ignores `select_for_update()` there.
#
# | who | takes the lock | so |
# |---|---|---|
# | a receiver that opens no transaction, as the published one | at the first write, after it has looked | it makes mistakes |
# | `assign()` in this project | at `BEGIN`, because of the setting `"transaction_mode": "IMMEDIATE"` | it looks when it has the lock |
#
# </details>
#
# ## 2. `F()`
#
# If Python reads a number, adds 1 and saves it, a change that came in between is lost. With `F("headcount")`, the value
# in the row, Python reads nothing. Tuesday's shift is empty:

# %%
from django.db.models import F

tuesday = Shifts.objects.create(shift_date=date(2022, 11, 15))
with trace() as seen:
    Shifts.objects.filter(pk=tuesday.pk).update(headcount=F("headcount") + 1)
print(seen.statements[0])

# %% [markdown]
# (Each `%s` stands for a value.) The database adds to the number that is there at this moment, so no addition is lost.
#
# ## 3. A constraint
#
# Tuesday's headcount is 1 now. A constraint of this table allows 0 to 3. Some code forgets to look, and adds 3:

# %%
predict("race-3")

# %%
from django.db import IntegrityError, transaction

try:
    with transaction.atomic():
        Shifts.objects.filter(pk=tuesday.pk).update(headcount=F("headcount") + 3)
except IntegrityError as error:
    print(error)
tuesday.refresh_from_db()
reveal("race-3")
print("headcount:", tuesday.headcount)

# %% [markdown]
# So even without the lock there is no fourth person: our receivers add 1 for each seat, and the constraint refuses 4.
# But then that hire ends in an error. With the lock, the person gets the next day. (Only a seat that our receivers do
# not count, such as one from `bulk_create()`, gets past the constraint: see [Counting a relation](counting.ipynb).)
# Another constraint
# refuses a second shift on the same day.
#
# ## What to keep
#
# | what goes wrong | what to do |
# |---|---|
# | two hires look, and then both write | lock before you look, in the transaction that writes |
# | a number is written that was read earlier | let the database add, with `F()` |
# | somebody forgets the lock | a constraint refuses |
#
# Two more terms are in the glossary: [isolation](../../docs/glossary.md#isolation) and
# [deadlock](../../docs/glossary.md#deadlock).
#
# **Practise:** [the exercises for this notebook](../exercises/race.ipynb). Back to
# [lesson 06](../06_when_things_break.ipynb).
