# %% [markdown]
# # Deeper · Every line and claim of Matić's tutorial
#
# [The eight faults](line_by_line.ipynb) come from [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić. This page has the rest: two
# rules, the faults 9 to 23, and 17 of its claims. **One idea: a claim is worth as much as the lines that show it.**
#
# Read the two rules, in five minutes. The rest is a page to look things up, so search it for the line or the claim that you have in mind.
# If you read all of it, it takes about 25 minutes.

# %%
fresh_database()

# %% [markdown]
# ## Two rules
#
# The tutorial has two rules. The first: **what is about one model belongs in that model**, in `save()`, and `super()` comes last. We agree,
# with two exceptions. (1) What the database can check or compute does not belong in `save()`, because `bulk_create()` and `update()` skip
# `save()`. (2) What needs the stored row comes after `super()`. Before that call, a new row is not there, and an old one is unchanged.
#
# The tutorial's second rule: **where several models take part, send a signal.** A hire is such a task, and here we differ. [Lesson
# 05](../05_side_by_side.ipynb) shows what is left when the rule of the hire raises an error. With built-in signals in autocommit Ada
# stays without a shift. The custom signal is safe, but only because the hire function opens a transaction, and that would help
# built-in signals as well. So the transaction is what matters, not the signal. And the line with `send()` does not show what will happen.
# So if all the code is yours, call a function: everybody sees what happens, and one `atomic()` keeps it together.
#
# In the end the tutorial comes near to this: it passes on the advice of [Django's own
# page](https://docs.djangoproject.com/en/5.2/topics/signals/) to prefer a direct call. But for projects that grow it still recommends
# signals.
#
# ## The models
#
# First come the faults, each with its line of code from the tutorial's design. Then a table tries each one, in the tutorial's design (*as
# published*) and in our project (*here*).
#
# - **9.** `age = models.PositiveSmallIntegerField()` refuses -3, but has no sensible upper limit. Here a constraint sets one.
# - **10.** `default=50.00`, that of the bonus, is a float. Django does not convert a default, so a new shift has a float until you read it again, and Python
#   cannot add a float and a `Decimal`. Here the default is a `Decimal`.
# - **11.** `max_digits=4, decimal_places=2`, also of the bonus, leaves two digits before the point, so 99.99 is the most. PostgreSQL refuses a bonus of 100.
#   SQLite stores it, and then Django cannot read the row. Here the bonus has six digits.
# - **12.** `default=timezone.now` gives a datetime. For a new shift, `shift.shift_date < date(…)` raises a `TypeError` and `==` is False,
#   until you read it again. Here the default is `timezone.localdate`.
# - **13.** `shift_date = models.DateField(default=timezone.now)` allows a second shift on a day. Two hires at the same moment can each
#   open one for the same day, and so can a fixture, as in fault 6. Here the day is unique.
# - **14.** `null=True` lets a seat belong to nobody. Here each seat has a person.
# - **15.** `fields=["employee", "shift"]` asks for an *index*, a sorted list beside a table, in which the database finds rows quickly.
#   But this pair is unique, and for that the database has made an index already. The day has none, though each hire searches by day.

# %%
from classroom.experiments import line_by_line

line_by_line.listing(line_by_line.models)

# %% [markdown]
# In the rest of the models (the hours, the names, the cascades) we found no fault.
#
# ## The receivers and their files
#
# - **16.** `latest = Shifts.objects.order_by("-shift_date").values("shift_date").first()` gives None on an empty rota, and raises
#   nothing. The next line reads `latest["shift_date"]`, which raises a `TypeError` then. The tutorial's `except Exception` around
#   it treats this error as an empty rota. It treats every other error, such as a lost connection, in the same way. Here an `if` looks whether there is a shift.
# - **17.** `shifts = Shifts.objects.annotate(people=Count("employees_shift"))` counts the people of all shifts to find a seat. So a hire
#   takes more steps on a larger rota. (A *step* is a small piece of work inside SQLite. In the table *no more* means: not more than with
#   3 people.) Here each shift stores its headcount: see
#   [counting](counting.ipynb).
# - **18.** `employee_assignment` is the name in the import of the tutorial's `__init__.py`. But the tutorial's list of files calls this
#   file `employees_signals.py`. If you follow the list, Django does not start, so you notice.

# %%
line_by_line.listing(line_by_line.receivers)

