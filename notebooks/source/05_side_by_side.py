# %% [markdown]
# # 05 · Side by side
#
# **One idea: the same rule, started in two ways.** The rule, `assign()`, gives each new person a shift. So far a
# receiver starts it. Your own function could call it instead. What can go wrong each way?
#
# | the course | lessons |
# |---|---|
# | Here | **05 Side by side**, 18 minutes, and 10 for the tasks |
# | Next | [06 When things break](06_when_things_break.ipynb), [07 Choosing](07_choosing.ipynb) |
# | Optional | [The matrix](deeper/matrix.ipynb): what fires when. [What a hire costs](deeper/costs.ipynb) |
#
# ## A receiver starts the rule
#
# The firm has an old rota, outside the project: Ada works on Wednesday, Grace and Alan on Thursday. A colleague writes
# a script that copies it:

# %%
WEDNESDAY, THURSDAY = date(2022, 11, 16), date(2022, 11, 17)
people = sample_roster()
old_rota = [(people[0], WEDNESDAY), (people[1], THURSDAY), (people[2], THURSDAY)]


def copy_old_rota():
    for fields, day in old_rota:
        person = Employees.objects.create(**fields)
        shift, _ = Shifts.objects.get_or_create(shift_date=day)  # and is it new?
        ShiftsEmployees.objects.create(employee=person, shift=shift)


fresh_database()
predict("05-1")

# %%
copy_old_rota()
reveal("05-1")
shift_table()

# %% [markdown]
# Everybody is on the rota twice, and nothing in the script mentions the rule. No query can tell which seats are wrong,
# because some people are meant to have two.
#
# ## A function calls the rule
#
# `unplug()` switches off the receivers of lesson 00. (Those that count seats stay.) Now `create()` only stores, and
# `hire()` hires:

# %%
from speedy import scheduling

fresh_database()
unplug()


def place(employee):
    scheduling.wipe_expired_shifts()  # as wipe_before_hire did (lesson 02)
    scheduling.assign(employee)


def hire(**fields):
    employee = Employees.objects.create(**fields)
    place(employee)
    return employee


# %%
copy_old_rota()  # the same script
hire(**people[3])  # Katherine
shift_table()

# %% [markdown]
# `hire()` called the rule for Katherine, so she got the first free seat, on Wednesday. For the other three nobody called it.
#
# ## The rule fails
#
# In a `with broken_rule():` block, `assign()` raises the error `BrokenRule`. First `hire()` calls it:

# %%
try:
    with broken_rule():
        hire(**people[4])
except BrokenRule:
    print("Søren is stored:", Employees.objects.filter(first_name="Søren").exists())

# %% [markdown]
# He is left without a shift. **A call alone is not safe.** Now back to a receiver. This one calls `place()` inside an `atomic()`:

# %%
from django.db import transaction
from django.db.models.signals import post_save


def place_safely(sender, instance, **kwargs):  # shortened: no created, no raw
    with transaction.atomic():
        place(instance)


post_save.connect(place_safely, sender=Employees)
predict("05-2")

# %%
try:
    with broken_rule():
        Employees.objects.create(**people[5])
except BrokenRule:
    print("Zoë is stored:", Employees.objects.filter(first_name="Zoë").exists())
post_save.disconnect(place_safely, sender=Employees)
reveal("05-2")

# %% [markdown]
# To undo the row, the block must begin before the row is written. **With a receiver, every caller of `create()` has to open that block. With
# `hire()` you write it once.** (An overridden `save()` could open it, too.)
#
# ### Your turn: all or nothing
#
# Change `hire` so that nobody is stored when the rule fails. The caller still gets the error.


# %%
def hire(**fields):
    employee = Employees.objects.create(**fields)
    place(employee)
    return employee


exercise("05-a").check(hire)

# %% [markdown]
# <details><summary>A hire() that is all or nothing</summary>
#
# ```python
# def hire(**fields):
#     with transaction.atomic():
#         employee = Employees.objects.create(**fields)
#         place(employee)
#     return employee
# ```
#
# </details>
#
# ### Both, line by line
#
# `same_hire()` hires Ada twice: with the receivers of lesson 00 (*built-in signals*), and with a `hire()` that is all
# or nothing (*direct call*). In which column does `BEGIN` come first? Then *pull
# the plug*, to see what would stay if the program ended at that line.

# %%
same_hire(["built-in signals", "direct call"])

# %% [markdown]
# - **Left, a receiver:** the only `BEGIN` is that of `assign()`, which has its own `atomic()`. It comes after Ada's
#   row, which is kept at once.
# - **Right, `hire()`:** its `BEGIN` comes first, so the row and the seat are kept together. (The inner `atomic()` of
#   `assign()` sends no second `BEGIN`.)
#
# ## Somebody forgets the call
#
# A colleague does not know `hire()`, and hires Noor with `create()`. The receivers are still off:

# %%
Employees.objects.create(**people[6])
Employees.objects.without_shift()

# %% [markdown]
# `without_shift()`, a query of this project, finds everybody who has no shift from today on: Noor, and from above Søren
# and Zoë. In this firm that is always a mistake, so a query each night finds every forgotten call. No query finds a
# shift that nobody wanted. So we prefer `hire()`.
#
# ### Your turn: find them, and place them
#
# Write `repair()`. It calls `place()` for everybody who has no shift, and returns how many there were.


# %%
def repair():
    """Place everybody who has no shift; return how many there were."""


exercise("05-b").check(repair)

# %% [markdown]
# ## What to keep
#
# | the rule is started by | who opens the transaction? | what can go wrong |
# |---|---|---|
# | a receiver | every caller of `create()` | somebody gets a shift that nobody wanted |
# | a function: `hire()` | `hire()` | somebody forgets `hire()`; one query finds it |
#
# **So far:** write one `hire()`. In it, store the person and call the rule, both inside `atomic()`.
#
# ## Optional: all four ways
#
# There are two more ways. The person's `save()` can call the rule (lesson 03). Or a function stores the person and
# sends `employee_hired`, and a receiver calls the rule (lesson 04). We call the four ways *wirings*: [here is their
# code](../speedy/wirings.py).

# %%
plug_in()  # the receivers of lesson 00 are back
predict("05-3")

# %%
reveal("05-3")
skips_the_rule()

# %% [markdown]
# **Practise:** [the exercises for 05](exercises/05_side_by_side.ipynb).
# **Next:** [06 When things break](06_when_things_break.ipynb).
