# %% [markdown]
# # 02 · Built-in signals
#
# **One idea: Django itself sends signals when rows are saved and deleted.** First you add a receiver to a project of your own.
# Then you see when Django sends, and when not.
#
# | the course | lessons |
# |---|---|
# | Here | **02 Built-in signals**, 20 minutes, and 10 for the tasks |
# | Next | [03 save() overrides](03_save_overrides.ipynb), then 04 to 07 |
# | Optional | [Everything that fires, in one table](deeper/matrix.ipynb), [fixtures, migrations, the admin](deeper/bulk_fixtures_migrations_admin.ipynb) |
#
# ## A signal in your own project
#
# You know this project: `mysite`, with the app `polls`. `own_project()` writes a small copy of it, with `Question` (only a text)
# and `Choice`. Each `shell()` starts a new Python, like `manage.py shell`, with `Question`, `Choice` and `who_listens`
# imported. (`who_listens` lists the receivers of a model.)
#
# **The file.** Put your receivers into `signals.py` in the app. `@receiver` connects the function.

# %%
fresh_database()
signals_py = """
from django.db.models.signals import post_save
from django.dispatch import receiver

from polls.models import Question


@receiver(post_save, sender=Question)
def announce(sender, instance, **kwargs):
    print("New question:", instance)
"""
mysite = own_project()
mysite.write("polls/signals.py", signals_py)
predict("02-1")

# %%
mysite.shell("""
    Question.objects.create(question_text="Tea or coffee?")
    print(who_listens(Question))
    """)
reveal("02-1")

# %% [markdown]
# **The import.** When Django starts, it reads the `apps.py` of each app. So a first try is to import `signals.py`
# there, at the top:

# %%
apps_py = "from polls import signals\n" + mysite.read("polls/apps.py")
mysite.write("polls/apps.py", apps_py)
mysite.shell("""
    Question.objects.create(question_text="Tea or coffee?")
    """)

# %% [markdown]
# That is too early: `signals.py` imports a model, and Django reads every `apps.py` before it loads any model. When all
# are loaded, it calls `ready()` of each app. So import the file there:

# %%
apps_py = """
from django.apps import AppConfig


class PollsConfig(AppConfig):
    name = "polls"  # keep the other lines of yours

    def ready(self):
        from polls import signals  # the import alone connects the receivers
"""
mysite.write("polls/apps.py", apps_py)
mysite.shell("""
    Question.objects.create(question_text="Tea or coffee?")
    print(who_listens(Question))
    """)

# %%
# Now a question is created, and then edited.
create_and_edit = """
    question = Question.objects.create(question_text="Bus or bike?")
    question.question_text = "Bus, bike or boat?"
    question.save()
    """
mysite.shell(create_and_edit)

# %% [markdown]
# **The condition.** The edit was announced as a new question, because `save()` sends `post_save` for an edit, too. So a
# receiver for new rows checks `created`
# (and `raw`: see below):

# %%
signals_py = """
from django.db.models.signals import post_save
from django.dispatch import receiver

from polls.models import Question


@receiver(post_save, sender=Question)
def announce(sender, instance, created, raw, **kwargs):  # two arguments more
    if created and not raw:  # and this line
        print("New question:", instance)
"""
mysite.write("polls/signals.py", signals_py)
mysite.shell(create_and_edit)

# %% [markdown]
# `raw` is True while Django loads a [fixture](../docs/glossary.md#fixture), a file of rows. The file may already have
# the rows that your receiver would store. Without `not raw` you may get them twice.
#
# Do not call `instance.save()` in a receiver of `post_save`. It sends `post_save` again, which calls the receiver
# again. Unless an `if` stops this, it ends in a `RecursionError`.
#
# ### Your turn
#
# Write the whole `signals.py`. For each new `Choice` it prints `New choice:` and the choice. For an edit, and while a
# fixture loads, it prints nothing.

