"""The board and the two views: GET shows, POST acts, and nothing that is sent breaks them.

See https://docs.djangoproject.com/en/5.2/topics/testing/tools/#the-test-client
"""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import date
from html import escape, unescape

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from classroom.experiments.measuring import fill
from classroom.experiments.racing import at_once
from classroom.scenes.calendar import MONDAY, let_go, stand_on
from classroom.scenes.database import private_event_log
from speedy import models, scheduling, views
from speedy.event_file import read_events
from speedy.forms import COLUMNS, HireForm, PersonForm
from speedy.models import SEATS, Employees, Shifts, ShiftsEmployees
from speedy.models.employees import tidy
from speedy.wirings import WIRINGS

ADA = {"first_name": "Ada", "last_name": "Lovelace", "address": "12 St James's Square", "age": "36"}
CALL = {"wiring": "direct call"}
HIRING = ["/hire/", "/test_signals/", "/test_logging/"]
FORMS = ["/hire/", "/test_logging/"]  # the other one reads what is posted as the first does
SHOWING = ["/", "/test_signals/", "/test_logging/"]


@pytest.fixture(autouse=True)
def log(week, db):
    """A Monday, and an event log of its own; a function that reads it."""
    with private_event_log():
        yield lambda: read_events(django_settings.EVENT_LOG)


@pytest.fixture
def browser(django_capture_on_commit_callbacks):
    """A browser; what its requests leave to the commit is done, though a test never commits."""

    class Browser(Client):
        def request(self, **request):
            with django_capture_on_commit_callbacks(execute=True):
                return super().request(**request)

    return Browser(SERVER_NAME="localhost")


def fields_for(url, **changed):
    """What the form at that address sends for Ada; a field set to None is left out."""
    fields = (CALL if url == "/hire/" else {}) | ADA | changed
    return {name: value for name, value in fields.items() if value is not None}


def stored():
    return Employees.objects.count(), Shifts.objects.count(), ShiftsEmployees.objects.count()


def text_of(page):
    return page.content.decode()


# What is shown, and what acts


@pytest.mark.parametrize("url", SHOWING)
@pytest.mark.parametrize("method", ["get", "head"])
def test_showing_a_page_writes_nothing(browser, url, method, log):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = getattr(browser, method)(url, ADA)
    assert page.status_code == 200
    assert [it["sql"] for it in asked if not it["sql"].startswith("SELECT")] == []
    assert stored() == (0, 0, 0) and log() == []


@pytest.mark.on_one_database
@pytest.mark.parametrize(
    ("url", "methods"),
    [
        ("/", ["post", "put", "patch", "delete", "options"]),
        ("/hire/", ["get", "head", "put", "patch", "delete", "options"]),
        ("/leave/1/", ["get", "head", "put", "patch", "delete", "options"]),
        ("/undo/", ["get", "head", "put", "patch", "delete", "options"]),
        ("/test_signals/", ["put", "patch", "delete", "options"]),
        ("/test_logging/", ["put", "patch", "delete", "options"]),
    ],
)
def test_any_other_method_is_refused(browser, url, methods, hire):
    hire("Ada")
    before = stored()
    for method in methods:
        page = getattr(browser, method)(url, ADA if method in ("get", "post") else None)
        assert page.status_code == 405 and page["Allow"], method
    assert stored() == before


@pytest.mark.parametrize("url", [*HIRING, "/leave/1/", "/undo/"])
def test_without_its_token_nothing_acts(url, hire):
    [ada] = hire("Ada")
    before = stored()
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    assert strict.post(url.replace("1", str(ada.pk)), fields_for(url)).status_code == 403
    assert stored() == before


@pytest.mark.parametrize("url", HIRING)
def test_the_token_of_the_page_lets_its_form_act(url):
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    page = text_of(strict.get("/" if url == "/hire/" else url))
    [token] = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page))
    sent = strict.post(url, fields_for(url) | {"csrfmiddlewaretoken": token})
    assert sent.status_code in (200, 302) and stored() == (1, 1, 1)


