"""What an answer is tried with: each exercise says in a line which cases it means.

One case proves little. So a check takes another person, a row that no receiver heard of, a refused
write, a transaction of the caller's, and asks the trace whether two writes were one transaction.
See https://docs.djangoproject.com/en/5.2/topics/testing/tools/
"""

import builtins
import io
import logging
import re
from calendar import day_name
from collections.abc import Set
from contextlib import ExitStack, contextmanager, redirect_stderr
from copy import copy
from datetime import date, timedelta
from inspect import iscoroutine, iscoroutinefunction, signature, unwrap
from pathlib import Path
from random import randint, sample
from traceback import extract_tb, walk_stack
from unittest.mock import patch
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Model, Q
from django.db.models.signals import ModelSignal, post_save, pre_save
from django.db.utils import ConnectionDoesNotExist
from django.test import SimpleTestCase
from django.test.utils import isolate_apps
from django.utils import timezone

from classroom.exercises.outcomes import NOTHING_ELSE, Wrong, wrong
from classroom.exercises.room import receivers_kept
from classroom.exercises.tracebacks import is_of_the_check, is_raised_of
from classroom.experiments.rewiring import no_seats
from classroom.experiments.testing import run_case
from classroom.scenes.calendar import MONDAY
from classroom.scenes.database import empty_tables
from classroom.scenes.roster import sample_roster
from classroom.scenes.scenarios import BrokenRule, broken_rule
from speedy import scheduling
from speedy.event_file import read_events
from speedy.models import Employees, EmployeesWithoutHooks, OutboxEvent, Shifts, ShiftsEmployees
from speedy.models.employees import OLDEST
from speedy.models.shifts import SEATS
from speedy.signals.employee_assignment import employee_created
from whatfires import connected, disconnected, trace
from whatfires.connections import connections
from whatfires.naming import every_signal, name_of_signal

TABLES = Employees, Shifts, ShiftsEmployees, OutboxEvent
HIRED = Employees, Shifts, ShiftsEmployees  # the rows that a hire may add
CAPITALS = "Mind the capitals. The name stays as it is stored."
HIDDEN = "The caller believes that it went well: let the error pass."
NAMED_ALONE = "Place those whom the task names, and nobody else who happens to have no shift."
EARLIER = "The names of an earlier call are still in it: start a new list at each call."


# People, seats, and writes that are refused


@contextmanager
def new_rota():
    """Let a block begin with empty tables and an empty log; what it connects goes with it."""
    empty_tables(ShiftsEmployees, Shifts, Employees)
    Path(settings.EVENT_LOG).unlink(missing_ok=True)
    with receivers_kept(every_signal()):
        yield


def stranger():
    """Return fields of somebody whom no answer can know; title() and capitalize() change the names.

    They are others in each check.
    """
    first, last = (f"{name}{randint(1_000, 9_999)}" for name in ("McNobody", "van Never"))
    address = f"{randint(1, 999)} Unknown Road"
    return {"first_name": first, "last_name": last, "address": address, "age": OLDEST}


def unheard(*numbers):
    """Store people of the sample roster, by their places in it, without any signal."""
    roster = sample_roster()
    return Employees.objects.bulk_create(Employees(**roster[number]) for number in numbers)


def new_shift(days, *people, **fields):
    """Open a shift so many days after the Monday of the check, and let these people sit there."""
    shift = Shifts.objects.create(shift_date=MONDAY + timedelta(days=days), **fields)
    shift.employees_shift.add(*people)
    return shift


def seat_unheard(shift, *people):
    """Give people seats as another process does: it counts them, and no receiver here is called."""
    ShiftsEmployees.objects.bulk_create(ShiftsEmployees(shift=shift, employee=it) for it in people)
    Shifts.objects.filter(pk=shift.pk).update(headcount=F("headcount") + len(people))


def full_shift(days=0):
    """Open a shift, and fill it with the last people of the roster."""
    return new_shift(days, *unheard(*range(-SEATS, 0)))


def idle(number=5):
    """Store one person of the roster who has no shift, and is to have none afterwards."""
    return unheard(number)[0]


def unplaced(people):
    """Those of these people who are not stored, or have no shift."""
    return [it for it in people if it.pk is None or not it.shifts.exists()]


def expect_idle(person, mistake=NAMED_ALONE):
    if person.shifts.exists():
        stays = f"that {person}, who had no shift before, has none afterwards either"
        wrong(stays, "that person was placed as well", mistake)


