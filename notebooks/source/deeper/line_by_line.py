# %% [markdown]
# # Appendix · Line by line
#
# This project grew out of a well-known tutorial on Django's signals. It is a good read, and its idea, a
# rota that fills by itself, carries this course. **But what happens if you run its lines, each of them?**
#
# You will, in about 40 minutes,
#
# - run its models, receivers, views and modules, on a specimen kept for that, and see what each does;
# - run this project's way beside it, and read in a sentence why it differs;
# - try the claims of its prose as well, those that hold among them.
#
# It is an appendix: look a line up, or read from the top. Claims are told in our own words. Each finding is
# put down as a cell sees it, and the table at the end is made of nothing else.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# The published design is an app of its own, [`as_published`](../classroom/scenes/as_published/models.py), written
# anew and with its faults numbered. Here it is `theirs`, and this project's is `ours`. Both have
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
predict("She is hired on 14 November 2022. In which year was she born, says their table?", ...)

# %%
born = roster[0]["date_of_birth"]
for app in (theirs, ours):
    hire(app, 1)
stored, kept = (app.Employees.objects.get().date_of_birth for app in (theirs, ours))
reveal(stored.year)
lines.add("auto_now_add", f"{born} passed, {stored} stored", f"{kept} stored", "employees.py")
assert stored != born == kept

# %% [markdown]
# `auto_now_add` is for the day on which a row was made, and takes no other. Here the field is a plain date
# that may be missing ([`employees.py`](../speedy/models/employees.py)).
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
# A field does not convert its default. Until the row is read again, the bonus is a float, and the day is a
# moment that no date can be compared with. Here a default is what the column holds
# ([`shifts.py`](../speedy/models/shifts.py)).

# %%
(bonus, moment), (later, day), (decimal, at_once) = types
lines.add("default=50.00", f"a {bonus}; read again, a {later}", f"a {decimal}", "shifts.py")
happened = f"a {moment}; compared with a date: {refused}"
lines.add("DateField(default=now)", happened, f"a {at_once}", "shifts.py")
assert (bonus, moment, decimal, at_once) == ("float", "datetime", "Decimal", "date")

# %% [markdown]
# ### Claim: only a through table of your own makes a pair unique
#
# Django's own accounts have an automatic table between users and groups. Does it take a pair twice? And
# does the published one take a seat without anybody on it?

# %%
from classroom.experiments.line_by_line import try_to_store
from django.contrib.auth.models import Group, User

pair = {"user": User.objects.create(username="ada"), "group": Group.objects.create(name="nights")}
tries = [try_to_store(User.groups.through, **pair) for _ in range(2)]
tries += [try_to_store(app.ShiftsEmployees) for app in (theirs, ours)]
tries

# %% [markdown]
# The automatic table takes the pair, and refuses it the second time, without being told. The published one
# takes a seat without anybody; ours does not. What an explicit table does change is what is *sent*:

# %%
sent = what_fires("person.skills.remove(a)", "person.nights.remove(a)")
automatic, explicit = (sent.fired(f"{which}.remove(a)") for which in ("skills", "nights"))
more = sorted(set(explicit) - set(automatic))
happened = f"the automatic one: a pair again {tries[1]}; theirs: an empty seat {tries[2]}"
here = f"an empty seat {tries[3]}; written out for {' and '.join(more)}"
lines.add("a through table, for uniqueness", happened, here, 4)
assert tries == ["taken", "refused", "taken", "refused"]
sent

# %% [markdown]
# This project keeps its explicit table for those signals: they keep the headcount true
# ([lesson 04](04_what_fires_when.ipynb)).
#
# ### An extra index on (employee, shift)
#
# How many indexes has the pair in each design? And is there one on the day of a shift?

# %%
from classroom.experiments.line_by_line import indexes

pair = ["employee_id", "shift_id"]
found, here = (indexes(app.ShiftsEmployees).count(pair) for app in (theirs, ours))
lines.add("one more index on the pair", f"{found} indexes", f"{here} index", "shifts.py")
assert (found, here) == (2, 1)
["shift_date"] in indexes(theirs.Shifts), ["shift_date"] in indexes(ours.Shifts)

