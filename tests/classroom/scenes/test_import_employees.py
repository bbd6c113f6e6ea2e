"""A roster is hired as a whole, or nobody is and each fault is named with its row."""

import csv
import errno
import gzip
import io
import os
import re
import sys
import threading
import tracemalloc
import zipfile
from datetime import date, datetime
from time import perf_counter
from unittest.mock import Mock

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given, settings
from hypothesis import strategies as st

from classroom.management.commands import import_employees
from classroom.scenes import roster, sheets
from classroom.scenes.calendar import MONDAY, stand_on
from classroom.scenes.roster import COLUMNS, SAMPLE, read_roster
from classroom.scenes.sheets import rows_of
from speedy import scheduling
from speedy.models import Employees, Shifts, ShiftsEmployees

HEADER = "first_name,last_name,address,age,date_of_birth\n"
ADA = 'Ada,Quillbrook,"12 Lantern Row, Ely",33,1988-12-10\n'
GRACE = "Grace,Tallowmere,408 Juniper Street,30,1991-12-09\n"
ALAN = "Alan,Merrowby,7 Cobbler's Yard,43,1979-06-23\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(tmp_path):
    """A function that writes a file and returns its path."""

    def write(content):
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def load(write, week):
    """A function that imports a file, or the text of one, and returns what was said."""

    def load(content, **options):
        path = write(content) if isinstance(content, (str, bytes)) else content
        said = io.StringIO()
        call_command("import_employees", path, **{"stdout": said, "stderr": said} | options)
        return said.getvalue()

    return load


@pytest.fixture
def refusal(load):
    """A function that imports a file that must be refused, and returns the reason."""

    def refusal(content, **options):
        with pytest.raises(CommandError) as caught:
            load(content, **options)
        assert nobody_is_there()
        return str(caught.value)

    return refusal


@pytest.fixture
def reason(write):
    """A function that reads a file with one bad row, and returns (row, reason)."""

    def reason(*rows, header=HEADER):
        (bad,) = read_roster(write(header + "".join(rows))).bad
        return bad

    return reason


def nobody_is_there():
    return not Employees.objects.exists() and not Shifts.objects.exists()


def names():
    return list(Employees.objects.order_by("pk").values_list("first_name", flat=True))


def changed(column, value):
    """The row of Ada with another value in one column."""
    values = next(csv.reader([ADA]))
    values[COLUMNS.index(column)] = value
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()


def crowd(number):
    return HEADER + "".join(f"P{n},Okafor,{n} Harbour Street,30,\n" for n in range(number))


# The sample


def test_the_sample_fills_ten_shifts_of_three_in_the_order_of_the_file(load, week, rota):
    load(SAMPLE)
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        order = [row["first_name"] for row in csv.DictReader(file)]
    assert len(order) == 30
    assert rota() == {week[day]: order[3 * day : 3 * day + 3] for day in range(10)}


def test_the_sample_begins_with_ada_and_grace_and_has_no_two_alike():
    people = [employee for _, employee in read_roster(SAMPLE).people]
    assert [person.first_name for person in people[:2]] == ["Ada", "Grace"]
    assert len({str(person) for person in people}) == len(people) == 30
    assert max(len(str(person)) for person in people) <= 18


def test_the_ages_of_the_sample_fit_the_dates_of_birth_on_the_day_of_the_course():
    for row, person in read_roster(SAMPLE).people:
        born = person.date_of_birth
        had_birthday = (MONDAY.month, MONDAY.day) >= (born.month, born.day)
        assert person.age == MONDAY.year - born.year - (not had_birthday), row
    assert date(2022, 11, 14) == MONDAY


# Two ways of hiring


@pytest.mark.parametrize("batch", [False, True])
def test_every_field_is_stored(load, batch):
    load(HEADER + ADA, batch=batch)
    assert Employees.objects.values_list(*COLUMNS).get() == (
        "Ada",
        "Quillbrook",
        "12 Lantern Row, Ely",
        33,
        date(1988, 12, 10),
    )


def test_a_batch_leads_to_the_same_rota(load, week, rota):
    """With a hole to fill, an expired shift, and somebody to place again."""
    rotas = []
    for batch in (False, True):
        with transaction.atomic():
            week.turn_to(-1)
            load(crowd(5))
            Employees.objects.filter(first_name="P4").delete()
            week.turn_to(0)
            load(SAMPLE, batch=batch)
            rotas.append(rota())
            transaction.set_rollback(True)
    one_by_one, in_a_batch = rotas
    assert one_by_one == in_a_batch
    assert one_by_one[week[0]] == ["P0", "P1", "P3"]