@pytest.mark.parametrize("url", [*SHOWING, "/hire/"])
def test_a_forged_host_is_refused(url):
    forged = Client(SERVER_NAME="localhost", headers={"host": "evil.example"})
    method = forged.post if url == "/hire/" else forged.get
    page = method(url, fields_for(url))
    assert page.status_code == 400 and "evil.example" not in page.headers.get("Location", "")
    assert stored() == (0, 0, 0)


# Hiring


@pytest.mark.parametrize("wiring", WIRINGS)
def test_each_wiring_of_the_board_gives_a_seat_which_is_marked_and_says_so(
    browser, wiring, log, hire
):
    hire("Grace")
    sent = browser.post("/hire/", fields_for("/hire/", wiring=wiring), follow=True)
    shown = reverse("speedy:board", query={"wiring": wiring}, fragment="newest")
    assert sent.redirect_chain == [(shown, 302)]
    assert stored() == (2, 1, 2)
    page = text_of(sent)
    assert f"Ada Lovelace works here now, hired by {wiring}." in page
    assert f'<option value="{wiring}" selected>' in page
    [event] = log()
    assert (event.sender, event.message) == ("hire", "Employees object created: Ada Lovelace")
    seats = re.findall(r'<li class="seat.*?</li>', page, re.DOTALL)
    assert [seat.count("<mark>new</mark>") for seat in seats] == [0, 1, 0]
    assert [re.findall(r'class="chip.*?>(.*?)<', seat) for seat in seats] == [[], [wiring], []]
    assert "Ada" in seats[1] and 'id="newest"' in seats[1]
    elsewhere = text_of(Client(SERVER_NAME="localhost").get("/"))
    assert "chip" not in elsewhere and "<mark>" not in elsewhere


@pytest.mark.parametrize("url", ["/test_signals/", "/test_logging/"])
def test_the_two_views_hire_and_say_so(browser, url, log):
    page = browser.post(url, ADA)
    assert page.status_code == 200 and stored() == (1, 1, 1)
    assert "Employees object created: <strong>Ada Lovelace</strong>" in text_of(page)
    assert "who works on Monday 14 November 2022" in text_of(page)
    assert [event.sender for event in log()] == [url.strip("/")]


@pytest.mark.parametrize("url", FORMS)
@pytest.mark.parametrize("name", ["Søren", "Ἑλένη", "李", "نور", "Zoë 🎈", "O'Brien", "x" * 100])
def test_names_of_every_alphabet_are_kept_as_they_are(browser, url, name):
    browser.post(url, fields_for(url, first_name=name))
    assert Employees.objects.get().first_name == name
    assert escape(name) in text_of(browser.get("/"))


@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize("url", HIRING)
def test_a_name_is_never_markup(browser, url, log):
    name = "<script>alert('x')</script>\"&"
    page = browser.post(url, fields_for(url, first_name=name, address=name), follow=True)
    assert Employees.objects.get().first_name == name
    for shown in (text_of(page), text_of(browser.get("/"))):
        assert "<script" not in shown and "&lt;script&gt;" in shown
    assert name in log()[0].message


# What is sent twice


def token_of(browser, url):
    page = text_of(browser.get("/" if url == "/hire/" else url))
    form = page.partition(f'action="{url}"')[2].partition("</form>")[0]
    [token] = re.findall(r'<input type="hidden" name="once" value="([^"]+)"', form)
    return token


@pytest.mark.parametrize("url", HIRING)
def test_a_form_that_comes_twice_hires_once_and_says_so(browser, url, log):
    sent = fields_for(url, once=token_of(browser, url))
    browser.post(url, sent)
    fired = browser.session.get("what_fired")
    again = browser.post(url, sent, follow=True)
    assert "This form came twice; Ada Lovelace was hired once." in unescape(text_of(again))
    assert stored() == (1, 1, 1) and len(log()) == 1
    assert browser.session.get("what_fired") == fired


