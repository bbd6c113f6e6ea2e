"""A check judges, and leaves nothing of what the learner's code did."""

import decimal
import gc
import json
import logging
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models.signals import post_save
from django.dispatch import Signal
from django.utils import timezone, translation

from classroom.exercises import cards, record
from classroom.exercises.catalogue import exercise
from classroom.exercises.engine import Task, call_of, judged, run_code, same
from classroom.exercises.ordering import Parsons
from classroom.exercises.outcomes import NOT_ATTEMPTED, RAISED, RIGHT, WRONG, Outcome, wrong
from classroom.exercises.reading import slips, ways
from classroom.exercises.trying import expect_keys
from classroom.scenes.roster import fields_of
from classroom.widgets.faces import WIDGET, piece
from speedy import scheduling
from speedy.models import Employees

ADA = fields_of("Ada Okafor")

pytestmark = pytest.mark.usefixtures("passed_over")


@pytest.fixture
def task(django_db_blocker):
    """A task whose answer is a function that is called; it is right when it returns 42."""
    it = Task(
        id="99-9",
        title="Forty-two",
        kind="write",
        minutes=2,
        situation="",
        task="",
        answer="f",
        starter="def f():\n    ...\n",
        hints=("What?", "A number.", "return 42"),
        link="https://docs.djangoproject.com/en/5.2/",
        solution="def f():\n    return 42\n",
        why="It is.",
        mistakes=(),
    )

    @it.judge
    def judge(answer):
        came = answer()
        if came != 42:
            wrong("42", f"{came!r}", "Is it a number at all?")

    with django_db_blocker.unblock():
        yield it


def answer(source):
    return run_code(source)["f"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("OutboxEvent.objects.create(name='x')", "nothing written to OutboxEvent"),
        ("Employees.objects.update(address='-')", "nothing written to Employees"),
        (
            "from speedy.signals.event_logging import log_event; log_event('x')",
            "nothing written to the event log",
        ),
    ],
)
def test_a_right_answer_that_writes_besides_is_wrong(task, line, words):
    outcome = judged(task, answer(f"def f():\n    {line}\n    return 42"))
    assert outcome.kind == WRONG and words in outcome.message


ASKS = "def f():\n    Employees.objects.count()\n    return 42"
CATCHES = """
from django.db import IntegrityError, OperationalError

def f():
    try:
        Employees.objects.count()
    except {}:
        {}
    return 42
"""
KINDS = "ValueError", "LookupError", "RuntimeError", "IntegrityError", "OperationalError"


@pytest.mark.on_one_database
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("named", [False, True])
def test_an_error_that_no_task_names_is_not_kept(task, kind, named):
    """The solution of one task lets all out, and that of the other names one that it keeps."""
    own = CATCHES.format("TypeError", "pass") if named else ASKS
    asking = replace(task, solution=own)
    assert judged(asking, answer(own)).right
    outcome = judged(asking, answer(CATCHES.format(f"({kind}, TypeError)", "pass")))
    assert outcome.kind == WRONG and "SELECT for Employees fails" in outcome.message


@pytest.mark.on_one_database
@pytest.mark.parametrize("kind", KINDS)
def test_an_error_that_comes_out_as_another_one_is_not_kept(task, kind):
    """It was told wrong, though the caller hears of it."""
    tells = CATCHES.format(f"{kind} as error", "raise TypeError('no answer') from error")
    assert judged(replace(task, solution=ASKS), answer(tells)).right


def test_a_check_that_a_cell_has_made_is_no_check(task):
    task.check = run_code("def check(answer):\n    return None")["check"]
    outcome = judged(task, answer("def f():\n    return 1"))
    assert outcome.kind == WRONG and "another one was put in its place" in outcome.message


def test_right_and_wrong_are_told_apart(task):
    assert judged(task, answer("def f():\n    return 42")).kind == RIGHT
    outcome = judged(task, answer("def f():\n    return 41"))
    assert outcome.kind == WRONG
    assert outcome.message.splitlines() == [
        "Expected: 42",
        "What happened: 41",
        "Is it a number at all?",
    ]


def test_a_mistake_may_be_given_as_edits_of_the_solution(task):
    named, written, longer, changed = slips("""
# a number -> 41
f = 41

# another number -> 43
-     return 42
+     return 43

# one more line ->
  def f():
+     print(42)

# not all of it ->
- def f():

-     return 42
+ f = 42
""")
    assert (named.name, named.code, named.message) == ("a number", "f = 41\n\n", "41")
    assert task.code_of(named.code) == named.code
    assert task.code_of(written.code) == "def f():\n    return 43\n"
    assert task.code_of(longer.code) == "def f():\n    print(42)\n    return 42\n"
    assert task.code_of(changed.code) == "f = 42\n"


