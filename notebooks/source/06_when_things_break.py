# %% [markdown]
# # 06 · When things break
#
# **One idea: ask what is left when something stops halfway.** A receiver can fail, the program can end, and the printer can run
# out of paper.
#
# | the course | lessons |
# |---|---|
# | Here | **06 When things break**, 16 minutes, and 10 for the tasks |
# | Next | [07 Choosing](07_choosing.ipynb) |
# | Optional | [An error that you catch](deeper/caught_errors.ipynb), inside `atomic()`. [The race](deeper/race.ipynb): twelve hires at once. [Testing](deeper/testing.ipynb) |
#
# ## A receiver raises an error
#
# In lesson 05 a receiver of `post_save` failed, and Zoë's row stayed, because no `atomic()` was open around `create()`.
# What if a receiver fails during `delete()`?
#
# `ada.delete()` deletes rows of two tables: first her seats, then Ada. Then Django sends `post_delete` for her. (It is
# one call, and several rows.)

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
# ## The program is killed
#
# Committed rows stay. The database drops what was written in an open transaction. We end a program in the middle of a
# hire, right after the person's `INSERT`, in both ways of lesson 05:

# %%
fresh_database()
end_in_the_middle("built-in signals")
end_in_the_middle("direct call")

# %% [markdown]
# **So write `with transaction.atomic():` around steps that belong together.** Do so in a view, too, because by default
# Django opens no transaction for it:
#
# ```python
# def vote(request, choice_id):
#     choice = get_object_or_404(Choice, pk=choice_id)
#     with transaction.atomic():  # both rows, or none
#         choice.votes = F("votes") + 1
#         choice.save()
#         # a row that says who voted
#         Ballot.objects.create(choice=choice, voter=request.user)
#     return redirect("polls:index")
# ```
#
# ## Outside the database
#
# A rollback undoes rows, but not a letter, a file or a meal. So there is `transaction.on_commit(function)`. It keeps
# the function, a *callback*, and calls it after the commit.
#
# This receiver orders two meals, one at once and one with `on_commit`. (An order is a line in the event log.)

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
# Outside any `atomic()`, the callback is called at once. (A receiver inside a function may vanish. A callback does not.)
#
# Why not simply order the meal below your `atomic()` block? Because
# somebody may call your function inside a block of
# their own. Then nothing is committed yet at that line. `on_commit` waits for the commit of the outermost block.
#
# ### Your turn: no meal too many
#
# Suppose that you can change neither the model nor the code that stores people. Then the kitchen has to listen to
# `post_save`. Write its receiver. For each new person, after the commit, it calls `log_event("A meal for Ada
# Quillbrook.", "kitchen")`, with the right name. An edit orders nothing, and neither does a fixture.


# %%
def order_one_meal(sender, instance, created, raw, **kwargs):
    """Log a meal for each new person, once the person is committed."""


exercise("06-a").check(order_one_meal)

# %% [markdown]
# ## A callback fails
#
# Katherine is hired, and two callbacks wait for the commit. The first prints her badge, but the printer has no paper.
# The second orders her meal. Django calls them one after the other.

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
# `send()` stops at the first error, too. `on_commit(print_badge, robust=True)` goes on, as `send_robust()` does: the
# other callbacks still run. Django logs the error, and the caller gets none.
#
# Django does not try again: a callback that failed, or was not reached, is lost. If that must not happen, see [the
# outbox](deeper/outbox.ipynb).
#
# ### Your turn: the printer has no paper
#
# Change `hire_with_badge` so that a broken printer does not cancel the meal, and the caller gets no error. (The check
# passes in its own `print_badge`.)


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
# ## Before you go on
#
# - You catch an error *inside* an `atomic()`? First read [an error that you catch](deeper/caught_errors.ipynb).
# - You test a callback? A `TestCase` never commits: see [testing](deeper/testing.ipynb).
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
