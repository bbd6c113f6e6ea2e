# %% [markdown]
# # Deeper · The matrix: what fires when
#
# `create()` put Ada on a shift. `bulk_create()` stored two people, and no receiver was called. Django has dozens of calls that
# write a row, and nobody knows by heart which of them tell your code. **One idea: before you rely on a receiver, look up whether
# your call reaches it.**
#
# You will, in about 25 minutes,
#
# - fill four small tables: mark what you expect of each call, then run it;
# - see what a receiver changes by listening;
# - look up eighty calls in one table.

# %%
fresh_database()

# %% [markdown]
# ## Where the tables come from
#
# `Person` is a model made for these tables, and no receiver listens to it. It has the usual relations:
#
# ```mermaid
# flowchart LR
#     person["Person"] -- "foreign key, CASCADE" --> team["Team"]
#     person -- "foreign key, SET_NULL" --> desk["Desk"]
#     person -- "many-to-many, table made by Django" --- skill["Skill"]
#     person -- "many-to-many, through the model Watch" --- night["Night"]
#     captain["Captain"] -- "inherits" --> person
# ```
#
# Grace is stored, and then saved again inside a `trace()`:

# %%
from classroom.scenes.stage.models import Badge, Captain, Person, Skill

grace = Person.objects.create(name="Grace")
with trace() as seen:
    grace.save()
seen

# %% [markdown]
# `save()` was called, and it sent two signals, one before the UPDATE and one after it. `what_fires(Person)`
# makes such a trace of each call, in a database that is thrown away, and turns it into a row of a table. A column is a
# [hook](../../docs/glossary.md#hook): a method that you can override, or a signal. In a cell
#
# - ◆ means: it fired. The method was called, or a receiver of `Person` would be called if you connected one. ◆2 is twice;
# - · means: silent;
# - ★ stands beside a call that surprises people.
#
# ## One row
#
# Here are six calls that save or delete one person:
#
# | call | what it does |
# |---|---|
# | `save()`, a stored one | writes an edit |
# | `save(update_fields=[])` | has a list of columns to write, and this list is empty |
# | `save()`, refused by the database | tries to store a new person, under a key that another person has |
# | `get_or_create()`, finds | looks for a row, and finds it |
# | `update_or_create()`, updates | finds a row, and changes what you pass as `defaults={...}` |
# | `delete()` | deletes the person |

# %%
predict("matrix-1")

# %% [markdown]
# Now the same question about all six. Click what you expect to fire, then *Run*. (By keyboard: arrow keys, and <kbd>Space</kbd>.) `what_fires`
# gets names of calls, or pieces of them, and runs these calls alone:

# %%
reveal("matrix-1")
calls = "a stored one", "fields=[])", "refused", "finds", "updates", "person.delete()"
one = what_fires(Person, *calls)
matrix(one, blank=True)

# %% [markdown]
# Look at the third row: `pre_save` is sent *before* the database sees the row, and then the database may refuse it. So do not send a
# letter of welcome in a receiver of `pre_save`, because it may go to somebody who was never stored.
#
# `update_or_create()` found the row, and then called `save(update_fields=[...])` with the names of the new values. A receiver gets these
# names as its argument `update_fields`. For a whole save it gets None.
#
# ## Many rows at once
#
# These calls write or delete two people. The last one sends SQL that you wrote:

# %%
calls = "bulk_create(), 2 rows", "bulk_update", "queryset.update", "queryset.delete", "(UPDATE"
many = what_fires(Person, *calls)
matrix(many, blank=True)

# %% [markdown]
# Only `queryset.delete()` tells anybody: it sends both delete signals for each person, though it calls no `delete()` of yours. The
# other four are silent, so no receiver can help there. The code that makes such a call has to do the rest of the work
# itself. [Bulk calls, fixtures, migrations, the admin](bulk_fixtures_migrations_admin.ipynb) shows how.
#
# ## Listening changes something
#
# ◆ says that a receiver *would* be called. But what does Django do if there is no receiver? Two badges are deleted while nobody
# listens. (`Badge` is a model without relations.)

# %%
Badge.objects.bulk_create([Badge(first_name="Ada"), Badge(first_name="Grace")])
with trace() as unheard:
    Badge.objects.all().delete()
unheard

# %% [markdown]
# Django sent one DELETE and no signal. Now we store two more badges, and connect a receiver to `post_delete`.

# %%
predict("matrix-2")

# %%
from django.db.models.signals import m2m_changed, post_delete, post_save

Badge.objects.bulk_create([Badge(first_name="Ada"), Badge(first_name="Grace")])
with listening(post_delete, sender=Badge), trace() as heard:
    Badge.objects.all().delete()
reveal("matrix-2")
heard

# %% [markdown]
# The first time Django asked whether anybody was connected to the delete signals. Nobody was, so it read no row and sent
# nothing. The second time it read both rows, and sent both signals for each. **Listening alone costs something,** because Django
# cannot take the short way any more. `what_fires` listens to everything, so it shows the long way. `save()` has only one way: as you
# saw above, it sends its signals even if nobody listens.
#
# ## Rows that point to your row
#
# When a row is deleted, Django has to do something with the rows that point to it. If the foreign key says `CASCADE`, as from a person
# to a team, Django deletes them: you know that from lesson 02. If it says `SET_NULL`, as from a person to a desk, Django keeps them, and
# empties their column `desk`.
#
# You can also write from the other side. `team.people` are the people of a team, and `team.people.add(row)` puts a person into it. What does a
# receiver of `Person` hear of all this?

# %%
calls = "CASCADE", "SET_NULL", "team.people.create", "team.people.add", "team.people.clear()"
keys = what_fires(Person, *calls)
matrix(keys, blank=True)

