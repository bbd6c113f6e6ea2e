"""The claims about what a hire costs."""

import inspect

from django.db import connection, transaction

from classroom.scenes.groups import group_hired
from speedy import wirings as of_the_project
from speedy.models import SEATS
from speedy.wirings import hire_by_call, hire_by_signals

# costs-1: the published design alone grows, because it counts everybody.
assert answer_of("costs-1") == "only in the design as published"
grown = costs.iloc[-1] / costs.iloc[0]
assert grown["as published"] > max(3, 2 * grown.drop("as published").max())
assert int(30_000 / SEATS / 365) == 27

# costs-2: all of them place everybody; one of the three pays for each person.
batch = side_by_side("a batch of 300", MANY_AT_ONCE, clock=False)
statements = batch.loc["SQL statements"]
assert answer_of("costs-2").startswith("Only the custom signal")
assert statements["custom signal"] > 1000 > 15 > statements["direct call"]
assert statements["a list in a signal"] == statements["direct call"]
assert batch.loc["signals sent", "a list in a signal"] == 1
assert set(batch.loc["left without a shift", list(MANY_AT_ONCE)]) == {"nobody"}
assert group_hired.has_listeners()
in_a_round, at_once = map(
    inspect.getsource,
    (of_the_project.hire_many_by_custom_signal, of_the_project.hire_many_by_call),
)
assert "for employee in people:\n            employee_hired.send(" in in_a_round
assert "objects.bulk_create(people)" in in_a_round and "objects.bulk_create(people)" in at_once
assert "assign_many(people)" in at_once

# The queries that the text shows are those that a hire asks.
fresh_database()
asked = {}
for name, hire in ("as published", as_published.Employees.objects.create), ("call", hire_by_call):
    with trace() as seen:
        hire(**sample_roster()[2])
    asked[name] = [sql for sql in seen.statements if sql.startswith("SELECT")]
assert any("COUNT(" in sql and "HAVING" in sql for sql in asked["as published"])
assert not any("COUNT(" in sql for sql in asked["call"])
assert any('"headcount" < ' in sql for sql in asked["call"])

# Built-in signals write the row in autocommit, and the seat in a transaction; inside one block there is one commit.
with trace() as alone:
    hire_by_signals(**sample_roster()[3])
with trace() as together, transaction.atomic():
    hire_by_signals(**sample_roster()[4])
for seen, row_is_inside in (alone, False), (together, True):
    said = [sql.removesuffix(" IMMEDIATE").partition(" (")[0] for sql in seen.statements]
    assert said.count("COMMIT") == said.count("BEGIN") == 1
    assert (said.index("BEGIN") < said.index('INSERT INTO "speedy_employees"')) == row_is_inside

# The index that the text names is the one that SQLite reads.
if connection.vendor == "sqlite":
    assert "USING INDEX shift_with_room" in Shifts.objects.current().with_room().explain()
