# %% [markdown]
# # Deeper · The tutorial, line by line
#
# This course grew out of [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić (DEV
# Community, 18 November 2022). It is a good read, and its idea carries the course: a rota that fills by
# itself. Thank you for it. **What happens if you run its lines, each of them?**
#
# You will, in about 30 minutes,
#
# - run its models, receivers, views and modules, in a small app that is kept for that;
# - run this project's way beside each, and read in a sentence why it differs;
# - try the claims of its text as well. Several of them hold.
#
# Look up a line, or read from the top. Claims are told in our own words. Each cell notes what it sees, and
# the table at the end is made of these notes.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# The published design is an app of its own, [`as_published`](../../classroom/scenes/as_published/models.py). It is
# written anew, and its faults are numbered. Here it is `theirs`, and this project's is `ours`. Both have
# `Employees`, `Shifts` and `ShiftsEmployees`.

# %%
import speedy.models
from classroom.experiments.line_by_line import Findings

theirs, ours = as_published, speedy.models
lines = Findings()


def hire(app, number):
    return [app.Employees.objects.create(**person) for person in roster[:number]]


# %% [markdown]
# ## Models
#
# ### `date_of_birth = DateField(auto_now_add=True)`
#
# Ada states the day she was born.

# %%
predict("line_by_line-1")

# %%
born = roster[0]["date_of_birth"]
for app in (theirs, ours):
    hire(app, 1)
stored, kept = (app.Employees.objects.get().date_of_birth for app in (theirs, ours))
reveal("line_by_line-1")
lines.add("auto_now_add", f"{born} passed, {stored} stored", f"{kept} stored", "employees.py")

# %% [markdown]
# `auto_now_add` is for the day on which a row was made, and takes no other. Here the field is a plain date
# that may be missing ([`employees.py`](../../speedy/models/employees.py)).
#
# ### `DecimalField(default=50.00)`, `DateField(default=timezone.now)`
#
# Of which types are a bonus and a day, in a shift just created, in the same one read again, and in one of ours?

# %%
from classroom.experiments.line_by_line import types_of

fresh = theirs.Shifts.objects.create()
again = theirs.Shifts.objects.get(pk=fresh.pk)
types = [types_of(it, "wage_bonus", "shift_date") for it in (fresh, again, ours.Shifts())]
types

# %%
try:
    print(fresh.shift_date < date(2022, 11, 15))
except TypeError as error:
    refused = type(error).__name__  # Pythons word it in different ways
refused

# %% [markdown]
# A field does not convert its default. Until the row is read again, the bonus is a float. The day is a
# datetime, and no date can be compared with it. Here a default has the type that the column holds
# ([`shifts.py`](../../speedy/models/shifts.py)).

# %%
(bonus, moment), (later, day), (decimal, at_once) = types
lines.add("default=50.00", f"a {bonus}; read again, a {later}", f"a {decimal}", "shifts.py")
happened = f"a {moment}; compared with a date: {refused}"
lines.add("DateField(default=now)", happened, f"a {at_once}", "shifts.py")

# %% [markdown]
# ### Claim: only a through table of your own makes a pair unique
#
# Django's own users and groups are linked by an automatic table. Does it take a pair twice? And does the
# published one take a seat without a person?

# %%
from classroom.experiments.line_by_line import try_to_store
from django.contrib.auth.models import Group, User

pair = {"user": User.objects.create(username="ada"), "group": Group.objects.create(name="nights")}
tries = [try_to_store(User.groups.through, **pair) for _ in range(2)]
tries += [try_to_store(app.ShiftsEmployees) for app in (theirs, ours)]
tries

# %% [markdown]
# The automatic table takes the pair once and refuses it the second time. The published table takes a seat
# without a person. It does refuse a seat without a shift. What an explicit table does change is what is
# *sent*:

# %%
sent = what_fires(Person, "person.skills.remove(a)", "person.nights.remove(a)")
automatic, explicit = (sent.fired(f"{which}.remove(a)") for which in ("skills", "nights"))
more = sorted(set(explicit) - set(automatic))
happened = f"the automatic one: a pair again {tries[1]}; theirs: an empty seat {tries[2]}"
here = f"an empty seat {tries[3]}; written out for {' and '.join(more)}"
lines.add("a through table, for uniqueness", happened, here, "matrix")
sent

