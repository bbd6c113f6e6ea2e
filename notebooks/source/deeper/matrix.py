# %% [markdown]
# # 04 · What fires when
#
# `create()` put Ada on a shift. `bulk_create()` stored three people, and no receiver heard of it.
# Django has dozens of ways to touch a row. **You saved, updated, deleted: who was told?**
#
# You will, in about 40 minutes,
#
# - fill a table, group by group, with what each call sets off, guessing first;
# - find the calls that tell nobody, and do by hand what receivers would have done;
# - watch a receiver change what it listens to, and run the table on a model of your own.

# %%
fresh_database()

# %% [markdown]
# ## A table that nobody wrote
#
# Here Grace is a `Person`, a model made for this table: it has a relation of every kind, and no
# receiver gets between. She is deleted inside a `trace()`. Then `what_fires` does the same by itself, to
# throw-away rows in a database of its own, and draws what its trace saw as one row. Compare the two:

# %%
from classroom.scenes.stage.models import Manager, Night, Person, PersonByProxy, Skill, Watch

person = Person.objects.create(name="Grace")
with trace() as seen:
    person.delete()
display(seen, what_fires("person.delete()"))

# %% [markdown]
# Each column is a **hook**, a place to hang code on: the two methods that you may override, and
# seven signals. When a person's `Team` goes, the person goes too; when the `Desk` goes, they stay. A
# `Skill` is linked by an automatic table, `Person_skills`, and a `Night` by an explicit one, `Watch`.
# `PersonByProxy` and `Manager` inherit from `Person` (which is why the trace looked for a manager).
#
# ## One row
#
# You save somebody under a key that is taken, and the database refuses.

# %%
predict('The database refuses a save(): pre_save was sent. Is post_save ("yes", "no")?', ...)

# %%
one = what_fires("one row", "reading")
reveal("post_save" in one.fired("person.save(), refused by the database"))
assert one.fired("person.save(update_fields=[])") == {"save()": 1}
assert one.fired("list(queryset), 2 rows") == {"pre_init": 2, "post_init": 2}
display(one, one.surprises())

# %% [markdown]
# A ★ marks what few people expect, and `.surprises()` tells each in a sentence. `.fired()` gives one
# row as a dict: what fired, and how often.
#
# So `pre_save` announces an intention: send no welcome letter there. And nothing but a receiver of
# the init signals hears that a row was read.
#
# ## Many rows at once
#
# Six ways to write or delete many rows, and two of raw SQL: eight in all.

# %%
predict("How many of the eight tell nobody: no method called, no signal sent?", ...)

# %%
many = what_fires("many rows at once", "raw SQL")
reveal(sum(many.fired(operation) == {} for _, operation in many.index))
gone = many.fired("queryset.delete(), 2 rows")
assert "delete()" not in gone and gone["post_delete"] == 2
display(many, many.surprises())

# %% [markdown]
# Seven of these eight tell nobody; `queryset.delete()` skips the method and sends the signals. No
# receiver can mend that. Whoever makes the call has to act, in one of three ways:
#
# - **loop** over `save()`, so that each row sends its signals;
# - write in bulk, then **send a signal of your own** for each row;
# - write in bulk, then **call the function** that does for many what the receivers do for one.
#
# The third needs a rule that is a function, outside its receivers. The project has the second and
# the third written out; `EmployeesWithoutHooks` is a proxy, so the receivers of `Employees` keep out
# of it. (`employee_hired` is a signal of the project's own; the next lesson is about those.)

# %%
from speedy import scheduling, wirings

show_code(wirings.hire_many_by_custom_signal, wirings.hire_many_by_call)

# %%
predict('A custom signal for each: does that halve the statements of a loop ("yes", "no")?', ...)

# %%
from django.db import transaction


def tried(hire_many):
    """Hire the whole roster at once, count what it took, and take it back."""
    with transaction.atomic():
        with trace() as seen:
            hire_many([Employees(**person) for person in sample_roster()])
        idle = Employees.objects.without_shift().count()
        transaction.set_rollback(True)
    called = len(seen.filter(kind="delivery"))
    return {"SQL statements": len(seen.statements), "receivers called": called, "no shift": idle}


# %%
import pandas as pd

ways = {
    "a loop of save()": lambda people: [person.save() for person in people],
    "bulk_create() alone": Employees.objects.bulk_create,
    "bulk_create(), a custom signal each": wirings.hire_many_by_custom_signal,
    "bulk_create(), assign_many()": wirings.hire_many_by_call,
}
cost = pd.DataFrame({way: tried(hire_many) for way, hire_many in ways.items()}).T
statements = cost["SQL statements"]
reveal(
    bool(statements["bulk_create(), a custom signal each"] <= statements["a loop of save()"] / 2)
)
assert statements["bulk_create(), assign_many()"] < 50
assert list(cost["no shift"]) == [0, 30, 0, 0]
cost

