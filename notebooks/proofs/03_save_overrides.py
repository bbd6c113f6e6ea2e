"""The claims of lesson 03."""

import textwrap

from django.core import serializers
from django.db import transaction

from classroom.exercises.trying import mixed_into
from classroom.running.kernel import ROOT
from classroom.scenes.contract import AlwaysAddsItsField, TakesNoArguments
from speedy import scheduling

# Both ways give a shift; the receivers of Employees heard of one person only.
with trace() as by_signals:
    Employees.objects.create(**ALAN)
assert Employees.objects.without_shift().count() == 0
assert len(by_save.filter(kind="delivery", sender=EmployeesOverridingSave)) == 0
assert len(by_save.filter(kind="delivery", sender=Employees)) == 0
assert len(by_signals.filter("post_save", sender=Employees, kind="delivery")) == 1

# The signals are sent, with the proxy as their sender.
for name in ("pre_save", "post_save"):
    assert len(by_save.filter(name, kind="signal", sender=EmployeesOverridingSave)) == 1
    assert len(by_save.filter(name, kind="signal", sender=Employees)) == 0


def position(told, beginning):
    return next(n for n, sql in enumerate(told.statements) if sql.startswith(beginning))


insert = 'INSERT INTO "speedy_employees"'
assert position(by_save, "BEGIN") < position(by_save, insert)
assert position(by_signals, "BEGIN") > position(by_signals, insert)

# The save() that the text shows places a new person, and only stores an edit.
text = (ROOT / "notebooks/source/03_save_overrides.py").read_text()
shown = text.replace("\n# ", "\n").split("```python\n")[1].split("```")[0]
body = {}
exec("class Quoted:\n" + textwrap.indent(shown, "    "), globals(), body)
with mixed_into(EmployeesWithoutHooks, body["Quoted"], "Shown") as model:
    katherine = model.objects.create(**sample_roster()[3])
    assert katherine.shifts.count() == 1
    katherine.shifts.clear()
    katherine.save()
    model.objects.get(pk=katherine.pk).save()
    assert katherine.shifts.count() == 0
    scheduling.assign(katherine)

    # A rollback does not set `adding` back: the same object, saved again, is an edit. `created` is from the write.
    for retried, shifts in (model(**sample_roster()[4]), 0), (Employees(**sample_roster()[5]), 1):
        try:
            with transaction.atomic():
                retried.save()
                raise RuntimeError
        except RuntimeError:
            assert not Employees.objects.filter(pk=retried.pk).exists()
        assert not retried._state.adding
        retried.save()
        assert retried.shifts.count() == shifts
        scheduling.assign(retried)

# 03-1
before = Employees.objects.count()
assert Welcoming.objects.create(**ALAN).pk is None and Employees.objects.count() == before
assert answer_of("03-1") == "It welcomes Alan and returns him, but there is no row"

# The arguments, and what delete() returns
try:
    TakesNoArguments.objects.create(total_hours=10)
    said = ""
except TypeError as error:
    said = str(error)
assert "force_insert" in said
with trace() as made:
    PaidByTheHour.objects.create(shift_date=date(2022, 12, 1), total_hours=10).save(
        update_fields=["total_hours"]
    )
first, _ = made.filter(kind="method")
assert "force_insert" in first.arguments
kept = PaidByTheHour.objects.get(shift_date=date(2022, 12, 1))
assert kept.wage_bonus == 70
assert kept.save() is None and kept.delete() == (1, {"contract.PaidByTheHour": 1})

# 03-2
again = PassesItOn.objects.create(shift_date=date(2022, 12, 2))
again.total_hours = 10
again.save(update_fields=["total_hours"])
kept = Shifts.objects.get(pk=again.pk).wage_bonus
assert answer_of("03-2") == (
    f"The object has {int(again.wage_bonus)}, the database has {int(kept)}"
)

# The good one writes the bonus with the hours, and with another field alone it does not.
kept = PaidByTheHour.objects.get(pk=again.pk)
kept.total_hours = 11
kept.save(update_fields=["total_hours"])
assert Shifts.objects.get(pk=kept.pk).wage_bonus == 80
Shifts.objects.filter(pk=kept.pk).update(wage_bonus=90)
kept.save(update_fields=["shift_date"])
assert Shifts.objects.get(pk=kept.pk).wage_bonus == 90

# One that always adds the bonus writes an old one over the right one.
old = AlwaysAddsItsField.objects.get(pk=kept.pk)
Shifts.objects.filter(pk=kept.pk).update(total_hours=12, wage_bonus=90)
old.total_hours = 10
old.save(update_fields=["shift_date"])
found = Shifts.objects.get(pk=kept.pk)
assert (found.total_hours, found.wage_bonus) == (12, 70)

# 03-3: a receiver hears of each row, and no method is called.
assert answer_of("03-3") == "Only pre_delete is sent"
assert [it["signal"] for it in heard] == ["pre_delete"] * 2
with trace() as seen:
    PaidByTheHour.objects.filter(pk=kept.pk).delete()
assert len(seen.filter(kind="method", sender=PaidByTheHour)) == 0
assert len(seen.filter("post_delete", kind="signal", sender=PaidByTheHour)) == 1

# Neither save() nor delete(): bulk_create(), update(), a fixture, a cascade.
with trace() as bulk:
    PaidByTheHour.objects.bulk_create([PaidByTheHour(shift_date=date(2022, 12, 5))])
    PaidByTheHour.objects.filter(shift_date=date(2022, 12, 5)).update(total_hours=12)
assert len(bulk.filter(kind="method")) == 0
assert Shifts.objects.get(shift_date=date(2022, 12, 5)).wage_bonus == 50
dump = serializers.serialize("json", [Employees.objects.first()])
with trace() as loaded:
    for stored in serializers.deserialize("json", dump):
        stored.save()
assert len(loaded.filter(kind="method")) == 0
assert loaded.filter("post_save", kind="signal")[0].arguments["raw"] in (True, "True")
with transaction.atomic(), trace() as gone:
    Employees.objects.first().delete()
assert [event.sender for event in gone.filter(kind="method")] == ["Employees"]
assert "ShiftsEmployees" in [event.sender for event in gone.filter("post_delete", kind="signal")]
