"""The buttons on the wall: each acts once, by POST alone, and breaks nothing but what it shows.

See https://docs.djangoproject.com/en/5.2/topics/testing/tools/#the-test-client
"""

import re
import uuid
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from classroom.board.forms import next_in_roster
from classroom.board.trying import compared
from classroom.experiments.racing import at_once
from classroom.scenes.database import private_event_log
from classroom.scenes.roster import sample_roster
from speedy import scheduling
from speedy.models import SEATS, Employees, Shifts, ShiftsEmployees
from speedy.wirings import WIRINGS

BY_CALL = {"wiring": "direct call", "at": "0"}
BUTTONS = {"/wall/next/": BY_CALL, "/wall/three/": BY_CALL, "/wall/day/": {}}
TRIALS = ["/wall/four/", "/wall/broken/"]
EVERY = [*BUTTONS.items(), *((url, {}) for url in TRIALS)]


@pytest.fixture(autouse=True)
def log(week, db):
    """A Monday, and an event log of its own."""
    with private_event_log():
        yield


@pytest.fixture
def token():
    return {"once": str(uuid.uuid4())}


@pytest.fixture
def browser():
    return Client(SERVER_NAME="localhost")


def state():
    models = (Employees, Shifts, ShiftsEmployees)
    return [list(model.objects.values()) for model in models], timezone.localdate()


def said(page):
    return unescape(re.sub(r"<[^>]*>", "", page.content.decode()))


@pytest.mark.parametrize(("url", "fields"), EVERY)
def test_only_a_post_with_its_token_acts(browser, url, fields):
    before = state()
    assert (
        Client(SERVER_NAME="localhost", enforce_csrf_checks=True).post(url, fields).status_code
        == 403
    )
    for method in ("get", "head", "put", "patch", "delete", "options"):
        shows = url in TRIALS and method in ("get", "head")
        assert getattr(browser, method)(url).status_code == (200 if shows else 405), method
    assert state() == before


BAD = {
    "no wiring": ({"wiring": None}, "required"),
    "no such wiring": ({"wiring": "<b>telepathy"}, "telepathy"),
    "no place": ({"at": None}, "required"),
    "a place below the first": ({"at": "-1"}, "greater than or equal to 0"),
    "a place that is no number": ({"at": "9" * 5_000}, "number"),
    "a field that is none": ({"first_name": "Ada"}, "There is no field 'first_name'"),
    "a token twice": ({"once": ["a", "b"]}, "once came 2 times"),
    "a token that is none": ({"once": "\0"}, ""),
}