@pytest.mark.parametrize("url", HIRING)
def test_a_form_that_comes_again_to_a_server_that_was_started_again_hires_once(browser, url):
    sent = fields_for(url, once=token_of(browser, url))
    browser.post(url, sent)
    cache.clear()  # a process that ends forgets it
    assert "This form came twice" in text_of(browser.post(url, sent, follow=True))
    assert Employees.objects.count() == 1


@pytest.mark.parametrize("url", HIRING)
def test_two_tabs_are_two_forms_and_one_that_is_gone_back_to_may_hire_another(browser, url):
    first, second = (fields_for(url, once=token_of(browser, url)) for _ in range(2))
    browser.post(url, first)
    browser.post(url, second)
    browser.post(url, first | {"first_name": "Grace"})
    assert [person.first_name for person in Employees.objects.order_by("pk")] == [
        *("Ada", "Ada", "Grace")
    ]


@pytest.mark.parametrize("url", HIRING)
def test_a_form_that_was_refused_may_come_again(browser, url, monkeypatch):
    sent = fields_for(url, once=token_of(browser, url))
    assert browser.post(url, sent | {"age": "400"}).status_code == 400
    with monkeypatch.context() as patch:
        patch.setattr(scheduling, "assign", raising(IntegrityError("no seat")))
        assert browser.post(url, sent | {"wiring": "direct call"} if "wiring" in sent else sent)
    browser.post(url, sent)
    assert Employees.objects.count() == 1


def raising(error):
    def refuse(*args, **kwargs):
        raise error

    return refuse


@pytest.mark.parametrize("token", ["", "no token", "x" * 10_000, "\0"])
def test_a_token_that_is_none_breaks_nothing(browser, token):
    assert browser.post("/hire/", fields_for("/hire/", once=token)).status_code in (302, 400)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_hires_once():
    browser = Client(SERVER_NAME="localhost")
    sent = fields_for("/hire/", once=token_of(browser, "/hire/"))
    assert at_once(lambda _: Client(SERVER_NAME="localhost").post("/hire/", sent), 4) == []
    assert stored() == (1, 1, 1)


@pytest.mark.parametrize("url", [*SHOWING, "/admin/login/", "/nowhere/"])
def test_an_address_of_too_many_fields_gets_a_sentence(browser, url):
    """Django's page of frames reads the fields again, and so failed itself."""
    many = {f"field{number}": number for number in range(2000)}
    for answer in browser.get(url, many), browser.post(url, many):
        assert (answer.status_code, answer.headers["Content-Type"][:10]) == (400, "text/plain")
        assert "with 1,000 fields at most" in answer.text


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("charset", ["rot13", "base64", "utf-16", "latin-1", "klingon"])
def test_a_form_in_an_odd_encoding_gets_a_sentence(browser, kind, charset):
    answer = browser.generic("POST", "/hire/", b"first_name=Ada", f"{kind}; charset={charset}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/plain") or "first_name" in answer.text