def transaction_is_open():
    """Ask the driver itself, of SQLite or of PostgreSQL: what Django notes can be changed."""
    it = connection.connection
    return it.in_transaction if connection.vendor == "sqlite" else it.info.transaction_status


def meaning(means, error):
    """Return what an error means here, or ""; `means` is {a pattern in it: what that means}."""
    return next((it for words, it in means.items() if re.search(words, str(error))), "")


def shuffled(*items):
    """Return these in an order that no answer can know, though it may count how often it runs."""
    return sample(items, len(items))


SEALED = WeakKeyDictionary()


class Sealed:
    """A function into whose names and closure nobody can look."""

    __name__ = "sealed"

    def __init__(self, function):
        SEALED[self] = function

    def __call__(self, *args, **kwargs):
        return SEALED[self](*args, **kwargs)


def is_just(said, expected):
    """Compare by class and value: what says that it equals anything, as mock.ANY, is no answer."""
    if type(said) is not type(expected):
        return False
    if isinstance(expected, list | tuple):
        return len(said) == len(expected) and all(map(is_just, said, expected))
    return said == expected


@contextmanager
def same_rows(*querysets):
    """Judge a block wrong that changes a row which is there; a headcount follows the seats."""
    before = [(it.model, list(it.order_by("pk").values())) for it in querysets]
    yield
    for model, rows in before:
        now = model.objects.filter(pk__in=[it["id"] for it in rows]).order_by("pk").values()
        if [it | {"headcount": 0} for it in now] != [it | {"headcount": 0} for it in rows]:
            came = "one is gone" if len(now) < len(rows) else "one is another now"
            wrong(f"the other rows of {model.__name__} as they were", came, NOTHING_ELSE)


@contextmanager
def as_given(given):
    """Judge a block wrong that changes a list or a dict of the caller's."""
    kind, before = type(given).__name__, copy(given)
    yield given
    if given != before:
        own = f"The {kind} is the caller's: read it, and make one of your own to take from."
        wrong(f"the {kind} as it was given", f"it is another {kind} now", own)


@contextmanager
def only_asked():
    """Judge a block wrong that writes to the database: it was asked a question."""
    written = []

    def look(execute, sql, *args):
        written.extend(re.findall(r"^\s*(INSERT|UPDATE|DELETE)", sql.upper()))
        return execute(sql, *args)

    with connection.execute_wrapper(look):
        yield
    if written:
        wrong("an answer, and no change in the database", f"there was an {written[0]}")


def answering(answer):
    return lambda sender, **told: answer


def asked(receiver, said=None, none=""):
    """Make a receiver that asks the learner's, which only answers; `said` takes each answer.

    `none` is what to say where it cannot work with a None that the check sends.
    """

    def ask(**told):
        is_none = error_told(TypeError if none else (), "an answer to None, too", none, "NoneType")
        with is_none, only_asked():
            answer = receiver(**told)
        if said is not None:
            said.append(answer)

    return ask


def expect_said(said, expected, when, mistake="", name="it"):
    if not is_just(said, expected):
        wrong(f"{expected!r} {when}", f"{name} returned {said!r}", mistake)


def expect_none(said, when, mistake):
    """Judge an answer wrong where there is to be none; one that is empty is an answer as well."""
    empty = f"{said!r} is not None: return nothing there."
    expect_said(said, None, when, mistake if said and said != "None" else empty)


@contextmanager
def adds_only(*models, of=TABLES):
    """Judge a block wrong that changes a row of these tables, or adds one that is of no such model.

    A new shift has somebody on it, and the usual bonus and hours.
    """
    with same_rows(*(it.objects.all() for it in of)):
        before = {it: list(it.objects.values_list("pk", flat=True)) for it in of}
        yield
        for model in of:
            new = model.objects.exclude(pk__in=before[model])
            if model is Shifts and model in models:
                new = new.filter(Q(headcount=0) | ~Q(wage_bonus=50, total_hours=8))
            if new.exists() and (model not in models or model is Shifts):
                unneeded = f"no row of {model.__name__} that nobody needs"
                wrong(unneeded, "there is one more", NOTHING_ELSE)


class Refused(IntegrityError):
    """What comes out of a write that the check refuses, as it would of a constraint."""


def refuse(**told):
    """Stand for a receiver that refuses what is done."""
    raise Refused("not today")


