"""The claims about counting a relation."""

assert int(answer_of("counting-1")) == len(seen.filter(post_save, kind="signal"))
assert [it["signal"] for it in from_a_person] == ["m2m_changed"] * 2
assert "reverse=True" in str(from_a_person)
assert [it["signal"] for it in removed] == ["m2m_changed", "post_delete", "m2m_changed"]
assert [it["signal"] for it in by_hand] == ["post_save", "post_delete"]
assert answer_of("counting-2") == str(told) == "2"
assert all(shift.headcount == shift.employees_shift.count() <= 3 for shift in Shifts.objects.all())
assert answer_of("counting-3") == str(saturday.headcount) == "3"

# The published design alone grows: it counts everybody.
grown = costs.iloc[-1] / costs.iloc[0]
assert grown["as published"] > grown.drop("as published").max()

# Two counts in one query multiply, until each is distinct.
from django.db.models import Count  # noqa: E402

from classroom.scenes.stage.models import Night, Person, Skill  # noqa: E402

ada = Person.objects.create(name="Ada")
ada.skills.set(Skill.objects.create(name=f"skill {it}") for it in range(2))
ada.nights.set(Night.objects.create(name=f"night {it}") for it in range(3))
for distinct, expected in (False, (6, 6)), (True, (2, 3)):
    counts = [Count(name, distinct=distinct) for name in ("skills", "nights")]
    found = Person.objects.annotate(s=counts[0], n=counts[1]).get(pk=ada.pk)
    assert (found.s, found.n) == expected