# %% [markdown]
# This project keeps its explicit table for those signals: they keep the headcount true
# ([the matrix](matrix.ipynb)).
#
# ### An extra index on (employee, shift)
#
# How many indexes has the pair in each design? And is there one on the day of a shift?

# %%
from classroom.experiments.line_by_line import indexes

pair = ["employee_id", "shift_id"]
found, here = (indexes(app.ShiftsEmployees).count(pair) for app in (theirs, ours))
lines.add("one more index on the pair", f"{found} indexes", f"{here} index", "shifts.py")
["shift_date"] in indexes(theirs.Shifts), ["shift_date"] in indexes(ours.Shifts)

# %% [markdown]
# A unique pair has an index already, so each seat is written into two. An index is missing on the day of
# the shifts, where every hire looks.
#
# ### No word on what a row may hold
#
# Somebody of 400 years is hired, and a second shift is opened on one day. (Their field is a
# `PositiveSmallIntegerField`, so it does refuse an age of -3.)

# %%
fresh_database()
old = [try_to_store(app.Employees, **roster[0] | {"age": 400}) for app in (theirs, ours)]
second = [[try_to_store(app.Shifts) for _ in range(2)][1] for app in (theirs, ours)]
lines.add("an age without an upper bound", f"400 is {old[0]}", f"400 is {old[1]}", "employees.py")
lines.add(
    "any number of shifts a day", f"a second is {second[0]}", f"it is {second[1]}", "shifts.py"
)

# %% [markdown]
# What must hold is held by the database, whatever program writes to it.
#
# ## Receivers
#
# These two are connected. The numbers in the comments count their faults:

# %%
from classroom.scenes.as_published.signals import (
    employee_created,
    first_with_room,
    wipe_expired_shifts,
)

show_code(wipe_expired_shifts, employee_created, first_with_room)

# %% [markdown]
# ### A wipe at every `pre_save`
#
# Four join, a day passes, and the fourth moves house.

# %%
fresh_database()
fourth = [hire(app, 4)[-1] for app in (theirs, ours)]
advance()

# %%
predict("line_by_line-2")


# %%
def left_over(app):
    return app.Employees.objects.filter(shifts=None).count()


for person in fourth:
    person.address = "1 Hill Road"
    person.save()
edited = [left_over(app) for app in (theirs, ours)]
reveal("line_by_line-2")

# %%
theirs.Employees.objects.create(**roster[4])
shift_table(theirs)

# %% [markdown]
# Three people of yesterday sit nowhere, and the hire of Søren did not bring them back. It also wipes for a
# hire that fails:

# %%
from contextlib import suppress

fresh_database()
for app in (theirs, ours):
    hire(app, 3)
advance()

# %%
for app in (theirs, ours):
    with suppress(ValueError):
        app.Employees.objects.create(**roster[3] | {"age": "old"})
failed = [left_over(app) for app in (theirs, ours)]
happened, here = (
    f"left over after an edit: {it[0]}; after a failure: {it[1]}"
    for it in zip(edited, failed, strict=True)
)
lines.add("a wipe at every pre_save", happened, here, "lesson 02")

# %% [markdown]
# Here an edit wipes nothing. People whose shift expired are placed again, in the same transaction
# ([lesson 02](../02_built_in_signals.ipynb)).
#
# ### No look at `raw`
#
# Five are hired, and five seats dumped, deleted, and loaded again.

# %%
from classroom.experiments.line_by_line import dump_and_load

fresh_database()
for app in (theirs, ours):
    hire(app, 5)
seats = [dump_and_load(app) for app in (theirs, ours)]
lines.add(
    "no look at raw",
    f"5 seats dumped, {seats[0]} loaded",
    f"5 dumped, {seats[1]} loaded",
    "lesson 06",
)

