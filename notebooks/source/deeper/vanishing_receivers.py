# %% [markdown]
# # Deeper · Receivers that vanish and double
#
# You connect a receiver, and it is not called. Or it is called twice. Or you edit it, and the old one answers. **One idea: all three
# follow from how a signal keeps its receivers.**
#
# This takes about 15 minutes, and 5 more if you use `async def`.

# %%
fresh_database()

# %% [markdown]
# ## How long a receiver lives
#
# Python keeps an object as long as something refers to it, such as a variable. But a signal holds its receivers by
# [weak references](../../docs/glossary.md#weak-reference), which do not count. So a signal alone keeps no receiver
# alive.
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
# Nobody answers, and there is no error. **It works here, and is silent in production.** The empty list is the normal
# case: when `hire_a_cook` has ended, no variable refers to the cook.
#
# The soup was an accident. With `DEBUG` on, `connect()` checks that a receiver takes `**kwargs`, and this check keeps
# the last 512 functions. We connect 512 others, and our cook is gone:

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
# No variable holds the object that `Cook()` makes, so Python deletes it at once, even with `DEBUG` on. (The check keeps
# the function `serve`, not the object.)

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
# disconnect() returns False if it found no connection.
print("disconnected:", twice.disconnect(order_meals))
print("once more:", twice.disconnect(order_meals))
print("still connected for Shifts:", twice.has_listeners(Shifts))

# %% [markdown]
# `disconnect()` needs the same receiver (or the same uid: see below) and the same sender. So the connection for
# `Shifts` is still there.
#
# Signals of models also take the name of a model: `post_save.connect(f, sender="auth.User")`. With a signal of your own
# the name is only a text: if the class sends, the receiver is not called, and there is no error. So pass the class.
#
# A receiver is also connected twice if
#
# - its module is imported under two names, such as `speedy.signals` and `signals`: then there are two functions;
# - it is a method, and you connect it for several objects: each object counts;
# - its cell is run again, with `DEBUG` on (next section).
#
# ## The cell that runs twice
#
# You can give a connection a name, its `dispatch_uid` (the *uid*). The signal then compares this name instead of the
# function. Say this is a cell of yours:

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
# The same two cells, in four ways:
#
# | way | `DEBUG` on | `DEBUG` off |
# |---|---|---|
# | without a uid | leek and tomato | tomato |
# | with a uid | leek | nothing |
#
# - **Without a uid** the edited function is connected, too. With `DEBUG` off the old one vanishes, because the name
#   `cook` no longer means it.
# - **With a uid** `@receiver` runs first and finds the uid taken, so the edited function is not connected. Then the
#   name `cook` moves to it. With `DEBUG` off nothing holds the old one any more, so it vanishes, too, and nobody
#   answers.
#
# With `DEBUG` on, the old one lives on, as above.
#
# So disconnect first. Without a uid, call `dinner.disconnect(cook)` before you define the new `cook`, and from the
# second run on. With a uid, disconnect by the uid:

# %%
dinner.disconnect(dispatch_uid="dinner-cook")


@receiver(dinner, dispatch_uid="dinner-cook")
def cook(sender, **kwargs):
    return "lentil soup"


[dish for _, dish in dinner.send(sender=Shifts)]

# %% [markdown]
# ## What to keep
#
# | what you see | why | what to do |
# |---|---|---|
# | silent in production | the receiver is a local function or a lambda | put a function at the top of a module |
# | silent everywhere | the receiver is a method of an object that no variable holds | keep the object, or `weak=False` |
# | it answers twice | it is connected with and without a sender | look with `who_listens()`, disconnect |
# | it answers twice | its module was imported under two names | one import path, or a `dispatch_uid` |
# | it answers twice | its cell ran twice | disconnect first |
# | an edit changes nothing | the `dispatch_uid` is taken | disconnect first, with the same sender |
# | never called | the sender of your own signal is the name of a model, such as `"auth.User"` | pass the class |
#
# ## Optional: async receivers
#
# Skip this if you do not write `async def`. If you call such a function, it does not run yet: something has to await
# the call. For your own signals
# there is `asend()`: it awaits async receivers, and calls the plain ones:


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
# With the signals of models you cannot choose: `save()` calls `send()`. Your cells run inside an [event
# loop](../../docs/glossary.md#event-loop), the part of Python that runs async functions. If `send()` waited there for
# an async receiver, it would stop the loop that has to run it.
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
# (Normally Django forbids `create()` where an event loop runs. This course allows it, so that you can see the error.)
#
# | where you save | what happens |
# |---|---|
# | in a cell of this course | `create()` stores the row, then `send()` raises a RuntimeError |
# | in an ordinary view | no loop runs there, so `send()` runs the async receiver and waits for it |
# | in an async view | `create()` raises an error. Use `await acreate()`. It saves the row and waits for your receiver |
#
# **So keep the receivers of model signals plain**, and call your own signals with `await signal.asend()`.
#
# **Practise:** [the exercise for this notebook](../exercises/vanishing_receivers.ipynb). Back to
# [lesson 01](../01_what_a_signal_is.ipynb). Read on: [Django's page on
# signals](https://docs.djangoproject.com/en/5.2/topics/signals/).