@pytest.mark.parametrize("url", ["/hire/", *SHOWING, "/admin/login/", "/nowhere/"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_whose_length_is_no_number_gets_a_sentence(browser, url, kind):
    answer = browser.generic("POST", url, b"first_name=Ada", kind, CONTENT_LENGTH="abc")
    assert (answer.status_code, answer.headers["Content-Type"][:10]) == (400, "text/plain")
    assert "its length in digits" in answer.text and "'abc'" in answer.text


# What cannot be hired

BAD = {
    "no first name": ({"first_name": None}, "first_name"),
    "an empty last name": ({"last_name": ""}, "last_name"),
    "blanks for a name": ({"first_name": "   "}, "first_name"),
    "no address": ({"address": None}, "address"),
    "a name too long": ({"first_name": "x" * 101}, "at most 100 characters"),
    "a name of a megabyte": ({"first_name": "x" * 1_000_000}, "at most 100 characters"),
    "a word for an age": ({"age": "age"}, "number"),
    "a broken age": ({"age": "3.5"}, "number"),
    "an age below 0": ({"age": "-1"}, "greater than or equal to 0"),
    "an age above 120": ({"age": "121"}, "less than or equal to 120"),
    "an age beyond any integer": ({"age": "9" * 300}, "age"),
    "an age of 5,000 digits": ({"age": "9" * 5_000}, "age"),
    "no age": ({"age": None}, "age"),
    "infinity": ({"age": "inf"}, "number"),
    "a date that is none": ({"date_of_birth": "2022-02-30"}, "date"),
    "a word for a date": ({"date_of_birth": "yesterday"}, "date"),
    "a line break in a name": ({"first_name": "Ada\nTrent"}, "first_name"),
    "a null character": ({"last_name": "Love\x00lace"}, "last_name"),
    "an escape sequence": ({"address": "\x1b[2J"}, "address"),
    "an override of direction": ({"first_name": "Ada\u202e"}, "first_name"),
    "a field that is none": ({"salary": "1000"}, "There is no field 'salary'"),
    "a key": ({"id": "1"}, "There is no field 'id'"),
    "a key by its other name": ({"pk": "1"}, "There is no field 'pk'"),
    "a field twice": ({"age": ["36", "37"]}, "age came 2 times; expected once."),
}


@pytest.mark.on_one_database
@pytest.mark.parametrize("url", FORMS)
@pytest.mark.parametrize(("changed", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_named_and_logged_and_nothing_is_saved(
    browser, url, changed, words, hire, log
):
    hire("Grace")
    before, [grace] = stored(), Employees.objects.values()
    page = browser.post(url, fields_for(url, **changed))
    assert page.status_code == 400
    assert words in text_of(page).replace("&#x27;", "'").replace("First name", "first_name")
    assert 'role="alert"' in text_of(page)
    assert stored() == before and list(Employees.objects.values()) == [grace]
    [event] = log()
    assert event.sender == url.strip("/") and words in event.message


def test_the_words_of_the_tutorial_are_the_errors_own(browser, log):
    page = browser.post("/test_logging/", ADA | {"age": "age"})
    assert "Field &#x27;age&#x27; expected a number but got &#x27;age&#x27;." in text_of(page)
    assert log()[0].message == "Field 'age' expected a number but got 'age'."


@pytest.mark.parametrize("wiring", [None, "", "telepathy", "<b>"])
def test_an_unknown_wiring_is_refused(browser, wiring, log):
    page = browser.post("/hire/", fields_for("/hire/", wiring=wiring))
    assert page.status_code == 400 and stored() == (0, 0, 0)
    assert "wiring" in log()[0].message and "<b>" not in text_of(page)


@pytest.mark.parametrize("url", FORMS)
def test_what_was_typed_is_still_there_after_a_refusal(browser, url):
    page = text_of(browser.post(url, fields_for(url, age="400")))
    for typed in ("Ada", "Lovelace", "12 St James&#x27;s Square", "400"):
        assert f'value="{typed}"' in page


@pytest.mark.on_one_database
@pytest.mark.parametrize("url", FORMS)
def test_a_body_of_ten_megabytes_is_refused(browser, url):
    body = b"first_name=" + b"x" * 10_000_000
    kind = "application/x-www-form-urlencoded"
    assert browser.post(url, body, content_type=kind).status_code == 400
    assert browser.post(url, fields_for(url, first_name="x" * 10_000_000)).status_code == 400
    assert stored() == (0, 0, 0)


@pytest.mark.on_one_database
@pytest.mark.parametrize("url", FORMS)
def test_a_file_is_no_field(browser, url, tmp_path, log):
    letter = tmp_path / "letter.txt"
    letter.write_bytes(b"x" * 3_000_000)
    with letter.open("rb") as file:
        page = browser.post(url, fields_for(url) | {"letter": file})
    assert page.status_code == 400 and "There is no field &#x27;letter&#x27;" in text_of(page)
    assert stored() == (0, 0, 0)


@pytest.mark.on_one_database
@pytest.mark.parametrize("url", FORMS)
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b""),
        ("application/x-www-form-urlencoded", b"\xff\xfe%%%zz&=&&&"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % i for i in range(2_000))),
        ("application/x-www-form-urlencoded; charset=utf-16", b"age=1"),
        ("application/json", b'{"first_name": "Ada"}'),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data", b"no boundary"),
        ("text/plain", b"Ada"),
    ],
)
def test_a_body_that_is_no_form_is_refused(browser, url, kind, body):
    page = browser.generic("POST", url, body, content_type=kind)
    assert page.status_code == 400 and stored() == (0, 0, 0)