@contextmanager
def refusing(model, statement="INSERT", error=Refused, spared=0):
    """Refuse a kind of statement on a model's table in the block, but for the first so many."""
    asked = []

    def refuse(execute, sql, *args):
        asked.extend([sql] if stores(model, sql, statement) else [])
        if len(asked) > spared and asked[-1] is sql:
            raise error(f"no {statement} for {model._meta.db_table} today")
        return execute(sql, *args)

    with connection.execute_wrapper(refuse):
        yield


@contextmanager
def error_told(kind, expected, mistake="", words=""):
    """Judge a block wrong that raises an error of this kind, with this pattern in its words."""
    try:
        yield
    except Wrong:
        raise
    except kind as error:
        if not re.search(words, str(error)):
            raise
        wrong(expected, f"{type(error).__name__}: {error}", mistake)


@contextmanager
def may_refuse():
    """Let the learner's code raise what it likes in the block, which breaks what it may ask for."""
    try:
        yield
    except Wrong:
        raise
    except Exception as error:
        if is_of_the_check(error):
            raise


@contextmanager
def callers_transaction():
    can = "a function that can be called inside a transaction of its caller"
    joins = "durable=True refuses that. A plain atomic() joins the transaction that is open."
    with error_told(RuntimeError, can, joins, "durable"), transaction.atomic():
        yield


def refused(write):
    """Tell whether the database refuses a write; it is taken back then."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


@contextmanager
def taken_back():
    """Run the block in a transaction of the caller's, and roll that back."""
    with callers_transaction():
        yield
        transaction.set_rollback(True)


def rows():
    """Return every row of the project, to be compared with those of a later moment."""
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


def kept_writes(seen):
    """List the writes of a trace that no ROLLBACK took back: of all, or to a savepoint."""
    kept, marks = [], {}
    for sql in seen.statements:
        point = sql.split()[-1] if "SAVEPOINT" in sql else "BEGIN"
        if sql.startswith(("BEGIN", "SAVEPOINT")):
            marks[point] = len(kept)
        elif sql.startswith("ROLLBACK"):
            del kept[marks.get(point, 0) :]
        elif re.match("INSERT|UPDATE|DELETE", sql, re.IGNORECASE):
            kept.append(sql)
    return kept


def expect_undone(seen):
    """Judge it wrong where what came before an error was undone by hand, and by no transaction."""
    if kept := kept_writes(seen):
        expected = "a transaction that takes back what was written before the error"
        happened = f"{len(kept)} statements were not taken back, such as {kept[0]:.60}"
        by_hand = "To undo it by hand is no transaction: the process may end in between."
        wrong(expected, happened, by_hand)


def expect_all_or_nothing(act, model, statement="INSERT"):
    """Refuse a statement for a model: the error comes out, and every table is as it was."""
    before = rows()
    can = "deleted" if statement == "DELETE" else "stored"
    when = f"when no row of {model.__name__} can be {can}"
    with refusing(model, statement), trace() as seen:
        error = error_of(act, Refused)
    if rows() != before:
        parts = "It looks as if there are two transactions, or none."
        wrong(f"everything as it was before, {when}", "a part of it was stored", parts)
    if error is None:
        wrong(f"the error, {when}", "no error came out", HIDDEN)
    expect_undone(seen)


def expect_saved_once(seen, most=1, model=Employees):
    """Judge it wrong where signals of the model were sent, and not by one save, or so many."""
    before, after = (len(seen.filter(it, model, "signal")) for it in (pre_save, post_save))
    if before != after or before > most:
        by_hand = "Store the person by one create() or save(): what sends a signal by hand is none."
        happened = f"there were {before} and {after}"
        wrong("one pre_save and one post_save of each person", happened, by_hand)


def expect_receivers_asked(seen, model=Employees):
    """Judge it wrong where a new person was stored past the receivers of the model."""
    sent = seen.filter(post_save, kind="signal", sender=model)
    if not sent:
        skips = "bulk_create() sends no signal, so nobody else who listens hears of the person."
        wrong("the person stored by save() or create()", "post_save was not sent", skips)
    if any(it.arguments.get("raw") for it in sent):
        skips = "So says a fixture, and receivers pass its rows over: write `save()`."
        wrong("the person stored by save() or create()", "post_save said raw=True", skips)


@contextmanager
def another_is_stored(model=Employees, **fields):
    """Let somebody else, with these fields, be stored a moment after each new person."""
    others = []

    def store_another(created, **kwargs):
        if created:
            others.extend(Employees.objects.bulk_create([Employees(**stranger() | fields)]))

    with connected(post_save, store_another, sender=model):
        yield
    EmployeesWithoutHooks.objects.filter(pk__in=[it.pk for it in others]).delete()


