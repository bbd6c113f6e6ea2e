"""`who_listens` names every receiver that is connected, and looking changes nothing."""

import functools
import gc
import sys
import types

import django
import pytest
from django.contrib.auth.models import User
from django.core.signals import setting_changed
from django.db.models import Model
from django.db.models.signals import ModelSignal, post_migrate, post_save, pre_save
from django.dispatch import Signal, receiver

from classroom.scenes import as_published
from speedy.models import Employees, Shifts
from whatfires import who_listens
from whatfires.naming import UNNAMED, every_signal, name_of_signal

door = Signal()


@pytest.fixture
def bell():
    """A signal that goes, with everything connected to it, when the test ends."""
    return Signal()


def porter(sender, **kwargs):
    return "the gate is open"


@receiver(door)
def decorated(sender, **kwargs):
    return "come in"


async def courier(sender, **kwargs):
    return "on the way"


class Cook:
    def serve(self, sender, **kwargs):
        return "soup"

    def __call__(self, sender, **kwargs):
        return "bread"

    def hired():
        def night_cook(sender, **kwargs):
            return "stew"

        return night_cook


def only_row(*about):
    [row] = who_listens(*about)
    return row


def column(name, *about):
    return [row[name] for row in who_listens(*about)]


def receivers(*about):
    return column("receiver", *about)


# Which rows


@pytest.mark.parametrize(
    ("about", "who"),
    [
        ((post_save, Employees), ["employee_created"]),
        ((Employees, post_save), ["employee_created"]),
        ((post_save, Employees, post_save), ["employee_created"]),
        (
            (pre_save, post_save, Employees, as_published.Employees),
            ["wipe_before_hire", "wipe_expired_shifts", "employee_created", "employee_created"],
        ),
    ],
)
def test_signals_and_models_show_where_they_meet_once_and_in_any_order(about, who):
    assert receivers(*about) == who


def test_a_model_does_not_show_receivers_of_its_namesake():
    assert column("sender", post_save, Employees) == ["speedy.Employees"]
    assert column("sender", post_save, as_published.Employees) == ["as_published.Employees"]


def test_a_model_shows_who_is_bound_to_no_sender():
    post_save.connect(porter)
    try:
        assert "porter" in receivers(Employees)
        assert "porter" in receivers(Shifts)
    finally:
        post_save.disconnect(porter)


def test_a_model_does_not_show_signals_that_models_never_send():
    assert "setting_changed" not in set(column("signal", Employees))
    assert setting_changed.receivers


def test_a_login_concerns_users_alone():
    assert "update_last_login" in receivers(User)
    assert "update_last_login" not in receivers(Employees)


def test_a_signal_shows_all_of_its_receivers():
    assert len(who_listens(post_save)) == len(post_save.receivers)
    assert set(column("signal", post_save)) == {"post_save"}


def test_without_arguments_all_signals_of_django_are_shown():
    assert {
        "post_save",
        "m2m_changed",
        "user_logged_in",
        "request_finished",
        "setting_changed",
    } <= set(column("signal"))


def test_signals_of_every_installed_app_are_found_in_modules_and_classes(bell, monkeypatch):
    module = types.ModuleType("speedy.deep.declared_in_a_test")
    shop = type("Shop", (), {"seat_taken": bell, "__module__": module.__name__})
    module.Shop, module._hidden = shop, Signal()
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for signal in (bell, module._hidden):
        signal.connect(porter)
    found = {row["signal"] for row in who_listens() if row["receiver"] == "porter"}
    assert found == {"Shop.seat_taken", "_hidden"}
    assert receivers(Employees).count("porter") == 2


def test_a_signal_without_a_name_is_looked_for_once(bell, monkeypatch):
    assert name_of_signal(bell) == UNNAMED
    monkeypatch.setattr("whatfires.naming.names_in_modules", lambda: pytest.fail("again"))
    assert name_of_signal(bell) == UNNAMED


def test_the_text_fits_80_columns():
    lines = repr(who_listens()).splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert any(line.startswith("  speedy.Employees → employee_created") for line in lines)


def test_a_signal_of_your_own_is_shown_when_named():
    assert "decorated" not in receivers()
    assert only_row(door)["signal"] == "door"


def test_receivers_stand_in_the_order_of_connection(bell):
    bell.connect(courier)
    bell.connect(porter)
    assert receivers(bell) == ["courier", "porter"]


# What a row says


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (porter, "porter"),
        (Cook().serve, "Cook.serve"),
        (Cook(), "Cook"),
        (functools.partial(porter, extra=1), "partial(porter)"),
        (lambda sender, **kwargs: None, "lambda"),
        (Cook.hired(), "Cook.hired.night_cook"),
    ],
)
@pytest.mark.parametrize("uid", [None, "porter at the gate", 7, ("gate", 2)])
def test_a_receiver_is_named_and_its_dispatch_uid_if_it_has_one(bell, function, name, uid):
    bell.connect(function, weak=False, dispatch_uid=uid)
    row = only_row(bell)
    assert row["receiver"] == name
    assert row["where"].startswith(f"{__name__}:")
    assert row["dispatch_uid"] == ("" if uid is None else str(uid))


