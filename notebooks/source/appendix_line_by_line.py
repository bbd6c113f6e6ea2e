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
# - try the sentences of its prose as well: five do not hold as they stand, or only half, and two do.
#
# It is an appendix: look a line up, or read from the top. Each finding is put down as a cell sees it, and
# the table at the end is made of nothing else.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# The published design is an app of its own, [`as_published`](../classroom/as_published/models.py), written
# anew and with its faults numbered. Here it is `theirs`, and this project's is `ours`. Both have
# `Employees`, `Shifts` and `ShiftsEmployees`.

# %%
import speedy.models
from classroom.line_by_line import Findings

theirs, ours = as_published, speedy.models
lines = Findings()

# %% [markdown]
# ## Models
#
# ### `date_of_birth = DateField(auto_now_add=True)`
#
# Ada states the day she was born.

# %%
predict("She is hired on 14 November 2022. In which year was she born, says their table?", ...)

# %%
ada, born = roster[0], roster[0]["date_of_birth"]
for app in (theirs, ours):
    app.Employees.objects.create(**ada)
stored, kept = (app.Employees.objects.get().date_of_birth for app in (theirs, ours))
reveal(stored.year)
lines.add(
    "date_of_birth with auto_now_add",
    f"{born} is passed, {stored} is stored",
    f"{kept} is stored",
    "models",
)
assert stored != born == kept

# %% [markdown]
# `auto_now_add` is for the day on which a row was made, and takes no other. Here the field is a plain date
# that may be missing ([`employees.py`](../speedy/models/employees.py)).
#
# ### `wage_bonus = DecimalField(default=50.00)`, `shift_date = DateField(default=timezone.now)`

# %%
fresh, fine = (
    theirs.Shifts.objects.create(),
    ours.Shifts.objects.create(shift_date=date(2022, 12, 1)),
)
again = theirs.Shifts.objects.get(pk=fresh.pk)
kinds = {
    name: [type(getattr(it, name)).__name__ for it in (fresh, again, fine)]
    for name in ("wage_bonus", "shift_date")
}
kinds

# %%
try:
    print(fresh.shift_date < date(2022, 11, 15))
except TypeError as error:
    print(error)
    refused = type(error).__name__

# %% [markdown]
# A field does not convert its default. Until the row is read again, the bonus is a float, and the day is a
# moment that no date can be compared with. Here a default is what the column holds
# ([`shifts.py`](../speedy/models/shifts.py)).

# %%
float_first, decimal_later, decimal = kinds["wage_bonus"]
lines.add(
    "wage_bonus with default=50.00",
    f"a {float_first}; read again, a {decimal_later}",
    f"a {decimal}",
    "models",
)
moment, day, at_once = kinds["shift_date"]
lines.add(
    "shift_date with default=now",
    f"a {moment}; compared with a date: {refused}",
    f"a {at_once}",
    "models",
)
assert (float_first, moment) == ("float", "datetime") and (decimal, at_once) == ("Decimal", "date")

# %% [markdown]
# ### "A through table of your own, so that a pair is unique; else it is as the automatic one"
#
# Django's own accounts have an automatic table between users and groups. Does it take a pair twice? And
# does the published one take a seat without anybody on it?

# %%
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction


def takes(model, **fields):
    try:
        with transaction.atomic():
            model.objects.create(**fields)
    except IntegrityError:
        return "refused"
    return "taken"


pair = {"user": User.objects.create(username="ada"), "group": Group.objects.create(name="nights")}
tries = [takes(User.groups.through, **pair) for _ in range(2)]
tries += [takes(app.ShiftsEmployees) for app in (theirs, ours)]
tries

# %% [markdown]
# The automatic table refuses the repeated pair without being told. The published one takes an empty seat.
# What an explicit table does change is what is *sent*. The first row is about an automatic one:

# %%
sent = what_fires("person.skills.remove(a)", "person.nights.remove(a)")
automatic, explicit = (sent.fired(f"{which}.remove(a)") for which in ("skills", "nights"))
more = sorted(set(explicit) - set(automatic))
lines.add(
    "through table, for uniqueness",
    f"the automatic one: pair again {tries[1]}; theirs: seat of nobody {tries[2]}",
    f"seat of nobody {tries[3]}; written out for {', '.join(more)}",
    "04",
)
assert tries == ["taken", "refused", "taken", "refused"] and more == ["post_delete", "pre_delete"]
sent

