# %% [markdown]
# # Deeper · The matrix: what fires when
#
# `create()` put Ada on a shift. `bulk_create()` stored two people, and no receiver was called. Django has dozens of calls that
# write a row, and nobody knows by heart which of them tell your code. **One idea: before you rely on a receiver, look up whether
# your call reaches it.**
#
# In about 20 minutes you fill three small tables, and then have eighty calls in one.

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
# makes such a trace of each call, in a database that is thrown away, and turns it into a row of a table. Each column is a
# place where your code can be called: a method that you override, or a signal. Each row is about one class: `Person`, or in the
# many-to-many rows the class of the through table (below), such as `Watch`. In a cell
#
# - ◆ means: it fired. The method was called, or the signal was sent for this class. ◆2 is twice;
# - ◇ means: it fired for another class alone, so a receiver of this class is not called;
# - · means: silent;
# - ★ stands beside a call that surprises people.
#
# `pre_init` and `post_init` have no column: they are sent for every object.
#
# ## Save and delete
#
# | call | what it does |
# |---|---|
# | `save()`, a stored one | writes an edit |
# | `save(update_fields=[])` | has a list of columns to write, and this list is empty |
# | `save()`, refused by the database | inserts a person whose key is taken, with `force_insert=True` (a plain `save()` would overwrite the other person) |
# | `get_or_create()`, finds | looks for a row, and finds it |
# | `update_or_create()`, updates | finds a row, and changes what you pass as `defaults={...}` |
# | `delete()`, `queryset.delete()` | deletes one person, or two at once |

# %%
predict("matrix-1")

# %% [markdown]
# Now all seven. Click what you expect to fire, then *Run*. (By keyboard: arrow keys, and <kbd>Space</kbd>.) A part of a call's name is
# enough for `what_fires`: `"refused"` is the third call.

# %%
reveal("matrix-1")
calls = "a stored one", "fields=[])", "refused", "finds", "updates"
one = what_fires(Person, *calls, "person.delete()", "queryset.delete")
matrix(one, blank=True)

# %% [markdown]
# Look at the third row: after `pre_save` the database may still refuse the row. So a receiver of `pre_save` must not send a welcome letter.
#
# `update_or_create()` found the row, and then called `save(update_fields=[...])` with the names of the new values, and of fields that
# may set themselves, such as dates. A receiver gets these names as its argument `update_fields`. If you call `save()` without it, the
# receiver gets None, unless the object was read in part, with `only()` or `defer()`.
#
# If a receiver of `post_save` raises an error in autocommit, `create()` and `save()` leave their change, as in [lesson
# 06](../06_when_things_break.ipynb). `get_or_create()` and `update_or_create()` undo theirs, because they open a transaction.
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
from django.db.models.signals import m2m_changed, post_delete, post_save

Badge.objects.bulk_create([Badge(first_name="Ada"), Badge(first_name="Grace")])
with listening(post_delete, sender=Badge), trace() as heard:
    Badge.objects.all().delete()
reveal("matrix-2")
heard

# %% [markdown]
# `listening.write_down` is the receiver that `listening()` connected. The first time Django did not need the rows, so it read
# none and sent nothing. **So listening alone costs something,** because Django must read every row that it deletes. `what_fires` listens to
# everything, and therefore its tables show this long way. `save()` has no short way: it sends its signals even if nobody listens.
#
# ## Rows that point to your row
#
# When a team is deleted, its people go with it (`CASCADE`), as in lesson 02. When a desk is deleted, its people stay, and Django
# empties their column `desk` (`SET_NULL`).
#
# You can also write from the other side. `team.people.add(row)` puts a person into a team. What does a
# receiver of `Person` hear of all this?

# %%
calls = "CASCADE", "SET_NULL", "team.people.create", "team.people.add", "team.people.clear()"
keys = what_fires(Person, *calls)
matrix(keys, blank=True)

# %% [markdown]
# **A row that Django deletes in a cascade is announced. A row that it only changes is not.** For `SET_NULL`, `add()` and `clear()`
# Django writes an UPDATE, as `queryset.update()` does, so nobody is told. If you pass `bulk=False`, `add()` calls `save()` for each
# person instead, and its signals are sent.
#
# There is one exception, a table that Django made for a many-to-many field. Its rows are never announced, not even in a cascade.
#
# ## Pairs of rows
#
# The pairs of people and skills are rows of a table between the two, a [through table](../../docs/glossary.md#through-table). Django
# made this one. For the nights we wrote a model ourselves, `Watch`.
#
# A many-to-many relation has a signal of its own, `m2m_changed`. `add()` sends it only if somebody listens. So we listen, and Grace
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
# In the next table `save()`, `delete()` and their signals belong to the rows of the through table, such as a `Watch`.

