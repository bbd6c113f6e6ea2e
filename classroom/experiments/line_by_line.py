"""What *every line and claim* looks up: each line and each claim, run, and what came of it.

A function of a listing takes an app, the published one or this project's, and yields for each trial
its fault, the trial, and what came of it there. Nothing that could be observed is typed in.
See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

import datetime
import importlib
import logging
import sys
import threading
from contextlib import chdir
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core import serializers
from django.db import connection, transaction
from django.db.models import signals as model_signals
from django.db.models.signals import post_save, pre_save
from django.dispatch import Signal, receiver
from django.test import Client, override_settings
from django.urls import path

import speedy.models
import speedy.signals
from classroom.experiments.measuring import PERSON, fill
from classroom.running.scratch import scratch_folder
from classroom.scenes import as_published
from classroom.scenes.as_published import event_logging as published_log
from classroom.scenes.as_published import views as published_views
from classroom.scenes.as_published.signals import first_with_room
from classroom.scenes.database import private_database
from classroom.scenes.stage.models import Badge, Person, PersonByProxy
from speedy import scheduling
from speedy.signals import event_logging
from whatfires import connected, trace, what_fires
from whatfires.frames import Table

LAYOUT = "classroom.scenes.as_published.layout"
PUBLISHED_URLS = tuple(
    path(f"{view.__name__}/", view)
    for view in (published_views.test_signals, published_views.test_logging)
)


def listing(lines):
    """Run the lines of a listing in both apps; return a Table: `fault`, `trial`, what came of it.

    `lines` is one of the functions below. Both apps have a database of their own for that.
    """
    found = []
    for app in (as_published, speedy.models):
        with private_database():
            found.append(list(lines(app)))
    rows = [(*line, there, here) for (*line, there), (*_, here) in zip(*found, strict=True)]
    return table(rows, "fault", "trial", "as published", "here")


def claims():
    """Try what the text says; return two Tables: `claim`, `verdict`, `what a run shows`.

    In the first are those that do not hold, or only in part, in the second those that hold. Each
    has the number of its place in the text.
    """
    with private_database():
        rows = [(f"{number}. {claim}", *rest) for number, (claim, *rest) in enumerate(claimed(), 1)]
    return [
        table([row for row in rows if (row[1] == HOLDS) is hold], *CLAIMED)
        for hold in (False, True)
    ]


def table(rows, *columns):
    return Verdicts(Table(rows, columns=columns).set_index(columns[0]))


class Verdicts(Table):
    """A Table in which a verdict stands out."""

    def tint(self, row, column):
        if column != "verdict":
            return "quiet"
        return "right" if row["verdict"] == HOLDS else "attention"


# The listings: one trial a row


def models(app):
    """Yield what comes of the models: employees.py and shifts.py."""
    yield 9, "a person of 400 years", stored(app.Employees, **PERSON | {"age": 400})
    shift = app.Shifts.objects.create()
    sum_of_two = tried(lambda: shift.wage_bonus + Decimal(10))
    yield 10, "the bonus of a new shift, plus Decimal(10)", str(sum_of_two)
    yield 11, "a bonus of 100, stored and read again", str(tried(lambda: bonus_of_100(app)))
    earlier = tried(lambda: shift.shift_date < datetime.date(2022, 11, 15))
    yield 12, "the day of a new shift < date(2022, 11, 15)", str(earlier)
    yield 13, "a second shift on a day", stored(app.Shifts)
    seat = app.ShiftsEmployees
    yield 14, "a seat without a person", stored(seat, shift=shift)
    yield 15, "indexes on the pair", str(indexes(seat).count(["employee_id", "shift_id"]))
    yield 15, "an index on the day", "yes" if ["shift_date"] in indexes(app.Shifts) else "no"


def receivers(app):
    """Yield what comes of the receivers and of the package that imports them."""
    latest = app.Shifts.objects.order_by("-shift_date").values("shift_date").first()
    day = tried(lambda: latest["shift_date"])
    if app is speedy.models:
        day = scheduling.next_day(app.Shifts.objects.current())
    yield 16, "the day of the first shift", str(day)
    few, many = (steps_of_a_hire(app, people) for people in (3, 3000))
    yield 17, "steps of a hire, with 3,000 people instead of 3", compared(few, many)
    package = speedy.signals.__name__
    if app is as_published:
        package = f"{LAYOUT}.named_otherwise"
    found = tried(lambda: importlib.import_module(package))
    yield 18, "import the package", found if isinstance(found, str) else "works"


def views(app):
    """Yield what comes of the two views and of the event log."""
    yield 19, "a visit to the first view", ask(app, "test_signals")
    before = app.Employees.objects.count()
    for _ in range(3):
        ask(app, "test_logging", "get")
    yield 20, "people hired after three visits", str(app.Employees.objects.count() - before)
    for age in "old", -3:
        yield 21, f"the age {age!r}", ask(app, "test_logging", age=age)
    write, path, said = published_log.log_event, Path("log_event.log"), ["View -- Ada is hired"]
    if app is speedy.models:
        write, path = event_logging.log_event, settings.EVENT_LOG
        said = ["Ada is hired", "View", "Employees object (72)"]
    files = set()
    for _ in ("the web server runs here", "and a command there"):
        with scratch_folder() as folder, chdir(folder):
            write(*said)
            files.add(path.resolve())
            line = path.read_text(encoding="utf-8").splitlines()[-1]
    yield 22, "log files, written from two folders", str(len(files))
    yield 23, "fields in a line of the log", str(len(line.split(" -- ")))


# The claims

TRIED = (
    "Person.objects.create(...)",
    "person.save(), a stored one",
    "bulk_create(), 2 rows",
    "queryset.update(...), 2 rows",
    "queryset.delete(), 2 rows",
    "team.delete() with 2 rows, CASCADE",
    "PersonByProxy.objects.create(...)",
    "loading a fixture",
    "Person.objects.create(...) in a migration",
)
HOLDS, IN_PART, NOT = "holds", "in part", "does not hold"
CLAIMED = ("claim", "verdict", "what a run shows")


def claimed():
    """Yield each claim in the order of the text, our verdict, and what a run shows."""
    fires = what_fires(Person, *TRIED)
    heard, same_thread = [], []

    def work(sender, **kwargs):
        heard.append("the receiver")
        same_thread.append(threading.get_ident() == caller)

    caller = threading.get_ident()
    with connected(post_save, work, sender=User):
        user = User.objects.create(username="ada")
        heard.append("create()")
    saved = times(fires.fired("Person.objects.create(...)")["save()"])
    yield "create() calls save().", HOLDS, f"It called save() {saved}."
    called = times(len(same_thread))
    found = f"A receiver in another file, far from the models, was called {called}."
    yield "Receivers may be in any file.", HOLDS, found
    right, wrong = import_in_order("employees", "shifts"), import_in_order("shifts", "employees")
    found = f"If one file needs the other, one order {right}, and the other gives an {wrong}."
    yield "The order of the imports matters.", HOLDS, found
    others = sorted(name for name, it in vars(model_signals).items() if is_unpaired(name, it))
    alone = [name for name in others if not name.startswith(("pre_", "post_"))]
    found = f"Only {' and '.join(alone)} stand alone."
    yield "Most signals of models come in three pairs.", HOLDS, found
    pair = {"user": user, "group": Group.objects.create(name="nights")}
    User.groups.through.objects.create(**pair)
    again = stored(User.groups.through, **pair)
    found = f"In a table that Django made, the same pair is {again} the second time, too."
    yield "To forbid the same pair twice, you need a table of your own.", NOT, found
    as_published.Employees.objects.create(**PERSON)
    with trace() as seen:
        as_published.ShiftsEmployees.objects.get().save()
    looks = any('"id" = ' in statement for statement in seen.statements)
    found = f"save() of a seat {'needs the id to find its row' if looks else 'needs no id'}."
    yield "The through table could do without its id.", IN_PART, found
    where = "in one thread" if same_thread[0] else "in two threads"
    found = f"First {heard[0]} ended, and then {heard[1]}, {where}."
    yield "A page waits for its receivers.", HOLDS, found
    there, here = more_old_shifts()
    found = (
        f"With 1,000 old shifts the tutorial's search takes {there} steps. "
        f"Ours takes {here} as before."
    )
    yield "A search is faster without old shifts.", IN_PART, found
    yield "connect() works like @receiver.", HOLDS, connect_by_hand()
    yield from of_methods(fires)
    yield from of_custom_signals()


def is_unpaired(name, value):
    return isinstance(value, Signal) and name.partition("_")[2] not in ("init", "save", "delete")


def more_old_shifts():
    """Search for a free seat before and after there are old shifts: how many steps are that?"""
    ways = [first_with_room, lambda: speedy.models.Shifts.objects.current().with_room().first()]
    before = [steps(way) for way in ways]
    days = [datetime.date(2019, 1, 1) + datetime.timedelta(number) for number in range(1000)]
    for shifts in (as_published.Shifts, speedy.models.Shifts):
        shifts.objects.bulk_create(shifts(shift_date=day) for day in days)
    return [compared(few, steps(way)) for few, way in zip(before, ways, strict=True)]


def connect_by_hand():
    by_hand = who_is_called(lambda function: post_save.connect(function, sender=Group))
    decorated = who_is_called(receiver(post_save, sender=Group))
    return f"Both connect a function in {'the same way' if decorated == by_hand else 'two ways'}."


def who_is_called(connect):
    """Connect a function that a variable holds, and a lambda; count the calls of each."""
    names = []

    def held(sender, **kwargs):
        names.append("held")

    with override_settings(DEBUG=False):
        connect(held)
        connect(lambda **kwargs: names.append("lambda"))
        try:
            Group.objects.create(name=f"group {Group.objects.count()}")
        finally:
            post_save.disconnect(held, sender=Group)
    return names.count("held"), names.count("lambda")


def of_methods(fires):
    differing = fires.differ("save()", "post_save"), fires.differ("delete()", "post_delete")
    alone = [row for rows in differing for row in rows]
    # A migration's class has Django's methods, and none of yours.
    alone += [row for row in fires if "of the migration" in row["passed"]]
    which = "; ".join(row["operation"] for row in alone)
    found = f"{len(alone)} of {len(TRIED)} calls send signals and skip your methods: {which}."
    yield "In one model, save() and signals do the same.", IN_PART, found
    names, computed = [], {}

    def hear(sender, **kwargs):
        names.append(sender.__name__)

    def compute(sender, instance, **kwargs):
        computed["initials"] = instance.first_name[0] + instance.last_name[0]

    with connected(post_save, hear):
        PersonByProxy.objects.create(name="Ada")
        User.objects.create(username="grace")
        Person.objects.bulk_create([Person(name="Grace")])
    found = f"A receiver was called for {names[1]}, a model of Django's own."
    yield "You need not edit the model.", HOLDS, found
    rows = {"PersonByProxy": "a proxy", "User": "Django's own", "Person": "bulk_create()"}
    missed = ", ".join(how for name, how in rows.items() if name not in names)
    found = f"A receiver without a sender was called for {len(names)} of 3 rows: not for {missed}."
    yield "Signals are there for all models, at all times.", IN_PART, found
    gone = fires.fired("queryset.delete")
    method, signal = times(gone.get("delete()", 0)), times(gone["post_delete"])
    found = f"For two deleted rows delete() was called {method}, and post_delete was sent {signal}."
    yield "A deletion of many rows skips your delete().", HOLDS, found
    with connected(pre_save, compute, sender=Badge):
        badge = Badge.objects.create(first_name="Ada", last_name="Quillbrook")
        Badge.objects.update(last_name="Lovelace")
    badge.refresh_from_db()
    now = badge.first_name[0] + badge.last_name[0]
    by_receiver, by_database = (
        "right" if it == now else "wrong" for it in (computed["initials"], badge.initials)
    )
    found = (
        f"After update() a receiver's initials were {by_receiver}, a computed column {by_database}."
    )
    yield "Signals are good for text made from other fields.", IN_PART, found
    circle = tried(lambda: importlib.import_module(f"{LAYOUT}.circle.models"))
    found = f"A model that imports the tutorial's package of signals gets an {circle}."
    yield "Signals end circular imports.", IN_PART, found


def of_custom_signals():
    event, told = Signal(), []

    def note(sender, **kwargs):
        told.append(sender)

    name = "View: test_logging"
    event.connect(note, sender=name)
    event.send(sender=name)
    found = f"One send() called the receiver {times(len(told))}."
    yield "Custom signals come before and after an event.", IN_PART, found
    again = event.send(sender="View: {}".format("test_logging"))
    found = f"Its receiver was called {times(len(told))}."
    found += f" A copy of the text reached it {times(len(again))}."
    yield "A text may be the sender.", HOLDS, found


# What they rest on


def times(number):
    """Write how often: once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def tried(act):
    """Return what an act gives, or the name of its error; what it wrote is rolled back."""
    try:
        with transaction.atomic():
            found = act()
            transaction.set_rollback(True)
    except Exception as error:
        return type(error).__name__
    return found


