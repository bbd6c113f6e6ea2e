"""The claims about the race."""

from django.db import connection

from classroom.running.kernel import ROOT

assert answer_of("race-1") == "all four"
assert not hasattr(seen_by_alan, "headcount")
assert seen_by_alan == seen_by_katherine  # each counted two, before either was added
assert {it.first_name for it in seen_by_alan.employees_shift.all()} == {
    "Ada",
    "Grace",
    "Alan",
    "Katherine",
}

published = races.xs("as published", level="design")
ours = races.drop("as published", level="design")
assert answer_of("race-2") == "only the built-in signals"
assert set(ours.index.get_level_values("design")) == {"direct call", "built-in signals"}
assert (ours["right rounds"] == ours["rounds"]).all()
assert (ours["errors"] == 0).all()
assert published["right rounds"].iloc[-1] < published["rounds"].iloc[-1]

# The published design looks for room outside any transaction.
with trace() as hire:
    as_published.Employees.objects.create(**roster[4])
counted = next(n for n, sql in enumerate(hire.statements) if "COUNT(" in sql)
words = [sql.split()[0] for sql in hire.statements]
assert words[:counted].count("BEGIN") == words[:counted].count("COMMIT")
assert words[counted:].count("BEGIN") == 1

# The three things.
with trace() as placed, scheduling.locked_rota():
    scheduling.first_with_room(rota, soren)
assert placed.statements[0].startswith("BEGIN")
assert soren.shifts.get() == shift
assert not Shifts.objects.filter(pk__lt=shift.pk).exists()  # the rota was empty
assert '"headcount" = ("speedy_shifts"."headcount" + ' in seen.statements[0]
assert len(seen.statements) == 1
assert answer_of("race-3") == str(Shifts.objects.get(pk=tuesday.pk).headcount) == "1"
try:
    with transaction.atomic():
        Shifts.objects.create(shift_date=tuesday.shift_date)
except IntegrityError:
    pass
else:
    raise AssertionError("a second shift on one day was taken")

# Without the lock a fourth seat is refused if it is counted, also where each statement is committed.
others = [EmployeesWithoutHooks.objects.create(**person) for person in roster[5:8]]
shift.employees_shift.add(*others[:2])
for give_seat in (
    lambda: ShiftsEmployees.objects.create(employee=others[2], shift=shift),
    lambda: shift.employees_shift.add(others[2]),
):
    try:
        give_seat()
    except IntegrityError:
        assert shift.employees_shift.count() == 3
    else:
        raise AssertionError("a fourth person got a seat")
ShiftsEmployees.objects.bulk_create([ShiftsEmployees(employee=others[2], shift=shift)])
assert shift.employees_shift.count() == 4  # nobody counted

# The lines with select_for_update() run as shown; SQLite gets no lock, and our transaction asks for
# the right to write at its start.
lines = (ROOT / "notebooks/source/deeper/race.py").read_text()
shown = lines.split("# ```python\n# with transaction", 1)[1].split("# ```", 1)[0]
with trace() as locking:
    exec("with transaction" + shown.replace("\n# ", "\n"), globals(), written := {})
assert written["locked"] == shift
[select] = [sql for sql in locking.statements if sql.startswith("SELECT")]
assert ("FOR UPDATE" in select) == (connection.vendor != "sqlite")
if connection.vendor == "sqlite":
    assert connection.transaction_mode == "IMMEDIATE"
