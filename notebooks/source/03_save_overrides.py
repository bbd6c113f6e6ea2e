# %% [markdown]
# # 03 · save() overrides
#
# In [Built-in signals](02_built_in_signals.ipynb) two receivers hung on `Employees`. The class has a
# method that runs at every one of those saves. **Why not simply write the rule into `save()`?**
#
# You will, in about 35 minutes,
#
# - hire by a `save()` of your own, and read in its trace what is gone and what is new;
# - break each clause of the contract that an overridden `save()` signs;
# - find out what never calls `save()` or `delete()`, and put both ways side by side.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## The same rule, in save()
#
# `EmployeesOverridingSave` is a *proxy* of `Employees`: another class on the same table. It brings no
# field, only this method:

# %%
show_code(EmployeesOverridingSave.save, Employees.joins)

# %% [markdown]
# Read it from the middle. `super().save()` stores the row; before it the past is wiped, after it the
# person gets a seat; `atomic()` makes one piece of the three. Whoever does not join (an edit) goes
# straight to `super()`. It stands in `wirings.py`: `scheduling` imports the models, so a class that needs
# the rule is written after the rule. Does it fill shifts as the receivers did?

# %%
predict("Seven people are hired by save(). How many shifts are full afterwards?", ...)

# %%
week = fill_table(roster[:7], hire=EmployeesOverridingSave.objects.create)
reveal(Shifts.objects.filter(headcount=3).count())
week

# %% [markdown]
# `create()` calls `save()`, so nothing else had to change. But the receivers of `Employees` are still
# connected. Did they act as well?

# %%
predict("How many receivers of Employees does one such hire call?", ...)

# %%
with trace() as hired:
    EmployeesOverridingSave.objects.create(**roster[7])
reveal(len(hired.filter(kind="delivery", sender=EmployeesOverridingSave)))
hired

# %% [markdown]
# None. Both signals are *sent*, and "nobody listens": the sender is the proxy, and a receiver that is
# connected to `Employees` hears `Employees` alone. So both ways can share one table and never seat
# anybody twice. The two receivers that you do see belong to the seat, and are the same in both. (The
# seat has a `save()` of its own as well, "overridden in shifts"; you read it near the end.)
#
# Now the same hire by the receivers. Hold the two trees against each other:

# %%
with trace() as heard:
    Employees.objects.create(**roster[8])
assert sorted(sql.split()[0] for sql in heard.statements) == sorted(
    sql.split()[0] for sql in hired.statements
)
heard

# %% [markdown]
# The same seven statements. What moved is `BEGIN`: above, it stands first, and the whole hire is one
# transaction; here it comes after the person was stored. You will meet that again at the end.
#
# ## The contract
#
# Whoever overrides `save()` stands between Django and the row, and Django calls it in more ways than
# you do. The contract has four clauses. Each of the next methods breaks one; `patch.object` puts it
# into the class for as long as a block runs. (There is no `super()` outside a class, so they name
# `models.Model.save`.)
#
# **Clause 1: hand all arguments through.** This one knows none:

# %%
from unittest.mock import patch

from django.db import models


def save_without_arguments(self):
    models.Model.save(self)


ida = Employees.objects.create(**roster[9] | {"first_name": "Ida"})
with patch.object(Employees, "save", save_without_arguments):
    ida.save()

# %% [markdown]
# Your own call works. `create()` is Django's:

# %%
predict("Does Employees.objects.create() work with it, too?", ...)

# %%
with patch.object(Employees, "save", save_without_arguments):
    try:
        worked = bool(Employees.objects.create(**roster[10]))
    except TypeError as error:
        worked = False
        print(error)
reveal(worked)

# %% [markdown]
# `create()` passes `force_insert`, others pass `update_fields` or `using`. `*args, **kwargs` takes
# whatever comes, today and in the next version.
#
# **Clause 2: call `super().save()`.** What does forgetting it cost?


# %%
def save_nothing(self, *args, **kwargs):
    print(f"{self.first_name} is saved.")


with patch.object(Employees, "save", save_nothing):
    nobody = Employees.objects.create(**roster[11])
assert nobody.pk is None

# %% [markdown]
# No error. It looks like a person, it even says so, and it has no row. (The early `return` before
# `super()`, in one branch of many, is how that happens in real code.)
#
# **Clause 3: mind `update_fields`.** A popular use of `save()` is to tidy a field. Here the name gets
# its capital letter:


# %%
def save_tidily(self, *args, **kwargs):
    self.first_name = self.first_name.capitalize()
    models.Model.save(self, *args, **kwargs)


Employees.objects.filter(pk=ida.pk).update(first_name="ida")
ida.refresh_from_db()

# %%
predict('After save(update_fields=["age"]): has her stored name a capital letter?', ...)

# %%
with patch.object(Employees, "save", save_tidily):
    ida.age = 41
    ida.save(update_fields=["age"])
stored = Employees.objects.get(pk=ida.pk).first_name
reveal(stored == "Ida")
ida.first_name, stored

# %% [markdown]
# In memory she is `Ida`, in the database `ida`: only the named fields are written. Whatever your
# `save()` sets, it has to add to `update_fields`, when there are any:


# %%
def save_completely(self, *args, update_fields=None, **kwargs):
    self.first_name = self.first_name.capitalize()
    if update_fields is not None:
        update_fields = {"first_name", *update_fields}
    models.Model.save(self, *args, update_fields=update_fields, **kwargs)


with patch.object(Employees, "save", save_completely):
    ida.save(update_fields=["age"])
assert Employees.objects.get(pk=ida.pk).first_name == "Ida"

