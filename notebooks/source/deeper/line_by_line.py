# %% [markdown]
# # Deeper · Matić's tutorial, line by line
#
# This course grew out of [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić (DEV
# Community, 18 November 2022). It is a good tutorial, because its example stays in your head, a rota that fills by itself,
# and because it is honest about the price: it warns of slow pages, and in the end it advises you to call a function where
# you can. We wrote its code anew, ran every line and tried every claim. Most of it works, but we found 24 faults, and they are
# worth a look, because most of us have written such lines. Here you watch eight of them go wrong, and then you can look up
# everything else. **What happens if you run its lines?**
#
# You will, in about 30 minutes,
#
# - see eight faults at the moment when they happen, and learn the cure of each;
# - look up the other lines, listing by listing;
# - find out which claims of the text hold.

# %%
fresh_database()
people = sample_roster()

# %% [markdown]
# The tutorial's design is an app of its own here, `as_published`. It has the same three models as our project, but its own
# tables and its own receivers. The code is ours, and a little shorter than the original. A comment such as `# Fault 2` gives
# the number under which you find the line on this page.
#
# ## Eight faults
#
# ### 1 · A birthday
#
# Each person has a date of birth. In the tutorial the field is `models.DateField(auto_now_add=True)`. Ada says when she was born:

# %%
as_published.Employees.objects.create(**people[0])
print("Ada says:", people[0]["date_of_birth"])
print("Stored:  ", as_published.Employees.objects.get().date_of_birth)

# %% [markdown]
# `auto_now_add` is made for the question "when was this row created?". So it stores today's date, and drops the one that you pass.
#
# **The cure:** a plain `DateField`. It may be empty, because not everybody tells it: see
# [`employees.py`](../../speedy/models/employees.py).
#
# ### 2 · The last seat
#
# This receiver puts a new person on a shift. `first_with_room()` finds the first shift with fewer than three people: its
# `annotate()` counts the people of each shift. `day_after_the_latest()` finds the day for a new shift.

# %%
from classroom.scenes.as_published.signals import employee_created, first_with_room

show_code(employee_created, first_with_room)

# %% [markdown]
# Ada sits on Monday, and Grace joins her, so one seat is free. Then two requests hire Alan and Katherine in the same moment. Each
# request takes two steps, `first_with_room()` and `add()`. Here we take these steps by hand, in a bad order. (`bulk_create()`
# stores the two, so that the receiver is not called.)

# %%
as_published.Employees.objects.create(**people[1])  # Grace
alan, katherine = as_published.Employees.objects.bulk_create(
    as_published.Employees(**person) for person in people[2:4]
)

# %%
found_for_alan = first_with_room()
found_for_katherine = first_with_room()  # the same shift: Alan is not on it yet
found_for_alan.employees_shift.add(alan)
found_for_katherine.employees_shift.add(katherine)
shift_table(as_published)

# %% [markdown]
# Four people sit on a shift for three. What the second request had read was no longer true when it wrote.
#
# **The cure:** lock the rota before you look, and let a constraint refuse a fourth person. [The race](race.ipynb) does both, with
# twelve hires in the same moment.
#
# ### 3 · The badge printer
#
# Somebody else connects a receiver that prints badges. `add()` calls it, because `add()` sends the signal `m2m_changed`. But the
# printer is out of paper. Read the second half of `employee_created` again, and remember lesson 06: no transaction is open.

# %%
from django.db.models.signals import m2m_changed, post_save


def print_badge(**kwargs):
    raise RuntimeError("the badge printer is out of paper")


fresh_database()
predict("line_by_line-1")

# %%
with connected(m2m_changed, print_badge):
    as_published.Employees.objects.create(**people[0])
reveal("line_by_line-1")
shift_table(as_published)

# %% [markdown]
# The `except` caught it, as it would catch any error, and one printed line is all that is left. (Where a shift has room, `add()` stands
# outside the `try`, and the caller does get the error.) Now the same hire inside `atomic()`:

# %%
from django.db import transaction

fresh_database()
try:
    with connected(m2m_changed, print_badge), transaction.atomic():
        as_published.Employees.objects.create(**people[0])
        print("People:", as_published.Employees.objects.count())
except transaction.TransactionManagementError as error:
    print(type(error).__name__)