def expect_keys_of(people):
    """Judge it wrong where others were stored in place of these."""
    if missing := [it for it in people if it.pk is None]:
        own = "Others like them were stored: save those of the list."
        wrong("the people of the list stored", f"{missing[0]} has no key", own)


def expect_stored_as_given(people, given):
    """Judge it wrong where somebody is not stored, or another field of theirs."""
    for person, fields in zip(people, given, strict=True):
        if not Employees.objects.filter(pk=person.pk, **fields).exists() or other(person, fields):
            wrong(f"{person} stored as given", "a field of somebody is another one")


def other(person, fields):
    """Name the fields that an instance has otherwise than they were given."""
    return [name for name, value in fields.items() if getattr(person, name) != value]


def error_of(act, kind):
    """Act; return the error that came out, of this kind or raised of one; None for no error."""
    try:
        act()
    except Exception as error:
        if is_raised_of(error, kind):
            return error
        if error.__suppress_context__ and is_raised_of(error.__context__, kind):
            hides = "`from None` hides where it comes from: leave that out, or let the error pass."
            if isinstance(error, transaction.TransactionManagementError):
                hides = "A broken block takes no query: let the error leave it."
            wrong("the error itself, or one that is raised `from` it", f"it was {error!r}", hides)
        raise
    return None


def expect_error(act, kind, expected, mistake=HIDDEN):
    """Act; an error of this kind has to come out, or one that is raised of it."""
    error = error_of(act, kind)
    if error is None:
        wrong(expected, "no error came out", mistake)
    return error


def error_of_the_rule(act):
    """Act while the rule fails; return its error, or None where none came out."""
    with broken_rule():
        try:
            act()
        except BrokenRule as error:
            if extract_tb(error.__traceback__)[-1].name != "refuse":
                wrong("the rule's own error", f"it was another: {error!r}", "Let it pass as it is.")
            return error
        except Exception as another:
            if not isinstance(another.__context__, BrokenRule):
                raise
            as_it_is = "Let the error pass as it is: there is no need to catch it."
            wrong("the rule's own error, BrokenRule", f"it was {another!r}", as_it_is)
    return None


def expect_caller_goes_on(act, kind=BrokenRule):
    """A caller catches the error of the rule in a transaction of its own, and goes on."""
    with no_seats(), callers_transaction():
        error = error_of(act, kind)
        if isinstance(error, transaction.TransactionManagementError):
            own = "In a caller's transaction rollback() is refused: leave it to atomic()."
            if "execute queries" in str(error):
                own = "A broken block takes no query: undo nothing by hand, leave it to atomic()."
            wrong("the error itself, for a caller with a transaction", f"it was {error!r}", own)
        if transaction.get_connection().needs_rollback:
            transaction.set_rollback(False)
            wrong(
                "a caller who can catch the error in a transaction of its own, and go on",
                "its whole transaction has to be rolled back",
                "Put a plain `transaction.atomic()` around all that is written: that makes a "
                "savepoint to go back to. One with savepoint=False and locked_rota() make none.",
            )


def expect_hired(person, fields, number=None, name="hire()", rule="assign()"):
    """Judge an answer wrong that is not the person of these fields, stored and placed.

    `number` is how many people there are now, if that is known. `rule` is what places them.
    """
    if not isinstance(person, Employees) or person.pk is None:
        own = "" if person is None else "Return the instance itself: no shift, key, name or list."
        wrong(f"the stored person, returned by {name}", f"it returned {person!r}", own)
    if not Employees.objects.filter(pk=person.pk, **fields).exists() or other(person, fields):
        given = f"{fields['first_name']} stored as {name} was told"
        wrong(given, "another person was returned, or their fields are not what was given")
    if number is not None and (now := Employees.objects.count()) != number:
        wrong(f"{number} people stored after {name}", f"there are {now}", "It stores one person.")
    if not person.shifts.exists():
        wrong(f"a shift for {person}", "there is none", f"It looks as if nobody called {rule}.")


def expect_new_namesake(hire, fields):
    """Hire two people of the same fields: each of them is returned."""
    if hire(**fields) == hire(**fields):
        own = "Return what create() or save() has just stored."
        wrong("the second of two namesakes, returned", "the first was returned again", own)