def test_indented_lines_are_the_body_of_the_last_function_that_is_as_deep(task):
    first, g, f = "def e():\n    pass\n", "class A:\n    def g():\n        pass\n", "def f():\n"
    task.solution = f"\nimport re\n{first}{g}{f}    return 42\n"
    [above, deep] = slips("""
# a list of all calls -> 43
calls = []
    calls.append(43)

    return calls

# nothing in g() ->
        return 0
""")
    body = "    calls.append(43)\n\n    return calls\n"
    assert task.code_of(above.code) == f"import re\ncalls = []\n{first}{g}{f}{body}"
    assert task.code_of(deep.code) == (
        f"import re\n{first}class A:\n    def g():\n        return 0\n{f}    return 42\n"
    )


@pytest.mark.parametrize(
    "call", ["f()", "note(sender, message, ...)", "hire(**fields)", "seat(shift, people)"]
)
def test_a_function_is_called_as_the_solution_is_written(call):
    name, arguments = call.replace("...", "**kwargs").split("(")
    assert call_of(f"import re\n\ndef {name}({arguments}:\n    pass\n", name) == call
    assert call_of(f"async def {name}({arguments}:\n    pass\n", name) == ""


WRITTEN = """
99-7: Forty-one (repair, 3 minutes)
https://docs.djangoproject.com/en/5.2/
== task
Return one more.
== starter
import re

def f():
    return 40
== hints
- How much
  is it?
- 41
== solution
40 => 41
== why
It is
one more.
== equal
again
a reason of its own <- one | two
== mistakes
# forty-two -> 42
41 => 42
"""


def test_a_task_is_written_in_one_text():
    it = Task.of(WRITTEN, seconds=7)
    assert (it.id, it.title, it.kind, it.minutes) == ("99-7", "Forty-one", "repair", 3)
    assert (it.task, it.answer, it.call) == ("\nReturn one more.\n", "f", "f()")
    assert it.solution == "\nimport re\n\n\ndef f():\n    return 41\n"
    assert (it.hints, it.why) == (("How much is it?", "41"), "It is one more.")
    assert list(it.equal.values()) == [("acts twice",), ("one", "two")]
    assert (it.mistakes[0].code, it.seconds) == ({"41": "42"}, 7)
    with pytest.raises(ValueError, match="expected `id: title"):
        Task.of(WRITTEN.replace("99-7:", "99-7"))


def test_right_answers_may_be_written_in_one_text(task):
    body, edits = ways("""
    return 6 * 7
# or
42 => 40 + 2
""")
    assert task.code_of(body) == "def f():\n    return 6 * 7\n"
    assert task.code_of(edits) == "def f():\n    return 40 + 2\n"


@pytest.mark.parametrize("old", ["43", "f"])  # nowhere in the solution, and not only once
def test_an_edit_that_does_not_fit_the_solution_is_refused(task, old):
    task.solution = "def f():\n    return 42  # of f\n"
    with pytest.raises(ValueError, match=f"expected '{old}' once in it, found it"):
        task.code_of({old: "g"})
    with pytest.raises(ValueError, match="expected a line `# name -> words"):
        slips("f = 41")


def test_its_rich_face_is_escaped_and_shows_code_as_code():
    outcome = Outcome(WRONG, "Call `a < b()` first\n\nnot `<i>", "<b>Ada</b>")
    shown = outcome._repr_html_()
    assert "Call <code>a &lt; b()</code> first" in shown
    assert "<div>\u00a0</div><div>not `&lt;i&gt;</div>" in shown
    assert "&lt;b&gt;Ada&lt;/b&gt;" in shown and "Not yet." in shown


@pytest.mark.parametrize("given", ["def f():\n    ...", "# mine\n\ndef f(): ...", ...])
def test_the_starter_is_not_attempted_however_it_is_written(task, given):
    given = given if given is ... else answer(given)
    assert judged(task, given).kind == NOT_ATTEMPTED


def test_an_error_shows_the_learners_own_lines_alone(task):
    source = "def g():\n    return Employees.objects.get(pk=1)\n\ndef f():\n    return g()"
    outcome = judged(task, answer(source))
    assert outcome.kind == RAISED
    assert [line.partition(":")[0] for line in outcome.message.splitlines()] == [
        "  line 5, in f",
        "  line 2, in g",
        "DoesNotExist",
        "No row is like that",
    ]


