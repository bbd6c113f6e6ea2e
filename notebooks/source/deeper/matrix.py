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
# | `save(update_fields=[])` | names no field, so there is nothing to write |
# | `save()`, refused by the database | is `save(force_insert=True)` of a new person whose key is taken. Without `force_insert`, `save()` would overwrite the other person. |
# | `get_or_create()`, finds | looks for a row, and finds it |
# | `update_or_create()`, updates | finds a row, and changes what you pass as `defaults={...}` |
# | `delete()` | deletes one person |
# | `queryset.delete()` | deletes two people at once |

# %%
predict("matrix-1")

# %% [markdown]
# Now all seven. Click what you expect to fire, then *Run*. (By keyboard: arrow keys, and <kbd>Space</kbd>.) *Passed along*
# names arguments that the receivers got.

# %%
# A part of each call's name is enough.
calls = "a stored one", "fields=[])", "refused", "finds", "updates"
one = what_fires(Person, *calls, "person.delete()", "queryset.delete")
matrix(one, blank=True)

# %%
reveal("matrix-1")

# %% [markdown]
# Two rules explain nearly every line of the next tables:
#
# - **The save signals come from `save()`**, and from fixtures. What writes without `save()` is silent, such as `bulk_create()` and `update()`.
# - **The delete signals come from Django when it deletes rows**: by `delete()`, by a queryset or by a cascade. They need no `delete()` of yours.
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
# one of the two delete signals, it reads the rows and sends both. (It deletes them in the reverse order, which does not matter here.)
# `save()` always sends its signals, even if nobody listens.
#
# ## A team and a desk
#
# When a team is deleted, its people go with it (`CASCADE`), as in lesson 02. When a desk is deleted, its people stay, and Django
# empties their column `desk` (`SET_NULL`).
#
# You can also start from the team:
#
# | call | what it does |
# |---|---|
# | `team.people.create()` | stores a new person in the team |
# | `team.people.add(ada)` | writes the team's key into Ada's row, as `update()` does |
# | `team.people.add(ada, bulk=False)` | does it by `ada.save()` |
# | `team.people.clear()` | empties the team, as `update()` does |
#
# What does a receiver of `Person` hear of all this? The two rules above tell you.

# %%
calls = "CASCADE", "SET_NULL", "team.people.create", "team.people.add", "team.people.clear()"
keys = what_fires(Person, *calls)
matrix(keys, blank=True)

# %% [markdown]
# **A row that Django deletes in a cascade is announced. A row in which it only empties a foreign key is not,** because no `save()` runs. So for
# `SET_NULL`, listen to
# `pre_delete` of the desk, and ask in the receiver which people have this desk. At `post_delete` it is too late.
#
# ## Pairs of rows
#
# Ada knows French: this pair is a row of a third table, as a seat is in lesson 00. It is called a
# [through table](../../docs/glossary.md#through-table). Django made the one for skills (*automatic*). A person also watches on some
# nights, and for these pairs we wrote a model, `Watch` (*explicit*).
#
# A many-to-many relation has a signal of its own, `m2m_changed`. If anybody listens, `add()` sends it twice, before and after it writes. In these
# tables `what_fires` listens. [Counting a relation](counting.ipynb) shows what it carries.

# %%
predict("matrix-3")

# %% [markdown]
# In the next table the columns are about the rows of the through table: `save()` is that of a `Watch`, not of a person.

# %%
calls = "skills.add(a, b)", "skills.set", "nights.add(a, b)", "nights.remove(a)", "Watch(...)"
pairs = what_fires(Person, *calls)
matrix(pairs, blank=True)

# %%
reveal("matrix-3")

# %% [markdown]
# Under `m2m_changed`, ◆2 means: once before the change, once after it, however many pairs there are. `set()` has ◆4, because it removes
# one skill and adds another. `nights.add()` writes with `bulk_create()`, so it sends no save signals. `nights.remove(a)` deletes rows of your
# model `Watch`, so it sends the delete signals. If you save a `Watch` by hand, its save signals are sent, but no `m2m_changed`: only a call
# of the relation, such as `add()`, sends it.
#
# One exception to the second rule: the rows of a through table that Django made send no delete signals, not even in a cascade.
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
# A sign is new here, **◇: it happened, but for another class.** If it is a signal, a receiver with `sender=Person` is not called. If it is a
# method, a child and a proxy run the `save()` that you wrote, because they inherit it. In a migration Django's own runs.

# %%
calls = "Captain.objects", "Captain: delete", "PersonByProxy.objects", "PersonByProxy: delete"
relatives = what_fires(Person, *calls, "create(...) in a migration")
matrix(relatives)

# %% [markdown]
# **Methods are inherited, connections are not.** For the save signals, connect the receiver to each class: `Person`, the child and the
# proxy. For the delete signals connect it to `Person` and the proxy. You may leave out the child, because deleting it also sends the
# signals of `Person`.
#
# A model may also inherit from an *abstract* class, which has no table. Such a class is never a sender.
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