# %% [markdown]
# A *fixture* is a file of rows that Django can load. It brings its own seats, so a receiver that does not look
# at `raw` gives everybody a second one ([bulk and fixtures](bulk_fixtures_migrations_admin.ipynb)).
#
# ### `except (Shifts.DoesNotExist, Exception)`, and a `print`
#
# Another receiver prints badges, and its printer is out of paper while the first shift is filled.

# %%
from django.db.models.signals import m2m_changed, post_save


def print_badge(**kwargs):
    raise RuntimeError("the badge printer is out of paper")


fresh_database()
with connected(m2m_changed, print_badge):
    hire(theirs, 1)
half_done = left_over(theirs)
shift_table(theirs)

# %% [markdown]
# The caller hears nothing, and Ada is left over beside an empty shift. Inside a transaction the error
# comes back, as another one:

# %%
from classroom.scenes.scenarios import broken_rule
from django.db import transaction


def heard_by_the_caller(app, breakdown):
    try:
        with transaction.atomic(), breakdown:
            hire(app, 1)
            return app.Employees.objects.count()
    except Exception as error:
        return type(error).__name__


# %%
fresh_database()
heard = heard_by_the_caller(theirs, connected(m2m_changed, print_badge))
own = heard_by_the_caller(ours, broken_rule())
here = f"the error itself, {own}; {left_over(ours)} left over"
lines.add(
    "except Exception, print", f"{half_done} left over; inside atomic(): {heard}", here, "lesson 06"
)

# %% [markdown]
# Catch the errors that you can handle, and let the others out ([lesson 06](../06_when_things_break.ipynb)).
#
# ### `create()`, then `.save()`
#
# So the published receiver opens a shift. (The published views store each person once.)

# %%
predict("line_by_line-3")


# %%
fresh_database()
saves = []
for app in (theirs, ours):
    with trace() as seen:
        hire(app, 1)
    saves.append(len(seen.filter(post_save, sender=app.Shifts, kind="signal")))
reveal("line_by_line-3")
lines.add(
    "create(), then .save()",
    f"post_save is sent {saves[0]} times",
    f"it is sent {saves[1]} time",
    "lesson 03",
)
saves

# %% [markdown]
# `create()` calls `save()`. So the second one writes the shift again, and tells every receiver again
# ([lesson 03](../03_save_overrides.ipynb)).
#
# ### Count all, each time
#
# To find a free seat the published receiver counts the people of every shift. How many steps does
# SQLite take for one hire, on a rota of three people and on one of three thousand?

# %% tags=["varies"]
from classroom.experiments.line_by_line import steps_of_a_hire
from speedy.wirings import hire_by_call

hires = {"as published": (theirs, theirs.Employees.objects.create), "here": (ours, hire_by_call)}
taken = steps_of_a_hire(hires, sizes=(3, 3000))
taken

# %%
grew, steady = taken.loc[3000] > 2 * taken.loc[3]
words = {True: "the more people, the more steps", False: "the same, 3 people or 3,000"}
lines.add("a count over all shifts", words[grew], words[steady], "lesson 05")

# %% [markdown]
# A counter on the shift, and an index on the shifts with room, make a hire cost the same at every size
# ([lesson 05](../05_side_by_side.ipynb)).
#
# ### Count, then add
#
# Two seats are taken. Alan and Katherine are hired at the same moment: both count, then both add. Here they
# take turns by hand, in slow motion.

# %%
fresh_database()
for app in (theirs, ours):
    hire(app, 2)
two = theirs.Employees.objects.bulk_create(theirs.Employees(**person) for person in roster[2:4])
looks = [first_with_room() for person in two]  # both count,
for person, shift in zip(two, looks, strict=True):
    shift.employees_shift.add(person)  # both add
shift_table(theirs)

# %%
two = ours.Employees.objects.bulk_create(ours.Employees(**person) for person in roster[2:4])
shift = ours.Shifts.objects.get()  # both have found it
tried = [try_to_store(ours.ShiftsEmployees, employee=person, shift=shift) for person in two]
crowd, three = (app.ShiftsEmployees.objects.count() for app in (theirs, ours))
lines.add(
    "count, then add", f"{crowd} on one shift", f"{three}; the second is {tried[1]}", "lesson 06"
)

