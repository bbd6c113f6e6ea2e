# %% [markdown]
# # 07 · Choosing
#
# **One idea: four questions, in this order, tell you where code goes.**
#
# | the course | lessons |
# |---|---|
# | Here | **07 Choosing**, 18 minutes, and 15 for the tasks |
# | Next | [The closing quiz](exercises/quiz.ipynb) |
# | Optional | [No hook at all](deeper/no_hook.ipynb), [Counting](deeper/counting.ipynb), [The outbox](deeper/outbox.ipynb), [Line by line](deeper/line_by_line.ipynb) |
#
# ## Four questions
#
# Name the *event*, such as a vote, and the *reaction*. Then ask. The first *yes* decides:
#
# ```mermaid
# flowchart TD
#     one("1. Is it a rule that no row may break?") -- yes --> database["a constraint, such as unique=True"]
#     one -- no --> two("2. Does the reaction only fill in fields of the saved row, in a model of yours?")
#     two -- yes --> save["save()"]
#     two -- no --> three("3. Does the event also happen where you cannot add a call?")
#     three -- yes --> signal["a receiver"]
#     three -- no --> four("4. Will strangers write the reaction?")
#     four -- yes --> custom["a custom signal"]
#     four -- no --> call["a function"]
# ```
#
# - **Question 3:** you can add a call in your views, your scripts and the admin. You cannot in a cascade, or where a
#   package saves its own models. There you need a receiver. (`bulk_create()` and `update()` call no receiver.)
# - **Question 4:** another team of your own project is no stranger. Import their function and call it.
#
# Take the hire. The reaction: somebody gets a shift.
#
# 1. A rule that no row may break? No, it is work to do.
# 2. Only fields of the saved row? No, it stores a seat.
# 3. Where we cannot add a call? No, scripts and the admin are ours.
# 4. Strangers? No, we write it. There is no *yes*, so it is a function: `hire()`.
#
# ## A site that you take over
#
# You take over a polls site. Only its view `vote()` adds votes. It has four receivers:
#
# | receiver | is called at | what it does |
# |---|---|---|
# | `set_search_text` | `pre_save` of `Question` | fills in the search text |
# | `store_vote` | `post_save` of `Choice` | stores a row about each vote |
# | `make_profile` | `post_save` of `User` | stores a profile for each new user |
# | `delete_picture` | `post_delete` of `Choice` | deletes the file of the picture |

# %%
predict("07-1")

# %%
reveal("07-1")

# %% [markdown]
# Two stay. Here is one of them, `delete_picture`, and a cascade:

# %%
from django.db import models, transaction
from django.db.models.signals import post_delete

fresh_database()


class Question(NotebookModel):
    question_text = models.CharField(max_length=200)


class Choice(NotebookModel):
    question = models.ForeignKey(Question, on_delete=models.CASCADE)
    picture = models.CharField(max_length=200)


def delete_picture(sender, instance, **kwargs):
    picture = instance.picture

    def delete_file():
        files.remove(picture)  # with a FileField: picture.delete(save=False)

    transaction.on_commit(delete_file)


files = ["bus.png", "bike.png"]
trip = Question.objects.create(question_text="Bus or Bike?")
for name in "bus.png", "bike.png":
    Choice.objects.create(question=trip, picture=name)
with connected(post_delete, delete_picture, sender=Choice):
    trip.delete()  # the question alone
print("Files left:", files)

# %% [markdown]
# ## Never two shifts on one date
#
# This is a rule that no row may break. A check in `save()` is not safe: two people who save at the same moment may both
# see no shift, and both write one. So question 1 says: let the database refuse it. The model has
# `shift_date = models.DateField(unique=True)`:

# %%
from django.db import IntegrityError

fresh_database()
monday, again = Shifts(), Shifts()  # both for today
monday.save()
try:
    again.save()
except IntegrityError as error:
    print("The second one is refused:", error)

# %% [markdown]
# `unique=True` is a *constraint*: the database checks each write, even by `bulk_create()` or SQL. For other rules, see
# [No hook at all](deeper/no_hook.ipynb).
#
# ## A badge for each account
#
# Here an account is a `User` of `django.contrib.auth`.

# %%
predict("07-2")

# %%
reveal("07-2")

# %%
from django.contrib.auth.models import User
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

# %% [markdown]
# ## An invoice is paid

# %%
predict("07-3")

# %%
reveal("07-3")

# %% [markdown]
# ## What to keep
#
# 1. A constraint refuses what must never be stored.
# 2. `save()` fills in fields of its own row.
# 3. A receiver reacts where you cannot add a call.
# 4. If strangers write the reaction, send a signal of your own.
#
# Everything else is a function that you call. The [cheat sheet](../docs/cheatsheet.md) has all of this on one page.
#
# Now write down three events of your own project. What is the reaction to each, and which question, if any, says *yes* first?
# Then take a break.
#
# ## Rewire the project
#
# In lesson 00 receivers started the rule. Now a function does, `hire()`.
#
# **Step 1: remove the receivers of lesson 00.** In your project, first find all code that stores an `Employees`. Then
# delete the file of the receivers, and its import in `ready()`. Here `unplug()` disconnects them. The receivers that
# count seats stay, because a cascade deletes seats: question 3.

# %%
unplug()
people = sample_roster()
newcomer = Employees.objects.create(**people[0])
print(newcomer, "has", newcomer.shifts.count(), "shifts.")

# %% [markdown]
# **Step 2: write the functions.** `place()` from lesson 05 now also tells strangers after the commit. (The kitchen,
# say, is a firm of its own, which installs our rota.) In your project both functions are in a file such as `hiring.py`,
# and your view imports `hire`.

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
# **Step 3.** The admin hires, too. It stores a row with `save_model()`, which you can override in `admin.py`. `obj` is
# the person, and `change` is True for an edit. For each new person, call `place(obj)`. You need no `atomic()`, because
# the admin has opened a transaction already. (Leave out `@admin.register` here.)

# %%
from django.contrib import admin


class PeopleAdmin(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)


exercise("07-a").check(PeopleAdmin)

# %% [markdown]
# **Step 4.** `hire_many` stores a list of unsaved people with `bulk_create()`, so nobody gets a shift. Call the rule
# for all of them, in the same transaction: `scheduling.assign_many(employees)` is `assign()` for a list, in its order.
# (Left out here: telling the kitchen, once for each person.)


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
# Who listens there? With [`whatfires`](../whatfires/README.md#install), a small package of this course, `python
# manage.py who_listens polls.Choice` lists the receivers of a model.
#
# ## The end
#
# In lesson 00 each `create()` was a hire, even if you only wanted a row. Now `create()` stores, and `hire()` hires. The
# next person who reads the project can see it.
#
# **Practise:** [the exercises for 07](exercises/07_choosing.ipynb), then
# [the closing quiz](exercises/quiz.ipynb).