# %% [markdown]
# **Clause 4: know which save it is.** This one greets whoever is saved. Ida only moves:


# %%
def save_and_greet(self, *args, **kwargs):
    models.Model.save(self, *args, **kwargs)
    print(f"Welcome, {self.first_name}!")


with patch.object(Employees, "save", save_and_greet):
    ida.address = "Ely"
    ida.save()

# %% [markdown]
# A receiver is told `created` and `raw`. A method is told neither, so ours asks `joins()`, and it asks
# *before* `super()`: afterwards every row has its key.
#
# ## What never calls it
#
# Which operations set the override off? [Lesson 04](04_what_fires_when.ipynb) asks this of eighty
# operations. A first look at two of its groups, for this very class (● means: it was called):

# %%
called = what_fires(EmployeesOverridingSave, "one row", "many rows at once")
called

# %% [markdown]
# A star marks a surprise; lesson 04 tells each. Look down the column `save()`. One row at a time, it is
# called, whoever calls. Many rows at once, it never is. And compare the last row of each group: `delete()` of a person calls the method,
# `queryset.delete()` does not, though its *signals* are sent for each row. Loading a fixture goes past
# your `save()` as well, with `raw=True` for the receivers, and a migration rebuilds the model without
# any of your methods; [04](04_what_fires_when.ipynb) runs both.
#
# And rows that go along with another row? For one block, let every `delete()` of every model say that
# it was called:

# %%
plain_delete = models.Model.delete


def delete_loudly(self, *args, **kwargs):
    print(f"delete() of {type(self).__name__} is called.")
    return plain_delete(self, *args, **kwargs)


chloe, tomasz = (Employees.objects.create(**person) for person in roster[12:14])

# %%
predict("chloe.delete() takes her seat along. How many delete() methods are called?", ...)

# %%
with patch.object(models.Model, "delete", delete_loudly), trace() as left:
    chloe.delete()
reveal(len(left.filter(kind="method")))
left

# %% [markdown]
# One. The seat went by the cascade: its `delete()` was not asked, its signals were sent, and that is
# how the headcount got to know. An overridden `delete()` of the seat would have missed it. By queryset,
# not even the first one is asked:

# %%
with patch.object(models.Model, "delete", delete_loudly), trace() as gone:
    Employees.objects.filter(pk=tomasz.pk).delete()
assert len(gone.filter(kind="method")) == 0
assert len(gone.filter("post_delete", kind="signal")) == 2

# %% [markdown]
# ## An honest use
#
# So is `save()` a bad place? Look at the seat's own, which you have met in every tree:

# %%
show_code(ShiftsEmployees.save)

# %% [markdown]
# It adds nothing to do. It says *how* this row is saved: seat and headcount, both or neither. That is
# what `save()` is good at: things that concern **this row, always, one at a time**. A derived field, a
# tidied name, a transaction around.
#
# ## Side by side
#
# The tutorial from which this example comes says of receivers and `save()` that "the result will be
# the same". Three scenarios put that to the test, each by both ways, from an empty rota. (A *wiring* is
# a way to set the rule off when somebody is hired. *Atomic by itself*: an error in the middle leaves
# nothing behind. The time is left out; it varies.)

# %%
from speedy.wirings import WIRINGS

both = {name: WIRINGS[name] for name in ("built-in signals", "save() override")}
side_by_side("fill a week", wirings=both, clock=False)

# %% [markdown]
# Here it is: same rota, same statements. In place of two receivers a hire calls one method, and the
# last row tells the difference that will matter. Now the rule raises an error while Ada is being hired.

# %%
predict('By which of the two ways is Ada stored all the same ("signals", "save()")?', ...)

# %%
broken = side_by_side("an error in the rule", wirings=both, clock=False)
left_over = broken.loc["left without a shift"]
reveal("signals" if left_over["built-in signals"] == "Ada" else "save()")
broken

# %% [markdown]
# `post_save` comes after the row was committed, so a receiver that fails leaves somebody behind. The
# `save()` has a transaction around all of it, because somebody wrote one. And a third way in, which
# neither sees:


# %%
def hire_in_bulk(wiring):
    wiring.model.objects.bulk_create([wiring.model(**roster[0])])


side_by_side(hire_in_bulk, wirings=both, clock=False).loc[["left without a shift"]]

# %% [markdown]
# ## What you have done
#
# - You hired by `save()`: the same rota, no receiver called, the rule one `show_code` away.
# - You broke the contract: arguments, `super()`, `update_fields`, which save it is.
# - You found what never calls `save()` and `delete()`, and where both ways part.
#
# So why not write the rule into `save()`? You can: the rota is the same, and an error leaves nothing
# behind. But the model then has to know the rule, and whatever goes past `save()` goes past the rule.
#
# The table to keep:
#
# | | receivers of `Employees` | `save()` of a proxy |
# |---|---|---|
# | is set off by | every save of `Employees` | every save of that class |
# | `bulk_create()`, `update()` | silent | silent |
# | `queryset.delete()`, cascades | signals are sent | `delete()` is not called |
# | a fixture loads | called, with `raw=True` | not called |
# | an error in the rule | the row stays | the row is taken back, if you wrote `atomic()` |
# | can change how the row is saved | no | yes |
# | has to know | the receiver knows the model | the model knows the rule |
#
# **Practise:** [the exercises for 03](exercises/03_save_overrides.ipynb). **Next:** [04 What fires
# when](04_what_fires_when.ipynb), eighty operations against every hook. Or back to [02 Built-in
# signals](02_built_in_signals.ipynb).
