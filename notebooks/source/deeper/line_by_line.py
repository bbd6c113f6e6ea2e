# %% [markdown]
# # Deeper · Matić's tutorial, line by line
#
# This course grew out of [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić (DEV
# Community, 18 November 2022). It is a good read, and its idea carries the course: a rota that fills by
# itself. Thank you for it. **What happens if you run its lines?**
#
# **Look up the line that you wonder about.** The fold has all 41 lines and claims, in the order of this page. Search the
# page for the words in its first column. (Would you rather guess first? Then keep it closed, and read a section.)
#
# <details>
# <summary>All lines and claims, with what happens</summary>
#
# | line or claim | as published | here |
# |---|---|---|
# | **Models** | | |
# | auto_now_add | 1988-12-10 passed, 2022-11-14 stored | 1988-12-10 stored |
# | default=50.00 | a float; read again, a Decimal | a Decimal |
# | DateField(default=now) | a datetime; `<` with a date: TypeError | a date |
# | max_digits=4 | InvalidOperation at reading; 1 row stays | read as 100.00 |
# | a through table, for uniqueness | the automatic one: a pair again refused; theirs: a seat without a person taken | a seat without a person refused |
# | claim: the id is not needed | save() looks for it: True | it is kept |
# | one more index on the pair | 2 indexes | 1 index |
# | an age without an upper bound | 400 is taken | 400 is refused |
# | any number of shifts a day | a second is taken | it is refused |
# | **Receivers** | | |
# | a wipe at every pre_save | left over after an edit: 3; after a hire that fails: 3 | left over after an edit: 0; after a hire that fails: 0 |
# | date.today() | the 14th | the 13th |
# | no look at raw | 5 seats dumped, 10 loaded | 5 dumped, 5 loaded |
# | except Exception, print | 1 left over; inside atomic(), at the next query: TransactionManagementError | the error itself, BrokenRule; 0 left over |
# | except IndexError, DoesNotExist | first() gives None; caught: TypeError | if latest is None |
# | create(), then .save() | post_save is sent 2 times | it is sent 1 time |
# | a count over all shifts | more steps with 3,000 people | as many steps |
# | claim: wiping makes look-ups faster | true there: more steps with 1,000 old shifts | as many steps |
# | count, then add | 4 on one shift | 3; the second is refused |
# | **Views and the log** | | |
# | a payload without request | status 500 (KeyError), the person stays, 0 log files | status 200, and 1 line in the log |
# | except DoesNotExist, ValueError | "old": status 200; -3: status 500 (IntegrityError) | "old": status 400; -3: status 400 |
# | a view that says Employee | status 500 (NameError) | status 200 |
# | GET hires | left on a site, 3 visits: 3 people | 3 visits: 0 people; a POST without the token: status 403 |
# | the log line's fourth field | 3 fields | 4 fields |
# | open, append, close by hand | 2 folders, 2 files; one event, 2 lines | one file; one event, 1 line |
# | **Layout and imports** | | |
# | a file with two names | by the text it works; by the tree: ModuleNotFoundError | ready() imports 4 modules |
# | from … import * | it works; a risk: where two modules need two datetimes: AttributeError | 0 stars in 4 modules |
# | claim: no more circular imports | the signal imports no models, so it holds; a risk: with the receivers beside the signal: ImportError | declarations import django.dispatch alone |
# | claim: the order of imports matters | it holds: employees first works, shifts first: ImportError | shifts.py imports employees: False |
# | claim: it may live anywhere | it holds: 1 call | 4 modules of receivers, none of them in models/ |
# | **The prose** | | |
# | three groups | 6 in groups, 8 named | 10 in that module |
# | question: in the background? | no: the receiver works, then create() returns; in the same thread: True | what may wait: on_commit(), after the commit |
# | claim: the same result | not in 3 of these 8 operations | signals alone: loading a fixture; queryset.delete(), 2 rows; team.delete() with 2 rows, CASCADE |
# | claim: delete() is skipped in bulk | it holds; the delete signals are sent: True | bulk_create() and update() send 0 signals |
# | claim: good for slugs | named, without code; a risk: after update() a receiver's initials are AQ | the database's: AL |
# | claim: all models, at all times | 1 of 2 rows: PersonByProxy | a call, wherever it stands |
# | claim: pre_event, post_event | before, told, after | sent where send() stands |
# | a text as sender | it works; a risk: connected for a text; an equal text, made anew: 0 calls | the sender is a function or a class |
# | post_save.connect(…) | it works: 1 greeting; a risk: a local function greets 0 times | @receiver, in a module |
# | claim: prefer direct calls | it holds: a rule that fails leaves nobody without a shift | by built-in signals it leaves Ada |
# | rule: one model, in the model | it holds, but bulk_create() calls 0 hooks | the database first |
# | rule: other models, a signal | by built-in signals, in autocommit, an error leaves Ada; by a custom signal nobody | your own code: call it |
#
# </details>
#
# Each section runs the published line in a small app that is kept for that, and this project's way beside it. A claim of the
# text is given in our own words. Several of them hold.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# The tutorial's design is an app of its own, [`as_published`](../../classroom/scenes/as_published/models.py). We rewrote it, a
# little shorter. The numbers in its comments count its faults. Here the app is `theirs`, and this project's is `ours`. Both
# have `Employees`, `Shifts` and `ShiftsEmployees`.
#
# `both(act)` calls `act(theirs)` and `act(ours)`. It gives both answers, or the name of an error. `hire(app, 3)` hires the first
# three of the roster. `lines.add()` prints what came of a line, there and here.