# %%
reveal("matrix-3")
calls = "skills.add(a, b)", "skills.set", "nights.add(a, b)", "nights.remove(a)", "Watch(...)"
pairs = what_fires(Person, *calls)
matrix(pairs, blank=True)

# %% [markdown]
# Under `m2m_changed`, ◆2 means: once before the change, once after it. `set()` has ◆4, because it removes one skill and adds another.
# `nights.remove(a)` also sends the delete signals, because the deleted row belongs to a model of yours. If you save such a row by hand, its
# save signals are sent, but no `m2m_changed`, which comes only from the relation. [Counting a relation](counting.ipynb) needs all of this.
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
# Nobody is told, because the sender is exactly the class of the saved object, and that is `Captain`. Now Alan is deleted:

# %%
predict("matrix-4")

# %%
with listening(post_delete, sender=Person) as told_of_deletion:
    alan.delete()
reveal("matrix-4")
told_of_deletion

# %% [markdown]
# ## The whole table
#
# These are all eighty calls. Show only the silent ones, or search for a word such as *admin* or *m2m*. A click on a call tells you what is odd
# about it.
#
# A captain inherits the `save()` that you wrote in `Person`. So where a proxy or a child has ◇, your method runs, and your receivers do
# not. **Methods are inherited, connections are not.** In a migration ◇ is Django's own method, and yours is not called.
#
# (`Person_skills` is the through table that Django made. `Named` is an abstract class, from which `Person` inherits, and its row is about
# `Named`. *Of a Captain*: its `Person` half is deleted.)

# %%
table = what_fires(Person)
matrix(table)

# %% [markdown]
# Try your own models, too: `matrix(what_fires(Shifts))`.
#
# ## What to keep
#
# | call | what happens | what you do |
# |---|---|---|
# | `save()`, `create()`, `get_or_create()` of a new row, `delete()` of an object | Your method is called, and its signals are sent. `update_fields=[]` sends none. | nothing |
# | `update_or_create()` of a stored row | The same, but with `update_fields`. If `defaults` is empty, no signal is sent. | look at `update_fields` |
# | `bulk_create()`, `bulk_update()`, `update()` | Nothing is called or sent. | call a function, or loop over `save()` |
# | `queryset.delete()`, a cascade, *Delete selected* in the admin | Only the delete signals are sent, and not even these for a through table that Django made. | use a receiver, not `delete()` |
# | raw SQL; a cascade that the database does (`DB_CASCADE`, Django 6.1) | Nothing is called or sent. | see [what needs no hook](no_hook.ipynb) |
# | `on_delete=SET_NULL` | Nothing is called or sent for the row that stays. | listen to `pre_delete` of the desk; in `post_delete` nobody points to it any more |
# | `add()`, `remove()`, `clear()` from the other side of a foreign key | Nothing is called or sent. | pass `bulk=False` |
# | many-to-many `add()`, `remove()`, `clear()` | `m2m_changed` is sent. With a through table of your own, `remove()` and `clear()` send the delete signals, too. | see [Counting](counting.ipynb) |
# | `save()` or `delete()` of a row of the through table | If that is a model of yours, its signals are sent, but no `m2m_changed`. | listen to these, too |
# | `save()` or `delete()` of a proxy or a child | Your method is called, because it is inherited. The sender is the proxy or the child. If a child is deleted, its parent is a second sender. | connect to each class, but for the deletion of a child to one of the two |
# | a fixture | The save signals are sent with `raw=True`. Your `save()` is not called. | return at once |
# | a migration | The signals are sent, but the sender is a copy of your class. Your method is not called. | do the work in the migration |
#
# Async calls, such as `acreate()`, do the same as the others.
#
# **Practise:** [the exercises for this notebook](../exercises/matrix.ipynb). Back to [lesson
# 02](../02_built_in_signals.ipynb) or [lesson 03](../03_save_overrides.ipynb).