@pytest.mark.parametrize(("batch", "sent"), [(False, 30), (True, 0)])
def test_post_save_is_sent_once_a_hire_and_never_in_a_batch(load, batch, sent):
    heard = []

    def note(sender, created, **kwargs):
        heard.append(created)

    post_save.connect(note, sender=Employees)
    try:
        load(SAMPLE, batch=batch)
    finally:
        post_save.disconnect(note, sender=Employees)
    assert heard == [True] * sent


def test_a_batch_costs_a_few_statements(load):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        load(crowd(300), batch=True)
    assert len(queries) < 40


# All or nobody


def test_a_failure_halfway_leaves_nobody(load, monkeypatch):
    placed = []
    assign = scheduling.assign

    def fail_at_the_fifth(employee):
        placed.append(employee)
        if len(placed) == 5:
            raise RuntimeError("the fifth")
        return assign(employee)

    monkeypatch.setattr(scheduling, "assign", fail_at_the_fifth)
    with pytest.raises(RuntimeError, match="the fifth"), transaction.atomic():
        load(SAMPLE)
    assert len(placed) == 5
    assert nobody_is_there()


def test_whether_anybody_was_hired_is_said_where_the_output_cannot_be_written(write):
    """It said that a disk was full, as where nobody was hired."""
    full = Mock(write=Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(CommandError) as caught:
        call_command("import_employees", write(HEADER + ADA), stdout=full)
    assert str(caught.value).startswith("Hired 1 person for 1 shift, on ")
    assert "No space left on device" in str(caught.value)
    assert names() == ["Ada"]


@pytest.mark.django_db(transaction=True)
def test_nobody_is_hired_where_what_is_said_before_cannot_be_written(load):
    load(HEADER + ADA)
    full = Mock(write=Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(CommandError, match=r"^Nobody was hired\. This could not be printed: "):
        load(HEADER + ADA, stdout=full, allow_duplicates=True)
    assert names() == ["Ada"]


def test_a_failure_at_the_end_of_a_batch_leaves_nobody(load, monkeypatch):
    def fail(employees):
        raise RuntimeError("no shift")

    monkeypatch.setattr(scheduling, "assign_many", fail)
    with pytest.raises(RuntimeError, match="no shift"), transaction.atomic():
        load(SAMPLE, batch=True)
    assert nobody_is_there()


TRIGGER = {
    "sqlite": "CREATE TRIGGER no_grace BEFORE INSERT ON {table} WHEN new.{condition} "
    "BEGIN SELECT RAISE(ABORT, 'not \x1b[31mher'); END",
    "postgresql": "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'not \x1b[31mher'; END $$; CREATE TRIGGER no_grace BEFORE INSERT ON {table} "
    "FOR EACH ROW WHEN (new.{condition}) EXECUTE FUNCTION no()",
}
NO_GRACE = {"table": "speedy_employees", "condition": "first_name = 'Grace'"}
NO_SECOND_DAY = {"table": "speedy_shifts", "condition": f"shift_date > '{MONDAY}'"}


@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("rule, row", [(NO_GRACE, "row 3."), (NO_SECOND_DAY, "row 5.")])
def test_a_row_that_a_trigger_of_the_user_refuses_is_named(load, batch, rule, row):
    with connection.cursor() as cursor:
        cursor.execute(TRIGGER[connection.vendor].format(**rule))
    with pytest.raises(CommandError) as caught, transaction.atomic():
        load(SAMPLE, batch=batch)
    rows = "rows 2 to 31, one or more; without --batch the row is named." if batch else row
    assert str(caught.value).startswith(f"Nobody was hired: the database refused {rows} It says: ")
    assert "not \\u001b[31mher" in str(caught.value)
    assert nobody_is_there()


LEAVES_OUT = {
    "sqlite": "CREATE TRIGGER no_row BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END",
    "postgresql": "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; "
    "END $$; CREATE TRIGGER no_row BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no()",
}


@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("table", ["speedy_employees", "speedy_shifts", "speedy_shiftsemployees"])
def test_a_row_that_a_trigger_leaves_out_in_silence_is_named(load, batch, table):
    with connection.cursor() as cursor:
        cursor.execute(LEAVES_OUT[connection.vendor].format(table=table))
    with pytest.raises(CommandError) as caught, transaction.atomic():
        load(SAMPLE, batch=batch)
    said = r"the database stored no person, or no seat, for rows? 2.*, and told no error"
    assert re.match(f"Nobody was hired: {said}", str(caught.value))
    assert nobody_is_there()


UNKNOWN = {
    "sqlite": "CREATE TRIGGER no_grace BEFORE INSERT ON speedy_employees BEGIN SELECT no(1); END",
    "postgresql": "CREATE FUNCTION yes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
    "no(1); END $$; CREATE TRIGGER no_grace BEFORE INSERT ON speedy_employees FOR EACH ROW "
    "EXECUTE FUNCTION yes()",
}


@pytest.mark.parametrize("batch", [False, True])
def test_a_trigger_that_calls_what_is_not_there_is_no_disk_that_is_full(load, batch):
    with connection.cursor() as cursor:
        cursor.execute(UNKNOWN[connection.vendor])
    with pytest.raises(CommandError, match=r"database refused rows? 2.* It says: .*function"):
        load(SAMPLE, batch=batch)


def test_a_bad_row_keeps_everybody_out(refusal):
    said = refusal(HEADER + ADA + changed("age", "old") + GRACE)
    assert said.startswith("Nobody was hired: 1 of 3 rows cannot be read")
    assert "--skip-bad" in said


@pytest.mark.parametrize("batch", [False, True])
def test_skip_bad_hires_the_others_and_lists_the_bad(load, batch):
    said = load(HEADER + ADA + changed("age", "old") + GRACE, skip_bad=True, batch=batch)
    assert names() == ["Ada", "Grace"]
    assert "row 3: age: expected a whole number from 0 to 120, came 'old'\n" in said
    assert "Left out 1 row, listed above.\n" in said


def test_skip_bad_with_nothing_but_bad_rows_is_a_refusal(refusal):
    assert "none of 2 rows" in refusal(HEADER + ADA[:3] + "\n" + "Bo\n", skip_bad=True)


# Bad rows


@pytest.mark.parametrize("column", ["first_name", "last_name", "address", "age"])
@pytest.mark.parametrize("blank", ["", "  "])
def test_a_value_is_missing(reason, column, blank):
    row, said = reason(changed(column, blank))
    assert row == 2
    assert said.startswith(f"{column}: expected ")
    assert said.endswith(", came nothing")


@pytest.mark.parametrize(
    "age", ["old", "93.5", "-1", "121", "1e2", "9_3", "0x1f", "nan", "9" * 5000, "½"]
)
def test_an_age_is_none(reason, age):
    _, said = reason(changed("age", age))
    assert said.startswith(f"age: expected a whole number from 0 to 120, came '{age[:9]}")


@pytest.mark.on_one_database
@pytest.mark.parametrize("age", ["93", " 93 ", "93.0", "93.00", "９３", "+93", "093"])
def test_an_age_is_unmistakable(write, age):
    ((_, employee),) = read_roster(write(HEADER + changed("age", age))).people
    assert employee.age == 93


@pytest.mark.parametrize("born", ["1990-02-30", "10.12.1988", "12/10/1988", "yesterday", "1988"])
def test_a_date_is_none(week, reason, born):
    _, said = reason(changed("date_of_birth", born))
    assert said == (
        "date_of_birth: expected a date such as 1992-03-27, from the last 120 years, or nothing "
        f"(today is 2022-11-14, says this machine), came '{born}'"
    )


def test_a_date_of_birth_may_be_empty(load):
    load(HEADER + changed("date_of_birth", " "))
    assert Employees.objects.get().date_of_birth is None


@pytest.mark.parametrize("column", ["first_name", "last_name", "address"])
def test_a_value_is_too_long(reason, column):
    longest = Employees._meta.get_field(column).max_length
    _, said = reason(changed(column, "x" * (longest + 1)))
    assert said == (
        f"{column}: expected 1 to {longest} characters on one line, "
        f"came '{'x' * 60}'… ({longest + 1} characters)"
    )


@pytest.mark.parametrize("name", ["\u2800", "\u0301", "\u3164\u3164"])
@pytest.mark.parametrize("column", ["first_name", "last_name", "address"])
def test_what_is_drawn_as_nothing_is_no_name(reason, column, name):
    assert column in reason(changed(column, name))[1]


@pytest.mark.parametrize("sign", ["\0", "\n", "\x1b", "\x7f", "\x85", "\u2028"])
@pytest.mark.parametrize("column", ["first_name", "last_name", "address"])
def test_a_control_character_is_refused_and_shown_escaped(reason, column, sign):
    _, said = reason(changed(column, f"A{sign}B"))
    assert said.startswith(f"{column}: expected ")
    assert said.endswith(f"came {f'A{sign}B'!r}")
    assert said.isprintable()


@pytest.mark.parametrize(
    ("age", "came"),
    [
        ("3\x1b[2J3", r"'3\x1b[2J3'"),
        ("\x1b[2J" + "3" * 96, rf"'\x1b[2J{'3' * 56}'… (100 characters)"),
    ],
)
def test_a_control_character_is_escaped_in_an_age_too(reason, age, came):
    _, said = reason(changed("age", age))
    assert said.endswith(f"came {came}")


@pytest.mark.parametrize(("row", "number"), [("Ada\n", 1), ("Ada,Quillbrook,Ely,33\n", 4)])
def test_a_row_has_too_few_fields(reason, row, number):
    assert reason(GRACE, row) == (
        3,
        f"expected 5 fields, came {number}; an empty one needs its comma, too",
    )


@pytest.mark.parametrize("surplus", ["x", "7", "x,y", "x,,,,y", ",,x"])
@pytest.mark.parametrize("rows_before", [[], [GRACE]])
def test_a_row_has_too_many_fields(reason, surplus, rows_before):
    row, said = reason(*rows_before, ADA.strip() + f",{surplus}\n", ALAN)
    assert row == 2 + len(rows_before)
    assert said.startswith(f"expected 5 fields, came more: '{surplus.strip(',')[0]}")


def test_empty_fields_behind_the_last_are_no_fault(write):
    roster = read_roster(write(HEADER.strip() + ",,,\n" + ADA.strip() + ",,,,,,\n" + GRACE))
    assert [row for row, _ in roster.people] == [2, 3]


def test_too_many_fields_are_found_behind_a_header_with_empty_columns(reason):
    row, said = reason(GRACE, ADA.strip() + ",,,x\n", header=HEADER.strip() + ",,\n")
    assert (row, said[:34]) == (3, "expected 5 fields, came more: 'x';")


def test_a_blank_sixth_field_is_reported_as_one_too_many(reason):
    _, said = reason("Ada,Quillbrook,12 Lantern Row, Ely,33,\n")
    assert said.startswith("expected 5 fields, came 6; a value with a comma in it needs quotes")


@pytest.mark.parametrize("born", ["2022-11-15", "2090-01-01", "1890-01-01", "0001-01-01"])
def test_nobody_is_born_in_the_future_or_before_anybody_alive(week, reason, born):
    _, said = reason(changed("date_of_birth", born))
    assert said.startswith("date_of_birth: expected a date such as 1992-03-27, from the last 120")


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2100, 6, 1)])
def test_the_sample_is_whole_and_an_import_says_the_day_where_the_clock_is_wrong(week, load, day):
    """Three of the thirty were left, in silence, and the file was said to be wrong."""
    people = roster.sample_roster()
    stand_on(day)
    assert roster.sample.__wrapped__() == people and len(people) == 30
    with pytest.raises(CommandError):
        load(SAMPLE)
    _, [bad, *_] = read_roster(SAMPLE)
    assert f"(today is {day}, says this machine)" in bad.reason


