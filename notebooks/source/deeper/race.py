# %% [markdown]
# # Deeper · The race for the last seat
#
# Two people are hired at the same moment, and one seat is free. If the result depends on the timing, this is called a
# *race*. **What can go wrong in a race, and does it matter whether you use signals?**
#
# In about 15 minutes you:
#
# - play the race in slow motion, by hand;
# - let twelve people race for seats, on SQLite and on PostgreSQL;
# - try three things that a database offers.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## In slow motion
#
# [Matić's tutorial](line_by_line.ipynb) has a simpler design, which is called `as_published` here. Its tables store no
# `headcount`, so `shift_table()` counts. At a hire the receiver takes two steps:
#
# ```python
# shift = first_with_room()             # counts the people of each shift
# shift.employees_shift.add(person)     # gives the person a seat
# ```
#
# We hire Ada and Grace, and store Alan and Katherine by `bulk_create()`, so that no receiver gives them a seat:

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
# Monday's shift is for three people. It has four now, and no error was raised: these tables have no
# [constraint](../../docs/glossary.md#constraint) on the number of people.
#
# ## Twelve at the same moment
#
# Does the same happen without signals? `race()` starts twelve hires at the same moment, each in its own thread, and does this five times.
# Each round begins with an empty rota, and is right if it ends with four full shifts: `●●●  ●●●  ●●●  ●●●`.
#
# Three designs take part: the published one, and the built-in signals and the direct call of [lesson 05](../05_side_by_side.ipynb). These two start the same
# rule, `assign()`.

# The race takes some seconds. Without PostgreSQL on your computer it says so, and shows SQLite alone.

# %%
predict("race-2")

# %% tags=["varies"]
races = race("as published", "built-in signals", "direct call")
reveal("race-2")
races

# %% [markdown]
# The numbers are for all five rounds together. If your race shows no mistake of the published design, let it try twenty:
# `race("as published", rounds=20)`. Why do days get a second shift? Two hires may both find no room. Then both open the next day, and
# nothing in the published tables forbids it.
#
# ```mermaid
# flowchart LR
#     one["as published"] -- "a receiver of post_save" --> count["counts, then adds"]
#     two["built-in signals"] -- "a receiver of post_save" --> assign["assign()"]
#     three["direct call"] -- "a call" --> assign
# ```
#
# **A signal neither causes a race nor prevents one.** What helps is in the
# database: a lock, `F()` and a constraint. This project uses all three.
#
# ## 1. A lock
#
# From here on we use this project's own tables. They are still empty.
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
# Here is what `assign()` does, by hand. `locked_rota()` opens a transaction, takes the lock, and gives the shifts from today on.
# Our own `first_with_room()` picks one of them, and `open_next()` opens the next day. `EmployeesWithoutHooks` is the same table, without
# our receivers. There Søren is stored, and then gets a seat:

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
# Another transaction that asks for the lock of this row waits until the block ends. So inside the block, look at `locked` and save
# your change. After the block the lock is gone.
#
# But a hire may open a new shift, and a row that is not there yet cannot be locked. So on PostgreSQL this project locks the whole table of
# shifts. Another hire asks for the same lock before it looks, so it waits. Code that only reads does not ask, and goes on.
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
# Python reads a number, adds 1 and saves it. If another hire changes the number in between, that change is lost. `F("headcount")`
# stands for the value in the row, so Python reads nothing. Here is an empty shift on Tuesday, to show it:

# %%
from django.db.models import F

tuesday = Shifts.objects.create(shift_date=date(2022, 11, 15))
with trace() as seen:
    Shifts.objects.filter(pk=tuesday.pk).update(headcount=F("headcount") + 1)
print(seen.statements[0])

# %% [markdown]
# Read each `%s` as a value. The database adds to the number that is there at this moment, so no addition is lost, even if two
# hires do this at once.
#
# ## 3. A constraint
#
# The `F()` above made Tuesday's headcount 1, although nobody sits there. A constraint of this table says that
# `headcount` is 0, 1, 2 or 3. Some code forgets to look, and adds 3:

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
# If some code forgets the lock, there is still no fourth person: our receivers add 1 to the headcount, and at 4 the constraint refuses. Only
# a seat that no receiver hears of, such as one from `bulk_create()`, gets through ([Counting a relation](counting.ipynb)). Another
# constraint refuses a second shift on the same day.
#
# ## What to keep
#
# | what goes wrong | what to do |
# |---|---|
# | two hires look, and then both write | lock before you look, in the transaction that writes |
# | a number is written that was read earlier | let the database add, with `F()` |
# | somebody forgets the lock | a constraint refuses |
#
# Two more words about locks are in the glossary: [isolation](../../docs/glossary.md#isolation) and
# [deadlock](../../docs/glossary.md#deadlock).
#
# **Practise:** [the exercises for this notebook](../exercises/race.ipynb). Back to
# [lesson 06](../06_when_things_break.ipynb).
