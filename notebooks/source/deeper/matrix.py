# %% [markdown]
# # Deeper · The matrix: what fires when
#
# In lesson 00 `create()` put Ada on a shift. In lesson 02 `bulk_create()` stored two people, and no receiver was called. Django has dozens of calls that
# write a row, and nobody knows by heart which of them tell your code. **One idea: before you rely on a receiver, look up whether
# your call reaches it.**
#
# In about 20 minutes you fill three small tables. An optional part, another 8 minutes, shows a child and a proxy of your model, and
# eighty calls in one table.

# %%
fresh_database()

# %% [markdown]
# ## Two traces
#
# `Person` is a model made for this notebook. It has the usual relations:
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
# `save()` was called, and it sent two signals, one before the UPDATE and one after it.
#
# Now Ada gets the key of Grace by mistake. `save(force_insert=True)` says: insert a new row, and overwrite none. So the database refuses
# Ada.

# %%
predict("matrix-1")

# %%
from django.db import IntegrityError

ada = Person(pk=grace.pk, name="Ada")
with trace() as refused:
    try:
        ada.save(force_insert=True)
    except IntegrityError:
        print("The database refuses Ada.")
reveal("matrix-1")
refused

# %% [markdown]
# So a receiver of `pre_save` must not send a welcome letter: the person may never be stored.
#
# ## Save and delete
#
# `what_fires(Person)` makes such a trace of each call, in a database that is thrown away. Each trace becomes one line of a table. Each
# column is a place where your code can be called: a method that you override, or a signal. In the table:
#
# - ◆ means: it fired. The method was called, or the signal was sent. ◆2 is twice;
# - · means: silent;
# - ★ stands beside a call that surprises people.
#
# Here are four calls:
#
# | call | what it does |
# |---|---|
# | `save(update_fields=[])` | names no field, so there is nothing to write |
# | `update_or_create()`, updates | finds a row, and changes the fields that you pass as `defaults={...}` |
# | `delete()` | deletes one person |
# | `queryset.delete()` | deletes two people at once |
#
# Click what you expect to fire, then *Run*. By keyboard, use the arrow keys and <kbd>Space</kbd>. *Passed along* names arguments that
# the receivers got.

# %%
# A part of each call's name is enough.
one = what_fires(Person, "fields=[])", "updates", "person.delete()", "queryset.delete")
matrix(one, blank=True)

# %% [markdown]
# Two rules explain nearly every line of the next tables:
#
# - **The save signals come from `save()`**, if it writes a row, and from fixtures. What writes without `save()` is silent, such as `bulk_create()` and `update()`.
# - **The delete signals come from Django when it deletes rows**: by `delete()`, by a queryset or by a cascade. They need no `delete()` of yours.
#
# `update_or_create()` calls `save(update_fields=[...])`, so a receiver gets the names of the fields that are written, as
# [`update_fields`](../../docs/glossary.md#update_fields).
#
# ## A team and a desk
#
# Now test the two rules. When a team is deleted, its people are deleted, too (`CASCADE`), as in lesson 02. When a desk is deleted, its
# people stay, and one UPDATE empties their column `desk` (`SET_NULL`).
#
# You can also start from the team:
#
# | call | what it does |
# |---|---|
# | `team.people.create()` | stores a new person in the team |
# | `team.people.add(ada, grace)` | puts people into the team: one UPDATE writes the team's key into all their rows |
# | `team.people.add(ada, grace, bulk=False)` | does the same, but person by person |
#
# In the table, `row` is one person. What does a receiver of `Person` hear?

# %%
keys = what_fires(Person, "CASCADE", "SET_NULL", "team.people.create", "team.people.add")
matrix(keys, blank=True)

