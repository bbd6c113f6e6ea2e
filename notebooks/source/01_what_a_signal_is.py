# %% [markdown]
# # 01 · What a signal is
#
# In [Start here](00_start_here.ipynb) you stored a row, and a function that your cell never named put
# somebody on a shift. **How can code set off other code that it does not know, and what goes wrong
# with that?**
#
# You will, in about 35 minutes,
#
# - write a signal in a dozen lines of plain Python, then use Django's;
# - find out whom a signal reaches, whom it misses, and where errors go;
# - see receivers vanish, double and refuse to change, and learn the cure for each.

# %%
fresh_database()

# %% [markdown]
# ## A signal in a dozen lines
#
# The night shift has its third person. The kitchen wants to know, so does the office, and tomorrow
# perhaps somebody else. Whoever fills the shift should not have to name them all. So there is a list,
# and those who want to know put a function on it. A function takes what it needs; `**kwargs` takes
# the rest. First two such functions, then the list:


# %%
def order_meals(sender, people, **kwargs):
    return f"{len(people)} meals"


def print_badges(sender, people, **kwargs):
    return "badges for " + ", ".join(people)


# %%
class PlainSignal:
    """A list of functions, and a way to call them all."""

    def __init__(self):
        self.receivers = []

    def connect(self, receiver):
        self.receivers.append(receiver)

    def send(self, sender, **news):
        return [(receiver, receiver(sender=sender, **news)) for receiver in self.receivers]


# %%
def answers(replies):  # a function's name says more than its address in memory
    return [(receiver.__name__, answer) for receiver, answer in replies]


people = ["Ada", "Grace", "Alan"]
plain = PlainSignal()
plain.connect(order_meals)
plain.connect(print_badges)
answers(plain.send(sender=Shifts, people=people))

# %% [markdown]
# That is the whole idea, known as the *observer* pattern. The line with `send()` names no function.
#
# ```mermaid
# flowchart LR
#     sender["sender<br>Shifts"] -- "send(people=...)" --> signal(["signal"])
#     signal --> one["receiver<br>order_meals"]
#     signal --> two["receiver<br>print_badges"]
# ```
#
# Django's class `Signal` does the same, and needs neither models nor a database. `post_save`, which
# had Ada put on her shift, is an object of this class. `who_listens` shows who is connected to a
# signal; its columns `held` and `alive` will matter soon.

# %%
from django.db.models.signals import post_save
from django.dispatch import Signal

assert isinstance(post_save, Signal)
shift_filled = Signal()
shift_filled.connect(order_meals)
shift_filled.connect(print_badges)
assert shift_filled.send(sender=Shifts, people=people) == plain.send(sender=Shifts, people=people)
assert Signal().send(sender=Shifts, people=people) == []
who_listens(shift_filled)

# %% [markdown]
# So what comes back is a list of pairs, receiver and answer, in the order of connection. If nobody
# listens it is empty, and nobody complains.
#
# ## A call, not a letter
#
# "Signal" sounds like something that is sent off, and dealt with elsewhere, later. Is it? As always,
# put your guess in place of the three dots.

# %%
import threading
import time


def cook_slowly(sender, **kwargs):
    time.sleep(0.2)
    return threading.get_ident()


shift_filled = Signal()
shift_filled.connect(cook_slowly)
predict("The receiver takes 0.2 seconds. Does send() wait for it (yes, no)?", ...)

# %%
start = time.perf_counter()
replies = shift_filled.send(sender=Shifts)
reveal(time.perf_counter() - start > 0.19)
assert replies == [(cook_slowly, threading.get_ident())]

# %% [markdown]
# `send()` is a loop that calls functions, one after the other, in your own thread. There is no queue
# and no background. So receivers share the sender's transaction as well. This one stores a shift,
# and then the sender's work fails:

# %%
from django.db import transaction


def open_next_shift(sender, **kwargs):
    Shifts.objects.create()
    print("stored:", Shifts.objects.count())


shift_filled.connect(open_next_shift)
predict("The sender's transaction fails after send(). How many shifts are left?", ...)

# %%
with transaction.atomic():
    shift_filled.send(sender=Shifts)
    transaction.set_rollback(True)  # undo all of it, as an error would
reveal(Shifts.objects.count())