# %%
import speedy.models
from classroom.experiments.line_by_line import Findings, both, hire, left_over, outcome

theirs, ours = as_published, speedy.models
lines = Findings()

# %% [markdown]
# ## Models
#
# ### `date_of_birth = DateField(auto_now_add=True)`
#
# Ada states the day she was born.

# %%
predict("line_by_line-1")


# %%
def date_of_birth(app):
    hire(app, 1)
    return app.Employees.objects.get().date_of_birth


stored, kept = both(date_of_birth)
reveal("line_by_line-1")
lines.add("auto_now_add", f"1988-12-10 passed, {stored} stored", f"{kept} stored")

# %% [markdown]
# `auto_now_add` is for the day on which a row was made, and takes no other when the row is made. Here the field is a plain
# date that may be missing ([`employees.py`](../../speedy/models/employees.py)).
#
# ### `DecimalField(default=50.00)`, `DateField(default=timezone.now)`
#
# Of which types are a bonus and a day: in a shift just created, in the same one read again, and in one of ours?

# %%
from classroom.experiments.line_by_line import types_of

created = theirs.Shifts.objects.create()
again = theirs.Shifts.objects.get(pk=created.pk)
bonuses = types_of("wage_bonus", created, again, ours.Shifts())
lines.add("default=50.00", f"a {bonuses[0]}; read again, a {bonuses[1]}", f"a {bonuses[2]}")

# %%
days = types_of("shift_date", created, again, ours.Shifts())
error = outcome(lambda: created.shift_date < date(2022, 11, 15))
lines.add("DateField(default=now)", f"a {days[0]}; `<` with a date: {error}", f"a {days[2]}")

# %% [markdown]
# A field does not convert its default. Until the row is read again, the bonus is a float. The day is a datetime, and `<` with
# a date raises. Here a default has the type that the column holds ([`shifts.py`](../../speedy/models/shifts.py)).
#
# ### `DecimalField(max_digits=4, decimal_places=2)`
#
# A shift pays a bonus of 100. It is stored, and read again.


# %%
def pay_a_hundred(app):
    shift = app.Shifts.objects.create(wage_bonus=100)
    return app.Shifts.objects.get(pk=shift.pk).wage_bonus


fresh_database()
paid = both(pay_a_hundred)
stayed = theirs.Shifts.objects.count()
lines.add("max_digits=4", f"{paid[0]} at reading; {stayed} row stays", f"read as {paid[1]}")

# %% [markdown]
# `max_digits` counts all digits, also those behind the point. So 99.99 is the most. PostgreSQL refuses the 100. SQLite
# takes it, and then Django cannot read the bonus of this row any more.
#
# ### Claim: only a through table of your own makes a pair unique
#
# A many-to-many relation is kept in a table of pairs, the *through table*. Django makes one by itself, as for its users and
# groups. Does that table take a pair twice? And does the tutorial's own table take a seat without a person, or without a shift?

# %%
from classroom.experiments.line_by_line import try_to_store
from django.contrib.auth.models import Group, User

fresh_database()
pair = {"user": User.objects.create(username="ada"), "group": Group.objects.create(name="nights")}
pairs = [try_to_store(User.groups.through, **pair) for _ in range(2)]
pairs


# %%
def empty_seat(app):
    hire(app, 1)
    return try_to_store(app.ShiftsEmployees, shift=app.Shifts.objects.get())


