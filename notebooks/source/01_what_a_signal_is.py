# %% [markdown]
# # 01 · What a signal is
#
# **One idea: a signal is a list of functions, and sending it calls them.** In lesson 00 `post_save` called a function
# that your cell never named. Here you see how that works.
#
# | the course | lessons |
# |---|---|
# | Here | **01 What a signal is**, 20 minutes, and 10 for the tasks |
# | Next | [02 Built-in signals](02_built_in_signals.ipynb), [03 save() overrides](03_save_overrides.ipynb), then 04 to 07 |
# | Optional | [Receivers that vanish and double](deeper/vanishing_receivers.ipynb) |


# %%
import time

fresh_database()

# %% [markdown]
# ## A signal in a dozen lines
#
# When a shift is full, the kitchen and the office want to know. They write their functions later, in files of their
# own, so you cannot call them by name. Instead you keep a list, and each of them adds a function to it.
#
# The functions in the list are the *receivers*. `send()` calls them and collects their answers. You always
# pass a `sender`, which says what the signal is about, here the class `Shifts`. (For `post_save` it is the saved
# class.) Everything else that you pass is the
# *payload*.


# %%
class PlainSignal:
    def __init__(self):
        self.receivers = []

    def connect(self, receiver):
        self.receivers.append(receiver)

    def send(self, sender, **payload):
        answers = []
        for receiver in self.receivers:
            # **payload hands over each entry as name=value
            answer = receiver(sender=sender, **payload)
            answers.append((receiver, answer))
        return answers


# %%
def order_meals(sender, people, **kwargs):
    return f"{len(people)} meals"


def print_badges(sender, people, **kwargs):
    return "badges for " + ", ".join(people)


plain = PlainSignal()
plain.connect(order_meals)
plain.connect(print_badges)
plain.send(sender=Shifts, people=["Ada", "Grace", "Alan"])

# %%
# Does Django's class Signal give the same answers?
from django.dispatch import Signal

shift_filled = Signal()
shift_filled.connect(order_meals)
shift_filled.connect(print_badges)
answers = shift_filled.send(sender=Shifts, people=["Ada", "Grace", "Alan"])
print(answers == plain.send(sender=Shifts, people=["Ada", "Grace", "Alan"]))

# %% [markdown]
# One difference: Django also passes `signal`, so each receiver needs `**kwargs`. `**kwargs` also takes what you add
# later, such as `day=`.
#
# The line with `send()` names no receiver. `post_save` works the same way: Django sends it, and your files connect
# receivers. In lesson 00, `@receiver(post_save, sender=Employees)` above a function did the same as
# `post_save.connect(function, sender=Employees)`.
#
# ### Your turn
#
# Write the receiver `call_taxi`, with its arguments. It returns a text with the first of the `people`: for `["Ada",
# "Grace"]` it is `a taxi for Ada`.


# %%
def call_taxi():
    """Order a taxi for the first of the people."""


exercise("01-a").check(call_taxi)

# %% [markdown]
# ## Which receivers are called
#
# `employee_created` is connected with `sender=Employees`, so saving a shift does not call it. Without `sender=` it
# would be called for
# every sender. And if the sender is a subclass?


# %%
class Meal:
    pass


class Breakfast(Meal):
    pass


def ring_bell(sender, **kwargs):
    return f"ding: {sender.__name__}"


def lay_table(sender, **kwargs):
    return f"plates: {sender.__name__}"


predict("01-1")

# %%
meal_ready = Signal()
meal_ready.connect(ring_bell, sender=Meal)
meal_ready.connect(lay_table)  # without sender=
reveal("01-1")
meal_ready.send(sender=Breakfast)

# %% [markdown]
# It is the same with models: when you save a subclass, a receiver of its parent class is not called.
#
# ## How long does it take?
#
# Two receivers take their time.


# %%
def cook_slowly(sender, **kwargs):
    time.sleep(0.2)
    return "soup"


def wash_slowly(sender, **kwargs):
    time.sleep(0.2)
    return "plates"


