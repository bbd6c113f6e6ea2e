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
