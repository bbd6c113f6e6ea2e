"""The claims about bulk calls, fixtures, migrations and the admin."""

statements = cost["SQL statements"]
halved = statements["bulk_create(), a custom signal each"] <= statements["a loop of save()"] / 2
assert answer_of("bulk-1") == ("yes" if halved else "no")
assert statements["bulk_create(), assign_many()"] < 50
assert list(cost["no shift"]) == [0, 30, 0, 0]
assert once["no shift"] == 0
assert once["SQL statements"] == statements["bulk_create(), assign_many()"]
assert answer_of("bulk-2") == str(loaded) == "10"
assert ShiftsEmployees.objects.count() == 5
assert answer_of("bulk-3") == "no"
assert [person.first_name for person in Employees.objects.without_shift()] == ["João"]
assert type(joao) is not Employees
deleted = admin.fired("admin: Delete selected, 2 rows")
assert ("delete()" in deleted) == (answer_of("bulk-4") == "yes")
assert deleted["post_delete"] == 2
