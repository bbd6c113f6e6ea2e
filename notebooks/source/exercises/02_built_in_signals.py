# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 02
#
# They belong to [the lesson](../02_built_in_signals.ipynb). All 5 take about 34 minutes. In a notebook, change the cell below a task, run it, answer on its card if it shows one, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 02-0 · Who is new?
#
# *Put in order · about 2 minutes*
#
# The first day of somebody new begins with a cake. So the baker wants a list `newcomers`, which fills by itself.
#
# **Your task.** Here is a receiver that writes down everybody who joins. Its lines are out of order, and one of them does not belong.
# Put them in order.

# %%
order = exercise("02-0").card()
order

# %%
ex_02_0 = exercise("02-0")
ex_02_0.check(order)

# %%
# ex_02_0.hint()
# ex_02_0.solution()

# %% [markdown]
# ## 02-1 · Welcome, once
#
# *Repair · about 5 minutes*
#
# `welcome` is a receiver of `post_save` of `Employees`. It returns a greeting, which a screen in the hall
# shows. But Ada is greeted again whenever her address changes. And when a backup was loaded one morning,
# all thirty people were welcomed at once.
#
# **Your task.** Repair `welcome`: it returns the greeting when somebody joins, and `None` when somebody is edited or while a
# fixture loads.

# %%
def welcome(sender, instance, **kwargs):
    return f"Welcome, {instance.first_name}!"

# %%
ex_02_1 = exercise("02-1")
ex_02_1.check(welcome)

# %%
# ex_02_1.hint()
# ex_02_1.solution()

# %% [markdown]
# ## 02-2 · The shift is cancelled
#
# *Write · about 15 minutes*
#
# A pipe has burst, and Monday's shift is cancelled: somebody deletes it in the admin. Its seats go with it, and Ada, Grace
# and Alan, who sat there, have no shift. Nothing places them again, and nobody notices.
#
# **Your task.** Write `connect()`. It connects receivers of Django's delete signals. From then on, when a shift is deleted, the people
# who sat there are placed again by the rule. It works for `monday.delete()` and for `Shifts.objects.filter(...).delete()`,
# and with `DEBUG` off. Somebody who leaves for good (`ada.delete()`) is not placed, and nobody else is, with a shift or
# without. Replace no method of any model. To place people, call `assign(person)` or `assign_many(people)`, as the
# project's own receivers do.

# %%
from django.db.models.signals import post_delete, pre_delete


def connect():
    """Connect receivers of Django's delete signals."""

# %%
ex_02_2 = exercise("02-2")
ex_02_2.check(connect)

# %%
# ex_02_2.hint()
# ex_02_2.solution()

# %% [markdown]
# ## 02-3 · Nobody imports it
#
# *Repair · about 4 minutes*
#
# A colleague sends you `polls`, an app with a `signals.py`. Its receivers are right, and each is connected by
# `@receiver`. But nothing is announced, neither on the web site nor in a shell, and there is no error. `apps.py` of the app
# is in the cell below.
#
# **Your task.** Repair `apps_py`, the whole text of `polls/apps.py`: in each process that starts Django, every receiver of
# `polls/signals.py` is connected. The check runs your file in small projects, with different `signals.py`: in a shell, by
# another command, and as a web server starts Django, with `DEBUG` off. So the receivers themselves stay where they are.

# %%
apps_py = """
from django.apps import AppConfig


class PollsConfig(AppConfig):
    name = "polls"
"""

# %%
ex_02_3 = exercise("02-3")
ex_02_3.check(apps_py)

# %%
# ex_02_3.hint()
# ex_02_3.solution()

# %% [markdown]
# ## 02-4 · The endless round
#
# *Repair · about 8 minutes*
#
# Everybody who is new gets a desk. Its number is the key of the person, and only the database gives that. So `give_desk` listens to
# `post_save`, writes the desk into `address`, and saves. The first hire ended in a `RecursionError`.
#
# **Your task.** Repair `give_desk`, a receiver of `post_save`. The address of each new person is `"Desk 7"` when the key is 7, in the
# database and on the instance that the caller holds. An edit gives nobody a desk, so that people can move. What a
# fixture loads stays as it is. And **each save is heard once**: other receivers of `pre_save` and `post_save`
# hear of no edit that nobody made.

# %%
def give_desk(sender, instance, **kwargs):
    instance.address = f"Desk {instance.pk}"
    instance.save()

# %%
ex_02_4 = exercise("02-4")
ex_02_4.check(give_desk)

# %%
# ex_02_4.hint()
# ex_02_4.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("02")