# %% [markdown]
# Here the database refuses the fourth. And the rule locks the shift that it found, so a hire does not even get
# that far. Twelve hires in the same moment, two rounds on SQLite. The first row differs from run to run:

# %% tags=["varies"]
races = race("as published", "direct call", rounds=2, on="SQLite")
races

# %% [markdown]
# [The race](race.ipynb) runs on PostgreSQL too.
#
# ## Views and the log
#
# ### A signal without `request`, and a receiver that reads it
#
# No address leads to the published views. `answer` asks them as Django would for a browser, and tells the
# status and the error. Their log has to be connected, and a folder to stand in.

# %%
from classroom.scenes.as_published import views
from classroom.scenes.as_published.event_logging import event_signal, view_event_logging
from classroom.experiments.line_by_line import answer, standing_in_a_folder

fresh_database()
show_code(views.test_logging, view_event_logging)

# %%
predict("line_by_line-4")

# %%
with standing_in_a_folder() as folder, connected(event_signal, view_event_logging):
    status, error = answer(views.test_logging)
    files = len(list(folder.iterdir()))
stayed = theirs.Employees.objects.count()
reveal("line_by_line-4")

# %%
from django.test import Client

browser = Client(SERVER_NAME="localhost")
posted = browser.post("/test_logging/", roster[0]).status_code
happened = f"status {status} ({error}), the person stays, {files} log files"
here = f"status {posted}, and {len(event_log())} line in the log"
lines.add("a payload without request", happened, here, "lesson 04")

# %% [markdown]
# Write down the payload above the declaration. Give the arguments of a receiver defaults
# ([lesson 04](../04_custom_signals.ipynb)).
#
# ### `Employee.objects.create(…)`

# %%
status, error = answer(views.test_signals)
posted = browser.post("/test_signals/", roster[1]).status_code
lines.add("a view that says Employee", f"status {status} ({error})", f"status {posted}", "testing")

# %% [markdown]
# The model is `Employees`. Python notices when the line runs, so one test that asks for the page would
# have told ([testing](testing.ipynb)).
#
# ### A GET that hires
#
# A crawler comes by three times. Then somebody posts from a foreign site, without the token.

# %%
from classroom.experiments.line_by_line import held_back

fresh_database()
crawled = [answer(views.test_logging)[0] for _ in range(3)]
shown = [browser.get("/test_logging/").status_code for _ in range(3)]
with held_back("django.security.csrf"):
    foreign = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    forged = foreign.post("/test_logging/", roster[0]).status_code
crawled, shown, forged

# %%
hired, here = (app.Employees.objects.count() for app in (theirs, ours))
here = f"{here} people; a POST without the token: status {forged}"
lines.add("GET hires", f"3 visits: {hired} people", f"3 visits: {here}", "lesson 04")

# %% [markdown]
# GET shows, POST acts ([lesson 04](../04_custom_signals.ipynb)).
#
# ### Three fields for four
#
# The tutorial shows lines that end with the object. Its code never writes it.

# %%
from classroom.scenes.as_published import event_logging
from speedy.signals.event_logging import log_event

event = "View: hire", "Employees object created: Ada"
with standing_in_a_folder() as folder:
    event_logging.log_event(*event, instance="Employees object (72)")
    line = (folder / "log_event.log").read_text()
log_event(event[1], event[0], "Employees object (72)")
print(line, settings.EVENT_LOG.read_text().splitlines()[-1], sep="")

# %%
texts = line, settings.EVENT_LOG.read_text().splitlines()[-1]
fields = [len(text.split(" -- ")) for text in texts]
lines.add("the log line's fourth field", f"{fields[0]} fields", f"{fields[1]} fields", "lesson 04")

# %% [markdown]
# ### `open`, append, `close`
#
# Their file lies wherever the process stands, and takes every word as it is. Mallory's name has a line
# break in it.

# %%
name = "Mallory\n14_11_2022_09_00_00 -- View: hire -- Employees object created: Trent"
message = f"Employees object created: {name}"
files = []
for _ in ("the web server stands here", "and the office there"):
    with standing_in_a_folder() as folder:
        event_logging.log_event("View: hire", message)
        files.append(next(folder.iterdir()).read_text())