# Slips that end in an error of the learner's own lines, and words that say which it is.
NUDGED = {
    "Employees.objects.age": "A manager is no row",
    "Employees.objects.all().age": "These are rows",
    "Employees.objects.all.age": "brackets missing",
    "Employees().full_clean.age": "brackets missing",
    "print().age": "Something gave None",
    "{}.age": "asked with brackets",
    "super.save()": "`super()`, with its brackets",
    "Employees.create()": "`.objects`",
    "Employees.objects.get_or_create(**sample_roster()[0]).age": "whether it is new",
    "[].age": "take one of it",
    "employee": "among the arguments",
    "Employees.objects.create(first_name='Ada')": "A field has no value",
    "transaction.atomic()(transaction.rollback)()": "The block itself",
    "Employees.objects.get(pk={1})": "`pk__in` takes many",
    "Employees.objects.first().update()": "Something gave None",
    "Employees().update()": "`.filter(...).update(...)`",
    "{}['created']": "no entry of that name",
    "sample_roster()()": "no function",
    "trace().filter()": "behind its `as`",
    "assign_many([], [])": "leave the star out",
    "Employees.objects.bulk_create(Employees())": "no list or pair",
    "Employees.objects.filter(Employees())": "`pk=...`",
    "one, two = [1]": "names for",
    "Shifts.objects.create(headcount=4)": "one with room",
    "Employees().full_clean()": "no IntegrityError",
    "(lambda sender, created: 1)()": "by its name",
    "Shifts.objects.update(headcount=Count('employees_shift'))": "a Subquery",
    "isinstance(Employees, 1)": "the object first",
    "Employees().delete()": "It has no row",
    "Employees.without_shift()": "`.objects`",
    "import scheduling": "stands before it",
    "exec('def f:')": "A cell of its own",
    "(lambda *people: people[0])()": "by name nothing comes to it",
    "(lambda amount: 1)()": "leaves out",
    "(lambda amount: 1)(sum=1)": "no argument of that name",
    "import django.dispatch as it; it.receiver(sender=Employees)": "takes the signal first",
}


@pytest.mark.on_one_database
@pytest.mark.parametrize("line", NUDGED)
def test_an_error_of_a_usual_slip_is_told_what_it_comes_from(task, line):
    outcome = judged(task, answer(f"def f():\n    {line}"))
    assert outcome.kind == RAISED and NUDGED[line] in outcome.message.splitlines()[-1]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("post_save.connect(lambda employee, **kwargs: 1, weak=False)", "asks for `employee`"),
        ("employee_hired.send(Employees)", "what place_hired() asks for"),
        ("transaction.on_commit(lambda sender: 1)", "without arguments"),
    ],
)
def test_an_argument_that_nobody_passes_is_named(task, line, said):
    imports = "from django.db.models.signals import post_save\n"
    imports += "from speedy.signals.custom_signals import employee_hired\n"
    create = "Employees.objects.create(**sample_roster()[0])"
    outcome = judged(task, answer(f"{imports}def f():\n    {line}\n    {create}"))
    assert outcome.kind == WRONG and said in outcome.message


def test_an_argument_that_django_does_not_know_is_no_slip_of_an_override(task):
    outcome = judged(task, answer("def f():\n    Employees().save(commit=True)"))
    assert outcome.kind == RAISED and "line 2, in f" in outcome.message


SLEEPER = "def f():\n    import time\n    time.sleep(600)"
FOREVER = [
    "def f():\n    while True: pass",
    "def f():\n    while True:\n        try:\n            1 / 0\n        except Exception: pass",
    'import time\ndef f():\n    exec("while 1:\\n try: time.sleep(0.1)\\n except: pass")',
]
# Two loops, each of which goes on whatever is raised in it.
SWALLOWING = """
import time
from contextlib import suppress

seen = []

def f():
    while True:
        {outer}
            while True:
                {inner}
                    time.sleep(0.1)
                {then}
        {then}
"""
TRY = {"outer": "try:", "inner": "try:"}
SWALLOWS = {
    "bare": TRY | {"then": "except: pass"},
    "finally": TRY | {"then": "finally: continue"},
    "keeps": TRY | {"then": "except BaseException as error: seen.append(error)"},
    "suppress": dict.fromkeys(("outer", "inner"), "with suppress(BaseException):") | {"then": ""},
}


@pytest.mark.on_one_database
@pytest.mark.parametrize(
    ("source", "load", "why"), [(FOREVER[0], 1, ""), (SLEEPER, 2, "It waited most of the time")]
)
def test_code_that_never_ends_is_stopped_later_where_others_work(
    task, monkeypatch, source, load, why
):
    processors = os.cpu_count() or 1
    monkeypatch.setattr(os, "getloadavg", lambda: (load * processors, 0, 0), raising=False)
    started = time.monotonic()
    outcome = judged(task, answer(source), seconds=0.2)
    assert outcome.kind == RAISED
    assert "did not end within 0.2 seconds" in outcome.message and why in outcome.message
    assert load * 0.2 <= time.monotonic() - started < 60