# %% [markdown]
# What is unique has an index already, so each seat is written into two. The one that is missed is on the
# day of the shifts, where every hire looks.
#
# ### No word on what a row may hold
#
# Somebody of 400 years is hired, and a second shift is opened on one day.

# %%
fresh_database()
old = [try_to_store(app.Employees, **roster[0] | {"age": 400}) for app in (theirs, ours)]
second = [[try_to_store(app.Shifts) for _ in range(2)][1] for app in (theirs, ours)]
lines.add("age = IntegerField()", f"400 is {old[0]}", f"400 is {old[1]}", "employees.py")
lines.add(
    "any number of shifts a day", f"a second is {second[0]}", f"it is {second[1]}", "shifts.py"
)
assert old == second == ["taken", "refused"]

# %% [markdown]
# What must hold is held by the database, whoever writes to it.
#
# ## Receivers
#
# These two are connected. The numbers are those of their faults:

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
predict("An address is edited. How many people of their rota lose their shift?", ...)


# %%
def left_over(app):
    return app.Employees.objects.filter(shifts=None).count()


for person in fourth:
    person.address = "1 Hill Road"
    person.save()
edited = [left_over(app) for app in (theirs, ours)]
reveal(edited[0])

# %%
theirs.Employees.objects.create(**roster[4])
assert left_over(theirs) == 3
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
lines.add("a wipe at every pre_save", happened, here, 2)
assert (edited, failed) == ([3, 0], [3, 0])

# %% [markdown]
# Here an edit wipes nothing, and whoever's shift expired is placed again, in the same transaction
# ([lesson 02](02_built_in_signals.ipynb)).
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
lines.add("no look at raw", f"5 seats dumped, {seats[0]} loaded", f"5 dumped, {seats[1]} loaded", 7)
assert seats == [10, 5]

# %% [markdown]
# A fixture brings its seats along; who reacts to `raw` gives everybody a second one
# ([lesson 07](07_when_things_break.ipynb)).
#
# ### `except (Shifts.DoesNotExist, Exception)`, and a `print`
#
# Somebody else's receiver, a badge printer, is out of paper while the first shift is filled.

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
lines.add("except Exception, print", f"{half_done} left over; inside atomic(): {heard}", here, 7)
assert (heard, own) == ("TransactionManagementError", "BrokenRule")

# %% [markdown]
# Catch what you can cure, and let the rest out ([lesson 07](07_when_things_break.ipynb)).
#
# ### `create()`, then `.save()`
#
# So the published view hires, and so does `theirs.hire`.

# %%
predict("One person is hired the published way. How often is post_save sent for that person?", ...)


# %%
fresh_database()
with trace() as once:
    hire(ours, 1)
with trace() as twice:
    theirs.hire(**roster[0])
saves = [
    len(seen.filter(post_save, sender=app.Employees, kind="signal"))
    for app, seen in ((theirs, twice), (ours, once))
]
reveal(saves[0])
lines.add(
    "create(), then .save()",
    f"post_save is sent {saves[0]} times",
    f"it is sent {saves[1]} time",
    3,
)
assert saves == [2, 1]
twice

# %% [markdown]
# `create()` *is* a `save()`, so the second one wipes, writes and tells everybody again ([lesson 03](03_save_overrides.ipynb)).
#
# ### Count all, each time
#
# To find a free seat the published receiver counts the people of every shift. How many steps does
# SQLite take for one hire, on a rota of three people and on one of three thousand?

# %% tags=["varies"]
from classroom.experiments.line_by_line import steps_of_a_hire
from speedy.wirings import hire_by_call

hires = {"as published": (theirs, theirs.hire), "here": (ours, hire_by_call)}
taken = steps_of_a_hire(hires, sizes=(3, 3000))
taken

# %%
grew, steady = taken.loc[3000] > 2 * taken.loc[3]
words = {True: "the more people, the more steps", False: "the same, 3 people or 3,000"}
lines.add("a count over all shifts", words[grew], words[steady], 6)
assert grew and not steady

# %% [markdown]
# [Lesson 06](06_side_by_side.ipynb) draws it in milliseconds. A counter that signals keep true, and an
# index on the shifts with room, make it cost the same at every size.
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
lines.add("count, then add", f"{crowd} on one shift", f"{three}; the second is {tried[1]}", 7)
assert (crowd, three, tried) == (4, 3, ["taken", "refused"])

