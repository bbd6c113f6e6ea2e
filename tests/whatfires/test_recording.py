"""Assertions on what fired: each passes on what happened, and says where it did not."""

import re
from contextlib import suppress
from functools import partial

import django
import pytest
from django.core import mail
from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.dispatch import Signal
from django.test import TestCase

from speedy.models import Employees, EmployeesWithoutHooks, ShiftsEmployees
from speedy.signals.custom_signals import employee_hired
from speedy.signals.employee_assignment import employee_created, wipe_before_hire
from speedy.signals.shift_headcount import count_seat
from whatfires import connected
from whatfires.recording import recorded

pytestmark = pytest.mark.usefixtures("week")


@pytest.fixture
def mailer(settings):
    """A place for mail in memory, which Django 6.1 wants to be set."""
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


@pytest.fixture
def seen(hire):
    with recorded() as seen:
        hire("Ada")
    return seen


def said(assertion, *args, **wanted):
    with pytest.raises(AssertionError) as caught:
        assertion(*args, **wanted)
    return str(caught.value)


def test_what_fired_is_asserted_by_signal_function_kind_and_name(seen):
    seen.assert_fired(post_save, sender=Employees, times=1)
    seen.assert_fired(employee_created, times=1)
    seen.assert_fired("employee_created", sender="Employees")
    seen.assert_fired("sql")
    assert list(seen) == list(seen.trace) and repr(seen) == repr(seen.trace)
    seen.assert_not_fired(employee_hired)
    seen.assert_not_fired(post_save, sender=EmployeesWithoutHooks)


def test_a_failure_names_what_was_expected_and_marks_what_came(seen):
    told = said(seen.assert_fired, post_save, sender=Employees, times=2)
    assert told.startswith("Expected post_save from Employees twice; came once.")
    [marked] = [line for line in told.splitlines() if line.startswith(">> ")]
    assert "post_save from Employees" in marked and "employee_created" in marked
    told = said(seen.assert_not_fired, employee_created)
    assert told.startswith("Expected employee_created not to fire; it fired once.")


def test_what_fired_for_another_sender_is_a_hint(seen):
    told = said(seen.assert_fired, post_save, sender=EmployeesWithoutHooks)
    assert told.startswith("Expected post_save from EmployeesWithoutHooks; it did not fire. It ")
    assert sum(line.startswith(">> ") for line in told.splitlines()) == 3  # person, shift, seat


def test_arguments_are_judged_by_the_objects_that_were_passed(seen):
    seen.assert_fired(post_save, where=lambda instance: isinstance(instance, Employees), times=1)
    seen.assert_fired(employee_created, where=lambda created, **kwargs: created is True, times=1)
    seen.assert_not_fired(post_save, where=lambda raw: raw)


def test_a_receiver_may_run_so_many_queries(seen):
    seen.assert_fired(count_seat, queries=1)
    told = said(seen.assert_fired, employee_created, queries=1)
    assert "to run at most 1 queries; it ran " in told


def test_an_order_is_simple_or_strict(seen):
    seen.assert_order(pre_save, (post_save, ShiftsEmployees), "sql")
    seen.assert_order(wipe_before_hire, employee_created)
    told = said(seen.assert_order, employee_created, wipe_before_hire)
    assert "Expected wipe_before_hire after employee_created, as step 2 of 2" in told
    told = said(seen.assert_order, wipe_before_hire, employee_created, strict=True)
    assert told.startswith("Expected nothing more as step 3; came <delivery ")
    deliveries = [event.what for event in seen.trace if event.kind == "delivery"]
    seen.assert_order(*deliveries, strict=True)
    assert "Expected nothing more" in said(seen.assert_order, *deliveries[:-1], strict=True)


def send(sender, instance, **kwargs):
    transaction.on_commit(lambda: mail.send_mail("Welcome", "...", None, ["a@example.org"]))


@pytest.mark.django_db(transaction=True)
def test_before_and_after_the_commit(hire, mailer):
    with connected(post_save, send, sender=Employees), recorded() as seen, transaction.atomic():
        hire("Ada")
    seen.before_commit.assert_fired(send)
    seen.before_commit.assert_not_fired("mail")
    seen.after_commit.assert_fired("mail", times=1, where=lambda to: "a@example.org" in to)
    seen.after_commit.assert_not_fired(send)


@pytest.mark.django_db(transaction=True)
def test_a_rollback_sends_no_letter(hire, mailer):
    listens = connected(post_save, send, sender=Employees)
    with recorded() as seen, listens, pytest.raises(RuntimeError), transaction.atomic():
        hire("Ada")
        raise RuntimeError
    seen.assert_fired("on_commit", times=1)
    seen.assert_not_fired("mail")


def test_in_a_test_case_the_callbacks_are_what_comes_after(hire):
    called = []
    with (
        recorded() as seen,
        TestCase.captureOnCommitCallbacks(execute=True),
        transaction.atomic(),
    ):
        hire("Ada")
        transaction.on_commit(lambda: called.append("after"))
    assert called == ["after"]
    seen.after_commit.assert_fired("callback", times=1)
    seen.before_commit.assert_not_fired("callback")
    seen.before_commit.assert_fired(employee_created)