def test_today_is_a_date_of_birth(load):
    load(HEADER + changed("date_of_birth", MONDAY.isoformat()))
    assert names() == ["Ada"]


def test_of_many_bad_rows_the_first_are_listed(refusal, load):
    said = load(HEADER + "Bo\n" * 300 + ADA, skip_bad=True)
    assert (
        said.count("expected 5 fields") == 200
        and "and 100 rows more, the last of them row 301" in said
    )


def test_several_faults_of_a_row_are_joined(reason):
    _, said = reason("Ada,,Ely,old,never\n")
    assert said.count(": expected") == 3
    assert said.count("; ") == 2


def test_blank_lines_are_skipped_and_counted(write):
    rows = ["\n", ADA, "\n", ",,,,\n", "  \n", changed("age", "old"), GRACE]
    roster = read_roster(write(HEADER + "".join(rows)))
    assert [row for row, _ in roster.people] == [3, 8]
    assert [row for row, _ in roster.bad] == [7]


def test_a_blank_row_before_the_header_may_be_wide(write):
    roster = read_roster(write(",,,,,,,,,,,\n" + HEADER + ADA))
    assert [row for row, _ in roster.people] == [3]


def test_a_value_of_several_lines_is_one_row(reason):
    row, _ = reason('Ada,Quillbrook,"12 Lantern Row\nEly",33,\n', GRACE)
    assert row == 2
    row, _ = reason('Ada,Quillbrook,"12 Lantern Row, Ely\n",33,\n', "Bo\n")
    assert row == 3