def expect_few_statements(seen, people, each=1):
    if (number := len(seen.statements)) >= each * len(people):
        expected = f"far fewer than {len(people)} statements for {len(people)} people"
        wrong(expected, f"there were {number}", "Were they stored or placed one by one?")


def expect_true_headcounts():
    """Judge it wrong where a shift has other people on it than its headcount says."""
    for shift in Shifts.objects.all():
        if (sitting := shift.employees_shift.count()) != shift.headcount:
            rule = "Leave the seats to assign() or assign_many(): they keep the rule, and count."
            happened = f"{sitting} sit on the {shift}, and its headcount is {shift.headcount}"
            wrong("as many on each shift as its headcount says", happened, rule)


def stores(model, sql, statement="INSERT"):
    """Tell whether a statement of this kind writes to the table, by the ORM or as raw SQL."""
    table = re.escape(model._meta.db_table)
    head = rf'\s*{statement}\s+(?:OR\s+\w+\s+)?(?:INTO|FROM)?\s*"?{table}\b'
    return bool(re.match(head, sql, re.IGNORECASE))


def logged():
    return [event.message for event in read_events(settings.EVENT_LOG)]


def expect_meals(people, when, mistake="", earlier=0):
    """Judge it wrong where the log has no meal for each of these, after so many earlier lines."""
    said = [(it.message, it.sender) for it in read_events(settings.EVENT_LOG)[earlier:]]
    meals = [(f"A meal for {person}.", "kitchen") for person in people]
    if said != meals:
        asked, came = ("; ".join(map("`{0[0]}` from `{0[1]}`".format, it)) for it in (meals, said))
        expected = f"{asked or 'no line'} {when}"
        if said or not mistake:
            mistake = slip_in_line(said, meals) or mistake or "One line for each, and no more."
        wrong(expected, came or "there is no line", mistake)


def slip_in_line(said, expected):
    """Say in words what is wrong with the first of these lines of the log that differs; or ""."""
    if expected and not said:
        return "log_event() writes a line, where it is called: print() and return do not."
    if len(said) != len(expected):
        return ""
    pairs = zip(said, expected, strict=True)
    (words, _), (right, kitchen) = next(it for it in pairs if it[0] != it[1])
    slips = {
        words != right: "Look at the words. Is the name the whole one, and of the right person?",
        words == kitchen: "The two arguments are the other way round: the line comes first.",
        "{" in words: "No name was filled in: an `f` before the quotes does that.",
        f"{words}." == right: "The dot at the end is missing.",
        words != right and words.lower() == right.lower(): CAPITALS,
    }
    return slips.get(True, f"`{kitchen}` is the second argument of log_event().")


def in_one_transaction(seen, *models):
    """Tell from a trace whether all new rows of these models came between one BEGIN and COMMIT."""
    number, is_open, written = 0, False, set()
    for sql in seen.statements:
        if sql.startswith("BEGIN"):
            number, is_open = number + 1, True
        elif sql in ("COMMIT", "ROLLBACK"):
            is_open = False
        elif any(stores(model, sql) for model in models):
            written.add(number if is_open else None)
    return len(written) == 1 and None not in written


def expect_one_transaction(seen, *models):
    if not in_one_transaction(seen, *models):
        names = " and ".join(model.__name__ for model in models)
        happened = "they were written in more than one transaction, or in none"
        both = "Put one `transaction.atomic()` around both. Undoing by hand does not replace it."
        wrong(f"the rows of {names} between one BEGIN and its COMMIT", happened, both)


@contextmanager
def callers_of_seats():
    """Yield a list: for each seat that the block stores, the files of the code that led there."""
    callers = []

    def look(execute, sql, *args):
        if stores(ShiftsEmployees, sql):
            callers.append({it.f_code.co_filename for it, _ in walk_stack(None)})
        return execute(sql, *args)

    with connection.execute_wrapper(look):
        yield callers


@contextmanager
def seats_of_the_rule():
    """Judge a block wrong that stores a seat past the rule, by whatever name it calls that."""
    with callers_of_seats() as callers:
        yield
    if any(scheduling.__file__ not in files for files in callers):
        lock = "Call the rule: it takes the lock of the rota before it looks for room."
        wrong("a seat that the rule gives", "it was taken by hand", lock)


