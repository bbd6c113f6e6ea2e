# %% [markdown]
# # 06 · When things break
#
# **One idea: ask what is left when something stops halfway.** A receiver can fail, the program can end, and the database can refuse a
# row.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb), [05](05_side_by_side.ipynb) |
# | Here | **06 When things break**, 19 minutes, and 15 for the tasks |
# | Next | [07 Choosing](07_choosing.ipynb) |
# | Optional | [The race](deeper/race.ipynb): twelve hires at once. [Testing](deeper/testing.ipynb), also of callbacks |
#
# ## A receiver raises an error
#
# Without `atomic()`, each row is kept at once, as Søren's in lesson 05. So if a receiver of `post_save` fails, the new
# row stays. And if a receiver fails during `delete()`?
#
# When Ada is deleted, Django deletes her seats first, in a cascade, and then her. Then it
# sends `post_delete` of `Employees`.

# %%
fresh_database()
GRACE, ALAN, KATHERINE = sample_roster()[1:4]  # their fields, a dict each
predict("06-1")

# %%
reveal("06-1")
what_is_left()

# %% [markdown]
# Eight tries: in each, a receiver raised an error. Only one changed the database: `post_save`, without `atomic()`.
#
# And if the program is killed, without any error? What is committed stays, and the database drops the rest. The next cell starts two programs.
# Each begins a hire, and is killed before the rule has run.

# %%
# end_in_the_middle(name) starts a program that hires somebody with this last name.
for name in "built-in signals", "direct call":
    end_in_the_middle(name)
    print(f"{name}: {Employees.objects.filter(last_name=name).count()} stored")

# %% [markdown]
# With the receiver the row was already kept. With `hire()` it was inside `atomic()`, so the database dropped it.
#
# **So write `with transaction.atomic():` around steps that belong together.** In your views, too: Django opens no
# transaction for them, unless `ATOMIC_REQUESTS` is on:
#
# ```python
# def vote(request, choice_id):
#     choice = get_object_or_404(Choice, pk=choice_id)
#     with transaction.atomic():  # both rows, or none
#         choice.votes = F("votes") + 1
#         choice.save()
#         Ballot.objects.create(choice=choice, voter=request.user)
#     return redirect("polls:index")
# ```
#
# ## Outside the database
#
# A rollback takes back rows, but not a letter, a file or a meal. So there is `transaction.on_commit(function)`. It
# keeps the function, a *callback*, until the transaction is committed, and then calls it. If an error ends the block, the callback
# is never called. Outside any `atomic()` it is called at once. (In a `TestCase` [it is not
# called](deeper/testing.ipynb).)
#
# This receiver orders two meals, one at once and one with `on_commit`. An order is a line in the event log, a file:

# %%
from django.db import transaction
from django.db.models.signals import post_save

from speedy.signals.event_logging import log_event


def order_both_ways(sender, instance, **kwargs):
    def order():  # lesson 01 warns of inner functions, but on_commit keeps this one
        log_event(f"On commit: a meal for {instance}.", "kitchen")

    log_event(f"At once: a meal for {instance}.", "kitchen")
    transaction.on_commit(order)  # not order(): that would call it now


# %%
predict("06-2")

# %%
with connected(post_save, order_both_ways, sender=Employees):
    try:
        with transaction.atomic():
            Employees.objects.create(**GRACE)
            raise RuntimeError("the office is closed")
    except RuntimeError as error:
        print("Grace is not hired:", error)
    with transaction.atomic():
        Employees.objects.create(**ALAN)
reveal("06-2")
read_log()

