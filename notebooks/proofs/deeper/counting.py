"""The claims about counting a relation."""

assert int(answer_of("counting-1")) == len(seen.filter(post_save, kind="signal"))
signals = [it["signal"] for it in heard]
assert signals.count("m2m_changed") == 4 and signals.count("post_save") == 1
assert signals.count("post_delete") == 2  # of remove(), and of the deletion of Grace
assert answer_of("counting-2") == str(told) == "2"
assert all(shift.headcount == shift.employees_shift.count() <= 3 for shift in Shifts.objects.all())
assert answer_of("counting-3") == str(saturday.headcount) == "3"