# %% [markdown]
# **A row that a cascade deletes is announced. A row in which Django only empties a foreign key is not,** because no `save()` runs. So for
# `SET_NULL`, connect a receiver to `pre_delete` of the desk, and ask in it which people have this desk. At `post_delete` that column is empty already.
#
# ## Two badges are deleted
#
# Does it matter whether anybody listens? `Badge` is a model without relations. Two badges are deleted while nobody listens:

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
# `listening.write_down` is the receiver that `listening()` connected. **So listening alone costs something:** Django must read every row
# that it deletes. As soon as anybody listens to one of the two delete signals, it sends both. Our tables always show both, as if
# somebody listened. `save()` always sends its signals, even if nobody listens.
#
# ## Pairs of rows
#
# Ada knows French. This pair is a row of a third table, a [through table](../../docs/glossary.md#through-table), as a seat is in lesson
# 00. Django made the through table for skills (*automatic*). People also have night duty. A *watch* is one person's duty in one night. We
# wrote a model for it, `Watch` (*explicit*).
#
# A many-to-many relation has a signal of its own, `m2m_changed`. If anybody listens, `add()` sends it twice: before it writes, and after
# it. [Counting a relation](counting.ipynb) shows what it carries. Grace gets two nights:

# %%
predict("matrix-3")

# %%
from classroom.scenes.stage.models import Night

nights = [Night.objects.create(name=name) for name in ("Friday", "Saturday")]
with listening(m2m_changed, post_save) as told:
    grace.nights.add(*nights)
reveal("matrix-3")
told

# %% [markdown]
# Here are four more calls. In this table the columns `save()` and `delete()` are about the row of the through table, a watch for
# example.

# %%
pairs = what_fires(Person, "skills.add(a, b)", "skills.set", "nights.remove(a)", "Watch(...)")
matrix(pairs, blank=True)

# %% [markdown]
# - `skills.add()`: ◆2 under `m2m_changed` is once before the change and once after it, however many pairs there are.
# - `skills.set()`: ◆4, because it removes one skill and adds another.
# - `nights.remove(a)` deletes a row of your model `Watch`, so it also sends the delete signals.
# - `Watch(...).save()` sends its save signals, but no `m2m_changed`. Only a call of the relation, such as `add()`, sends that.
#
# There is one exception to the two rules: the rows of a through table that Django made send no save and no delete signals.
#
# ## What to keep
#
# | call | your code | what you do |
# |---|---|---|
# | `save()`, `create()`, `delete()` of an object | Your method is called, and its signals are sent. | nothing |
# | `bulk_create()`, `bulk_update()`, `update()`, raw SQL | Nothing is called or sent. | call a function, or see [what needs no hook](no_hook.ipynb) |
# | `queryset.delete()`, a cascade, *Delete selected* in the admin | Only the delete signals are sent. | use a receiver, not `delete()` |
# | many-to-many `add()`, `remove()`, `clear()` | `m2m_changed` is sent. If you wrote the through table, `remove()` also sends its delete signals. | see [Counting](counting.ipynb) |
#
# Async calls, such as `acreate()`, do the same as the others. [Fixtures, migrations, the
# admin](bulk_fixtures_migrations_admin.ipynb) has what comes in other ways.
#
# ## Optional: a child, a proxy, and all eighty calls
#
# Stop here, unless your models inherit from each other. This part takes 8 minutes. The last table is also one to look things up in.
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
# A [proxy](../../docs/glossary.md#proxy-model) has no table of its own, but it is another class, too. `PersonByProxy` is a proxy of
# `Person`. Here are calls of a child and of a proxy. The last one is in a migration, where Django rebuilds the class `Person`, so that it is not the one that you import.
#
# A new sign: ◇ means that it fired, but for another class. A receiver with `sender=Person` is not called.

# %%
calls = "Captain.objects", "Captain: delete", "PersonByProxy.objects", "PersonByProxy: delete"
relatives = what_fires(Person, *calls, "create(...) in a migration")
matrix(relatives)

# %% [markdown]
# **Methods are inherited, connections are not.** The child and the proxy run the `save()` that you wrote for `Person`. In a migration
# Django's own `save()` runs.
#
# For the save signals, connect the receiver to each class: `Person`, the child and the proxy. For the delete signals connect it to
# `Person` and the proxy. Do not connect it to the child as well: deleting a child also sends the signals of `Person`, so your receiver
# would be called twice.
#
# A model may also inherit from an *abstract* class, which has no table. Such a class is never a sender.
#
# ### The whole table
#
# These are all eighty calls. Show only the silent ones, or search for a word such as *admin* or *m2m*. Click a call to read why it
# surprises people, and what its signals pass along.

# %%
table = what_fires(Person)
matrix(table)

# %% [markdown]
# `Person_skills` is the table between people and skills. Django made it, so its `save()` sends no signal. Try your own models, too: `matrix(what_fires(Shifts))`.