# %% [markdown]
# This project keeps its explicit table for those signals: they keep the headcount true
# ([lesson 04](04_what_fires_when.ipynb)).
#
# ### An extra index on (employee, shift)

# %%
from classroom.line_by_line import indexes

pair = ["employee_id", "shift_id"]
found, here = (indexes(app.ShiftsEmployees).count(pair) for app in (theirs, ours))
lines.add("index on (employee, shift)", f"{found} indexes on the same pair", f"{here}", "models")
assert (found, here) == (2, 1)
["shift_date"] in indexes(theirs.Shifts), ["shift_date"] in indexes(ours.Shifts)

# %% [markdown]
# What is unique has an index already, so each seat is written into two. The one that is missed is on the
# day of the shifts, where every hire looks.
#
# ## Receivers
#
# ### A wipe at every `pre_save`
#
# Four join, a day passes, and the fourth moves house.

# %%
fresh_database()
fourth = [
    [app.Employees.objects.create(**person) for person in roster[:4]][-1] for app in (theirs, ours)
]
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
shift_table(theirs)

# %% [markdown]
# Three people of yesterday sit nowhere, and no later hire brings them back. It also wipes for a hire that
# fails:

# %%
from contextlib import suppress

fresh_database()
for app in (theirs, ours):
    for person in roster[:3]:
        app.Employees.objects.create(**person)
advance()
for app in (theirs, ours):
    with suppress(ValueError):
        app.Employees.objects.create(**roster[3] | {"age": "old"})
failed = [left_over(app) for app in (theirs, ours)]
lines.add(
    "wipe at every pre_save",
    f"left over after an edit: {edited[0]}; after a hire that fails: {failed[0]}",
    f"{edited[1]}; {failed[1]}",
    "02",
)
assert (edited, failed) == ([3, 0], [3, 0])

# %% [markdown]
# Here an edit wipes nothing, and whoever's shift expired is placed again, in the same transaction
# ([lesson 02](02_built_in_signals.ipynb)).
#
# ### No look at `raw`

# %%
from classroom.line_by_line import dump_and_load

fresh_database()
for app in (theirs, ours):
    for person in roster[:5]:
        app.Employees.objects.create(**person)
seats = [dump_and_load(app) for app in (theirs, ours)]
lines.add(
    "no look at raw", f"5 seats are dumped, {seats[0]} are there after loading", f"{seats[1]}", "07"
)
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
    theirs.Employees.objects.create(**roster[0])
half_done = left_over(theirs)
shift_table(theirs)

# %% [markdown]
# The caller hears nothing, and Ada is left over beside an empty shift. Inside a transaction the error
# comes back, as another one:

# %%
from classroom.scenarios import broken_rule


def heard_by_the_caller(app, breakdown):
    try:
        with transaction.atomic(), breakdown:
            app.Employees.objects.create(**roster[1])
            return app.Employees.objects.count()
    except Exception as error:
        return type(error).__name__


fresh_database()
heard = heard_by_the_caller(theirs, connected(m2m_changed, print_badge))
here = heard_by_the_caller(ours, broken_rule())
lines.add(
    "except (…, Exception) and print",
    f"{half_done} left over, and no error; inside atomic(): {heard}",
    f"the error itself, {here}; nobody is half hired: {left_over(ours)} left over",
    "07",
)
assert (heard, here) == ("TransactionManagementError", "BrokenRule")

# %% [markdown]
# Catch what you can cure, and let the rest out ([lesson 07](07_when_things_break.ipynb)).
#
# ### `create()`, then `.save()`

# %%
predict("One person is hired the published way. How often is post_save sent for that person?", ...)


# %%
def sent_and_updated(app, hire):
    with trace() as seen:
        hire(**roster[0])
    updates = [
        sql for sql in seen.statements if sql.startswith(f'UPDATE "{app.Employees._meta.db_table}"')
    ]
    return len(seen.filter(post_save, sender=app.Employees, kind="signal")), len(updates)


twice, once = (
    sent_and_updated(theirs, theirs.hire),
    sent_and_updated(ours, ours.Employees.objects.create),
)
reveal(twice[0])
lines.add(
    "create(), then .save()",
    f"post_save sent {twice[0]} times, {twice[1]} UPDATE more",
    f"post_save sent {once[0]} time, {once[1]} UPDATE",
    "03",
)
assert (twice, once) == ((2, 1), (1, 0))

