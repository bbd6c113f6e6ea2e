# %% [markdown]
# # Deeper · Counting a relation
#
# A shift stores how many people sit on it. Nobody saves the shift when a person takes or leaves a seat.
# **How does the number stay true?**
#
# You will, in about 25 minutes,
#
# - link people and shifts from both sides, and hear what is sent;
# - follow the receivers that count, and find the calls that they miss;
# - let the database count by itself, with a trigger;
# - measure what it costs to count everybody at each hire.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## A table between two tables
#
# A person may work on many shifts, and many people work on a shift. That is a *many-to-many* relation. A
# database keeps it in a table of its own, the *through table*, with a row for each pair:
#
# ```mermaid
# flowchart LR
#     people["Employees<br>a person"] --> seats["ShiftsEmployees<br>a seat: who, which shift"]
#     seats --> shifts["Shifts<br>a shift, with its headcount"]
# ```
#
# Django makes such a table by itself for a plain `ManyToManyField`. Here the table is a model, so it is an
# *explicit* through table, and its rows are called seats.
#
# ## What is sent, from both sides
#
# `shift.employees_shift.add(ada, grace)` writes both seats with one INSERT. Here are four people who sit nowhere, and a shift
# on Sunday:

# %%
EmployeesWithoutHooks.objects.bulk_create(EmployeesWithoutHooks(**person) for person in roster[:4])
ada, grace, alan, katherine = Employees.objects.order_by("pk")
sunday = Shifts.objects.create(shift_date=date(2022, 11, 20))
predict("counting-1")

# %%
with trace() as seen:
    sunday.employees_shift.add(ada, grace)
reveal("counting-1")
seen

# %% [markdown]
# `add()` calls no `save()`. Instead it sends `m2m_changed` before and after, with the action `pre_add` and `post_add`. A
# seat's own `save()` could not count them.
#
# Now from a person's side:

# %%
from django.db.models.signals import m2m_changed, post_delete, post_save

signals = m2m_changed, post_save, post_delete
with listening(*signals, sender=ShiftsEmployees) as from_a_person:
    alan.shifts.add(sunday)
from_a_person

# %% [markdown]
# `instance` is the person, `reverse` is True, and `pk_set` holds the keys of *shifts*. A receiver that does not look at
# `reverse` updates the wrong rows. Next, a seat is removed:

# %%
with listening(*signals, sender=ShiftsEmployees) as removed:
    sunday.employees_shift.remove(ada)
removed

# %% [markdown]
# `remove()` sends `m2m_changed` *and* the delete signals of the seat, because the table is explicit. So count at one of
# the two, not at both. An automatic table sends `m2m_changed` alone. Last, a seat is stored by hand, and a person
# leaves:

# %%
with listening(*signals, sender=ShiftsEmployees) as by_hand:
    ShiftsEmployees.objects.create(employee=ada, shift=sunday)
    grace.delete()
by_hand

# %% [markdown]
# Neither sends `m2m_changed`. The seat stored by hand sends save signals. The seat of the person who left sends delete signals.
#
# So in this project one receiver counts at `post_add` of `m2m_changed`, and at no other action. The seats' own signals
# do the rest. `lock_rota` keeps two programs apart, as [the race](race.ipynb) explains. `F("headcount") + 1` lets the
# database add. A stored seat may move to another shift: before a save `uncount_seat` takes it off the shift on which it
# is stored, and after the save `count_seat` adds it to the shift that it names now. A new seat is stored nowhere, so
# nothing is taken off:

# %%
from speedy.signals import shift_headcount

show_code(
    shift_headcount.count_seats_added, shift_headcount.uncount_seat, shift_headcount.count_seat
)

# %%
sunday.refresh_from_db()
sunday.headcount, sunday.employees_shift.count()

# %% [markdown]
# ## A promise that a receiver cannot make
#
# Counting is one thing, refusing is another. Grace is gone, two people sit there, and two more come:

# %%
from django.db import IntegrityError, transaction

late = Employees.objects.bulk_create(Employees(**person) for person in roster[4:6])
try:
    with transaction.atomic():
        sunday.employees_shift.add(*late)
except IntegrityError as refusal:
    print(refusal)