# %% [markdown]
# Here the database refuses the fourth; and the rule locks what it looks at, so it does not even come to
# that. With twelve hires in the same moment, in two rounds on SQLite (the first row differs from run to run):

# %% tags=["varies"]
races = race("as published", "direct call", rounds=2, on="SQLite")
assert (races.xs("direct call", level="design")["exact"] == 2).all()
races

# %% [markdown]
# [Lesson 07](07_when_things_break.ipynb) races on PostgreSQL too.
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
predict('Their view hires, then tells the log. Status, and people hired ("500, 0")?', ...)

# %%
with standing_in_a_folder() as folder, connected(event_signal, view_event_logging):
    status, error = answer(views.test_logging)
    files = len(list(folder.iterdir()))
reveal([status, theirs.Employees.objects.count()])

# %%
from django.test import Client

browser = Client(SERVER_NAME="localhost")
posted = browser.post("/test_logging/", roster[0]).status_code
happened = f"status {status} ({error}), the person stays, {files} log files"
here = f"status {posted}, and {len(event_log())} line in the log"
lines.add("a payload without request", happened, here, 5)
assert (status, error, files, posted, len(event_log())) == (500, "KeyError", 0, 200, 1)

# %% [markdown]
# A payload is written above the declaration, a receiver has defaults, and who only tells sends robustly
# ([lesson 05](05_custom_signals.ipynb)).
#
# ### `Employee.objects.create(…)`

# %%
status, error = answer(views.test_signals)
posted = browser.post("/test_signals/", roster[1]).status_code
lines.add("a view that says Employee", f"status {status} ({error})", f"status {posted}", 8)
assert (status, error, posted) == (500, "NameError", 200)

# %% [markdown]
# The model is `Employees`. Python notices when the line runs, so one test that asks for the page would
# have told ([lesson 08](08_testing.ipynb)).
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
lines.add("GET hires", f"3 visits: {hired} people", f"3 visits: {here}", 5)
assert (hired, forged) == (3, 403) and not ours.Employees.objects.exists()

# %% [markdown]
# GET shows, POST acts ([lesson 05](05_custom_signals.ipynb)).
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
lines.add("the log line's fourth field", f"{fields[0]} fields", f"{fields[1]} fields", 5)
assert fields == [3, 4]

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
lines.add("open, append, close by hand", happened, f"one file; one event, {honest} line", 5)
assert (len(files), forged, honest) == (2, 2, 1)

# %% [markdown]
# ## Layout and imports
#
# The modules of this part cannot be imported, or cannot be used. They lie in folders that nothing imports
# ([`layout`](../classroom/scenes/as_published/layout/__init__.py)).
#
# ### A file that is named otherwise than its import
#
# The package imports `custom_signal`, and the file in it is `custom_signals.py`.

# %%
from classroom.experiments.line_by_line import failure_of_import, imports_of
from speedy import signals

layout = "classroom.scenes.as_published.layout"
error = failure_of_import(f"{layout}.named_otherwise")
lines.add("a file misnamed", error, f"imports {', '.join(signals.__all__)}", 2)
assert error.startswith("ModuleNotFoundError")

# %% [markdown]
# That it is loud is luck. A module of receivers that nobody imports fails nowhere, and nothing fires
# ([lesson 02](02_built_in_signals.ipynb), and how to test for it: [lesson 08](08_testing.ipynb)).
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
modules = [getattr(signals, name) for name in signals.__all__]
stars = [name for module in modules for name in imports_of(module) if "*" in name]
happened = f"datetime is the class {shift_signals.datetime.__name__}; asked for today: {lost}"
lines.add("from … import *", happened, f"{len(stars)} stars in {len(modules)} modules", "signals/")
assert lost == "AttributeError" and not stars

# %% [markdown]
# And an `except Exception` around it would have printed that, and gone on. Here each name is imported by
# itself ([`signals`](../speedy/signals/__init__.py)).
#
# ### Claim: signals cure circular imports
#
# Published, the signal stands in one module with the receivers, which import the models. That is well until
# a model wants to send it. Here `models` needs `signals`, which needs `models`:

