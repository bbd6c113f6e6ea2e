"""The board in a real browser: by mouse and by keyboard, small, dark, and without JavaScript.

See https://docs.djangoproject.com/en/5.2/topics/testing/tools/#liveservertestcase
"""

import re

import pytest
from django.utils import timezone

from classroom.calendar import MONDAY
from classroom.database import private_event_log
from speedy.models import Employees, Shifts
from speedy.scheduling import assign_many
from speedy.wirings import WIRINGS

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# What the story of a hire tells in one wiring and in no other.
TELLS = {
    "built-in signals": "post_save from Employees (created) → employee_created",
    "save() override": "EmployeesOverridingSave.save()",
    "custom signal": "employee_hired from EmployeesWithoutHooks",
    "direct call": None,
}


@pytest.fixture(autouse=True)
def office(live_server, monkeypatch):
    """A Monday that does not end, and an event log. A clock that stood would stop the browser."""
    monkeypatch.setattr(timezone, "localdate", lambda *args: MONDAY)
    with private_event_log():
        yield


@pytest.fixture
def board(open_browser, live_server):
    """A function that opens the board, or another page, in a new window."""

    def board(path="/", **options):
        page = open_browser(**options)
        page.goto(live_server.url + path)
        return page

    return board


def fill_in(page, first_name, last_name="Okafor", address="1 Harbour Street", age="30"):
    page.get_by_label("First name").fill(first_name)
    page.get_by_label("Last name").fill(last_name)
    page.get_by_label("Address").fill(address)
    page.get_by_label("Age", exact=True).fill(age)


def hire(page, *names, **fields):
    for name in names:
        fill_in(page, name, **fields)
        with page.expect_navigation():
            page.get_by_role("button", name="Hire").click()


def cards(page):
    """What the board shows: a card is [day, "1 of 3", who sits there...]."""
    shifts = page.locator("ol.shifts > li")
    return [
        [
            card.locator("time").inner_text(),
            card.locator(".dots .unseen").text_content(),
            *card.locator(".seat .name").all_inner_texts(),
        ]
        for card in shifts.all()
    ]


def fired(page):
    return page.get_by_role("region", name="What fired last").inner_text()


def seat_thirty_people():
    people = [
        Employees(first_name=f"Number {it}", last_name="Okafor", address="1 Hill", age=30)
        for it in range(30)
    ]
    assign_many(Employees.objects.bulk_create(people))


# Hiring, and leaving


@pytest.mark.parametrize("wiring", WIRINGS)
def test_a_shift_fills_up_live_in_each_wiring(board, wiring):
    page = board()
    page.get_by_label("Wiring").select_option(wiring)
    hire(page, "Ada")
    assert cards(page) == [["Mon 14 Nov", "1 of 3", "Ada Okafor", "free", "free"]]
    hire(page, "Grace")
    assert cards(page) == [["Mon 14 Nov", "2 of 3", "Ada Okafor", "Grace Okafor", "free"]]
    hire(page, "Alan", "Zoë")
    assert cards(page) == [
        ["Mon 14 Nov", "3 of 3", "Ada Okafor", "Grace Okafor", "Alan Okafor"],
        ["Tue 15 Nov", "1 of 3", "Zoë Okafor", "free", "free"],
    ]
    assert page.get_by_label("Wiring").input_value() == wiring, "it stays chosen"
    assert (
        "Zoë Okafor works here now, hired by " + wiring in page.get_by_role("status").inner_text()
    )
    assert "4 of 6 seats taken, on 2 shifts" in page.locator(".fill").inner_text()


@pytest.mark.parametrize("wiring", WIRINGS)
def test_each_wiring_is_seen_to_fire_in_its_own_way(board, wiring):
    page = board()
    page.get_by_label("Wiring").select_option(wiring)
    hire(page, "Ada")
    story = fired(page)
    told = {name for name, words in TELLS.items() if words and words in story}
    assert told == ({wiring} if TELLS[wiring] else set())
    assert "INSERT into speedy_employees" in story and "event_signal" in story
    assert re.search(r"\d+ SQL statements, \d+ signals sent", story)
    event = page.get_by_role("region", name="Event log").get_by_role("listitem").first
    assert "View: hire" in event.inner_text()
    assert "Employees object created: Ada Okafor" in event.inner_text()


