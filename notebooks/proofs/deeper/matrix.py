"""The claims of the matrix."""

from django.db.models.signals import m2m_changed, pre_delete, pre_save

from classroom.scenes.stage.models import Desk, Named, PersonByProxy, Skill, Team

assert [event.what for event in seen if event.kind != "sql"] == ["save()", "pre_save", "post_save"]
assert len(table) == 80 and [*map(len, (one, keys, pairs))] == [4, 5, 4]
fired = table.fired("person.save(), refused by the database")
assert fired == {"save()": 1, "pre_save": 1} | {
    hook: fired[hook] for hook in fired if "init" in hook
}
assert [it.what for it in refused if it.kind != "sql"] == ["save()", "pre_save"]
assert sum("INSERT" in statement for statement in refused.statements) == 1
assert answer_of("matrix-1") == "`save()` and `pre_save`"
assert not Person.objects.filter(name="Ada").exists()
assert one.fired("person.save(update_fields=[])") == {"save()": 1}
assert "update_fields" in one.row("update_or_create(...), updates")["passed"]
everything = what_fires(Person, "many rows at once", "raw SQL")
assert len(everything) == 8
heard_of = [row["operation"] for row in everything if everything.fired(row["operation"])]
assert heard_of == ["queryset.delete(), 2 rows"]
gone = one.fired("queryset.delete(), 2 rows")
assert "delete()" not in gone and gone["post_delete"] == 2
assert "post_save" not in keys.fired("SET_NULL")
assert keys.fired("CASCADE")["post_delete"] == 2
assert keys.fired("team.people.add(row)") == {}
assert keys.fired("team.people.add(row, bulk=False)")["post_save"] == 1
team, two = Team.objects.create(), [Person.objects.create(name=name) for name in ("Zoë", "Yuki")]
with trace() as joined:
    team.people.add(*two)
assert sum("UPDATE" in statement for statement in joined.statements) == 1
with listening(post_save, sender=Person) as saved:
    team.people.add(*two, bulk=False)
assert len(saved) == 2
assert [len(told_of_save), len(told_of_deletion)] == [0, 1]
assert answer_of("matrix-4") == "once"
assert "post_delete" not in table.fired("PersonByProxy: delete()")
assert Captain.save is PersonByProxy.save is Person.save

# Pairs of rows: once before and once after, for the call.
patience, courage = (Skill.objects.create(name=name) for name in ("patience", "courage"))
with listening(m2m_changed), trace() as paired:
    grace.skills.add(patience, courage)
sent = paired.filter(signal="m2m_changed", kind="signal")
assert [event.arguments["action"] for event in sent] == ["pre_add", "post_add"]
assert [str(event.arguments["pk_set"]) for event in sent] == [str({patience.pk, courage.pk})] * 2
assert sum("INSERT" in statement for statement in paired.statements) == 1
assert [it["signal"] for it in told] == ["m2m_changed"] * 2
added = table.fired("person.nights.add(a, b)")
assert added["m2m_changed"] == 2 and not {"save()", "post_save"} & set(added)
assert answer_of("matrix-2") == "`m2m_changed` twice"
with listening(m2m_changed), trace() as of_nights:
    grace.nights.add(*(grace.nights.model.objects.create(name=name) for name in ("Mon", "Tue")))
assert sum('INSERT INTO "stage_watch"' in statement for statement in of_nights.statements) == 1
assert pairs.fired("person.skills.set([b])")["m2m_changed"] == 4
assert pairs.fired("person.nights.remove(a)")["post_delete"] == 1
by_hand = pairs.fired("Watch(...).save() by hand")
assert by_hand["post_save"] == 1 and "m2m_changed" not in by_hand
for call in (
    "Person_skills(...).save() by hand",
    "Person_skills: delete() by hand",
    "skill.delete()",
    "person.skills.add(a, b)",
    "person.skills.remove(a)",
):
    assert not {"post_save", "post_delete"} & set(table.fired(call))

assert [*table.fired("Person_skills(...).save() by hand")] == ["save()"]

