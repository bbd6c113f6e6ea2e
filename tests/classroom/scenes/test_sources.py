"""Code in a lesson is read from its file."""

from pathlib import Path

import pytest

from classroom import show_code
from speedy import scheduling
from speedy.models import Employees, ShiftsEmployees


def test_it_shows_the_code_and_where_it_stands_in_two_faces():
    code = show_code(scheduling.assign_many, scheduling.assign, Employees, scheduling)
    _, (place, text), *_ = code.pieces
    assert text.startswith("def assign(employee):")
    line = place.removeprefix("speedy/scheduling.py, line ")
    lines = Path(scheduling.__file__).read_text(encoding="utf-8").splitlines()
    assert lines[int(line) - 1] == "def assign(employee):"
    assert "```python\nclass Employees" in code._repr_markdown_()
    assert "# speedy/models/employees.py, line " in repr(code)
    assert "# speedy/scheduling.py, line 1\n" in repr(code)


def test_it_shows_the_fields_of_a_model_alone():
    [(_, text)] = show_code(ShiftsEmployees, fields=True).pieces
    first, *fields, rest = text.splitlines()
    assert first == "class ShiftsEmployees(models.Model):" and rest == "    ..."
    assert [line.split()[0] for line in fields] == ["employee", "shift"]


@pytest.mark.parametrize("stranger", [len, pytest.mark, 7])
def test_what_is_not_of_this_project_is_refused(stranger):
    with pytest.raises(TypeError, match="function, class or module of this project"):
        show_code(stranger)