def stored(model, **fields):
    """Try to store a row; return "stored" or "refused", or the name of any other error."""
    found = tried(lambda: model.objects.create(**fields))
    return "stored" if isinstance(found, model) else found.replace("IntegrityError", "refused")


def bonus_of_100(app):
    shift = app.Shifts.objects.create(wage_bonus=100, shift_date=datetime.date(2022, 11, 20))
    return app.Shifts.objects.get(pk=shift.pk).wage_bonus


def ask(app, view, method="post", age=33, **options):
    """Say what a visitor of that age gets from a view: the status, and the error behind it.

    No URL leads to the published views, so they get one for a moment.
    """
    urls = PUBLISHED_URLS if app is as_published else settings.ROOT_URLCONF
    browser = Client(raise_request_exception=False, SERVER_NAME="localhost", **options)
    quiet = patch.object(logging.getLogger("django"), "handlers", [logging.NullHandler()])
    with (
        override_settings(ROOT_URLCONF=urls),
        patch.dict(published_views.VISITOR, age=age),
        quiet,  # Django reports errors on the screen
    ):
        answer = getattr(browser, method)(f"/{view}/", PERSON | {"age": age})
    error = getattr(answer, "exc_info", None)
    return f"{answer.status_code}" + (f" ({error[0].__name__})" if error else "")


