# %% [markdown]
# # 09 · Choosing
#
# You have seen signals, `save()`, signals of your own and plain calls at work, and broken each of them.
# **Something has to happen when somebody is hired. Where do you put it?**
#
# You will, in about 40 minutes,
#
# - ask six questions of a piece of behaviour, and see for each why its answer decides;
# - build the one thing that was still missing: news that cannot be lost;
# - leave with one table and one picture, and a quiz over the course.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## The advice, and the evidence
#
# Django's documentation warns at the top of its page on signals that they make code hard to follow, and to
# call the function where you can. The tutorial that this course grew out of says the same in its last
# lines, after showing the opposite. Both are right; here is what it rests on. **Is the code in which it
# happens yours?** Here it is: you wrote the hire, and you wrote the rule. Two ways to join them:

# %%
side_by_side("one hire", clock=False).loc[
    ["final rota", "SQL statements", "receivers called", "atomic by itself"]
]

# %% [markdown]
# The same rota, the same statements: signals cost next to nothing. What they take away is the
# line that you can click on, and, if they are the built-in ones, the transaction around both. And one thing
# more. One day nobody imports the module with the receivers:

# %%
predict("Ada is hired by the built-in signals, on that day. How many shifts does she get?", ...)

# %%
from django.db.models.signals import post_save

from speedy.signals.employee_assignment import employee_created

with disconnected(post_save, employee_created, sender=Employees):
    ada = Employees.objects.create(**roster[0])
reveal(ada.shifts.count())

# %% [markdown]
# And no error. A function that is not there is a `NameError` at its first call; a receiver that is not there is
# silence. **What you can call, call.**
#
# ## Code that is not yours
#
# **And if it is not yours?** You cannot write a line into `django.contrib.auth`. But it announces what it
# does, to anybody:

# %%
from django.contrib.auth.models import User


def make_a_badge(sender, instance, created, **kwargs):
    if created and sender is User:
        print(f"A badge for {instance}.")


with connected(post_save, make_a_badge):
    User.objects.create_user("night.porter")

# %% [markdown]
# That is what signals are for: the sender was written years ago, by people who do not know you. The same
# holds the other way round. If *you* write the package, `employee_hired` is how others join in.
#
# ## What must always be true
#
# **Must it hold whatever happens?** "Never two shifts on one day." A receiver could check.

# %%
predict(
    "what_fires() knows eight writes in bulk or in raw SQL. How many of them send post_save?", ...
)

# %%
past_them = what_fires("many rows at once", "raw SQL")
reveal((past_them["post_save"] != "·").sum())
past_them

# %%
from django.db import IntegrityError

monday = Employees.objects.create(**roster[1]).shifts.get()
try:
    Shifts.objects.bulk_create([Shifts(shift_date=monday.shift_date)])
except IntegrityError as refusal:
    print("The database:", type(refusal).__name__)

# %% [markdown]
# What must always be true belongs where everything has to pass: **in the database**. A constraint is asked
# by bulk calls, raw SQL, the colleague with a database client, and two people in the same moment. Neither
# `save()` nor a signal ever is.
#
# It holds what stands in the rows that it looks at, and no more. "Three at the most" is a constraint on
# `headcount`, a number that receivers keep. Four seats that are written in bulk pass the receivers, so the
# constraint never hears of them; `check_headcounts` finds them afterwards.
#
# ## The row itself, and what hangs on it
#
# **Is it about the fields of this row alone?** A tidied name, a total: put it into `save()`, or into
# `pre_save` if the model is not yours. [Lesson 03](03_save_overrides.ipynb) has the contract.
#
# **Is it about a relation?** Nobody calls `save()` when people learn a skill, or when a seat changes hands.
# A plain many-to-many field has one hook:

# %%
what_fires("skills.add")

# %% [markdown]
# Our seats are rows of a model of their own, so these send `post_save` and `post_delete` as well. The
# headcount of this project hangs on all of them. It is one of the few places where nothing else could do it.
#
# One more question hides in all of them: **how many at a time?** A signal and a `save()` hear of one thing
# at a time, and do what they do for each. Whoever may one day store three hundred people in one go wants a
# function that takes a list: in [lesson 06](06_side_by_side.ipynb) that was about a dozen statements instead
# of fifteen hundred. So even where a receiver sets the work off, let it call a function, and let the
# function be one that others can call with many.
#
# ## Outside the database
#
# **Does it reach beyond the database?** A letter, a file, another server: after the
# commit, so `transaction.on_commit`. In [lesson 07](07_when_things_break.ipynb) one thing stayed open. If
# the process ends between the commit and the letter, the letter is lost, and nobody knows.
#
# The cure is old: an *outbox*. Whoever hires writes the news down **in the same transaction**, as a row.
# Somebody else comes by, tells of what waits, and ticks it off.
#
# ```mermaid
# flowchart LR
#     hire["hire_and_tell"] -- "one transaction" --> rows[("employee, seat<br>and event")]
#     rows -- "deliver_events, later" --> signal["signal<br>event_told"]
#     signal --> letter["letter"]
# ```

# %%
from speedy import outbox

show_code(outbox.store)

# %%
from django.db import transaction

from speedy.wirings import WIRINGS


def hire_and_tell(person):
    with transaction.atomic():
        employee = WIRINGS["direct call"].hire(**person)
        outbox.store("hired", employee=str(employee))