# %% [markdown]
# What the receiver stored is undone with the sender's own work.
#
# ## Whom it reaches
#
# A receiver connected with `sender=` hears that sender only; without, it hears all. The senders of
# Django's own signals for models are classes. But any object will do, a text for instance:

# %%
night = "night shift"
also_night = " ".join(["night", "shift"])
assert night == also_night
predict("order_meals listens to the sender `night`. `also_night` sends. How many answer?", ...)

# %%
shift_filled = Signal()
shift_filled.connect(order_meals, sender=night)
reveal(len(shift_filled.send(sender=also_night, people=people)))
assert len(shift_filled.send(sender=night, people=people)) == 1

# %% [markdown]
# Equal is not enough: the signal noted the sender's `id()`, which says where an object is in memory,
# and compares that. A text is therefore a poor sender. And a subclass is another object, too.
# `EmployeesWithoutHooks` is a *proxy* of `Employees`: the same table, the same rows, another class.
# Store Grace through it:

# %%
EmployeesWithoutHooks.objects.create(**sample_roster()[1])
display(who_listens(post_save, Employees), who_listens(post_save, EmployeesWithoutHooks))
shift_table()

# %% [markdown]
# Grace works here and has no shift: the receiver that gives out shifts listens to `Employees`.
# A later lesson makes good use of this.
#
# The pair of receiver and sender also decides what counts as the same connection, when you
# connect and when you disconnect:

# %%
shift_filled = Signal()
shift_filled.connect(order_meals)
shift_filled.connect(order_meals)
shift_filled.connect(order_meals, sender=Shifts)
who_listens(shift_filled)

# %%
assert len(shift_filled.send(sender=Shifts, people=people)) == 2
assert shift_filled.disconnect(order_meals) is True
assert shift_filled.disconnect(order_meals) is False
who_listens(shift_filled)

# %% [markdown]
# The second `connect()` repeated the first. The third was a new pair, so `Shifts` had its meals
# ordered twice. And `disconnect()` finds only the exact pair; else it says so by False, not by an
# error.
#
# ## The receiver that vanishes
#
# `held: weak` says that a signal does not keep its receivers alive: once nothing else refers to a
# function, Python throws it away. Here `cook` exists only inside `hire_a_cook`. On your machine,
# where `DEBUG` is True:


# %%
def hire_a_cook(signal):
    def cook(sender, **kwargs):
        return "soup"

    signal.connect(cook)


shift_filled = Signal()
hire_a_cook(shift_filled)
print(answers(shift_filled.send(sender=Shifts)))
predict("How many cooks answer where DEBUG is False, as on a server?", ...)

# %%
from django.test import override_settings

with override_settings(DEBUG=False):
    shift_filled = Signal()
    hire_a_cook(shift_filled)
display(who_listens(shift_filled))
reveal(len(shift_filled.send(sender=Shifts)))

# %% [markdown]
# The signal still has a note of somebody, but it leads nowhere. **It works here and is silent in
# production**, without an error. Why did the cook survive here? With `DEBUG` on, `connect()` checks
# that a receiver takes `**kwargs`, and a cache behind that check happens to keep the function. Empty
# the cache, and the cook is gone here as well:

# %%
from django.utils.inspect import _get_func_parameters  # private: only to prove it

hire_a_cook(shift_filled)
_get_func_parameters.cache_clear()
assert shift_filled.send(sender=Shifts) == []

# %% [markdown]
# The method of an object that nobody keeps goes at once, even with `DEBUG` on. `weak=False` makes
# the signal keep it:


# %%
class Cook:
    def serve(self, sender, **kwargs):
        return "soup"


for weak in True, False:
    shift_filled = Signal()
    shift_filled.connect(Cook().serve, weak=weak)
    print(f"weak={weak}:", answers(shift_filled.send(sender=Shifts)))

# %% [markdown]
# Better still: write receivers as functions at the top of a module. They stay because the module does.
#
# ## The cell that runs twice
#
# In a notebook you edit a cell and run it again. If a receiver is in it, that makes a *new* function
# of the same name. `run_the_cell` plays such a cell, and `after_an_edit` runs it with leek soup and
# then, edited, with tomato. `@receiver` is `connect()` as a decorator. A `dispatch_uid` is a name that
# stands for the receiver in the pair; it is meant to make sure that something connects only once.

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


predict('With dispatch_uid="cook", on your machine: which soup is served after the edit?', ...)

# %%
import pandas as pd

