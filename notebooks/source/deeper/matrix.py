# %% [markdown]
# # Deeper · The matrix: what fires when
#
# `create()` put Ada on a shift. `bulk_create()` stored three people, and no receiver was called. Django has
# dozens of ways to touch a row. **You saved, updated, deleted: which code is called?**
#
# You will, in about 25 minutes,
#
# - fill a table, group by group, with what each call sets off, and guess first;
# - find the calls that call no code of yours;
# - watch a receiver change what it listens to, and run the table on a model of your own.

# %%
fresh_database()

# %% [markdown]
# ## A table that nobody wrote
#
# `Person` is a model made for this table. It has a relation of every kind, and no receiver listens to it.
# Grace, a `Person`, is deleted inside a `trace()`:

# %%
from classroom.scenes.stage.models import Night, Person, Skill, Watch

person = Person.objects.create(name="Grace")
with trace() as seen:
    person.delete()
seen

# %% [markdown]
# `what_fires` does the same by itself, with rows in a throw-away database. It writes down what its trace saw,
# as one row:

# %%
what_fires(Person, "person.delete()")

# %% [markdown]
# Each column is a **hook**, a place to hang code on: two methods, `save()` and `delete()`, and seven signals.
# When a person's `Team` is deleted, the person is deleted too. When the `Desk` is deleted, the person stays. A
# `Skill` is linked by an automatic table, a `Night` by an explicit one, `Watch`. `PersonByProxy` and `Manager`
# inherit from `Person`.
#
# ## One row
#
# You save a person under a key that is taken, and the database refuses. After that guess, fill the matrix of
# all the operations on one row: mark what you expect to fire, and run it. By keyboard the arrow keys lead from
# cell to cell, and <kbd>Space</kbd> marks one.

# %%
predict("matrix-1")

# %%
one = what_fires(Person, "one row", "reading")
matrix(one, blank=True)

# %%
reveal("matrix-1")
one.surprises(everything=True)

# %% [markdown]
# ◆ is fired, ◆2 twice, · silent. A ★ marks what few people expect, and `.surprises(everything=True)` explains each in a
# sentence. `.fired()` gives one row as a dict: what fired, and how often.
#
# `pre_save` announces an intention, so do not send a welcome letter there. And only the init signals are sent
# when a row is read.
#
# ## Many rows at once
#
# Six ways to write or delete many rows, and two of raw SQL: eight in all.

# %%
predict("matrix-2")

# %%
many = what_fires(Person, "many rows at once", "raw SQL")
matrix(many, blank=True)

# %%
reveal("matrix-2")

# %% [markdown]
# Seven of these eight call no code of yours. `queryset.delete()` skips the method and sends the signals. No receiver can
# help where none is called, so the code that makes the call has to act.
# [Bulk, fixtures, migrations, the admin](bulk_fixtures_migrations_admin.ipynb) shows four ways and their price.
#
# ## Foreign keys
#
# A desk is taken away. Two people sat at it, and `on_delete=SET_NULL` changes both rows. The columns are
# about `Person`, whatever the call is made on: `team.delete()` calls the team's own `delete()`.

# %%
predict("matrix-3")

# %%
keys = what_fires(Person, "foreign keys")
matrix(keys, blank=True)

# %%
reveal("matrix-3")

# %% [markdown]
# A cascade tells of each row that it deletes through Python, except the links of an automatic table. Django 6.1 can leave a cascade to the database
# (`DB_CASCADE`), and then no signal is sent for these rows. A row that is only changed is another matter: from
# the side of the team, `add()` and `remove()` write by UPDATE. With `bulk=False` they loop over `save()`.
#
# ## Many-to-many
#
# A link between two rows is a row as well. In these two groups it is the *link* that is watched:
# `m2m_changed`, and its own save and delete signals. [Counting a relation](counting.ipynb) explains them.

# %%
links = what_fires(Person, "many-to-many, automatic table", "many-to-many, explicit table")
matrix(links, blank=True)

# %% [markdown]
# The rows of an automatic table never send delete signals. In the explicit table `add()` sends only
# `m2m_changed`, and a link saved by hand only its save signals. `remove()` sends `m2m_changed` and the link's
# delete signals.
#
# ## Inheritance
#
# A `Manager` is a `Person` with a second row in a table of its own. A proxy is another class for the same
# table. A receiver's `sender` is compared by identity.

# %%
predict("matrix-4")

# %%
kin = what_fires(Person, "inheritance")
matrix(kin, blank=True)

# %%
reveal("matrix-4")

# %% [markdown]
# ◇ means: it fired for another class, and receivers of the watched class were not called. They are called for
# the deletion, because it takes both rows and tells of each by its own class. A child's save tells of the
# child alone. Methods behave in another way: a `save()` written in `Person` would run for both, because
# methods are inherited. Connections are not.
#
# ## Async, fixtures, migrations, the admin

