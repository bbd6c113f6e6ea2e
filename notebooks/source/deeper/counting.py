# %% [markdown]
# # Deeper · Counting a relation
#
# A shift stores how many people sit on it, in its column `headcount`. But nobody saves the shift when a person takes a seat or leaves
# it. **How does the number stay true?**
#
# You will, in about 25 minutes,
#
# - put people on shifts from both sides, and see what Django sends;
# - read the three receivers that count;
# - find out what they cannot do, and let the database count.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## What Django sends
#
# People and shifts are [many-to-many](../../docs/glossary.md#many-to-many). Each pair of them is a row of `ShiftsEmployees`, a *seat*,
# and `Shifts` has the field: `shift.employees_shift` gives the people of a shift. Here are four people without a seat, with the keys 1
# to 4, and a shift on Sunday, with the key 20:

# %%
EmployeesWithoutHooks.objects.bulk_create(EmployeesWithoutHooks(**person) for person in roster[:4])
ada, grace, alan, katherine = Employees.objects.order_by("pk")
sunday = Shifts.objects.create(pk=20, shift_date=date(2022, 11, 20))

# %% [markdown]
# `sunday.employees_shift.add(ada, grace)` writes both seats with one INSERT.

# %%
predict("counting-1")

# %%
with trace() as seen:
    sunday.employees_shift.add(ada, grace)
reveal("counting-1")
seen.filter(sender=ShiftsEmployees)

# %% [markdown]
# `add()` saves no seat, so a `save()` of `ShiftsEmployees` could not count them. But it sends `m2m_changed`, the signal of many-to-many
# fields, before and after. `action` says which of the two it is. The instance is Sunday's shift, and `pk_set` holds the keys
# of the people who were added.
#
# You can also begin with the person:

# %%
from django.db.models.signals import m2m_changed, post_delete, post_save

signals = m2m_changed, post_save, post_delete
with listening(*signals, sender=ShiftsEmployees) as from_a_person:
    alan.shifts.add(sunday)
from_a_person

# %% [markdown]
# Now the instance is Alan, and `pk_set` holds the key of the *shift*. `reverse` is True, because the field belongs to `Shifts` and
# this `add()` was called from the other side. A receiver that does not look at `reverse` takes 20 for the key of a person.
#
# Ada is taken off the shift:

# %%
with listening(*signals, sender=ShiftsEmployees) as removed:
    sunday.employees_shift.remove(ada)
removed

# %% [markdown]
# `remove()` sends `m2m_changed`, and it also sends the delete signals of the seat, because here the seat is a model of its own. So count
# at one of the two, not at both.
#
# Last, a seat is stored without `add()`, and a person leaves:

# %%
with listening(*signals, sender=ShiftsEmployees) as by_hand:
    ShiftsEmployees.objects.create(employee=ada, shift=sunday)
    grace.delete()
by_hand

# %% [markdown]
# Neither sends `m2m_changed`, because no method of the relation was called. But the new seat sends save signals, and the seat of the
# person who left sends delete signals.
#
# ## Three receivers
#
# So this project counts in three receivers. They are a little shorter here than in
# [`shift_headcount.py`](../../speedy/signals/shift_headcount.py), where they also take a lock, and ignore fixtures.
#
# ```python
# @receiver(m2m_changed, sender=ShiftsEmployees)
# def count_seats_added(sender, instance, action, reverse, pk_set, **kwargs):
#     if action == "post_add" and reverse:
#         Shifts.objects.filter(pk__in=pk_set).update(headcount=F("headcount") + 1)
#     elif action == "post_add":
#         Shifts.objects.filter(pk=instance.pk).update(headcount=F("headcount") + len(pk_set))
# ```
#
# It counts only after an `add()`, because at a removal the seats send signals of their own. `F("headcount") + 1` lets the database add,
# so that two programs at once lose nobody ([the race](race.ipynb)).
#
# ```python
# @receiver([pre_save, pre_delete], sender=ShiftsEmployees)
# def uncount_seat(sender, instance, **kwargs):
#     if instance.pk:
#         stored_on = Shifts.objects.filter(shiftsemployees=instance.pk)
#         stored_on.update(headcount=F("headcount") - 1)
# ```
#
# Before a seat is saved or deleted, this one takes 1 off its old shift: the `filter()` finds the shift for which the seat is stored in
# the database. A new seat has no key and is stored nowhere yet, so nothing is taken off.
#
# ```python
# @receiver(post_save, sender=ShiftsEmployees)
# def count_seat(sender, instance, **kwargs):
#     Shifts.objects.filter(pk=instance.shift_id).update(headcount=F("headcount") + 1)
# ```
#
# After the save, this one adds 1 to its new shift. So if a seat moves to another shift, both are counted right.