# %% [markdown]
# `create()` *is* a `save()` ([lesson 03](03_save_overrides.ipynb)).
#
# ### Count all, each time
#
# To find a free seat the published receiver counts the people of every shift. `steps` counts what SQLite
# does for one hire, on a rota of three people and on one of three thousand.

# %% tags=["varies"]
from classroom.line_by_line import steps_of_a_hire
from speedy.wirings import hire_by_call

taken = steps_of_a_hire({theirs: theirs.hire, ours: hire_by_call}, sizes=(3, 3000))
taken

# %%
grew, steady = taken.loc[3000] > 2 * taken.loc[3]
words = {True: "the more people, the more steps", False: "the same at both sizes"}
lines.add("a count over all shifts", words[grew], words[steady], "06")
assert grew and not steady

# %% [markdown]
# [Lesson 06](06_side_by_side.ipynb) draws it in milliseconds. A counter that signals keep true, and an
# index on the shifts with room, make it cost the same at every size.
#
# ### Count, then add
#
# Two seats are taken. Ada and Grace are hired at the same moment: both count, then both add. Here the two
# take turns by hand, in slow motion.

# %%
from classroom.as_published.signals import first_with_room

fresh_database()
for app in (theirs, ours):
    for person in roster[2:4]:
        app.Employees.objects.create(**person)
two = theirs.Employees.objects.bulk_create(theirs.Employees(**person) for person in roster[:2])
looks = [first_with_room() for person in two]
for person, shift in zip(two, looks, strict=True):
    shift.employees_shift.add(person)
shift_table(theirs)

# %%
two = ours.Employees.objects.bulk_create(ours.Employees(**person) for person in roster[:2])
shift = ours.Shifts.objects.get()  # both have found it
outcomes = [takes(ours.ShiftsEmployees, employee=person, shift=shift) for person in two]
crowd, three = (app.ShiftsEmployees.objects.count() for app in (theirs, ours))
lines.add(
    "count, then add",
    f"{crowd} on a shift for three",
    f"{three}; whoever comes second is {outcomes[1]}",
    "07",
)
assert (crowd, three, outcomes) == (4, 3, ["taken", "refused"])

# %% [markdown]
# The database holds the promise, and the rule, which locks what it looks at, never even gets that far. With
# twelve hires in the same moment, two rounds on SQLite (yours will differ, but not in the second row):

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
from classroom.as_published import views
from classroom.as_published.event_logging import event_signal, view_event_logging
from classroom.line_by_line import answer, standing_in_a_folder

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
lines.add(
    "no request sent, kwargs['request'] read",
    f"status {status} ({error}), the person stays, {files} log files",
    f"status {posted}, and a line in the log: {len(event_log())}",
    "05",
)
assert (status, error, files) == (500, "KeyError", 0) and (posted, len(event_log())) == (200, 1)

# %% [markdown]
# A payload is written above the declaration, a receiver has defaults, and who only tells sends robustly
# ([lesson 05](05_custom_signals.ipynb)).
#
# ### `Employee.objects.create(…)`

# %%
status, error = answer(views.test_signals)
posted = browser.post("/test_signals/", roster[1]).status_code
lines.add("the other view says Employee", f"status {status} ({error})", f"status {posted}", "08")
assert (status, error, posted) == (500, "NameError", 200)

# %% [markdown]
# The model is `Employees`. Python notices when the line runs, so one test that asks for the page would
# have told ([lesson 08](08_testing.ipynb)).
#
# ### A GET that hires
#
# A crawler comes by three times. Then somebody posts from a foreign site, without the token.

# %%
from classroom.line_by_line import held_back

fresh_database()
crawled = [answer(views.test_logging)[0] for visit in range(3)]
shown = [browser.get("/test_logging/").status_code for visit in range(3)]
with held_back("django.security.csrf"):
    foreign = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    forged = foreign.post("/test_logging/", roster[0]).status_code
hired, here = (app.Employees.objects.count() for app in (theirs, ours))
lines.add(
    "GET creates",
    f"3 visits hire {hired} people",
    f"{here}; a POST without a token: status {forged}",
    "05",
)
assert (crawled, shown) == ([200] * 3, [200] * 3)
assert (hired, here, forged) == (3, 0, 403)

