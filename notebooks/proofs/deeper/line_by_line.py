"""What each published line did, what is done here, and that the numbers of page and code agree."""

import re
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
    assert ask(as_published, "test_logging", "get") == "status 500 (KeyError)"
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
assert tried(lambda: ours.Employees.objects.create(**people[4] | {"age": "old"})) == "ValueError"
hire(ours, 1)
assert left_over(ours) == 0
fresh_database()
hire(ours, 5)
assert dump_and_load(ours) == 5
assert ask(ours, "test_logging") == "status 200" and len(event_log()) == 1
log_event(f"Employees object created: {name}", "View: hire")
assert len(settings.EVENT_LOG.read_text(encoding="utf-8").splitlines()) == len(event_log()) == 2

# The tables.
seen = {}
for lines in ("models", "receivers", "package", "views", "log"):
    table = listing(getattr(line_by_line, lines))
    seen |= {number: (row["as published"], row["here"]) for number, row in table.iterrows()}
assert seen == {
    9: ("400 is taken, -3 is refused", "400 is refused, -3 is refused"),
    10: (
        "created: a float; read again: a Decimal",
        "created: a Decimal; read again: a Decimal",
    ),
    11: (
        "a bonus of 100, read again: InvalidOperation",
        "a bonus of 100, read again: 100.00",
    ),
    12: (
        "created: a datetime; earlier than a date? TypeError",
        "created: a date; earlier than a date? True",
    ),
    13: ("a second shift today is taken", "a second shift today is refused"),
    14: ("no person: taken; no shift: refused", "no person: refused; no shift: refused"),
    15: ("on the pair: 2; on the day of a shift: no", "on the pair: 1; on the day of a shift: yes"),
    16: ("an empty rota: None, then TypeError", "an empty rota: None, then 2022-11-14"),
    17: ("3,000 people instead of 3: more steps", "3,000 people instead of 3: as many steps"),
    18: ("a shift of the user's own today: wiped", "a shift of the user's own today: kept"),
    19: ("named as in its tree: ModuleNotFoundError", "5 of 5 modules are imported"),
    "none": ("it works; in an example of ours: AttributeError", "stars: 0"),
    20: ("status 500 (NameError)", "status 200"),
    21: (
        "3 visits hire 3; a POST from elsewhere: status 403",
        "3 visits hire 0; a POST from elsewhere: status 403",
    ),
    22: (
        '"old": status 200; -3: status 500 (IntegrityError)',
        '"old": status 400; -3: status 400',
    ),
    23: ("logs of a process in 2 folders: 2", "logs of a process in 2 folders: 1"),
    24: ("3 fields", "4 fields"),
}
assert dict(claims()["what a run shows"]) == {
    "create() calls save()": "calls of save(): 1",
    "signal code may live anywhere": "in a tool of ours: the receiver works",
    "the order of imports matters": "one order: works; the other: ImportError",
    "three groups, and two signals more": "signals in that module: 10",
    "only a table of your own makes a pair unique": "Django's own table: a pair again is refused",
    "that table hardly needs its id": "save() of a seat looks for it: True",
    "much work in receivers makes a page slow": (
        "the receiver works, then create() returns; in one thread: True"
    ),
    "wiping makes look-ups faster": "1,000 old shifts: more steps there, as many here",
    "post_save.connect(function) works as well": (
        "calls: 1; of a function made inside another one: 0"
    ),
    "save() and signals: the same result": (
        "not in 3 of 9: loading a fixture; queryset.delete(), 2 rows; "
        "team.delete() with 2 rows, CASCADE"
    ),
    "no need to edit the model": "called for a model of Django: User",
    "for all models, at all times": "3 rows are stored, calls: 2",
    "deleting many calls no delete() of yours": "calls of delete(): 0; post_delete: 2",
    "good for slugs and computed values": "after an update(): AQ; by the database: AL",
    "no more circular imports": (
        "signals alone need django.dispatch; with receivers beside them: ImportError"
    ),
    "there is a pre_event and a post_event": "calls for one send(): 1",
    "a sender may be a text": "connected for it, calls: 1; an equal text, calls: 0",
}
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
