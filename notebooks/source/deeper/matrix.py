# %% [markdown]
# # Deeper · The matrix: what fires when
#
# In lesson 00 `create()` put Ada on a shift. In lesson 02 `bulk_create()` stored two people, and no receiver was called. Django has dozens of calls that
# write a row, and nobody knows by heart which of them tell your code. **One idea: before you rely on a receiver, look up whether
# your call reaches it.**
#
# In about 17 minutes you fill three small tables. The optional part takes 11 more: what listening costs, models that
# inherit, and all eighty calls in one table.

# %%
fresh_database()

# %% [markdown]
# ## Two traces
#
# `Person` is a model made for this notebook.
#
# Grace is stored, and then saved again inside a `trace()`:

# %%
from classroom.scenes.stage.models import Person

grace = Person.objects.create(name="Grace")
with trace() as seen:
    grace.save()
seen

# %% [markdown]
# As in lesson 00, `save()` sent two signals, one before the UPDATE and one after it.
#
# Now Ada gets Grace's key by mistake. `save(force_insert=True)` may only insert a new row, so the database refuses her.

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
# `what_fires(Person)` traces each call, in a throwaway database. Each call becomes a line of a table. Each column is a
# method that you can override, or a signal. The signs:
#
# - ◆ it fired: the method was called, or the signal was sent (◆2: twice);
# - · it did not fire;
# - ★ this call surprises people.
#
# (Delete signals are sent only if somebody listens. The table shows them as if somebody did.)
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
# Click what you expect to fire, then *Run*. (Or use the arrow keys and <kbd>Space</kbd>.) *Passed along* shows
# arguments that the receivers got.

# %%
# A part of each call's name is enough.
one = what_fires(Person, "fields=[])", "updates", "person.delete()", "queryset.delete")
matrix(one, blank=True)

# %% [markdown]
# Two rules explain nearly every line of the next tables:
#
# - **The save signals come from `save()`**, if it has something to write, and from fixtures. Every other write sends
#   none: `bulk_create()` and `update()`, for example.
# - **The delete signals come from Django when it deletes rows**: by `delete()`, by a queryset or by a cascade. They need no `delete()` of yours.
#
# `update_or_create()` calls `save(update_fields=[...])`, so a receiver gets the names of the fields that are written, as
# [`update_fields`](../../docs/glossary.md#update_fields).
#
# ## A team and a desk
#
# `Person` has the usual relations. Here you need the first two:
#
# ```mermaid
# flowchart LR
#     person["Person"] -- "foreign key, CASCADE" --> team["Team"]
#     person -- "foreign key, SET_NULL" --> desk["Desk"]
#     person -- "many-to-many, table made by Django" --- skill["Skill"]
#     person -- "many-to-many, through the model Watch" --- night["Night"]
# ```
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
# In the table, `row` is one person, as `ada` is here. What does a receiver of `Person` hear?

# %%
keys = what_fires(Person, "CASCADE", "SET_NULL", "team.people.create", "team.people.add")
matrix(keys, blank=True)

# %% [markdown]
# **Django announces a row that a cascade deletes, but not a row in which it only empties a foreign key.** To hear of
# that, connect a receiver to `pre_delete` of the desk, and look there for the people of the desk. At `post_delete`
# their column is already empty.
#
# ## Pairs of rows
#
# Ada knows French. This pair is a row of a third table, a [through table](../../docs/glossary.md#through-table), like a
# seat in lesson 00. For skills, Django made this table itself (*automatic*). For night duty we wrote a model, `Watch`
# (*explicit*): a row is one person's duty in one night.
#
# A many-to-many relation has a signal of its own, `m2m_changed`. If anybody listens, `add()` sends it twice: before it writes, and after
# it. [Counting a relation](counting.ipynb) shows what it carries. Grace gets two nights:

# %%
predict("matrix-2")

# %%
from django.db.models.signals import m2m_changed, post_save

from classroom.scenes.stage.models import Night

nights = [Night.objects.create(name=name) for name in ("Friday", "Saturday")]
with listening(m2m_changed, post_save) as told:
    grace.nights.add(*nights)