@pytest.mark.on_one_database
@pytest.mark.parametrize("clock", ["an alarm clock", "none"])
@pytest.mark.parametrize("loop", SWALLOWS)
def test_code_that_swallows_whatever_stops_it_is_stopped(task, monkeypatch, loop, clock):
    if clock == "none":
        monkeypatch.delattr(signal, "setitimer")
    before = sys.gettrace(), sys.getprofile()
    outcome = judged(task, answer(SWALLOWING.format(**SWALLOWS[loop])), seconds=0.2)
    assert outcome.kind == RAISED and "did not end within 0.2 seconds" in outcome.message
    assert (sys.gettrace(), sys.getprofile()) == before
    assert sys.exception() is None, "no error is being handled any more"


# The learner's code has a clock, or a handler, of its own.
TAKES = {
    "the clock": "signal.setitimer(signal.ITIMER_REAL, 600)",
    "no clock": "signal.alarm(0)",
    "the handler": "signal.signal(signal.SIGALRM, ring)",
    "no alarm clock": "signal.signal(signal.SIGINT, ring)",
}
ENDLESS = ("time.sleep(3)", "while 1:\n        try: 1 / 0\n        except: pass")


@pytest.mark.on_one_database
@pytest.mark.parametrize("loop", ENDLESS)
@pytest.mark.parametrize("takes", TAKES)
def test_code_that_takes_the_clock_of_the_check_is_stopped(task, monkeypatch, takes, loop):
    head = "import signal, time\ndef ring(*args): pass\n"
    f = answer(f"{head}def f():\n    {TAKES[takes]}\n    {loop}")
    if takes == "no alarm clock":
        monkeypatch.delattr(signal, "setitimer")
    outcome = judged(task, f, seconds=0.2)
    assert outcome.kind == RAISED and "did not end within 0.2 seconds" in outcome.message
    assert sys.exception() is None and signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_an_answer_that_comes_too_late_is_none(task):
    late = "def f():\n    import time\n    try:\n        time.sleep(9)\n    except: return 42"
    outcome = judged(task, answer(late), seconds=0.1)
    assert outcome.kind == RAISED and "took even that end for an error" in outcome.message


def test_a_task_has_its_own_seconds_and_none_is_no_limit(task):
    slow = answer("def f():\n    import time\n    time.sleep(1)\n    return 42")
    hurried = replace(task, seconds=0.05)
    assert judged(hurried, slow).kind == RAISED
    assert judged(hurried, slow, seconds=None).kind == RIGHT


@pytest.mark.on_one_database
@pytest.mark.parametrize("handler", [signal.default_int_handler, signal.SIG_IGN])
@pytest.mark.parametrize("source", FOREVER[1:])
def test_code_that_never_ends_is_stopped_where_there_is_no_alarm_clock(
    task, monkeypatch, source, handler
):
    monkeypatch.delattr(signal, "setitimer")
    before = signal.signal(signal.SIGINT, handler)
    try:
        outcome = judged(task, answer(source), seconds=0.4)
        assert outcome.kind == RAISED and "did not end within 0.4 seconds" in outcome.message
        assert signal.getsignal(signal.SIGINT) == handler
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("id", "lesson"), [("03-1", "03_save_overrides"), ("race-2", "deeper/race")]
)
def test_an_id_names_its_lesson_and_a_starter_its_answer(task, id, lesson):
    assert replace(task, id=id, answer="", starter="g = 1\n").lesson == lesson
    assert replace(task, answer="", starter="g = 1\ndef f(): ...\n").answer == "f"
    with pytest.raises(ValueError, match="expected an id that begins as one of the lessons does"):
        replace(task, id="98-1").lesson  # noqa: B018 (asked for its error)


def test_somebody_who_presses_ctrl_c_is_obeyed(task, monkeypatch):
    monkeypatch.delattr(signal, "setitimer")
    with pytest.raises(KeyboardInterrupt):
        judged(task, answer("def f():\n    raise KeyboardInterrupt"))


def test_an_endless_recursion_is_told_in_a_few_lines(task):
    outcome = judged(task, answer("def f():\n    return f()"))
    assert outcome.kind == RAISED
    lines = outcome.message.splitlines()
    assert len(lines) == 11 and "RecursionError" in lines[-2]
    assert re.fullmatch(r"  \.\.\. \d{3,} lines more \.\.\.", lines[4])
    assert lines[0].startswith("  line 2, in f") and lines[8].startswith("  line 2, in f")


@pytest.mark.on_one_database
@pytest.mark.parametrize("leave", ["exit()", "import sys; sys.exit(0)", "raise SystemExit"])
def test_code_that_leaves_ends_only_the_check(task, leave):
    outcome = judged(task, answer(f"def f():\n    {leave}"))
    assert outcome.kind == RAISED and "exit()" in outcome.message