seats = both(empty_seat)
without_a_shift = try_to_store(theirs.ShiftsEmployees, employee=theirs.Employees.objects.get())
found = f"the automatic one: a pair again {pairs[1]}; theirs: a seat without a person {seats[0]}"
lines.add("a through table, for uniqueness", found, f"a seat without a person {seats[1]}")

# %% [markdown]
# The automatic table takes the pair once and refuses it the second time. The published table takes a seat
# without a person. It does refuse a seat without a shift.
#
# What a table of your own does change is what is *sent*. `what_fires` tries calls on `Person`, a model that is made for such
# questions. Its `skills` have an automatic table, its `nights` one of their own. ◆ means that it fired.

# %%
sent = what_fires(Person, "person.skills.remove(a)", "person.nights.remove(a)")
sent

# %% [markdown]
# This project has a table of its own for those signals: they keep the headcount true ([the matrix](matrix.ipynb)).
#
# ### Claim: a through table hardly needs its id
#
# A table needs a primary key, so Django adds an `id` where you name none. Does anybody look a seat up by it?

# %%
seat = theirs.ShiftsEmployees.objects.first()
with trace() as seen:
    seat.save()
by_id = any('"id" = ' in statement for statement in seen.statements)
lines.add("claim: the id is not needed", f"save() looks for it: {by_id}", "it is kept")

# %% [markdown]
# Your code may never name it. `save()` and `delete()` of a seat use it.
#
# ### An extra index on (employee, shift)
#
# An *index* is a sorted list that the database keeps beside a table, to find rows quickly. How many has the pair in each
# design? And is there one on the day of a shift?

# %%
from classroom.experiments.line_by_line import indexes

pair = ["employee_id", "shift_id"]
number = both(lambda app: indexes(app.ShiftsEmployees).count(pair))
lines.add("one more index on the pair", f"{number[0]} indexes", f"{number[1]} index")
both(lambda app: ["shift_date"] in indexes(app.Shifts))

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
old = both(lambda app: try_to_store(app.Employees, **roster[0] | {"age": 400}))
lines.add("an age without an upper bound", f"400 is {old[0]}", f"400 is {old[1]}")


# %%
def second_shift(app):
    app.Shifts.objects.create()
    return try_to_store(app.Shifts)


fresh_database()
second = both(second_shift)
lines.add("any number of shifts a day", f"a second is {second[0]}", f"it is {second[1]}")

# %% [markdown]
# Here the database holds what must hold, whatever program writes to it.
#
# ## Receivers
#
# These two are connected, and the third is the search that they share:

# %%
from classroom.scenes.as_published.signals import (
    employee_created,
    first_with_room,
    wipe_expired_shifts,
)

show_code(wipe_expired_shifts, employee_created, first_with_room)

# %% [markdown]
# ### A wipe at every pre_save
#
# Four join, a day passes, and the fourth moves house.

# %%
fresh_database()
fourth = both(lambda app: hire(app, 4)[-1])
advance()

# %%
predict("line_by_line-2")

# %%
for person in fourth:
    person.address = "1 Hill Road"
    person.save()
edited = both(left_over)
reveal("line_by_line-2")

# %%
theirs.Employees.objects.create(**roster[4])
shift_table(theirs)

# %% [markdown]
# Three people of yesterday sit nowhere, and the hire of Søren did not bring them back. The receiver also wipes for a
# hire that fails:

# %%
fresh_database()
both(lambda app: hire(app, 3))
advance()

# %%
refused = both(lambda app: app.Employees.objects.create(**roster[3] | {"age": "old"}))
failed = both(left_over)
words = "left over after an edit: {}; after a hire that fails: {}"
lines.add(
    "a wipe at every pre_save",
    words.format(edited[0], failed[0]),
    words.format(edited[1], failed[1]),
)

# %% [markdown]
# Here an edit wipes nothing. People whose shift expired are placed again, in the same transaction
# ([lesson 02](../02_built_in_signals.ipynb)).
#
# ### `datetime.date.today()`
#
# It is nine in the morning of 14 November in UTC, the `TIME_ZONE` of this project. Somebody works eleven hours
# behind it, so there it is still the 13th.

# %%
import datetime

from django.utils import timezone

fresh_database()
with timezone.override(timezone.get_fixed_timezone(-11 * 60)):
    process, user = datetime.date.today(), timezone.localdate()
lines.add("date.today()", f"the {process:%d}th", f"the {user:%d}th")