reveal("matrix-2")
told

# %% [markdown]
# Here are four more calls. All columns but `m2m_changed` are about the row of the through table, a watch for example.
# `set([b])` removes the other skills, and then adds `b`. The two rules hold again, with one exception: **rows of a
# through table that Django made send no save and no delete signals.**

# %%
pairs = what_fires(Person, "skills.add(a, b)", "skills.set", "nights.remove(a)", "Watch(...)")
matrix(pairs, blank=True)

# %% [markdown]
# `skills.set()` has ◆4, because it removes one skill and adds another. Only a call of the relation, such as `add()`,
# sends `m2m_changed`. (Loading a fixture makes such a call.)
#
# ## What to keep
#
# | call | your code | what you do |
# |---|---|---|
# | `save()`, `create()`, `delete()` of an object | Your method is called, and its signals are sent. | nothing |
# | `bulk_create()`, `bulk_update()`, `update()`, raw SQL | Nothing is called or sent. | call a function, or see [what needs no hook](no_hook.ipynb) |
# | `queryset.delete()`, a cascade, *Delete selected* in the admin | Only the delete signals are sent. | use a receiver, not `delete()` |
# | many-to-many `add()`, `remove()`, `clear()` | `m2m_changed` is sent. If you wrote the through table, `remove()` and `clear()` also send its delete signals. | see [Counting](counting.ipynb) |
#
# Async calls, such as `acreate()`, do the same as the others. [Fixtures, migrations, the
# admin](bulk_fixtures_migrations_admin.ipynb) has what comes in other ways.
#
# ## Optional: what listening costs, a child, a proxy, and all eighty calls
#
# Here are three separate things, in 11 minutes. Take what you need. The last table is for looking things up.
#
# ### Two badges are deleted
#
# Does it matter whether anybody listens? `Badge` is a model without relations. Two badges are deleted while nobody listens:

# %%
from classroom.scenes.stage.models import Badge

Badge.objects.bulk_create([Badge(first_name="Ada"), Badge(first_name="Grace")])
with trace() as unheard:
    Badge.objects.all().delete()
unheard

# %% [markdown]
# Django sent one DELETE and no signal. Now we store two more badges, and connect a receiver to `post_delete`.

# %%
predict("matrix-3")

# %%
from django.db.models.signals import post_delete

Badge.objects.bulk_create([Badge(first_name="Ada"), Badge(first_name="Grace")])
with listening(post_delete, sender=Badge), trace() as heard:
    Badge.objects.all().delete()
reveal("matrix-3")
heard

# %% [markdown]
# `listening.write_down` is the receiver that `listening()` connected. **So listening alone costs something:** Django
# must first read every row that it deletes. It sends both delete signals as soon as anybody listens to one of them.
# (Our tables always show both.) `save()` is simpler: it sends its signals even if nobody listens.
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
# Nobody is told: the sender is exactly the class of the saved object, `Captain`. Now Alan is deleted:

# %%
predict("matrix-4")

# %%
with listening(post_delete, sender=Person) as told_of_deletion:
    alan.delete()
reveal("matrix-4")
told_of_deletion

# %% [markdown]
# A [proxy](../../docs/glossary.md#proxy-model) is a second class for the same table, here `PersonByProxy`. The next
# table has calls of the child and of the proxy. Its last line is in a migration, where Django builds a `Person` class
# of its own. A new sign: ◇ fired, but for another class, so a receiver with `sender=Person` is not called.

# %%
calls = "Captain.objects", "Captain: delete", "PersonByProxy.objects", "PersonByProxy: delete"
relatives = what_fires(Person, *calls, "create(...) in a migration")
matrix(relatives)

# %% [markdown]
# **Methods are inherited, connections are not.** The child and the proxy run the `save()` that you wrote for `Person`. In a migration
# Django's own `save()` runs.
#
# For the save signals, connect the receiver to `Person`, the child and the proxy. For the delete signals, only to
# `Person` and the proxy. Deleting a child also sends the signals of `Person`, so a receiver that is connected to the
# child, too, would be called twice.
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
