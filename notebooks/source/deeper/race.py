# %% [markdown]
# # Deeper · The race for the last seat
#
# Two people are hired in the same moment, and one seat is free. Who gets it depends on which program is faster. This is
# called a *race*. **What can go wrong in a race, and does it matter whether you use signals?**
#
# You will, in about 15 minutes,
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
# `as_published` is [the design of Matić's tutorial](line_by_line.ipynb), with tables of its own. Its receiver takes two steps:
# it counts the people of a shift, and then adds the new person if there is room. Ada and Grace are hired in this way. Alan and
# Katherine are only stored so far, by `bulk_create()`, so no receiver has given them a seat:

# %%
for person in roster[:2]:
    as_published.Employees.objects.create(**person)
newcomers = [as_published.Employees(**person) for person in roster[2:4]]
alan, katherine = as_published.Employees.objects.bulk_create(newcomers)
shift_table(as_published)

# %% [markdown]
# Two requests come in at the same time, one for Alan and one for Katherine. Both take the first step, `first_with_room()`, before
# either takes the second:
#
# ```mermaid
# sequenceDiagram
#     participant A as Alan's request
#     participant M as Monday's shift
#     participant K as Katherine's request
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
# No error was raised. Between counting and adding, the number had changed, and neither of them counted again.
#
# On PostgreSQL a transaction around both steps does not help, because neither of the two transactions sees the other's new row
# before it is committed.
#
# ## Twelve in the same moment
#
# `race` hires twelve people at once, in five rounds, on SQLite and on a PostgreSQL that it starts for itself. A round begins with an
# empty rota, and it is right if it ends with four full shifts: `●●●  ●●●  ●●●  ●●●`.
#
# Three designs take part: the published one, and two wirings of [lesson 05](../05_side_by_side.ipynb). Both wirings use the
# rule of this project, `assign()`. One calls it directly, the other from a receiver of `post_save`.

# %%
predict("race-2")

# %% tags=["varies"]
races = race("as published", "direct call", "built-in signals")
reveal("race-2")
races

# %% [markdown]
# `exact` counts the rounds that ended right. The next four columns count what went wrong: shifts with more than three people,
# days with two shifts, people without a shift, and errors. `most on one` is the number of people on the fullest shift. Your
# numbers for the published design will differ, because no race is like another. If it was lucky, try
# `race("as published", rounds=20)`.
#
# The direct call and the signals end in the same way, because both run the same rule. **A signal neither causes a race nor cures
# one.** What helps is three things that a database offers, and the rule uses all of them.
#
# ## 1. Lock, then look
#
# A *lock* keeps others out until your transaction ends: anybody else who wants it has to wait. `locked_rota()` opens a
# transaction and takes the lock of the rota. `assign()` does this, here for Katherine:

# %%
from speedy import scheduling

katherine = EmployeesWithoutHooks.objects.create(**roster[3])
with scheduling.locked_rota() as rota:
    shift = scheduling.first_with_room(rota, katherine) or scheduling.open_next(rota)
    ShiftsEmployees.objects.create(employee=katherine, shift=shift)
shift_table()

# %% [markdown]
# Now the second request cannot look too early:
#
# ```mermaid
# sequenceDiagram
#     participant A as Alan's request
#     participant M as the rota
#     participant K as Katherine's request
#     Note over M: 2 people on Monday
#     A->>M: locks it, finds 2
#     K->>M: wants the lock, waits
#     A->>M: adds Alan, COMMIT
#     M-->>K: the lock is free
#     K->>M: locks it, finds 3
#     Note over K: opens Tuesday
# ```
#
# On PostgreSQL the whole table of shifts is locked, so there is one hire at a time, but everybody can still read. Many
# projects lock only one row, with `select_for_update()`. SQLite has no row locks and ignores that call silently. It does not need
# them here, because a transaction of this project takes SQLite's only write lock when it begins. The published design opens no
# transaction around its two steps, so it fails on SQLite, too.
#
# ## 2. Let the database add
#
# If Python reads a number, adds 1 and saves it, another program may have changed it in between. `F("headcount")` stands
# for the column itself, so Python reads nothing:

# %%
from django.db.models import F

tuesday = Shifts.objects.create(shift_date=date(2022, 11, 15))
with trace() as seen:
    Shifts.objects.filter(pk=tuesday.pk).update(headcount=F("headcount") + 1)
print(seen.statements[0])

# %% [markdown]
# (`%s` stands for a value.) The database adds to the number that is there at this moment, so no addition is lost, even if two
# programs do this at once.
#
# ## 3. Let the database refuse
#
# Tuesday's headcount is 1 now, and we add 3. A [constraint](../../docs/glossary.md#constraint) allows no headcount above 3:

# %%
from django.db import IntegrityError, transaction

try:
    with transaction.atomic():
        Shifts.objects.filter(pk=tuesday.pk).update(headcount=F("headcount") + 3)
except IntegrityError as refusal:
    print(refusal)

# %% [markdown]
# So if some code forgets the lock, a fourth person gets an error and not a seat. Another constraint refuses a second shift
# on the same day.
#
# ## What to keep
#
# | what goes wrong | what to do |
# |---|---|
# | two programs look, and then both write | lock before you look, in the transaction that writes |
# | a number is written that was read earlier | let the database add, with `F()` |
# | an old object is saved, and puts old values back | `save(update_fields=[…])` writes only the columns that you name ([lesson 03](../03_save_overrides.ipynb)) |
# | somebody forgets the lock | a constraint refuses |
#
# And two things that are rarer:
#
# | what happens | what to do |
# |---|---|
# | a [deadlock](../../docs/glossary.md#deadlock): A waits for a lock that B has, and B for a lock that A has | take the locks in the same order everywhere |
# | a project uses the [isolation](../../docs/glossary.md#isolation) REPEATABLE READ. After its wait the second hire does not see the first, and PostgreSQL may refuse it with a *serialization error* | catch this error, and run the whole transaction again |
#
# **Practise:** [the exercises for this notebook](../exercises/race.ipynb). Back to
# [lesson 06](../06_when_things_break.ipynb).
