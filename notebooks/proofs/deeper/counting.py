"""The claims about counting a relation."""

assert int(answer_of("counting-1")) == len(seen.filter(post_save, kind="signal"))
assert [it["signal"] for it in from_a_person] == ["m2m_changed"] * 2
assert "reverse=True" in str(from_a_person)
assert [it["signal"] for it in removed] == ["m2m_changed", "post_delete", "m2m_changed"]
assert [it["signal"] for it in by_hand] == ["post_save", "post_delete"]
assert answer_of("counting-2") == str(told) == "2"
assert all(shift.headcount == shift.employees_shift.count() <= 3 for shift in Shifts.objects.all())
assert answer_of("counting-3") == str(saturday.headcount) == "3"
