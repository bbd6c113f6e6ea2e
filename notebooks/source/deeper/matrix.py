# %% [markdown]
# # Deeper · The matrix: what fires when
#
# `create()` put Ada on a shift. `bulk_create()` stored two people, and no receiver was called. Django has dozens of calls that
# write a row, and nobody knows by heart which of them tell your code. **One idea: before you rely on a receiver, look up whether
# your call reaches it.**
#
# In about 25 minutes you fill three small tables. An optional part, another 8 minutes, shows a child and a proxy of your model, and
# eighty calls in one table.

# %%
fresh_database()

# %% [markdown]
# ## Where the tables come from
#
# `Person` is a model made for these tables. It has the usual relations:
#
# ```mermaid
# flowchart LR
#     person["Person"] -- "foreign key, CASCADE" --> team["Team"]
#     person -- "foreign key, SET_NULL" --> desk["Desk"]
#     person -- "many-to-many, table made by Django" --- skill["Skill"]
#     person -- "many-to-many, through the model Watch" --- night["Night"]
# ```
#
# Grace is stored, and then saved again inside a `trace()`:

# %%
from classroom.scenes.stage.models import Badge, Person

grace = Person.objects.create(name="Grace")
with trace() as seen:
    grace.save()
seen

# %% [markdown]
# `save()` was called, and it sent two signals, one before the UPDATE and one after it. `what_fires(Person)` runs each call in a
# database that is thrown away, and traces it. Each trace becomes one line of the tables below. Each column is a place where your code can
# be called: a method that you override, or a signal. In the table:
#
# - ◆ means: it fired. The method was called, or the signal was sent. ◆2 is twice;
# - · means: silent;
# - ★ stands beside a call that surprises people.
#
# ## Save and delete
#
# | call | what it does |
# |---|---|
# | `save()`, a stored one | writes an edit |
# | `save(update_fields=[])` | is told to write no column at all |
# | `save()`, refused by the database | inserts a person whose key another person has. A plain `save()` would overwrite the other one. `force_insert=True` does not |
# | `get_or_create()`, finds | looks for a row, and finds it |
# | `update_or_create()`, updates | finds a row, and changes what you pass as `defaults={...}` |
# | `delete()` | deletes one person |
# | `queryset.delete()` | deletes two people at once |

# %%
predict("matrix-1")

# %% [markdown]
# Now all seven. Click what you expect to fire, then *Run*. (By keyboard: arrow keys, and <kbd>Space</kbd>.) A part of a call's name is
# enough for `what_fires`: `"refused"` is the third call.

# %%
calls = "a stored one", "fields=[])", "refused", "finds", "updates"
one = what_fires(Person, *calls, "person.delete()", "queryset.delete")
matrix(one, blank=True)

# %%
reveal("matrix-1")

# %% [markdown]
# Two rules explain most of the next tables. The save signals are sent by `save()`, and for fixtures. Another call that writes is silent.
# The delete signals are sent when Django deletes rows, whichever call asks for it, but for some many-to-many rows. They need no
# `delete()` of yours.
#
# Look at the third row: after `pre_save` the database may still refuse the row. So a receiver of `pre_save` must not send a welcome letter.
#
# `update_or_create()` calls `save(update_fields=[...])`, so a receiver gets the names of the fields that are written, as
# [`update_fields`](../../docs/glossary.md#update_fields).
#
# ## Two badges are deleted
#
# `Badge` is a model without relations. Two badges are deleted while nobody listens:

# %%
Badge.objects.bulk_create([Badge(first_name="Ada"), Badge(first_name="Grace")])
with trace() as unheard:
    Badge.objects.all().delete()
unheard

# %% [markdown]
# Django sent one DELETE and no signal. Nobody missed it, because nobody listened. Now we store two more badges, and connect a receiver to
# `post_delete`.

# %%
predict("matrix-2")

# %%
from django.db.models.signals import post_delete, post_save

Badge.objects.bulk_create([Badge(first_name="Ada"), Badge(first_name="Grace")])
with listening(post_delete, sender=Badge), trace() as heard:
    Badge.objects.all().delete()
reveal("matrix-2")
heard

# %% [markdown]
# `listening.write_down` is the receiver that `listening()` connected. The first time Django did not need the rows, so it read none and
# sent nothing. **So listening alone costs something,** because Django must read every row that it deletes. As soon as anybody listens to
# one delete signal, Django takes the long way and sends both. `save()` has no short way: it sends its signals even if nobody listens.
#
# ## Rows that point to your row
#
# When a team is deleted, its people go with it (`CASCADE`), as in lesson 02. When a desk is deleted, its people stay, and Django
# empties their column `desk` (`SET_NULL`).
#
# You can also write from the other side. `team.people.create()` stores a new person in the team. `add(row)` writes the key of the team
# into the person's row. With `bulk=False` it calls `save()` of the person for that. `clear()` empties the team: it sets this key to NULL for
# all its people. What does a receiver of `Person` hear of all this?

# %%
calls = "CASCADE", "SET_NULL", "team.people.create", "team.people.add", "team.people.clear()"
keys = what_fires(Person, *calls)
matrix(keys, blank=True)