# %% [markdown]
# **A row that Django deletes in a cascade is announced. A row that it only changes is not.** (The next section has one exception.) For `SET_NULL`, `add()` and `clear()` Django
# writes an UPDATE, as `queryset.update()` does, so nobody is told. If you pass `bulk=False`, `add()` calls `save()` for each
# person instead, and its signals are sent.
#
# ## Pairs of rows
#
# A person has many skills, and many people have the same skill. Such pairs are rows of a [table between the
# two](../../docs/glossary.md#through-table). Django made the table of the skills. For the nights we wrote a model ourselves, `Watch`. Grace
# gets two skills:

# %%
patience, courage = (Skill.objects.create(name=name) for name in ("patience", "courage"))
with listening(m2m_changed), trace() as paired:
    grace.skills.add(patience, courage)
paired

# %% [markdown]
# One INSERT writes both pairs. `m2m_changed` is one signal for two moments: it is sent once before the INSERT and once after
# it, and `action` says which. `pk_set` holds the keys of both skills, because the signal is sent for the call and not for
# each pair.

# %%
predict("matrix-3")

# %% [markdown]
# In this table the save and delete columns are about the *link*: the row in the table between.

# %%
reveal("matrix-3")
calls = "skills.add(a, b)", "skills.set", "nights.add(a, b)", "nights.remove(a)", "Watch(...)"
pairs = what_fires(Person, *calls)
matrix(pairs, blank=True)

# %% [markdown]
# Each ◆2 is once before and once after. `set()` takes one skill off and adds another, so it has ◆4. `remove()` deletes a row of a model of
# yours, so it sends the delete signals as well. `Watch(...).save()` stores the row by hand: the save signals are sent, but no `m2m_changed`.
# [Counting a relation](counting.ipynb) needs all of this.
#
# If Django made the table, its rows send no save and no delete signals at all, not even in a cascade.
#
# ## A child of your model
#
# `Captain` inherits from `Person`, and has a table of its own. So Django keeps a captain in two rows, one in each table. We listen
# to `Person`, and store a captain:

# %%
with listening(post_save, sender=Person) as told_of_save:
    alan = Captain.objects.create(name="Alan")
told_of_save

# %% [markdown]
# Nobody is told, because one object was saved, and its class is `Captain`. So the sender is `Captain`. Now Alan is deleted:

# %%
predict("matrix-4")

# %%
with listening(post_delete, sender=Person) as told_of_deletion:
    alan.delete()
reveal("matrix-4")
told_of_deletion

# %% [markdown]
# A `save()` method of yours is different again. If you write it in `Person`, it also runs for a `Captain`, because methods are
# inherited, but connections are not.
#
# ## When a receiver raises an error
#
# What is left if a receiver raises an error? [Lesson 06](../06_when_things_break.ipynb) asked this for some calls. This table tries
# nine:

# %%
what_is_left(everything=True)

# %% [markdown]
# Only `create()` and `save()` leave something, because in autocommit they commit the row before they send `post_save`. The other
# calls open a transaction of their own, and their receivers run inside it.
#
# ## The whole table
#
# These are all eighty calls. Show only the silent ones, or search for a word such as *admin* or *m2m*. A click on a call tells you what is odd
# about it. ◇ means that the signal was sent, but for another class, so receivers of `Person` are not called. (`Person_skills` is the
# table between people and skills, and `Named` an abstract class from which `Person` inherits.)

# %%
table = what_fires(Person)
matrix(table)

# %% [markdown]
# `what_fires` takes your own models, too. Try `matrix(what_fires(Shifts))`.
#
# ## What to keep
#
# | call | your `save()` or `delete()` | signals | what you do |
# |---|---|---|---|
# | `save()`, `create()`, `get_or_create()` of a new row | runs | save; none with `update_fields=[]` | nothing |
# | `update_or_create()` of a stored row | runs | save, with `update_fields`: plain `defaults`, and fields that set themselves, such as `auto_now`; none if there is nothing to write | look at `update_fields` |
# | `delete()` of an object | runs | delete | nothing |
# | `bulk_create()`, `bulk_update()`, `update()` | no | none | call a function, or loop over `save()` |
# | `queryset.delete()`, a cascade, *Delete selected* in the admin | no | delete, but not for rows of a table between that Django made | use a receiver, not `delete()` |
# | raw SQL; a cascade that the database does (`DB_CASCADE`, Django 6.1) | no | none | a constraint, a trigger |
# | `on_delete=SET_NULL` | no | none | listen to the row that is deleted, such as the desk |
# | `add()`, `remove()`, `clear()` from the other side of a foreign key | no | none | `bulk=False` |
# | many-to-many `add()` | no | `m2m_changed`, if anybody listens | a receiver of `m2m_changed`: see [Counting](counting.ipynb) |
# | many-to-many `remove()`, `clear()` | no | `m2m_changed`; delete as well, if the table between is a model of yours | react to one of the two |
# | a link saved or deleted by hand, if the table between is a model of yours | runs | save, delete; no `m2m_changed` | listen to these, too |
# | `save()` or `delete()` of a proxy or a child | runs, because it is inherited | of that class; a child's deletion: of both | connect to each class |
# | a fixture | no | save, with `raw=True` | return at once |
# | a migration | not the model's own | of another class | do the work in the migration |
#
# Async calls, such as `acreate()`, do the same as the plain ones.
#
# **Practise:** [the exercises for this notebook](../exercises/matrix.ipynb). Back to [lesson
# 02](../02_built_in_signals.ipynb) or [lesson 03](../03_save_overrides.ipynb).
