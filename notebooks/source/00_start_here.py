# %% [markdown]
# # 00 · Start here
#
# **One idea: some code runs, though no line of yours calls it.** You store a new employee, and she appears on the rota, the plan
# of who works on which day. A function of this project put her there, and Django called it through a *signal*. This
# course shows what signals are, and when a plain call is better.
#
# | the course | lessons |
# |---|---|
# | Here | **00 Start here**, 20 minutes, and 10 for the tasks |
# | Next | [01 What a signal is](01_what_a_signal_is.ipynb), [02 Built-in signals](02_built_in_signals.ipynb), [03 save() overrides](03_save_overrides.ipynb), then 04 to 07: two evenings in all |
# | Optional | The [exercises](exercises/00_start_here.ipynb) of each lesson, the [glossary](../docs/glossary.md), and the notebooks in `deeper/` |
#
# You know some Python, and have done Django's polls tutorial. Run a cell with <kbd>Shift</kbd> + <kbd>Enter</kbd>. The first cell
# gives this notebook an empty database, and sets the date to Monday, 14 November 2022. To start over, run it again. The models and the
# tools of this course, such as `fresh_database()`, are imported already.

# %%
fresh_database()

# %% [markdown]
# ## Hire somebody
#
# `Employees` is a Django model. The next cell stores one employee, and draws the table of shifts: a row for each day.

# %%
ada = Employees.objects.create(
    first_name="Ada", last_name="Quillbrook", address="12 Lantern Row, Ely", age=33
)
shift_table()

# %% [markdown]
# Ada is on today's shift, and no line of the cell put her there. A shift has three seats (● is
# taken, ○ is free), and `headcount` counts its people.
#
# ## Guess first
#
# In this course you guess before you look. `sample_roster()` gives thirty people, each as a dict. The first is Ada, and Grace is the
# next to join.

# %%
people = sample_roster()
predict("00-1")

# %%
grace = Employees.objects.create(**people[1])
alan = Employees.objects.create(**people[2])
katherine = Employees.objects.create(**people[3])
reveal("00-1")
before = shift_table()  # for the stepper below
before

# %% [markdown]
# ## Who did it?
#
# Now Søren joins. `trace()` records what happens while its block runs. Each line is an *event*: a call, a signal or a query. The
# filter shows the events of `Employees`, and counts the rest.

# %%
with trace() as seen:
    soren = Employees.objects.create(**people[4])
seen.filter(sender=Employees)

# %% [markdown]
# 1. `create()` called `save()`.
# 2. Just before Django wrote the row, it *sent* a **signal**, `pre_save`.
# 3. Just after it, it sent a second signal, `post_save`.
#
# After each arrow → comes a **receiver**, a function that the signal calls, with its file and line: `pre_save` calls
# `wipe_before_hire`, which clears past days away, and `post_save` calls `employee_created`.
#
# The **sender** is the class whose row was saved, here `Employees`. (Odd name: it is Django that sends.)
#
# ## The three models
#
# This is what you need to know of [the real ones](../speedy/models/shifts.py):
#
# ```python
# class Employees(models.Model):
#     first_name = models.CharField(max_length=100)
#     ...
#
# class Shifts(models.Model):
#     shift_date = models.DateField(unique=True, default=timezone.localdate)
#     headcount = models.PositiveSmallIntegerField(default=0)
#     employees_shift = models.ManyToManyField(
#         Employees, through="ShiftsEmployees", related_name="shifts"
#     )
#
# class ShiftsEmployees(models.Model):
#     employee = models.ForeignKey(Employees, on_delete=models.CASCADE)
#     shift = models.ForeignKey(Shifts, on_delete=models.CASCADE)
# ```
#
# A shift has several people, and a person may have several shifts. This is
# [many-to-many](../docs/glossary.md#many-to-many). It needs a third table, which `through=` names. `ShiftsEmployees` has a row
# for each person on each shift. We call such a row a **seat**.
#
# ```mermaid
# flowchart LR
#     seat["ShiftsEmployees: a seat"] -- "employee" --> person["Employees: a person"]
#     seat -- "shift" --> shift["Shifts: a day's work"]
# ```
#
# `ada.shifts.all()` gives the shifts of Ada: `related_name=` chose the name `shifts`.
#
# ## Step by step
#
# This is Søren's whole hire, without the signals that have no receiver. Step through it with the arrow keys. Beside
# each line you see inside which call it happens. Three lines matter now: the first `save()`, its `post_save`, and
# inside that a second `save()`, which stores the seat. The grey lines are SQL, for later.

# %%
stepper(seen, before=before, plain=True)

# %% [markdown]
# `create()` returned only after the last line, because each call waits for what happens inside it. Saving the seat
# also sends signals, and `count_seat` adds 1 to `headcount`. (`uncount_seat` does nothing for a new seat. It takes 1
# off when a seat is deleted. Ignore *overridden*.)
#
# ## The rule
#
# This is the code of `employee_created`:
#
# - `@receiver` connects the function to `post_save`.
# - `instance` is the person, and `created` is True if the row is new.
# - `**kwargs` takes the other arguments. Ignore `raw` for now.

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
# If the person is new, the receiver calls another function, `scheduling.assign()`. We
# call it the **rule**: a person gets the earliest shift with a free seat. If all are full, the next
# day opens. Six more people join:

# %%
fill_table(people[5:11])  # press Play, or read the table: a row is a hire

# %%
predict("00-3")

# %%
grace.delete()
yuki = Employees.objects.create(**people[11])
reveal("00-3")
shift_table()

# %% [markdown]
# ## Your turn
#
# Write `works_on(person)`. It returns the date of the person's only shift. Stuck?
# `exercise("00-a").hint()` helps, and `.solution()` shows an answer.


# %%
def works_on(person):
    """Return the date on which a person works."""


exercise("00-a").check(works_on)


# %% [markdown]
# Now write `who_answered(act)`. Here `act` is a function, which may hire somebody. Call `act()` inside a `trace()`, and return only the
# calls of receivers, the *deliveries*: `seen.filter(kind="delivery")`.


# %%
def who_answered(act):
    """Call act() inside a trace; return the calls of receivers."""


exercise("00-b").check(who_answered)

# %% [markdown]
# ## What to keep
#
# `save()` sends a **signal**, such as `post_save`. The signal calls its **receivers**, such as `employee_created`. The **sender** is
# the class whose row was saved. The **rule**, `assign()`, says what has to happen at a hire.
#
# So here each `create()` is a hire, even if you only want a row. Is that good? Keep this question in mind.
#
# The code: [receivers](../speedy/signals/employee_assignment.py), [the
# rule](../speedy/scheduling.py). The example comes, with thanks, from Ivan Slavko Matić's tutorial [Django 4.1:
# Controlling Events With Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194).
#
# **Practise:** [exercises for 00](exercises/00_start_here.ipynb). **Next:** [01 What a signal is](01_what_a_signal_is.ipynb),
# where you write one yourself.