# Leaving


def test_somebody_leaves_and_the_seat_is_free(browser, hire, log, rota, week):
    ada, *_ = hire("Ada", "Grace")
    page = browser.post(f"/leave/{ada.pk}/", follow=True)
    assert "Ada Okafor has left." in text_of(page)
    assert rota() == {week[0]: ["Grace"]}
    assert [(it.sender, it.message) for it in log()] == [
        ("leave", f"Employees object ({ada.pk}) left: Ada Okafor")
    ]


@pytest.mark.parametrize("pk", [0, 999, 2**63, 10**40])
def test_nobody_leaves_who_does_not_work_here(browser, hire, pk, log):
    hire("Ada")
    page = browser.post(f"/leave/{pk}/")
    assert page.status_code == 404 and "does not work here" in text_of(page)
    assert stored() == (1, 1, 1) and log() == []


@pytest.mark.parametrize("pk", ["-1", "1.5", "ada", "1%00", "%2e%2e"])
def test_an_address_that_names_nobody_is_not_found(browser, pk):
    assert browser.post(f"/leave/{pk}/").status_code == 404


def test_who_left_comes_back_as_they_were_to_the_same_seat(browser, hire, log, rota, week):
    ada, *_ = hire("Ada", "Grace", "Alan", "Zoë")
    [before] = Employees.objects.filter(pk=ada.pk).values()
    browser.post(f"/leave/{ada.pk}/")
    page = browser.post("/undo/", follow=True)
    assert "Ada Okafor is back." in text_of(page)
    assert rota() == {week[0]: ["Grace", "Alan", "Ada"], week[1]: ["Zoë"]}
    assert list(Employees.objects.filter(pk=ada.pk).values()) == [before]
    assert [it.headcount for it in Shifts.objects.all()] == [3, 1]
    assert log()[-1].message == "Employees object is back: Ada Okafor"


def test_where_the_seat_is_taken_who_comes_back_gets_another(browser, hire, rota, week):
    ada, *_ = hire("Ada", "Grace", "Alan")
    browser.post(f"/leave/{ada.pk}/")
    hire("Zoë")
    browser.post("/undo/")
    assert rota() == {week[0]: ["Grace", "Alan", "Zoë"], week[1]: ["Ada"]}


def test_nobody_comes_back_twice(browser, hire):
    [ada] = hire("Ada")
    ada.shifts.clear()  # so no seat is refused for being there already
    browser.post(f"/leave/{ada.pk}/")
    left = browser.session["left"]
    browser.post("/undo/")
    before = stored()
    assert "Nobody left" in text_of(browser.post("/undo/", follow=True))
    session = browser.session  # as of a second click that came at the same moment
    session["left"] = left
    session.save()
    assert "Ada Okafor is back already." in text_of(browser.post("/undo/", follow=True))
    assert stored() == before


# The board


def test_the_board_opens_on_the_page_of_the_new_seat(browser, monkeypatch, hire):
    monkeypatch.setattr(views, "SHIFTS_PER_PAGE", 1)
    hire("Grace", "Alan", "Zoë")
    page = text_of(browser.post("/hire/", fields_for("/hire/"), follow=True))
    assert "page 2 of 2" in page and "<mark>new</mark>" in page


def test_a_shift_before_today_is_shown_as_expired(browser, hire, week):
    hire("Ada", "Grace", "Alan", "Zoë")
    week.turn_to(1)
    page = text_of(browser.get("/"))
    assert re.findall(r"<small>(\w+)</small>", page) == ["expired", "today"]


