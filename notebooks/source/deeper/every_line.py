# %% [markdown]
# # Deeper · Every line and claim of Matić's tutorial
#
# [The eight faults](line_by_line.ipynb) come from [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić. This page has the rest, in the
# order of the text: the faults 9 to 24, listing by listing, and 17 claims. **One idea: a claim is worth as much as the lines that
# show it.** So each row of each table is a trial, and a cell above runs it.
#
# It is a page to look things up. Search it for the line or the claim that you have in mind.

# %%
fresh_database()

# %% [markdown]
# A *listing* is a piece of code in the tutorial. Each is run twice: in the tutorial's design (*as published*), and in our project
# (*here*).
#
# ## The models

# %%
from classroom.experiments import line_by_line

line_by_line.listing(line_by_line.models)

# %% [markdown]
# - **9.** A `PositiveSmallIntegerField` refuses -3, but it takes somebody who is 400 years old. Here a constraint sets a limit.
# - **10, 12.** A field does not convert its default. So until you read the row again, the bonus is a float. The day is a datetime,
#   which cannot be ordered with a date, and never equals one. Here each default has the type of its column: `Decimal("50.00")`
#   and `timezone.localdate`.
# - **11.** `max_digits=4` counts the two digits behind the point, too, so 99.99 is the most. PostgreSQL refuses a bonus of 100. SQLite
#   stores it, and then Django cannot read the row. Here `max_digits` is 6.
# - **13.** A race, or fault 6, opens a second shift for a day. Here the day is unique.
# - **14.** `null=True` lets a seat be stored without a person.
# - **15.** An *index* is a sorted list beside a table, in which the database finds rows quickly. A unique pair has one already, so
#   the tutorial's is a second one. But the day has none, and each hire searches by day.
#
# `total_hours`, the names and the foreign keys work as you would expect.
#
# ## The receivers

# %%
line_by_line.listing(line_by_line.receivers)

# %% [markdown]
# - **16.** `first()` raises neither a `DoesNotExist` nor an `IndexError`: for an empty rota it gives None. The published code then gets a
#   TypeError, catches it, and takes *any* error for an empty rota. Here an `if` asks.
# - **17.** To find a seat, the published receiver counts the people of all shifts. So a hire takes more steps on a rota of 3,000 people. (A
#   *step* is a small piece of work inside SQLite.) Here each shift stores its headcount, so a hire costs the same on every
#   rota: see [counting](counting.ipynb).
# - **18.** `date.today()` uses the time zone of the whole process. In this trial the user's clock is eleven hours behind the server's, so
#   for the user it is still the 13th. `timezone.localdate()` respects the time zone that `timezone.activate()` sets for one user.
#
# ## The package and its imports

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
# ## The views
#
# A number is the status that the visitor gets.

# %%
line_by_line.listing(line_by_line.views)

# %% [markdown]
# - **20.** The model is called `Employees`. Python looks a name up only when the line runs, so one test that opens the page would
#   show the wrong name: see [testing](testing.ipynb).
# - **21.** The tutorial wrote this view to try the signals out. On a real site a search engine would hire somebody at each visit. Here
#   a GET shows a form, and only a POST hires. The POST needs the CSRF token of that form, so another site cannot send it.
# - **22.** The age "old" raises a `ValueError`, which the view catches. The age -3 is refused by the database, and that is an
#   `IntegrityError`, which the view does not catch. And `create()` itself never raises `DoesNotExist`. Here a form checks both ages
#   first: see [`views.py`](../../speedy/views.py).
#
# Both views call `create()` and no second `save()`, and that is right.
#
# ## The event log

# %%
line_by_line.listing(line_by_line.log)

# %% [markdown]
# - **23.** `"log_event.log"` means a file in the folder in which the process runs, so a web server and a command may write two logs.
#   And if `write()` raises an error, `close()` is not called. Here the settings name one file, and `logging` opens it.
# - **24.** The tutorial shows two lines of its log, with four fields each. The last one is the object, but the code does not write it.
#
# ## What the text says
#
# The tutorial also makes claims. Four of them to guess about first:

# %%
predict("every_line-1")