# %% [markdown]
# GET shows, POST acts ([lesson 05](05_custom_signals.ipynb)).
#
# ### Three fields for four
#
# The tutorial shows lines that end with the object. Its code never writes it.

# %%
from classroom.as_published import event_logging
from speedy.signals.event_logging import log_event

with standing_in_a_folder() as folder:
    event_logging.log_event(
        "View: hire", "Employees object created: Ada", instance="Employees object (72)"
    )
    line = (folder / "log_event.log").read_text()
log_event("Employees object created: Ada", "View: hire", "Employees object (72)")
print(line, settings.EVENT_LOG.read_text(), sep="")

# %%
fields = [len(text.split(" -- ")) for text in (line, settings.EVENT_LOG.read_text())]
lines.add("the log line's fourth field", f"{fields[0]} fields", f"{fields[1]} fields", "05")
assert fields == [3, 4]

# %% [markdown]
# ### `open`, append, `close`
#
# Their file lies wherever the process stands, and takes every word as it is. Mallory's name has a line
# break in it.

# %%
name = "Mallory\n14_11_2022_09_00_00 -- View: hire -- Employees object created: Trent"
found = []
for _ in ("the web server stands here", "and the office there"):
    with standing_in_a_folder() as folder:
        event_logging.log_event("View: hire", f"Employees object created: {name}")
        found += [path.name for path in folder.iterdir()]
        forged = len((folder / "log_event.log").read_text().splitlines())

before = len(event_log())
log_event(f"Employees object created: {name}", "View: hire")
honest = len(settings.EVENT_LOG.read_text().splitlines()) - before
lines.add(
    "open, append, close by hand",
    f"{len(found)} folders, {len(found)} files; one event, {forged} lines",
    f"one file, in the settings; one event, {honest} line",
    "05",
)
assert (len(found), forged, honest) == (2, 2, 1)

# %% [markdown]
# ## Layout and imports
#
# The modules of this part cannot be imported, or not used. They lie in folders that nothing imports
# ([`layout`](../classroom/as_published/layout/__init__.py)).
#
# ### A file that is named otherwise than its import

# %%
from classroom.line_by_line import failure_of_import, imports_of
from speedy import signals

layout = "classroom.as_published.layout"
error = failure_of_import(f"{layout}.named_otherwise")
lines.add(
    "a file named otherwise than its import", error, f"imports {', '.join(signals.__all__)}", "01"
)
assert error.startswith("ModuleNotFoundError")

# %% [markdown]
# Then no receiver is connected. That this one is loud is luck: a module that nobody imports is silent
# ([lesson 01](01_what_a_signal_is.ipynb)).
#
# ### `from … import *`
#
# One module needs `datetime`, the module. Another, imported by a star, has the class of that name.

# %%
from classroom.as_published.layout.star import shift_signals

show_code(shift_signals)

# %%
try:
    shift_signals.today()
except AttributeError as error:
    print(f"{type(error).__name__}: {error}")
    lost = f"datetime is a {type(shift_signals.datetime).__name__}; asked for today: {type(error).__name__}"

# %%
modules = [getattr(signals, name) for name in signals.__all__]
stars = [name for module in modules for name in imports_of(module) if "*" in name]
lines.add("from … import *", lost, f"{len(stars)} stars in {len(modules)} modules of signals", "01")
assert lost.endswith("AttributeError") and not stars

# %% [markdown]
# And the receiver's `except Exception` would have printed it, and gone on.
#
# ### "Signals cure circular imports"
#
# Published, the signal stands in one module with the receivers, which import the models. That is well until
# a model wants to send it. Here `models` needs `signals`, which needs `models`:

# %%
error = failure_of_import(f"{layout}.circle.models")
known = imports_of(signals.custom_signals)
lines.add(
    '"signals cure circular imports"', error, f"the declarations import {', '.join(known)}", "05"
)
assert "partially initialized" in error and known == ["django.dispatch"]

# %% [markdown]
# What cures the circle is a module that imports nothing of the project, whatever is in it. Declarations
# apart, receivers apart ([lesson 05](05_custom_signals.ipynb)).
#
# ## The prose
#
# ### "Signals are background processes"

# %%
predict(
    "create() is called, a receiver works, create() returns. Which is the last of the three?", ...
)

# %%
import threading

from django.db import connection

events, facts = [], []


