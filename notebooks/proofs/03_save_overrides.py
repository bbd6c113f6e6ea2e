"""The claims of lesson 03."""

from django.core import serializers
from django.db import transaction

from classroom.scenes.contract import ForgetsSuper

# Both ways give a shift; the receivers of Employees heard of one person only.
assert Employees.objects.without_shift().count() == 0
assert len(by_save.filter(kind="delivery", sender=EmployeesOverridingSave)) == 0
assert len(by_save.filter(kind="delivery", sender=Employees)) == 0
assert len(by_signals.filter("post_save", sender=Employees, kind="delivery")) == 1
assert answer_of("03-1") == "None"


def position(told, beginning):
    return next(n for n, sql in enumerate(told.statements) if sql.startswith(beginning))


insert = 'INSERT INTO "speedy_employees"'
assert position(by_save, "BEGIN") < position(by_save, insert)
assert position(by_signals, "BEGIN") > position(by_signals, insert)

# 03-2
before = Shifts.objects.count()
assert ForgetsSuper.objects.create(total_hours=10).pk is None and Shifts.objects.count() == before
assert answer_of("03-2") == "It returns a shift without a key, and stores nothing"
with trace() as made:
    PaidByTheHour.objects.create(shift_date=date(2022, 12, 1), total_hours=10).save(
        update_fields=["total_hours"]
    )
first, _ = made.filter(kind="method")
assert "force_insert" in first.arguments
assert PaidByTheHour.objects.get(shift_date=date(2022, 12, 1)).wage_bonus == 70

# The good one writes the bonus with the hours, and nothing with save(update_fields=[]).
good = PaidByTheHour.objects.get(shift_date=date(2022, 12, 1))
good.total_hours = 11
good.save(update_fields=["total_hours"])
assert Shifts.objects.get(pk=good.pk).wage_bonus == 80
with trace() as nothing:
    good.save(update_fields=[])
assert nothing.statements == []
assert Shifts.objects.get(pk=night.pk).wage_bonus == 90
assert good.delete() == (1, {"contract.PaidByTheHour": 1})

# 03-3
again = IgnoresUpdateFields.objects.create(shift_date=date(2022, 12, 2))
again.total_hours = 10
again.save(update_fields=["total_hours"])
kept = Shifts.objects.get(pk=again.pk).wage_bonus
assert answer_of("03-3") == (
    f"The object has {int(again.wage_bonus)}, the database has {int(kept)}"
)

# 03-4, and the two that the lesson names without running them: a fixture, and a cascade.
assert len(seen.filter(kind="method", sender=PaidByTheHour)) == 0 and answer_of("03-4") == "never"
assert len(seen.filter("post_delete", kind="signal", sender=PaidByTheHour)) == 1
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
