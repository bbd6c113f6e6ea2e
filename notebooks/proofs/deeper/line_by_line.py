"""What each published line did, what is done here, and that the numbers of page and code agree."""

import re
from decimal import Decimal
from pathlib import Path

from django.dispatch import Signal

import speedy.models
from classroom.experiments.line_by_line import ask, claims, listing, tried

ours = speedy.models


def hire(app, number):
    return [app.Employees.objects.create(**person) for person in people[:number]]


def left_over(app):
    return app.Employees.objects.filter(shifts=None).count()


# The guesses, seen once more.
fresh_database()
with connected(m2m_changed, print_badge):
    hire(as_published, 1)
assert answer_of("line_by_line-1") == "no error; Ada is stored, on no shift"
assert as_published.Employees.objects.count() == left_over(as_published) == 1
fresh_database()
[*_, katherine] = hire(as_published, 4)
advance()
katherine.save()
assert answer_of("line_by_line-2") == str(left_over(as_published)) == "3"
hire(as_published, 1)  # nobody is placed again later
assert left_over(as_published) == 3
fresh_database()
with connected(event_signal, view_event_logging):
    assert ask(as_published, "test_logging", "get") == "500 (KeyError)"
assert answer_of("line_by_line-3") == "an error, one person"
assert as_published.Employees.objects.count() == 1
assert answer_of("line_by_line-4") == str(len(calls)) == "1"

# The eight, as published: what the cells show.
assert [told["arguments"] for told in heard] == ["created=True", "created=False"]
fresh_database()
hire(as_published, 5)
assert dump_and_load(as_published) == 10

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
assert tried(lambda: ours.Employees.objects.create(**people[4] | {"age": "old"})) == "ValueError"
hire(ours, 1)
assert left_over(ours) == 0
fresh_database()
hire(ours, 5)
assert dump_and_load(ours) == 5
assert ask(ours, "test_logging") == "200" and len(event_log()) == 1
log_event(f"Employees object created: {name}", "View: hire")
assert len(settings.EVENT_LOG.read_text(encoding="utf-8").splitlines()) == len(event_log()) == 2

# The tables.
seen = {}
for lines in ("models", "receivers", "package", "views", "log"):
    table = listing(getattr(line_by_line, lines))
    seen |= {number: (row["as published"], row["here"]) for number, row in table.iterrows()}
assert seen == {
    9: ("taken; refused", "refused; refused"),
    10: ("float; Decimal", "Decimal; Decimal"),
    11: ("InvalidOperation", Decimal("100.00")),
    12: ("datetime; TypeError", "date; True"),
    13: ("taken", "refused"),
    14: ("taken; refused", "refused; refused"),
    15: ("2; 0", "1; 2"),
    16: ("None; TypeError", "None; 2022-11-14"),
    17: ("more steps", "as many steps"),
    18: ("wiped", "kept"),
    19: ("ModuleNotFoundError", "5 of 5 imported"),
    "none": ("works; AttributeError", "stars: 0"),
    20: ("500 (NameError)", "200"),
    21: ("3 hired; status 403", "0 hired; status 403"),
    22: ("200; 500 (IntegrityError)", "400; 400"),
    23: ("files: 2", "files: 1"),
    24: ("3 fields", "4 fields"),
}
of_claims = claims()
assert dict(of_claims["verdict"].value_counts()) == {"holds": 9, "in part": 7, "does not hold": 1}
assert dict(of_claims["what a run shows"]) == {
    "create() calls save()": "calls of save(): 1",
    "signal code may live anywhere": "in a tool of ours, calls: 1",
    "the order of imports matters": "one order works; the other: ImportError",
    "three groups, and two signals more": "signals in that module: 10",
    "unique pairs need a table of your own": "Django's own table: a pair again is refused",
    "that table hardly needs its id": "save() of a seat looks for it: True",
    "much work makes a page slow": "the receiver, then create(); one thread: True",
    "wiping makes look-ups faster": "1,000 old shifts: more steps; here as many",
    "connect() works as well": "calls: 1; of a local function: 0",
    "save() or signals: the same result": "calls with a signal and no method: 3 of 9",
    "no need to edit the model": "called for a model of Django: User",
    "for all models, at all times": "3 rows are stored, calls: 2",
    "bulk deletion skips your delete()": "calls of delete(): 0; post_delete: 2",
    "good for slugs": "after update(): AQ; by the database: AL",
    "no more circular imports": "alone: django.dispatch; with receivers: ImportError",
    "a pre_event and a post_event": "calls for one send(): 1",
    "a text as sender": "calls: 1; for an equal text: 0",
}
tried_calls = what_fires(Person, *line_by_line.TRIED)
differ = [
    *tried_calls.differ("save()", "post_save"),
    *tried_calls.differ("delete()", "post_delete"),
]
assert [row["operation"] for row in differ] == [
    "loading a fixture",
    "queryset.delete(), 2 rows",
    "team.delete() with 2 rows, CASCADE",
]
assert list(failed.loc["left without a shift"])[:4] == ["Ada", "nobody", "nobody", "nobody"]

# What the text says besides.
fires = what_fires(Person, "person.skills.remove(a)", "person.nights.remove(a)")
explicit, automatic = (set(fires.fired(f"{it}.remove(a)")) for it in ("nights", "skills"))
assert explicit - automatic == {"pre_delete", "post_delete"}
in_bulk = what_fires(Person, "bulk_create(), 2 rows", "queryset.update(...), 2 rows")
assert not [*in_bulk.fired("bulk_create"), *in_bulk.fired("update(")]
bell = Signal()
for word in ("first", "second"):
    bell.connect(lambda word=word, **kwargs: word, weak=False)
assert [word for _, word in bell.send(sender=Shifts)] == ["first", "second"]
fresh_database()
[ada] = hire(as_published, 1)
ada.date_of_birth = people[0]["date_of_birth"]
ada.save()
ada.refresh_from_db()
assert ada.date_of_birth == people[0]["date_of_birth"]  # a later save stores it

# Each number in the code of the specimen is one on the page, and they go up in its order.
specimen = Path(as_published.__file__).parent.rglob("*.py")
comments = re.findall("# Faults? (.+)", "".join(file.read_text() for file in specimen))
numbers = {int(number) for comment in comments for number in re.findall(r"\d+", comment)}
page = settings.BASE_DIR / "notebooks" / "source" / "deeper" / "line_by_line.py"
headings = re.findall(r"^# ### (\d+) · ", page.read_text(encoding="utf-8"), re.MULTILINE)
assert [int(it) for it in headings] == list(range(1, 9))
assert [it for it in seen if it != "none"] == list(range(9, 25))
assert numbers == set(range(1, 25))
