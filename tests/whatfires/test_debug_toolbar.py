"""The panel in Django Debug Toolbar: this request, all of it, and no other."""

import asyncio
import re
import socket
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.dispatch import Signal
from django.http import HttpResponse, StreamingHttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import AsyncRequestFactory, RequestFactory
from django.test.signals import template_rendered
from playwright.sync_api import expect

from classroom.running.kernel import ROOT
from speedy.models import Employees, Shifts
from tests.processes import ended, wait_for
from whatfires import connected
from whatfires.rendering import TINTS
from whatfires.wrappers import position

PANEL = "WhatFiresPanel"
rung = Signal()


@pytest.fixture
def toolbar(settings):
    """Make the toolbar of a request for a view; the panel is its only one."""
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "debug_toolbar"]
    settings.DEBUG_TOOLBAR_PANELS = [f"whatfires.debug_toolbar.{PANEL}"]
    from debug_toolbar.toolbar import DebugToolbar

    def toolbar(view, request=None):
        return DebugToolbar(request or RequestFactory().get("/"), view)

    yield toolbar
    DebugToolbar._panel_classes = None


def finish(toolbar, response):
    """Return the panel as a later request reads it from the store: (data, page)."""
    for panel in toolbar.enabled_panels:
        panel.generate_stats(toolbar.request, response)
    stored = type(toolbar).fetch(toolbar.request_id, PANEL).get_panel_by_id(PANEL)
    return stored.get_stats(), BeautifulSoup(stored.content, "html.parser"), stored.nav_subtitle


def told(toolbar):
    return finish(toolbar, toolbar.process_request(toolbar.request))


def hear(**kwargs):
    Employees.objects.count()


def hear_shifts(**kwargs):
    """Listen to shifts alone."""


def hear_bell(number, **kwargs):
    """Hear a bell."""


def test_called_is_a_tree_with_sql_and_time_for_each_receiver(db, toolbar):
    def view(request):
        list(Shifts.objects.all())  # nobody's doing: the panel for SQL has it
        with transaction.atomic():
            Shifts.objects.create(shift_date="2030-01-07")
        return HttpResponse()

    with connected(post_save, hear, sender=Shifts):
        data, page, subtitle = told(toolbar(view))
    tree = page.pre.get_text()
    lines = [line.partition(" · ")[0] for line in tree.splitlines() if line.strip()]
    assert [line for line in lines if "lock_before_change" not in line and "LOCK" not in line] == [
        "Shifts.save() shift of 2030-01-07",
        "├─ INSERT into speedy_shifts",
        "└─ post_save from Shifts (created) → hear "
        f"test_debug_toolbar:{hear.__code__.co_firstlineno}",
        "   └─ SELECT from speedy_employees",
    ]
    assert " · 1 SQL, " in tree.splitlines()[-2]
    [row] = [row for row in data["receivers"] if row["receiver"] == "hear"]
    assert (row["calls"], row["queries"], row["signal"]) == (1, 1, "post_save")
    assert subtitle.endswith("SQL") and subtitle[0].isdigit()


def test_what_other_panels_hear_is_told_nowhere(settings, toolbar):
    def view(request):
        Template("Hello").render(Context())
        rung.send(None, number=1)
        return HttpResponse()

    settings.DEBUG_TOOLBAR_PANELS = [
        "debug_toolbar.panels.templates.TemplatesPanel",
        *settings.DEBUG_TOOLBAR_PANELS,
    ]
    bar = toolbar(view)
    templates = bar.get_panel_by_id("TemplatesPanel")
    with connected(rung, hear_bell), connected(template_rendered, templates._store_template_info):
        data, page, subtitle = told(bar)
    assert templates.templates
    assert [row["receiver"] for row in data["receivers"]] == ["hear_bell"]
    assert subtitle.startswith("1 call,") and "template_rendered" not in page.pre.get_text()


