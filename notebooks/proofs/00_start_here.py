"""The claims of lesson 00."""

import re

from django.db import models

from classroom.running.kernel import ROOT

# The fields that the text shows are those of the models, by their names and what they point to.
text = (ROOT / "notebooks/source/00_start_here.py").read_text().replace("\n# ", "\n")
code = re.sub(r"\(\n +(.*)\n +\)", r"(\1)", text.partition("```python")[2])  # a call in one line
shown = re.findall(r"^    (\w+) = models\.(\w+)\((.*)\)$", code, re.M)
for model, fields in (Employees, shown[:1]), (Shifts, shown[1:4]), (ShiftsEmployees, shown[4:]):
    for name, kind, told in fields:
        field = model._meta.get_field(name)
        assert isinstance(field, getattr(models, kind)), name
        for point in ("unique", "max_length", "default"):
            said = re.search(rf"{point}=([\w.]+)", told)
            real = getattr(field, point)
            real = f"timezone.{real.__name__}" if callable(real) else str(real)
            assert not said or real == said[1], (name, point)
        assert "CASCADE" not in told or field.remote_field.on_delete is models.CASCADE
assert len(shown) == 6
through = Shifts._meta.get_field("employees_shift").remote_field
assert through.through is ShiftsEmployees and through.related_name == "shifts"
assert [ShiftsEmployees._meta.get_field(it).remote_field.model for it in ("employee", "shift")] == [
    Employees,
    Shifts,
]

assert answer_of("00-1") == f"{katherine.shifts.get().shift_date:%a}"
assert answer_of("00-3") == f"{yuki.shifts.get().shift_date:%a}"

# Everybody has one seat, and nobody was moved when Ada was edited or Grace left.
assert Employees.objects.without_shift().count() == 0
assert ShiftsEmployees.objects.count() == Employees.objects.count() == 11
assert [shift.headcount for shift in Shifts.objects.order_by("shift_date")] == [3, 3, 3, 2]
assert f"{ada.shifts.get().shift_date:%a}" == "Mon"

# The first trace: create() called save(), which sent two signals, heard by one receiver each.
shown = seen.filter(sender=Employees)
assert [event.what for event in shown.filter(kind="method")] == ["save()"]
signals = [
    event for event in shown.filter(kind="signal") if event.what in ("pre_save", "post_save")
]
assert [(event.what, event.heard) for event in signals] == [("pre_save", 1), ("post_save", 1)]
assert shown.filter("post_save", kind="delivery")[0].what == "employee_created"

# The six that the stepper leaves out: signals of the making of an object, which nobody hears.
quiet = [event.heard for event in seen if event.what in ("pre_init", "post_init")]
assert quiet == [0] * 6 and "left out: 6 events" in repr(seen.tree())

# 00-2: an edit calls the receiver, and nothing comes of it: no seat is saved.
with trace() as edit:
    ada.save()
assert answer_of("00-2") == "Nothing, although it is called"
[called] = edit.filter("post_save", kind="delivery")
assert called.what == "employee_created" and called.queries == 0

# All of it happened before create() returned: the seat was saved inside the person's save().
[save] = [event for event in seen if event.what == "save()" and event.sender == "Employees"]
[seat] = [event for event in seen if event.what == "save()" and event.sender == "ShiftsEmployees"]
assert save.started < seat.started and seat.ended < save.ended

# A new seat: uncount_seat sends no statement, count_seat sends one.
[uncounted] = seen.filter("pre_save", sender="ShiftsEmployees", kind="delivery")
[counted] = seen.filter("post_save", sender="ShiftsEmployees", kind="delivery")
assert (uncounted.what, uncounted.queries) == ("uncount_seat", 0)
assert (counted.what, counted.queries) == ("count_seat", 1)