# %% [markdown]
# The failed `add()` has broken the block, as in [lesson 06](../06_when_things_break.ipynb), so the next query raises an error. But
# this error says nothing of the printer.
#
# **The cure:** catch only errors that you can handle, and let all others out. Then the caller hears of it, and its `atomic()`
# undoes the hire.
#
# ### 4 · A new shift
#
# In the same receiver, where no shift has room, `Shifts.objects.create()` is followed by `shift.save()`. Alan needs a new shift:

# %%
fresh_database()
with listening(post_save, sender=as_published.Shifts) as heard:
    as_published.Employees.objects.create(**people[2])
heard

# %% [markdown]
# One shift, and two signals. `create()` makes the object and saves it, so `save()` writes the same row again, and every receiver
# of shifts is called again.
#
# **The cure:** delete the line. (The people of the tutorial are saved once.)
#
# ### 5 · A day passes
#
# This is the other receiver. It listens to `pre_save` of `Employees`, and deletes the shifts of past days:

# %%
from classroom.scenes.as_published.signals import wipe_expired_shifts

show_code(wipe_expired_shifts)

# %%
fresh_database()
team = [as_published.Employees.objects.create(**person) for person in people[:4]]
katherine = team[3]
advance()
predict("line_by_line-2")

# %%
katherine.address = "1 Hill Road"
katherine.save()
reveal("line_by_line-2")
shift_table(as_published)

# %% [markdown]
# Nobody gives the three a new shift later, either. And a hire that fails, such as one with the age "old", wipes as well,
# because `pre_save` comes before the error.
#
# **The cure:** wipe only where somebody joins, and give the people of a wiped shift a new one, in the same transaction. You saw it in
# [lesson 02](../02_built_in_signals.ipynb). If it has to happen each morning, use a timer.
#
# ### 6 · A file of rows
#
# A fixture holds rows that were saved earlier. `dump_and_load()` writes all rows into a fixture, deletes them, and loads them again. Five
# people are hired, so there are five seats:

# %%
from classroom.experiments.line_by_line import dump_and_load

fresh_database()
for person in people[:5]:
    as_published.Employees.objects.create(**person)
dump_and_load(as_published)
shift_table(as_published)

# %% [markdown]
# Each person now has two seats, and each day two shifts. For a loaded row Django sends `post_save` with `created=True`, and
# `raw=True` beside it. The receiver does not look at `raw`, so it hires everybody once more. Then the fixture's own seats come.
#
# **The cure:** `if created and not raw:`, as in [lesson 02](../02_built_in_signals.ipynb). More in [bulk, fixtures,
# migrations](bulk_fixtures_migrations_admin.ipynb).
#
# ### 7 · A visitor
#
# This view hires somebody and announces it. The receiver below it writes the event log.

# %%
from classroom.scenes.as_published import views
from classroom.scenes.as_published.event_logging import event_signal, view_event_logging

show_code(views.test_logging, view_event_logging)

# %%
fresh_database()
predict("line_by_line-3")

# %%
from django.test import RequestFactory

with connected(event_signal, view_event_logging):
    try:
        views.test_logging(RequestFactory().get("/"))  # a request, without a browser
    except Exception as error:
        print("The view raises:", repr(error))
reveal("line_by_line-3")
as_published.Employees.objects.count()

# %% [markdown]
# A signal does not check its payload, so the mistake shows only when a receiver reads it. The visitor sees an error, tries again, and is
# hired twice.
#
# **The cure:** write down the payload above the declaration, give what may be missing a default, and send with `send_robust()`, since
# a hire without a line in the log is still a hire. [Lesson 04](../04_custom_signals.ipynb) does so.
#
# ### 8 · A long name
#
# To write its line into the log, the receiver calls this function:

# %%
from classroom.scenes.as_published import event_logging

show_code(event_logging.log_event)

# %% [markdown]
# Somebody types a name into a form. The name has a line break in it. (The file is created in the current folder, so we change to an
# empty one first.)

# %%
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

name = "Mallory\n14_11_2022_09_00_00 -- View: hire -- Employees object created: Trent"
with TemporaryDirectory() as folder, chdir(folder):
    event_logging.log_event(f"View: hire -- Employees object created: {name}")
    print(Path("log_event.log").read_text())

# %% [markdown]
# One event, and two lines. Nobody hired Trent, but the log says so, because the text was written as it came.
#
# **The cure:** make one line of each event before you write it. Our project writes `\u000a` for the line break:

# %%
from speedy.signals.event_logging import log_event

log_event(f"Employees object created: {name}", "View: hire")
print(settings.EVENT_LOG.read_text())

