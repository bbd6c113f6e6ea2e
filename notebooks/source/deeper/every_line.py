# %% [markdown]
# # Deeper · Every line and claim of Matić's tutorial
#
# [The eight faults](line_by_line.ipynb) come from [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić. This page has the rest: two
# rules, the faults 9 to 23, and 17 of its claims. **One idea: before you believe a sentence about code, run three lines.**
#
# Read the two rules and make the two guesses: six minutes. The rest is for looking things up. (All of it takes about 15 minutes.)

# %%
fresh_database()

# %% [markdown]
# ## Two rules
#
# The tutorial's first rule: **what concerns one model belongs in its `save()`**, and `super().save()` comes last. We
# agree, with two
# exceptions:
#
# - What the database can check or compute goes into the table, because `bulk_create()` and `update()` skip `save()`.
# - What needs the stored row comes after `super().save()`.
#
# The second rule: **where several models take part, send a signal.** A hire is such a task, and here we disagree:
#
# - A signal is not safer. In [lesson 05](../05_side_by_side.ipynb) it was the transaction that made the hire safe.
# - It is not clearer. A call shows what will happen, and `send()` does not.
#
# So if all the code is yours, call a function. The tutorial, too, passes on [Django's
# advice](https://docs.djangoproject.com/en/5.2/topics/signals/) to prefer a direct call. But for projects that grow it
# recommends signals.
#
# ## One view, two visitors
#
# This view of the tutorial hires the visitor. `VISITOR` has the fields of a person:

# %%
from classroom.experiments import line_by_line

show_code(as_published.views.test_logging)

# %% [markdown]
# The visitor gets a *status*: 200 means a page, 400 means wrong data, 500 means that the view raised an error. `age`
# has to be a number, and the database refuses a negative one. (Nobody listens to `event_signal`.)

# %%
predict("every_line-1")

# %% [markdown]
# The next cell runs the faults 19 to 23, in the tutorial's design (*as published*) and in our project (*here*). Look at
# fault 21. The table below explains the others.

# %%
reveal("every_line-1")
line_by_line.listing(line_by_line.views)

# %% [markdown]
# ## The faults 9 to 23
#
# Run 9 to 18 yourself: `line_by_line.listing(line_by_line.models)` and `line_by_line.listing(line_by_line.receivers)`.
#
# <details><summary>The fifteen faults, a row each</summary>
#
# | fault | the line | what happens | our project |
# |---|---|---|---|
# | 9 | `age = models.PositiveSmallIntegerField()` | It refuses -3, but stores a person of 400 years. | A constraint sets a limit. |
# | 10 | `default=50.00` | A new shift has a float as its bonus, until you reload it. Python cannot add that to a `Decimal`. | The default is a `Decimal`. |
# | 11 | `max_digits=4, decimal_places=2` | The highest bonus is 99.99. PostgreSQL refuses 100. SQLite stores it, and then Django cannot read the row. | It has six digits. |
# | 12 | `default=timezone.now` | A new shift has a datetime as its day, until you reload it. If you compare it with a date, `<` raises a `TypeError`, and `==` is False. | The default is `timezone.localdate`. |
# | 13 | `shift_date = models.DateField(default=timezone.now)` | It allows a second shift on a day. Two hires at the same moment can each open one. | The day is unique. |
# | 14 | `null=True` | A seat may belong to nobody. | Each seat has a person. |
# | 15 | `fields=["employee", "shift"]` | This [index](../../docs/glossary.md#index) exists already, because the pair is unique. The day has none, though each hire searches by day. | The day has an index, and the pair has one. |
# | 16 | `.values("shift_date").first()` | On an empty rota it gives None, and the next line raises a `TypeError`. The `except Exception` around it treats every error as an empty rota, even a lost connection. | An `if` looks whether there is a shift. |
# | 17 | `.annotate(people=Count("employees_shift"))` | It counts the people of all shifts, so a hire is more work on a larger rota. | Each shift [stores its headcount](counting.ipynb). |
# | 18 | `employee_assignment` | `__init__.py` imports this file, but the tutorial's list of files calls it `employees_signals.py`. Django does not start. | Both names are the same. |
# | 19 | `Employee.objects.create(**VISITOR)` | The model is called `Employees`. Python notices only when the line runs, for example in a test that opens the page. | The name is right. |
# | 20 | `employee = Employees.objects.create(**VISITOR)` | It runs at each visit. The tutorial did this only to try the signals. On a real site a search engine would hire people. | A visit shows a form. Only a POST hires. |
# | 21 | `except (Employees.DoesNotExist, ValueError) as error` | For the age "old" the visitor gets a 200, as if the data were right. The `IntegrityError` of the age -3 is not caught. And `create()` never raises `DoesNotExist`. | [A form](../../speedy/views.py) checks the age first. |
# | 22 | `file = open("log_event.log", "a")` | The file is in the folder in which the process runs. A web server and a command may write two logs. If writing fails, nothing closes the file. | The settings name one file, and `logging` opens it. |
# | 23 | `log_event(f"{sender} -- {kwargs['message']}")` | The line has three fields: the time, the sender and the message. The tutorial shows two lines of its log with a fourth, the object. | It writes all four. |
#
# </details>
#
# In the rest of the models we found no fault.
#
# ## What the text says
#
# Now 17 claims of the tutorial, in our words and in its order. You know most of them from the lessons.

# %%
predict("every_line-2")

# %% [markdown]
# `claims()` runs all of them. One does not hold, and seven hold in part:

# %%
in_doubt, holding = line_by_line.claims()
reveal("every_line-2")
in_doubt

# %% [markdown]
# What to add:
#
# - **5.** A table of your own has another effect: it changes which signals are sent for a pair. See [the matrix](matrix.ipynb).
# - **6.** Since Django 5.2 the primary key can be the pair itself (`CompositePrimaryKey`).
# - **8.** Ours has an index, so the database skips the old shifts.
# - **14.** Let the database [compute such a text](no_hook.ipynb). But the tutorial's example is a slug, a piece of a
#   web address. It should stay when the title changes.
# - **15.** The tutorial's package of signals also imports the receivers, and these import the models. So leave its
#   `__init__.py` empty, and import the receivers in `ready()`.
# - **16.** For before and after you need two signals, as in lesson 04.
#
# The other nine hold:

# %%
holding

# %% [markdown]
# - **4.** `pre_migrate` and `post_migrate` are a fourth pair. They are sent for apps, not for models.
# - **17.** An equal text need not be the same object, and `is` decides. So pass a class or a function.
#
# ## What to keep
#
# | a claim | ask |
# |---|---|
# | any, even one of ours | which three lines would show it? |
# | "always", "all models" | which call goes past it? |
# | "works" | after an error, too? for two at once? |
#
# Thank you again, Ivan Slavko Matić. Back to [the eight faults](line_by_line.ipynb), or to [lesson 07](../07_choosing.ipynb).
