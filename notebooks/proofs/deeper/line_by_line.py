"""What each published line did, and what is done here, as the cells of the notebook saw it."""

import re
from pathlib import Path

from classroom.experiments.line_by_line import table_in

assert answer_of("line_by_line-1") == str(stored.year) == "2022"
assert answer_of("line_by_line-2") == str(edited[0]) == "3"
assert answer_of("line_by_line-3") == {2: "twice"}[saves[0]]
assert answer_of("line_by_line-4") == "status 500, one person" and stayed == 1

# The table at the top says of each line what its cell saw, and in the same order.
source = settings.BASE_DIR / "notebooks" / "source" / "deeper" / "line_by_line.py"
told = table_in(source.read_text(encoding="utf-8"))
for line, found in lines.items():
    assert told.get(line) == found, (line, found)
assert list(told) == list(lines) and len(lines) == 41

# What the text says besides.
assert without_a_shift == "refused" and pairs == ["taken", "refused"]
explicit, automatic = (set(sent.fired(f"{it}.remove(a)")) for it in ("nights", "skills"))
assert explicit - automatic == {"pre_delete", "post_delete"}
assert refused == ["ValueError", "ValueError"]
assert "partially initialized" in failure_of_import(f"{layout}.circle.models")
assert "partially initialized" in turned
assert sorted(everything - named) == ["post_migrate", "pre_migrate"]
assert all(module.__name__.startswith("speedy.signals.") for module in modules)
assert len(alone) == 3 and same_transaction
assert (races.xs("direct call", level="design")["exact"] == 2).all()

# A caught error rolls the block back; without a query after it, nobody hears of that.
fresh_database()
with connected(m2m_changed, print_badge), transaction.atomic():
    hire(theirs, 1)
assert theirs.Employees.objects.count() == 0

# Plain receivers are called in the order in which they were connected.
bell = Signal()
for name in ("first", "second"):
    bell.connect(lambda name=name, **kwargs: name, weak=False)
assert [name for _, name in bell.send(sender=Shifts)] == ["first", "second"]

# A later save of another date of birth is stored.
[ada] = hire(theirs, 1)
ada.date_of_birth = date(1990, 1, 1)
ada.save()
ada.refresh_from_db()
assert ada.date_of_birth == date(1990, 1, 1)

specimen = Path(as_published.__file__).parent.rglob("*.py")
numbers = {int(it) for file in specimen for it in re.findall(r"Fault (\d+)", file.read_text())}
assert numbers == set(range(1, 24))