def expect_wiped_first(hire):
    """Yesterday's shift is full: its people move before a newcomer, and stay where the rule fails.

    `hire()` hires one person, and returns that person.
    """
    yesterday = full_shift((timezone.localdate() - MONDAY).days - 1)
    moved, people = list(yesterday.employees_shift.all()), Employees.objects.count()
    with no_seats(), trace() as seen:
        expect_error(hire, BrokenRule, "the rule's error")
    if Employees.objects.count() != people:
        happened = "somebody is stored without a shift, after an error in the rule"
        late = "Place them in the transaction that stores them: on_commit() comes after it."
        wrong("nobody left behind", happened, late)
    if not Shifts.objects.filter(pk=yesterday.pk).exists():
        wrong("everything as before, after an error", "yesterday's shift stays wiped")
    expect_undone(seen)
    day = hire().shifts.get().shift_date
    if Shifts.objects.expired().exists():
        wrong("expired shifts wiped", "yesterday's shift is still there")
    if any(person.shifts.get().shift_date > day for person in moved):
        after = "Wipe first: the people of a wiped shift are placed before anybody new."
        wrong("the newcomer behind those who were moved", "the newcomer was placed first", after)


# What is returned, and what is connected


def expect_handed_on(stored, **fields):
    """Judge a save() wrong that drops an argument with which Django's own would fail here."""
    absent = type(stored)(pk=stored.pk + 1_000, **fields)
    failing = (stored, {"force_insert": True}), (absent, {"force_update": True})
    nowhere = {"using": "nowhere"}
    named = nowhere | {"update_fields": list(fields)}
    for instance, told in (*failing, (stored, nowhere), (stored, named)):
        try:
            with callers_transaction():
                instance.save(**told)
        except (DatabaseError, ConnectionDoesNotExist):
            continue
        name, *_ = told
        call = ", ".join(f"{key}={it!r}" for key, it in told.items())
        expected = f"an error from save({call}), as Django raises one here"
        mistake = f"It looks as if {name} was dropped, or the error caught: hand on all arguments."
        wrong(expected, "it went through", mistake)


def expect_one_save(instance):
    """Judge a save() wrong that stored a new row otherwise than by one call of the original."""
    if instance.saves != 1:
        once = "Call it once: what is set on the instance before is written with the rest."
        once = "It looks as if super().save() was never called." if not instance.saves else once
        wrong("the row stored by one super().save()", f"there were {instance.saves} of it", once)


def expect_plain_receivers(*signals):
    """Judge an `async def` wrong that was connected: send() in a notebook cell refuses it."""
    for signal in signals:
        for it in connections(signal):
            if it.is_async and iscoroutinefunction(it.receiver):
                expected = "receivers that are plain functions"
                mistake = "In a notebook cell send() raises an error for one: write `def` alone."
                wrong(expected, f"{it.receiver.__name__} is an `async def`", mistake)


@contextmanager
def quiet():
    """Keep what send_robust() and a robust on_commit() log out of the way while a block runs.

    A filter that was there before still hears of it: see besides.py.
    """
    with ExitStack() as kept:
        for name in ("django.dispatch", "django.db.backends.base"):
            log = logging.getLogger(name)
            kept.enter_context(patch.object(log, "filters", [*log.filters, lambda record: False]))
        yield


def expect_placed_by_receiver(act):
    """Without the receiver nobody gets a shift: an answer leaves that to it."""
    number = ShiftsEmployees.objects.count()
    with disconnected(post_save, employee_created, sender=Employees), may_refuse():
        act()
    if ShiftsEmployees.objects.count() > number:
        plain = "Store the person in the plain way, and call no rule: the receiver places them."
        wrong("that employee_created places people", "they are placed without it, by hand", plain)


@contextmanager
def no_receiver():
    """Judge a block wrong in which a receiver places somebody, or one of the learner's acts."""
    with trace() as seen, callers_of_seats() as callers:
        yield
    placing = [it for it in seen.filter(kind="delivery") if "employee_assignment" in it.where]
    for it in deliveries_to_learner(seen) + placing:
        called = f"{it.what} was called by {name_of_signal(it.signal)}"
        wrong("that it works without a receiver", called, "Call the rule where the row is stored.")
    if any(employee_created.__code__.co_filename in files for files in callers):
        wrong("that it works without a receiver", "one was called by hand", "Call the rule itself.")


def deliveries_to_learner(seen):
    """The deliveries to receivers that belong neither to this project nor to Django."""
    ours = ("speedy.", "classroom.", "django.")
    return [it for it in seen.filter(kind="delivery") if not it.where.startswith(ours)]