# %% [markdown]
# `date.today()` uses the time zone of the whole process. Django sets that to `TIME_ZONE` when it starts, except on
# Windows. A time zone that `timezone.activate()` sets for one user changes nothing there. `timezone.localdate()`
# respects it.
#
# ### No look at raw
#
# A *fixture* is a file of rows that Django can load. Five people are hired. All rows are written to a fixture, deleted, and
# loaded again.

# %%
from classroom.experiments.line_by_line import dump_and_load

fresh_database()
both(lambda app: hire(app, 5))
loaded = both(dump_and_load)
lines.add("no look at raw", f"5 seats dumped, {loaded[0]} loaded", f"5 dumped, {loaded[1]} loaded")

# %% [markdown]
# The fixture brings its own seats. So a receiver that does not look at `raw` gives everybody a second one
# ([bulk and fixtures](bulk_fixtures_migrations_admin.ipynb)).
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
# The caller hears nothing, and Ada is left over beside an empty shift. Next the same inside a transaction. For our design the
# rule fails.

# %%
from classroom.scenes.scenarios import broken_rule
from django.db import connection, transaction


def hire_in_a_transaction(app):
    with transaction.atomic():
        hire(app, 1)
        return app.Employees.objects.count()


# %%
fresh_database()
with connected(m2m_changed, print_badge):
    heard = outcome(hire_in_a_transaction, theirs)
with broken_rule():
    own = outcome(hire_in_a_transaction, ours)
there = f"{half_done} left over; inside atomic(), at the next query: {heard}"
here = f"the error itself, {own}; {left_over(ours)} left over"
lines.add("except Exception, print", there, here)

# %% [markdown]
# Inside a transaction the next query raises another error, and the real one was only printed. Without a transaction
# `add()` rolls back its own change, and the caller never hears of it. Catch the errors that you can handle, and let the
# others out ([lesson 06](../06_when_things_break.ipynb)).
#
# ### `except (DoesNotExist, IndexError)` around `.first()`
#
# This is how the published code finds the latest day. The rota may be empty.

# %%
from classroom.scenes.as_published.signals import day_after_the_latest

show_code(day_after_the_latest)

# %%
fresh_database()
latest = theirs.Shifts.objects.order_by("-shift_date").values("shift_date").first()
steers = outcome(lambda: latest["shift_date"])
there = f"first() gives {latest}; caught: {steers}"
lines.add("except IndexError, DoesNotExist", there, "if latest is None")

# %% [markdown]
# `.first()` raises neither of the two. It gives None, and the TypeError of the next line leads to the branch for an
# empty rota. Any other error leads there as well. `get()` raises `DoesNotExist`, and `[0]` an `IndexError`.
#
# ### A new shift: create(), then .save()
#
# The published receiver opens a shift for the first person.

# %%
predict("line_by_line-3")


# %%
def saves_of_the_shift(app):
    with trace() as seen:
        hire(app, 1)
    return len(seen.filter(post_save, sender=app.Shifts, kind="signal"))


fresh_database()
saves = both(saves_of_the_shift)
reveal("line_by_line-3")
times = f"post_save is sent {saves[0]} times"
lines.add("create(), then .save()", times, f"it is sent {saves[1]} time")

# %% [markdown]
# `create()` calls `save()`. So the second one writes the shift again, and tells every receiver again
# ([lesson 02](../02_built_in_signals.ipynb)). The published views store each person once.
#
# ### A count over all shifts
#
# To find a free seat the published receiver counts the people of every shift. SQLite works in small steps, and can count
# them. How many does one hire take, on a rota of three people and on one of three thousand?

# %% tags=["varies"]
from classroom.experiments.line_by_line import compared, steps_of_a_hire
from speedy.wirings import hire_by_call

hires = {"as published": (theirs, theirs.Employees.objects.create), "here": (ours, hire_by_call)}
taken = steps_of_a_hire(hires, sizes=(3, 3000))
taken

# %%
grew, steady = compared(*taken["as published"]), compared(*taken["here"])
lines.add("a count over all shifts", f"{grew} steps with 3,000 people", f"{steady} steps")

# %% [markdown]
# A counter on the shift, and an index on the shifts with room, make a hire cost the same at every size.
#
# ### Claim: wiping makes look-ups faster
#
# A thousand expired shifts are left in place. How many steps does the search for a free seat take before and after?

# %%
from classroom.experiments.line_by_line import steps


def search_here():
    return ours.Shifts.objects.current().with_room().first()


def add_old_shifts(app):
    days = [date(2019, 1, 1) + datetime.timedelta(days=number) for number in range(1000)]
    app.Shifts.objects.bulk_create(app.Shifts(shift_date=day) for day in days)


