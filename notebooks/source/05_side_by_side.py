# %% [markdown]
# # 05 · Side by side
#
# **One idea: the same rule, started in two ways.** The rule, `assign()`, gives a shift to somebody who is hired. So far a receiver starts
# it. A function of yours could call it instead. What goes wrong in each way?
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb) |
# | Here | **05 Side by side**, 18 minutes, and 10 for the tasks |
# | Next | [06 When things break](06_when_things_break.ipynb), [07 Choosing](07_choosing.ipynb) |
# | Optional | [The matrix](deeper/matrix.ipynb): what fires when. [What a hire costs](deeper/costs.ipynb), alone and in a list of 300 |
#
# ## A receiver starts the rule
#
# The firm has an old rota, outside the project: Ada works on Wednesday, Grace and Alan on Thursday. A colleague writes a script that copies
# it. For each line the script stores the person, then the shift of that day, then the seat of that person.

# %%
WEDNESDAY, THURSDAY = date(2022, 11, 16), date(2022, 11, 17)
people = sample_roster()
old_rota = [(people[0], WEDNESDAY), (people[1], THURSDAY), (people[2], THURSDAY)]


def copy_old_rota():
    for fields, day in old_rota:
        person = Employees.objects.create(**fields)
        shift, _ = Shifts.objects.get_or_create(shift_date=day)  # _: is it new?
        ShiftsEmployees.objects.create(employee=person, shift=shift)


fresh_database()
predict("05-1")

# %%
copy_old_rota()
reveal("05-1")
shift_table()

# %% [markdown]
# Everybody is on the rota twice. The script does not mention the rule, so the colleague could not see it. Afterwards you can list who has
# two shifts. But some people rightly have two, so no query can tell which seat is wrong.
#
# ## A function calls the rule
#
# `unplug()` switches off the receivers of lesson 00. (Those that count seats stay.) Now `create()` only stores. To hire somebody, you
# call `hire()`, which calls the rule:

# %%
from speedy import scheduling

fresh_database()
unplug()


def place(employee):
    scheduling.wipe_expired_shifts()  # as wipe_before_hire did
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
# Katherine went through `hire()`, so the rule gave her the first free seat, on Wednesday. For the other three nobody called the rule.
#
# ## The rule fails
#
# Suppose that the rule raises an error. By then `create()` has stored the person, who stays, without a shift. So put both steps into one
# `atomic()`. **A call alone is not safe. The transaction makes it safe.**
#
# ### Your turn: all or nothing
#
# Change `hire` so that nobody is stored when the rule fails. The caller still gets the error. (`transaction` is imported already.)


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
# ### And if a receiver starts the rule?
#
# This receiver has an `atomic()` around the rule. Zoë is created, and the rule fails: `broken_rule()` makes `assign()` raise a
# `BrokenRule`, an error, while its block runs.

# %%
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
reveal("05-2")

# %% [markdown]
# To undo her row, the block must begin before the row is written. **With a receiver, every caller of `create()` has to open it, or a
# `save()` that you override. With `hire()` you write it once.**
#
# `same_hire()` hires Ada twice: with the receivers of lesson 00, and with a `hire()` that is all or nothing. Look for the `COMMIT`. At any
# line, *Pull the plug* shows what would stay if the program ended there.

# %%
post_save.disconnect(place_safely, sender=Employees)
same_hire(["built-in signals", "direct call"])

# %% [markdown]
# - **Left: a receiver starts the rule.** Ada's row is written before the `BEGIN` of `assign()`, so it is kept at once.
# - **Right: `hire()` calls the rule.** Its `BEGIN` comes first, so the row and the seat are kept together. (`assign()` has an
#   `atomic()`, too. Inside another one it sends no `BEGIN` and no `COMMIT`.)
#
# ## Somebody forgets the call
#
# But a call can be forgotten. A colleague hires Noor, and does not know `hire()`. She writes `create()`. The receivers are still off:

# %%
Employees.objects.create(**people[6])
Employees.objects.without_shift()

# %% [markdown]
# `without_shift()`, a query of this project, finds everybody who has no shift from today on: Noor, and from above Zoë. In this
# firm everybody needs a shift, so a person without one is always a mistake. We think that the forgotten call is the smaller harm: a query finds it, for
# example each night.
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
# | a receiver | every caller of `create()` must | somebody gets a shift that nobody wanted |
# | a function: `hire()` | `hire()` | somebody forgets `hire()`; one query finds it |
#
# **So far:** write one `hire()`. In it, store the person and call the rule, both inside `atomic()`.
#
# ## Optional: all four ways
#
# Two more ways can start the rule. The person's `save()` can call it, as in lesson 03. Or a function stores the person and sends
# `employee_hired`, as in lesson 04, and a receiver calls the rule. So we have four ways, called *wirings*. Their code is
# [on one page](../speedy/wirings.py).

# %%
plug_in()  # the receivers of lesson 00 are back
predict("05-3")

# %%
reveal("05-3")
skips_the_rule()

# %% [markdown]
# **Practise:** [the exercises for 05](exercises/05_side_by_side.ipynb).
# **Next:** [06 When things break](06_when_things_break.ipynb).