uid = {"dispatch_uid": "cook"}
reveal(after_an_edit(True, **uid))
pd.DataFrame(
    {
        "DEBUG on": [after_an_edit(True), after_an_edit(True, **uid)],
        "DEBUG off": [after_an_edit(False), after_an_edit(False, **uid)],
    },
    index=["without a uid", "with a uid"],
)

# %% [markdown]
# Without a uid, and with `DEBUG` on, the cell's old function serves on as a ghost. With a uid your
# edit is ignored, for the name is taken. And with `DEBUG` off the old function dies, but not before
# it has kept the new one out. The cure is to disconnect first:

# %%
shift_filled = Signal()
for soup in "leek", "tomato", "lentil":
    shift_filled.disconnect(dispatch_uid="cook")
    run_the_cell(soup, shift_filled, dispatch_uid="cook")
answers(shift_filled.send(sender=Shifts))

# %% [markdown]
# ## When a receiver fails
#
# The oven is on fire, and the badges come after it.


# %%
def light_oven(sender, **kwargs):
    raise OSError("the oven is on fire")


shift_filled = Signal()
shift_filled.connect(light_oven)
shift_filled.connect(print_badges)

# %%
try:
    shift_filled.send(sender=Shifts, people=people)
except OSError as error:
    print("The sender gets it:", error)

# %% [markdown]
# No badges: the first error ends the loop and lands at the sender. `send_robust()` goes on. The error
# comes back as an answer, and goes to the log with its whole traceback (here cut to a line).

# %%
import logging


def cut(record):
    print("log:", record.levelname, record.getMessage())  # and the log itself drops it


# %%
logging.getLogger("django.dispatch").addFilter(cut)
replies = shift_filled.send_robust(sender=Shifts, people=people)
logging.getLogger("django.dispatch").removeFilter(cut)
answers(replies)

# %% [markdown]
# ## Async receivers
#
# A receiver may be an `async def`. But `send()` cannot await it where an event loop runs already, as
# one does behind every cell of a notebook:


# %%
async def call_taxi(sender, people, **kwargs):
    return f"a taxi for {people[0]}"


shift_filled = Signal()
shift_filled.connect(call_taxi)
shift_filled.connect(order_meals)
try:
    shift_filled.send(sender=Shifts, people=people)
except RuntimeError as error:
    print(error)

# %%
display(who_listens(shift_filled))
answers(await shift_filled.asend(sender=Shifts, people=people))

# %% [markdown]
# `await signal.asend()` does it. Mind the order: plain receivers answer first, though the taxi was
# connected before them.
#
# ## If you know JavaScript
#
# An event listener is the same pattern. The comparison holds for three rows, then stops:
#
# | event listener | signal |
# |---|---|
# | `element.addEventListener("click", f)` | `signal.connect(f, sender=element)` |
# | the same pair twice counts once | so it does here |
# | `dispatchEvent()` calls everybody, then returns | so does `send()` |
# | an event bubbles up to the parents | nothing bubbles: a parent class hears nothing |
# | answers are dropped | answers come back in a list |
# | an error is reported, the others run | an error ends it, unless you use `send_robust()` |
# | listeners are held strongly | receivers are held weakly |

# %% [markdown]
# ## What you have done
#
# - You wrote a signal in a dozen lines, and Django's gave the same answers.
# - You found out whom it reaches (the same object, not an equal one) and where errors go.
# - You saw receivers vanish, double and refuse to change, and learned the cure for each.
#
# The table to keep:
#
# | what you see | why | cure |
# |---|---|---|
# | the sender is slow | it waits for every receiver | keep receivers short |
# | nobody answers | another sender: equal, or a subclass | connect for exactly that object |
# | silent in production | a local function, held weakly | put it at the top of a module |
# | it answers twice | connected with and without a sender, or by a cell that ran twice | `who_listens()`; disconnect first |
# | an edit changes nothing | the `dispatch_uid` is taken | disconnect first |
# | some are not called | an error before them | `send_robust()`, and read the answers |
# | RuntimeError in a cell | an async receiver | `await signal.asend()` |
#
# Read on: [Django's page on signals](https://docs.djangoproject.com/en/5.2/topics/signals/).
# **Practise:** [the exercises for 01](exercises/01_what_a_signal_is.ipynb).
# **Next:** [02 Built-in signals](02_built_in_signals.ipynb), what Django announces by itself.