# The short way of a deletion, and of add().
assert what_fires(Badge, "queryset.delete").fired("queryset.delete")["post_delete"] == 2
assert len(unheard.statements) == 3 and len(unheard.filter(kind="signal")) == 0
assert len(heard.filter(signal="post_delete", kind="signal")) == 2
assert len(heard.statements) == 4
reads = [it.split()[0] for it in heard.statements]
assert reads == ["SELECT", "BEGIN", "DELETE", "COMMIT"]
assert answer_of("matrix-3") == "a SELECT of both rows, then one DELETE"
ada = Person.objects.create(name="Ada")
with trace() as unwatched:
    ada.skills.add(patience)
with listening(m2m_changed), trace() as watched:
    ada.skills.add(courage)
assert len(unwatched.filter(signal="m2m_changed")) == 0 < len(watched.filter(signal="m2m_changed"))
assert len(watched.statements) == len(unwatched.statements) + 1

# The closing table.
removed = [table.fired(f"person.{name}.remove(a)") for name in ("skills", "nights")]
assert [it.get("post_delete", 0) for it in removed] == [0, 1]
assert "post_save" not in table.fired("person.nights.add(a, b)")
assert "m2m_changed" not in table.fired("Watch(...).save() by hand")
assert table.fired("PersonByProxy.objects.create(...)") == {}
assert "delete()" not in table.fired("admin: Delete selected, 2 rows")
for name in "create", "save", "delete":
    call = "Person.objects.{}create(...)" if name == "create" else f"person.{{}}{name}()"
    plain = table.fired("person.save(), a stored one" if name == "save" else call.format(""))
    assert table.fired("await " + call.format("a")) == plain
assert "save()" not in table.fired("loading a fixture")
assert table.fired("Person.objects.create(...) in a migration") == {}

# ◇ comes first in the optional part, and there it is another class that sends, or has the method.
assert not any("◇" in row.values() for rows in (one, keys, pairs) for row in rows)
assert "◇" not in one.legend() + keys.legend() + pairs.legend() and "◇" in relatives.legend()
assert [row["post_save"] + row["post_delete"] for row in relatives] == [
    *("◇·", "·◇", "◇·", "·◆"),  # PersonByProxy, Captain: the deletion alone is announced for Person
    "◇·",  # in a migration
]
with listening(pre_save, post_save, pre_delete, post_delete, sender=Named) as of_named:
    Person.objects.create(name="Noor").delete()
assert len(of_named) == 0

# A plain save() under a taken key overwrites; after only(), the receivers get names.
copy = Person(pk=grace.pk, name="Ada the Second")
got = []


def note_fields(update_fields, **kwargs):
    got.append(update_fields)


with connected(post_save, note_fields, sender=Person):
    copy.save()
    Person.objects.get(pk=grace.pk).save()
    Person.objects.only("name").get(pk=grace.pk).save()
assert got == [None, None, {"name"}]
with connected(post_save, note_fields, sender=Person):
    Person.objects.update_or_create(pk=ada.pk, defaults={"name": "Ada"})
assert got[-1] == {"name"}
assert Person.objects.get(pk=grace.pk).name == "Ada the Second"

# Before its row is deleted somebody points to a desk, afterwards nobody does.
desk = Desk.objects.create()
desk_key, sat = desk.pk, []
Person.objects.create(name="Noor", desk=desk)
both = Desk.objects.create()
for name in "Alan", "Kwame":
    Person.objects.create(name=name, desk=both)
with trace() as emptied:
    both.delete()
assert sum("UPDATE" in statement for statement in emptied.statements) == 1


def note_people(signal, **kwargs):
    sat.append(Person.objects.filter(desk=desk_key).count())


with (
    connected(pre_delete, note_people, sender=Desk),
    connected(post_delete, note_people, sender=Desk),
):
    desk.delete()
assert sat == [1, 0]

# Of a deleted child both classes are told, and so is a receiver that is connected to both.
alan = Captain.objects.create(name="Alan")
with (
    listening(post_delete, sender=Person) as of_parent,
    listening(post_delete, sender=Captain) as of_child,
):
    alan.delete()
assert [len(of_parent), len(of_child)] == [1, 1]

# In a migration your method is not called, though a method is.
row = table.row("Person.objects.create(...) in a migration")
assert row["save()"] == row["post_save"] == "◇"
assert table.row("PersonByProxy.objects.create(...)")["save()"] == "◇"
assert row["passed"].startswith("sender Person of the migration")