# %% [markdown]
# Read the last column first: the cheapest way leaves thirty people without a shift. The custom
# signal saves little, since its receiver still places one person at a time. The function places
# them all together.
#
# ## Foreign keys
#
# A desk is taken away. Two people sat at it, and `on_delete=SET_NULL` changes both rows. (The columns
# tell of `Person`, whatever the call is made on: `team.delete()` calls the team's own `delete()`.)

# %%
predict("desk.delete(), SET_NULL: how many post_save do the two people send?", ...)

# %%
keys = what_fires("foreign keys")
reveal(keys.fired("SET_NULL").get("post_save", 0))
assert keys.fired("CASCADE")["post_delete"] == 2
assert keys.fired("team.people.add(row, bulk=False)")["post_save"] == 1
display(keys, keys.surprises())

# %% [markdown]
# A cascade tells of each row that goes. A row that is only changed is another matter: from the side
# of the team, `add()` and `remove()` write by UPDATE. With `bulk=False` they call `save()` instead,
# which is the loop, built in.
#
# ## Many-to-many
#
# A link between two rows is a row as well. In these two groups it is the *link* that is watched:
# `m2m_changed`, and its own save and delete.

# %%
predict('remove() one link: how many post_delete, automatic and explicit table ("1, 1")?', ...)

# %%
links = what_fires("many-to-many, automatic table", "many-to-many, explicit table")
removed = [links.fired(f"person.{name}.remove(a)") for name in ("skills", "nights")]
reveal([fired.get("post_delete", 0) for fired in removed])
assert "post_save" not in links.fired("person.nights.add(a, b)")
assert "m2m_changed" not in links.fired("Watch(...).save() by hand")
display(links, links.surprises())

# %% [markdown]
# In the explicit group, `add()` sends only `m2m_changed`, and a link made by hand only its save
# signals; `remove()` sends `m2m_changed` and the link's delete signals. `Shifts` and their seats are
# such a pair. So whoever keeps the headcount must
# listen to both kinds, and yet count a removal once. Four changes, and what the seats send:

# %%
from django.db.models.signals import m2m_changed, post_delete, post_save

monday = Shifts.objects.create()
roster = (Employees(**person) for person in sample_roster()[:3])
ada, grace, alan = Employees.objects.bulk_create(roster)

with listening(m2m_changed, post_save, post_delete, sender=ShiftsEmployees) as heard:
    monday.employees_shift.add(ada)
    ShiftsEmployees.objects.create(employee=grace, shift=monday)
    monday.employees_shift.remove(ada)
    grace.delete()

monday.refresh_from_db()
assert monday.headcount == monday.employees_shift.count() == 0
heard

# %% [markdown]
# That is why [the receivers](../speedy/signals/shift_headcount.py) count `post_add` of `m2m_changed`,
# and nothing else of it; the seats' own signals do the rest. Is the headcount now always true?

# %%
predict("bulk_create() writes two seats on Monday's shift. What is its headcount then?", ...)

# %%
seats = [ShiftsEmployees(employee=person, shift=monday) for person in (ada, alan)]
ShiftsEmployees.objects.bulk_create(seats)
monday.refresh_from_db()
reveal(monday.headcount)
scheduling.count_seats([seat.shift for seat in seats])
monday.refresh_from_db()
assert monday.headcount == monday.employees_shift.count() == 2

# %% [markdown]
# No signal, no count. `assign_many()` writes seats in this way too, and calls `count_seats` itself:
# where you write in bulk, you keep the books.
#
# ## Inheritance
#
# A `Manager` is a `Person` with a second row in a table of its own. One is created, then deleted.

# %%
predict('Do receivers of Person hear of each: the creation, the deletion ("yes, yes")?', ...)

# %%
kin = what_fires("inheritance")
created, deleted = kin.fired("Manager.objects.create(...)"), kin.fired("Manager: delete()")
reveal(["post_save" in created, "post_delete" in deleted])
assert kin.fired("PersonByProxy.objects.create(...)") == {}
assert Manager.save is PersonByProxy.save is Person.save
display(kin, kin.surprises())

# %% [markdown]
# ◐ means: it fired, by another class, and receivers of the watched class heard nothing. Why do they hear
# of the deletion? It takes both rows, and tells of each by its own class; a child's save tells of the
# child alone. Here a
# method and a signal part. A `save()` written in `Person` would run for both, since methods are
# inherited (the last assertion). Connections are not.
#
# ## Async, fixtures, migrations, the admin
#
# In the admin you tick two people and choose *Delete selected*.

# %%
predict('Is the delete() that you wrote in the model called ("yes", "no")?', ...)

# %%
rest = what_fires("async", "fixtures, migrations, admin")
reveal("delete()" in rest.fired("admin: Delete selected, 2 rows"))
assert rest.fired("Person.objects.acreate(...)") == one.fired("Person.objects.create(...)")
assert "save()" not in rest.fired("loading a fixture")
assert rest.fired("Person.objects.create(...) in a migration") == {}
display(rest, rest.surprises())

