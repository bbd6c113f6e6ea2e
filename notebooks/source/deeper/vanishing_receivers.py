# %% [markdown]
# # Deeper · Receivers that vanish and double
#
# You connect a receiver, and nobody is called. Or it is called twice. Or you edit it, and the old one goes on.
# **What does a signal really hold?**
#
# You will, in about 25 minutes,
#
# - watch receivers vanish where DEBUG is off;
# - run a cell twice, and see an edit that changes nothing;
# - call async receivers, and see what a built-in signal does with them.

# %%
fresh_database()

# %% [markdown]
# ## Held weakly
#
# A *weak reference* does not keep an object alive. Once nothing else refers to a function, Python throws it away.
# A signal holds its receivers weakly. Here `cook` exists only inside `hire_a_cook`:

# %%
from django.dispatch import Signal

shift_filled = Signal()


def hire_a_cook(signal):
    def cook(sender, **kwargs):
        return "soup"

    signal.connect(cook)


# %%
hire_a_cook(shift_filled)
[answer for _, answer in shift_filled.send(sender=Shifts)]

# %% [markdown]
# That was your machine, where `DEBUG` is True.

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

# %%
who_listens(on_a_server)

# %% [markdown]
# Nobody listens, and no error says so. **It works here and is silent in production.** Why did the cook survive here?
# With `DEBUG` on, `connect()` checks that a receiver takes `**kwargs`, and a cache behind that check happens to keep
# the function. With `DEBUG` off nothing is checked. A receiver that lacks an argument then fails only at its first
# call.
#
# The method of an object that nobody keeps goes at once, even with `DEBUG` on. `weak=False` makes the signal keep
# it:


# %%
class Cook:
    def serve(self, sender, **kwargs):
        return "soup"


kept = {}
for weak in True, False:
    signal = Signal()
    signal.connect(Cook().serve, weak=weak)
    kept[f"weak={weak}"] = [answer for _, answer in signal.send(sender=Shifts)]
kept

# %% [markdown]
# The usual cure is simpler: write receivers as functions at the top of a module, each with a name of its own. They stay
# because the module stays. A second function of the same name takes the place of the first, and the first is gone. With `DEBUG`
# on it may live on.
#
# ## Connected twice
#
# A signal knows a connection by the pair of receiver and sender. The same pair counts once:


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

# %% [markdown]
# `disconnect()` needs the same pair. It says False when it found none, and raises nothing:

# %%
twice.disconnect(order_meals), twice.disconnect(order_meals), twice.has_listeners(Shifts)

# %% [markdown]
# The connection for `Shifts` is still there. Other ways to real doubles:
#
# - a module that is imported by two paths, such as `speedy.signals` and `signals`;
# - a bound method of an object that is made again and again;
# - a cell, or a module that is reloaded, which makes a *new* function of the same name.
#
# ## The cell that runs twice
#
# `run_the_cell` plays such a cell. `after_an_edit` runs it with leek soup and then, edited, with tomato. A
# `dispatch_uid` is a name that stands for the receiver in the pair. It is meant to make sure that something
# connects only once. `@receiver` calls `connect()` for you.

# %%
from django.dispatch import receiver


def run_the_cell(soup, signal, **options):
    global cook

    @receiver(signal, **options)
    def cook(sender, **kwargs):
        return soup


def after_an_edit(debug, **options):
    signal = Signal()
    with override_settings(DEBUG=debug):
        run_the_cell("leek", signal, **options)
        run_the_cell("tomato", signal, **options)
    return " and ".join(soup for _, soup in signal.send(sender=Shifts)) or "nothing"


# %%
predict("vanishing-3")

# %%
import pandas as pd

uid = {"dispatch_uid": "cook"}
soups = pd.DataFrame(
    {
        "DEBUG on": [after_an_edit(True), after_an_edit(True, **uid)],
        "DEBUG off": [after_an_edit(False), after_an_edit(False, **uid)],
    },
    index=["without a uid", "with a uid"],
)
reveal("vanishing-3")
soups

