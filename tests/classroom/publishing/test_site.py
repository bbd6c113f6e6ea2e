"""The site is whole: links lead somewhere, nothing comes from elsewhere, everybody can read it."""

import re
from io import StringIO
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import expect

from classroom.publishing import notebooks
from classroom.publishing.site.building import ASSETS, build
from classroom.publishing.site.course import SiteError

LESSON = "01_what_a_signal_is"  # has a diagram, tables, trees, shown code and exercises


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the command says that builds a site from the committed notebooks, and its folder."""
    folder, said = tmp_path_factory.mktemp("built") / "site", StringIO()
    call_command("build_html", folder, stdout=said)
    return said.getvalue(), folder


@pytest.fixture(scope="module")
def site(said):
    """The folder of that site."""
    return said[1]


@pytest.fixture(scope="module")
def pages(site):
    """Every page, parsed: {its path on the site: its HTML}."""
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in sorted(site.rglob("*.html"))
    }


@pytest.fixture
def course(tmp_path):
    """A function that writes a course of one lesson, from the sources of its cells."""

    def course(*cells):
        cells = [it if isinstance(it, dict) else new_markdown_cell(it) for it in cells]
        notebook = new_notebook(cells=cells, metadata=notebooks.METADATA)
        notebooks.write(notebook, tmp_path / "notebooks" / "00_start_here.ipynb")
        return tmp_path / "notebooks"

    return course


@pytest.fixture
def built(course, tmp_path):
    """A function that builds the site of such a course; it returns the page of the lesson."""

    def built(*cells):
        build(tmp_path / "site", course(*cells))
        return (tmp_path / "site" / "00_start_here.html").read_text("utf-8")

    return built


# Links


def test_every_link_and_every_anchor_leads_somewhere(site, pages):
    dead = []
    for page, html in pages.items():
        for link in html.select("a[href], link[href], script[src]"):
            target = urlsplit(link.get("href") or link["src"])
            if target.scheme:
                continue
            file = (site / page).parent / unquote(target.path) if target.path else site / page
            to = file.resolve().relative_to(site.resolve()).as_posix()
            known = to in pages or to in ASSETS
            if not known or (target.fragment and not anchored(pages[to], target.fragment)):
                dead.append(f"{page}: {target.geturl()}")
    assert dead == []
    assert len(pages) > len(notebooks.notebooks()) > 0


def anchored(html, fragment):
    return html.find(id=unquote(fragment)) is not None


def test_an_anchor_stands_once_on_a_page(pages):
    for page, html in pages.items():
        anchors = [it["id"] for it in html.select("[id]")]
        assert len(anchors) == len(set(anchors)), page


def test_headings_of_the_same_words_have_anchors_of_their_own(built):
    page = BeautifulSoup(built("# Start", "## See", "## See"), "html.parser")
    assert [it["id"] for it in page.select("h2")] == ["See", "See-again"]
    assert [it["href"] for it in page.select(".toc a")] == ["#See", "#See-again"]


def test_a_link_to_a_heading_of_another_notebook_is_kept(built):
    page = built("# Start\n\n[there](00_start_here.ipynb#Two-words)", "## Two words")
    assert 'href="00_start_here.html#Two-words"' in page and 'id="Two-words"' in page


def test_the_place_of_shown_code_leads_to_its_line(pages, site):
    page = "02_built_in_signals.html"
    place = pages[page].find("a", string=re.compile(r"speedy/signals/employee_assignment.py, line"))
    target = urlsplit(place["href"])
    line = pages[target.path].find(id=target.fragment)
    assert place.string.endswith(target.fragment.removeprefix("L-"))
    assert line.get_text().startswith(("@receiver", "def "))


def test_a_lesson_leads_back_to_its_exercises_and_on(pages):
    ends = {a["class"][0]: a["href"] for a in pages[f"{LESSON}.html"].select(".turn a")}
    assert ends == {
        "back": "00_start_here.html",
        "practise": f"exercises/{LESSON}.html",
        "on": "02_built_in_signals.html",
    }


# What stands there


def test_the_index_names_every_notebook(pages):
    linked = {link["href"] for link in pages["index.html"].select("main a[href]")}
    for path in notebooks.notebooks():
        assert path.relative_to(notebooks.FOLDER).with_suffix(".html").as_posix() in linked


def test_the_index_tells_the_question_and_the_minutes_of_a_lesson(pages):
    card = pages["index.html"].find("a", href=f"{LESSON}.html").find_parent("li").get_text(" ")
    assert "How can code set off other code that it does not know" in " ".join(card.split())
    assert "35 min" in card


def test_the_index_shows_a_rota_and_a_tree(pages):
    rota, tree = pages["index.html"].select(".pictures .output")
    assert "●●○" in rota.get_text() and "post_save" in tree.get_text()


def test_every_page_has_a_title_of_its_own_and_a_description(pages):
    titles = [html.title.string for html in pages.values()]
    assert len(set(titles)) == len(titles)
    assert all(title.endswith(" · speedster") for title in titles)
    for page, html in pages.items():
        about = html.find("meta", attrs={"name": "description"})["content"]
        assert 30 < len(about) <= 160, page
        assert len(html.find_all("h1")) == 1, page


def test_every_output_of_a_notebook_is_on_its_page(pages):
    for path in notebooks.notebooks():
        page = path.relative_to(notebooks.FOLDER).with_suffix(".html").as_posix()
        shown = [it for cell in notebooks.read(path).cells for it in cell.get("outputs", [])]
        outputs = pages[page].select(".output")
        assert len(outputs) == len(shown), page
        assert all(it.get_text(strip=True) or it.img for it in outputs), page


def test_no_note_to_an_editor_is_on_a_page(pages):
    assert [page for page, html in pages.items() if "Generated from classroom" in str(html)] == []


def test_markup_in_a_heading_is_text_in_the_title(built):
    page = built('# On `<b>` & "quotes"\n\n**Is it <i>safe</i>?**')
    assert "<title>On &lt;b&gt; &amp; &quot;quotes&quot;" in page
    assert "<b>" not in page.partition("<article>")[0]


def test_an_error_and_a_picture_are_shown(built):
    error = new_output("error", ename="KeyError", evalue="'request'", traceback=["KeyError: <x>"])
    picture = new_output("display_data", data={"image/png": "iVBORw0KGgo=", "text/plain": "Plot"})
    page = built("# Start", new_code_cell("draw()", outputs=[error, picture], execution_count=1))
    assert "KeyError: &lt;x&gt;" in page and 'class="output error"' in page
    assert 'alt="Plot" src="data:image/png;base64,iVBORw0KGgo="' in page


def test_a_lesson_without_a_number_stands_by_itself_on_the_index(built, course, tmp_path):
    built("# Start")
    lesson = tmp_path / "notebooks" / "00_start_here.ipynb"
    (lesson.parent / "appendix_tutorial.ipynb").write_bytes(lesson.read_bytes())
    build(tmp_path / "site", lesson.parent)
    index = BeautifulSoup((tmp_path / "site" / "index.html").read_text("utf-8"), "html.parser")
    [title] = index.select("section[aria-labelledby=appendix] h2")
    [link] = index.select("section[aria-labelledby=appendix] a")
    assert title.string == "Appendix" and link["href"] == "appendix_tutorial.html"
    assert not index.select("#exercises")  # there are none


# Nothing from elsewhere


def test_nothing_is_fetched_from_another_machine(pages):
    for page, html in pages.items():
        for it in html.select("[src], link[href], [srcset], object, iframe, form"):
            address = it.get("src") or it.get("href")
            assert not urlsplit(address).netloc and urlsplit(address).scheme in ("", "data"), page
        assert not [it for it in html.select("[style]") if "url(" in it["style"]]
        assert not html.find_all("script", src=None)


def test_style_sheet_and_script_fetch_nothing(site):
    for name in ASSETS:
        assert not re.search(r"url\(|@import|import\b|fetch\(|https?:", (site / name).read_text())


def test_what_leaves_the_site_are_plain_links(pages):
    abroad = [it for html in pages.values() for it in html.select("a[href*='//']")]
    assert {urlsplit(link["href"]).scheme for link in abroad} == {"https"}
    assert "docs.djangoproject.com" in {urlsplit(link["href"]).netloc for link in abroad}


# What goes wrong is said


def test_no_lesson_is_an_error_that_tells_the_way_out(tmp_path):
    with pytest.raises(SiteError, match=r"found none\. `git checkout notebooks`"):
        build(tmp_path / "site", tmp_path)


def test_a_damaged_notebook_is_named(course, tmp_path):
    folder = course("# Start")
    (folder / "00_start_here.ipynb").write_text("{")
    with pytest.raises(SiteError, match=r"00_start_here\.ipynb cannot be read as a notebook"):
        build(tmp_path / "site", folder)


@pytest.mark.parametrize("target", ["09_nowhere.ipynb", "../speedy", "../../elsewhere.py"])
def test_a_link_that_leads_nowhere_is_named_and_nothing_is_written(built, tmp_path, target):
    with pytest.raises(SiteError, match=re.escape(f"00_start_here.ipynb links to {target}")):
        built(f"# Start\n\n[there]({target})")
    assert not (tmp_path / "site").exists()


def test_a_folder_that_holds_something_else_is_left_alone(course, tmp_path):
    mine = tmp_path / "mine" / "letter.txt"
    mine.parent.mkdir()
    mine.write_text("Dear Ada")
    with pytest.raises(SiteError, match="is not empty, and holds no site"):
        build(mine.parent, course("# Start"))
    assert mine.read_text() == "Dear Ada"


def test_a_second_build_replaces_the_first(built, tmp_path):
    built("# Start")
    stale = tmp_path / "site" / "08_gone.html"
    stale.write_text("of a lesson that is no more")
    built("# Start again")
    assert not stale.exists() and (tmp_path / "site" / "site.css").exists()


def test_the_command_says_where_the_site_is(said, pages):
    text, folder = said
    assert text == f"{len(pages)} pages, from {folder / 'index.html'} on. Open that file.\n"


def test_the_command_says_in_a_sentence_what_is_wrong(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Ada")
    with pytest.raises(CommandError, match="Name a new folder"):
        call_command("build_html", tmp_path)


# In a browser, from the folder


@pytest.fixture
def visit(open_window, site):
    """A function that opens a page of the site from its folder, without any server."""

    def visit(path="index.html", **options):
        page = open_window(**options)
        page.goto((site / path).as_uri())
        return page

    return visit


@pytest.mark.slow
def test_a_reader_walks_from_the_index_through_lessons_to_exercises(visit):
    page = visit()
    page.get_by_role("link", name="01 What a signal is").first.click()
    expect(page).to_have_title(re.compile("^What a signal is: .+ · speedster$"))
    page.get_by_role("link", name=re.compile("^Next.* 02 · Built-in signals")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Built-in signals")
    page.get_by_role("link", name="Practise").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Exercises for lesson 02")
    page.get_by_role("link", name=re.compile("^The lesson.* 02")).click()
    page.get_by_role("link", name="The wire", exact=True).click()
    expect(page.get_by_role("heading", name="The wire")).to_be_in_viewport()


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    ["index.html", f"{LESSON}.html", "exercises/quiz.html", "source/speedy/scheduling.py.html"],
)
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_a_page_suits_every_eye_and_every_screen(visit, path, scheme, width):
    page = visit(path, color_scheme=scheme, viewport={"width": width, "height": 800})
    # A page out of a folder may not fetch its own style sheet, which axe does for rules on media.
    found = Axe().run(page, options={"preload": False})
    grave = [it["id"] for it in found.response["violations"] if it["impact"] in GRAVE]
    assert grave == [], found.generate_report()


GRAVE = {"serious", "critical"}


@pytest.mark.slow
def test_no_page_scrolls_sideways_on_a_telephone(visit, pages, site):
    page = visit(viewport={"width": 360, "height": 740})
    for path in pages:
        page.goto((site / path).as_uri())
        wide, seen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= seen == 360, path


@pytest.mark.slow
def test_a_wide_table_scrolls_by_itself_and_by_keyboard(visit):
    page = visit("04_what_fires_when.html", viewport={"width": 360, "height": 740})
    table = page.locator(".output[tabindex='0']").filter(has=page.locator("table")).first
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")


@pytest.mark.slow
@pytest.mark.parametrize(("width", "shown"), [(360, "tall"), (1280, "wide")])
def test_a_diagram_is_drawn_as_the_screen_allows(visit, width, shown):
    page = visit(f"{LESSON}.html", viewport={"width": width, "height": 800})
    drawing = page.locator("figure .chart:visible")
    expect(drawing).to_have_count(1)
    expect(drawing).to_have_class(f"chart {shown}")
    expect(drawing).to_have_accessible_name(re.compile("sender Shifts leads to signal"))


@pytest.mark.slow
def test_the_skip_link_comes_first(visit):
    page = visit(f"{LESSON}.html")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()


@pytest.mark.slow
def test_the_pages_work_without_javascript(visit):
    page = visit(f"{LESSON}.html", java_script_enabled=False)
    expect(page.get_by_role("navigation", name="On this page")).to_be_visible()
    expect(page.locator("table.dataframe").first).to_be_visible()
