"""The board as people meet it: by mouse or keyboard, small or dark, and without JavaScript.

See https://docs.djangoproject.com/en/5.2/topics/testing/tools/#liveservertestcase
"""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from classroom.board import views as wall
from classroom.scenes.calendar import MONDAY
from classroom.scenes.database import private_event_log
from speedy.models import SEATS, Employees, Shifts
from speedy.scheduling import assign_many
from speedy.wirings import WIRINGS

pytestmark = pytest.mark.slow

PERSON = {"First name": "Ada", "Last name": "Okafor", "Address": "1 Harbour Street", "Age": "30"}
LONGEST = "W" * 100  # as long as a name may be, and nowhere to break it

# What the story of a hire tells; the first three lines stand in the story of one wiring only.
RECEIVER = "post_save from Employees (created) → employee_created"
OVERRIDE = "EmployeesOverridingSave.save() {name} Okafor (overridden in wirings:"
ANNOUNCED = "employee_hired from EmployeesWithoutHooks (employee={name} Okafor) → place_hired"
TOLD = {
    "built-in signals": RECEIVER,
    "save() override": OVERRIDE,
    "custom signal": ANNOUNCED,
    "direct call": "EmployeesWithoutHooks.save() {name} Okafor",
}


@pytest.fixture(autouse=True)
def monday(live_server, monkeypatch):
    """A Monday, and an event log of its own. (Stopping the clock would stop the browser too.)"""
    monkeypatch.setattr(timezone, "localdate", lambda *args: MONDAY)
    with private_event_log():
        yield


@pytest.fixture
def visit(open_window, live_server):
    """A function that opens a page of the project in a new window."""

    def visit(path="/", **options):
        page = open_window(**options)
        page.goto(live_server.url + path)
        return page

    return visit


def fill_in(page, **changed):
    """Fill in the form of a page, which the board keeps folded away."""
    open_form(page)
    texts = PERSON | {name.replace("_", " "): text for name, text in changed.items()}
    for label, text in texts.items():
        page.get_by_label(label, exact=True).fill(text)


def open_form(page):
    folded = page.locator("details:not([open]) > summary")
    if folded.count():
        folded.click()


def hire(page, **changed):
    """Fill in the form of a page and send it; return once the answer is there."""
    fill_in(page, **changed)
    with page.expect_navigation():
        page.get_by_role("button", name="Hire", exact=True).click()


def let_go(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=f"{name} Okafor leaves", exact=True).click()


def expect_rota(page, *shifts):
    """Expect that the shifts seat these people, by first name and in this order, and no others."""
    cards = page.locator(".shift")
    expect(cards).to_have_count(len(shifts))
    for card, names in zip(cards.all(), shifts, strict=True):
        free = ["free"] * (SEATS - len(names))
        seats = [*(f"{name} Okafor" for name in names), *free]
        expect(card.locator(".seat .name")).to_have_text(seats)
        expect(card.get_by_text(f"{len(names)} of {SEATS}", exact=True)).to_be_attached()


def region(page, title):
    return page.get_by_role("region", name=title, exact=True)


def seat(number, **fields):
    """Seat that many people of one name."""
    whole = {"first_name": "Ada", "last_name": "Okafor", "address": "1 Hill", "age": 30} | fields
    assign_many([Employees.objects.create(**whole) for _ in range(number)])


# Coming and going


def test_a_shift_fills_up_whatever_the_wiring(visit):
    page, names = visit(), []
    for name, wiring in zip(("Grace", "Alan", "Zoë", "Ada"), WIRINGS, strict=True):
        names.append(name)
        open_form(page)
        page.get_by_label("Wiring").select_option(wiring)
        hire(page, First_name=name)
        expect_rota(page, *filter(None, (names[:SEATS], names[SEATS:])))
        expect(page.get_by_label("Wiring")).to_have_value(wiring)
        newest = region(page, "Event log").get_by_role("listitem").first
        expect(newest).to_contain_text(f"hire Employees object created: {name} Okafor")
        expect(page.get_by_role("status")).to_have_text(
            f"{name} Okafor works here now, hired by {wiring}."
        )
        fired = region(page, "What fired last")
        expect(fired).to_contain_text(TOLD[wiring].format(name=name))
        told = fired.inner_text()
        assert "connection_created" not in told
        others = [it.format(name=name) for it in (RECEIVER, OVERRIDE, ANNOUNCED)]
        assert [it for it in others if it in told] == [TOLD[wiring].format(name=name)] * (
            wiring != "direct call"
        )
    expect(region(page, "The rota")).to_contain_text("4 of 6 seats taken, on 2 shifts")