# %% tags=["varies"]
fresh_database()
both(lambda app: hire(app, 1))
before = steps(first_with_room), steps(search_here)
both(add_old_shifts)
after = steps(first_with_room), steps(search_here)
before, after

# %%
slower, as_fast = (compared(*pair) for pair in zip(before, after, strict=True))
there = f"true there: {slower} steps with 1,000 old shifts"
lines.add("claim: wiping makes look-ups faster", there, f"{as_fast} steps")

# %% [markdown]
# It holds for a search that reads every shift. A search with an index begins at today, so old shifts do not slow it. And
# the wipe itself is at least one more statement at every save.
#
# ### Count, then add
#
# Two seats are taken. Alan and Katherine are hired at the same moment: both count, then both add. Here they
# take turns by hand, in slow motion.

# %%
fresh_database()
hire(theirs, 2)
newcomers = [theirs.Employees(**person) for person in roster[2:4]]
alan, katherine = theirs.Employees.objects.bulk_create(newcomers)
first, second = first_with_room(), first_with_room()  # both count,
first.employees_shift.add(alan)  # both add
second.employees_shift.add(katherine)
shift_table(theirs)

# %%
hire(ours, 2)
shift = ours.Shifts.objects.get()
newcomers = ours.Employees.objects.bulk_create(ours.Employees(**it) for it in roster[2:4])
tried = [try_to_store(ours.ShiftsEmployees, employee=it, shift=shift) for it in newcomers]
crowd, three = both(lambda app: app.ShiftsEmployees.objects.count())
lines.add("count, then add", f"{crowd} on one shift", f"{three}; the second is {tried[1]}")

# %% [markdown]
# Here the database refuses the fourth. And the rule locks the rota before it looks, so a hire does not even get
# that far. Twelve hires in the same moment, two rounds on SQLite. The first row differs from run to run:

# %% tags=["varies"]
races = race("as published", "direct call", rounds=2, on="SQLite")
races

# %% [markdown]
# [The race](race.ipynb) runs on PostgreSQL too.
#
# ## Views and the log
#
# ### A payload without request
#
# The published views have no URL. `answer` calls them as Django does for a browser, and gives the status and the error.
# Their log has to be connected. It writes into the current folder, so it gets an empty one.

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
there = f"status {status} ({error}), the person stays, {files} log files"
here = f"status {posted}, and {len(event_log())} line in the log"
lines.add("a payload without request", there, here)

# %% [markdown]
# Write down the payload above the declaration. Give the arguments of a receiver defaults
# ([lesson 04](../04_custom_signals.ipynb)).
#
# ### `except (Employees.DoesNotExist, ValueError)`
#
# The view catches these two, and sends the error's text to the log. A visitor's age is "old", then it is -3. (`patch.dict` gives
# the published view such a visitor, while its block runs.)

# %%
from unittest.mock import patch

tried = []
for age in ("old", -3):
    with patch.dict(views.VISITOR, age=age):
        tried.append(answer(views.test_logging))
tried

# %%
codes = [browser.post("/test_logging/", roster[1] | {"age": it}).status_code for it in ("old", -3)]
(old, _), (young, error) = tried
there = f'"old": status {old}; -3: status {young} ({error})'
here = f'"old": status {codes[0]}; -3: status {codes[1]}'
lines.add("except DoesNotExist, ValueError", there, here)

# %% [markdown]
# A text that is no number is a `ValueError`, and it is caught. What a constraint refuses is an `IntegrityError`, and
# goes past. `create()` never raises `DoesNotExist`. A form checks both before anything is written
# ([`views.py`](../../speedy/views.py)).
#
# ### A view that says Employee

# %%
status, error = answer(views.test_signals)
posted = browser.post("/test_signals/", roster[1]).status_code
lines.add("a view that says Employee", f"status {status} ({error})", f"status {posted}")

# %% [markdown]
# The model is `Employees`. Python notices when the line runs, so one test that asks for the page would
# have shown it ([testing](testing.ipynb)).
#
# ### GET hires
#
# The tutorial wrote these views to try its signals out. Left on a site, they do this: a crawler comes by three times. Then
# somebody posts from a foreign site, without the secret *CSRF token* that Django puts into each form.

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
hired, kept = both(lambda app: app.Employees.objects.count())
here = f"3 visits: {kept} people; a POST without the token: status {forged}"
lines.add("GET hires", f"left on a site, 3 visits: {hired} people", here)

# %% [markdown]
# GET shows, POST acts ([`views.py`](../../speedy/views.py)).
#
# ### The log line's fourth field
#
# The tutorial shows lines that end with the object. Its code never writes it.

