"""The claims of the matrix."""

from django.db.models.signals import m2m_changed

from classroom.scenes.stage.models import PersonByProxy, Skill

assert [event.what for event in seen if event.kind != "sql"] == ["save()", "pre_save", "post_save"]
assert len(table) == 80 and len(one) == 6 and len(many) == 8 and len(keys) == 6
fired = one.fired("person.save(), refused by the database")
assert ("post_save" in fired) == (answer_of("matrix-1") == "yes")
assert one.fired("person.save(update_fields=[])") == {"save()": 1}
assert "update_fields" in one.row("update_or_create(...), updates")["passed"]
heard_of = [row["operation"] for row in many if many.fired(row["operation"])]
assert heard_of == ["queryset.delete(), 2 rows"]
assert answer_of("matrix-2") == "`queryset.delete()` alone"
gone = many.fired("queryset.delete(), 2 rows")
assert "delete()" not in gone and gone["post_delete"] == 2
assert str(keys.fired("SET_NULL").get("post_save", 0)) == answer_of("matrix-3")
assert keys.fired("CASCADE")["post_delete"] == 2
assert keys.fired("team.people.add(row)") == keys.fired("team.people.clear()") == {}
assert keys.fired("team.people.add(row, bulk=False)")["post_save"] == 1
assert [len(told_of_save), len(told_of_deletion)] == [0, 1]
assert answer_of("matrix-4") == "once"
assert "post_delete" not in table.fired("PersonByProxy: delete()")
assert Manager.save is PersonByProxy.save is Person.save

# The short way of a deletion, and of add().
assert len(unheard.statements) == 3 and len(unheard.filter(kind="signal")) == 0
assert len(heard.filter(signal="post_delete", kind="signal")) == 2
assert len(heard.statements) == 4
ada = Person.objects.create(name="Ada")
patience, courage = (Skill.objects.create(name=name) for name in ("patience", "courage"))
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
left = what_is_left(everything=True)
assert set(left.index[left["in autocommit"] == "stays"]) == {
    ("post_save", "create()"),
    ("post_save", "save() of an edit"),
}
assert set(left["inside atomic()"]) == {"undone", "not written"}
