"""The specimen keeps its faults: lessons and measurements rest on them."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.signals import m2m_changed, post_save
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from classroom import connected, listening, shift_table
from classroom.experiments.line_by_line import (
    answer,
    failure_of_import,
    indexes,
    standing_in_a_folder,
)
from classroom.scenes import as_published
from classroom.scenes.as_published import event_logging, views
from classroom.scenes.as_published.layout.star import shift_signals
from classroom.scenes.as_published.signals import first_with_room
from classroom.scenes.calendar import MONDAY, advance
from classroom.scenes.roster import fields_of
from speedy.models import Employees

LAYOUT = "classroom.scenes.as_published.layout"

pytestmark = pytest.mark.usefixtures("notebook")

ADA = fields_of("Ada O")


def hire(number=1, **changes):
    return [as_published.Employees.objects.create(**ADA | changes) for _ in range(number)][-1]


def without_shift():
    return as_published.Employees.objects.filter(shifts=None).count()


def test_it_fills_shifts_when_nothing_goes_wrong():
    hire(7)
    table = shift_table(as_published)
    assert list(table["headcount"]) == [3, 3, 1]
    assert list(table.index) == [MONDAY + timedelta(days=day) for day in range(3)]
    assert not Employees.objects.exists()  # it never meets the people of speedy


def test_an_edit_leaves_people_without_a_shift_for_good():
    last = hire(4)
    advance()
    last.save()
    hire()
    assert without_shift() == 3


def test_a_create_that_fails_wipes_too():
    hire(3)
    advance()
    with pytest.raises(ValueError):
        hire(age="no number")
    assert without_shift() == 3


def test_loading_its_own_dump_doubles_the_seats(tmp_path):
    hire(5)
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "as_published", output=str(dump))
    for model in (as_published.ShiftsEmployees, as_published.Shifts, as_published.Employees):
        model.objects.all()._raw_delete("default")
    call_command("loaddata", str(dump), verbosity=0)
    assert as_published.ShiftsEmployees.objects.count() == 10


def test_any_age_is_taken_and_the_birthday_thrown_away():
    ada = hire(age=400, date_of_birth=MONDAY - timedelta(days=9000))
    ada.refresh_from_db()
    assert (ada.age, ada.date_of_birth) == (400, MONDAY)


def test_a_fresh_shift_is_not_what_is_stored():
    shift = as_published.Shifts.objects.create()
    assert isinstance(shift.shift_date, datetime) and isinstance(shift.wage_bonus, float)


def out_of_paper(**kwargs):
    raise RuntimeError("the printer is out of paper")


def test_an_error_is_printed_and_the_hire_half_done(capsys):
    with connected(m2m_changed, out_of_paper):
        hire()
    assert capsys.readouterr().out == "the printer is out of paper\n"
    assert without_shift() == 1


def test_a_printed_error_comes_back_as_another_inside_a_transaction():
    with pytest.raises(transaction.TransactionManagementError), transaction.atomic():
        with connected(m2m_changed, out_of_paper):
            hire()
        without_shift()


@pytest.mark.parametrize("people", [0, 3])
def test_a_new_shift_is_created_and_saved_again(people):
    for _ in range(people):
        hire()
    with listening(post_save, sender=as_published.Shifts) as heard:
        hire()
    assert [told["arguments"] for told in heard] == ["created=True", "created=False"]


def test_whoever_is_hired_by_its_view_is_stored_twice():
    with listening(post_save, sender=as_published.Employees) as heard:
        as_published.hire(**ADA)
    assert [told["arguments"] for told in heard] == ["created=True", "created=False"]


def test_two_who_count_before_either_adds_take_the_same_seat():
    hire(2)
    two = as_published.Employees.objects.bulk_create(as_published.Employees(**ADA) for _ in "ab")
    for person, shift in [(person, first_with_room()) for person in two]:
        shift.employees_shift.add(person)
    assert as_published.ShiftsEmployees.objects.count() == 4
    assert as_published.Shifts.objects.count() == 1


def test_a_seat_may_lack_its_person_and_its_shift():
    as_published.ShiftsEmployees.objects.create()
    assert as_published.ShiftsEmployees.objects.filter(employee=None, shift=None).exists()


def test_its_extra_index_repeats_that_of_the_unique_pair():
    pair = ["employee_id", "shift_id"]
    assert indexes(as_published.ShiftsEmployees).count(pair) == 2


def test_it_reads_all_seats_for_each_hire():
    hire()
    with CaptureQueriesContext(connection) as queries:
        hire()
    assert [query for query in queries if "COUNT" in query["sql"] and "GROUP BY" in query["sql"]]


# The views and the log


def people():
    return as_published.Employees.objects.count()


def test_one_view_names_a_model_that_is_not_there_and_the_other_hires_whoever_asks():
    assert answer(views.test_signals) == (500, "NameError")
    assert people() == 0
    assert answer(views.test_logging) == (200, None)
    assert people() == 1


def test_it_sends_no_request_so_the_receiver_fails_and_the_person_stays():
    with standing_in_a_folder() as folder:
        with connected(event_logging.event_signal, event_logging.view_event_logging):
            assert answer(views.test_logging) == (500, "KeyError")
        assert list(folder.iterdir()) == []
    assert people() == 1


def test_the_log_lies_wherever_the_process_stands_without_the_instance_and_with_any_line():
    with standing_in_a_folder() as folder:
        log = folder / "log_event.log"
        event_logging.log_event("View: hire", "Ada was hired.", instance="Employees object (72)")
        assert log.read_text() == "14_11_2022_09_00_00 -- View: hire -- Ada was hired.\n"
        event_logging.log_event("View: hire", "Mallory\n14_11_2022_09_00_00 -- Trent was hired.")
        assert len(log.read_text().splitlines()) == 3


def test_no_url_leads_to_its_views():
    found = [pattern.callback for pattern in every_pattern(get_resolver())]
    assert found and not {views.test_signals, views.test_logging} & set(found)


def every_pattern(resolver):
    for pattern in resolver.url_patterns:
        yield from every_pattern(pattern) if hasattr(pattern, "url_patterns") else [pattern]


# The layout


def test_a_file_that_is_named_otherwise_is_not_found():
    assert failure_of_import(f"{LAYOUT}.named_otherwise") == (
        "ModuleNotFoundError: No module named 'named_otherwise.custom_signal'"
    )


def test_a_star_import_takes_the_module_datetime_away():
    assert shift_signals.datetime is datetime
    with pytest.raises(AttributeError):
        shift_signals.today()


@pytest.mark.parametrize("first", ["models", "signals"])
def test_a_model_that_needs_the_signal_makes_a_circle(first):
    assert "partially initialized module" in failure_of_import(f"{LAYOUT}.circle.{first}")


def test_what_can_be_imported_is_no_failure():
    with pytest.raises(RuntimeError, match="expected to fail"):
        failure_of_import(f"{LAYOUT}.star")
