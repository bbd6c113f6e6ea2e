"""`listening` hears what is sent while its block runs, and leaves nothing connected."""

import pytest
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import Signal
from django.utils.functional import SimpleLazyObject

from speedy.models import Employees, Shifts, ShiftsEmployees
from whatfires import connected, listening, trace

pytestmark = pytest.mark.django_db

ADA = {"first_name": "Ada", "last_name": "O", "address": "1 Hill", "age": 30}


def heard_in(heard, key):
    return [delivery[key] for delivery in heard]


def test_it_hears_in_the_order_of_delivery():
    with listening(pre_save, post_save, sender=Employees) as heard:
        Employees.objects.create(**ADA)
    assert heard_in(heard, "signal") == ["pre_save", "post_save"]
    assert heard_in(heard, "instance") == ["Ada O", "Ada O"]
    assert heard[1]["arguments"] == "created=True"


def test_what_is_unusual_is_told():
    person = Employees.objects.create(**ADA)
    with listening(post_save, sender=Employees) as heard:
        person.save(update_fields=["age"])
        person.save_base(raw=True)
    assert heard_in(heard, "arguments") == [
        "created=False, update_fields={'age'}",
        "created=False, raw=True",
    ]


def test_it_hears_only_the_sender_asked_for():
    with listening(post_save, sender=Shifts) as heard:
        Employees.objects.create(**ADA)
    assert heard_in(heard, "sender") == ["Shifts"]


def test_what_is_passed_along_runs_none_of_its_code():
    """A lazy `request.user` was fetched, and `__repr__` of a number ran."""

    class Number(int):
        __repr__ = __str__ = __len__ = None

    class Word(str):
        __repr__ = __str__ = __len__ = None

    class Refusal(LookupError):
        __str__ = None

    def refuse(**kwargs):
        raise Refusal

    signal, asked = Signal(), []
    lazy = SimpleLazyObject(lambda: asked.append("user"))
    told = {"number": Number(7), "word": Word("seven"), "all": {Number(7)}, "user": lazy}
    refused = pytest.raises(Refusal)
    with trace() as seen, listening(signal) as heard, connected(signal, refuse), refused:
        signal.send(None, **told)
    assert heard_in(heard, "arguments") == ["all={7}, number=7, word='seven'"]
    assert "number=7" in repr(seen) and "raised Refusal" in repr(seen) and not asked


def test_it_hears_nothing_after_its_block():
    with listening(post_save) as heard:
        pass
    Employees.objects.create(**ADA)
    assert heard == [] and repr(heard) == "Nothing was heard."


def test_sets_are_written_in_order():
    people = Employees.objects.bulk_create(Employees(**ADA) for _ in range(3))
    shift = Shifts.objects.create()
    with listening(m2m_changed) as heard:
        shift.employees_shift.add(*reversed(people))
    keys = ", ".join(str(person.pk) for person in people)
    assert f"pk_set={{{keys}}}" in heard[0]["arguments"]


def test_an_empty_set_does_not_look_like_a_dict():
    shift, person = Shifts.objects.create(), Employees.objects.create(**ADA)
    shift.employees_shift.add(person)
    with listening(m2m_changed) as heard:
        shift.employees_shift.add(person)
    assert "pk_set=set()" in heard[0]["arguments"]


def test_a_cascade_is_heard_whole():
    person = Employees.objects.create(**ADA)
    with listening(pre_delete, post_delete) as heard:
        person.delete()
    assert heard_in(heard, "sender") == [ShiftsEmployees.__name__, Employees.__name__] * 2


def test_an_instance_that_cannot_be_named_does_not_break_the_deletion():
    class Widowed:
        pk = 7

        def __str__(self):
            raise Employees.DoesNotExist

    farewell = Signal()
    with listening(farewell) as heard:
        farewell.send(sender=None, instance=Widowed())
    assert heard_in(heard, "instance") == ["Widowed #7"]


def test_a_signal_of_your_own_is_heard_too():
    bell = Signal()
    with listening(bell) as heard:
        bell.send(sender="tower", message="noon")
    assert heard == [
        {
            "signal": "a signal without a name",
            "sender": "tower",
            "instance": "",
            "arguments": "message='noon'",
        }
    ]


def test_the_table_has_a_row_a_delivery():
    with listening(pre_save, post_save, sender=Employees) as heard:
        Employees.objects.create(**ADA)
    table = heard.table()
    assert list(table.columns) == ["signal", "sender", "instance", "arguments"]
    assert list(table.index) == [1, 2]
    assert "post_save" in heard._repr_html_()


# Receivers of one's own, for a block


def answer(**kwargs):
    return "answered"


def test_receivers_are_connected_for_a_block_in_the_order_given():
    signal, later = Signal(), []
    with connected(signal, answer, later_on := lambda **kwargs: later.append("called")):
        assert [receiver for receiver, _ in signal.send("x")] == [answer, later_on]
    assert signal.send("x") == [] and later == ["called"]


def test_receivers_are_gone_when_a_later_one_is_refused():
    signal = Signal()
    with pytest.raises(TypeError), connected(signal, answer, "no function"):
        pass
    assert signal.receivers == []


def test_one_that_hears_a_sender_only_hears_any_in_the_block_and_then_that_sender_again():
    signal = Signal()
    signal.connect(answer, sender=Employees)
    with connected(signal, answer):
        assert signal.send(Shifts) == [(answer, "answered")]
    assert signal.send(Shifts) == []
    assert signal.send(Employees) == [(answer, "answered")]
