"""What is left of what failed is found out by breaking it."""

import pytest

from classroom import end_in_the_middle, what_is_left
from classroom.scenes.roster import fields_of
from speedy.models import Employees
from speedy.wirings import WIRINGS
from whatfires.rendering import TINTS

pytestmark = pytest.mark.usefixtures("notebook")


def test_only_a_post_save_that_raises_leaves_anything_and_only_in_autocommit():
    Employees.objects.create(**fields_of("Ada O"))
    table = what_is_left(everything=True)
    left = table[table["without atomic()"] != "nothing changed"]["without atomic()"]
    assert dict(left) == {
        ("post_save", "create()"): "the row stays",
        ("post_save", "save() of an edit"): "the edit stays",
    }
    assert set(table["inside atomic()"]) == {"nothing changed"}
    assert set(table.xs("delete()", level="called by")["without atomic()"]) == {"nothing changed"}
    assert len(table) == 9
    assert what_is_left()._repr_html_().count(TINTS["attention"]) == 1  # of post_save alone
    assert what_is_left().equals(
        table[[call in ("create()", "delete()") for _, call in table.index]]
    )
    assert Employees.objects.get().shifts.count() == 1  # the notebook's own are left alone


@pytest.mark.parametrize("name", WIRINGS)
def test_a_process_that_ends_in_the_middle_leaves_somebody_behind_by_signals_alone(name, capsys):
    end_in_the_middle(name)
    is_left = name == "built-in signals"
    assert ("is stored, without a shift" in capsys.readouterr().out) == is_left
    left = [person.last_name for person in Employees.objects.without_shift()]
    assert left == ([name] if is_left else [])


def test_an_unknown_wiring_is_refused_by_name():
    with pytest.raises(ValueError, match=r"'a phone call'.*expected one of built-in signals"):
        end_in_the_middle("a phone call")
