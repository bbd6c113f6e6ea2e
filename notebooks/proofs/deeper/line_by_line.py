"""What each published line did, and what is done here, as the cells of the notebook saw it."""

import re
from pathlib import Path

assert answer_of("line_by_line-1") == str(stored.year) == "2022"
assert answer_of("line_by_line-2") == str(edited[0]) == "3"
assert answer_of("line_by_line-3") == {2: "twice"}[saves[0]]
assert answer_of("line_by_line-4") == "status 500, one person" and stayed == 1
assert answer_of("line_by_line-5") == {"returns": "the return of create()"}[events[2].split()[-1]]

FOUND = {
    "auto_now_add": ("1988-12-10 passed, 2022-11-14 stored", "1988-12-10 stored"),
    "default=50.00": ("a float; read again, a Decimal", "a Decimal"),
    "DateField(default=now)": ("a datetime; compared with a date: TypeError", "a date"),
    "a through table, for uniqueness": (
        "the automatic one: a pair again refused; theirs: an empty seat taken",
        "an empty seat refused; written out for post_delete and pre_delete",
    ),
    "one more index on the pair": ("2 indexes", "1 index"),
    "an age without an upper bound": ("400 is taken", "400 is refused"),
    "any number of shifts a day": ("a second is taken", "it is refused"),
    "a wipe at every pre_save": (
        "left over after an edit: 3; after a failure: 3",
        "left over after an edit: 0; after a failure: 0",
    ),
    "no look at raw": ("5 seats dumped, 10 loaded", "5 dumped, 5 loaded"),
    "except Exception, print": (
        "1 left over; inside atomic(): TransactionManagementError",
        "the error itself, BrokenRule; 0 left over",
    ),
    "create(), then .save()": ("post_save is sent 2 times", "it is sent 1 time"),
    "a count over all shifts": ("the more people, the more steps", "the same, 3 people or 3,000"),
    "count, then add": ("4 on one shift", "3; the second is refused"),
    "a payload without request": (
        "status 500 (KeyError), the person stays, 0 log files",
        "status 200, and 1 line in the log",
    ),
    "a view that says Employee": ("status 500 (NameError)", "status 200"),
    "GET hires": (
        "3 visits: 3 people",
        "3 visits: 0 people; a POST without the token: status 403",
    ),
    "the log line's fourth field": ("3 fields", "4 fields"),
    "open, append, close by hand": (
        "2 folders, 2 files; one event, 2 lines",
        "one file; one event, 1 line",
    ),
    "max_digits=4": ("InvalidOperation at reading; 1 row stays", "read as 100.00"),
    "claim: the id is not needed": ("id in 3 of 3 tables; save() looks for it: True", "it is kept"),
    "date.today()": ("the 14th", "the 13th"),
    "except IndexError, DoesNotExist": (
        "first() gives None; caught: TypeError",
        "if latest is None",
    ),
    "claim: wiping makes look-ups faster": (
        "true of a count over all",
        "1,000 old shifts cost no search",
    ),
    "except DoesNotExist, ValueError": (
        '"old": status 200; -3: status 500 (IntegrityError)',
        '"old": status 400; -3: status 400',
    ),
    "claim: order of imports": (
        "a circle fails in both: True",
        "connected, then called: first and second",
    ),
    "claim: it may live anywhere": (
        "right: 1 call",
        "4 modules of receivers, none of them in models/",
    ),
    "three groups": ("6 in groups, 8 named", "10 in that module"),
    "claim: good for slugs": ("a receiver after update(): AQ", "a GeneratedField: AL"),
    "claim: all models, at all times": (
        "1 of 2 rows: PersonByProxy",
        "a call, wherever it stands",
    ),
    "claim: pre_event, post_event": ("before, told, after", "sent where send() stands"),
    "a text as sender": (
        "an equal text, made anew: 0 calls",
        "the sender is a function or a class",
    ),
    "rule: one model, in the model": (
        "holds, but bulk_create() calls 0 hooks",
        "the database first",
    ),
    "rule: other models, a signal": (
        "an error leaves Ada without a shift",
        "your own code: call it",
    ),
    "claim: in the background": (
        "the receiver works, then create() returns; in the same thread: True",
        "what may wait is done by on_commit(), after the commit",
    ),
    "claim: delete() is skipped in bulk": (
        "true, and pre_delete and post_delete are sent",
        "bulk_create() sends 0 signals, update() 0",
    ),
    "post_save.connect(…)": ("works: 1 greeting", "a local function: 0"),
    "claim: prefer direct calls": (
        "right: a rule that fails leaves nobody without a shift",
        "by built-in signals it leaves Ada",
    ),
}
for line, (happened_there, happened_here) in FOUND.items():
    assert lines[line]["what happened"] == happened_there, lines[line]
    assert lines[line]["here"] == happened_here, lines[line]
assert lines["a file misnamed"]["what happened"].startswith("ModuleNotFoundError")
assert "partially initialized" in lines["claim: no more circular imports"]["what happened"]
assert len(alone) == 3 and not stars and same_transaction
assert (races.xs("direct call", level="design")["exact"] == 2).all()
assert len(lines) == 41
assert all(module.__name__.startswith("speedy.signals.") for module in modules)
assert sorted(everything - named) == ["post_migrate", "pre_migrate"]
assert ids == ["id"] * 3 and steers == "TypeError"

specimen = Path(as_published.__file__).parent.rglob("*.py")
numbers = {int(it) for file in specimen for it in re.findall(r"Fault (\d+)", file.read_text())}
assert numbers == set(range(1, 24))