def test_not_called_and_orphaned_say_why_and_leave_out_what_is_always_so(db, toolbar):
    def fail(**kwargs):
        raise ValueError

    def view(request):
        with pytest.raises(ValueError):
            Employees(first_name="Ada", age=30).save_base(raw=False)
        rung.send(None, number=1)
        return HttpResponse()

    with (
        connected(pre_save, fail, hear, sender=Employees),
        connected(pre_save, hear_shifts, sender=Shifts),
        connected(post_save, hear_shifts, sender=Shifts),
    ):
        data, page, _ = told(toolbar(view))
    why = {
        (row["receiver"].rpartition(".")[2], row["signal"]): row["why"]
        for row in data["sent"] + data["unsent"]
    }
    assert "a receiver before it raised" in why["hear", "pre_save"]
    assert why["hear_shifts", "pre_save"] == (
        "the signal was sent by speedy.Employees, and it listens to speedy.Shifts alone"
    )
    assert why["hear_shifts", "post_save"] == "the signal was not sent"
    assert not any(name == "update_last_login" for name, _ in why) and data["of_others"]
    orphans = [(row["signal"], row["times"]) for row in data["orphans"]]
    assert ("rung", 1) in orphans and not any("init" in name for name, _ in orphans)
    assert "pre_init" in data["quiet"] and data["quiet"] in page.get_text()


def test_requests_that_overlap_hold_nothing_of_each_other(toolbar):
    async def ring(number):
        async def view(request):
            for _ in range(3):
                rung.send(None, number=number)
                await asyncio.sleep(0.01)
            return HttpResponse()

        bar = toolbar(view, AsyncRequestFactory().get("/"))
        return bar, await bar.process_request(bar.request)

    async def both():
        return await asyncio.gather(ring(1), ring(2))

    with connected(rung, hear_bell):
        answers = asyncio.run(both())
    for number, (bar, response) in enumerate(answers, start=1):
        data, page, _ = finish(bar, response)
        assert data["calls"] == "3 calls"
        assert page.pre.get_text().count(f"number={number}") == 3 == data["receivers"][0]["calls"]


def test_what_a_stream_does_as_it_is_sent_happens_outside(toolbar):
    def parts():
        open_traces.append(position.get())
        rung.send(None, number=1)
        yield b"part"

    open_traces = []
    bar = toolbar(lambda request: StreamingHttpResponse(parts()))
    response = bar.process_request(bar.request)
    assert b"".join(response) == b"part" and open_traces == [None]
    assert finish(bar, response)[0]["orphans"] == []


