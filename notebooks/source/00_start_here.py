# %% [markdown]
# # 00 · Start here
#
# **One idea: code runs that your code does not call.** A person is hired. Then she is on the rota, and no line of your
# code put her there. Django *signals* did. This course shows what they are, where you use them, and when a plain call
# is better.
#
# | the course | lessons |
# |---|---|
# | Here | **00 Start here**, 20 minutes |
# | Next | [01 What a signal is](01_what_a_signal_is.ipynb), [02 Built-in signals](02_built_in_signals.ipynb), [03 save() overrides](03_save_overrides.ipynb), then 04 to 07 |
# | Optional | The [exercises](exercises/00_start_here.ipynb) of each lesson, the [glossary](../docs/glossary.md), and the notebooks in `deeper/` |
#
# You need Python and Django's polls tutorial. Run a cell with <kbd>Shift</kbd> + <kbd>Enter</kbd>. The first
# one gives this notebook a database of its own and stops the calendar on a Monday. Run it again to start over. The models
# and the tools of the course are ready in every notebook: you need no import for them.

# %%
fresh_database()

# %% [markdown]
# ## Hire somebody
#
# `Employees` is a Django model. The next cell stores one row, and says nothing about shifts. The cell after it shows
# the rota.

# %%
ada = Employees.objects.create(
    first_name="Ada", last_name="Quillbrook", address="12 Lantern Row, Ely", age=33
)

# %%
shift_table()

# %% [markdown]
# Somebody opened a shift for today and put Ada on it. In this table a row is a shift, and there is one shift a day. A
# shift has three seats: ● is taken, ○ is free. `headcount` counts its people.
#
# ## The three models
#
# Here they are. `...` stands for everything that is not a field.

# %%
show_code(Employees, Shifts, ShiftsEmployees, fields=True)

# %% [markdown]
# A person works on many shifts, and a shift has several people. Django calls this
# [many-to-many](../docs/glossary.md#many-to-many). It needs a third table with one row for each pair. Here that table is
# `ShiftsEmployees`, and each of its rows is a **seat**.
#
# ```mermaid
# flowchart LR
#     person["Employees<br>a person"] --> seat["ShiftsEmployees<br>a seat"]
#     shift["Shifts<br>a day's work"] --> seat
# ```
#
# `ada.shifts` gives Ada's shifts, and `shift.employees_shift` the people on a shift.
#
# ## Guess first
#
# In this course you guess before you look. A wrong guess costs nothing, and you will remember the answer. Three people
# join.

# %%
predict("00-1")

# %%
grace, alan, katherine = (Employees.objects.create(**person) for person in sample_roster()[1:4])
reveal("00-1")
shift_table()

# %%
# Six more people join. Press Play. As a table: a row is a hire, a column is a shift, green is the new seat.
fill_table(sample_roster()[4:10])

# %% [markdown]
# ## Who did it?
#
# `trace()` writes down everything that happens while its block runs. Kwame joins. First look only at what concerns
# `Employees`. The colours mean the same in the whole course:
#
# | colour | sign | it is |
# |---|---|---|
# | green | ● ✓ | taken, kept, right |
# | blue | `save()` | your code |
# | violet | **bold** → | a signal, a receiver |
# | amber | … ! | pending, not yet right |
# | red | ✗ | lost |

# %%
kwame = sample_roster()[10]
before = shift_table()
with trace() as seen:
    Employees.objects.create(**kwame)
seen.filter(sender=Employees)

# %% [markdown]
# Read it from the top:
#
# 1. `create()` called `save()`.
# 2. Before it wrote the row, Django announced that. Such an announcement is a **signal**, here `pre_save`. Its receiver,
#    `wipe_before_hire`, belongs to lesson 02.
# 3. After the row was written, Django sent a second signal, `post_save`. The arrow → points to a **receiver**, a function
#    that the signal calls. This one is called `employee_created`, and you see its file and line.
# The *sender* of a model's signal is the class, here `Employees`. The SQL comes later.
#
# Here is its code. The line with `@receiver` connects the function to the signal. Django passes in `instance`, the
# person. `created` is True for a new row. `raw` is True only while saved data is loaded from a
# [fixture](../docs/glossary.md#fixture), a file of rows.

# %%
from speedy.signals.employee_assignment import employee_created

display(show_code(employee_created))
predict("00-2")

# %%
ada.address = "1 Harbour Street"
ada.save()
reveal("00-2")
ada.shifts.all()

# %% [markdown]
# The receiver decides *when*. *What* happens is the **rule**, a function of its own: `scheduling.assign()`. It puts a person on
# the first shift with room. If no shift has room, it opens the next day. Now Grace leaves, and Yuki joins.

# %%
predict("00-3")

# %%
grace.delete()
yuki = Employees.objects.create(**sample_roster()[11])
reveal("00-3")
shift_table()

# %%
# Kwame's whole trace, without a filter, and the rota as it was before it.
stepper(seen, before=before)

# %% [markdown]
# Go through it with the arrow keys. *Pull the plug* at some step, and see what stays. Without scripts it is a tree: an
# indented line happens *inside* the line above it. Grey lines are SQL. `BEGIN` and `COMMIT` are the two ends of a transaction,
# which lesson 01 explains.
#
# `save()` sends `post_save`, the signal calls the receiver, the receiver calls the rule, and the rule saves a seat. All of
# that happened before `create()` returned. A seat sends signals as well: their receivers keep the `headcount`.
#
# ## Your turn
# Two tasks. `works_on(person)` returns the date on which a person works.
# `who_answered(act)` calls `act()` inside a `trace()`. It returns the part of the trace that shows the receivers:
# `seen.filter(kind="delivery")` selects it. Stuck? `exercise("00-a").hint()` helps, and `.solution()` shows an answer.


# %%
def works_on(person):
    """Return the date on which a person works."""


exercise("00-a").check(works_on)


# %%
def who_answered(act):
    """Call act() inside a trace; return the trace of the receivers that were called."""


exercise("00-b").check(who_answered)

# %% [markdown]
# ## What to keep
#
# | word | what it is | here |
# |---|---|---|
# | signal | an announcement that code can listen to | `post_save` |
# | sender | the class that it is about | `Employees` |
# | receiver | a function that the signal calls | `employee_created` |
# | rule | what is to be done | `assign()` |
# | seat | a person on a shift, a row of its own | `ShiftsEmployees` |
#
# The models are in [`speedy/models/`](../speedy/models/shifts.py), the receivers in
# [`speedy/signals/`](../speedy/signals/employee_assignment.py), the rule in [`speedy/scheduling.py`](../speedy/scheduling.py).
# The example comes from a published tutorial, [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić, with thanks.
#
# **Practise:** [exercises for 00](exercises/00_start_here.ipynb). **Next:** [01 What a signal is](01_what_a_signal_is.ipynb),
# where you write one yourself.