def expect_sent_once(seen, *signals):
    """Judge it wrong where a signal was not sent: to call its receivers by hand is no sending."""
    for signal in signals:
        if (number := len(seen.filter(signal, kind="signal"))) != 1:
            slip = "Who hears it acts twice." if number else "send() calls the receivers."
            wrong("each signal sent once", f"one was sent {number} times", slip)


def expect_no_signal_besides(seen, *meant):
    """Judge it wrong where a signal that no model sends was sent, and is none of these."""
    names = " and ".join(map(name_of_signal, meant))
    expected = f"no other signal than {names}" if meant else "a direct call, and no signal"
    for it in seen.filter(kind="signal"):
        if it.signal not in meant and not isinstance(it.signal, ModelSignal):
            wrong(expected, f"{name_of_signal(it.signal)} was sent")


def expect_tests(outcomes):
    if not outcomes:
        named = "A method is a test when its name begins with test_."
        wrong("at least one test", "there is none in the class", named)


def expect_test_class(answer):
    """Judge an answer wrong that is no class of tests."""
    if not (isinstance(answer, type) and issubclass(answer, SimpleTestCase)):
        mistake = "Hand the class itself to the check, by its name and without brackets."
        if isinstance(answer, type):
            mistake = "It has another parent, or none: name `TestCase` in its brackets."
        wrong("a class that inherits from one of django.test's", f"it is {answer!r}", mistake)


def rehearse(case, hire):
    """Run the learner's tests with this hire; return the rows of run_case()."""
    with redirect_stderr(io.StringIO()):
        return run_case(type(case.__name__, (case,), {"hire": staticmethod(Sealed(hire))}))


def expect_red(is_red, what, tested="the hire"):
    if not is_red:
        unseen = f"Nothing notices that {tested} {what}."
        wrong(f"a red test when {tested} {what}", "all are green", unseen)


class Original:
    """Stands between the learner's class and the model: writes down what reaches the original."""

    saves, passed_on = 0, None

    def save(self, *args, **kwargs):
        expect_unpacked(args)
        self.saves += 1
        return super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        expect_unpacked(args)
        self.passed_on = arguments_of_delete(args, kwargs)
        self.counts = super().delete(*args, **kwargs)
        return self.counts


def expect_unpacked(args):
    """Judge it wrong where all arguments by name came as one dict."""
    if any(isinstance(it, dict) for it in args):
        stars = "Without its stars, each of the two is one argument: pass `*args, **kwargs` on."
        wrong("the arguments handed on as they came", f"the original got {args}", stars)


def arguments_of_delete(args, kwargs):
    """Return {name: value} of what delete() is called with, by place or by name."""
    bound = signature(Model.delete).bind(None, *args, **kwargs).arguments
    return {name: it for name, it in bound.items() if name != "self"}


@contextmanager
def mixed_into(model, mixin, name, method="save"):
    """Yield a proxy of the model as `class Name(Mixin, Model)` would make it.

    No model is defined in a cell: Django would keep it for good. So the cell holds a plain class,
    and the model that has it for a base lives in a registry of its own, beside the project's.
    """
    expected = f"a plain class with a {method}(), for class {name}(..., {model.__name__})"
    if not isinstance(mixin, type) or issubclass(mixin, Model):
        is_class = isinstance(mixin, type)
        itself = "Hand the class itself to the check, by its name and without brackets."
        mistake = "Leave its parents out: the check adds the model." if is_class else itself
        wrong(expected, f"it is {'a model' if is_class else repr(mixin)}", mistake)
    own = getattr(mixin, method, None)
    if own is None:
        runs = {"save": "save() is what runs at each save; clean() runs in forms."}
        wrong(expected, "it has none", runs.get(method, "The method bears that name."))
    if iscoroutinefunction(own):
        calls = f"Django calls {method}() and awaits nothing."
        wrong(expected, f"its {method}() is an `async def`", calls)
    meta = type("Meta", (), {"proxy": True, "app_label": model._meta.app_label})
    with isolate_apps(model._meta.app_label):
        bases = mixin, Original, model
        yield type(model)(name, bases, {"__module__": model.__module__, "Meta": meta})


# Guesses: read in any form, and never answered with what is right


def expect_keys(guess, keys):
    """Judge a guess wrong that is no dict of these keys, or is not filled in."""
    if not isinstance(guess, dict) or set(guess) != set(keys):
        wrong(f"a dict with the keys {', '.join(keys)}", f"it is {guess!r}")
    for key in keys:
        if guess[key] is None or guess[key] is ...:
            wrong(f"an answer for {key!r}", "there is none yet")