# %% [markdown]
# ## The other lines
#
# Each listing of the tutorial has a heading and a table here. `listing()` runs a line twice, in the tutorial's design and in our
# project, and writes down what came of it. Where the line names two trials, there are two results. To look up a line, search
# this page for it.
#
# ### The models

# %%
from classroom.experiments import line_by_line

line_by_line.listing(line_by_line.models)

# %% [markdown]
# - **9.** A `PositiveSmallIntegerField` refuses -3, but it takes somebody who is 400 years old. Here a constraint sets a limit.
# - **10, 12.** A field does not convert its default. Until you read the row again, the bonus is a float and the day is a
#   datetime, which cannot be compared with a date. Here each default has the type of its column: `Decimal("50.00")` and
#   `timezone.localdate`.
# - **11.** `max_digits=4` counts the two digits behind the point, too, so 99.99 is the most. PostgreSQL refuses a bonus of 100. SQLite
#   stores it, and then Django cannot read the row. Here `max_digits` is 6.
# - **13.** A race, or fault 6, opens a second shift for a day. Here the day is unique.
# - **14.** `null=True` lets a seat be stored without a person.
# - **15.** An *index* is a sorted list beside a table, in which the database finds rows quickly. A unique pair has one already, so
#   the tutorial's is a second. But the day has none, and each hire searches by day.
#
# `total_hours`, the names and the foreign keys work as you would expect.
#
# ### The receivers

# %%
line_by_line.listing(line_by_line.receivers)

# %% [markdown]
# - **16.** `first()` raises neither a `DoesNotExist` nor an `IndexError`: for an empty rota it gives None. The published code then gets a
#   TypeError, catches it, and takes *any* error for an empty rota. Here an `if` asks.
# - **17.** To find a seat it counts the people of all shifts. On a rota of 3,000 people that takes more steps than on one of three. (A
#   *step* is a small piece of work inside SQLite.) Here each shift stores its headcount, so a hire costs the same on every
#   rota: see [counting](counting.ipynb).
# - **18.** `date.today()` uses the time zone of the whole process. In this trial the user lives eleven hours behind it, so there it is
#   still the 13th. `timezone.localdate()` respects the time zone that `timezone.activate()` sets for one user.
#
# ### The package and its imports

# %%
line_by_line.listing(line_by_line.package)

# %% [markdown]
# - **19.** The tutorial shows a tree of its files, and there a file is called `employees_signals.py`. But the package imports
#   `employee_assignment`, the name in the rest of the text. If you follow the tree, Django does not start, so you notice. If
#   nobody imports a file of receivers, nothing tells you, as in [lesson 02](../02_built_in_signals.ipynb). Here all five are imported.
# - **The star** is no fault, because the tutorial's own stars work. But a star also brings names that you do not expect. In our
#   example a file needs the module `datetime`, and a star brings the class `datetime` in its place. So import each name by itself.
#
# `ready()` imports the package, and that is right.
#
# ### The views

# %%
line_by_line.listing(line_by_line.views)

# %% [markdown]
# - **20.** The model is called `Employees`. Python looks a name up only when the line runs, so one test that opens the page would
#   show it: see [testing](testing.ipynb).
# - **21.** The tutorial wrote this view to try the signals out. On a real site a search engine would hire somebody at each visit. Here
#   a GET shows a form, and only a POST hires. It needs the CSRF token of that form, so a foreign site cannot send it.
# - **22.** Somebody types the age "old", and somebody types -3. The first raises a `ValueError`, which the view catches. The second is
#   refused by the database, and that is an `IntegrityError`, which the view does not catch. And `create()` never raises
#   `DoesNotExist`. Here a form checks both first: see [`views.py`](../../speedy/views.py).
#
# ### The event log

# %%
line_by_line.listing(line_by_line.log)

# %% [markdown]
# - **23.** `"log_event.log"` means a file in the folder in which the process runs, so a web server and a command may write two logs.
#   And if `write()` raises an error, `close()` is not called. Here the settings name one file, and `logging` opens it.
# - **24.** The tutorial shows two lines of its log, with four fields each. The last one is the object, but the code does not write it.
#
# ## What the text says
#
# The tutorial also makes claims. Of the seventeen below nine hold, seven hold in part, and one does not. One to guess first: signals,
# it says, are there for all models, at all times.

# %%
predict("line_by_line-4")

# %%
calls = []


def count_it(sender, **kwargs):
    calls.append(sender.__name__)