# %% [markdown]
# The count would have been four. A `CheckConstraint` on `headcount` allows three. The database refused, and the
# whole `add()` was rolled back.
#
# ## The calls that nobody counts
#
# Not every call sends a signal. The next one stores two seats in bulk:

# %%
predict("counting-2")

# %%
ShiftsEmployees.objects.bulk_create([ShiftsEmployees(employee=it, shift=sunday) for it in late])
sunday.refresh_from_db()
told = sunday.headcount
reveal("counting-2")
told, sunday.employees_shift.count()

# %% [markdown]
# Two are counted, and four sit there. The constraint looks at `headcount`, and that number never moved. Raw SQL
# does the same. `check_headcounts` compares each count with the seats, and repairs it. Where a shift is
# overfull, it moves the people who came last:

# %%
from django.core.management import call_command

call_command("check_headcounts", repair=True)
shift_table()

# %% [markdown]
# Code that writes seats in bulk can move the count itself. Do it in the same transaction, and write
# `headcount=F("headcount") + n`: then the database adds. If Python adds, two programs at once can lose a person.
#
# ## The database can count
#
# A *trigger* is a piece of SQL inside the database, bound to a table. These three do what the receivers do:

# %%
from classroom.experiments.triggers import counted_by_triggers, statements

print(*statements(), sep="\n\n")

# %% [markdown]
# PostgreSQL words it in another way: there a trigger calls a function. A project adds either by `RunSQL` in a
# migration. Here `counted_by_triggers()` disconnects the receivers that count, and drops the triggers at its end.
# Two seats are written by `bulk_create()`, one by raw SQL:

# %%
predict("counting-3")

# %%
from django.db import connection

saturday = Shifts.objects.create(shift_date=date(2022, 11, 26))
with counted_by_triggers(), connection.cursor() as cursor:
    seats = [ShiftsEmployees(employee=it, shift=saturday) for it in (ada, alan)]
    ShiftsEmployees.objects.bulk_create(seats)
    insert = "INSERT INTO speedy_shiftsemployees (employee_id, shift_id) VALUES (%s, %s)"
    cursor.execute(insert, [katherine.pk, saturday.pk])
saturday.refresh_from_db()
reveal("counting-3")
saturday.headcount

# %% [markdown]
# It counted all three: a database runs a trigger for each row that is inserted, updated or deleted, by any program. (A few
# statements bypass it, such as TRUNCATE, or `INSERT OR REPLACE` on SQLite.) So the constraint now refuses a fourth person
# here, too. The price: the rule is SQL, for one database, in a migration. You do not see it in the Python code.
#
# ## What counting costs
#
# `hire_costs` hires people one by one, on a rota with 0, 3,000 and 30,000 people. It measures the milliseconds of each hire. Your
# numbers differ, and small differences between the first four columns are chance. They are the four wirings of
# [lesson 05](../05_side_by_side.ipynb), which read the stored headcount.
#
# The last column is the design of [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić. At each hire it
# counts the people of every shift.

# %% tags=["varies"]
costs = hire_costs(sizes=(0, 3_000, 30_000), rounds=10)
display(costs.round(1))
cost_plot(costs)

# %% [markdown]
# Go down the columns: only the last one climbs, because there is more to count. 30,000 people fill 27 years of
# shifts, so look at the direction, not at the size. **A query that reads more and more makes a design slow, not a signal.**
#
# Do you need the stored number at all? `annotate(Count("shiftsemployees"))` counts when you ask, so it cannot be out
# of date. (Counts over two relations need `distinct=True`.) A stored count is for a constraint, or for an index over
# many rows.
#
# ## What to keep
#
# | who counts | hears `add()`, `create()`, a deletion | hears `bulk_create()`, `update()`, raw SQL | is written in |
# |---|---|---|---|
# | a method of the shift | no | no | Python |
# | receivers of `m2m_changed` and the seat's signals | yes | no | Python |
# | a trigger | yes | yes | SQL, for each database |
# | a query that counts when asked | nothing to hear | nothing to hear | Python |
#
# **Practise:** [the exercises for this notebook](../exercises/counting.ipynb). Back to
# [lesson 02](../02_built_in_signals.ipynb).
