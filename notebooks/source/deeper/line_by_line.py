# %% [markdown]
# # Deeper · Matić's tutorial, line by line
#
# This course grew out of [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić (DEV
# Community, 18 November 2022). It is a good tutorial. Its example, a rota that fills by itself, is easy to remember.
# And it is honest: it warns of slow pages, and passes on Django's advice to prefer a plain call. We ran every line, and
# found 23 faults. Most of us have
# written such lines. **One idea: a line that works today may go wrong on an edit, an error, or a second request.**
#
# Here are eight of them, in about 20 minutes. The others, and what the text claims, are in [every line and every
# claim](every_line.ipynb).

# %%
fresh_database()
people = sample_roster()

# %% [markdown]
# Here the tutorial's code, a little shortened, is the app `as_published`: the same three models as in our project, with
# tables and receivers of their own. A comment such as `# Fault 2` points to section 2. Skip the numbers above 8: they
# belong to
# the other page.
#
# ## 1 · A birthday
#
# In the tutorial the date of birth has the option `auto_now_add`. Ada says when she was born:

# %%
as_published.Employees.objects.create(**people[0])
print("Ada says:", people[0]["date_of_birth"])
print("Stored:  ", as_published.Employees.objects.get().date_of_birth)

# %% [markdown]
# `auto_now_add` is for the date on which a row is created. It stores today's, and drops the one that you pass.
#
# **Better:** a plain `DateField`, which may be empty: see [`employees.py`](../../speedy/models/employees.py).
#
# ## 2 · The last seat
#
# This receiver puts a new person on the first shift with room, or on a new one. Faults 3 and 4 are in it, too, and 6 is
# a line that is missing.

# %%
from classroom.scenes.as_published.signals import employee_created, first_with_room

show_code(employee_created, first_with_room)

# %% [markdown]
# `first_with_room()` takes the first shift with fewer than three people. Then `add()` stores a seat. If two requests
# hire at the same moment, both may count two people, and four sit there afterwards: see [the race](race.ipynb).
#
# **Better:** let only one request at a time look and write, with a [lock](../../docs/glossary.md#lock). And let a constraint refuse a
# fourth person.
#
# ## 3 · The badge printer
#
# Somebody else's code prints a badge for each new seat. Its receiver listens to `m2m_changed`, which `add()` sends before and after it
# stores the seat. But the printer is out of paper. Read the end of `employee_created` again. No transaction is open.

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
# The caller hears nothing: the `except` caught the error, as it would catch any. Now the same hire inside `atomic()`:

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
# This is worse. `add()` has an inner block without a savepoint, and an error that leaves it breaks yours. So `count()`
# was refused, and the caller gets an error that does not
# mention the printer. [An error that you catch](caught_errors.ipynb) shows why.
#
# **Better:** catch only errors that you can handle. Then the caller learns that the printer failed, and the caller's
# `atomic()` undoes the hire.
#
# ## 4 · A new shift
#
# If no shift has room, the same receiver calls `Shifts.objects.create()`, and then `shift.save()`. Alan needs a new shift:

# %%
fresh_database()
with listening(post_save, sender=as_published.Shifts) as heard:
    as_published.Employees.objects.create(**people[2])
heard

# %% [markdown]
# One shift, two signals: `create()` has saved the object already. So `save()` writes the same row again, and every
# receiver of shifts is called again.
#
# **Better:** delete the line `shift.save()`.
#
# ## 5 · A day passes
#
# This is the other receiver. It listens to `pre_save`, and deletes the shifts of past days:

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
# **Better:** wipe only when somebody joins, and move the people of a wiped shift to another one, as in [lesson
# 02](../02_built_in_signals.ipynb). To wipe each morning, use a timer.
#
# ## 6 · A file of rows
#
# `employee_created` does not look at `raw`. So a person from a [fixture](../../docs/glossary.md#fixture) may get two
# seats, one from the receiver and one from the file. [Fixtures, migrations, the
# admin](bulk_fixtures_migrations_admin.ipynb) shows it, and why a test may miss it.
#
# **Better:** `if created and not raw:`, as in [lesson 02](../02_built_in_signals.ipynb).
#
# ## 7 · A visitor
#
# This view hires somebody and announces it. The receiver below it writes the event log.

# %%
from classroom.scenes.as_published import views
from classroom.scenes.as_published.event_logging import event_signal, view_event_logging

show_code(views.test_logging, view_event_logging)

# %% [markdown]
# (Despite its name, `test_logging` is not a test.) We connect the receiver, and call the view ourselves.

# %%
from django.test import RequestFactory

fresh_database()
visit = RequestFactory().get("/")  # a request, without a browser
predict("line_by_line-3")

# %%
with connected(event_signal, view_event_logging):
    try:
        views.test_logging(visit)
    except Exception as error:
        print("The view raises:", repr(error))
reveal("line_by_line-3")
as_published.Employees.objects.count()

# %% [markdown]
# If the visitor tries again, a second person is stored. Without the receiver a test finds nothing, because `send()`
# does not check the payload.
#
# **Better:** write down the payload above the declaration. In the receiver, give a default to what may be missing, such as `request=None`. Send with
# `send_robust()`, after the commit ([lesson 04](../04_custom_signals.ipynb)). A hire without a line in the log is still a hire.
#
# ## 8 · A long name
#
# To write its line into the log, the receiver calls this function:

# %%
from classroom.scenes.as_published import event_logging

show_code(event_logging.log_event)

# %% [markdown]
# Suppose that the name comes from a request, and somebody sends this one:

# %%
name = "Noor\n14_11_2022_09_00_00 -- View: hire -- Employees object created: Kwame"
predict("line_by_line-4")

# %%
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

# The function writes into the current folder, so we change to an empty one.
with TemporaryDirectory() as folder, chdir(folder):
    event_logging.log_event(f"View: hire -- Employees object created: {name}")
    written = Path("log_event.log").read_text()
reveal("line_by_line-4")
print(written)

# %% [markdown]
# **Better:** make one line of each event before you write it. Our project does:

# %%
from speedy.signals.event_logging import log_event

log_event(f"Employees object created: {name}", "View: hire")
print(settings.EVENT_LOG.read_text())

# %% [markdown]
# `\u000a` stands for the line break, and `\--` for the `--` between two fields. So a text from outside cannot look like
# a second line.
#
# ## What to keep
#
# | you see | ask |
# |---|---|
# | `except Exception` | who will learn of the error? |
# | look, then write | what if somebody writes in between? |
# | a receiver of `pre_save` or `post_save` | an edit? a fixture? a save that fails? |
# | a receiver of your own signal | what if something is not sent? |
# | a text from outside in a file | what if it holds a line break? |
#
# Thank you, Ivan Slavko Matić, for a tutorial that gave us so much to try. Next: [every line and every claim](every_line.ipynb). Back to
# [lesson 07](../07_choosing.ipynb).
