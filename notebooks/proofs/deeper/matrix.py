"""The claims of the matrix."""

from classroom.scenes.stage.models import Manager, PersonByProxy

fired = one.fired("person.save(), refused by the database")
assert ("post_save" in fired) == (answer_of("matrix-1") == "yes")
assert one.fired("person.save(update_fields=[])") == {"save()": 1}
assert one.fired("list(queryset), 2 rows") == {"pre_init": 2, "post_init": 2}
assert sum(many.fired(row["operation"]) == {} for row in many) == int(answer_of("matrix-2"))
gone = many.fired("queryset.delete(), 2 rows")
assert "delete()" not in gone and gone["post_delete"] == 2
assert str(keys.fired("SET_NULL").get("post_save", 0)) == answer_of("matrix-3")
assert keys.fired("CASCADE")["post_delete"] == 2
assert keys.fired("team.people.add(row, bulk=False)")["post_save"] == 1
removed = [links.fired(f"person.{name}.remove(a)") for name in ("skills", "nights")]
assert [it.get("post_delete", 0) for it in removed] == [0, 1]
assert "post_save" not in links.fired("person.nights.add(a, b)")
assert "m2m_changed" not in links.fired("Watch(...).save() by hand")
created, deleted = kin.fired("Manager.objects.create(...)"), kin.fired("Manager: delete()")
assert ["post_save" in created, "post_delete" in deleted] == [False, True]
assert answer_of("matrix-4") == "only for the deletion"
assert kin.fired("PersonByProxy.objects.create(...)") == {}
assert Manager.save is PersonByProxy.save is Person.save
assert "delete()" not in rest.fired("admin: Delete selected, 2 rows")
assert rest.fired("Person.objects.acreate(...)") == one.fired("Person.objects.create(...)")
assert "save()" not in rest.fired("loading a fixture")
assert rest.fired("Person.objects.create(...) in a migration") == {}
assert table.differ("save()", "post_save")
assert table.differ("delete()", "post_delete")
assert len(unheard.filter(signal="m2m_changed")) == 0 < len(heard.filter(signal="m2m_changed"))
assert len(heard.statements) == len(unheard.statements) + 1
assert len(slow.filter(signal="post_delete", kind="signal")) == 2 and len(slow.statements) > len(
    fast.statements
)
left = what_is_left(everything=True)
assert set(left.index[left["in autocommit"] == "stays"]) == {
    ("post_save", "create()"),
    ("post_save", "save() of an edit"),
}
assert set(left["inside atomic()"]) == {"undone", "not written"}
