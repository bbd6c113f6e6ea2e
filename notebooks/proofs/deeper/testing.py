"""The claims of the notebook about testing."""

assert int(answer_of("testing-1")) == (faults["not connected"] == "✓ ok").sum()
assert {0: "never", 1: "once", 2: "twice"}[stand_in.call_count] == answer_of("testing-2")
assert katherine.first_name == "Katherine" and katherine.shifts.exists()
assert answer_of("testing-3") == str(counted) == "1"
assert shift_table()["headcount"].iloc[0] == 3  # and four names on it, see below
assert Shifts.objects.first().employees_shift.count() == 4
assert tuesday.headcount == 1 and grace.shifts.get() == tuesday
assert list(together.index[together["outcome"] != "✓ ok"]) == [answer_of("testing-4")]
assert caught["outcome"].iloc[0] == "✗ failed"
assert list(posted["outcome"] == "✓ ok") == [answer_of("testing-5") == "yes", True, True]
assert len(committed) > 5 * len(captured)
assert len(refused) == 3 and list(refused.index[refused["outcome"] == "✓ ok"]) == [
    "RefusedInASavepoint"
]
assert dearer["says"].iloc[0].startswith("9 != 7")
assert int(costs["says"].iloc[1].split()[0]) == 5