# %% [markdown]
# Without a uid, and with `DEBUG` on, the cell's old function goes on. With a uid your edit is ignored, because the name
# is taken. With `DEBUG` off three things happen. The new function is not connected, because the name is taken. Then
# nothing refers to the old one any more, and it dies. So nobody is left. The cure is to disconnect first.
# `disconnect(dispatch_uid=...)` needs the same `sender`, too:

# %%
kitchen = Signal()
for soup in "leek", "tomato", "lentil":
    kitchen.disconnect(dispatch_uid="cook", sender=Shifts)
    run_the_cell(soup, kitchen, dispatch_uid="cook", sender=Shifts)
[soup for _, soup in kitchen.send(sender=Shifts)]

# %% [markdown]
# ## Senders that are not there yet
#
# With `post_save` and the other signals of models, `sender=` may be a text, `"app.Model"`. Django waits until that
# class exists, and connects to the class. A `Signal` of your own does not. For it the text itself is the sender, and
# the class `Shifts` is not that text:

# %%
from django.db.models.signals import post_save

post_save.connect(order_meals, sender="speedy.Shifts")
plain = Signal()
plain.connect(order_meals, sender="speedy.Shifts")
lazy = post_save.has_listeners(Shifts), plain.has_listeners(Shifts)
post_save.disconnect(order_meals, sender="speedy.Shifts")
lazy

# %% [markdown]
# ## Async receivers
#
# A receiver may be an `async def`. `send()` cannot await it where an event loop runs already, as one does behind
# every cell of a notebook. `await signal.asend()` can:


# %%
async def call_taxi(sender, **kwargs):
    return "a taxi"


evening = Signal()
evening.connect(call_taxi)
evening.connect(order_meals)
try:
    evening.send(sender=Shifts)
except RuntimeError as error:
    print("RuntimeError:", error)

# %%
[answer for _, answer in await evening.asend(sender=Shifts)]

# %% [markdown]
# The answers of plain receivers stand first in the list. That is not the order of the calls: on Django 5.2 and 6.0
# an async receiver may begin before the plain ones end. On 6.1 they follow each other.
#
# The signals of models are sent by `send()`, inside `save()` and `delete()`. You cannot change that to `asend()`.
# (Django does send `request_started` under ASGI, and the signals of an async login, by `asend()`.) An async receiver
# of `post_save`, and a loop that runs:

# %%
predict("vanishing-4")


# %%
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
# `create()` raised, and the row stays, as after any error in a receiver of `post_save` in autocommit. So keep the
# receivers of model signals plain. In a web request without a running loop `send()` does run an async receiver, in another
# thread, and waits for it. `await EmployeesWithoutHooks.objects.acreate(...)` works, too: it calls `save()` in another thread, where
# no loop runs.
#
# ## If you know JavaScript
#
# | event listener | signal |
# |---|---|
# | `element.addEventListener("click", f)` | `signal.connect(f, sender=element)` |
# | the same triple of type, function and `capture` counts once | the same pair of receiver and sender counts once |
# | `dispatchEvent()` calls every listener (unless one says `stopImmediatePropagation()`), then returns a boolean | `send()` calls every receiver, then returns a list of answers |
# | an event that is made with `bubbles: true` reaches the parents | nothing bubbles: a parent class is not told |
# | an error is reported, the other listeners run | an error ends it, unless you use `send_robust()` |
# | listeners are held strongly | receivers are held weakly |
#
# ## What to keep
#
# | what you see | why | cure |
# |---|---|---|
# | silent in production | a local function or a lambda, held weakly | put it at the top of a module |
# | it answers twice | connected with and without a sender, by two imports, or by a cell that ran twice | `who_listens()`, disconnect first |
# | an edit changes nothing | the `dispatch_uid` is taken | disconnect first, with the same sender |
# | never called | the sender is a text, and the signal a plain one | pass the class |
# | RuntimeError in a cell | an async receiver and `send()` | `await signal.asend()` for your own signal, a plain receiver for a model's |
#
# **Practise:** [the exercise for this notebook](../exercises/vanishing_receivers.ipynb). Back to
# [lesson 01](../01_what_a_signal_is.ipynb). Read on: [Django's page on
# signals](https://docs.djangoproject.com/en/5.2/topics/signals/).