def test_a_snapshot_is_the_same_each_time(hire):
    def snapshot(name):
        with recorded() as seen:
            hire(name)
        return seen.snapshot()

    first = snapshot("Ada")
    assert snapshot("Grace") != first  # Ada opened the shift
    third = snapshot("Alan")
    assert third[0].startswith("Employees.save()" if "Employees.save()" in third[0] else "  ")
    assert "pre_save from Employees → speedy.signals.employee_assignment.wipe_before_hire" in [
        line.strip() for line in third
    ]
    assert "INSERT into speedy_shiftsemployees" in [line.strip() for line in third]
    for line in third:
        assert not any(sign.isdigit() for sign in line.replace("m2m", "")), line


def write_letter():
    def send():
        pass

    transaction.on_commit(send)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["write_letter.send", f"{__name__}.write_letter.send"])
def test_a_text_means_the_callback_that_ran_and_not_its_registration(name):
    with recorded() as seen, pytest.raises(RuntimeError), transaction.atomic():
        write_letter()
        raise RuntimeError
    seen.assert_fired("on_commit")
    seen.assert_not_fired(name)
    seen.after_commit.assert_not_fired(name)
    with recorded() as seen, transaction.atomic():
        write_letter()
    seen.assert_fired(name, times=1)
    with recorded() as seen:
        pass
    seen.assert_not_fired(name)  # nothing was registered; it is a function all the same


def test_a_text_means_the_same_as_the_function_with_and_without_its_module(seen):
    path = "speedy.signals.employee_assignment.employee_created"
    for name in ("employee_created", path, "Employees.save()", "save()"):
        seen.assert_fired(name)
    seen.assert_fired("django.db.models.signals.post_save", sender=Employees, times=1)
    seen.assert_order("wipe_before_hire", path)
    for name in ("employee_hired", "speedy.signals.custom_signals.employee_hired", "A letter"):
        seen.assert_not_fired(name)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("mial", ""),
        ("employee_craeted", "employee_created"),
        ("speedy.signals.employee_assignments.employee_created", ".employee_created"),
        ("shop.employee_created", "employee_created"),
        ("post_svae", "post_save"),
        ("Employes.save()", "Employees.save()"),
    ],
)
def test_a_name_that_nothing_could_bear_is_refused_with_what_is_near(seen, name, near):
    for assertion in (seen.assert_fired, seen.assert_not_fired, seen.assert_order):
        with pytest.raises(LookupError, match=rf"{re.escape(name)}.*Near: .*{re.escape(near)}"):
            assertion(name)


class Notifier:
    def __call__(self, **kwargs):
        pass


class Louder(Notifier):
    pass


def write_to_payers():
    mail.send_mail("paid", "...", None, ["a@example.org"])


@pytest.mark.parametrize(
    "name",
    [
        *("COMMIT", "ROLLBACK", "BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT"),
        *("Notifier", f"{__name__}.Louder", "partial(write_letter)", "partial(Louder)"),
        *("Welcome", "Welcome!", "paid"),
        *(partial(write_letter), partial(partial(write_letter)), Notifier(), Louder().__call__),
    ],
    ids=lambda it: it if isinstance(it, str) else type(it).__name__,
)
def test_what_a_trace_may_hold_can_be_said_not_to_have_fired(name):
    with recorded() as nothing:
        pass
    nothing.assert_not_fired(name)


@pytest.mark.parametrize("name", ["partial(write_leter)", "Notifer", "payed", "Louder.call"])
def test_what_is_spelled_wrongly_is_refused_all_the_same(name):
    with recorded() as nothing, pytest.raises(LookupError, match="no signal, receiver"):
        nothing.assert_not_fired(name)


@pytest.mark.django_db(transaction=True)
def test_a_statement_about_a_transaction_is_meant_without_its_savepoint():
    with recorded() as seen, transaction.atomic():
        with transaction.atomic():
            pass
        with suppress(LookupError), transaction.atomic():
            raise LookupError
    seen.assert_order("BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "COMMIT")
    seen.assert_not_fired("ROLLBACK")
    assert "it fired twice" in said(seen.assert_not_fired, "SAVEPOINT")


def test_what_cannot_fire_is_refused(seen):
    with pytest.raises(TypeError, match="Expected a signal"):
        seen.assert_fired(7)
    with pytest.raises(TypeError, match="Expected a signal"):
        seen.assert_fired(Employees)
    with pytest.raises(TypeError, match=r"A step is what fired, or \(what, sender\); came"):
        seen.assert_order((post_save, Employees, 1))
    with pytest.raises(TypeError, match="where: expected a function of what was passed; came 5"):
        seen.assert_fired(post_save, where=5)
    with pytest.raises(TypeError, match="times: expected a number; came 'twice'"):
        seen.assert_fired(post_save, times="twice")


def test_a_signal_without_models_is_recorded_with_its_objects():
    paid, basket = Signal(), object()
    with recorded() as seen:
        paid.send("till", basket=basket)
    seen.assert_fired(paid, sender="till", where=lambda basket: basket is basket)
    seen.assert_not_fired(paid, where=lambda basket: basket is None)