# %%
error = failure_of_import(f"{layout}.circle.models")
known = imports_of(signals.custom_signals)
here = f"declarations import {', '.join(known)} alone"
lines.add("claim: no more circular imports", error, here, 5)
assert "partially initialized" in error and known == ["django.dispatch"]

# %% [markdown]
# What cures the circle is a module that imports nothing of the project, whatever is in it. Declarations
# apart, receivers apart ([lesson 05](05_custom_signals.ipynb)).
#
# ## The prose
#
# ### Claim: signals work in the background
#
# A receiver writes down when it works, and in which thread.

# %%
predict('Which comes last: the end of create(), or the receiver ("create", "receiver")?', ...)

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
reveal("create" if "create" in events[2] else "receiver")
events

# %%
[(same_thread, same_transaction)] = facts
happened = f"{events[1]}, then {events[2]}; in the same thread: {same_thread}"
here = f"what may wait is done by on_commit(), {events[3]}"
lines.add("claim: in the background", happened, here, 1)
assert same_thread and same_transaction
assert [event.split()[-1] for event in events] == ["called", "works", "returns", "commit"]

# %% [markdown]
# A receiver is a function call, and the caller waits for it ([lesson 01](01_what_a_signal_is.ipynb)). What
# should happen only once the data is safe waits for the commit, and what must not be lost is stored in an
# outbox ([lesson 09](09_choosing.ipynb)).
#
# ### Claims: `save()` and signals give the same result; `delete()` is skipped in bulk
#
# Eight operations, run against every hook: which of them call the method, and which send its signals?

# %%
fires = what_fires(
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
alone = [name.strip(" ★") for pair in pairs for _, name in fires.differ(*pair).index]
happened = f"no, in {len(alone)} of these {len(fires)} operations"
lines.add("claim: the same result", happened, f"signals alone: {'; '.join(alone)}", 4)
assert len(alone) == 3

# %%
gone, made, changed = (fires.fired(it) for it in ("queryset.delete", "bulk_create", "update("))
told = [hook for hook in gone if hook.endswith("_delete")]
happened = f"true, and {' and '.join(told)} are sent"
here = f"bulk_create() sends {len(made)} signals, update() {len(changed)}"
lines.add("claim: delete() is skipped in bulk", happened, here, 4)
assert told == ["pre_delete", "post_delete"] and "delete()" not in gone and not made and not changed

# %% [markdown]
# Loading a fixture calls no `save()` and sends its signals; deleting many, or along with somebody else,
# calls no `delete()` and sends its signals; bulk calls say nothing to anybody. And ◐: the class of a proxy, or
# of a migration, is another sender ([lesson 04](04_what_fires_when.ipynb)).
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
lines.add("post_save.connect(…)", f"works: {works} greeting", f"a local function: {gone}", 1)
assert greeted == {"by a function": 1, "by a local function": 0}

# %% [markdown]
# It works. But Django holds a function by a weak reference, and the local one was gone when Grace came
# ([lesson 01](01_what_a_signal_is.ipynb)).
#
# ### Claim: prefer direct calls
#
# So the tutorial ends, and so begins [Django's own page on
# signals](https://docs.djangoproject.com/en/5.2/topics/signals/). What does a direct call do better? Here
# the rule fails, in each of the four wirings:

# %%
table = side_by_side("an error in the rule", clock=False)
table.loc[["left without a shift", "the caller sees", "atomic by itself"]]

# %%
left = table.loc["left without a shift"]
happened = f"right: a rule that fails leaves {left['direct call']} without a shift"
here = f"by built-in signals it leaves {left['built-in signals']}"
lines.add("claim: prefer direct calls", happened, here, 9)
assert (left["direct call"], left["built-in signals"]) == ("nobody", "Ada")

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
# None of it is said against the tutorial: its lines are the ones that most of us would write on the first
# day, which is why they are worth running. Where behaviour belongs instead, [lesson
# 09](09_choosing.ipynb) tells. Its exercises: [for 09](exercises/09_choosing.ipynb), and
# [the quiz](exercises/quiz.ipynb) over everything. Read on:
# [Django on signals](https://docs.djangoproject.com/en/5.2/topics/signals/).
