# %% [markdown]
# # Deeper · Receivers that vanish and double
#
# You connect a receiver, and it is not called. Or it is called twice. Or you edit it, and the old one answers. **One idea: all three
# follow from how a signal keeps its receivers.**
#
# In about 15 minutes you find out how long a receiver lives, what several calls of `connect()` do, and what happens when you
# run a cell again. If you use `async def`, another 5 minutes show what an async receiver needs.

# %%
fresh_database()

# %% [markdown]
# ## How long a receiver lives
#
# Python keeps an object as long as something refers to it, a variable for instance. A signal refers to its receivers with [weak
# references](../../docs/glossary.md#weak-reference), which do not count. So a signal alone does not keep a receiver alive.
#
# Here a function defines a receiver inside itself, connects it and ends:

# %%
from django.dispatch import Signal


def hire_a_cook(signal):
    def cook(sender, **kwargs):
        return "soup"

    signal.connect(cook)


# %%
shift_filled = Signal()
hire_a_cook(shift_filled)
[answer for _, answer in shift_filled.send(sender=Shifts)]

# %% [markdown]
# The cook answers. On your machine the setting `DEBUG` is True. Now the same lines with `DEBUG` off, as on a server:

# %%
from django.test import override_settings

on_a_server = Signal()
with override_settings(DEBUG=False):
    hire_a_cook(on_a_server)
[answer for _, answer in on_a_server.send(sender=Shifts)]

# %% [markdown]
# Nobody answers, and no error says so. **It works here, and is silent in production.** The second result is right: when `hire_a_cook`
# has ended, no variable refers to the cook.
#
# The first is an accident. With `DEBUG` on, `connect()` checks that a receiver takes `**kwargs`. This check remembers the last 512
# functions that it has seen, and so it keeps them alive. We connect 512 others, which nobody calls. Then the check has forgotten our cook:

# %%
for _ in range(512):
    Signal().connect(lambda **kwargs: None)
[answer for _, answer in shift_filled.send(sender=Shifts)]

# %% [markdown]
# A method vanishes even faster:


# %%
class Cook:
    def serve(self, sender, **kwargs):
        return "soup"


lunch = Signal()
lunch.connect(Cook().serve)
[answer for _, answer in lunch.send(sender=Shifts)]

# %% [markdown]
# `Cook()` makes an object that no variable holds. Python deletes it at once, even with `DEBUG` on: the check remembers
# `serve`, which belongs to the class. Nothing remembers the object.

# %%
# With weak=False the signal itself keeps the receiver.
lunch.connect(Cook().serve, weak=False)
[answer for _, answer in lunch.send(sender=Shifts)]

# %% [markdown]
# You rarely need `weak=False`. Write a receiver as a function at the top of a module. It stays, because its name refers to it.
#
# ## Connected more than once
#
# A connection is a *pair*: the receiver and the sender. `order_meals` is connected three times:


# %%
def order_meals(sender, **kwargs):
    return "meals"


twice = Signal()
twice.connect(order_meals)
twice.connect(order_meals)
twice.connect(order_meals, sender=Shifts)

# %%
predict("vanishing-1")

# %%
answers = [answer for _, answer in twice.send(sender=Shifts)]
reveal("vanishing-1")
answers

# %%
# disconnect() takes the same receiver and sender. It returns False if it found no connection.
twice.disconnect(order_meals), twice.disconnect(order_meals), twice.has_listeners(Shifts)

# %% [markdown]
# The first call found the one without a sender, and the second found none.
# `has_listeners()` is True, because the one with `Shifts` is still there.
#
# For the signals of models the sender may be a text, the name of a model: `post_save.connect(f, sender="auth.User")`. A signal of your
# own does not know such names. There the receiver is never called, and you get no error. So pass the class.
#
# A receiver is also connected twice if
#
# - its module is imported under two names, such as `speedy.signals` and `signals`. Python then runs the file twice, so there
#   are two functions;
# - it is a method, and you connect it for several objects. The method of each object is a receiver of its own;
# - the cell that defines it is run again, as in the next section.
#
# ## The cell that runs twice
#
# You can give a connection a name, a `dispatch_uid` (the *uid*). The signal then compares this name instead of the function. That helps
# if a module is imported under two names: the second connection is ignored. Say this is a cell of yours:

# %%
from django.dispatch import receiver

dinner = Signal()


@receiver(dinner, dispatch_uid="dinner-cook")
def cook(sender, **kwargs):
    return "leek soup"