def test_a_megabyte_of_print_is_cut_and_counted(task, capsys):
    outcome = judged(task, answer("def f():\n    print('x' * 1_000_000)\n    return 42"))
    assert outcome.kind == RIGHT
    assert len(outcome.printed) < 3_000
    assert "characters more" in outcome.printed
    assert capsys.readouterr().out == ""


HARMFUL = {
    "rows": "Employees.objects.create(**{ADA}); assert Employees.objects.count() == 1",
    "tables": "from django.db import connection; connection.cursor().execute("
    "'DROP TABLE speedy_shiftsemployees')",
    "receivers": "from django.db.models.signals import post_save; "
    "post_save.connect(lambda **kwargs: None, weak=False)",
    "no receivers": "from django.db.models.signals import post_save; post_save.receivers.clear()",
    "receivers of our own signal": "from speedy.signals.custom_signals import employee_hired; "
    "employee_hired.receivers.clear()",
    "settings": "from django.conf import settings; settings.TIME_ZONE = 'Asia/Tokyo'; "
    "settings.NEW = 1",
    "time": "advance(400)",
    "environment": "import os; os.environ['LEFT'] = '1'; os.chdir('/')",
    "files": "import pathlib; pathlib.Path('left.txt').write_text('here')",
    "the rule": "from speedy import scheduling; scheduling.assign = None",
    "a model": "Employees.save = None; Employees.left = 1",
    "a transaction": "from django.db import transaction; transaction.atomic().__enter__()",
    "output that is closed": "import sys; sys.stdout.close(); sys.stderr.close()",
    "output": "import sys; sys.stdout = None",
    "output of the process": "import sys; sys.stdin.close(); sys.__stdout__.close(); "
    "sys.__stderr__.close(); sys.__stdout__ = None",
    "a timer": "import signal; signal.setitimer(signal.ITIMER_VIRTUAL, 60)",
    "a signal": "from django.db.models.signals import post_save; post_save.receivers = None; "
    "post_save.send = post_save.connect = None",
    "a manager": "Employees.objects.create = None",
    "the connection": "from django.db import connection; connection.ensure_connection(); "
    "connection.connection.close()",
    "the interpreter": "import gc, random, signal, sys; gc.disable(); random.seed(1); "
    "sys.setrecursionlimit(900); signal.signal(signal.SIGINT, signal.SIG_IGN)",
    "warnings and logs": "import logging, warnings; logging.disable(); "
    "logging.getLogger('django').handlers.clear(); warnings.simplefilter('ignore')",
    "language and numbers": "import decimal; decimal.getcontext().prec = 2; "
    "from django.utils import timezone, translation; translation.activate('de'); "
    "timezone.activate('Asia/Tokyo')",
    # Last, as nothing works after them.
    "functions of Python": "import builtins, os; builtins.sorted = None; del os.environ['PATH']",
    "classes of Django": "from django.db import models, transaction; models.Model.left = 1; "
    "models.Model.save = models.QuerySet.filter = transaction.atomic = None",
}


HIRES = f"""
def f():
    Employees.objects.create(**{ADA})
    shift = Shifts.objects.get()
    return 42 if (shift.headcount, shift.shift_date) == (1, date(2022, 11, 14)) else 0
"""


# Neighbours, of which one may hide what the other does, are in different groups.
GROUPS = [[*HARMFUL.values()][number::5] for number in range(5)]
ENDS = ("return 42", "1 / 0", "exit()", "while True: pass")
HARMS = [(group, "return 42") for group in GROUPS]
ONCE = pytest.mark.on_one_database
HARMS += [pytest.param(HARMFUL.values(), end, marks=ONCE) for end in ENDS]


@pytest.mark.parametrize(("harms", "end"), HARMS)
def test_the_next_check_is_unharmed_whatever_was_done_and_however_it_ended(task, harms, end, week):
    lines = "\n    ".join(harms).format(ADA=ADA)
    names = run_code(f"reached = []\ndef f():\n    {lines}\n    reached.append(1)\n    {end}")
    before = state_of_the_world()
    came = judged(task, names["f"], seconds=0.5 if "while" in end else 10)
    assert names["reached"], came.message
    assert state_of_the_world() == before
    assert judged(replace(task, solution=HIRES), answer(HIRES)).kind == RIGHT
    assert state_of_the_world() == before


def test_a_manager_that_django_made_anew_is_put_back_too(task):
    """A model that is written in a cell lets Django make the managers of others anew."""
    assert judged(task, answer("def f():\n    return 42")).right
    Employees._meta._expire_cache()
    judged(task, answer("def f():\n    Employees.objects.create = None"))
    assert Employees.objects.create