# %%
signals_py = """
from django.db.models.signals import post_save
from django.dispatch import receiver
"""

exercise("02-a").check(signals_py)

# %% [markdown]
# ## Somebody leaves
#
# Back to the rota. Ada, Grace and Alan work on Monday, Katherine on Tuesday. Then Grace leaves. Her seat has a foreign
# key to her with `on_delete=CASCADE`, so Django deletes it, too. This is a [cascade](../docs/glossary.md#cascade).

# %%
from django.db.models.signals import post_delete, post_save, pre_save

people = sample_roster()
ada, grace, alan, katherine = [Employees.objects.create(**it) for it in people[:4]]
predict("02-2")

# %%
# listening() lists the signals that are sent while its block runs.
with listening(post_delete) as heard:
    grace.delete()
reveal("02-2")
heard

# %% [markdown]
# Django deletes the seat by itself (and sends `pre_delete` just before). No line of yours says so, and there is none to
# which you could add a call for it.
# **This is what receivers are for.**
#
# ## A day passes
#
# When Monday is over, who deletes its shift? The receiver `wipe_before_hire` deletes the shifts of past days, and moves
# their people to a shift of today or later. It is connected to `pre_save` of `Employees`.

# %%
predict("02-3")

# %%
reveal("02-3")
# Two steps: advance lets a day pass, and people[4], Søren, joins.
fill_table([advance, people[4]])

# %% [markdown]
# Søren's hire called `wipe_before_hire`, which deleted Monday's shift, and moved Ada and Alan to Tuesday. Then Tuesday
# was full, so Søren works on Wednesday. **A
# signal is not
# a clock.** For what must happen each morning, use a timer, such as cron.
#
# ## Many at once
#
# `bulk_create()` stores a whole list of objects with one SQL statement or a few.

# %%
predict("02-4")

# %%
with listening(pre_save, post_save) as heard:
    Employees.objects.bulk_create([Employees(**people[5]), Employees(**people[6])])
    Employees.objects.filter(first_name="Ada").update(age=34)
reveal("02-4")
display(heard, shift_table())

# %% [markdown]
# The `update()` of Ada's age sent no signal either.
#
# ### Your turn
#
# Write `hire_group(people)`. Here `people` is a list of unsaved `Employees`. Store them, and make sure that each gets a shift.


# %%
def hire_group(people):
    """Store these people, and make sure that each of them gets a shift."""


exercise("02-b").check(hire_group)

# %% [markdown]
# ## What to keep
#
# **So far:** use a receiver when code that is not yours saves or deletes the row: a package that you installed, or a cascade.
#
# | signal | is sent | not sent by |
# |---|---|---|
# | `pre_save`, `post_save` | when a row is written by `save()`, by `create()`, or by a fixture (`raw=True`) | `bulk_create()`, `bulk_update()`, `update()`, [and others](deeper/matrix.ipynb) |
# | `pre_delete`, `post_delete` | for each row that `delete()` deletes, on one object or on a queryset, and for each row that a cascade deletes | SQL of your own, [and others](deeper/matrix.ipynb) |
#
# ### Nothing happens? Check this
#
# 1. Does Python run `signals.py`? Put a `print()` at its top. (In this course, `who_listens(YourModel)` tells you more.)
# 2. If it does not: does `ready()` import the file? Does `INSTALLED_APPS` name the app, as `polls` or as
#    `polls.apps.PollsConfig`?
# 3. Does `sender=` name exactly the class that you save?
# 4. Is the function inside another function? Then it [may vanish](deeper/vanishing_receivers.ipynb).
# 5. Is the receiver called, but its `if` stops it? Put a `print()` into its first line.
# 6. Was the row written by a call that sends nothing? See the table.
#
# **Practise:** [exercises for 02](exercises/02_built_in_signals.ipynb). **Next:** [03 save()
# overrides](03_save_overrides.ipynb): the model can do it itself.
