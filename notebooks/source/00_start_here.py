# %% [markdown]
# # Start here
#
# Somebody is hired. A minute later they are on the rota, and nobody put them there. **When
# something happens to a model, where should the reaction live?** That is the question of this
# course, and this page is its first ten minutes.
#
# You will
#
# - hire a few people and see shifts fill up,
# - find the lines of code that put them there,
# - learn to read the tables that every lesson uses.
#
# Run a cell with <kbd>Shift</kbd> + <kbd>Enter</kbd>. Nothing that you do here can break
# anything: the first cell gives this notebook a database of its own, and a calendar that stands
# still until a lesson turns it. Running it again starts over. You need no imports: models and tools
# are here already, for the kernel of these notebooks, *Django Shell-Plus*, brings them along.

# %%
fresh_database()

# %% [markdown]
# ## Hire somebody
#
# `Employees` is an ordinary Django model. This cell stores one row, no more.

# %%
ada = Employees.objects.create(
    first_name="Ada", last_name="Quillbrook", address="12 Lantern Row, Ely", age=33
)

# %% [markdown]
# You said nothing of shifts. Now look at the rota:

# %%
shift_table()

# %% [markdown]
# A shift was opened for today, and Ada sits on it. This is how to read the table:
#
# - a **row** is a shift; there is one a day, here only Monday's;
# - `seat 1` to `seat 3` say **who** works; a dot is a free seat, and there are never more than
#   three;
# - `filled` **draws** it: ● is taken, ○ is free, on blue while there is room and on green when it
#   is full; `headcount` is the same as a number.
#
# In the database, `Employees` and `Shifts` are linked by a many-to-many field, and each link is a
# row of a third model, `ShiftsEmployees`. That is why it is called a **seat** here.
#
# ## Guess first
#
# Grace, Alan and Katherine are about to join. Before you run it: on which day will Katherine work?
# Put your guess in place of the three dots, `"Mon"` for instance. In this course you guess often;
# what surprises you is what you remember.

# %%
predict("On which day will Katherine work?", ...)

# %%
grace, alan, katherine = (Employees.objects.create(**person) for person in sample_roster()[1:4])
shift_table()

# %%
reveal(f"{katherine.shifts.get().shift_date:%a}")

# %% [markdown]
# Three fit on a shift. The fourth person finds Monday full, so Tuesday opens.
#
# ## Watch it fill
#
# Most lessons follow a shift *as it fills*. Here six more people join, one after the other. Each
# **row** is now one thing that happened, and `sits on` says where that person landed. Each
# **column** from there on is a shift; green is where the seat was taken.

# %%
fill_table(sample_roster()[4:10])

# %% [markdown]
# ## Who did that?
#
# Not `create()`. Django announces every saved instance by a *signal* named `post_save`, and the
# project has a *receiver* for it: a function that Django calls with what was saved.

# %%
from speedy.signals.employee_assignment import employee_created

show_code(employee_created)

# %% [markdown]
# The receiver decides nothing itself; it only says *when*. *What* is to happen, the rule, is in
# one place of its own:

# %%
show_code(assign)

# %% [markdown]
# Read it aloud: take the first shift with room; if there is none, open one; store a seat on it. (To
# pass over for now: `raw` is about fixtures, `transaction.atomic()` means all of it or nothing, and
# the loop is for two hires in the same moment.) So this is the way from your cell to the table:
#
# ```mermaid
# flowchart LR
#     you["your cell<br>Employees.objects.create()"] --> row[("row in<br>the database")]
#     row -- "signal<br>post_save" --> receiver["receiver<br>employee_created"]
#     receiver --> rule["rule<br>assign()"]
#     rule --> seat[("seat on<br>a shift")]
#     seat --> table["shift_table()"]
# ```
#
# ## Where things are
#
# | you look for | it is in |
# |---|---|
# | the people, the shifts, the seats | [`speedy/models/`](../speedy/models/shifts.py) |
# | the one rule | [`speedy/scheduling.py`](../speedy/scheduling.py) |
# | what sets it off | [`speedy/signals/`](../speedy/signals/employee_assignment.py) |
# | the tools of these notebooks: `fresh_database`, `shift_table`, `fill_table`, ... | [`classroom/`](../classroom/__init__.py) |
# | thirty people to hire | [`data/employees.csv`](../data/employees.csv) |
#
# A name that you want to know more about? Put a question mark behind it: `fill_table?`
#
# ## What you have seen
#
# - You hired ten people and saw shifts fill up: three to a shift, a shift a day.
# - You found the receiver, `employee_created`, and the rule, `assign`.
# - You can read a rota: ● is a seat taken, ○ a seat free.
#
# One claim is left to prove, that everybody got a seat:

# %%
assert Employees.objects.count() == 10
assert Employees.objects.without_shift().count() == 0

# %% [markdown]
# `without_shift()` is the project's own, like `assign()`; it finds the people who sit nowhere.
#
# **Next:** [02 Built-in signals](02_built_in_signals.ipynb) follows the same people through their
# week: somebody leaves, days pass, and you connect a receiver of your own. (Lesson 01, on what a
# signal is, is still to come. 02 does not need it.)
