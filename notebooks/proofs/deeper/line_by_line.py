"""What eight published lines did, what is done here, and that the numbers on the page go up."""

import re

from django.core import serializers

import speedy.models
from classroom.experiments.line_by_line import ask, dump_and_load, tried

ours = speedy.models


def hire(app, number):
    return [app.Employees.objects.create(**person) for person in people[:number]]


def left_over(app):
    return app.Employees.objects.filter(shifts=None).count()


# The guesses, seen once more.
fresh_database()
with connected(m2m_changed, print_badge):
    hire(as_published, 1)
assert answer_of("line_by_line-1") == "Ada and a shift, but no seat"
assert as_published.Employees.objects.count() == left_over(as_published) == 1
assert as_published.Shifts.objects.count() == 1
fresh_database()
[*_, katherine] = hire(as_published, 4)
advance()
katherine.save()
assert answer_of("line_by_line-2") == str(left_over(as_published)) == "3"
hire(as_published, 1)  # nobody is placed again later
assert left_over(as_published) == 3
advance()
try:
    as_published.Employees.objects.create(**people[4] | {"age": "old"})
except ValueError:
    assert not as_published.Shifts.objects.exists()  # a hire that fails wipes, too
fresh_database()
with connected(event_signal, view_event_logging):
    assert ask(as_published, "test_logging", "get") == "500 (KeyError)"
    assert as_published.Employees.objects.count() == 1
    assert answer_of("line_by_line-3") == "an error; 1 person"
    ask(as_published, "test_logging", "get")
assert as_published.Employees.objects.count() == 2
assert ask(as_published, "test_logging", "get") == "200"  # nobody listens, nobody checks

# The eight, as published: what the cells show.
logged = re.findall(r"created: (\w+)$", written, re.MULTILINE)
assert answer_of("line_by_line-4") == " and ".join(logged) == "Noor and Kwame"
assert len(written.splitlines()) == 2
assert [told["arguments"] for told in heard] == ["created=True", "created=False"]
fresh_database()
hire(as_published, 5)
models = (as_published.Employees, as_published.Shifts, as_published.ShiftsEmployees)
rows = [row for model in models for row in model.objects.all()]
dump = serializers.serialize("json", rows)
assert dump_and_load(as_published) == 10
assert sorted(as_published.Shifts.objects.values_list("pk", flat=True)) == [1, 2, 3, 4]
fresh_database()  # here the receiver's rows get the keys of the fixture's
for row in serializers.deserialize("json", dump):
    row.save()
assert as_published.ShiftsEmployees.objects.count() == 5

# A caught error breaks the block, which is rolled back; without a query, nobody hears of that.
fresh_database()
with connected(m2m_changed, print_badge), transaction.atomic():
    hire(as_published, 1)
assert not as_published.Employees.objects.exists()
hire(as_published, 1)  # opens a shift: the next add() stands outside the try
with connected(m2m_changed, print_badge):
    assert tried(lambda: hire(as_published, 1)) == "RuntimeError"

# The eight, here: each cure holds.
fresh_database()
[ada] = hire(ours, 1)
assert ours.Employees.objects.get().date_of_birth == people[0]["date_of_birth"]
hire(ours, 2)
refused = tried(lambda: ours.Shifts.objects.update(headcount=4))
assert refused == "IntegrityError"
fresh_database()
with connected(post_save, print_badge, sender=ours.ShiftsEmployees):
    try:
        with transaction.atomic():
            hire(ours, 1)
    except RuntimeError as error:
        assert "printer" in str(error)
assert not ours.Employees.objects.exists()
with listening(post_save, sender=Shifts) as told:
    hire(ours, 1)
assert len(told) == 1
hire(ours, 3)
advance()
ada = ours.Employees.objects.first()
ada.save()
assert ours.Shifts.objects.expired().exists()  # an edit wipes nothing
hire(ours, 1)
assert not ours.Shifts.objects.expired().exists()  # a hire wipes, and seats everybody again
assert left_over(ours) == 0
fresh_database()
hire(ours, 5)
assert dump_and_load(ours) == 5
assert ask(ours, "test_logging") == "200" and len(read_log()) == 1
log_event(f"Employees object created: {name}", "View: hire")
assert len(settings.EVENT_LOG.read_text(encoding="utf-8").splitlines()) == len(read_log()) == 2

# The birthday: a later save stores it.
fresh_database()
[ada] = hire(as_published, 1)
ada.date_of_birth = people[0]["date_of_birth"]
ada.save()
ada.refresh_from_db()
assert ada.date_of_birth == people[0]["date_of_birth"]  # a later save stores it

page = settings.BASE_DIR / "notebooks" / "source" / "deeper" / "line_by_line.py"
headings = re.findall(r"^# ## (\d+) · ", page.read_text(encoding="utf-8"), re.MULTILINE)
assert [int(it) for it in headings] == list(range(1, 9))
