# %% [markdown]
# # Deeper · Every line and claim of Matić's tutorial
#
# [The eight faults](line_by_line.ipynb) come from [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić. This page has the rest: two
# rules, the faults 9 to 23, and 17 of its claims. **One idea: a claim is worth as much as the lines that show it.**
#
# Read the two rules. The rest is a page to look things up, so search it for the line or the claim that you have in mind.

# %%
fresh_database()

# %% [markdown]
# ## Two rules
#
# The first rule: **what is about one model belongs in that model**, in `save()`, and `super()` comes last. We agree, with two additions.
# What the database can do, leave to the database, because `bulk_create()` and `update()` call no `save()`. And what needs the
# stored row has to come after `super()`, because before it a new row does not exist, and a stored row still has its old values.
#
# The second rule: **where several models take part, send a signal.** A hire is such a task, and here we differ. [Lesson
# 05](../05_side_by_side.ipynb) shows what is left when the rule of the hire raises an error. With built-in signals in autocommit Ada
# stays without a shift. With the custom signal nobody stays, but only because the hire function opens a transaction. Around
# `create()` it would do the same. And the line with `send()` does not show what will happen. So if all the code is yours, call a
# function: everybody sees what happens, and one `atomic()` keeps it together.
#
# In the end the tutorial comes near to this: it passes on the advice of [Django's own
# page](https://docs.djangoproject.com/en/5.2/topics/signals/) to prefer a direct call. But for projects that grow it still recommends
# signals.
#
# ## The models
#
# Each row of a table is one trial. The cell above the table runs it twice: in the tutorial's design (*as published*), and in our
# project (*here*).

# %%
from classroom.experiments import line_by_line

line_by_line.listing(line_by_line.models)

# %% [markdown]
# - **9.** The field of the age refuses -3, but it has no sensible upper limit. Here a constraint sets one.
# - **10.** The default of the bonus is a float. Django does not convert a default, so a new shift has a float until you read it
#   again, and Python cannot add a float and a `Decimal`. Here the default is a `Decimal`.
# - **11.** The bonus may have four digits. The two behind the point count, too, so 99.99 is the most. PostgreSQL refuses a bonus of
#   100. SQLite stores it, and then Django cannot read the row. Here the bonus has six digits.
# - **12.** The default of the day is the function `now()`, which gives a datetime. `day < date(…)` raises a `TypeError`, and
#   `day == date(…)` is always False. Here the default is `timezone.localdate`.
# - **13.** Nothing forbids a second shift on a day. Two hires at the same moment can each open one for the same day, and so can a
#   fixture, as in fault 6. Here the day is unique.
# - **14.** The person of a seat may be null, so a seat may belong to nobody. Here it may not.
# - **15.** An *index* is a sorted list beside a table, in which the database finds rows quickly. The tutorial offers one for the pair
#   of person and shift, as an option. But the pair is unique, and for that the database has made an index already. The day has none,
#   though each hire searches by day.
#
# The hours, the names and the cascades work as you would expect.
#
# ## The receivers and their files

# %%
line_by_line.listing(line_by_line.receivers)

# %% [markdown]
# - **16.** The receiver asks an empty rota for its latest shift, and expects a `DoesNotExist` or an `IndexError`. But `first()` raises
#   neither: it gives None. So the next line is `None["shift_date"]`, which raises a `TypeError`. An `except` catches it, because it
#   takes *any* error for an empty rota. Here an `if` asks.
# - **17.** To find a seat, the receiver counts the people of all shifts. So a hire takes more steps on a larger rota. (A *step* is a small
#   piece of work inside SQLite.) Here each shift stores its headcount: see [counting](counting.ipynb).
# - **18.** In the tree of files, the file of the receivers is called `employees_signals.py`. But the package imports it under the name
#   `employee_assignment`. If you follow the tree, Django does not start, so you notice.
#
# `ready()` imports the package, and its `__init__.py` imports the receivers with `import *`. So they are connected, at a price: see
# claim 15. And a star brings names that you do not expect, so import each name by itself.
#
# ## The views and the event log
#
# A number beside a view is the status that the visitor gets. 200 means a page, 400 means that the visitor's data are wrong, and 500
# means that the view raised an error. The receiver of fault 7 is not connected here. With it, every visit that reaches `send()` is a 500.

# %%
predict("every_line-1")

# %%
reveal("every_line-1")
line_by_line.listing(line_by_line.views)

# %% [markdown]
# - **19.** The first view stores an `Employee`, but the model is called `Employees`. Python looks a name up only when the line runs, so
#   a single test that opens the page finds this fault.
# - **20.** A visit is a GET, and each visit hires somebody. That was meant for trying the signals out. On a real site a search engine would hire
#   people. Here a GET shows a form, and only a POST hires.
# - **21.** The view catches a `ValueError`, so it catches the age "old". It does not catch the `IntegrityError` that comes for the
#   age -3. It also catches `DoesNotExist`, which `create()` never raises. Here a form checks both ages first: see
#   [`views.py`](../../speedy/views.py).
# - **22.** The name of the log file has no folder. So the file is in the folder in which the process runs, and a web server and a
#   command may write two logs. And if writing fails, nothing closes the file. Here the settings name one file, and `logging` opens it.
# - **23.** The tutorial shows two lines of its log, with four fields each. The last one is the object, but the code does not write it.
#
# Both views call `create()` and no second `save()`, and that is right.
#
# ## What the text says
#
# These are the claims, in our words and in the tutorial's order:

# %%
line_by_line.claims()

# %% [markdown]
# Nine hold, seven hold in part, and one does not. Of the others:
#
# - **5.** A table of your own changes something else: the signals that are sent for a pair. See [the matrix](matrix.ipynb).
# - **6.** `save()` and `delete()` need a primary key. In Django 4.1 that was one column. Since 5.2 it can be the pair
#   (`CompositePrimaryKey`).
# - **8.** Deleting old shifts helps only a search that reads every shift. With an index, the database does not look at them.
# - **9.** With `DEBUG` on, the lambda may be called, too: see [receivers that vanish](vanishing_receivers.ipynb).
# - **10.** Four calls send signals and call no method of yours: loading a fixture, the `delete()` of a queryset, a cascade, and
#   `create()` in a migration.
# - **14.** `update()` calls no receiver, so let the database compute initials: see [what needs no hook](no_hook.ipynb). The tutorial's
#   own example, a slug, is set once and should not follow its title.
# - **15.** Let `ready()` import the file of the receivers itself, and leave the package's `__init__.py` empty. Then a model can import
#   the declarations alone.
# - **16.** Send two signals, if you need both.
# - **17.** A signal of yours compares senders with `is`, not with `==`. So send a class or a function.
#
# ## What to keep
#
# | a claim | ask |
# |---|---|
# | any, also one of ours | which three lines would show it? |
# | "always", "all models" | which call goes past it? |
# | "works" | after an error, too? for two at once? |
#
# Thank you again, Ivan Slavko Matić. Back to [the eight faults](line_by_line.ipynb), or to [lesson 07](../07_choosing.ipynb).