hire_and_tell(roster[3])
[*outbox.waiting()]

# %% [markdown]
# One event waits. And one that is taken back takes its news along:

# %%
predict("A second hire fails after its event was stored. How many events wait then?", ...)

# %%
try:
    with transaction.atomic():
        hire_and_tell(roster[4])
        raise RuntimeError("the contract was never signed")
except RuntimeError as error:
    print(error)
reveal(outbox.waiting().count())

# %% [markdown]
# Now somebody delivers. `deliver_events` takes the events that wait, one after the other. For each it opens a
# transaction, calls the receivers of `event_told`, and ticks the event off. If one of them raises, all that they
# wrote is taken back, and the event waits for the next round. They get its primary key as `key`.
#
# Our receiver writes a letter, for which the event log stands:

# %%
from classroom.experiments.postbox import deliver_and_end, write_letter
from speedy.signals.custom_signals import event_told

show_code(write_letter)

# %% [markdown]
# The worst moment first. `deliver_and_end` delivers in a process of its own. The letter is written, and
# then the lights go out, before the event is ticked off.

# %%
predict(
    "The lights are on again, and we deliver once more. How many letters does Katherine get?", ...
)

# %%
from django.core.management import call_command

deliver_and_end()
with connected(event_told, write_letter):
    call_command("deliver_events")
reveal(len(event_log()))
event_log()[["sender", "message"]]

# %% [markdown]
# Two. Nothing was lost, and something came twice: **at least once**. It cannot be otherwise, for nobody
# can write a letter and tick off a row in one step. But the key is the same both times, so a receiver can
# tell. It keeps what it has heard:

# %%
heard = set()


def write_letter_once(sender, key, **kwargs):
    if key not in heard:
        write_letter(sender, key=key, **kwargs)
        heard.add(key)


# %%
hire_and_tell(roster[5])
[event] = outbox.waiting()
with connected(event_told, write_letter_once):
    call_command("deliver_events")
    event.save()  # as it was before, not ticked off
    call_command("deliver_events")
event_log()[["sender", "message"]]

# %% [markdown]
# Told twice, and one letter. But a set is gone with its process. In earnest it depends on where the effect is:
#
# - **Outside** (a letter, a payment): hand the key to whoever acts. A bank or a post office that refuses a key
#   that it has had is all you need.
# - **A row of this database**: you need nothing. The row and the tick are committed together, or neither is.
#
# Why not use the outbox for everything? It needs a table, a command that runs every minute, and receivers
# that bear to hear twice. For a line in a log, `on_commit` will do. For the letter of employment it is
# worth it. (And a signal does none of this: it is neither in the background nor later. What takes long
# belongs to a task runner; Django 6 has an interface for them, and an outbox is what feeds it safely.)
#
# ## One picture
#
# The same questions, in the order in which to ask them:
#
# ```mermaid
# flowchart TD
#     always{"must it hold<br>whatever happens?"} -- yes --> constraint["constraint in<br>the database"]
#     always -- no --> beyond{"does it reach beyond<br>the database?"}
#     beyond -- yes --> lost{"may it<br>be lost?"}
#     lost -- yes --> commit["transaction.on_commit"]
#     lost -- no --> box["outbox"]
#     beyond -- no --> fields{"is it about this<br>row's fields alone?"}
#     fields -- yes --> save["save(), or pre_save<br>if it is not yours"]
#     fields -- no --> relation{"is it about<br>a relation?"}
#     relation -- yes --> link["m2m_changed, and<br>the link's signals"]
#     relation -- no --> mine{"is the code in which<br>it happens yours?"}
#     mine -- yes --> function["call a function"]
#     mine -- no --> signal["a receiver"]
# ```
#
# (`on_commit` and the outbox say *when*. What gets you there, a call or a receiver, is the last question again.)
#
# ## What you have done
#
# - You asked six questions, and saw what each answer rests on.
# - You stored news with what it tells of, lost the lights, and lost no letter.
# - You have a picture and a table; the quiz is next.
#
# | it | goes | seen in |
# |---|---|---|
# | is your own code, reacting to your own code | into a function, and is called | [06](06_side_by_side.ipynb): same rota, same cost, and you can read it |
# | reacts to code that is not yours | into a receiver | [02](02_built_in_signals.ipynb), [04](04_what_fires_when.ipynb): what is sent, and what is not |
# | lets others react to yours | into a signal of your own | [05](05_custom_signals.ipynb): payload, `send` or `send_robust` |
# | must hold whatever happens | into a constraint | [07](07_when_things_break.ipynb): the race |
# | is about this row's fields | into `save()` | [03](03_save_overrides.ipynb): the contract |
# | counts what a relation holds | onto `m2m_changed` and the link's signals | [04](04_what_fires_when.ipynb) |
# | happens to many at once | into a function that takes a list | [06](06_side_by_side.ipynb): 300 at once |
# | leaves the database | behind `on_commit` | [07](07_when_things_break.ipynb), [08](08_testing.ipynb) |
# | leaves it, and must not be lost | into the outbox | here |
#
# **Practise:** [the exercises for 09](exercises/09_choosing.ipynb), then
# [the closing quiz](exercises/quiz.ipynb). And then open a project of your own, and ask `who_listens()`.
