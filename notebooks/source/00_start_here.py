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
# Grace, Alan and Katherine are about to join. On which day will Katherine work? Put your guess in
# place of the three dots, `"Mon"` for instance; change it as often as you like before you run the
# cell after it. In this course you guess often; what surprises you is what you remember.

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
# Read it aloud: take the first shift with room; if there is none, open the next; store a seat on it.
# Somebody who is seated already keeps that seat: for them, too, `first_with_room` gives None. To pass
# over for now: `raw` is about fixtures, and `atomic` means all of it or nothing. The count that is
# *stored* is moved by another receiver, of which 02 tells; the line with `headcount` brings only the
# shift in memory up to date.
#
# So this is the way from your cell to the table:
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
# ## See it happen
#
# You can watch all of this, in the order in which it happens. Kwame joins, inside a `trace()`:

# %%
kwame = sample_roster()[10]
with trace() as seen:
    Employees.objects.create(**kwame)
seen

# %% [markdown]
# This is what each hire has set off; the lessons take it apart. Read it from the top. What stands
# further right happens *inside* what it hangs from: the second half goes on while Django is still
# sending `post_save`. On blue is a row that is saved, in bold type a signal, and behind its arrow, on
# green, the receiver that it reached, with its file and line. What is faint is SQL: here the rule
# looks for a shift with room, stores the seat, and the stored headcount moves.
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
# - You hired eleven people and saw shifts fill up: three to a shift, a shift a day.
# - You found the receiver, `employee_created`, and the rule, `assign`, and watched them at work.
# - You can read a rota: ● is a seat taken, ○ a seat free.
#
# One claim is left to prove, that everybody got a seat:

# %%
assert Employees.objects.count() == 11
assert Employees.objects.without_shift().count() == 0

# %% [markdown]
# `without_shift()` is the project's own, like `assign()`; it finds the people who sit nowhere.
#
# **Practise:** [the exercises for 00](exercises/00_start_here.ipynb), five minutes.
# **Next:** [01 What a signal is](01_what_a_signal_is.ipynb): you write one yourself, in a dozen lines.
