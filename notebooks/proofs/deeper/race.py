"""The claims about the race."""

assert answer_of("race-1") == "4, and no error"
assert seen_by_alan.employees_shift.count() == 4
assert seen_by_alan == seen_by_katherine  # each counted two, before either was added
published = races.xs("as published", level="design")
assert (published["exact"].iloc[-1] < published["rounds"].iloc[-1]) == (answer_of("race-2") == "no")
ours = races.drop("as published", level="design")
assert (ours["exact"] == ours["rounds"]).all()
assert (ours["errors"] == 0).all()
monday.refresh_from_db()
assert monday.headcount == 1

# race-3: the old copy writes its own bonus, and the good class does not.
Shifts.objects.filter(pk=night.pk).update(total_hours=10, wage_bonus=70)
bonuses = []
for model in AlwaysAddsItsField, PaidByTheHour:
    old = model.objects.get(pk=night.pk)
    Shifts.objects.filter(pk=night.pk).update(total_hours=12, wage_bonus=90)
    old.save(update_fields=["shift_date"])
    bonuses.append(int(Shifts.objects.get(pk=night.pk).wage_bonus))
    Shifts.objects.filter(pk=night.pk).update(total_hours=10, wage_bonus=70)
assert bonuses == [70, 90] and answer_of("race-3") == "12 hours, and a bonus of 70"