# %% [markdown]
# ```mermaid
# sequenceDiagram
#     participant P as your program
#     participant D as the database
#     participant K as the kitchen
#     P->>D: BEGIN, INSERT
#     Note over P: on_commit keeps the callback
#     alt no error
#         P->>D: COMMIT
#         P->>K: the callback: a meal
#     else an error
#         P->>D: ROLLBACK
#         Note over P: the callback is dropped
#     end
# ```
#
# Why not order below the `with`, in the next line? Somebody may call your function inside a block of their own. Then nothing is committed
# yet at that line. `on_commit` waits for the commit of the outermost block.
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
# If a callback fails, the rows stay. But the caller gets the error, and later callbacks are not called. (`on_commit(order, robust=True)`
# logs it, and goes on.) A callback that failed, or that the program did not reach, is lost: see [the outbox](deeper/outbox.ipynb).
#
# Take a break here.
#
# ## You catch the error
#
# You import a list of people, all in one block. In the line of Alan the age is 400, and the database refuses that with an
# `IntegrityError`. You catch it, and go on with Katherine.

# %%
old_alan = {**ALAN, "age": 400}
predict("06-3")

# %%
from django.db import IntegrityError

fresh_database()
try:
    with transaction.atomic():
        Employees.objects.create(**GRACE)
        try:
            Employees.objects.create(**old_alan)
        except IntegrityError as error:
            print("You catch:", error)
        Employees.objects.create(**KATHERINE)
except transaction.TransactionManagementError as error:  # from the line of Katherine
    print("Katherine:", error)
reveal("06-3")
Employees.objects.all()

# %% [markdown]
# The refused row was a step of the block. You promised all or none, so Django keeps none: the block is
# [broken](../docs/glossary.md#broken-block). A further query raises an error. If Alan were the last, nothing would tell you that Grace is lost. ([What else
# breaks a block](../docs/glossary.md#what-breaks-a-block).)
#
# **So a step that may fail gets an `atomic()` of its own.** From outside to inside: the large `atomic()`, then `try`, then the small `atomic()`.

# %%
with transaction.atomic():
    Employees.objects.create(**GRACE)
    try:
        with transaction.atomic():  # for the step that may fail
            Employees.objects.create(**old_alan)
    except IntegrityError as error:
        print("You catch:", error)
    Employees.objects.create(**KATHERINE)
Employees.objects.all()

# %% [markdown]
# Grace and Katherine are stored. **An inner block never commits alone, but it can be undone alone.** In short, the database is told:
#
# | one block | with a block for the step |
# |---|---|
# | `BEGIN` | `BEGIN` |
# | `INSERT` Grace | `INSERT` Grace |
# | | `SAVEPOINT` |
# | `INSERT` Alan: refused | `INSERT` Alan: refused |
# | | `ROLLBACK TO SAVEPOINT` |
# | (Django refuses Katherine) | `INSERT` Katherine |
# | `ROLLBACK` | `COMMIT` |
#
# A [savepoint](../docs/glossary.md#savepoint) is a bookmark. If an error comes out of the inner block, Django undoes what came after the
# bookmark, and nothing else.
#
# ### Your turn: the others are hired
#
# `hire_the_others` stores a list of people in one transaction. The database refuses some of them, and then nobody is hired. Change
# it, so that the refused people are left out and the others are stored, still in one transaction.


# %%
def hire_the_others(people):
    with transaction.atomic():
        for person in people:
            try:
                person.save()
            except IntegrityError:
                print(person, "is refused.")


exercise("06-b").check(hire_the_others)

# %% [markdown]
# ## What to keep
#
# | what breaks | what is left | what to do |
# |---|---|---|
# | a receiver of `post_save`, after `create()` without `atomic()` | the row | `atomic()` around all the steps |
# | the program ends | what was committed | `atomic()` around all the steps |
# | the transaction is rolled back, after a letter was sent | the letter | `transaction.on_commit` |
# | the database refuses a `save()`, and you catch the error inside the same block | nothing: the whole block is undone | an `atomic()` of its own around the step |
#
# Read on: [what is checked only at the commit](../docs/glossary.md#constraint), and [Django on
# transactions](https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly).
# **Practise:** [the exercises for 06](exercises/06_when_things_break.ipynb). **Next:** [07 Choosing](07_choosing.ipynb), where
# you rewire the project.
