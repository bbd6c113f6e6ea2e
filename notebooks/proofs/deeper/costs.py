"""The claims about what a hire costs."""

from django.db import connection, transaction

from speedy.models import SEATS
from speedy.wirings import hire_by_call, hire_by_signals

# costs-1: the published design alone grows, because it counts everybody.
assert answer_of("costs-1") == "only in the design as published"
grown = costs.iloc[-1] / costs.iloc[0]
assert grown["as published"] > max(3, 2 * grown.drop("as published").max())
assert int(30_000 / SEATS / 365) == 27

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