def state_of_the_world():
    """Everything that a check has to leave as it is."""
    context = decimal.getcontext()
    return {
        "python": (gc.isenabled(), sys.getrecursionlimit(), signal.getsignal(signal.SIGINT)),
        "random": random.getstate(),
        "logs": (logging.root.manager.disable, list(logging.getLogger("django").handlers)),
        "warnings": list(warnings.filters),
        "language": (translation.get_language(), timezone.get_current_timezone(), context.prec),
        "builtins": (sorted, os.environ.get("PATH")),
        "django": (
            models.Model.save,
            models.QuerySet.filter,
            transaction.atomic,
            dict(vars(models.Model)),
        ),
        "signal": sorted(vars(post_save)),
        "manager": dict(vars(Employees.objects)),
        "receivers": [entry[0] for entry in post_save.receivers],
        "time zone": settings.TIME_ZONE,
        "new": hasattr(settings, "NEW"),
        "day": timezone.localdate(),
        "left": os.environ.get("LEFT"),
        "folder": Path.cwd(),
        "rule": scheduling.assign,
        "save": Employees.save,
        "attribute": hasattr(Employees, "left"),
        "database": connection.settings_dict["NAME"],
        "transaction": connection.in_atomic_block,
        "streams": [
            (it, it.closed) for it in (sys.stdout, sys.stdin, sys.__stdout__, sys.__stderr__)
        ],
        "timers": [signal.getitimer(it) for it in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL)],
    }


def test_a_timer_of_an_earlier_cell_goes_on_after_a_check(task):
    signal.setitimer(signal.ITIMER_REAL, 600)
    try:
        judged(task, answer("import signal\ndef f():\n    signal.setitimer(signal.ITIMER_REAL, 9)"))
        assert 500 < signal.getitimer(signal.ITIMER_REAL)[0] <= 600
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


DECORATED = """
from django.db.models.signals import post_save

def ghost(sender, **kwargs):
    raise LookupError("a line that is no longer in the cell")

post_save.connect(ghost, sender=Employees, weak={weak})

def f():
    Employees.objects.create(first_name="A", last_name="B", address="C", age=1)
    return 42
"""


@pytest.mark.on_one_database
@pytest.mark.parametrize("weak", [True, False])
def test_what_an_earlier_try_connected_is_silent_and_comes_back(task, weak):
    names = run_code(DECORATED.format(weak=weak))
    try:
        assert judged(replace(task, solution=HIRES), names["f"]).right
    finally:
        assert post_save.disconnect(names["ghost"], sender=Employees), "it is the learner's still"


def test_a_signal_that_the_learner_made_keeps_its_receivers(task):
    mine = Signal()
    heard = []

    def hear(**kwargs):
        heard.append(1)

    mine.connect(hear)
    judged(task, answer("def f():\n    return 42"))
    mine.send(sender=None)
    assert heard == [1]


# Lines in order

WORDS = dict.fromkeys(("title", "situation", "task", "link", "why"), "")


@pytest.fixture
def lines():
    """A task of lines, one of which is not needed; it is right when f() returns 42."""
    it = Parsons(
        **WORDS, id="99-8", minutes=2, hints=("",), mistakes=(), builds="f",
        lines="    return 2 * g()\ndef f():\n    return 43\ng = lambda: 21",
        solution="order = [4, 2, 1]", others=({"4, 2, 1": "2, 1, 4"},),
    )  # fmt: skip

    @it.judge
    def judge(f):
        if f() != 42:
            wrong("42", "another number")

    return it


PASTED = """
g = lambda: 21
def f():
# 1      return 2 * g()
"""


@pytest.mark.on_one_database
@pytest.mark.parametrize("order", [[4, 2, 1], (2, 1, 4), "4 2 1", "4, 2, 1", PASTED])
def test_lines_in_order_are_right_however_the_order_is_written(lines, order, django_db_blocker):
    assert lines.starter == 'order = exercise("99-8").card()\norder'
    with django_db_blocker.unblock():
        assert judged(lines, order).kind == RIGHT
    assert lines.shown == "order = [4, 2, 1]\n\ng = lambda: 21\ndef f():\n    return 2 * g()"


OUT_OF_ORDER = {
    "[4, 1, 2]": "The first line that is out of place is number 2 of yours: `return 2 * g()`.",
    "[2, 1]": "NameError: name 'g' is not defined\nAll your lines are in place, and at least one",
    "[4, 2, 3]": "number 3 of yours: `return 43`",
    "[4]": "lines that define `f`",
    "[4, 2, 1, 3]": "one of yours does nothing",
    "[4, 2, 2, 1]": "line 2 is there more than once",
    "[4, 2, 5]": "there is 5 among them",
    "[4, 2, ...]": "there is Ellipsis among them",
    "42": "such as [3, 1, 2]",
    "[]": "such as [3, 1, 2]",
    "'g = 21'": "`g = 21` is none of them",
}