# %% [markdown]
# **A row that Django deletes in a cascade is announced. A row that it only changes is not.** For `SET_NULL`, `add()` and `clear()` Django
# writes an UPDATE, as `queryset.update()` does, so nobody is told. With `bulk=False`, `save()` sends its signals. For `SET_NULL`, listen to
# `pre_delete` of the desk, and ask in the receiver which people have this desk. At `post_delete` it is too late.
#
# One exception: the rows of a table that Django made for a many-to-many field are never announced, not even when a cascade deletes them.
#
# ## Pairs of rows
#
# The pairs of people and skills are rows of a table between the two, a [through table](../../docs/glossary.md#through-table). Django
# made this one. For the nights we wrote a model ourselves, `Watch`.
#
# A many-to-many relation has a signal of its own, `m2m_changed`. If somebody listens, `add()` sends it before and after it writes.
# [Counting a relation](counting.ipynb) shows what it carries.

# %%
predict("matrix-3")

# %% [markdown]
# In the next table `save()`, `delete()` and their signals belong to the rows of the through table, such as a `Watch`.

# %%
calls = "skills.add(a, b)", "skills.set", "nights.add(a, b)", "nights.remove(a)", "Watch(...)"
pairs = what_fires(Person, *calls)
matrix(pairs, blank=True)

# %%
reveal("matrix-3")

# %% [markdown]
# Under `m2m_changed`, ◆2 means: once before the change, once after it, however many pairs there are. `set()` has ◆4, because it removes
# one skill and adds another. `nights.remove(a)` also sends the delete signals, because the deleted row belongs to a model of yours. If
# you save such a row by hand, its save signals are sent, but no `m2m_changed`: only a call of the
# relation, such as `add()`, sends it.
#
# ## What to keep
#
# | call | your code | what you do |
# |---|---|---|
# | `save()`, `create()`, `delete()` of an object | Your method is called, and its signals are sent. | nothing |
# | `bulk_create()`, `bulk_update()`, `update()`, raw SQL | Nothing is called or sent. | call a function, or see [what needs no hook](no_hook.ipynb) |
# | `queryset.delete()`, a cascade, *Delete selected* in the admin | Only the delete signals are sent. | use a receiver, not `delete()` |
# | many-to-many `add()`, `remove()`, `clear()` | `m2m_changed` is sent. | see [Counting](counting.ipynb) |
#
# Async calls, such as `acreate()`, do the same as the others. [Bulk calls, fixtures, migrations, the
# admin](bulk_fixtures_migrations_admin.ipynb) has what comes in other ways.
#
# ## Optional: a child, a proxy, and all eighty calls
#
# This part takes 8 minutes. The last table is also one to look things up in.
#
# ### A child of your model
#
# `Captain` inherits from `Person`, and has a table of its own. So Django keeps a captain in two rows, one in each table. We listen
# to `Person`, and store a captain:

# %%
from classroom.scenes.stage.models import Captain

with listening(post_save, sender=Person) as told_of_save:
    alan = Captain.objects.create(name="Alan")
told_of_save

# %% [markdown]
# Nobody is told, because the sender is exactly the class of the saved object, and that is `Captain`. Now Alan is deleted:

# %%
predict("matrix-4")

# %%
with listening(post_delete, sender=Person) as told_of_deletion:
    alan.delete()
reveal("matrix-4")
told_of_deletion

# %% [markdown]
# A proxy has no table of its own, but it is another class, too. `PersonByProxy` is a proxy of `Person`. Here are calls of a
# child and a proxy, and one of the class that a migration has.
#
# A sign is new here, **◇: another class.** It means two things:
#
# - in the columns of signals: the signal was sent, but with another class as its sender. A receiver with `sender=Person` is not called;
# - in the columns of `save()` and `delete()`: the method of the other class was called. A child and a proxy inherit yours. The class of a
#   migration does not.

# %%
calls = "Captain.objects", "Captain: delete", "PersonByProxy.objects", "PersonByProxy: delete"
relatives = what_fires(Person, *calls, "create(...) in a migration")
matrix(relatives)

# %% [markdown]
# - *Captain* and *PersonByProxy*: a child or a proxy inherits the methods that you wrote in `Person`, so your method is called. The
#   signals have the sender `Captain` or `PersonByProxy`. **Methods are inherited, connections are not.**
# - *in a migration*: the other class is the one that Django made for the migration. The method is Django's own. Yours is not called.
#
# An abstract parent, a class without a table, is never a sender. So connect to `Person`, and not to a parent such as `Named`.
#
# For the save signals, connect the receiver to each class. For the delete signals leave out the child, because its deletion is announced
# for `Person`, too.
#
# ### The whole table
#
# These are all eighty calls. Show only the silent ones, or search for a word such as *admin* or *m2m*. A click on a call tells you what
# is odd about it, and which arguments its signals pass along.

# %%
table = what_fires(Person)
matrix(table)

# %% [markdown]
# `Person_skills` is the table between people and skills, which Django made. Try your own models, too: `matrix(what_fires(Shifts))`.