def test_a_decorated_receiver_is_named_and_placed_at_its_decorator():
    row = only_row(door)
    assert row["receiver"] == "decorated"
    line = decorated.__code__.co_firstlineno
    assert row["where"] == f"{__name__}:{line}"


@pytest.mark.parametrize("names", [{"__name__": "__main__"}, {}])  # Django's plain shell has none
def test_a_receiver_written_in_a_cell_is_placed_there(bell, names):
    exec("\ndef guest(sender, **kwargs): pass", names)
    bell.connect(names["guest"])
    assert only_row(bell)["where"] == "__main__:2"


def test_no_path_of_the_machine_is_shown():
    assert not any("site-packages" in where or where.startswith("/") for where in column("where"))


def test_weak_and_strong_are_told_apart(bell):
    bell.connect(porter)
    bell.connect(decorated, weak=False)
    assert column("held", bell) == ["weak", "strong"]


def test_async_is_told_where_there_is_such_a_receiver(bell):
    bell.connect(porter)
    assert "async" not in who_listens(bell).table()
    bell.connect(courier)
    assert column("async", bell) == ["", "yes"]


# Senders


def test_a_model_named_by_a_text_is_a_sender_like_any_other():
    post_save.connect(porter, sender="speedy.Shifts")
    try:
        assert only_row(post_save, Shifts)["sender"] == "speedy.Shifts"
    finally:
        post_save.disconnect(porter, sender="speedy.Shifts")


@pytest.mark.parametrize(
    ("sender", "name"),
    [(User.groups.through, "auth.User_groups"), (Cook, "Cook"), ("night shift", "unknown")],
)
def test_any_other_class_is_named_and_a_text_is_unknown(bell, sender, name):
    bell.connect(porter, sender=sender)
    assert only_row(bell)["sender"] == name


def test_an_app_is_a_sender():
    assert "contenttypes" in set(column("sender"))
    assert post_migrate.receivers


@pytest.mark.skipif(django.VERSION < (6, 0), reason="Django 5 forgets that there was a sender")
def test_a_sender_that_is_gone_is_unknown_and_its_receiver_dead(bell, monkeypatch):
    passing = type("Passing", (), {})
    namesake = {id(passing): "what took its place in memory"}
    bell.connect(porter, sender=passing)
    del passing
    gc.collect()
    monkeypatch.setattr("whatfires.listeners.names_of_senders", lambda: namesake)
    row = only_row(bell)
    assert (row["sender"], row["alive"]) == ("unknown", "dead")


# Looking changes nothing


def connect_somebody_who_leaves(signal, **how):
    def guest(sender, **kwargs):
        return "good night"

    signal.connect(guest, **how)


@pytest.mark.parametrize("uid", [None, "guest"])
def test_a_receiver_that_is_gone_stands_out_and_is_not_cleared_away(bell, uid):
    assert repr(who_listens(bell)) == "Nobody listens."
    connect_somebody_who_leaves(bell, sender=Employees, dispatch_uid=uid)
    before, row = list(bell.receivers), only_row(bell)
    assert (row["receiver"], row["alive"], row["held"]) == ("(gone)", "dead", "weak")
    assert (row["sender"], row["where"]) == ("speedy.Employees", "")
    assert row["dispatch_uid"] == (uid or "")
    assert "background-color" in who_listens(bell)._repr_html_()
    assert bell.receivers == before


def test_looking_keeps_no_receiver_alive(bell):
    cook = Cook()
    bell.connect(cook.serve)
    table = who_listens(bell)
    del cook
    gc.collect()
    assert [row["alive"] for row in table] == ["yes"]
    assert only_row(bell)["alive"] == "dead"


def test_looking_fills_no_cache():
    signal = ModelSignal(use_caching=True)
    signal.connect(porter, sender=Employees)
    who_listens(signal, Employees, Shifts)
    assert len(signal.sender_receivers_cache) == 0


# What it does not take


@pytest.mark.parametrize(
    ("thing", "way_out"),
    [
        ("speedy.Employees", r"not its name: who_listens\(Employees\)"),
        ("post_save", r"who_listens\(post_save\)"),
        (Employees(first_name="Ada", last_name="Q"), r"who_listens\(Employees\)"),
        (porter, "Pass signals"),
        (Cook, "Pass signals"),
        (None, "Pass signals"),
    ],
)
def test_anything_else_is_refused_with_a_way_out(thing, way_out):
    with pytest.raises(TypeError, match=f"signals and model classes.*{way_out}"):
        who_listens(post_save, thing)


@pytest.mark.parametrize("abstract", [Model, User.__mro__[1]])
def test_an_abstract_model_is_refused(abstract):
    with pytest.raises(ValueError, match="abstract and never does"):
        who_listens(abstract)


class Loud(Signal):
    """A kind of signal of its own."""


def test_every_signal_is_found_wherever_it_is_kept():
    kept = [Signal(), {"here": Loud()}]
    found = {id(it) for it in every_signal()}
    assert {id(kept[0]), id(kept[1]["here"]), id(post_save)} <= found


def test_a_signal_that_was_found_is_found_once_it_is_frozen():
    """A server that freezes what it imported, and then forks, had no signals any more."""
    kept = Signal()
    every_signal()
    gc.freeze()  # for good: unfreeze() would bring back what tests/conftest.py has frozen
    assert kept in every_signal() and post_save in every_signal()