@pytest.mark.on_one_database
@pytest.mark.parametrize("order", OUT_OF_ORDER)
def test_the_first_line_out_of_place_is_named_and_no_other(lines, order, django_db_blocker):
    with django_db_blocker.unblock():
        outcome = judged(lines, eval(order))
    assert outcome.kind == WRONG and OUT_OF_ORDER[order] in outcome.message


def test_lines_that_nobody_moved_are_no_attempt(lines, django_db_blocker):
    card = lines.new_card()
    with django_db_blocker.unblock():
        assert judged(lines, card).kind == NOT_ATTEMPTED
        assert judged(lines, [*card]).kind == WRONG, "numbers that somebody typed"
        card.take([4, 2, 1])
        assert judged(lines, card).kind == RIGHT


# Cards


@pytest.fixture
def chosen(monkeypatch, django_db_blocker):
    """A task that is answered on a card; it is right when Ada works on Monday, and Alan twice."""
    it = Task(
        **WORDS, id="99-7", kind="predict", hints=("",), mistakes=(), solution="",
        answer="said", fields={"Ada": ("Mon", "Tue"), "Alan": ()},
    )  # fmt: skip

    @it.judge
    def judge(said):
        expect_keys(said, ("Ada", "Alan"))
        if said != {"Ada": "Mon", "Alan": 2}:
            wrong("other answers", "these")

    monkeypatch.setattr("classroom.exercises.catalogue.all_tasks", lambda: {"99-7": it})
    with django_db_blocker.unblock():
        yield exercise("99-7")
    exercise("99-7").reset()


def test_a_card_is_filled_in_by_clicks_or_by_code_and_kept_until_the_reset(chosen):
    card = chosen.card()
    assert chosen.check(card).kind == NOT_ATTEMPTED
    card.take({"Ada": "Mon", "Alan": None})
    assert "there is none yet" in chosen.check(card).message
    card["Alan"] = 2
    assert chosen.check(card).right and chosen.check({"Ada": "Mon", "Alan": 2}).right
    assert chosen.card() == card, "a cell that runs again shows what was chosen"
    chosen.reset()
    assert chosen.check(chosen.card()).kind == NOT_ATTEMPTED


def test_a_card_says_what_it_asks_where_nobody_can_click(chosen):
    card = chosen.card()
    card["Ada"] = "Tue"
    shown = card._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"}
    for face in shown.values():
        for says in ("Ada", "Mon · Tue", "→ Tue", "Alan", "a whole number", "Without buttons, set"):
            assert says in face
    assert 'said["Ada"]' in shown["text/plain"]


def test_a_click_on_a_card_reaches_the_answer(chosen, monkeypatch):
    widgets = []
    monkeypatch.setattr(cards, "is_live", lambda: True)
    monkeypatch.setattr(cards, "piece", lambda *it: widgets.append(piece(*it)) or widgets[-1])
    card = chosen.card()
    card["Alan"] = 2
    assert WIDGET in card._repr_mimebundle_()
    assert json.loads(widgets[0].choice) == card
    widgets[0].choice = '{"Ada": "Mon", "Alan": 2}'
    assert chosen.check(card).right


def test_an_exercise_that_is_written_has_no_card(known):
    with pytest.raises(ValueError, match="has no card: write `f` in the cell"):
        known.card()


# The record


@pytest.fixture
def known(task, monkeypatch):
    monkeypatch.setattr("classroom.exercises.catalogue.all_tasks", lambda: {"99-9": task})
    return exercise("99-9")


def test_an_attempt_is_recorded_and_a_pass_stays_and_is_told_why(known):
    known.check(answer("def f():\n    ..."))
    assert record.state("99-9").attempts == 0  # a starter is none
    known.check(answer("def f():\n    return 41"))
    assert record.state("99-9") == record.State(1, 0, False, WRONG)
    right = known.check(answer("def f():\n    return 42"))
    assert "It is." in repr(right) and "It is." in right._repr_html_()
    known.check(answer("def f():\n    return 41"))
    assert record.state("99-9") == record.State(3, 0, True, WRONG)


def test_hints_come_one_by_one_and_the_last_stays(known):
    said = [repr(known.hint()).splitlines()[0] for _ in range(4)]
    assert said == [
        "Hint 1 of 3: What?",
        "Hint 2 of 3: A number.",
        "Hint 3 of 3: return 42",
        "Hint 3 of 3: return 42",
    ]
    assert "docs.djangoproject.com" in repr(known.hint())


def test_the_solution_waits_for_the_last_hint_or_for_a_pass(known):
    assert "(3 to go)" in repr(known.solution())
    for _ in range(3):
        known.hint()
    assert "return 42" in repr(known.solution())
    known.reset()
    assert "return 42" not in repr(known.solution())
    known.check(answer("def f():\n    return 42"))
    assert "return 42" in repr(known.solution())