# %%
# You edit the cell and run it again.
@receiver(dinner, dispatch_uid="dinner-cook")
def cook(sender, **kwargs):
    return "tomato soup"


# %%
predict("vanishing-2")

# %%
dishes = [dish for _, dish in dinner.send(sender=Shifts)]
reveal("vanishing-2")
dishes

# %% [markdown]
# We ran the same two cells in four ways. This is what is served:
#
# | way | `DEBUG` on | `DEBUG` off |
# |---|---|---|
# | without a uid | leek and tomato | tomato |
# | with a uid | leek | nothing |
#
# - **Without a uid** the edited function is a new receiver, so it is connected. With `DEBUG` on the old one stays alive, so
#   you get both soups. With `DEBUG` off the old one is deleted, because the name `cook` now means the new function.
# - **With a uid** three things happen in this order:
#   1. `@receiver` runs. The old cook is still there, so the uid is taken, and the new one is not connected.
#   2. Now the name `cook` means the new function.
#   3. With `DEBUG` off the old one is deleted, so nobody answers. With `DEBUG` on it stays alive, and answers.
#
# Therefore disconnect first:
#
# - with a uid, by its name;
# - without a uid, by `dinner.disconnect(cook)`, before you define the new `cook`.

# %%
dinner.disconnect(dispatch_uid="dinner-cook")


@receiver(dinner, dispatch_uid="dinner-cook")
def cook(sender, **kwargs):
    return "lentil soup"


[dish for _, dish in dinner.send(sender=Shifts)]

# %% [markdown]
# If you connected with a sender, `disconnect()` needs the same sender.
#
# ## What to keep
#
# | what you see | why | what to do |
# |---|---|---|
# | silent in production | the receiver is a local function or a lambda | put a function at the top of a module |
# | silent everywhere | the receiver is a method of an object that no variable holds | the same |
# | it answers twice | it is connected with and without a sender | look with `who_listens()`, disconnect |
# | it answers twice | its module was imported under two names | one import path |
# | it answers twice | its cell ran twice | disconnect first |
# | an edit changes nothing | the `dispatch_uid` is taken | disconnect first, with the same sender |
# | never called | the sender of your own signal is the name of a model, such as `"auth.User"` | pass the class |
#
# ## Optional: async receivers
#
# This section is for projects with `async def`. If you call such a function, it does not run yet. It runs when somebody writes
# `await` before the call. For your own signals there is `asend()`, which awaits such receivers, and also calls the others:


# %%
async def call_taxi(sender, **kwargs):
    return "a taxi"


evening = Signal()
evening.connect(call_taxi)
evening.connect(order_meals)
[answer for _, answer in await evening.asend(sender=Shifts)]

# %% [markdown]
# In the list, the answers of plain receivers come first, even if you connected them last.
#
# With the signals of models you cannot choose `asend()`, because `save()` calls `send()`. An [event
# loop](../../docs/glossary.md#event-loop) is the part of Python that runs async functions, and your cells run inside one. If `send()`
# waited for an async receiver there, it would stop the loop that has to run it. So it raises an error. (Normally Django forbids
# `create()` where an event loop runs. This course allows it, so that you can see the error.)
#
# Now an async receiver listens to `post_save`, and we save in a cell. `EmployeesWithoutHooks` is the same table, without our receivers.

# %%
predict("vanishing-3")


# %%
from django.db.models.signals import post_save


async def congratulate(sender, instance, **kwargs):
    return f"Congratulations, {instance}!"


with connected(post_save, congratulate):
    try:
        EmployeesWithoutHooks.objects.create(**sample_roster()[0])
    except RuntimeError as error:
        print("RuntimeError:", error)
stored = EmployeesWithoutHooks.objects.count()
reveal("vanishing-3")
stored

# %% [markdown]
# | where you save | what happens |
# |---|---|
# | in a cell of this course | `create()` stores the row, then `send()` raises a RuntimeError |
# | in an ordinary view | no loop runs in its thread, so `send()` runs the async receiver in another thread and waits for it |
# | in an async view | `create()` raises an error. Use `await acreate()`. It saves the row and waits for your receiver |
#
# **So keep the receivers of model signals plain**, and call your own signals with `await signal.asend()`.
#
# **Practise:** [the exercise for this notebook](../exercises/vanishing_receivers.ipynb). Back to
# [lesson 01](../01_what_a_signal_is.ipynb). Read on: [Django's page on
# signals](https://docs.djangoproject.com/en/5.2/topics/signals/).