# %%
from classroom.scenes.as_published import event_logging
from speedy.signals.event_logging import log_event

with standing_in_a_folder() as folder:
    event_logging.log_event("View: hire -- Employees object created: Ada")
    there = (folder / "log_event.log").read_text()
log_event("Employees object created: Ada", "View: hire", "Employees object (72)")
here = settings.EVENT_LOG.read_text().splitlines()[-1]
print(there, here, sep="")

# %%
fields = [len(line.split(" -- ")) for line in (there, here)]
lines.add("the log line's fourth field", f"{fields[0]} fields", f"{fields[1]} fields")

# %% [markdown]
# ### Open, append, close by hand
#
# Their file is created in the current folder, and text is written unchanged. Mallory's name has a line break in it.

# %%
name = "Mallory\n14_11_2022_09_00_00 -- View: hire -- Employees object created: Trent"
files = []
for _ in ("the web server stands here", "and the office there"):
    with standing_in_a_folder() as folder:
        event_logging.log_event(f"View: hire -- Employees object created: {name}")
        files.append(next(folder.iterdir()).read_text())
print(files[0])

# %%
known = len(event_log())
log_event(f"Employees object created: {name}", "View: hire")
forged, honest = len(files[0].splitlines()), len(event_log()) - known
there = f"{len(files)} folders, {len(files)} files; one event, {forged} lines"
lines.add("open, append, close by hand", there, f"one file; one event, {honest} line")

# %% [markdown]
# ## Layout and imports
#
# Some modules of this part cannot be imported, or cannot be used. They lie in folders that nothing imports
# ([`layout`](../../classroom/scenes/as_published/layout/__init__.py)).
#
# ### A file with two names
#
# The tutorial shows a tree of its files, and there one is called `employees_signals.py`. But the package imports
# `employee_assignment`, a name that the text uses further down, too. If you create the file as the tree says, you get:

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
there = f"by the text it works; by the tree: {error.partition(':')[0]}"
lines.add("a file with two names", there, f"ready() imports {len(modules)} modules")

# %% [markdown]
# This one is loud. A module of receivers that nobody imports raises no error, and nothing fires
# ([lesson 02](../02_built_in_signals.ipynb), and how to test for it: [testing](testing.ipynb)).
#
# ### from … import *
#
# The published star imports work. Here is an example of ours for the risk of a star. One module needs `datetime`, the module.
# Another, imported by a star, has the class of that name.

# %%
from classroom.scenes.as_published.layout.star import shift_signals

show_code(shift_signals)

# %%
lost = outcome(shift_signals.today)
stars = [name for module in modules for name in imports_of(module) if "*" in name]
risk = f"where two modules need two datetimes: {lost}"
lines.add("from … import *", "it works", f"{len(stars)} stars in {len(modules)} modules", risk)

# %% [markdown]
# Here each name is imported by itself ([`signals`](../../speedy/signals/__init__.py)).
#
# ### Claim: no more circular imports
#
# Signals are good against circular imports, says the tutorial. Its declaration imports no models, and that is right. But
# its receivers stand in the same module. If a model were to send the signal, those receivers would need the model. This is an
# example of ours: `models` needs `signals`, which needs `models`.

# %%
error = failure_of_import(f"{layout}.circle.models")
turned = failure_of_import(f"{layout}.circle.signals")
here = f"declarations import {', '.join(imports_of(custom_signals))} alone"
risk = f"with the receivers beside the signal: {error.partition(':')[0]}"
lines.add(
    "claim: no more circular imports", "the signal imports no models, so it holds", here, risk
)

# %% [markdown]
# In this circle the other order ends in an error as well. The cure is a module that imports nothing of the project, and a
# package around it whose `__init__` imports no receivers. Keep declarations and receivers apart
# ([lesson 04](../04_custom_signals.ipynb)).
#
# ### Claim: the order of imports matters
#
# A package of models, as in the tutorial: `shifts.py` takes `Employees` from the package. Its `__init__` imports `employees`
# first, and then the other way round.

# %%
from classroom.experiments.line_by_line import import_in_order

right = import_in_order("employees", "shifts")
wrong = import_in_order("shifts", "employees")
there = f"it holds: employees first {right}, shifts first: {wrong}"
known = "speedy.models.employees" in imports_of(speedy.models.shifts)
lines.add("claim: the order of imports matters", there, f"shifts.py imports employees: {known}")