# Good rows


@pytest.mark.parametrize("name", ["NA", "Null", "None", "nan", "N/A", "True", "007", "1e5"])
def test_a_name_stays_text(load, name):
    load(HEADER + changed("last_name", name))
    assert Employees.objects.get().last_name == name


def test_any_order_of_columns_is_read(load):
    load("age,last_name, date_of_birth,first_name,address\n33,Q,1988-12-10,Ada,Ely\n")
    assert Employees.objects.values_list(*COLUMNS).get() == (
        *("Ada", "Q", "Ely", 33),
        date(1988, 12, 10),
    )


@pytest.mark.on_one_database
@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_any_line_end_and_a_byte_order_mark_are_read(load, end):
    load("\ufeff" + (HEADER + ADA + GRACE).replace("\n", end))
    assert names() == ["Ada", "Grace"]


def test_spaces_around_a_value_go_and_letters_are_composed(load):
    load(HEADER + changed("first_name", "  Zoe\u0308 "))
    assert names() == ["Zo\u00eb"]


SPELLINGS = [
    ("Zo\u00eb", "Zoe\u0308"),
    ("Mary Ann", "Mary\u00a0Ann"),
    ("Mary Ann", " Mary \u2009 Ann\u3000"),
    ("Ada", "A\u200bd\u00ada\ufeff"),
    ("Ada", "A\u034fd\u2062a\ufe0f\U000e0061"),  # nothing that is drawn
    ("Ada", "\u3164Ada\u2800"),  # blanks that are no spaces of Unicode's
    ("Ada", "A\u200dda\u200c"),
    ("D'Arcy", "D\u2019Arcy"),
    ("D'Arcy", "D\u02bcArcy"),
    ("Mary-Ann", "Mary\u2011Ann"),
    ("Vi\u1ec7t", "Vie\u0323\u0302t"),
    ("\uac00", "\u1100\u1161"),
]
# Who is known by another spelling, two ways find out; a form writes what it is given as one does.
WAYS = [(way, *it) for way in ("create()", "the roster") for it in SPELLINGS]
WAYS += [(way, *it) for way in ("the board", "the admin") for it in SPELLINGS[4:6]]