# %% [markdown]
# Async methods call the plain ones, so what is silent there is silent here. A migration has a class of
# its own, rebuilt from the fields: the ◐ are of that one, and its `save()` is Django's. Loading a
# fixture never calls your `save()`, and tells receivers `raw=True`. Such words are in the column
# `passed`, which the table
# has and does not draw. Does `m2m_changed` say it too (1), or not (0)? It depends on your version of
# Django:

# %% tags=["varies"]
import django

passed = links.row("loading a fixture with skills")["passed"]
{"Django": django.get_version(), "says raw=True": passed.count("raw=True")}

# %% [markdown]
# ## "The result will be the same"
#
# So says the tutorial from which this example comes, of an overridden `save()` and a receiver. Here are
# the operations in which just one of the two fired: first for saving, then for deleting.

# %%
table = what_fires()
saving, deleting = table.differ("save()", "post_save"), table.differ("delete()", "post_delete")
assert not saving.empty and not deleting.empty  # so it is not the same
display(saving, deleting)

# %% [markdown]
# A fixture never calls your `save()`; a queryset, a cascade and the admin's *Delete selected* never call
# your `delete()`. And for `m2m_changed` there is no method at all.
#
# ## The watcher's paradox
#
# `what_fires` asks what *would* be heard, so it connects a receiver that does nothing to each signal
# while it runs. It must, for Django looks first whether anybody listens. Only `trace()`, which connects
# nothing, can show what happens when nobody does. Ada learns two skills, the first while nobody listens:

# %%
predict("Nobody listens to the links. How often does add() send m2m_changed?", ...)

# %%
person = Person.objects.create(name="Ada")
patience, courage = (Skill.objects.create(name=name) for name in ("patience", "courage"))
with trace() as unheard:
    person.skills.add(patience)
with listening(m2m_changed), trace() as heard:
    person.skills.add(courage)
reveal(len(unheard.filter(signal="m2m_changed")))
display(unheard, heard)

# %% [markdown]
# The first was not even sent. The second took a query more, to find out which skills are new to her.
# Now two watches are deleted by one call, and then again, with a receiver:


# %%
def hear(**kwargs):
    """Hear a signal, and do nothing."""


eve, other = Night.objects.create(name="New Year's Eve"), Person.objects.create(name="Grace")
for somebody_listens in False, True:
    eve.people.set([person, other])
    if somebody_listens:
        post_delete.connect(hear, sender=Watch)
    try:
        with trace() as seen:
            Watch.objects.all().delete()
    finally:
        post_delete.disconnect(hear, sender=Watch)
    display(seen)

# %% [markdown]
# One DELETE became a SELECT, an instance of each row, two signals for each, and a DELETE. **A receiver
# that does nothing still costs.**
#
# ## Your own model, and the whole table
#
# `model=` watches a class of yours: rows are made up, its receivers run as always, and operations for
# which it has no relation are left out. First one group for `Employees` (try `Shifts` as well), then
# everything for `Person`. Where a row that changes something is empty from `pre_save` on, nobody was
# told of it.

# %%
own = what_fires("one row", model=Employees)
assert own.fired("Employees.objects.create(...)") == one.fired("Person.objects.create(...)")
own

# %%
table

# %% [markdown]
# ## What you have done
#
# - You filled a table of eighty calls, guessing first; every cell was found by running it.
# - You found the calls that tell nobody, and did by hand what the receivers would have done.
# - You saw a receiver change what it listens to, and ran the table on `Employees`.
#
# The table to keep (an empty cell: the question does not arise):
#
# | operation | `save()` | `delete()` | signals | what to do instead |
# |---|---|---|---|---|
# | `save()`, `create()`, `get_or_create()`, `acreate()` | yes | | save | nothing, it works |
# | `delete()`, `adelete()` | | yes | delete | nothing, it works |
# | `bulk_create()`, `bulk_update()`, `update()` | no | | none | call the function, such as `assign_many()`; or loop |
# | `queryset.delete()`, a cascade, *Delete selected* | | no | delete | a receiver, no override |
# | raw SQL | no | no | none | call the function; or a constraint, a trigger in the database |
# | `on_delete=SET_NULL` | no | | none | listen to what goes: the desk |
# | foreign key `add()`, `remove()`, `clear()` | no | | none | `bulk=False` |
# | many-to-many `add()`; automatic table: `remove()`, `clear()` too | no | | `m2m_changed` | a receiver, no override |
# | explicit table: `remove()`, `clear()` | | no | `m2m_changed` and delete | react to one of them |
# | explicit table: a link saved or deleted by hand | yes | yes | save, delete | listen to these as well |
# | a proxy or a child | inherited | inherited | of that class (a child's deletion: of both) | connect to each class |
# | loading a fixture | no | | save, `raw=True` | look at `raw` first |
# | a migration | another class's | another class's | of another class | the migration does it itself |
#
# **Practise:** [the exercises for 04](exercises/04_what_fires_when.ipynb). **Next:** [05 Custom
# signals](05_custom_signals.ipynb), news of your own. Or back to [03 save()
# overrides](03_save_overrides.ipynb).