def test_an_empty_board_says_what_to_do(browser):
    assert "There is no shift yet. Hire somebody, and one opens." in text_of(browser.get("/"))


def test_the_board_shows_shifts_in_date_order_with_their_seats(browser, hire, week):
    hire("Ada", "Grace", "Alan", "Zoë")
    page = text_of(browser.get("/"))
    dates = re.findall(r'<h2><time datetime="([\d-]+)"', page)
    assert dates == [str(week[0]), str(week[1])]
    assert re.findall(r'class="seat.*?"name">(.*?)<', page) == [
        *("Ada Okafor", "Grace Okafor", "Alan Okafor"),
        *("Zoë Okafor", "free", "free"),
    ]
    assert "<strong>4</strong> of 6 seats taken, on 2 shifts" in page


def test_who_has_no_shift_is_named(browser, hire):
    [ada] = hire("Ada")
    ada.shifts.clear()
    assert re.search(r"Without a shift</h2>\s*<ul><li>Ada Okafor</li>", text_of(browser.get("/")))


@pytest.mark.parametrize("number", ["0", "-1", "99999", "ada", "", "9" * 40, "%00"])
def test_a_page_that_does_not_exist_shows_one_that_does(browser, number, hire):
    hire("Ada")
    page = browser.get(f"/?page={number}&wiring=%3Cb%3E")
    assert page.status_code == 200 and "Ada Okafor" in text_of(page)
    assert "<b>" not in text_of(page)


def test_a_page_of_a_long_rota_takes_the_queries_of_a_short_one(browser, hire):
    hire("Ada", "Grace", "Alan", "Zoë")
    with CaptureQueriesContext(connection) as short:
        browser.get("/")
    Employees.objects.all().delete()
    Shifts.objects.all().delete()
    fill(models, 10_000 * SEATS)
    for number in (1, 200, 417):
        with CaptureQueriesContext(connection) as long:
            page = text_of(browser.get(f"/?page={number}"))
        assert f"page {number} of 417" in page
        assert len(long) <= len(short)
        assert page.count('class="shift ') <= views.SHIFTS_PER_PAGE


def test_the_board_shows_the_end_of_the_log_newest_first(browser, hire):
    for number in range(views.EVENTS_SHOWN + 2):
        views.tell(views.hire, f"Number {number}.")
    shown = [int(it) for it in re.findall(r"Number (\d+)\.", text_of(browser.get("/")))]
    assert shown == [*range(views.EVENTS_SHOWN + 1, 1, -1)]


# What fired


TRACES = "classroom.running.middleware.what_fired"


@pytest.fixture
def traced(settings):
    others = [name for name in settings.MIDDLEWARE if name != TRACES]
    settings.MIDDLEWARE = [*others, TRACES]


@pytest.mark.django_db(transaction=True)  # in a transaction a form's reads bring savepoints along
@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize(
    ("url", "fields"), [("/hire/", CALL | ADA), ("/wall/next/", CALL | {"at": 0})]
)
def test_after_an_action_the_board_tells_what_fired_and_not_what_was_read_for_it(url, fields):
    browser = Client(SERVER_NAME="localhost")
    browser.post("/hire/", fields_for("/hire/"))  # so that there is a session to read
    page = text_of(browser.post(url, fields, follow=True))
    fired = page.partition("<pre")[2].partition(">")[2].partition("</section>")[0]
    told = unescape(re.sub(r"<.*?>", "", fired)).split("\n")
    assert told[0] == "BEGIN"
    assert any("INSERT into speedy_employees" in line for line in told)
    assert "event_signal" in fired and "django_session" not in fired
    assert "INSERT into" in re.sub(r"<.*?>", "", text_of(browser.get("/")))  # until the next action