# %% [markdown]
# So the warning is right. The order also decides who is called first: plain receivers are called in the order in which they
# were connected, and async ones after them.
#
# ### Claim: it may live anywhere
#
# Signal code may live anywhere, best not in `models`. The tutorial quotes this from Django's documentation. A receiver lives
# in this cell.

# %%
names = []


def hear(sender, **kwargs):
    names.append(sender.__name__)


fresh_database()
with connected(post_save, hear, sender=EmployeesWithoutHooks):
    EmployeesWithoutHooks.objects.create(**roster[0])
here = f"{len(modules)} modules of receivers, none of them in models/"
lines.add("claim: it may live anywhere", f"it holds: {len(names)} call", here)

# %% [markdown]
# What counts is that something imports the module: `ready()`.
#
# ## The prose
#
# ### Three groups
#
# Saving, deleting, making an instance: two signals each. The tutorial names two more. How many are there?

# %%
from django.db.models import signals as model_signals
from django.dispatch import Signal

everything = {name for name, it in vars(model_signals).items() if isinstance(it, Signal)}
groups = {f"{when}_{what}" for when in ("pre", "post") for what in ("save", "delete", "init")}
named = groups | {"m2m_changed", "class_prepared"}
there = f"{len(groups & everything)} in groups, {len(named & everything)} named"
lines.add("three groups", there, f"{len(everything)} in that module")

# %%
sorted(everything - named)

# %% [markdown]
# `migrate` sends these two, and `flush` sends `post_migrate`. Requests, connections, logins and settings have signals in other
# modules: [Django lists them](https://docs.djangoproject.com/en/5.2/ref/signals/).
#
# ### Question: in the background?
#
# Do signals work in the background? The tutorial says "background" of Django's machinery, not of signals, and it does warn of
# slow pages. A receiver writes down when it works, and in which thread.

# %%
import threading

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
events

# %%
[(same_thread, same_transaction)] = facts
there = f"no: {events[1]}, then {events[2]}; in the same thread: {same_thread}"
lines.add("question: in the background?", there, f"what may wait: on_commit(), {events[3]}")

# %% [markdown]
# A plain receiver is a function call, and the caller waits for it ([lesson 01](../01_what_a_signal_is.ipynb)). What should
# happen only after the commit goes into `on_commit`. What must not be lost goes into an [outbox](outbox.ipynb).
#
# ### Claim: the same result; claim: delete() is skipped in bulk
#
# `save()` and signals give the same result: the tutorial says this of logic inside one model. Eight operations on `Person`:
# which of them call the method, and which send its signals? ◇ means that it fired for another class.

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
differing = fires.differ("save()", "post_save"), fires.differ("delete()", "post_delete")
alone = [row["operation"] for rows in differing for row in rows]
there = f"not in {len(alone)} of these {len(fires)} operations"
lines.add("claim: the same result", there, f"signals alone: {'; '.join(alone)}")

# %%
gone = fires.fired("queryset.delete")
silent = [*fires.fired("bulk_create"), *fires.fired("update(")]
there = f"it holds; the delete signals are sent: {'post_delete' in gone}"
here = f"bulk_create() and update() send {len(silent)} signals"
lines.add("claim: delete() is skipped in bulk", there, here)

# %% [markdown]
# Loading a fixture sends the signals and does not call your `save()`. Deleting many, or by a cascade, sends the
# signals and does not call your `delete()`. Bulk writes do neither. And ◇: the class of a proxy, or of a
# migration, is another sender ([the matrix](matrix.ipynb)).
#
# ### Claim: good for slugs
#
# Signals suit slugs and other data that is computed, says the tutorial, and no more. A *slug* is the part of an address that
# is made from a title, as initials are made from a name. This example is ours. A badge has its initials from the database:
# they are a *GeneratedField*, which the database computes. A receiver of `pre_save` computes them, too. Then `update()`
# changes the name.

# %%
from django.db.models.signals import pre_save
from classroom.scenes.stage.models import Badge

computed = {}


def compute(sender, instance, **kwargs):
    computed["initials"] = instance.first_name[0] + instance.last_name[0]


# %%
with connected(pre_save, compute, sender=Badge):
    badge = Badge.objects.create(first_name="Ada", last_name="Quillbrook")
    Badge.objects.update(last_name="Lovelace")
badge.refresh_from_db()
risk = f"after update() a receiver's initials are {computed['initials']}"
lines.add("claim: good for slugs", "named, without code", f"the database's: {badge.initials}", risk)