# %%
proxy = EmployeesWithoutHooks
with connected(post_save, count_it):
    proxy.objects.create(**people[1])
    proxy.objects.bulk_create(proxy(**person) for person in people[2:4])
reveal("line_by_line-4")
calls

# %% [markdown]
# For all models, that is right. But not at all times.
#
# ### Claim by claim
#
# Each row is a claim in our words, in the order of the text.

# %%
line_by_line.claims()

# %% [markdown]
# - **Where code may live.** The tutorial quotes Django's own page. It may live anywhere, but something has to import it.
# - **The order of imports.** `shifts.py` takes `Employees` from the package, so the package has to import `employees` first. The order
#   also decides who is called first: receivers are called in the order in which they were connected, and async ones after the others.
# - **Three groups.** The tutorial names eight signals and says that there are more. In that module they are `pre_migrate` and
#   `post_migrate`.
# - **A unique pair.** If Django makes the table of a many-to-many field, it has that rule already. A table of your own changes something
#   else, the signals that are sent for a seat: see [the matrix](matrix.ipynb).
# - **The id.** Perhaps your own code never names it. But `save()` and `delete()` of a seat need it.
# - **Slow pages.** The word "background" stands in the tutorial, but there it is about Django itself. Of signals it says that a page
#   waits for its receivers.
# - **Wiping.** It makes a search faster that reads every shift. A search with an index does not look at old shifts.
# - **`connect()`.** A function made inside another function soon vanishes: see [receivers that vanish](vanishing_receivers.ipynb).
# - **The same result.** The tutorial says this of logic inside one model. It is so for `create()` and `save()`. But three
#   calls send a signal and call no method of yours: loading a fixture, the `delete()` of a queryset, and a cascade. [The
#   matrix](matrix.ipynb) has all calls.
# - **No need to edit the model.** This is the best reason for a signal, and question 3 of lesson 07.
# - **Slugs.** A *slug* is the part of an address that is made from a title, as initials are made from a name. A receiver can compute it, but
#   `update()` calls no receiver. So let the database compute it: see [what needs no hook](no_hook.ipynb).
# - **Circular imports.** The tutorial's signal needs no models, so any module may import it. But its receivers stand in the same
#   file, and receivers need models. In our example a model sends the signal, and the two modules need each other. Keep declarations and
#   receivers in two files.
# - **`pre_event`, `post_event`.** The tutorial says that custom signals have both, as the built-in ones do. You have both only if you
#   send two signals, one before and one after.
# - **A text as sender.** Without `sender=`, as in the tutorial, it does no harm. But a receiver that is connected for a text is called for
#   that very object, not for an equal text. Send a class or a function.
#
# ## Two rules of thumb
#
# The first rule: **what is about one model belongs in that model**, in `save()`, and `super()` comes last. We agree, with two additions.
# What the database can do, leave to the database, because `bulk_create()` and `update()` call no `save()`. And what needs the
# stored row has to come after `super()`, because before it there is no row yet.
#
# The second rule: **where several models take part, send a signal.** A hire is such a task. So what is left when it fails, in each of
# the four wirings of lesson 05?

# %%
failed = side_by_side("an error in the rule", clock=False)
failed.loc[["left without a shift", "the caller sees"]]

# %% [markdown]
# Here we differ. With built-in signals Ada stays without a shift, because her row is committed before the rule looks for a shift. The
# custom signal does better, because the hire function opens a transaction and sends the signal inside it. But if you read that
# function, you do not see what will happen. So if all the code is yours, call a function: everybody sees what happens, and one
# `atomic()` keeps it together.
#
# In the end the tutorial says nearly the same. A signal that nobody will extend is not needed, it says, and it closes with the advice
# of [Django's own page](https://docs.djangoproject.com/en/5.2/topics/signals/), which prefers a direct call. That holds, too.
#
# ## What to keep
#
# | you see | ask |
# |---|---|
# | `except Exception` | who will hear of the error? |
# | look, then write | what if somebody writes in between? |
# | a receiver of `pre_save` or `post_save` | an edit? a fixture? a save that fails? |
# | a receiver of your own signal | what if something is not sent? |
# | a text from outside in a file | what if it holds a line break? |
# | a claim, also one of ours | which three lines would show it? |
#
# Thank you again, Ivan Slavko Matić, for a tutorial that gave us so much to try. [Lesson 07](../07_choosing.ipynb) asks in order where
# code belongs.