kitchen_opens = Signal()
kitchen_opens.connect(cook_slowly)
kitchen_opens.connect(wash_slowly)
predict("01-2")

# %% tags=["varies"]
start = time.perf_counter()
kitchen_opens.send(sender=Shifts)
print(f"send() took {time.perf_counter() - start:.1f} seconds.")
reveal("01-2")

# %% [markdown]
# **Sending a signal is an ordinary call.** Nothing runs in the background.
#
# ## When a receiver fails
#
# Now one receiver raises an error. The other is `print_badges` from above.


# %%
def light_oven(sender, **kwargs):
    raise OSError("the oven is on fire")


predict("01-3")

# %%
shift_filled = Signal()
shift_filled.connect(light_oven)
shift_filled.connect(print_badges)
try:
    shift_filled.send(sender=Shifts, people=["Ada", "Grace", "Alan"])
except OSError as error:
    print("send() raises:", error)
reveal("01-3")

# %%
# Django has a second way to send, send_robust().
with short_log():  # prints the error log, a line for each entry
    replies = shift_filled.send_robust(sender=Shifts, people=["Ada", "Grace", "Alan"])
replies

# %% [markdown]
# `send_robust()` catches every `Exception` and still calls the other receivers. The error takes the place of the answer, and is
# logged.
#
# ### Your turn
#
# The *caller*, the code that calls `send_robust()`, has to look for errors among the answers. Write
# `failures(replies)`, which returns them as a list. `isinstance(answer, Exception)` is True for an error.


# %%
def failures(replies):
    """Return the errors among the answers, as a list."""


exercise("01-b").check(failures)

# %% [markdown]
# ## What an error undoes
#
# What if your code fails *after* a receiver has stored something? A [transaction](../docs/glossary.md#transaction) is a
# group of database changes: all of them happen, or none. In Django it is a block, `with transaction.atomic():`. When
# the block begins, Django tells the database `BEGIN`. When it ends well, `COMMIT` keeps the changes. When an error ends
# it, `ROLLBACK` undoes them.
#
# Without such a block, each change is kept at once. This is called [autocommit](../docs/glossary.md#autocommit).


# %%
def open_shift(sender, **kwargs):
    print("The receiver stored one:", Shifts.objects.create())


predict("01-4")

# %%
from django.db import transaction

day_begins = Signal()
day_begins.connect(open_shift)
try:
    with transaction.atomic():
        day_begins.send(sender=Shifts)
        raise OSError("the lights went out")
except OSError as error:
    print("The block ended with an error:", error)
print("Shifts stored:", Shifts.objects.count())
reveal("01-4")
try:
    day_begins.send(sender=Shifts)  # now without a block
    raise OSError("the lights went out")
except OSError as error:
    print("Without a block, the same error:", error)
print("Shifts stored:", Shifts.objects.count())

# %% [markdown]
# Without the block the shift stays.
#
# ```mermaid
# flowchart LR
#     begin["atomic() begins"] --> yours["your changes"] --> receiver["send(): the receiver's changes"]
#     receiver -- "no error: COMMIT" --> kept["all are kept"]
#     receiver -- "an error ends the block: ROLLBACK" --> gone["all are undone"]
# ```
#
# ## What to keep
#
# A signal is a list of receivers. `send()` is an ordinary call: it waits for them. If you opened a transaction, their changes are part of it.
#
# | you see | because | so |
# |---|---|---|
# | a receiver is not called | it is connected for the parent class, and you saved the subclass | connect it for the class that is saved |
# | a receiver is not called | an earlier one raised an error | Django sends `post_save` with `send()`, so repair the earlier one |
#
# Read on: [Django's page on signals](https://docs.djangoproject.com/en/5.2/topics/signals/).
#
# **Practise:** [exercises for 01](exercises/01_what_a_signal_is.ipynb). **Next:** [02 Built-in
# signals](02_built_in_signals.ipynb), the announcements that Django makes by itself.