# %% [markdown]
# A column of the same row belongs to the database, where it can compute it, or into `save()`
# ([what needs no hook](no_hook.ipynb)).
#
# ### Claim: all models, at all times
#
# Signals are available to all models at all times. A receiver without a sender listens while a `PersonByProxy` is created, and
# while a `Person` is stored in bulk.

# %%
from classroom.scenes.stage.models import Person, PersonByProxy

names.clear()
with connected(post_save, hear):
    PersonByProxy.objects.create(name="Ada")
    Person.objects.bulk_create([Person(name="Grace")])
there = f"{len(names)} of 2 rows: {names[0]}"
lines.add("claim: all models, at all times", there, "a call, wherever it stands")

# %% [markdown]
# Nearly all models, if you name no sender. All times, no. A method is inherited by every class below it, a connection
# with a sender is not.
#
# ### Claim: pre_event, post_event; a text as sender
#
# A custom signal has its `pre_event` and `post_event`, and a text can be its sender. Who sends them? And which text?

# %%
event = Signal()
moments = []


def note(sender, **kwargs):
    moments.append("told")


name = "View: test_logging"
event.connect(note, sender=name)

# %%
moments.append("before")
event.send(sender=name)
moments.append("after")
lines.add("claim: pre_event, post_event", ", ".join(moments), "sent where send() stands")

# %%
again = event.send(sender="View: {}".format("test_logging"))  # an equal text, made anew
risk = f"connected for a text; an equal text, made anew: {len(again)} calls"
lines.add("a text as sender", "it works", "the sender is a function or a class", risk)

# %% [markdown]
# Nothing sends a `pre_event` for you. You send one signal before and another after, if you want two. Anything may be a
# sender, a text too, and the tutorial connects without `sender=`, so there it does no harm. A receiver that is connected for
# a text is called for that very object only, not for an equal text.
#
# ### post_save.connect(…)
#
# Two functions are connected in this way. The second is made inside another function, with `DEBUG` off, as on a server.

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
risk = f"a local function greets {gone} times"
lines.add("post_save.connect(…)", f"it works: {works} greeting", "@receiver, in a module", risk)

# %% [markdown]
# Django holds a function by a *weak reference*, which does not keep it alive. The local one was gone when Grace came
# ([receivers that vanish](vanishing_receivers.ipynb)).
#
# ### Claim: prefer direct calls
#
# The tutorial ends with this advice, and [Django's own page on
# signals](https://docs.djangoproject.com/en/5.2/topics/signals/) begins with it. What does a direct call do
# better than built-in signals? Here the rule fails, in each of the four wirings:

# %%
table = side_by_side("an error in the rule", clock=False)
left = table.loc["left without a shift"]
table.loc[["left without a shift", "the caller sees", "atomic by itself"]]

# %%
there = f"it holds: a rule that fails leaves {left['direct call']} without a shift"
here = f"by built-in signals it leaves {left['built-in signals']}"
lines.add("claim: prefer direct calls", there, here)

# %% [markdown]
# ### Two rules of thumb
#
# The first: what concerns one model belongs in the model, in `save()`, with `super()` at the end. That holds, if the
# database cannot do it: `bulk_create()` calls no `save()`. With `super()` at the end no row is stored yet, so what
# needs the stored row comes after it.
#
# The second: where other models are concerned, use a signal. The table above answers for built-in signals: without a
# transaction an error leaves Ada. A custom signal that is sent inside `atomic()` leaves nobody. It has one drawback: if
# you read the code of the hire, you do not see what happens.

# %%
there = f"it holds, but bulk_create() calls {len(fires.fired('bulk_create'))} hooks"
lines.add("rule: one model, in the model", there, "the database first")

# %%
built_in, custom = left["built-in signals"], left["custom signal"]
there = (
    f"by built-in signals, in autocommit, an error leaves {built_in}; by a custom signal {custom}"
)
lines.add("rule: other models, a signal", there, "your own code: call it")

# %% [markdown]
# If the code is yours on both sides, a call says more and can be atomic. A signal is for code that you cannot edit, or
# that must not know you ([lesson 07](../07_choosing.ipynb) asks in order).
#
# ## What to keep
#
# You can run any published line before you trust it, also a line of ours: put it beside another way, and look at what is left.
# Most of us would write such lines on the first day. That is why they are worth running. Thank you again, Ivan Slavko Matić,
# for a tutorial that gave us so much to try.
#
# [Lesson 07](../07_choosing.ipynb) says where behaviour belongs. Read on:
# [Django on signals](https://docs.djangoproject.com/en/5.2/topics/signals/).

# %%
print(f"{len(lines)} lines were run.")