# %% [markdown]
# `ready()` imports the package, and its `__init__.py` imports the receivers with `import *`. So they are connected. The receivers import
# the models. If the models also import this package, to send a signal, each waits for the other: this is a circular import. So leave `__init__.py` empty, and import the file of
# the receivers in `ready()`.
#
# ## The views and the event log
#
# A number beside a view is the status that the visitor gets. 200 means a page, 400 means that the visitor's data are wrong, and 500
# means that the view raised an error. The receiver of the event log ([fault 7](line_by_line.ipynb)) fails at every visit, so it is not
# connected here.
#
# The tutorial has two views. The first fails at once (fault 19). This is the second. `VISITOR` has the fields of a person:

# %%
show_code(as_published.views.test_logging)

# %%
predict("every_line-1")

# %%
reveal("every_line-1")
line_by_line.listing(line_by_line.views)

# %% [markdown]
# - **19.** `Employee.objects.create(**VISITOR)` names `Employee`, but the model is called `Employees`. Python looks a name up only
#   when the line runs, so a single test that opens the page finds this fault.
# - **20.** `employee = Employees.objects.create(**VISITOR)` runs at each visit, which is a GET. The tutorial did this only to try the
#   signals. On a real site a search engine would hire people. Here a GET shows a form, and only a POST hires.
# - **21.** `except (Employees.DoesNotExist, ValueError) as error` catches the age "old", but the visitor gets a 200, as if
#   the data were right. It does not catch the `IntegrityError` of the
#   age -3. And `create()` never raises `DoesNotExist`. Here a form checks both ages first: see [`views.py`](../../speedy/views.py).
# - **22.** `file = open("log_event.log", "a")` names no folder. So the file is in the folder in which the process runs, and a web server
#   and a command may write two logs. And if writing fails, nothing closes the file. Here the settings name one file, and `logging` opens
#   it.
# - **23.** `log_event(f"{sender} -- {kwargs['message']}")` makes a line of three fields: the time, the sender and the message. The
#   tutorial shows two lines of its log, with four fields each. The last one is the object, which this line leaves out.
#
# ## What the text says
#
# These are the claims, in our words and with a number in the tutorial's order. One does not hold, and seven hold in part:

# %%
in_doubt, holding = line_by_line.claims()
in_doubt

# %% [markdown]
# - **5. Unique pairs need a table of your own: no.** A table that Django made refuses the same pair, too. A table of your own changes
#   something else: the signals that are sent for a pair. See [the matrix](matrix.ipynb).
# - **6. The through table could do without its id: in part.** `save()` and `delete()` need a primary key. In Django 4.1 that was one
#   column. Since 5.2 it can be the pair (`CompositePrimaryKey`).
# - **8. A search is faster without old shifts: in part.** That helps only a search that reads every shift. With an index, the database
#   does not look at the old ones.
# - **10. In one model, `save()` and signals do the same: in part.** We tried nine calls. Four of them send a signal and call no method of
#   yours: loading a fixture, the `delete()` of a queryset, a cascade, and `create()` in a migration.
# - **12. Signals are there for all models, at all times: in part.** We stored three rows. The third came by `bulk_create()`, which sends
#   no signal.
# - **14. Signals are good for text made from other fields: in part.** `update()` calls no receiver, so let the database compute initials:
#   see [what needs no hook](no_hook.ipynb). The tutorial's example is a slug: a piece of a web address, often made from a title. It
#   should not change when the title does.
# - **15. Signals end circular imports: in part.** A file that only declares signals makes no circle. But the tutorial's package imports
#   the receivers, too, and these import the models. If the package's `__init__.py` is empty, there is no circle.
# - **16. Custom signals come before and after an event: in part.** A signal comes neither before nor after: it is sent where `send()`
#   stands. If you need both, send two signals.
#
# The other nine hold:

# %%
holding

# %% [markdown]
# - **4. Most signals of models come in three pairs: yes.** `pre_migrate` and `post_migrate` are a fourth pair. They are sent for apps, not
#   for models.
# - **9. `connect()` works like `@receiver`: yes.** Both lose a lambda that no variable holds, if `DEBUG` is off: see [receivers that
#   vanish](vanishing_receivers.ipynb).
# - **17. A text may be the sender: yes.** But a signal of yours compares senders with `is`, not with `==`. Another text with the same
#   letters is another sender. So pass a class or a function as the sender.
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
