# %% [markdown]
# # 02 · Built-in signals
#
# **One idea: Django announces each `save()` and each deletion.** First you add a signal to a project of your own, and see
# the usual ways in which that goes wrong. Then you find out what Django announces, and what it does not.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01 What a signal is](01_what_a_signal_is.ipynb) |
# | Here | **02 Built-in signals**, 20 minutes |
# | Next | [03 save() overrides](03_save_overrides.ipynb), then 04 to 07 |
# | Optional | [Everything that fires, in one table](deeper/matrix.ipynb), [counting with signals](deeper/counting.ipynb), [bulk, fixtures, migrations](deeper/bulk_fixtures_migrations_admin.ipynb) |

# %%
fresh_database()
ada, grace, alan, katherine = (Employees.objects.create(**person) for person in sample_roster()[:4])

# %% [markdown]
# ## A signal in your own project
# You know this project: `mysite`, with the app `polls`. `own_project()` writes a small copy into a temporary folder. It runs in
# a process of its own, as your project would.
#
# **Step 1: a file.** Put receivers into `signals.py` in the app. `@receiver` connects the function below it.

# %%
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
mysite.shell("Question.objects.create(question_text='Tea or coffee?')")
mysite.shell("print(who_listens(Question))")
reveal("02-1")

# %% [markdown]
# No error, and no announcement. `who_listens()` tells you why: nobody is connected. `@receiver` works only when Python
# runs the file, and nobody imported it.
# **Step 2: import it in `ready()`.** Django calls this method of each app once, when all models are loaded. Add it to the class
# that is there. The import looks unused. Do not delete it: without it no receiver is connected. `# noqa: F401` tells code
# checkers to leave it alone.

# %%
apps_py = """
from django.apps import AppConfig


class PollsConfig(AppConfig):
    name = "polls"

    def ready(self):
        from polls import signals  # noqa: F401
"""
mysite.write("polls/apps.py", apps_py)
mysite.shell("Question.objects.create(question_text='Tea or coffee?')")
mysite.shell("print(who_listens(Question))")

# %%
predict("02-2")

# %%
mysite.shell("""
    question = Question.objects.create(question_text="Bus or bike?")
    question.question_text = "Bus, bike or boat?"
    question.save()
    """)
reveal("02-2")

# %% [markdown]
# **Step 3: check `created`.** `post_save` passes it to the receiver: True for a new row, False for an edit. A receiver for new
# rows begins with `if created and not raw`. `raw` is True only while a fixture is loaded.
#
# **The wrong sender** is silent as well. This receiver names `Model`, the parent of all models, to hear of every model. It
# hears of none: you know from lesson 01 that a sender is compared by identity.

# %%
signals_py = """
from django.db.models import Model
from django.db.models.signals import post_save
from django.dispatch import receiver


@receiver(post_save, sender=Model)
def announce(sender, instance, created, **kwargs):
    if created:
        print("New:", instance)
"""
mysite.write("polls/signals.py", signals_py)
mysite.shell("Question.objects.create(question_text='Ink or pencil?')")
mysite.shell("print(who_listens(Question))")

# %% [markdown]
# ### Nothing happens? Check this
#
# 1. Call `who_listens(YourModel)` in a shell. Is your receiver in the list? It is a tool of this course. Without it, put a
#    `print()` at the top of `signals.py`: if nothing is printed at the start, nobody imports the file.
# 2. If not: does `ready()` import the file? Is it in the app config that `INSTALLED_APPS` uses?
# 3. Does `sender=` name exactly the class that you save, not a parent and not a proxy?
# 4. Is the function at the top level of the file? A function inside a function
#    [may vanish](deeper/vanishing_receivers.ipynb).
# 5. It is in the list, and still nothing happens? Then perhaps your call sends no signal. The end of this lesson shows such calls.
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
# Back to the rota. Ada, Grace and Alan work on Monday, Katherine on Tuesday. Grace leaves. Her seat is a row with a foreign
# key to her, so Django deletes it, too. This is called a [cascade](../docs/glossary.md#cascade).

# %%
predict("02-3")

# %%
with trace() as seen:
    grace.delete()
reveal("02-3")
display(seen.filter("pre_delete"), seen.filter("post_delete"))

# %% [markdown]
# For each row Django sends `pre_delete` before it deletes the row, and `post_delete` afterwards. The receiver of the *seat*,
# `uncount_seat`, lowers the `headcount` of the shift. So the next newcomer gets Grace's place. The other receivers see to it that two programs cannot
# change the rota at once; [the race](deeper/race.ipynb) is about that.
#
# ## A day passes
# `pre_save` has a receiver, too: `wipe_before_hire`. It deletes shifts of past days, and gives their people new shifts. `advance()` turns the calendar to Tuesday.

# %%
predict("02-4")

# %%
advance()
reveal("02-4")
shift_table()

# %%
soren = Employees.objects.create(**sample_roster()[4])
shift_table()

# %%
# Who stays silent? bulk_create() stores two people, and update() changes Ada's age.
from django.db.models.signals import post_save, pre_save

with listening(pre_save, post_save) as heard:
    Employees.objects.bulk_create([Employees(**person) for person in sample_roster()[5:7]])
    Employees.objects.filter(first_name="Ada").update(age=34)
display(heard, shift_table())

# %% [markdown]
# When Søren was saved, `wipe_before_hire` ran, and Monday is gone. `listening()` connects a receiver while its block runs, and
# it heard nothing. Both calls write many rows in one statement or a few, and call no `save()`. So the two new people have no
# shift.
#
# ### Your turn
#
# Write `hire_group(people)`. It stores a list of unsaved employees, and each gets a shift. You may save
# them one by one. Or use `bulk_create()`, then call the rule for many, `assign_many(people)`. It is ready in this notebook.


# %%
def hire_group(people):
    """Store these people, and see that each of them gets a shift."""


exercise("02-b").check(hire_group)

# %% [markdown]
# ## What to keep
#
# | signal | is sent | not sent by |
# |---|---|---|
# | `pre_save`, `post_save` | before and after `save()` writes a row, so also by `create()`; while a fixture loads, with `raw=True` | `bulk_create()`, `bulk_update()`, `update()` |
# | `pre_delete`, `post_delete` | for each row that `delete()` deletes, of an object or of a queryset, and for each row of a cascade | raw SQL; rarer cases are in [one table](deeper/matrix.ipynb) |
#
# Many-to-many fields have a signal of their own, `m2m_changed`: see [Counting](deeper/counting.ipynb).
#
# **A signal is not a clock.** For something that must happen each morning, use a scheduler.
#
# | in your project | what it does |
# |---|---|
# | `polls/signals.py` | the receivers, at the top level |
# | `polls/apps.py` | `ready()` imports `signals` |
# | a receiver | `if created and not raw:`, and `**kwargs` in its arguments |
#
# **Practise:** [exercises for 02](exercises/02_built_in_signals.ipynb). **Next:** [03 save()
# overrides](03_save_overrides.ipynb): the model can do it itself.