print(files[0])

# %%
before = len(event_log())
log_event(message, "View: hire")
forged, honest = len(files[0].splitlines()), len(event_log()) - before
happened = f"{len(files)} folders, {len(files)} files; one event, {forged} lines"
lines.add(
    "open, append, close by hand", happened, f"one file; one event, {honest} line", "lesson 04"
)

# %% [markdown]
# ## Layout and imports
#
# The modules of this part cannot be imported, or cannot be used. They lie in folders that nothing imports
# ([`layout`](../../classroom/scenes/as_published/layout/__init__.py)).
#
# ### A file that is named otherwise than its import
#
# In their tree a module of receivers has another name than in the import of it. The specimen plays it: the
# package imports `custom_signal`, and the file is `custom_signals.py`.

# %%
from classroom.experiments.line_by_line import failure_of_import, imports_of
from speedy.signals import (
    custom_signals,
    employee_assignment,
    event_logging,
    rota_lock,
    shift_headcount,
)

layout = "classroom.scenes.as_published.layout"
error = failure_of_import(f"{layout}.named_otherwise")
modules = [employee_assignment, event_logging, rota_lock, shift_headcount]
lines.add("a file misnamed", error, f"ready() imports {len(modules)} modules", "lesson 02")

# %% [markdown]
# This one is loud. A module of receivers that nobody imports raises no error, and nothing fires
# ([lesson 02](../02_built_in_signals.ipynb), and how to test for it: [testing](testing.ipynb)).
#
# ### `from … import *`
#
# One module needs `datetime`, the module. Another, imported by a star, has the class of that name.

# %%
from classroom.scenes.as_published.layout.star import shift_signals

show_code(shift_signals)

# %%
try:
    shift_signals.today()
except AttributeError as error:
    lost = type(error).__name__
lost

# %%
stars = [name for module in modules for name in imports_of(module) if "*" in name]
happened = f"datetime is the class {shift_signals.datetime.__name__}; asked for today: {lost}"
lines.add("from … import *", happened, f"{len(stars)} stars in {len(modules)} modules", "signals/")

# %% [markdown]
# The published star imports happen to work. Here each name is imported by
# itself ([`signals`](../../speedy/signals/__init__.py)).
#
# ### Claim: signals cure circular imports
#
# The published declaration imports no models, and that is right. A circle begins where one module holds both
# a signal that a model sends and a receiver that imports the model. Here `models` needs `signals`, which needs
# `models`:

# %%
error = failure_of_import(f"{layout}.circle.models")
known = imports_of(custom_signals)
here = f"declarations import {', '.join(known)} alone"
lines.add("claim: no more circular imports", error, here, "lesson 04")

# %% [markdown]
# The cure is a module that imports nothing of the project, and a package around it whose `__init__` imports
# no receivers. Keep declarations and receivers apart ([lesson 04](../04_custom_signals.ipynb)).
#
# ## The prose
#
# ### Claim: signals work in the background
#
# A receiver writes down when it works, and in which thread.

# %%
predict("line_by_line-5")

# %%
import threading

from django.db import connection

events, facts = [], []


def work(sender, **kwargs):
    events.append("the receiver works")
    facts.append((threading.get_ident() == main_thread, connection.in_atomic_block))


# %%
main_thread = threading.get_ident()
with transaction.atomic(), connected(post_save, work):
    events.append("create() is called")
    EmployeesWithoutHooks.objects.create(**roster[0])
    events.append("create() returns")
    transaction.on_commit(lambda: events.append("after the commit"))
reveal("line_by_line-5")
events

# %%
[(same_thread, same_transaction)] = facts
happened = f"{events[1]}, then {events[2]}; in the same thread: {same_thread}"
here = f"what may wait is done by on_commit(), {events[3]}"
lines.add("claim: in the background", happened, here, "lesson 01")