@pytest.mark.parametrize(("way", "first", "again"), WAYS)
def test_the_same_person_in_another_spelling_is_the_same_on_every_way_in(
    load, admin_client, way, first, again
):
    """D13: hired twice, on the board and by a roster."""
    fields = {"first_name": again, "last_name": "Q", "address": "Ely", "age": 33}
    if way == "the board":
        admin_client.post("/hire/", {**fields, "wiring": "direct call"})
    elif way == "the admin":
        admin_client.post("/admin/speedy/employees/add/", fields)
    elif way == "create()":  # stores what it is given, and is found all the same
        Employees.objects.create(**fields)
    else:
        load(HEADER + f"{again},Q,Ely,33,")
    assert names() == [again if way == "create()" else first]
    assert "row 2: " in load(HEADER + f"{first},Q,Ely,33,")
    assert "stands in row 2 already" in load(HEADER + f"{again},Q,E,33,\n{first},Q,E,33,")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("علی\u200cرضا", "علیرضا"),
        ("क्\u200dष", "क्ष"),
        ("葛\U000e0100西", "葛西"),
        ("\u202aAda\u202c", "Ada"),
        ("ᠠ\u180bᠨ", "ᠠᠨ"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_signs_that_spell_are_kept_and_make_nobody_another_person(load, one, other, turned):
    one, other = (other, one) if turned else (one, other)
    Employees.objects.create(first_name=one, last_name="Q", address="Ely", age=33)
    said = load(HEADER + f"{other},Q,Ely,33,\nAda,Other,Ely,33,", skip_bad=True)
    assert names() == [one, "Ada"]
    assert "row 2: " in said


@pytest.mark.parametrize("name", ["می\u200cخواهم", "क्\u200dष", "Ḥāʻena", "Ａda", "½", "1–3"])
def test_what_is_another_spelling_to_readers_stays(load, name):
    load(HEADER + changed("first_name", name))
    assert names() == [name]


# Faults of the whole file


@pytest.mark.parametrize("blank", ["", "\n\n", "\ufeff", ",,,\n", "  \n"])
def test_an_empty_file_is_refused(refusal, blank):
    assert "expected a header (first_name,last_name," in refusal(blank)


@pytest.mark.parametrize("header", [HEADER, HEADER.strip(), HEADER + "\n,,\n"])
def test_a_file_with_only_a_header_is_refused(refusal, header):
    assert "came only a header" in refusal(header)


def test_a_file_that_is_not_there_is_refused(refusal, tmp_path):
    assert "No such file or directory" in refusal(tmp_path / "nobody.csv")


def test_the_name_of_a_file_is_escaped(refusal, tmp_path):
    assert r"no\u001bbody.csv: expected" in refusal(tmp_path / "no\x1bbody.csv")


def test_a_directory_is_refused(refusal, tmp_path):
    assert "Is a directory" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("header", "came"),
    [
        ("first_name,last_name,address,age\n", "'age'."),
        ("first_name,last_name,address,age,date_of_birth,wage\n", "'wage'."),
        ("first_name,last_name,address,age,age\n", "'age', 'age'."),
        (HEADER.strip() + ",age\n", "'date_of_birth', 'age'."),
        ("first_name,last_name,address,age,,date_of_birth\n", "nothing, 'date_of_birth'."),
        (HEADER.replace(",", ":"), "'first_name:last_name:address:age:date_of_birth'."),
        ("a\x1bb," * 20 + "c\n", r"'a\x1bb', …."),
        (ADA, "'1988-12-10'."),
        ("\u00ad\n", "came nothing."),  # a soft hyphen: nothing that can be seen
        ("\u00ad,\u200b,\n", "came nothing."),
    ],
)
def test_other_columns_are_refused(refusal, header, came):
    said = refusal(header + ADA)
    assert "expected the columns first_name, last_name, address, age, date_of_birth" in said
    assert said.endswith(f"{came} Correct the first row.")


