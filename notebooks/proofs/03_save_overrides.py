"""The claims of lesson 03."""

import re
from unittest.mock import patch

from django.core import serializers
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from classroom.running.kernel import ROOT
from classroom.scenes.contract import PaidByTheHour

# 03-1, by the class of before; and the good one
of_the_lost = type(first).objects
before = of_the_lost.count()
assert of_the_lost.create(text="x").pk is None and of_the_lost.count() == before == 1
assert comment.pk and Comment.objects.get() == comment
assert answer_of("03-1") == "It thanks and returns a comment, but there is no row"


# The arguments, and what delete() returns
class TakesNoArguments(NotebookModel):
    def save(self):
        super().save()


try:
    TakesNoArguments.objects.create()
    said = ""
except TypeError as error:
    said = str(error)
assert "force_insert" in said
with listening(post_save, sender=Question):
    kept = Question.objects.create(question_text="One more")
assert kept.search_text == Question.objects.get(pk=kept.pk).search_text == "one more"
assert kept.save() is None
choice = Choice.objects.create(question=kept, picture="bus.png")
assert choice.delete() == (1, {"polls.Choice": 1})

# 03-2
assert answer_of("03-2") == "Only the object in memory"


class AsItWasFirst(NotebookModel):
    question_text = models.CharField(max_length=200)
    search_text = models.CharField(max_length=200)

    def save(self, *args, **kwargs):
        self.search_text = self.question_text.lower()
        super().save(*args, **kwargs)


first = AsItWasFirst.objects.create(question_text="Tea or Coffee?")
first.question_text = "Bus or Bike?"
first.save(update_fields=["question_text"])
row = AsItWasFirst.objects.get()
assert (row.question_text, row.search_text) == ("Bus or Bike?", "tea or coffee?")
assert first.search_text == "bus or bike?"

# The good one writes the search text with the text, whole or by name, and with another field alone it does not.
kept.question_text = "Two more"
kept.save(update_fields=["question_text"])
assert Question.objects.get(pk=kept.pk).search_text == "two more"
kept.question_text = "Three more"
kept.save()
assert Question.objects.get(pk=kept.pk).search_text == "three more"
Question.objects.filter(pk=kept.pk).update(search_text="by hand")
kept.save(update_fields=[])
assert Question.objects.get(pk=kept.pk).search_text == "by hand"


# One that always adds its field writes an old one over the right one.
class AlwaysAddsIt(NotebookModel):
    question_text = models.CharField(max_length=200)
    search_text = models.CharField(max_length=200)
    votes = models.IntegerField(default=0)

    def save(self, *args, update_fields=None, **kwargs):
        self.search_text = self.question_text.lower()
        if update_fields is not None:
            update_fields = [*update_fields, "search_text"]
        super().save(*args, update_fields=update_fields, **kwargs)


old = AlwaysAddsIt.objects.create(question_text="old")
AlwaysAddsIt.objects.filter(pk=old.pk).update(question_text="new", search_text="new")
old.save(update_fields=["votes"])
row = AlwaysAddsIt.objects.get(pk=old.pk)
assert (row.question_text, row.search_text) == ("new", "old")

# update_or_create() names the fields that it was given; after a rollback an object is not new any more.
named = []


def note(sender, update_fields, **kwargs):
    named.append(set(update_fields))


with connected(post_save, note, sender=Question):
    Question.objects.update_or_create(pk=kept.pk, defaults={"question_text": "Four more"})
assert named == [{"question_text", "search_text"}]
assert not kept._state.adding and not Question.objects.get(pk=kept.pk)._state.adding
assert Question(pk=kept.pk)._state.adding  # neither loaded nor saved, though its row is there
rolled_back = Question(question_text="Never mind")
assert rolled_back._state.adding
with transaction.atomic():
    rolled_back.save()
    transaction.set_rollback(True)
assert not rolled_back._state.adding
assert not Question.objects.filter(pk=rolled_back.pk).exists()

# The shift that is paid by the hour does as the question does.
paid = PaidByTheHour.objects.create(shift_date=date(2022, 12, 1), total_hours=10)
assert Shifts.objects.get(pk=paid.pk).wage_bonus == 70
paid.total_hours = 11
paid.save(update_fields=["total_hours"])
assert Shifts.objects.get(pk=paid.pk).wage_bonus == 80
assert PaidByTheHour(total_hours=8).wage_bonus == 50
text = (ROOT / "notebooks/source/03_save_overrides.py").read_text()
for hours in range(6, 13):
    self = PaidByTheHour.objects.create(shift_date=date(2023, 1, hours), total_hours=hours)
    assert self.wage_bonus == eval(re.search(r"self.wage_bonus = (.+)", text)[1])

# 03-3: a receiver hears of each row, and no method is called; so it is with a cascade.
assert answer_of("03-3") == "Only pre_delete is sent"
assert [it["signal"] for it in heard] == ["pre_delete"] * 2
called = []


def count(self, *args, **kwargs):
    called.append(self)
    return super(Choice, self).delete(*args, **kwargs)


with patch.object(Choice, "delete", count):
    for delete in Choice.objects.all().delete, kept.delete:
        Choice.objects.create(question=kept, picture="x")
        with listening(pre_delete, post_delete, sender=Choice) as told:
            delete()
        assert called == [] and len(told) == 2 and not Choice.objects.exists()

# Neither save() nor delete(): bulk_create(), update(), a fixture, a cascade.
with trace() as bulk:
    PaidByTheHour.objects.bulk_create([PaidByTheHour(shift_date=date(2022, 12, 5))])
    PaidByTheHour.objects.filter(shift_date=date(2022, 12, 5)).update(total_hours=12)
assert len(bulk.filter(kind="method")) == 0
assert Shifts.objects.get(shift_date=date(2022, 12, 5)).wage_bonus == 50
Employees.objects.create(**sample_roster()[0])
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
