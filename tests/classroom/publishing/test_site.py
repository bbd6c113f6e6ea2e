"""The site is whole: links lead somewhere, nothing comes from elsewhere, everybody can read it."""

import re
import runpy
import sys
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from classroom.publishing import notebooks
from classroom.publishing.output import fill
from classroom.running.kernel import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.on_one_database]

NOTEBOOKS = {
    path.relative_to(ROOT).with_suffix(".html").as_posix(): notebooks.read(path)
    for path in notebooks.notebooks()
}
FOREIGN = {".git/config": "[core]", "CNAME": "example.org", "letter.txt": "Dear Ada"}
AXED = ["docs/index.html", min(NOTEBOOKS), max(NOTEBOOKS)]  # with a lesson and the quiz


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site of the committed notebooks, in a folder where something lay before."""
    folder = tmp_path_factory.mktemp("built") / "site"
    for name, text in FOREIGN.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    # As in the Makefile. A warning, of a link that leads nowhere for instance, is an error here.
    options = ["-q", "-W", "--keep-going", "-c", "docs", "-d", "{}-doctrees"]
    assert fill(folder, [sys.executable, "-m", "sphinx", *options, ".", "{}"]) == 0
    return folder


@pytest.fixture(scope="module")
def pages(site):
    """Every page, parsed: {its path on the site: its HTML}."""
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in sorted(site.rglob("*.html"))
        if path.relative_to(site).parts[0] != "_static"
    }


def test_every_link_and_every_anchor_leads_somewhere(site, pages):
    dead = []
    for page, html in pages.items():
        for link in html.select("a[href], link[href], script[src], img[src]"):
            target = urlsplit(link.get("href") or link["src"])
            if target.scheme:
                continue
            file = (site / page).parent / unquote(target.path) if target.path else site / page
            to = file.resolve().relative_to(site.resolve()).as_posix()
            anchor = unquote(target.fragment)
            if not file.is_file() or (anchor and not pages[to].find(id=anchor)):
                dead.append(f"{page}: {target.geturl()}")
    assert dead == []
    assert set(NOTEBOOKS) < set(pages)


def test_the_place_of_shown_code_leads_to_its_line(pages):
    places = [
        (page, place)
        for page, html in pages.items()
        for place in html.select(".cell_output em a[href*='source/speedy/']")
    ]
    assert len(places) > 10
    for page, place in places:
        _, target, line = re.split(r"source/|#", place["href"])
        there = pages[f"source/{target}"].find(id=line).get_text().strip()
        here = place.find_next("pre").get_text().strip().splitlines()[0]
        assert here and there.endswith(here), (page, place["href"])
        assert place.get_text().endswith(f", line {line.removeprefix('L-')}")


def test_nothing_is_fetched_from_another_machine(site, pages):
    for page, html in pages.items():
        for it in html.select("[src], link[href], [srcset], object, iframe"):
            address = it.get("src") or it.get("href")
            assert not urlsplit(address).netloc, (page, address)
        for script in html.select("script:not([src])"):
            assert "//" not in re.sub(r"//\s.*", "", script.get_text()), page
    for sheet in site.rglob("*.css"):
        text = sheet.read_text("utf-8")
        assert not re.search(r"""(url\(|@import)\s*["']?(https?:)?//""", text), sheet


def test_every_committed_output_is_on_its_page(pages):
    for page, notebook in NOTEBOOKS.items():
        text = letters(pages[page].select_one("article").get_text())
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                assert letters(shown(output)) in text, (page, cell.source)


def shown(output):
    """The words of an output, in the form that a page shows."""
    data = output.get("data", {})
    if "image/png" in data:
        return ""
    if "text/html" in data:
        return BeautifulSoup(data["text/html"], "html.parser").get_text()
    if "text/markdown" in data:
        return re.sub(r"^```\w*$|^\*|\*$", "", data["text/markdown"], flags=re.MULTILINE)
    return output.get("text") or output.get("evalue") or data["text/plain"]


def letters(text):
    return re.sub(r"[\s*`]", "", text)


def test_every_diagram_is_drawn(pages):
    for page, notebook in NOTEBOOKS.items():
        written = sum(cell.source.count("```mermaid") for cell in notebook.cells)
        assert len(pages[page].select(".diagram")) == written, page
    drawings = [it for html in pages.values() for it in html.select(".diagram svg[role=img]")]
    assert drawings and all(it["aria-label"].startswith("Flowchart: ") for it in drawings)
    for page, html in pages.items():
        ids = [it["id"] for it in html.select("[id]")]
        assert len(ids) == len(set(ids)), page


def test_a_diagram_is_its_text_where_nothing_can_draw_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "mermaidx", None)
    mermaid = runpy.run_path(str(ROOT / "docs" / "conf.py"))["Mermaid"]
    fence = SimpleNamespace(content=["flowchart LR", "    you --> row"])
    [block] = mermaid.run(fence)
    assert block.astext() == "flowchart LR\n    you --> row"


def test_what_lay_in_the_folder_is_left_alone(site):
    assert {name: (site / name).read_text() for name in FOREIGN} == FOREIGN


# In a browser, from the folder


@pytest.fixture
def visit(open_window, site):
    """A function that opens a page of the site from its folder, without any server."""

    def visit(path="index.html", **options):
        page = open_window(**options)
        page.goto((site / path).as_uri())
        return page

    return visit


def test_a_reader_searches_from_the_first_page(visit):
    page = visit()
    page.get_by_role("heading", name="Where should behaviour live?").wait_for()
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("searchbox").fill("headcount")
    page.keyboard.press("Enter")
    result = page.locator("#search-results li a").filter(has_text="Counting a relation").first
    expect(result).to_be_visible()
    result.click()
    expect(page.locator("article")).to_contain_text("headcount")


@pytest.mark.parametrize("path", AXED)
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_a_page_suits_every_eye_and_every_screen(visit, path, scheme, width):
    page = visit(path, color_scheme=scheme, viewport={"width": width, "height": 800})
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    # A page out of a folder may not fetch its own style sheet, which axe does for rules on media.
    found = Axe().run(page, options={"preload": False})
    assert found.response["violations"] == [], found.generate_report()


# Whatever reaches beyond the paper, or hides a part of itself: {what is wrong: where}.
CUT = """() => [...document.querySelectorAll("article *")].filter((it) => {
  const { right, width } = it.getBoundingClientRect();
  const hides = getComputedStyle(it).overflowX !== "visible";
  return width > 1 && (right > innerWidth + 1 || (hides && it.scrollWidth > it.clientWidth + 1));
}).map((it) => `${it.tagName} ${it.className} ${it.textContent.slice(0, 60)}`)"""


def test_no_page_scrolls_sideways_on_a_telephone_or_is_cut_on_paper(visit, pages, site):
    telephone = visit(viewport={"width": 360, "height": 740})
    paper = visit(viewport={"width": 718, "height": 1000})  # A4 without its margins
    paper.emulate_media(media="print")
    for path in pages:
        if path == "index.html":  # leads on by itself
            continue
        telephone.goto((site / path).as_uri())
        assert telephone.evaluate("document.documentElement.scrollWidth") <= 360, path
        paper.goto((site / path).as_uri())
        assert paper.evaluate(CUT) == [], path