def test_another_encoding_is_refused_with_the_place_and_the_way_out(refusal):
    said = refusal((HEADER + GRACE + changed("first_name", "Søren")).encode("latin-1"))
    assert "came the byte 0xf8 in line 3" in said
    assert "with --encoding cp1252 (Windows, Western Europe) that line is 'Søren,Quillbrook" in said


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_open_quote_is_refused_and_loses_no_row_silently(refusal, place):
    rows = [ADA, GRACE, ALAN]
    rows[place] = 'Bo,Okafor,"1 Harbour Street,30,\n'
    said = refusal(HEADER + "".join(rows))
    assert "expected every quote to be closed" in said
    assert f"in line {place + 2} " in said


def test_text_behind_a_closed_quote_is_refused(refusal):
    assert "in line 3 " in refusal(HEADER + ADA + 'Bo,"Oka"for,Harbour,30,\n' + GRACE)


def test_a_field_beyond_the_limit_of_csv_is_refused(refusal):
    said = refusal(HEADER + GRACE + changed("address", "x" * 131_073))
    assert "expected 131,072 characters at most in a value, came more in the row" in said
    assert "begins in line 3. " in said and "quote to be closed" not in said


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_any_usual_separator_is_read(load, separator):
    row = separator.join(["Ada", "Q", "Ely, UK", "33,0", ""])
    load("\n" + HEADER.replace(",", separator) + row)
    assert Employees.objects.values_list("address", "age").get() == ("Ely, UK", 33)


def test_the_first_line_may_name_the_separator(load):
    load("sep=;\n" + HEADER.replace(",", ";") + "Ada;Q;Ely;33;\n")
    assert names() == ["Ada"]


@pytest.mark.on_one_database
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_unicode_is_read_in_each_of_its_forms_packed_or_not(load, encoding, pack):
    load(pack((HEADER + changed("first_name", "Søren")).encode(encoding)))
    assert names() == ["Søren"]


