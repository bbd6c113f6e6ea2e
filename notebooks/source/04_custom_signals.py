# %% [markdown]
# # 04 · Custom signals
#
# **One idea: announce what *you* know.** Your code knows that somebody voted, or that somebody was hired. It can
# announce that, with a signal of its own.
#
# | the course | lessons |
# |---|---|
# | Here | **04 Custom signals**, 18 minutes, and 10 for the tasks |
# | Next | [05 Side by side](05_side_by_side.ipynb), [06](06_when_things_break.ipynb), [07](07_choosing.ipynb) |
# | Optional | [The outbox](deeper/outbox.ipynb): events that must not get lost |
#
# ## You receive one
#
# You will receive such signals more often than you send them. `django.contrib.auth` sends `user_logged_in` at each
# login, with `user` and `request` as payload. You connect a receiver:

# %%
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.test import Client

fresh_database()


def greet(sender, user, **kwargs):
    print("Welcome back,", user)


# connected() connects a receiver while its block runs. Client() acts as a browser.
ada = User.objects.create_user("ada")
with connected(user_logged_in, greet):
    Client().force_login(ada)

# %% [markdown]
# The authors of `django.contrib.auth` could not call `greet()`: they do not know your project. So they announce the
# *event*, a login, and you write the *reaction*.
#
# **If you write both the event and the reaction, use a plain call. If strangers write the reaction, send a signal.**
#
# ## You send one
#
# Suppose that you publish `polls`. A newspaper installs it, and wants to show each vote on its front page. Each vote
# saves a choice. So is a receiver of `post_save` enough?

# %%
from django.db import models
from django.db.models.signals import post_save


class Choice(NotebookModel):
    choice_text = models.CharField(max_length=200)
    votes = models.IntegerField(default=0)


def vote(choice):
    choice.votes = models.F("votes") + 1  # as in the polls tutorial
    choice.save()
    choice.refresh_from_db()  # reads the number back


tea = Choice.objects.create(choice_text="Tea")

# %%
predict("04-1")

# %%
with listening(post_save) as heard:
    tea.save()  # somebody edits the choice in the admin
    vote(tea)  # somebody votes
reveal("04-1")
heard

# %% [markdown]
# Only `vote()` knows that it was a vote. So your app gets a signal of its own. `Signal()` does not name its payload, so
# a comment does:

# %%
from django.dispatch import Signal

# Somebody voted, and the vote is stored. Sender: Choice. Payload: `choice`.
vote_cast = Signal()


# %%
def vote(choice):
    choice.votes = models.F("votes") + 1
    choice.save()
    choice.refresh_from_db()
    vote_cast.send(sender=Choice, choice=choice)


# The newspaper writes this, in its own project.
def show_on_front_page(sender, choice, **kwargs):
    print("On the front page: a vote for", choice.choice_text)


with connected(vote_cast, show_on_front_page):
    vote(tea)

# %% [markdown]
# In real files `vote_cast` is in `polls/custom_signals.py`, and the newspaper writes:
#
# ```python
# # frontpage/signals.py, in an app of the newspaper; ready() imports this file
# from django.dispatch import receiver
# from polls.custom_signals import vote_cast
#
# @receiver(vote_cast)
# def show_on_front_page(sender, choice, **kwargs): ...
# ```
#
# ## When a receiver fails
#
# Tea has two votes, one for each `vote(tea)` above. Now the newspaper is offline, and its receiver raises an error:


# %%
def offline(sender, choice, **kwargs):
    raise OSError("the newspaper is offline")


predict("04-2")

# %%
with connected(vote_cast, offline):
    for attempt in "first", "second":
        try:
            vote(tea)
        except OSError as error:
            print(f"The {attempt} time the voter sees an error: {error}")
reveal("04-2")
print("Votes stored:", Choice.objects.get().votes)

# %% [markdown]
# One person was counted twice. An `atomic()` around all of `vote()` would undo the vote, but then nobody could vote
# while the newspaper is offline.
#
# Once a vote is stored, no error of others should reach the voter. So tell others with `send_robust()`: the error goes
# into the log.
#
# ## Ask before, tell after
#
# The newspaper wants no votes at night. So `vote()` first *asks*, with a second signal, `about_to_vote`. A receiver
# refuses by raising an error. Once the vote is stored, `vote()` *tells*, as before.

# %%
# Somebody is about to vote. Sender: Choice. Payload: `choice`.
# A receiver may raise an error: then nothing is stored.
about_to_vote = Signal()


def vote(choice):
    about_to_vote.send(sender=Choice, choice=choice)  # asks
    choice.votes = models.F("votes") + 1
    choice.save()
    choice.refresh_from_db()
    vote_cast.send_robust(sender=Choice, choice=choice)  # tells


with connected(vote_cast, offline), short_log():
    vote(tea)  # the newspaper is offline, but the voter sees no error


# %% [markdown]
# Now it is night. Tea has five votes:


# %%
def refuse(sender, choice, **kwargs):
    raise ValueError("no votes at night")


with connected(about_to_vote, refuse):
    try:
        vote(tea)
    except ValueError as error:
        print("The voter sees an error:", error)
print("Votes stored:", Choice.objects.get().votes)

# %%
predict("04-3")

# %%
with connected(about_to_vote, refuse), short_log():
    about_to_vote.send_robust(sender=Choice, choice=tea)  # asks
    Choice.objects.update(votes=models.F("votes") + 1)  # stores
print("Votes stored:", Choice.objects.get().votes)
reveal("04-3")

# %% [markdown]
# `send_robust()` also hides your own mistakes: a wrong name in the payload shows only in the log, unless you look at the answers.
#
# ## Your turn: the kitchen
#
# Now you are the stranger who reacts. Our rota declares a signal, too, in [`custom_signals.py`](../speedy/signals/custom_signals.py).
#
# ```python
# # Somebody was hired, and the row is stored.
# # Sender: the model class of the new person. Payload: `employee`, the stored instance.
# employee_hired = Signal()
# ```
#
# The kitchen orders a meal for each person who is hired. In this course an order is a line in a file, the *event log*: the
# next cell writes one.
#
# Then write the kitchen's receiver. For Ada it calls `log_event("A meal for Ada Quillbrook.", "kitchen")`. The check connects it to
# `employee_hired`, and sends the signal.

# %%
from speedy.signals.event_logging import log_event

log_event("A meal for the night porter.", "kitchen")  # the text, and who says it
read_log()


# %%
def order_meal():
    """Order a meal for the person who was hired."""


exercise("04-a").check(order_meal)

# %% [markdown]
# ## Your turn: tell it afterwards
#
# `hire_and_tell` has two faults: it tells others before the person is stored, and if a receiver fails, nobody is hired.
# Repair both.

# %%
from speedy.signals.custom_signals import employee_hired


def hire_and_tell(**fields):
    employee = Employees(**fields)
    employee_hired.send(sender=Employees, employee=employee)
    employee.save()
    return employee


exercise("04-b").check(hire_and_tell)

# %% [markdown]
# ## What to keep
#
# | use | when |
# |---|---|
# | a call | you write both the event and the reaction |
# | a signal | others install your app, and they write the reaction |
# | `send()`, before you store | receivers may stop you |
# | `send_robust()`, after you store | receivers are only told |
#
# Read on: [Django on sending signals](https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals). **Practise:** [the
# exercises for 04](exercises/04_custom_signals.ipynb). **Next:** [05 Side by side](05_side_by_side.ipynb), a receiver
# and a call.
