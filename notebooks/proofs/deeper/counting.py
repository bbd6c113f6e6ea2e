"""The claims about counting a relation."""

from contextlib import suppress

from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from classroom.experiments.triggers import uncounted
from classroom.running.kernel import ROOT

assert [sql.split()[0] for sql in seen.statements].count("INSERT") == 1
assert int(answer_of("counting-1")) == len(seen.filter(post_save, kind="signal"))
assert [it["instance"] for it in added] == [str(alan)] * 2
for it in added:
    assert "pk_set={77}" in it["arguments"] and "reverse=True" in it["arguments"]
assert [it["signal"] for it in gone] == ["m2m_changed", "pre_delete", "m2m_changed", "pre_delete"]
assert [it["instance"].split(" ")[0] for it in gone] == ["shift", "ShiftsEmployees"] * 2
assert len(seen.filter(m2m_changed, kind="signal")) == 2
# The instance of m2m_changed is what add() was called on; who has a seat already is not in pk_set.
december = Shifts.objects.create(shift_date=date(2022, 12, 20))
december.employees_shift.add(ada)
with listening(m2m_changed, sender=ShiftsEmployees) as added_again:
    december.employees_shift.add(ada, alan)
assert [it["instance"] for it in added_again] == [str(december)] * 2
assert all(f"pk_set={{{alan.pk}}}" in it["arguments"] for it in added_again)
december.delete()
called = [it.what for it in moved.filter(kind="delivery", sender=ShiftsEmployees)]
assert called == ["uncount_seat", "count_seat"]
tuesday = Shifts.objects.get(shift_date=date(2022, 11, 15))
assert answer_of("counting-2") == f"Tuesday {tuesday.headcount}, Sunday {sunday.headcount}"
assert sunday.headcount == 3 == int(answer_of("counting-3"))
assert sunday.employees_shift.count() == 4
assert saturday.employees_shift.count() == 0 == int(answer_of("counting-4"))
with counted_by_triggers():
    ShiftsEmployees.objects.bulk_create(seats[:3])
saturday.refresh_from_db()
assert saturday.headcount == saturday.employees_shift.count() == 3
try:
    with transaction.atomic():
        saturday.employees_shift.add(soren)
except IntegrityError:
    assert saturday.employees_shift.count() == 3
else:
    raise AssertionError("a fourth person was added")
call_command("check_headcounts", repair=True)
sunday.refresh_from_db()
assert sunday.headcount == 3 and soren.shifts.get() != sunday
assert all(shift.headcount == shift.employees_shift.count() <= 3 for shift in Shifts.objects.all())

# clear() and set()
with listening(m2m_changed, post_save, pre_delete, sender=ShiftsEmployees) as cleared:
    saturday.employees_shift.clear()
assert [it["signal"] for it in cleared] == ["m2m_changed", *["pre_delete"] * 3, "m2m_changed"]
assert [cleared[n]["arguments"].split("'")[1] for n in (0, -1)] == ["pre_clear", "post_clear"]
assert "pk_set" not in cleared[0]["arguments"] or "pk_set=None" in cleared[0]["arguments"]
saturday.employees_shift.add(ada)
with listening(m2m_changed, sender=ShiftsEmployees) as exchanged:
    saturday.employees_shift.set([alan])
actions = [it["arguments"].split("'")[1] for it in exchanged]
assert actions == ["pre_remove", "post_remove", "pre_add", "post_add"]

# The receivers that the text shows count as the project's own do.
text = (ROOT / "notebooks/source/deeper/counting.py").read_text().replace("\n#\n", "\n\n")
shown = [part.split("```")[0] for part in text.replace("\n# ", "\n").split("```python\n")[1:]]
assert len(shown) == 3
with uncounted():
    monday, friday = (Shifts.objects.create(shift_date=date(2022, 12, day)) for day in (5, 9))
    monday.employees_shift.add(ada)
    assert Shifts.objects.get(pk=monday.pk).headcount == 0  # nobody counts
    monday.employees_shift.clear()
    quoted = {}
    exec("\n\n".join(shown), {**globals(), "F": F, "receiver": receiver}, quoted)
    try:
        monday.employees_shift.add(ada, alan)
        katherine.shifts.add(monday)
        seat = ShiftsEmployees.objects.get(employee=ada, shift=monday)
        seat.shift = friday
        seat.save()
        monday.employees_shift.remove(alan)
        ShiftsEmployees.objects.create(employee=alan, shift=friday)
        counts = [Shifts.objects.get(pk=shift.pk).headcount for shift in (monday, friday)]
    finally:
        m2m_changed.disconnect(quoted["count_seats_added"], sender=ShiftsEmployees)
        post_save.disconnect(quoted["count_seat"], sender=ShiftsEmployees)
        for signal in (pre_save, pre_delete):
            signal.disconnect(quoted["uncount_seat"], sender=ShiftsEmployees)
assert counts == [1, 2] == [monday.employees_shift.count(), friday.employees_shift.count()]

# The constraint can be relied on when a trigger counts.
monday.employees_shift.set([ada, alan, katherine])
with counted_by_triggers(), suppress(IntegrityError), transaction.atomic():
    ShiftsEmployees.objects.bulk_create([ShiftsEmployees(employee=soren, shift=monday)])
assert monday.employees_shift.count() == 3

# A trigger misses a few statements: this one deletes a row and inserts it again, and one is counted.
if connection.vendor == "sqlite":
    seat = ShiftsEmployees.objects.filter(shift=friday).first()
    row = [seat.pk, seat.employee_id, seat.shift_id]
    replace = "INSERT OR REPLACE INTO speedy_shiftsemployees (id, employee_id, shift_id) VALUES "
    with counted_by_triggers(), connection.cursor() as cursor:
        cursor.execute(replace + "(%s, %s, %s)", row)
    friday.refresh_from_db()
    assert friday.headcount == friday.employees_shift.count() + 1

# A query counts when asked.
found = Shifts.objects.annotate(people=Count("employees_shift")).get(pk=monday.pk)
assert found.people == 3