def expect_form(read, key, said, form):
    """Judge a guess wrong that cannot be read: `form` says what is expected."""
    if read is None:
        wrong(f"{form} for {key!r}", f"you wrote {said!r}")


def expect_guesses(guess, truth, read, form, reasons):
    """Judge a guess wrong that running it does not confirm; what is right is not said.

    `truth` is {key: what came}. `read` makes an answer comparable, or None of what it cannot read:
    then `form` says what is expected. `reasons` are {key: argument}, or a function of the key and
    the answer.
    """
    expect_keys(guess, truth)
    for key, came in truth.items():
        said = read(guess[key])
        expect_form(said, key, guess[key], form)
        if said != came:
            reason = reasons(key, said) if callable(reasons) else reasons[key]
            expected = f"another answer for {key!r}, as running it shows"
            wrong(expected, f"you wrote {guess[key]!r}", reason)


def expect_picks(picks, against, read, offered):
    """Judge picks wrong, and say what speaks against the first that does not hold.

    `against` is {key: {choice: argument}}: a choice that is not in it holds. `read` finds the
    choice that a word means, or None.
    """
    expect_keys(picks, against)
    chosen = {key: read(pick) for key, pick in picks.items()}
    for key, pick in picks.items():
        expect_form(chosen[key], key, pick, f"one of {', '.join(offered)}")
    hold = sum(choice not in against[key] for key, choice in chosen.items())
    for key, choice in chosen.items():
        if argument := against[key].get(choice):
            count = f"{hold} of the {len(against)} picks hold"
            wrong(f"a pick for {key!r} that holds", f"you picked {choice!r} ({count})", argument)


def number_in(said):
    """Read a number, as a number or a text of digits; None for anything else."""
    text = str(said).strip().removesuffix(".0")
    return int(text) if text.isdecimal() else None


YES, NO = {"yes", "true", "y", "1"}, {"no", "false", "n", "0"}


def yes_or_no(said):
    """Read a yes or a no, as True or False; None for anything else."""
    word = str(said).strip(" .!").lower()
    return word in YES if word in YES | NO else None


def day_in(said):
    """Read a day ("Mo", "on Monday", "2022-11-14", a date) as "Mon"; None for anything else.

    A date of another week is read as one: "21 Nov".
    """
    text = str(said).strip(" .").lower().removeprefix("on ")
    try:
        day = said if hasattr(said, "strftime") else date.fromisoformat(text)
    except ValueError:
        short = re.sub("^(...)s$", r"\1", text)  # "weds"
        found = [day for day in day_name if len(text) >= 2 and day.lower().startswith(short)]
        return found[0][:3] if len(found) == 1 else None
    this_week = timezone.localdate().isocalendar()[:2]
    return f"{day:%a}" if day.isocalendar()[:2] == this_week else f"{day:%d %b}"


def choice_in(said, offered):
    """Find the choice that somebody means, by a part of it; None where none fits, or several."""

    def bare(text):
        text = re.sub(r"^((an?|the|in|into) )+|^\w+\.|[ _()-]", "", text.strip().lower())
        return text.removesuffix("s")

    word = bare(str(said))
    found = [it for it in offered if len(word) > 3 and word in bare(it)]
    return found[0] if len(found) == 1 else None


def names_in(said, names):
    """Read names in any order and form as a set; None where there is any other word."""
    text = " ".join(map(str, said)) if isinstance(said, list | tuple | Set) else str(said)
    for separator in ",;.&+/()[]{}'\"":
        text = text.replace(separator, " ")
    words = set(text.lower().split()) - {"and", "then"}
    if words in ({"nobody"}, {"none"}, {"no", "one"}):
        return set()
    if words in ({"all"}, {"everybody"}, {"all", "three"}):
        return set(names)
    known = {name.lower(): name for name in names}
    return {known[word] for word in words} if words and words <= set(known) else None


def names_of(function):
    """Return the global names that a function sees; those of Python for what has none of its own.

    A partial is asked for what it calls, a decorated function for itself, an object for __call__().
    """
    function = unwrap(getattr(function, "func", function))
    found = getattr(function, "__globals__", None)
    return found or getattr(type(function).__call__, "__globals__", vars(builtins))


def is_awaitable(answer):
    """Tell a coroutine that nobody awaited, and end it quietly."""
    if iscoroutine(answer):
        answer.close()
        return True
    return False
