"""The claims about the race."""

assert answer_of("race-1") == "all four"
assert seen_by_alan == seen_by_katherine  # each counted two, before either was added
assert {it.first_name for it in seen_by_alan.employees_shift.all()} == {
    "Ada",
    "Grace",
    "Alan",
    "Katherine",
}

published = races.xs("as published", level="design")
ours = races.drop("as published", level="design")
assert answer_of("race-2") == "the direct call and the built-in signals"
assert set(ours.index.get_level_values("design")) == {"direct call", "built-in signals"}
assert (ours["exact"] == ours["rounds"]).all()
assert (ours["errors"] == 0).all()
assert published["exact"].iloc[-1] < published["rounds"].iloc[-1]

# The published design looks for room outside any transaction.
with trace() as hire:
    as_published.Employees.objects.create(**roster[4])
counted = next(n for n, sql in enumerate(hire.statements) if "COUNT(" in sql)
words = [sql.split()[0] for sql in hire.statements]
assert words[:counted].count("BEGIN") == words[:counted].count("COMMIT")
assert words[counted:].count("BEGIN") == 1

# The three things.
with trace() as placed, scheduling.locked_rota():
    scheduling.first_with_room(rota, katherine)
assert placed.statements[0].startswith("BEGIN")
assert katherine.shifts.get() == shift
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

# An old object that is saved puts an old value back, unless update_fields leaves it out.
bonuses = []
for fields in None, ["shift_date"]:
    old = Shifts.objects.get(pk=tuesday.pk)
    Shifts.objects.filter(pk=tuesday.pk).update(wage_bonus=90)
    old.save(update_fields=fields)
    bonuses.append(int(Shifts.objects.get(pk=tuesday.pk).wage_bonus))
    Shifts.objects.filter(pk=tuesday.pk).update(wage_bonus=50)
assert bonuses == [50, 90]