# %%
reveal("every_line-1")
line_by_line.claims()

# %% [markdown]
# Each row is a claim in our words, in the order of the text. Nine hold, seven hold in part, and one does not.
#
# - **Where code may live.** The tutorial quotes Django's own page. It may live anywhere, but something has to import it.
# - **The order of imports.** If `shifts.py` takes `Employees` from the package, the package has to import `employees` first. The order
#   also decides who is called first: `send()` calls receivers in the order in which they were connected, and async ones after the others.
# - **Three groups.** The tutorial names eight signals and says that there are more. In that module the others are `pre_migrate` and
#   `post_migrate`.
# - **A unique pair.** If Django makes the table of a many-to-many field, it has that rule already. A table of your own changes something
#   else, the signals that are sent for a seat: see [the matrix](matrix.ipynb).
# - **The id.** Your own code may never use it, but `save()` and `delete()` of a seat need a primary key. In Django 4.1 that had to be
#   one column. Since 5.2 the pair can be the key (`CompositePrimaryKey`).
# - **Slow pages.** The tutorial says that a page waits for its receivers, and that is right.
# - **Wiping.** It makes a search faster that reads every shift. A search with an index does not look at old shifts.
# - **`connect()`.** A function made inside another function soon vanishes: see [receivers that vanish](vanishing_receivers.ipynb).
# - **The same result.** The tutorial says this of logic inside one model. It is so for `create()` and `save()`. But three of these nine
#   calls send a signal and call no method of yours: loading a fixture, the `delete()` of a queryset, and a cascade. [The
#   matrix](matrix.ipynb) has eighty calls.
# - **No need to edit the model.** This is the best reason for a signal, and question 3 of lesson 07.
# - **For all models, at all times.** It is right for every model that you write. But not at all times, because `bulk_create()` sends no
#   `post_save`.
# - **Slugs.** A *slug* is the part of an address that is made from a title, as initials are made from a name. A receiver can compute it, but
#   `update()` calls no receiver. So let the database compute it: see [what needs no hook](no_hook.ipynb).
# - **Circular imports.** The tutorial's signal needs no models. But its package imports the receivers, and these need the models. So as
#   soon as a model imports the signal, each needs the other, and Python raises an `ImportError`. Keep declarations and receivers in two
#   files, and let `ready()` import the receivers, not the package's `__init__.py`.
# - **`pre_event`, `post_event`.** The tutorial says that custom signals have both, as the built-in ones do. You have both only if you
#   send two signals, one before and one after.
# - **A text as sender.** Without `sender=`, as in the tutorial, it does no harm. But a receiver that is connected for a text compares with
#   `is`, not with `==`. Another text with the same letters may not reach it. So send a class or a function.
#
# ## Two rules of the tutorial
#
# The first rule: **what is about one model belongs in that model**, in `save()`, and `super()` comes last. We agree, with two additions.
# What the database can do, leave to the database, because `bulk_create()` and `update()` call no `save()`. And what needs the
# stored row has to come after `super()`, because before it a new row is not there, and an old one is unchanged.
#
# The second rule: **where several models take part, send a signal.** A hire is such a task, and here we differ. [Lesson
# 05](../05_side_by_side.ipynb) shows what is left when the rule raises an error. With built-in signals Ada stays without a shift, because her
# row is committed before the rule looks for one. With the custom signal nobody stays, because the hire function opens a transaction and
# sends the signal inside it. But if you read that function, you do not see what will happen. So if all the code is yours, call a
# function: everybody sees what happens, and one `atomic()` keeps it together.
#
# In the end the tutorial says nearly the same. A signal that nobody will extend is not needed, it says, and it closes with the advice
# of [Django's own page](https://docs.djangoproject.com/en/5.2/topics/signals/), which prefers a direct call. That holds, too.
#
# ## What to keep
#
# | a claim | ask |
# |---|---|
# | somebody else's, or one of ours | which three lines would show it? |
# | "always", "all models" | which call goes past it? |
# | "works" | after an error, too? for two at once? |
#
# Thank you again, Ivan Slavko Matić. Back to [the eight faults](line_by_line.ipynb), or to [lesson 07](../07_choosing.ipynb).
