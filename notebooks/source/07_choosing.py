# %% [markdown]
# # 07 · Choosing
#
# **One idea: four questions, in this order, tell you where code goes.**
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02](02_built_in_signals.ipynb), [03](03_save_overrides.ipynb), [04](04_custom_signals.ipynb), [05](05_side_by_side.ipynb), [06](06_when_things_break.ipynb) |
# | Here | **07 Choosing**, 18 minutes, and 15 for the tasks |
# | Next | [The closing quiz](exercises/quiz.ipynb) |
# | Optional | [No hook at all](deeper/no_hook.ipynb), [Counting](deeper/counting.ipynb), [The outbox](deeper/outbox.ipynb), [Line by line](deeper/line_by_line.ipynb) |
#
# ## A site that you take over
#
# You take over a polls site. Only its view `vote()` adds votes. `who_listens()` shows four receivers:
#
# | receiver | is called at | what it does |
# |---|---|---|
# | `set_search_text` | `pre_save` of `Question` | fills in the search text |
# | `store_vote` | `post_save` of `Choice` | stores a row about each vote |
# | `make_profile` | `post_save` of `User` | stores a profile for each new user |
# | `delete_picture` | `post_delete` of `Choice` | deletes the file of the picture |
#
# [Django's page on signals](https://docs.djangoproject.com/en/5.2/topics/signals/) warns you: they can make code hard to understand. Which
# of the four should stay?
#
# ## Four questions
#
# Name the *event*, such as a vote, and the *reaction*. Then ask. The first *yes* decides:
#
# ```mermaid
# flowchart TD
#     one("1. Is it a rule that no row may break?") -- yes --> database["a constraint: a rule of the table"]
#     one -- no --> two("2. Does the reaction only fill in fields of the saved row, in a model of yours?")
#     two -- yes --> save["save()"]
#     two -- no --> three("3. Does the event also happen where you cannot add a call?")
#     three -- yes --> signal["a receiver"]
#     three -- no --> four("4. Will strangers write the reaction?")
#     four -- yes --> custom["a custom signal"]
#     four -- no --> call["a function"]
# ```
#
# - **Question 3:** in your views, your scripts and the admin you can add a call. In a cascade, and for a package's own models, you cannot.
#   There a receiver hears of it. (`bulk_create()` and `update()` tell nobody.)
# - **Question 4:** another team of your own project is no stranger. Import their function and call it.
#
# Take the hire. The reaction: somebody gets a shift.
#
# 1. A rule that no row may break? No, it is work to do.
# 2. Only fields of the saved row? No, it stores a seat.
# 3. Where we cannot add a call? No, scripts and the admin are ours.
# 4. Strangers? No, we write it ourselves. So it is a function, `hire()`.
#
# Now the four receivers of the table.

# %%
predict("07-1")

# %%
reveal("07-1")

# %% [markdown]
# ## Never two shifts on one date
#
# This is a rule that no row may break. Could `save()` check it first? That is not safe. Suppose that two people
# save at the same moment. Both look, see no shift, and write one. So question 1 says: let the database refuse it. The model has
# `shift_date = models.DateField(unique=True)`:

# %%
from django.db import IntegrityError

fresh_database()
people = sample_roster()
monday, again = Shifts(), Shifts()  # both for today
monday.save()
try:
    again.save()
except IntegrityError as error:
    print("The second one is refused:", error)

# %% [markdown]
# `unique=True` is a *constraint*: the database checks each write, including `bulk_create()` and SQL. A constraint can compare the columns of one row, or
# demand that a value occurs once. For other rules, see [No hook at all](deeper/no_hook.ipynb).
#
# ## A badge for each account
#
# Here an account is a `User` of `django.contrib.auth`.

# %%
predict("07-2")

# %%
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.signals import post_save


def make_a_badge(sender, instance, created, raw, **kwargs):
    def print_badge():
        print("A badge for", instance)

    if created and not raw:
        transaction.on_commit(print_badge)  # paper cannot be taken back


fresh_database()
# In your project: sender=settings.AUTH_USER_MODEL
with connected(post_save, make_a_badge, sender=User):
    User.objects.create_user("night.porter")
reveal("07-2")

# %% [markdown]
# ## Back to the polls
#
# The receiver that deletes the pictures stays. Here it is, and a cascade:

# %%
from django.db import models
from django.db.models.signals import post_delete


class Question(NotebookModel):
    question_text = models.CharField(max_length=200)