# %%
sunday.refresh_from_db()
print("headcount:", sunday.headcount, "people:", sunday.employees_shift.count())

# %% [markdown]
# ## Three at most
#
# Grace has left, so Alan and Ada sit on Sunday's shift. Two more are added:

# %%
from django.db import IntegrityError, transaction

soren, zoe = Employees.objects.bulk_create(Employees(**person) for person in roster[4:6])
try:
    with transaction.atomic():
        sunday.employees_shift.add(soren, zoe)
except IntegrityError as refusal:
    print(refusal)

# %% [markdown]
# A [constraint](../../docs/glossary.md#constraint) allows a `headcount` of 3 at most. The receiver would have made it 4, so the database
# refused, and the whole `add()` was undone. Now the seats of the same two people are stored by `bulk_create()`:

# %%
predict("counting-2")

# %%
ShiftsEmployees.objects.bulk_create(
    ShiftsEmployees(employee=person, shift=sunday) for person in (soren, zoe)
)
sunday.refresh_from_db()
reveal("counting-2")
print("headcount:", sunday.headcount, "people:", sunday.employees_shift.count())

# %% [markdown]
# `bulk_create()` sends no signal, so nobody counted. The constraint looks at `headcount`, and that number did not change. With `update()`
# and raw SQL it is the same. So code that writes seats in bulk has to change `headcount` itself, in the same transaction. And
# if it was forgotten, a command of this project, `check_headcounts`, finds and repairs what is wrong.
#
# ## A trigger
#
# A *trigger* is a piece of SQL that is stored in the database and belongs to a table. This one adds 1 when a seat is inserted:

# %%
from classroom.experiments.triggers import counted_by_triggers, statements

print(statements()[0])

# %% [markdown]
# `NEW` is the row that was inserted. There are two more, for a seat that is deleted and for one that is moved.
# `counted_by_triggers()` disconnects our receivers and creates the three triggers. At the end it undoes both.
#
# Nobody sits on Saturday's shift. Ada and Alan get seats there by `bulk_create()`, and Katherine by raw SQL:

# %%
predict("counting-3")

# %%
from django.db import connection

saturday = Shifts.objects.create(shift_date=date(2022, 11, 26))
seats = [ShiftsEmployees(employee=person, shift=saturday) for person in (ada, alan)]
insert = "INSERT INTO speedy_shiftsemployees (employee_id, shift_id) VALUES (%s, %s)"
with counted_by_triggers(), connection.cursor() as cursor:
    ShiftsEmployees.objects.bulk_create(seats)
    cursor.execute(insert, [katherine.pk, saturday.pk])
saturday.refresh_from_db()
reveal("counting-3")
print("headcount:", saturday.headcount, "people:", saturday.employees_shift.count())

# %% [markdown]
# The trigger does not care who writes a row, or how. So now the constraint really allows three people at most. But a trigger has its price:
# it is SQL for one kind of database, and you do not see it in your Python code. In a project you put it into a migration, with
# [`RunSQL`](https://docs.djangoproject.com/en/5.2/ref/migration-operations/#runsql).
#
# ## What to keep
#
# | call | signals, where the seat is a model of its own |
# |---|---|
# | `add()` | `m2m_changed`: `pre_add`, `post_add` |
# | `remove()`, `clear()` | `m2m_changed`, before and after; between them the delete signals of each seat. `clear()` has no `pk_set` |
# | `set()` | those of `remove()` and of `add()` |
# | a seat is saved or deleted without these methods | its save or delete signals |
#
# | who counts | misses |
# |---|---|
# | a `save()` of the seat | `add()` and everything in bulk |
# | receivers of `m2m_changed` and of the seat's signals | `bulk_create()`, `update()`, raw SQL |
# | a trigger | next to nothing: TRUNCATE, which empties a table, and `INSERT OR REPLACE` on SQLite |
# | a query, when you ask: [`annotate(Count(…))`](https://docs.djangoproject.com/en/5.2/topics/db/aggregation/) | nothing, but no constraint can check it |
#
# The query is often enough. (For two counts in one query, write `distinct=True` in each.) Store a count if a constraint has to check it, or
# if you often sort or filter many rows by it.
#
# **Practise:** [the exercises for this notebook](../exercises/counting.ipynb). Read on: [what a hire costs](costs.ipynb), if nobody
# stores a count. Back to [lesson 02](../02_built_in_signals.ipynb).