def work(sender, **kwargs):
    events.append("the receiver works")
    facts.extend([threading.get_ident() == here, connection.in_atomic_block])


here = threading.get_ident()
with transaction.atomic(), connected(post_save, work):
    events.append("create() is called")
    EmployeesWithoutHooks.objects.create(**roster[0])
    events.append("create() returns")
    transaction.on_commit(lambda: events.append("after the commit"))
reveal(events[2].replace("()", ""))
events

# %%
lines.add(
    '"background processes"',
    f"{events[1]} before {events[2]}; same thread, same transaction: {facts[:2]}",
    f"what may wait: on_commit, {events[3]}",
    "01",
)
assert facts[:2] == [True, True]
assert events == [
    "create() is called",
    "the receiver works",
    "create() returns",
    "after the commit",
]

# %% [markdown]
# A receiver is a function call. The caller waits for it ([lesson 01](01_what_a_signal_is.ipynb)); what must
# not wait goes into `on_commit`, and what must not be lost into an outbox
# ([lesson 09](09_choosing.ipynb)).
#
# ### "`save()` and signals: the result will be the same", and "`delete()` is skipped in bulk"

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
fires[["save()", "pre_save", "post_save", "delete()", "pre_delete", "post_delete"]]

# %%
differ = [
    name
    for pair in (("save()", "post_save"), ("delete()", "post_delete"))
    for _, name in fires.differ(*pair).index
]
bulk = {
    name: sorted(fires.fired(name))
    for name in (
        "queryset.delete(), 2 rows",
        "bulk_create(), 2 rows",
        "queryset.update(...), 2 rows",
    )
}
lines.add(
    '"the result will be the same"',
    f"one of the two alone, in {len(differ)} of {len(fires)} operations",
    "what_fires() runs eighty",
    "04",
)
deleted, *silent = bulk.values()
told = [name for name in deleted if name.endswith("_delete")]
lines.add(
    '"delete() is skipped in bulk"',
    f"true, and {' and '.join(told)} are sent",
    f"bulk_create() and update() send {' '.join(map(' '.join, silent)).strip() or 'nothing'}",
    "04",
)
assert "delete()" not in deleted and told == ["post_delete", "pre_delete"] and silent == [[], []]

# %% [markdown]
# Loading a fixture calls no `save()` and sends its signals; deleting many, or along with somebody else,
# calls no `delete()` and sends its signals; bulk calls say nothing to anybody. And ◐: the class of a proxy, or
# of a migration, is another sender ([lesson 04](04_what_fires_when.ipynb)).
#
# ### `post_save.connect(function, sender=Employees)`

# %%
from django.test import override_settings

greeted = []


def greet(sender, instance, **kwargs):
    greeted.append(instance.first_name)


def connect_a_local_one():
    def local(sender, instance, **kwargs):
        greeted.append(f"{instance.first_name}, by a local function")

    post_save.connect(local, sender=EmployeesWithoutHooks)


post_save.connect(greet, sender=EmployeesWithoutHooks)
with override_settings(DEBUG=False):
    connect_a_local_one()
EmployeesWithoutHooks.objects.create(**roster[1])
post_save.disconnect(greet, sender=EmployeesWithoutHooks)
lines.add(
    "post_save.connect(…)",
    f"works: {greeted}",
    "taught receivers live in modules; a local one is gone at once",
    "01",
)
assert greeted == ["Grace"]

# %% [markdown]
# It works. Django holds the function by a weak reference, and the local one was gone when Grace came
# ([lesson 01](01_what_a_signal_is.ipynb)).
#
# ### "Prefer direct calls"
#
# So the tutorial ends, and so do Django's documents. What does a direct call do better? The rule fails:

# %%
table = side_by_side("an error in the rule", clock=False)
table.loc[["left without a shift", "the caller sees", "atomic by itself"]]

# %%
row = table.loc["atomic by itself"]
lines.add(
    '"prefer direct calls"',
    f"right: atomic by itself? a call: {row['direct call']}; signals: {row['built-in signals']}",
    "the course leads there",
    "09",
)
assert row["direct call"] != row["built-in signals"]

# %% [markdown]
# ## What you have done
#
# - You ran the published models, receivers, views and modules, and saw what each of them does.
# - You ran this project's way beside each.
# - You tried the sentences of the prose, those that do not hold and those that do.
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