def import_in_order(*names):
    """Import a package whose `__init__` imports these modules; return "works", or the error's name.

    It has two modules, as the tutorial's package of models has: `employees`, and `shifts`, which
    takes Employees from the package.
    """
    texts = {
        "employees": "class Employees: pass",
        "shifts": "from models_in_order import Employees",
        "__init__": "\n".join(f"from .{name} import *" for name in names),
    }
    with (
        scratch_folder() as folder,
        patch.object(sys, "path", [str(folder), *sys.path]),
        patch.dict(sys.modules),
    ):
        Path(folder, "models_in_order").mkdir()
        for name, text in texts.items():
            Path(folder, "models_in_order", f"{name}.py").write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        found = tried(lambda: importlib.import_module("models_in_order"))
    return found if isinstance(found, str) else "works"


def dump_and_load(app):
    """Dump an app's people, shifts and seats, delete and load them; return the number of seats."""
    models = (app.Employees, app.Shifts, app.ShiftsEmployees)
    dump = serializers.serialize("json", [row for model in models for row in model.objects.all()])
    for model in models[::-1]:
        model.objects.all().delete()
    for row in serializers.deserialize("json", dump):
        row.save()
    return app.ShiftsEmployees.objects.count()


def indexes(model):
    """List the columns of each index of a model's table, those of unique pairs included."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    return sorted(it["columns"] for it in found.values() if it["index"] or it["unique"])


def steps_of_a_hire(app, people):
    """Count the steps of a hire that finds room on a rota of so many people."""
    with private_database():
        fill(app, people)
        app.Employees.objects.create(**PERSON)  # opens a shift, with room for the next
        return steps(lambda: app.Employees.objects.create(**PERSON))


def steps(act):
    """Count what SQLite's virtual machine carries out for a call, by the ten; None elsewhere."""
    if connection.vendor != "sqlite":
        return None
    counted = []
    connection.connection.set_progress_handler(lambda: counted.append(10), 10)
    try:
        act()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return sum(counted)


def compared(few, many):
    """Tell whether a much larger rota takes "more" steps, or "as many"."""
    if few is None:
        return "(SQLite only)"
    return "more" if many > 2 * few else "as many"
