# %% [markdown]
# # 06 · When things break
#
# **One idea: ask what is left when something stops halfway.** A receiver can fail, the program can end, and the printer can run
# out of paper.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb), [05](05_side_by_side.ipynb) |
# | Here | **06 When things break**, 16 minutes, and 10 for the tasks |
# | Next | [07 Choosing](07_choosing.ipynb) |
# | Optional | [An error that you catch](deeper/caught_errors.ipynb), inside `atomic()`. [The race](deeper/race.ipynb): twelve hires at once. [Testing](deeper/testing.ipynb) |
#
# ## A receiver raises an error
#
# If a receiver of `post_save` fails after `create()` or `save()`, and no `atomic()` is open, the new row stays, as in lesson 05. And if a receiver fails during `delete()`?
#
# When Ada is deleted, Django deletes her seats first, in a cascade, and then her. Then it
# sends `post_delete` of `Employees`. So one call deletes rows of two tables. (Nobody has told you this yet. Would Django
# risk deleting half?)

# %%
fresh_database()
people = sample_roster()
ada = Employees.objects.create(**people[0])
predict("06-1")

# %%
from django.db.models.signals import post_delete, post_save


def take_back_badge(sender, instance, **kwargs):
    raise RuntimeError("the badge is not there")


with connected(post_delete, take_back_badge, sender=Employees):
    try:
        ada.delete()
    except RuntimeError as error:
        print("You see:", error)
reveal("06-1")
print("People:", Employees.objects.count())
print("Seats:", ShiftsEmployees.objects.count())

# %%
what_is_left()  # the same for four signals, each without and with atomic()

# %% [markdown]
# Only one of the eight errors changed the database: the one in `post_save`, without `atomic()`.
#
# And if the program is killed, without any error? Rows that are committed stay. The database drops what was written in an open
# transaction. We end a program in the middle of a hire, after the person's `INSERT`: once where a receiver starts the rule, and once in
# `hire()`.

# %%
fresh_database()
end_in_the_middle("built-in signals")
end_in_the_middle("direct call")

# %% [markdown]
# **So write `with transaction.atomic():` around steps that belong together.** By default Django opens no transaction for a view, so write
# it there, too:
#
# ```python
# def vote(request, choice_id):
#     choice = get_object_or_404(Choice, pk=choice_id)
#     with transaction.atomic():  # both rows, or none
#         choice.votes = F("votes") + 1
#         choice.save()
#         Ballot.objects.create(choice=choice, voter=request.user)  # a row that says who voted
#     return redirect("polls:index")
# ```
#
# ## Outside the database
#
# A rollback takes back rows, but not a letter, a file or a meal. So there is `transaction.on_commit(function)`. It
# keeps the function, a *callback*, until the transaction is committed, and then calls it. If an error ends the block, the callback
# is never called.
#
# This receiver orders two meals, one at once and one with `on_commit`. An order is a line in the event log, a file:

# %%
from django.db import transaction

from speedy.signals.event_logging import log_event


def order_both_ways(sender, instance, **kwargs):
    def order():
        log_event(f"On commit: a meal for {instance}.", "kitchen")

    log_event(f"At once: a meal for {instance}.", "kitchen")
    transaction.on_commit(order)  # not order(): that would call it now


# %%
predict("06-2")

# %%
with connected(post_save, order_both_ways, sender=Employees):
    try:
        with transaction.atomic():
            Employees.objects.create(**people[1])
            raise RuntimeError("the office is closed")
    except RuntimeError as error:
        print("Grace is not hired:", error)
    with transaction.atomic():
        Employees.objects.create(**people[2])
reveal("06-2")
read_log()

# %% [markdown]
# Outside any `atomic()`, the callback is called at once. (An inner function is safe here: Django keeps it until the commit.)
#
# Why not order the meal below your `atomic()` block, without `on_commit`? Because somebody may call your function inside a block of
# their own. Then nothing is committed yet at that line. `on_commit` waits for the commit of the outermost block.
#
# ### Your turn: no meal too many
#
# Suppose that you can change neither the model nor the code that stores people. Then the kitchen has to listen to `post_save`. Write its receiver; the check
# connects it. For each new person, after the commit, it calls `log_event` with
# `"A meal for Ada Quillbrook."` and `"kitchen"`. An edit orders nothing, and neither does a fixture.


# %%
def order_one_meal(sender, instance, created, raw, **kwargs):
    """Log a meal for each new person, once the person is committed."""


exercise("06-a").check(order_one_meal)

# %% [markdown]
# ## A callback fails
#
# After the commit, Django calls the callbacks one after another. Katherine is hired, and two callbacks wait. The first prints her badge, but
# the printer has no paper. The second orders her meal.

# %%
predict("06-3")


# %%
def print_badge():
    raise RuntimeError("the printer has no paper")


def order_meal():
    log_event("A meal for Katherine.", "kitchen")


fresh_database()
try:
    with transaction.atomic():
        Employees.objects.create(**people[3])
        transaction.on_commit(print_badge)
        transaction.on_commit(order_meal)
except RuntimeError as error:
    print("The caller sees:", error)
reveal("06-3")
is_stored = Employees.objects.filter(first_name="Katherine").exists()
print("Katherine is stored:", is_stored)
read_log()

# %% [markdown]
# You know this from lesson 01: `send()` stops at the first error, and `send_robust()` goes on. With `on_commit(print_badge, robust=True)` the
# other callbacks still run. Django logs the error, and the caller gets none.
#
# Django does not try again. A callback that failed, or that the program did not reach, is lost. If that must not happen, see [the
# outbox](deeper/outbox.ipynb).
#
# ### Your turn: the printer has no paper
#
# `hire_with_badge` stores a person, prints a badge and orders a meal. Change it, so that a broken printer does not cancel the meal, and the caller
# gets no error. (The check passes in its own `print_badge`.)


# %%
def hire_with_badge(person, print_badge):
    def badge():
        print_badge(person)

    def meal():
        log_event(f"A meal for {person}.", "kitchen")

    with transaction.atomic():
        person.save()
        transaction.on_commit(badge)
        transaction.on_commit(meal)


exercise("06-b").check(hire_with_badge)

# %% [markdown]
# ## Two traps
#
# - If a `save()` is refused inside `atomic()`, and you catch the error there, the whole block is undone at its end. [An error that you
#   catch](deeper/caught_errors.ipynb) takes ten minutes.
# - A `TestCase` never commits, so in your tests a callback needs `captureOnCommitCallbacks(execute=True)`: see
#   [testing](deeper/testing.ipynb).
#
# ## What to keep
#
# | what breaks | what is left | what to do |
# |---|---|---|
# | a receiver of `post_save`, after `create()` without `atomic()` | the row | `atomic()` around all the steps |
# | the program ends | what was committed | `atomic()` around all the steps |
# | the transaction is rolled back, after a meal was ordered | the order | `transaction.on_commit` |
# | a callback fails | the rows; the callbacks after it are not called | `robust=True`, or [the outbox](deeper/outbox.ipynb) |
#
# Read on: [Django on callbacks](https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit).
# **Practise:** [the exercises for 06](exercises/06_when_things_break.ipynb). **Next:** [07 Choosing](07_choosing.ipynb), where
# you rewire the project.
