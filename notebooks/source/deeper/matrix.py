# %% [markdown]
# # Deeper · The matrix: what fires when
#
# **One idea: before you rely on a receiver, look up whether your call reaches it.** `create()` put Ada on a shift. `bulk_create()`
# stored two people, and no receiver was called. Django has dozens of ways to write a row. Who is told of each?
#
# You will, in about 25 minutes,
#
# - fill three small tables: mark what each call sets off, then run it;
# - see what a receiver changes by listening;
# - look up eighty calls in one table.

# %%
fresh_database()

# %% [markdown]
# ## Where the tables come from
#
# `Person` is a model made for these tables. No receiver listens to it. It has a relation of every kind:
#
# ```mermaid
# flowchart LR
#     person["Person"] -- "foreign key, CASCADE" --> team["Team"]
#     person -- "foreign key, SET_NULL" --> desk["Desk"]
#     person -- "many-to-many, table made by Django" --- skill["Skill"]
#     person -- "many-to-many, through the model Watch" --- night["Night"]
#     manager["Manager"] -- "inherits" --> person
# ```
#
# Grace is stored, and then saved again inside a `trace()`:

# %%
from classroom.scenes.stage.models import Badge, Manager, Person

grace = Person.objects.create(name="Grace")
with trace() as seen:
    grace.save()
seen

# %% [markdown]
# `save()` was called, and two signals were sent. The tables below are made in this way. `what_fires(Person)` runs each call in a
# database that is thrown away, and writes down what the trace saw. A column is a **hook**: a method that you can
# override, or a signal. In a cell
#
# - ◆ means: it fired. The method was called, or a receiver of `Person` would be called if you connected one. ◆2 is twice;
# - · means: silent;
# - ★ stands beside a call that surprises people.
#
# ## One row
#
# A person is saved under a key that is taken, and the database refuses the row.

# %%
predict("matrix-1")

# %% [markdown]
# Here are that call and five others. Click what you expect to fire, then *Run*. (By keyboard: arrow keys, and <kbd>Space</kbd>.)
#
# | call | what it does |
# |---|---|
# | `save(update_fields=[])` | saves no column at all |
# | `get_or_create()`, finds | looks for a row and finds it |
# | `update_or_create()`, updates | finds a row and changes it |

# %%
reveal("matrix-1")
calls = "a stored one", "fields=[])", "refused", "finds", "updates", "person.delete()"
one = what_fires(Person, *calls)
matrix(one, blank=True)

# %% [markdown]
# `pre_save` is sent *before* the row is written, and then the database may refuse. So do not send a letter of welcome
# there.
#
# `update_or_create()` that finds a row calls `save(update_fields=...)`, with the names of your defaults, if these are
# plain fields. A receiver gets those names as `update_fields`. For a whole save it gets None.
#
# ## Many rows
#
# Six calls write or delete many rows, and two are raw SQL:
#
# | call | what it does |
# |---|---|
# | `bulk_create()` | stores a list of new objects |
# | … with `ignore_conflicts=True` | leaves out those that the database would refuse |
# | … with `update_conflicts=True` | changes the stored row instead |
# | `bulk_update()` | writes changed columns of a list of objects |
# | `queryset.update()`, `queryset.delete()` | change or delete all rows of a queryset |
# | `cursor.execute()`, with an UPDATE, with an INSERT | sends SQL that you wrote |

# %%
predict("matrix-2")

# %%
reveal("matrix-2")
many = what_fires(Person, "many rows at once", "raw SQL")
matrix(many, blank=True)

# %% [markdown]
# Seven calls tell nobody. No receiver can help there, because none is called. So the code that calls `bulk_create()` has to do
# the rest of the work itself: [Bulk calls, fixtures, migrations, the admin](bulk_fixtures_migrations_admin.ipynb) shows
# how, and what it costs.
#
# ## Listening changes something
#
# Django can delete rows with one statement, without reading them. But a receiver gets each row as an instance. Two badges, of
# a model without relations, are deleted while nobody listens:

# %%
Badge.objects.bulk_create([Badge(first_name="Ada"), Badge(first_name="Grace")])
with trace() as unheard:
    Badge.objects.all().delete()
unheard

# %%
# Two more, and this time somebody listens.
from django.db.models.signals import post_delete, post_save

Badge.objects.bulk_create([Badge(first_name="Ada"), Badge(first_name="Grace")])
with listening(post_delete, sender=Badge), trace() as heard:
    Badge.objects.all().delete()
heard