def test_people_come_and_go_without_javascript(visit):
    page = visit(java_script_enabled=False)
    hire(page, First_name="Grace")
    hire(page)
    let_go(page, "Grace")
    expect(page.get_by_role("status")).to_have_text("Grace Okafor has left.")
    expect_rota(page, ["Ada"])
    expect(region(page, "What fired last")).to_contain_text("Employees.delete()")


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(visit):
    page = visit()
    hire(page, Age="400")
    age = page.get_by_label("Age", exact=True)
    expect(age).to_have_attribute("aria-invalid", "true")
    expect(age).to_have_accessible_description("Ensure this value is less than or equal to 120.")
    expect(page.locator(".field").filter(has=age).get_by_role("alert")).to_be_visible()
    for label, text in (PERSON | {"Age": "400"}).items():
        expect(page.get_by_label(label, exact=True)).to_have_value(text)
    assert not Employees.objects.exists()
    expect_rota(page)


# On the wall


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_wall_does_each_thing_with_one_click(visit, monkeypatch, scripts):
    page = visit(java_script_enabled=scripts)
    page.get_by_role("radio", name="save() override").check()
    press(page, "Hire Ada Quillbrook")
    seat = page.locator(".seat").first
    expect(seat).to_contain_text("Ada Quillbrook new")
    expect(seat.locator(".chip")).to_have_text("save() override")
    expect(page.get_by_role("radio", name="save() override")).to_be_checked()
    press(page, "Hire three in bulk")
    expect(page.get_by_text("Without a shift")).to_be_visible()
    expect(page.locator(".waiting mark")).to_have_count(3)
    tuesday = MONDAY + timedelta(days=1)
    monkeypatch.setattr(
        wall, "pass_a_day", lambda: monkeypatch.setattr(timezone, "localdate", lambda *_: tuesday)
    )
    press(page, "Next day")
    expect(page.get_by_role("status")).to_contain_text("It is Tuesday 15 November 2022.")
    expect(page.locator(".shift").first).to_contain_text("expired")
    press(page, "The same hire four ways")
    expect(page.locator("td", has_text="on a shift")).to_have_count(4)
    press(page, "And with a rule that breaks")
    expect(page.locator("td", has_text="without a shift")).to_have_count(1)
    page.get_by_role("link", name="Back to the board").click()
    press(page, "Ada Quillbrook leaves")
    press(page, "Bring Ada Quillbrook back")
    expect(page.locator(".seat.newest")).to_contain_text("Ada Quillbrook new")


def test_a_double_click_and_a_reload_hire_once(visit):
    page = visit()
    page.get_by_role("button", name="Hire Ada Quillbrook").dblclick()
    expect(page.get_by_role("status")).to_be_visible()
    page.reload()
    expect(page.locator(".seat .name")).to_have_text(["Ada Quillbrook", "free", "free"])


def test_what_fired_stands_beside_the_rota_where_there_is_room(visit):
    page = hired_once(visit)
    for width, height in (1440, 900), (1024, 768), (360, 740):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("window.scrollTo(0, 0)")
        rota, fired = (region(page, it).bounding_box() for it in ("The rota", "What fired last"))
        if width == 360:
            assert fired["y"] >= rota["y"] + rota["height"]
            continue
        assert fired["x"] >= rota["x"] + rota["width"] and fired["y"] < height / 2
        line = region(page, "What fired last").get_by_text("INSERT into speedy_employees")
        assert line.bounding_box()["y"] < height
        page.mouse.wheel(0, 5000)
        expect(region(page, "What fired last")).to_be_in_viewport()
        top = region(page, "What fired last").bounding_box()["y"]
        desk = page.locator(".desk").bounding_box()
        assert top >= desk["y"] + desk["height"], "the story begins below the buttons"
        event = region(page, "Event log").locator("li").first
        event.click(trial=True)  # nothing lies over it