# %% [markdown]
# A receiver is a function call, and the caller waits for it ([lesson 01](../01_what_a_signal_is.ipynb)). The
# tutorial says "background" of Django's machinery, and it does warn of slow pages. What should happen only
# after the commit goes into `on_commit`. What must not be lost goes into an [outbox](outbox.ipynb).
#
# ### Claims: `save()` and signals give the same result; `delete()` is skipped in bulk
#
# The tutorial says the first of logic inside one model. Eight operations: which of them call the method, and
# which send its signals?

# %%
fires = what_fires(
    Person,
    "person.save(), a stored one",
    "bulk_create(), 2 rows",
    "queryset.update(...), 2 rows",
    "queryset.delete(), 2 rows",
    "team.delete() with 2 rows, CASCADE",
    "PersonByProxy.objects.create(...)",
    "loading a fixture",
    "Person.objects.create(...) in a migration",
)
fires

# %%
pairs = ("save()", "post_save"), ("delete()", "post_delete")
alone = [row["operation"] for pair in pairs for row in fires.differ(*pair)]
happened = f"no, in {len(alone)} of these {len(fires)} operations"
lines.add("claim: the same result", happened, f"signals alone: {'; '.join(alone)}", "matrix")

# %%
gone, made, changed = (fires.fired(it) for it in ("queryset.delete", "bulk_create", "update("))
told = [hook for hook in gone if hook.endswith("_delete")]
happened = f"true, and {' and '.join(told)} are sent"
here = f"bulk_create() sends {len(made)} signals, update() {len(changed)}"
lines.add("claim: delete() is skipped in bulk", happened, here, "matrix")

# %% [markdown]
# Loading a fixture sends the signals and does not call your `save()`. Deleting many, or by a cascade, sends the
# signals and does not call your `delete()`. Bulk writes do neither. And ◇: the class of a proxy, or of a
# migration, is another sender ([the matrix](matrix.ipynb)).
#
# ### `post_save.connect(function, sender=Employees)`
#
# Two functions are connected so. The second is made inside another function, with `DEBUG` off, as on a
# server.

# %%
from django.test import override_settings

greeted = {"by a function": 0, "by a local function": 0}


def greet(sender, **kwargs):
    greeted["by a function"] += 1


def connect_a_local_one():
    def greet(sender, **kwargs):
        greeted["by a local function"] += 1

    post_save.connect(greet, sender=EmployeesWithoutHooks)


# %%
post_save.connect(greet, sender=EmployeesWithoutHooks)
with override_settings(DEBUG=False):
    connect_a_local_one()
EmployeesWithoutHooks.objects.create(**roster[1])
post_save.disconnect(greet, sender=EmployeesWithoutHooks)
works, gone = greeted.values()
lines.add(
    "post_save.connect(…)", f"works: {works} greeting", f"a local function: {gone}", "lesson 01"
)

# %% [markdown]
# It works. But Django holds a function by a weak reference, and the local one was gone when Grace came
# ([receivers that vanish](vanishing_receivers.ipynb)).
#
# ### Claim: prefer direct calls
#
# The tutorial ends with this advice, and [Django's own page on
# signals](https://docs.djangoproject.com/en/5.2/topics/signals/) begins with it. What does a direct call do
# better? Here the rule fails, in each of the four wirings:

# %%
table = side_by_side("an error in the rule", clock=False)
table.loc[["left without a shift", "the caller sees", "atomic by itself"]]

# %%
left = table.loc["left without a shift"]
happened = f"right: a rule that fails leaves {left['direct call']} without a shift"
here = f"by built-in signals it leaves {left['built-in signals']}"
lines.add("claim: prefer direct calls", happened, here, "lesson 07")

# %% [markdown]
# ## What you have done
#
# - You ran the published models, receivers, views and modules, and saw what each of them does.
# - You ran this project's way beside each.
# - You tried the claims of the prose, those that do not hold and those that do.
#
# The table to keep is this one. Its cells were put down above, one by one:

# %%
print(f"{len(lines)} lines were run.")
lines.table()

# %% [markdown]
# None of this speaks against the tutorial. Most of us would write such lines on the first day, and that is
# why they are worth running. [Lesson 07](../07_choosing.ipynb) says where behaviour belongs instead. Read on:
# [Django on signals](https://docs.djangoproject.com/en/5.2/topics/signals/).