# %%
rest = what_fires(Person, "async", "fixtures, migrations, admin")
matrix(rest, blank=True)

# %% [markdown]
# Async methods call the plain ones, so what is silent there is silent here.
# [The next notebook](bulk_fixtures_migrations_admin.ipynb) takes the others one by one.
#
# ## "The result will be the same"
#
# So says [Matić's tutorial](line_by_line.ipynb) of `save()` and a receiver, inside one model. These are the
# operations in which only one of the two fired, first for saving, then for deleting.

# %%
table = what_fires(Person)
table.differ("save()", "post_save")

# %%
table.differ("delete()", "post_delete")

# %% [markdown]
# Loading a fixture never calls your `save()`. A queryset, a cascade and the admin's *Delete selected* never
# call your `delete()`. And for `m2m_changed` there is no method at all. A queryset has methods of its own that
# you can override: [what needs no hook](no_hook.ipynb) tries that.
#
# ## What an error leaves
#
# In each line a receiver of a signal raises an error. Is the change of the call there afterwards, with and without a
# transaction around the call?

# %%
what_is_left(everything=True)

# %% [markdown]
# `create()` and `save()` commit the row before they send `post_save`. `delete()`, `add()`, `get_or_create()` and
# `update_or_create()` open a transaction of their own, and their receivers run inside it. [Lesson 06](../06_when_things_break.ipynb) shows what to do.
#
# ## The watcher's paradox
#
# `what_fires` asks what *would* be heard, so it connects a receiver that does nothing to each signal while it
# runs. Django looks first whether anybody listens. Only `trace()` connects nothing. Ada learns two skills, the
# first while nobody listens:

# %%
from django.db.models.signals import m2m_changed, post_delete

person = Person.objects.create(name="Ada")
patience, courage = (Skill.objects.create(name=name) for name in ("patience", "courage"))
with trace() as unheard:
    person.skills.add(patience)
unheard

# %%
with listening(m2m_changed), trace() as heard:
    person.skills.add(courage)
heard

# %% [markdown]
# The first was not even sent. The second took one query more, to find out which skills are new to her.
#
# The same happens to a deletion. Two rows of `Watch`, the links between people and nights, are deleted while nobody
# listens. Then two more, with a receiver:

# %%
eve, other = Night.objects.create(name="New Year's Eve"), Person.objects.create(name="Grace")
eve.people.set([person, other])
with trace() as fast:
    Watch.objects.all().delete()
fast

# %%
eve.people.set([person, other])
with listening(post_delete, sender=Watch), trace() as slow:
    Watch.objects.all().delete()
slow

# %% [markdown]
# With a receiver Django reads each row, makes an instance of it, and sends two signals for it. **A receiver
# that does nothing still costs.** The call itself is cheap. The fast path that it closes is not.
#
# ## Your own model, and the whole table
#
# `what_fires` takes a class of yours as well. Rows are made up, its receivers run as always, and operations for
# which it has no relation are left out. Try `Shifts` next. The last cell is the whole matrix of `Person`. Show only
# what is silent, or search for a word, and choose an operation to read what is odd about it.

# %%
what_fires(Employees, "one row")

# %%
matrix(table)

# %% [markdown]
# ## What to keep
#
# An empty cell: the question does not arise.
#
# | operation | `save()` | `delete()` | signals | what to do instead |
# |---|---|---|---|---|
# | `save()`, `create()`, `get_or_create()` of a new row, `acreate()` | yes | | save; none with `update_fields=[]` | nothing, it works |
# | `delete()`, `adelete()` | | yes | delete | nothing, it works |
# | `bulk_create()`, `bulk_update()`, `update()` | no | | none | call the function, or loop |
# | `queryset.delete()`, a cascade in Python, *Delete selected* | | no | delete | a receiver |
# | a cascade in the database (6.1) | | no | none | a trigger (not on MySQL) |
# | raw SQL | no | no | none | a constraint, a trigger |
# | `on_delete=SET_NULL` | no | | none | listen to the row that is deleted: the desk |
# | foreign key `add()`, `remove()`, `clear()` | no | | none | `bulk=False` |
# | many-to-many `add()`; automatic table: `remove()`, `clear()` too | no | | `m2m_changed` | a receiver |
# | explicit table: `remove()`, `clear()` | | no | `m2m_changed` and delete | react to one of them |
# | explicit table: a link saved or deleted by hand | yes | yes | save, delete | listen to these as well |
# | a proxy or a child | inherited | inherited | of that class; a child's deletion: of both | connect to each class |
# | loading a fixture | no | | save, `raw=True` | look at `raw` first |
# | a migration | another class's | another class's | of another class | the migration does it itself |
#
# **Practise:** [the exercises for this notebook](../exercises/matrix.ipynb). Back to [lesson
# 02](../02_built_in_signals.ipynb) or [lesson 03](../03_save_overrides.ipynb).