def test_four_ways_stand_beside_each_other_on_a_telephone(visit):
    page = visit(viewport={"width": 360, "height": 740})
    press(page, "Break the rule")
    press(page, "And with a rule that works")
    counted = page.get_by_role("row", name="UPDATE speedy_shifts: headcount")
    expect(counted).to_have_count(1)  # whichever shift it is
    expect(counted.get_by_text("│ ▪")).to_have_count(4)
    for it in (*page.locator("thead th").all(), *counted.locator("td").all()):
        box = it.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    expect(page.get_by_text("a receiver, ▪ SQL")).to_be_in_viewport()


# For everybody


def hired_once(visit, **options):
    seat(SEATS * 12)
    page = visit(**options)
    press(page, "Hire Ada Quillbrook")
    return page


def who_left(visit, **options):
    page = hired_once(visit, **options)
    press(page, "Ada Quillbrook leaves")
    return page


def four_ways(visit, **options):
    page = visit(**options)
    press(page, "Break the rule")
    return page


def empty(visit, **options):
    return visit(**options)


def filled(visit, first_name="Ada", last_name="Okafor", **options):
    """A board of two pages, with people without a shift, a story and an event."""
    seat(SEATS * 25, first_name=first_name, last_name=last_name)
    Shifts.objects.all()[1].employees_shift.clear()
    page = visit(**options)
    hire(page, First_name=first_name, Last_name=last_name)
    return page


def refused(visit, path="/", **options):
    page = visit(path, **options)
    hire(page, Age="400")
    return page


def view_hired(visit, **options):
    page = visit("/test_signals/", **options)
    hire(page)
    return page


def view_refused(visit, **options):
    return refused(visit, "/test_signals/", **options)


STATES = [empty, filled, hired_once, who_left, four_ways, refused, view_hired, view_refused]


@pytest.mark.parametrize("state", STATES)
def test_a_page_suits_every_eye_and_every_screen(visit, state):
    page = state(visit)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"
    page.set_viewport_size({"width": 360, "height": 740})
    expect_no_overflow(page)


def test_the_longest_names_fit_a_narrow_screen(visit):
    names = {"first_name": LONGEST, "last_name": LONGEST}
    page = filled(visit, **names, viewport={"width": 360, "height": 740})
    expect(region(page, "What fired last")).to_contain_text(LONGEST[:60])
    expect(page.get_by_role("heading", name="Without a shift")).to_be_visible()
    expect_no_overflow(page)
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360


def expect_no_overflow(page):
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= seen == 360


FOCUSED = """() => {
    const it = document.activeElement;
    const look = getComputedStyle(it);
    return {
        label: it.labels?.[0]?.innerText.replace(" (if known)", ""),
        text: it.innerText,
        kind: it.localName,
        outlined: look.outlineStyle != "none" && parseFloat(look.outlineWidth) >= 2,
    };
}"""


def test_the_keyboard_is_enough(visit):
    seat(2, first_name="Grace")
    page = visit()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    left = dict(PERSON)
    for _ in range(20):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["outlined"], focused
        assert focused["kind"] != "a", "the links of the header are skipped"
        if focused["text"] == "Hire somebody":
            page.keyboard.press("Enter")
        elif focused["label"] == "Wiring":
            page.keyboard.press("End")
        page.keyboard.type(left.pop(focused["label"], ""))
        if focused["text"] == "Hire":
            break
    assert left == {}
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(
        "Ada Okafor works here now, hired by direct call."
    )
    expect_rota(page, ["Grace", "Grace", "Ada"])


def test_somebody_leaves_by_the_keyboard(visit):
    seat(1, first_name="Grace")
    page = visit()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED)["text"] == "leaves":
            break
    expect(page.get_by_role("button", name="Grace Okafor leaves")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect_rota(page, [])