def test_a_long_solution_unfolds_line_by_line_until_it_is_whole_or_passed(known, task):
    task.solution = "\n".join(
        ["import math", "", "", "def f():", *["    math"] * 6, "    return 42"]
    )
    for _ in range(3):
        known.hint()
    first, second, third = (repr(known.solution()) for _ in range(3))
    assert first.startswith("import math\n\nLine 1 of 9.") and "It is." not in first
    assert second.startswith("import math\n\n\ndef f():\n\nLine 2 of 9.")
    assert third.startswith("import math\n\n\ndef f():\n    math\n\nLine 3 of 9.")
    whole = f"{task.solution}\n\nIt is."
    assert repr(known.solution(whole=True)) == whole
    for _ in range(5):
        assert repr(known.solution()) != whole
    assert repr(known.solution()) == repr(known.solution()) == whole  # the ninth line, and for good
    known.reset()
    known.check(answer("def f():\n    return 42"))
    assert repr(known.solution()) == whole


@pytest.mark.on_one_database
@pytest.mark.parametrize("page", [0, 2])  # the head of the file, and one further in
def test_a_damaged_record_is_set_aside_and_reported(known, own_record, capsys, page):
    with record.book() as book:
        book.executemany(
            "INSERT INTO answers VALUES ('guess', ?, 1)", [[f"Question {n}"] for n in range(500)]
        )
    content = bytearray(own_record.read_bytes())
    content[page * 4_096 : (page + 1) * 4_096] = b"\xff" * 4_096
    own_record.write_bytes(content)
    known.check(answer("def f():\n    return 42"))
    assert "cannot be read" in capsys.readouterr().out
    assert record.state("99-9").passed
    [kept] = own_record.parent.glob("progress-damaged-*.bak")
    assert kept.read_bytes() == bytes(content)


WRITER = """
for number in range(25):
    record.attempted(f"{sys.argv[1]}-{number}", "right")
    record.attempted("both", "wrong")
"""
CRASH = """
record.attempted("01-1", "right")
with record.book() as book:
    book.execute("DELETE FROM exercises")
    os._exit(9)
"""


def started(code, *arguments):
    """A process of its own that runs code about the record."""
    head = "import django, os, sys; django.setup()\nfrom classroom.exercises import record\n"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "speedster.settings"}
    command = [sys.executable, "-c", head + code, *arguments]
    return subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)


@pytest.mark.on_one_database
def test_two_notebooks_at_once_lose_nothing(own_record):
    writers = [started(WRITER, name) for name in ("01", "02")]
    assert [writer.wait() for writer in writers] == [0, 0]
    states = record.states()
    assert len(states) == 51 and states["both"].attempts == 50


@pytest.mark.on_one_database
def test_a_crash_in_the_middle_of_writing_loses_nothing(own_record):
    assert started(CRASH).wait() == 9
    assert record.states()["01-1"].passed
    with closing(sqlite3.connect(own_record)) as book:
        assert book.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_unknown_number_is_refused_with_what_is_near(known):
    with pytest.raises(ValueError, match="did you mean '99-9'"):
        exercise("99-8")


STARTER = """
from functools import partial

def hire(name, shift=None):
    return partial(name)

class Rota(list):
    def hire(self):
        return 1

ways = {"first": hire}
"""
CHANGES = {
    "a line": ("hire", "partial(name)", "partial(name, 1)"),
    "a default": ("hire", "shift=None", "shift=3"),
    "a decorator": ("hire", "def hire(name", "@partial\ndef hire(name"),
    "a parent": ("Rota", "list", "dict"),
    "a method": ("Rota", "return 1", "return 2"),
    "a class method": ("Rota", "    def", "    @classmethod\n    def new(cls): pass\n\n    def"),
    "a value": ("ways", "partial(name)", "name"),
}


@pytest.mark.on_one_database
@pytest.mark.parametrize("change", CHANGES)
def test_a_starter_is_known_by_its_source_and_every_change_is_an_attempt(change):
    name, before, after = CHANGES[change]
    starter = run_code(STARTER)[name]
    assert same(run_code(f"# mine\n{STARTER}  # stays")[name], starter)
    assert not same(run_code(STARTER.replace(before, after, 1))[name], starter)


def test_checks_of_two_threads_take_turns(task):
    """What they put back was each other's: sys.stdout, the event log, a folder that was gone."""
    before = sys.stdout, settings.EVENT_LOG, Path.cwd()
    is_in = [threading.Event(), threading.Event()]

    def check(number):
        def f():
            is_in[number].set()
            is_in[1 - number].wait(0.5)  # the other is not let in
            print(number)
            return 42

        return judged(task, f)

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(check, range(2)))
    assert [(it.kind, it.printed) for it in outcomes] == [(RIGHT, "0"), (RIGHT, "1")]
    assert (sys.stdout, settings.EVENT_LOG, Path.cwd()) == before