@pytest.mark.parametrize("url", [*BUTTONS, *TRIALS])
@pytest.mark.parametrize(("changed", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_named_and_nothing_is_done(browser, url, changed, words):
    before, fields = state(), BUTTONS.get(url, {}) | changed
    if not BUTTONS.get(url) and not {"once", "first_name"} & {*changed}:
        name = next(iter(changed))
        fields, words = {name: "telepathy"}, f"There is no field '{name}'"
    page = browser.post(url, {name: it for name, it in fields.items() if it is not None})
    assert page.status_code == 400 and words in said(page)
    assert "<b>" not in page.content.decode()
    assert state() == before


@pytest.mark.parametrize(("url", "fields"), BUTTONS.items())
def test_a_second_click_does_nothing_and_says_so(browser, url, fields, token):
    browser.post(url, fields | token)
    before = state()
    page = browser.post(url, fields | token, follow=True)
    assert "This form came twice;" in said(page) and state() == before


@pytest.mark.django_db(transaction=True)
def test_a_double_click_hires_once(token):
    sent = BY_CALL | token
    assert at_once(lambda _: Client(SERVER_NAME="localhost").post("/wall/next/", sent), 4) == []
    assert Employees.objects.count() == ShiftsEmployees.objects.count() == 1


@pytest.mark.parametrize("wiring", WIRINGS)
def test_the_next_of_the_roster_is_hired_by_the_chosen_wiring(browser, wiring):
    page = browser.get("/")
    for at, person in enumerate(sample_roster()[:2]):
        name = f"{person['first_name']} {person['last_name']}"
        assert f"Hire {name}" in said(page)
        assert f'name="at" value="{at}"' in page.content.decode()
        page = browser.post("/wall/next/", {"wiring": wiring, "at": at}, follow=True)
        assert f"{name} works here now, hired by {wiring}." in said(page)
        radios = re.findall(r'<input type="radio".*?>', page.content.decode())
        assert [wiring in radio for radio in radios] == [" checked" in radio for radio in radios]
    assert ShiftsEmployees.objects.count() == 2


def test_when_all_work_here_the_roster_begins_again(browser):
    for person in sample_roster():
        Employees.objects.create(**person)
    assert next_in_roster() == (0, "Ada Quillbrook")
    Employees.objects.filter(last_name=sample_roster()[29]["last_name"]).delete()
    assert next_in_roster()[0] == 29
    browser.post("/wall/three/", BY_CALL | {"at": "29"})
    names = [it.last_name for it in Employees.objects.order_by("pk")][-3:]
    assert names == [sample_roster()[at]["last_name"] for at in (29, 0, 1)]


@pytest.mark.parametrize(("wiring", "placed"), [*zip(WIRINGS, [0, 0, SEATS, SEATS], strict=True)])
def test_three_in_bulk_slip_past_the_wirings_that_no_bulk_call_sets_off(browser, wiring, placed):
    page = browser.post("/wall/three/", BY_CALL | {"wiring": wiring}, follow=True)
    assert f"Three came at once by {wiring}: {placed} of them got a shift." in said(page)
    assert (Employees.objects.count(), ShiftsEmployees.objects.count()) == (3, placed)
    assert page.content.decode().count("<mark>new</mark>") == 3
    # What the board itself reads is no part of the story.
    assert "speedy_shiftsemployees where employee_id in" not in said(page)


@pytest.mark.django_db(transaction=True)
def test_the_story_says_which_begin_is_the_boards_own(browser):
    page = browser.post("/wall/next/", BY_CALL, follow=True)
    assert "The first BEGIN and the last COMMIT are the board's" in said(page)


def test_the_next_day_the_past_is_wiped_as_somebody_joins(browser, week, rota):
    browser.post("/wall/three/", BY_CALL)
    page = browser.post("/wall/day/", follow=True)
    assert "It is Tuesday 15 November 2022." in said(page) and "expired" in said(page)
    browser.post("/wall/next/", BY_CALL)
    assert {day: len(names) for day, names in rota().items()} == {week[1]: 3, week[2]: 1}


def test_outside_a_lesson_the_clock_runs_on_a_day_later(python):
    """In a process of its own: it turns the clock of all that runs there."""
    code = (
        "import time; import django; django.setup();"
        "from django.utils import timezone; from classroom.scenes.calendar import pass_a_day;"
        "before = timezone.now(); pass_a_day(); pass_a_day(); at = timezone.now();"
        "time.sleep(0.01); print((at - before).days, timezone.now() > at)"
    )
    done = python("-c", code, DJANGO_SETTINGS_MODULE="speedster.settings")
    assert done.stdout.split() == ["2", "True"]


# Four columns


@pytest.mark.parametrize("url", TRIALS)
def test_four_columns_are_shown_and_the_board_is_as_it_was(browser, url, token):
    browser.post("/wall/next/", BY_CALL)
    before = state()
    page = browser.post(url, token, follow=True)
    assert re.findall(r'<th scope="col">(.*?)</th>', page.content.decode()) == [
        name.replace("&", "&amp;") for name in WIRINGS
    ]
    assert "employee_created" in said(browser.get(url)) and state() == before


def test_a_rule_that_works_seats_in_each_wiring():
    told = compared()
    assert told["results"][0][1] == ["no error"] * 4
    assert told["results"][1][1] == ["Ada Quillbrook, on a shift"] * 4
    signs = {row["what"]: row["signs"] for row in told["rows"]}
    assert signs["employee_created"] == ["→", "│", "│", "│"]
    assert signs["place_hired"] == ["│", "│", "│ →", "│"]


def test_a_rule_that_breaks_leaves_somebody_by_the_built_in_signals_alone():
    assign, told = scheduling.assign, compared(broken=True)
    assert told["results"][0][1] == ["BrokenRule: no shift today"] * 4
    assert told["results"][1][1] == ["Ada Quillbrook, without a shift", *["nobody"] * 3]
    assert scheduling.assign is assign


@pytest.mark.django_db(transaction=True)
def test_while_the_rule_is_broken_others_are_hired():
    def break_it():
        for _ in range(3):
            compared(broken=True)

    def hire():
        for person in sample_roster():
            WIRINGS["direct call"].hire(**person)

    assert at_once(lambda number: [break_it, hire][number](), 2) == []
    assert ShiftsEmployees.objects.count() == len(sample_roster())