# %% [markdown]
# The first time no delete signal was sent: Django looked first, and nobody listened. The second time it read the rows, so that it
# could send two signals for each of them. **Listening alone costs something,** because Django can no longer take the
# short way. `add()` of a many-to-many field also looks first. `save()` does not look: it sends its signals even to nobody.
#
# So what does ◆ say? *A receiver would be called.* To find that out, `what_fires` connects a receiver to each signal
# while it runs.
#
# ## Rows that point to your row
#
# Two people belong to a team, with `on_delete=CASCADE`. When the team is deleted, both are deleted, and each deletion is
# announced. You know that from lesson 02. Two people sit at a desk, with `on_delete=SET_NULL`. When the desk is deleted, Django
# empties the column `desk` in both rows, with one UPDATE.

# %%
predict("matrix-3")

# %% [markdown]
# `team.people` is the other side of the foreign key. `team.people.add(row)` puts a person into the team. With `bulk=False` it
# does so in another way. The columns are about `Person`, also where you call a method of the team.

# %%
reveal("matrix-3")
calls = "CASCADE", "SET_NULL", "team.people.create", "team.people.add", "team.people.clear()"
keys = what_fires(Person, *calls)
matrix(keys, blank=True)

# %% [markdown]
# **A row that is deleted in a cascade is announced. A row that is only changed is not.** `SET_NULL`, `add()` and
# `clear()` write an UPDATE and call no `save()`. With `bulk=False` they save one person after the other, so the
# signals are sent.
#
# ## A child of your model
#
# `Manager` inherits from `Person`, and has a table of its own. So Django keeps a manager in two rows, one in each table. We listen
# to `Person`, and store a manager:

# %%
with listening(post_save, sender=Person) as told_of_save:
    alan = Manager.objects.create(name="Alan")
told_of_save

# %% [markdown]
# Nobody is told. One object was saved, its class is `Manager`, and so the sender is `Manager`. Now Alan is deleted, and Django has
# to delete both rows:

# %%
predict("matrix-4")

# %%
with listening(post_delete, sender=Person) as told_of_deletion:
    alan.delete()
reveal("matrix-4")
told_of_deletion

# %% [markdown]
# A `save()` method is different again. If you write it in `Person`, it runs for a `Manager`, too, because methods are
# inherited and connections are not.
#
# ## The whole table
#
# All eighty calls. Show only the silent ones, or search for a word such as *admin* or *m2m*. Click on a call to read what is odd
# about it. ◇ means that the signal was sent, but for another class, so receivers of `Person` are not called. In the
# two groups about many-to-many, the save and delete columns are about the *link*: a row of the table between the two.
# (`Person_skills` is the table between people and skills, and `Named` an abstract class from which `Person` inherits.)

# %%
table = what_fires(Person)
matrix(table)

# %% [markdown]
# `what_fires` takes your own models, too. Try `matrix(what_fires(Shifts))`.
#
# ## When a receiver raises an error
#
# One more table, for [lesson 06](../06_when_things_break.ipynb). In each row a receiver of that signal raises an error. Is
# the change still stored afterwards? We try it without a transaction (*autocommit*) and inside one.

# %%
what_is_left(everything=True)

# %% [markdown]
# Only `create()` and `save()` leave something, because in autocommit they commit the row before they send `post_save`. The other
# calls open a transaction of their own, and their receivers run inside it.
#
# ## What to keep
#
# | call | your `save()` or `delete()` | signals | what you do |
# |---|---|---|---|
# | `save()`, `create()`, `get_or_create()` of a new row | runs | save; none with `update_fields=[]` | nothing |
# | `delete()` of an object | runs | delete | nothing |
# | `bulk_create()`, `bulk_update()`, `update()` | no | none | call a function, or loop over `save()` |
# | `queryset.delete()`, a cascade, *Delete selected* in the admin | no | delete | use a receiver, not `delete()` |
# | raw SQL; a cascade that the database does (`DB_CASCADE`, Django 6.1) | no | none | a constraint, a trigger |
# | `on_delete=SET_NULL` | no | none | listen to the row that is deleted, here the desk |
# | `add()`, `remove()`, `clear()` from the other side of a foreign key | no | none | `bulk=False` |
# | many-to-many `add()` | no | `m2m_changed` | a receiver of it: see [Counting](counting.ipynb) |
# | many-to-many `remove()`, `clear()` | no | `m2m_changed`; if the table between is a model, delete as well | react to one of the two |
# | a link saved or deleted by hand, if the table between is a model | runs | save, delete | listen to these, too |
# | the same with a proxy or a child | runs, because it is inherited | of that class; a child's deletion: of both | connect to each class |
# | a fixture | no | save, with `raw=True` | return at once |
# | a migration | not the model's own | of another class | do the work in the migration |
#
# Async calls, such as `acreate()`, do the same as the plain ones.
#
# **Practise:** [the exercises for this notebook](../exercises/matrix.ipynb). Back to [lesson
# 02](../02_built_in_signals.ipynb) or [lesson 03](../03_save_overrides.ipynb).