@pytest.mark.usefixtures("traced")
def test_a_refusal_leaves_the_story_of_the_last_action(browser):
    browser.post("/hire/", fields_for("/hire/"))
    told = browser.session["what_fired"]
    assert browser.post("/hire/", fields_for("/hire/", age="age")).status_code == 400
    assert browser.session["what_fired"] == told


@pytest.mark.on_one_database
@pytest.mark.parametrize(("debug", "shown"), [("1", True), ("0", False)])
def test_only_debug_traces_and_has_the_buttons_of_the_wall(debug, shown):
    """The settings of a process of its own: those of the tests are read already."""
    code = (
        "import django; django.setup();"
        "from django.conf import settings; from speedster.urls import urlpatterns;"
        "print(*settings.MIDDLEWARE, *urlpatterns, *settings.TEMPLATES)"
    )
    environment = os.environ | {
        "DJANGO_DEBUG": debug,
        "DJANGO_SECRET_KEY": "of a test",
        "DJANGO_SETTINGS_MODULE": "speedster.settings",
    }
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    for name in (TRACES, "classroom.board.urls", "classroom.board.context"):
        assert (name in said.stdout) is shown, name


def test_without_the_wall_the_board_stands_by_itself(browser, settings):
    [engine] = settings.TEMPLATES
    others = [it for it in engine["OPTIONS"]["context_processors"] if "classroom" not in it]
    settings.TEMPLATES = [engine | {"OPTIONS": {"context_processors": others}}]
    page = text_of(browser.get("/"))
    assert "/wall/" not in page and "<details open>" in page


# Anything at all

ANYTHING = (
    st.text(max_size=80) | st.integers().map(str) | st.dates().map(str) | st.binary(max_size=9)
)
LIKELY = {
    "first_name": st.text(min_size=1, max_size=100),
    "last_name": st.text(st.characters(categories=["L"]), min_size=1, max_size=100),
    "address": st.text(min_size=1, max_size=200),
    "age": st.integers(min_value=-1, max_value=121).map(str),
    "date_of_birth": st.just("") | st.dates().map(str),
}
NAMES = st.sampled_from([*COLUMNS, "wiring", "pk", "id", "shifts"]) | st.text(max_size=8)


@contextmanager
def a_day_in_the_office():
    stand_on(MONDAY)
    try:
        with private_event_log():
            yield
    finally:
        let_go()


class Anything(TestCase):
    """Whatever is sent: no page breaks, and what is stored is what was accepted."""

    @how(deadline=None, max_examples=60)
    @given(
        st.sampled_from(HIRING),
        st.dictionaries(NAMES, ANYTHING, max_size=8) | st.fixed_dictionaries(LIKELY),
    )
    def test_no_post_breaks_a_view(self, url, posted):
        with a_day_in_the_office():
            page = Client(SERVER_NAME="localhost").post(url, posted)
        assert page.status_code in (200, 302, 400)
        assert stored()[0] == (page.status_code != 400)

    @how(deadline=None, max_examples=60)
    @given(st.fixed_dictionaries(LIKELY), st.sampled_from([*WIRINGS]))
    def test_a_form_accepts_what_the_database_takes(self, typed, wiring):
        request = RequestFactory().post("/hire/", typed | {"wiring": wiring})
        form = HireForm(request.POST)
        if form.is_valid():
            with a_day_in_the_office():
                employee = form.hire()
            employee.refresh_from_db()
            assert {name: getattr(employee, name) for name in COLUMNS} == {
                name: form.cleaned_data[name] for name in COLUMNS
            }
            employee.full_clean()

    @how(deadline=None, max_examples=60)
    @given(
        st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=100),
        st.integers(min_value=0, max_value=120),
        st.none() | st.dates(date(1910, 1, 1), MONDAY),
    )
    def test_the_form_takes_everybody_who_may_work_here(self, name, age, born):
        fields = ADA | {"first_name": name, "age": age, "date_of_birth": born or ""}
        form = PersonForm(RequestFactory().post("/", fields).POST)
        assert form.is_valid(), form.errors
        assert form.cleaned_data["first_name"] == tidy(name)