class Choice(NotebookModel):
    question = models.ForeignKey(Question, on_delete=models.CASCADE)
    picture = models.CharField(max_length=200)


def delete_picture(sender, instance, **kwargs):
    picture = instance.picture  # as it is now

    def delete_file():
        files.remove(picture)  # a FileField: picture.delete(save=False)

    transaction.on_commit(delete_file)


files = ["bus.png", "bike.png"]
trip = Question.objects.create(question_text="Bus or Bike?")
for name in "bus.png", "bike.png":
    Choice.objects.create(question=trip, picture=name)
with connected(post_delete, delete_picture, sender=Choice):
    trip.delete()  # the question alone
print("Files left:", files)

# %%
predict("07-3")

# %%
reveal("07-3")

# %% [markdown]
# Now write down three events of your own project, the reaction to each, and its first *yes*, if there is one. Here is a good place for a break.
#
# ## Rewire the project
#
# In lesson 00 receivers started the rule, as in [Matić's
# tutorial](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194). The questions say: a function.
#
# **Step 1: remove the receivers of lesson 00.** In your project you first search for all code that stores an `Employees`. Then you delete the file of the receivers, and
# its import in `ready()`. Here
# `unplug()` disconnects them. The receivers that count seats stay, because a cascade deletes seats: question 3.

# %%
unplug()
newcomer = Employees.objects.create(**people[0])
print(newcomer, "has", newcomer.shifts.count(), "shifts.")

# %% [markdown]
# **Step 2: write the functions.** `place()` from lesson 05 now also tells others, after the commit: the meals of the kitchen
# are another reaction, of strangers. In your project
# the functions live in a file such as `hiring.py`, and your view imports `hire`.

# %%
from speedy import scheduling
from speedy.signals.custom_signals import employee_hired


def place(employee):
    scheduling.wipe_expired_shifts()  # our own reaction: calls
    scheduling.assign(employee)

    def tell():  # the reactions of others: a signal
        employee_hired.send_robust(sender=Employees, employee=employee)

    transaction.on_commit(tell)


def hire(**fields):
    with transaction.atomic():
        employee = Employees.objects.create(**fields)
        place(employee)
    return employee


# %% [markdown]
# ### Your turn: the admin, and a list of people
#
# **Step 3.** The admin hires, too: in `save_model()`, a method that you can write in `admin.py`. `obj` is the person,
# and `change` is true for an edit. For each new person, call `place(obj)`. It needs no `atomic()`: the admin opens a transaction around it.
# (Here leave out `@admin.register`.)

# %%
from django.contrib import admin


class PeopleAdmin(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)


exercise("07-a").check(PeopleAdmin)

# %% [markdown]
# **Step 4.** `hire_many` stores a list of unsaved people with `bulk_create()`, which calls neither `save()` nor a receiver. So nobody has a
# shift. Add the call of the rule, in the same transaction: `scheduling.assign_many(employees)` is `assign()` for a list, in its order. (It tells
# nobody: the signal is for one person.)


# %%
def hire_many(people):
    with transaction.atomic():
        scheduling.wipe_expired_shifts()
        return Employees.objects.bulk_create(people)


exercise("07-b").check(hire_many)

# %%
# Two lines are red until 07-a and 07-b are right.
tested = run_tests(*hiring_tests(hire, hire_many, PeopleAdmin))
plug_in()  # the receivers are back, for this course
tested

# %% [markdown]
# ## Your own project
#
# Who listens there? [`whatfires`](../whatfires/README.md#install), a small package of this course, tells you. For a `signals.py` as in 02-a it prints:
#
# ```
# $ python manage.py who_listens polls.Choice
# post_save
#   polls.Choice → announce  polls.signals:7
# ```
#
# ## What to keep
#
# 1. A constraint refuses what must never be stored.
# 2. `save()` fills in fields of its own row.
# 3. A receiver reacts where you cannot add a call.
# 4. If strangers write the reaction, send a signal of your own.
#
# Everything else is a function that you call.
#
# In lesson 00 each `create()` was a hire, even if you only wanted a row. Now `create()` stores, and `hire()` hires. The next person who reads the
# project can see it. The [cheat sheet](../docs/cheatsheet.md) has all of this on one page.
#
# **Practise:** [the exercises for 07](exercises/07_choosing.ipynb), then
# [the closing quiz](exercises/quiz.ipynb).