def test_another_encoding_is_read_where_it_is_named(load):
    load((HEADER + changed("first_name", "Søren")).encode("cp1252"), encoding="cp1252")
    assert names() == ["Søren"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-7"])
def test_another_encoding_than_the_one_that_is_named_is_said(refusal, encoding):
    said = refusal(HEADER.encode() + b"S\xf8ren,Quillbrook,Ely,33,1988-12-10\n", encoding=encoding)
    assert "damaged" not in said and "Copy it once more" not in said
    assert encoding in said.lower() and "--encoding" in said


@pytest.mark.parametrize("encoding", ["klingon", "base64", "\0", "undefined", "idna", "punycode"])
def test_what_is_no_encoding_is_refused(refusal, encoding):
    assert "expected an encoding of files" in refusal(HEADER + ADA, encoding=encoding)


def workbook(*rows, **cells):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for place, value in cells.items():
        book.active[place] = value
    book.save(file)
    return file.getvalue()


def test_a_workbook_is_read_whatever_its_name(load):
    born = datetime(1988, 12, 10)
    load(workbook(COLUMNS, [], ["Ada", "Q", "Ely", 33.0, born], ["Bo", 7, "Ely", 30, None]))
    assert list(Employees.objects.values_list("last_name", "age", "date_of_birth")) == [
        ("Q", 33, born.date()),
        ("7", 30, None),
    ]


def test_the_blank_rows_before_a_cell_far_below_are_not_written_out(refusal, monkeypatch):
    written, text_of = [], sheets.text_of
    monkeypatch.setattr(sheets, "text_of", lambda value: written.append(value) or text_of(value))
    assert "rows at most" in refusal(workbook(COLUMNS, XFD1048576="x"))
    assert len(written) <= 256


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipe has a name there")
@pytest.mark.parametrize("kind", ["csv", "gz", "xlsx"])
def test_what_comes_through_a_pipe_in_pieces_is_read_whole(tmp_path, kind):
    """Of the first piece one byte came, which was taken for the beginning of a text."""
    rows = {"csv": HEADER + ADA, "gz": gzip.compress((HEADER + ADA).encode())}
    content = rows.get(kind) or workbook(COLUMNS, ["Ada", "Q", "Ely", 33, None])
    content = content.encode() if kind == "csv" else content
    os.mkfifo(pipe := tmp_path / "pipe")

    def fill():
        with pipe.open("wb", buffering=0) as out:
            for piece in (content[:1], content[1:]):
                out.write(piece)

    filling = threading.Thread(target=fill)
    filling.start()
    assert [values[0] for _, values in rows_of(pipe)] == ["first_name", "Ada"]
    filling.join()


def test_a_workbook_is_refused_where_its_reader_is_missing(refusal, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert "expected openpyxl, to read an .xlsx" in refusal(workbook(COLUMNS))


def zipped(name, content=b""):
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("came", "content"),
    [
        ("came a folder that is packed", lambda: zipped("content.xml")),
        ("damaged", lambda: zipped("xl/workbook.xml")),
        ("inside, came 134,217,728", lambda: zipped("xl/workbook.xml", bytes(2**27))),
        ("damaged", lambda: workbook(COLUMNS)[:-9]),
        ("came an old workbook", lambda: b"\xd0\xcf\x11\xe0" + bytes(99)),
        ("came a PDF", lambda: b"%PDF-1.7"),
        ("came a file that is packed twice", lambda: gzip.compress(gzip.compress(b""))),
        ("damaged", lambda: gzip.compress(HEADER.encode())[:-9]),
        ("damaged", lambda: b"\x1f\x8b" + bytes(99)),
        ("characters at most in a row", lambda: gzip.compress(bytes(2**27))),
        ("200,000 rows at most", lambda: gzip.compress(HEADER.encode() + b"\n" * 2**18)),
        ("open there", lambda: gzip.compress(HEADER.encode() + b'"1","2\n",' * 2**17)),
        ("columns at most, came 30,001 in row 2", lambda: HEADER.encode() + b"," * 30_000),
        ("expected the columns", lambda: bytes(range(1, 128)) * 9),
    ],
)
def test_what_is_no_table_or_too_much_is_refused_with_its_cure(refusal, came, content):
    assert came in refusal(content())


def test_a_wide_header_costs_no_more_than_its_bytes(load):
    """D17: it took five minutes and 5.2 GB."""
    begin = perf_counter()
    load(HEADER.strip() + "," * 16_379 + "\n" + ADA + GRACE * 3, batch=True)
    assert names() == ["Ada", "Grace"] and perf_counter() - begin < 5


@pytest.mark.on_one_database
def test_a_long_file_fits_into_memory(load):
    """100,000 rows take less than 200 MB beside Django itself, all told."""
    text = crowd(10_000).replace("Okafor", "Okafor" * 9)
    tracemalloc.start()
    try:
        load(text, batch=True)
        assert tracemalloc.get_traced_memory()[1] < 15 * 2**20
    finally:
        tracemalloc.stop()


# Duplicates


def test_the_same_roster_twice_hires_nobody_twice_and_says_so(load):
    load(SAMPLE)
    said = load(SAMPLE)
    assert Employees.objects.count() == ShiftsEmployees.objects.count() == 30
    assert "row 2: Ada Quillbrook is employed already, left out\n" in said
    assert "row 31: " in said
    assert said.endswith("Hired nobody.\nLeft out 30 rows, listed above.\n")


@pytest.mark.parametrize("batch", [False, True])
def test_somebody_new_is_hired_beside_those_who_are_employed(load, batch):
    load(HEADER + ADA)
    said = load(HEADER + GRACE + ADA + ALAN, batch=batch)
    assert names() == ["Ada", "Grace", "Alan"]
    assert "row 3: Ada Quillbrook is employed already, left out\n" in said


def test_of_many_who_are_employed_the_first_are_named(load, monkeypatch):
    monkeypatch.setattr(import_employees, "MOST_LISTED", 3)
    load(SAMPLE)
    said = load(SAMPLE)
    assert said.count("is employed already") == 3
    assert "\nand 27 rows more like these, left out\n" in said


def test_somebody_who_stands_twice_in_the_file_is_hired_once(load):
    said = load(HEADER + ADA + GRACE + changed("age", "34"))
    assert names() == ["Ada", "Grace"]
    assert "row 4: Ada Quillbrook stands in row 2 already, left out\n" in said


def test_without_a_date_of_birth_a_duplicate_is_found_too(load):
    load(crowd(2))
    assert "row 2: P0 Okafor is employed already" in load(crowd(2))


@pytest.mark.parametrize("column", ["first_name", "last_name", "address", "date_of_birth"])
def test_somebody_who_differs_is_another_person(load, column):
    load(HEADER + ADA)
    load(HEADER + changed(column, "1990-01-05"))
    assert Employees.objects.count() == 2


def test_allow_duplicates_hires_again_and_says_so(load):
    load(HEADER + ADA)
    said = load(HEADER + ADA + GRACE + GRACE, allow_duplicates=True)
    assert names() == ["Ada", "Ada", "Grace", "Grace"]
    assert "row 2: Ada Quillbrook is employed already, hired all the same\n" in said
    assert "row 4: Grace Tallowmere stands in row 3 already, hired all the same\n" in said
    assert "Left out" not in said


def test_the_name_of_a_duplicate_is_escaped(load):
    sneaky = changed("first_name", "Ada\u0600")  # nobody sees it, and no font shows it
    load(HEADER + sneaky)
    assert r"row 2: Ada\u0600 Quillbrook is" in load(HEADER + sneaky)


def test_duplicates_of_a_long_file_are_found_with_one_query(load):
    load(crowd(1200), batch=True)
    with CaptureQueriesContext(connection) as queries:
        load(crowd(1200))
    # A transaction around it, and no row read for each few hundred; PostgreSQL is told to lock the
    # rota, too, and does not log what a server-side cursor reads.
    assert len(queries) <= (4 if connection.vendor == "postgresql" else 3)


# What is said


@pytest.mark.parametrize(
    ("number", "summary"),
    [
        (1, "Hired 1 person for 1 shift, on 2022-11-14.\n"),
        (3, "Hired 3 people for 1 shift, on 2022-11-14.\n"),
        (4, "Hired 4 people for 2 shifts, from 2022-11-14 to 2022-11-15.\n"),
        (1600, "Hired 1600 people for 534 shifts, from 2022-11-14 to 2024-04-30.\n"),
    ],
)
def test_the_summary_says_how_many_and_when(load, number, summary):
    assert load(crowd(number), batch=True) == summary


def test_the_summary_counts_only_the_shifts_of_the_hired(load):
    load(crowd(5))
    assert load(HEADER + ADA) == "Hired 1 person for 1 shift, on 2022-11-15.\n"


@pytest.mark.on_one_database
@pytest.mark.parametrize("batch", [False, True])
def test_no_bar_is_drawn_where_nobody_watches(load, capfd, batch):
    load(SAMPLE, batch=batch)
    assert capfd.readouterr() == ("", "")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.on_one_database
@pytest.mark.parametrize("batch", [False, True])
def test_a_bar_is_drawn_on_a_terminal(load, monkeypatch, batch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setitem(import_employees.reading.keywords, "delay", 0)
    load(SAMPLE, batch=batch)
    assert "Reading: 0 rows" in terminal.getvalue()
    assert "Hiring: 100%" in terminal.getvalue()
    assert "30/30" in terminal.getvalue()


# Whatever comes

ROWS = [ADA, GRACE, ALAN]
UNASSIGNED = "\U00018cd6" + ADA  # a sign that Unicode has not assigned, before a name
VALUES = [*COLUMNS, "Ada", "33", "1988-12-10", "NA"]
SIGNS = [*',;"\n\r\0\ufeff \u2028\x1c', ",,", '""', "\r\n"]
PIECES = st.sampled_from(ROWS + VALUES + SIGNS)
ANY_TEXT = st.one_of(
    st.text(),
    st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=25).map("".join),
)
ANY_FILE = st.one_of(
    st.binary(),
    st.one_of(ANY_TEXT, ANY_TEXT.map(lambda text: HEADER + text)).map(str.encode),
)


@pytest.fixture(scope="module")
def any_path(tmp_path_factory):
    return tmp_path_factory.mktemp("any") / "roster.csv"


@settings(deadline=None, max_examples=300)
@given(content=ANY_FILE, skip_bad=st.booleans(), batch=st.booleans())
@example(content=b'\t""\0', skip_bad=False, batch=False)
@example(content=(HEADER + UNASSIGNED * 2).encode(), skip_bad=False, batch=False)
def test_any_file_is_hired_cleanly_or_refused_without_a_trace(any_path, content, skip_bad, batch):
    any_path.write_bytes(content)
    said = io.StringIO()
    options = {"skip_bad": skip_bad, "batch": batch, "stdout": said, "stderr": said}
    with transaction.atomic():
        try:
            call_command("import_employees", any_path, **options)
        except CommandError as refusal:
            assert nobody_is_there()
            assert str(refusal).isprintable()
        else:
            hired = Employees.objects.count()
            assert hired == ShiftsEmployees.objects.count() > 0
            assert said.getvalue().count(f"Hired {hired} p") == 1
        transaction.set_rollback(True)
    assert said.getvalue().replace("\n", "").isprintable()


@pytest.mark.on_one_database
@settings(deadline=None, max_examples=300)
@given(rows=st.lists(st.lists(st.text(max_size=4), max_size=9), max_size=6))
def test_no_row_and_no_field_is_lost(any_path, rows):
    with any_path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    read = dict(rows_of(any_path))
    for number, values in enumerate(rows, start=2):
        assert read.get(number, []) == (values if any(map(str.strip, values)) else [])
