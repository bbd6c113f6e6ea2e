# %% [markdown]
# # Deeper · Receivers that vanish and double
#
# You connect a receiver, and nobody is called. Or it is called twice. Or you edit it, and the old one answers. **One idea: all three
# follow from how a signal keeps its receivers.**
#
# You will, in about 25 minutes,
#
# - find out how long a receiver lives;
# - count what is called after several calls of `connect()`;
# - run a cell again after an edit;
# - send to an async receiver.

# %%
fresh_database()

# %% [markdown]
# ## Held weakly
#
# Python keeps an object as long as something refers to it, a variable for instance. A [weak
# reference](../../docs/glossary.md#weak-reference) does not count, so it does not keep the object alive. A signal refers to its receivers weakly.
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
# The cook answers. But that was your machine, where the setting `DEBUG` is True.

# %%
predict("vanishing-1")

# %%
from django.test import override_settings

on_a_server = Signal()
with override_settings(DEBUG=False):
    hire_a_cook(on_a_server)
served = [answer for _, answer in on_a_server.send(sender=Shifts)]
reveal("vanishing-1")
served

# %% [markdown]
# And no error says so. **It works here and is silent in production.** Why did the cook survive here? With `DEBUG` on,
# `connect()` checks that a receiver takes `**kwargs`. The check remembers the functions that it has seen, so it keeps them
# alive by accident. With `DEBUG` off there is no check: a receiver without `**kwargs` fails later, when it is called.
#
# A method vanishes even faster. `Cook()` makes an object that no variable holds, so Python deletes it at once, and its method
# with it, also with `DEBUG` on:


# %%
class Cook:
    def serve(self, sender, **kwargs):
        return "soup"


lunch = Signal()
lunch.connect(Cook().serve)
[answer for _, answer in lunch.send(sender=Shifts)]

# %%
# With weak=False the signal itself keeps the receiver.
lunch.connect(Cook().serve, weak=False)
[answer for _, answer in lunch.send(sender=Shifts)]

# %% [markdown]
# You rarely need this. Write a receiver as a function at the top of a module, with a name of its own. It stays, because the
# module stays and the name refers to it.
#
# ## Connected more than once
#
# A signal knows a connection by two things, the receiver and the sender. The same pair counts once:


# %%
def order_meals(sender, **kwargs):
    return "meals"


twice = Signal()
twice.connect(order_meals)
twice.connect(order_meals)
twice.connect(order_meals, sender=Shifts)

# %%
predict("vanishing-2")

# %%
answers = [answer for _, answer in twice.send(sender=Shifts)]
reveal("vanishing-2")
answers

# %%
# disconnect() needs the same pair. It returns False if it found none, and raises no error.
twice.disconnect(order_meals), twice.disconnect(order_meals), twice.has_listeners(Shifts)

# %% [markdown]
# `has_listeners()` is True: the connection for `Shifts` is still there. A receiver is also connected twice if
#
# - its module is imported by two names, such as `speedy.signals` and `signals`, because then there are two functions;
# - it is a method, and you connect it for each new object, because each object has a method of its own;
# - the cell that defines it is run again, as in the next section.
#
# ## The cell that runs twice
#
# You can give a connection a name, a `dispatch_uid`. The signal then compares this name instead of the function. People
# use it to make sure that a receiver connects only once. Say this is a cell of yours:

# %%
from django.dispatch import receiver

dinner = Signal()


@receiver(dinner, dispatch_uid="cook")
def cook(sender, **kwargs):
    return "leek soup"


# %%
# You edit the cell and run it again.
@receiver(dinner, dispatch_uid="cook")
def cook(sender, **kwargs):
    return "tomato soup"


# %%
predict("vanishing-3")

# %%
dishes = [dish for _, dish in dinner.send(sender=Shifts)]
reveal("vanishing-3")
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
# - **With a uid** the name is taken, so the edited function is not connected. With `DEBUG` on the old one still answers.
#   With `DEBUG` off the old one is deleted, too, so nobody answers.
#
# Therefore disconnect first. If you connected with a sender, `disconnect()` needs the same sender:

# %%
dinner.disconnect(dispatch_uid="cook")


@receiver(dinner, dispatch_uid="cook")
def cook(sender, **kwargs):
    return "lentil soup"


[dish for _, dish in dinner.send(sender=Shifts)]

# %% [markdown]
# ## A sender that is a text
#
# You know `sender="auth.User"` from lesson 07. Django waits until this model is loaded, and connects to the class. That
# works for the signals of models. A `Signal` of your own does not look up a class. For it the text itself is the sender, and
# `Shifts` is not that text:

# %%
plain = Signal()
plain.connect(order_meals, sender="speedy.Shifts")
plain.has_listeners(Shifts)

# %% [markdown]
# ## Async receivers
#
# A receiver may be an `async def`. To run it, somebody has to `await` it, and `send()` cannot do that if an [event
# loop](../../docs/glossary.md#event-loop) runs already in its thread. One runs behind every cell of a notebook:


# %%
async def call_taxi(sender, **kwargs):
    return "a taxi"


evening = Signal()
evening.connect(call_taxi)
try:
    evening.send(sender=Shifts)
except RuntimeError as error:
    print("RuntimeError:", error)

# %%
# asend() can. It calls plain receivers, too.
evening.connect(order_meals)
[answer for _, answer in await evening.asend(sender=Shifts)]

# %% [markdown]
# The signals of models are different: `save()` calls `send()`, and you cannot change that. Now an async receiver listens to
# `post_save`, and we save in a cell, where a loop runs.

# %%
predict("vanishing-4")


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
reveal("vanishing-4")
stored

# %% [markdown]
# So keep the receivers of model signals plain. In an ordinary view, which is not async, no loop runs, and the async receiver works:
# `send()` runs it in another thread and waits for it.
#
# ## What to keep
#
# | what you see | why | what to do |
# |---|---|---|
# | silent in production | the receiver is a local function, a lambda, or a method of an object that nobody holds | put a function at the top of a module |
# | it answers twice | connected with and without a sender, by two imports, or by a cell that ran twice | look with `who_listens()`, disconnect |
# | an edit changes nothing | the `dispatch_uid` is taken | disconnect first, with the same sender |
# | never called | the sender is a text, and the signal is your own | pass the class |
# | RuntimeError | an async receiver and `send()`, where a loop runs | your own signal: `await signal.asend()`. A model's: a plain receiver |
# | two answers in another order | `asend()` returns the answers of plain receivers first, also those that were connected last | do not rely on the order |
#
# **Practise:** [the exercise for this notebook](../exercises/vanishing_receivers.ipynb). Back to
# [lesson 01](../01_what_a_signal_is.ipynb). Read on: [Django's page on
# signals](https://docs.djangoproject.com/en/5.2/topics/signals/).