def test_somebody_leaves_and_the_next_one_takes_the_seat(board):
    page = board()
    hire(page, "Ada", "Grace", "Alan")
    with page.expect_navigation():
        page.get_by_role("button", name="Grace Okafor leaves").click()
    assert cards(page) == [["Mon 14 Nov", "2 of 3", "Ada Okafor", "Alan Okafor", "free"]]
    assert "Employees.delete()" in fired(page)
    hire(page, "Zoë")
    assert cards(page) == [["Mon 14 Nov", "3 of 3", "Ada Okafor", "Alan Okafor", "Zoë Okafor"]]


def test_without_javascript_people_come_and_go(board):
    page = board(java_script_enabled=False)
    hire(page, "Ada", "Grace")
    with page.expect_navigation():
        page.get_by_role("button", name="Ada Okafor leaves").click()
    assert cards(page) == [["Mon 14 Nov", "1 of 3", "Grace Okafor", "free", "free"]]
    assert "Employees.delete()" in fired(page)


def test_a_refusal_says_why_beside_the_field_and_keeps_what_was_typed(board):
    page = board()
    hire(page, "Ada", age="400")
    age = page.get_by_label("Age", exact=True)
    assert age.input_value() == "400"
    assert page.get_by_label("First name").input_value() == "Ada"
    assert age.get_attribute("aria-invalid") == "true"
    said = page.locator("#" + age.get_attribute("aria-describedby"))
    assert "less than or equal to 120" in said.inner_text()
    assert Employees.objects.count() == 0


def test_markup_in_a_name_is_text(board):
    page = board()
    name = "<b id=bold>Ada</b><script>document.title = 'taken'</script>"
    hire(page, name)
    assert cards(page)[0][2] == f"{name} Okafor"
    assert name in fired(page) and page.title() != "taken"
    assert page.locator("#bold").count() == 0


# For everybody


PAGES = ["empty", "full", "refused", "test_signals", "test_logging"]


def shown(board, which, **options):
    """Open the board or a view in a state in which people meet it."""
    if which.startswith("test_"):
        return board(f"/{which}/", **options)
    if which == "full":
        seat_thirty_people()
        Shifts.objects.last().employees_shift.clear()
    page = board("/", **options)
    if which != "empty":
        hire(page, "Ada", age="30" if which == "full" else "400")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", PAGES)
def test_axe_finds_no_violation(board, which, scheme):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(shown(board, which, color_scheme=scheme))
    assert found.violations_count == 0, found.generate_report()
    assert found.response["testEngine"]["name"] == "axe-core"


@pytest.mark.parametrize("which", PAGES)
def test_nothing_is_cut_off_on_a_telephone(board, which):
    page = shown(board, which, viewport={"width": 360, "height": 740})
    if not which.startswith("test_"):
        hire(page, "W" * 100, last_name="M" * 100, address="1 Hill", age="30")
        assert cards(page)
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) == page.evaluate("window.innerWidth") == 360


def test_the_keyboard_alone_is_enough(board):
    page = board()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert skip.bounding_box()["x"] >= 0, "it shows itself"
    page.keyboard.press("Enter")
    asked = {"First name": "Ada", "Last name": "Okafor", "Address": "1 Hill", "Age": "30"}
    for _ in range(30):
        page.keyboard.press("Tab")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none", page.evaluate("document.activeElement.outerHTML")[:200]
        label = page.evaluate("document.activeElement.labels?.[0]?.textContent?.trim()")
        if label and label.capitalize() in asked:
            page.keyboard.type(asked.pop(label.capitalize()))
        if page.evaluate("document.activeElement.textContent") == "Hire":
            break
    assert asked == {}
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert cards(page)[0][2] == "Ada Okafor"