def test_a_view_that_raises_leaves_no_trace_open(toolbar):
    bar = toolbar(lambda request: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bar.process_request(bar.request)
    assert position.get() is None


def test_what_code_names_is_escaped(toolbar):
    word = "<b>loud</b>"

    def view(request):
        rung.send(word, number=word)
        return HttpResponse()

    with connected(rung, hear_bell):
        _, page, _ = told(toolbar(view))
    assert not page.find_all("b") and page.get_text().count(word) == 2


def test_its_tints_are_those_of_the_palette():
    css = (ROOT / "whatfires/static/whatfires/panel.css").read_text()
    for name in ("code", "signal", "lost"):
        assert f".whatfires-{name} {{ {TINTS[name]};" in css


def test_a_check_names_the_app_that_its_template_needs(settings):
    from whatfires.debug_toolbar import WhatFiresPanel

    assert WhatFiresPanel.run_checks() == []
    settings.INSTALLED_APPS = [it for it in settings.INSTALLED_APPS if it != "whatfires"]
    assert [it.id for it in WhatFiresPanel.run_checks()] == ["whatfires.W001"]


# In a browser, on the board, as `make serve` starts it


@pytest.fixture(scope="module")
def board(learner_in, tmp_path_factory):
    """The address of the project's own server, in DEBUG, as a learner starts it."""
    folder = tmp_path_factory.mktemp("toolbar")
    log = f"EVENT_LOG = {str(folder / 'event.log')!r}"
    (folder / "own.py").write_text(f"from speedster.settings import *\n{log}\n")
    environment = learner_in(folder)
    environment |= {"DJANGO_SETTINGS_MODULE": "own", "PYTHONPATH": str(folder)}
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    serve = [*manage, "runserver", "--noreload", address]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with ended(subprocess.Popen(serve, cwd=ROOT, env=environment, **quiet)) as server:
        wait_for(server, int(address.rpartition(":")[2]))
        yield f"http://{address}/"


def refuse_inline(route):
    """Let the page come with a policy that forbids each script and style within it."""
    response = route.fetch(max_redirects=0)
    policy = "default-src 'self'; img-src 'self' data:"
    headers = {**response.headers, "content-security-policy": policy}
    route.fulfill(response=response, headers=headers)


def open_panel(page, board):
    """Hire somebody, choose that request in the history, and return the panel about it."""
    page.goto(board)
    page.locator("summary").filter(has_text="Hire somebody").click()
    for label, text in (("First name", "Ada"), ("Last name", "Okafor"), ("Age", "30")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Address", exact=True).fill("1 Harbour Street")
    with page.expect_navigation():
        page.get_by_role("button", name="Hire", exact=True).click()
    page.goto(board)
    page.locator("#djShowToolBarButton").click()
    page.locator("#djdt-HistoryPanel a").click()
    # The script that switches comes after the list: an import of it ends when it has run.
    page.locator("#HistoryPanel .switchHistory").first.wait_for()
    page.evaluate("import('/static/debug_toolbar/js/history.js').then(() => null)")
    page.locator("#HistoryPanel tr", has_text="POST").first.locator(".switchHistory").click()
    expect(page.locator("#djdt-WhatFiresPanel small")).to_contain_text(re.compile("[1-9] calls"))
    page.locator("#djdt-WhatFiresPanel a").click()
    return page.locator(".whatfires")


def tabs_of(panel):
    """Click the tabs, one after the other; yield the name of each, and what shows then."""
    for name in ("Called", "Not called", "Orphaned"):
        panel.locator("label", has_text=name).first.click()
        shown = panel.locator("section:visible")
        expect(shown).to_have_count(1)  # the panel's stylesheet comes after the panel
        expect(shown).to_have_attribute("aria-label", name)
        yield name, shown


@pytest.mark.slow
@pytest.mark.on_one_database
def test_a_hire_is_seen_on_the_board_under_a_strict_policy(board, open_window):
    page = open_window()
    page.route(board, refuse_inline)
    panel = open_panel(page, board)
    told = {name: shown.inner_text() for name, shown in tabs_of(panel)}
    assert "post_save from Employees (created) → employee_created" in told["Called"]
    assert "listens to as_published.Employees alone" in told["Not called"]
    assert "Session" in told["Orphaned"]
    page.keyboard.press("ArrowLeft")  # the tabs are one group of radio buttons
    expect(panel.get_by_role("radio", name="Not called")).to_be_checked()


@pytest.mark.slow
@pytest.mark.on_one_database
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_panel_in_light_and_dark(board, open_window, scheme):
    page = open_window(color_scheme=scheme)
    # The stylesheet comes when the page has long been drawn. The test goes on while this waits.
    page.route("**/panel.css", lambda it: (page.wait_for_timeout(500), it.continue_()))
    panel = open_panel(page, board)
    expect(page.locator("#djDebug")).to_have_attribute("data-theme", scheme)
    ours = {"include": [{"fromShadowDom": ["#djDebugRoot", ".whatfires"]}]}
    for _ in tabs_of(panel):
        found = Axe().run(page, context=ours)
        assert found.violations_count == 0, found.generate_report()


UNDER_THE_HANDLE = """(handle) => {
  const { left, right, top, bottom } = handle.getBoundingClientRect();
  const corners = [[left, top], [right - 1, top], [left, bottom - 1], [right - 1, bottom - 1]];
  const under = corners.flatMap(([x, y]) => document.elementsFromPoint(x, y));
  return [...new Set(under.map((it) => it.id || it.localName))];
}"""


@pytest.mark.slow
@pytest.mark.on_one_database
def test_the_handle_of_the_toolbar_covers_nothing_of_the_board(board, open_window):
    page = open_window()
    page.goto(board)
    handle = page.locator("#djShowToolBarButton")
    expect(handle).to_have_css("border-radius", "4px")  # its stylesheet is there
    for width in (1440, 1024, 360):
        page.set_viewport_size({"width": width, "height": 740})
        under = {*handle.evaluate(UNDER_THE_HANDLE)}
        assert under == {"djDebugRoot", "header", "body", "html"}, width
    handle.click()
    expect(page.locator("#djDebugPanelList")).to_be_visible()


def test_of_a_request_that_ended_early_nothing_is_claimed():
    """It said that no receiver was called: it knew of none."""
    shown = render_to_string("whatfires/panel.html", {})
    assert "ended before anything could be shown" in shown and "called no receiver" not in shown
