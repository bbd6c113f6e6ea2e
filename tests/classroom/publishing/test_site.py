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

from classroom.exercises.catalogue import all_tasks
from classroom.exercises.questions import QUESTIONS
from classroom.publishing import notebooks
from classroom.publishing.output import fill
from classroom.running.kernel import ROOT

pytestmark = pytest.mark.slow

NOTEBOOKS = {
    path.relative_to(ROOT).with_suffix(".html").as_posix(): notebooks.read(path)
    for path in notebooks.notebooks()
}
FOREIGN = {".git/config": "[core]", "CNAME": "example.org", "letter.txt": "Dear Ada"}
LESSON, QUIZ = "notebooks/00_start_here.html", "notebooks/exercises/quiz.html"
MATRIX_PAGE = "notebooks/deeper/matrix.html"
PRACTICE = "notebooks/exercises/00_start_here.html"
# The exercises are all made in one way: one of them and the quiz stand for the rest.
MADE_ALIKE = {it for it in NOTEBOOKS if "/exercises/" in it} - {PRACTICE, QUIZ}
AXED = ["docs/index.html", "docs/cheatsheet.html", "docs/glossary.html"]
AXED += sorted(set(NOTEBOOKS) - MADE_ALIKE)
OPEN = "localStorage.setItem('A course on Django signals', '{\"open\": true}')"  # covers nothing


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site of the committed notebooks, in a folder where something lay before."""
    folder = tmp_path_factory.mktemp("built") / "site"
    for name, text in FOREIGN.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    # As in the Makefile. A warning, of a link that leads nowhere for instance, is an error here.
    options = ["-q", "-W", "--keep-going", "-c", "docs", "-d", "{}-doctrees"]
    assert fill(folder, [sys.executable, "manage.py", "-m", "docs.conf", *options, ".", "{}"]) == 0
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
        for place in html.select(".cell_output em a[href*='source/']")
    ]
    assert len(places) > 10
    for page, place in places:
        _, target, line = re.split(r"source/|#", place["href"])
        there = pages[f"source/{target}"].find(id=line).get_text().strip()
        here = place.find_next("pre").get_text().strip().splitlines()[0]
        assert here and there.endswith(here), (page, place["href"])
        assert place.get_text().endswith(f", line {line.removeprefix('L-')}")


def test_a_place_in_a_tree_leads_to_its_line(pages):
    places = pages[LESSON].select(".cell_output pre a[href*='source/speedy/']")
    assert len(places) > 5
    for place in places:
        file, line = re.search(r"source/(.+)#L-(\d+)", place["href"]).groups()
        assert pages[f"source/{file}"].find(id=f"L-{line}")
        assert place.get_text().split(":")[1] == line


def test_nothing_is_fetched_from_another_machine(site, pages):
    for page, html in pages.items():
        for it in html.select("[src], link[href], [srcset], object, iframe"):
            address = it.get("src") or it.get("href")
            assert not urlsplit(address).netloc, (page, address)
    for sheet in site.rglob("*.css"):
        text = sheet.read_text("utf-8")
        assert not re.search(r"""(url\(|@import)\s*["']?(https?:)?//""", text), sheet


def test_every_committed_output_is_on_its_page(pages):
    for page, notebook in NOTEBOOKS.items():
        text = letters(pages[page].select_one("article").get_text())
        for cell in notebook.cells:
            if ".check(" in cell.source:  # hints stand there
                continue
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
    kinds = {it["aria-label"].partition(": ")[0] for it in drawings}
    assert kinds == {"Flowchart", "Timeline"} and all(
        it["aria-label"][-1] != " " for it in drawings
    )
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
    page.get_by_text("Search finished").wait_for()  # results that still come move what is clicked
    result = page.locator("#search-results li a").filter(has_text="Counting a relation").first
    expect(result).to_be_visible()
    result.click()
    expect(page.locator("article")).to_contain_text("headcount")


def violations(page):
    # A page out of a folder may not fetch its own style sheet, which axe does for rules on media.
    options = {"preload": False, "resultTypes": ["violations"]}  # what passes is half of the time
    return Axe().run(page, options=options).response["violations"]


@pytest.fixture
def reader(visit, site):
    """A function that opens a page on a telephone; what it then shows suits everybody."""
    page = visit("docs/index.html", color_scheme="dark", viewport={"width": 360, "height": 900})

    def reader(path):
        page.goto((site / path).as_uri())
        return page

    yield reader
    page.mouse.move(0, 0)  # what lies under it looks otherwise
    for scheme, width in ("dark", 360), ("dark", 1024), ("light", 1440):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        if width != 1024:
            assert violations(page) == [], scheme


def test_a_guess_uncovers_what_follows_and_is_remembered(reader):
    page = reader(LESSON)
    first, second = (page.locator(".guess-card").nth(it) for it in (0, 1))
    came = page.locator("article").get_by_text("Katherine Ospell").first
    expect(first).to_be_visible()
    expect(came).to_be_hidden()
    assert "Why" not in page.locator("article").inner_text()
    first.get_by_role("button", name="Wed").click()
    said = first.get_by_role("status")
    assert said.inner_text().startswith("You said: Wed\nThe answer: Tue\nWhy: three people fit")
    expect(came).to_be_visible()
    second.get_by_role("button").first.press("b")
    expect(second.get_by_role("status")).to_contain_text("✓ You said: Nothing, although it is")
    kept = page.locator("#what-to-keep")
    summary = kept.locator("p").filter(has_text="The signal calls its receivers")
    assert summary.count() == 1 and not summary.is_visible()  # it repeats what is still asked
    expect(kept.locator(".cover-note")).to_contain_text("every question above")
    expect(kept.get_by_role("link", name="exercises for 00")).to_be_visible()
    page.locator(".guess-card").nth(2).get_by_role("button").first.press("d")
    expect(summary).to_be_visible()
    expect(kept.locator(".cover-note")).to_have_count(0)

    page = reader(QUIZ)
    done = page.locator(".bd-links a", has_text="Start here").locator(".done")
    expect(done).to_have_text("✓ 3 of 3")
    page = reader(LESSON)
    expect(first.get_by_role("status")).to_contain_text("You said: Wed")
    expect(came).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_navigation():
        page.locator(".what-you-did button").evaluate("it => it.click()")
    expect(came).to_be_hidden()
    expect(page.locator(".done")).to_have_count(0)


def test_the_cheat_sheet_is_one_page_to_print(visit):
    printed = visit("docs/cheatsheet.html").pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_two_pages_that_are_open_lose_nothing_of_each_other(visit, site):
    """One wrote all that it knew of, over what it did not know."""
    lesson = visit(LESSON)
    quiz = lesson.context.new_page()
    quiz.goto((site / QUIZ).as_uri())
    lesson.locator(".guess-card").first.get_by_role("button", name="Wed").click()
    expect(quiz.locator(".bd-links .done")).to_have_text("1 of 3")
    quiz.evaluate("Storage.prototype.getItem = () => null")  # it has not heard of it
    quiz.locator(".guess-card").first.get_by_role("button").first.click()
    expect(lesson.locator(".bd-links .done")).to_have_count(2)
    lesson.reload()
    said = lesson.locator(".guess-card").first.get_by_role("status")
    expect(said).to_contain_text("You said: Wed")


def test_a_hire_is_stepped_through_and_its_text_stays_at_hand(reader):
    page = reader(LESSON)
    with page.expect_navigation():
        page.locator(".what-you-did input").evaluate("it => it.click()")
    rota, step = page.locator(".rota"), page.locator(".wf")
    rota.get_by_role("button", name="Next step").click()
    expect(rota.locator(".rota-new")).to_have_count(1)
    step.locator(".wf-steps").press("End")
    expect(step.locator(".wf-kept")).not_to_have_count(0)
    step.get_by_role("button", name="→ employee_created").click()
    place = step.locator("dd a")
    assert "#L-" in place.evaluate("it => it.href")
    step.get_by_role("button", name="ShiftsEmployees.save()").click()
    expect(step.locator("dd a", has_text="speedy.scheduling:")).to_be_visible()  # set off there
    tree = page.locator("[data-piece=stepper] pre", has_text="signals sent")
    expect(tree).to_be_hidden()
    page.get_by_role("button", name="Show all of it as text").first.click()
    expect(tree).to_be_visible()
    expect(step).to_be_hidden()


def test_the_quiz_is_taken_and_scored(reader):
    page = reader(QUIZ)
    cards = page.locator(".guess-card")
    expect(cards).to_have_count(len(QUESTIONS))
    for number, question in enumerate(QUESTIONS):
        choice = question.right if number else next(it for it in question.options)
        at = list(question.options).index(choice)
        cards.nth(number).get_by_role("button").nth(at).click()
        expect(cards.nth(number).get_by_role("status")).to_contain_text("The answer: ")
    right = len(QUESTIONS) - (QUESTIONS[0].right != next(iter(QUESTIONS[0].options)))
    standing = f"{len(QUESTIONS)} of {len(QUESTIONS)} answered, {right} right"
    expect(page.locator("[data-standing] [role=status]")).to_have_text(f"{standing}.")
    link = page.locator(".bd-links a", has_text="quiz").locator(".done")
    expect(link).to_have_text(f"✓ {len(QUESTIONS)} of {len(QUESTIONS)}")
    missed = page.locator("[data-standing] li")
    expect(missed).to_have_count(len(QUESTIONS) - right)
    assert missed.first.get_by_role("link").first.get_attribute("href") == "#quiz-1"
    where = missed.first.get_by_role("link").last.get_attribute("href")
    assert where.endswith("/notebooks/01_what_a_signal_is.html")
    page.get_by_role("button", name="Take the quiz again").click()
    expect(page.locator("[data-standing]")).to_contain_text(f"0 of {len(QUESTIONS)} answered")
    expect(cards.first.locator("[aria-pressed=true]")).to_have_count(0)


def test_an_exercise_is_thought_through_without_python(reader, site):
    page = reader(PRACTICE)
    card, helps = page.locator("#two-more .form"), page.locator("#two-more details")
    card.get_by_role("radio", name="Wed").last.check()
    expect(card.get_by_role("status")).to_have_text("1 of 2 answered.")
    solution = page.locator("#two-more .highlight", has_text='"Priya": "Wed"')
    for number, words in enumerate(["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "Solution"]):
        expect(solution).to_be_hidden()
        expect(helps.locator("> summary").nth(number)).to_have_text(words)
        helps.nth(number).locator("> summary").click()
    expect(solution).to_be_visible()
    expect(page.locator("#two-more")).not_to_contain_text("Not attempted yet")
    expect(page.locator(".no-check")).to_have_count(1)  # it is said once on a page
    expect(page.locator(".no-check")).to_contain_text("This page cannot check an answer")
    assert reader(PRACTICE).locator("#two-more :checked").get_attribute("value") == "Wed"

    page = reader(LESSON)
    turn = page.locator("#your-turn")
    turn.get_by_text("Hint 1 of 2").first.click()
    expect(turn.get_by_text("What does person.shifts.get() give you?")).to_be_visible()
    expect(turn.locator(".highlight", has_text="return person.shifts.get()")).to_be_hidden()


def test_each_exercise_has_its_hints_and_its_solution(pages):
    shown = {}
    for html in pages.values():
        for it in html.select(".cell:has(.help)"):
            id = re.search(r'exercise\("(.+?)"', it.get_text())[1]
            shown[id] = letters(it.select_one(".cell_output").get_text())
    assert set(shown) == set(all_tasks())
    for task in all_tasks().values():
        for part in (*task.hints, task.shown, task.why):
            assert letters(part) in shown[task.id], task.id


def test_the_first_page_moves_unless_the_reader_wants_no_motion(visit):
    moving, still = visit(), visit(reduced_motion="reduce")
    expect(moving.locator(".rota-what")).to_contain_text("joins")
    moving.get_by_role("button", name="Pause").click()
    expect(still.locator(".rota-what")).to_have_text("at the start")
    expect(still.get_by_role("button", name="Play")).to_be_visible()


def test_without_scripts_everything_is_there(visit):
    page = visit(LESSON, java_script_enabled=False)
    expect(page.get_by_text("On which day will Katherine work?")).to_be_visible()
    expect(page.get_by_text("The answer: Tue")).to_be_visible()
    expect(page.get_by_text("signals sent").first).to_be_visible()


def test_paper_shows_all_of_it(visit):
    page = visit(LESSON, color_scheme="dark")
    page.locator(".guess-card").first.get_by_role("button", name="Wed").click()
    page.emulate_media(media="print")
    told = page.locator("[data-reveals='00-1']")
    expect(told.get_by_text("You said: Wed")).to_be_visible()
    expect(told.get_by_text("The answer: Tue")).to_be_visible()
    expect(page.locator(".rota, .wf, .guess-card").first).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    for name in ("Next step", "Show all of it as text", "Search", "Forget it all"):
        assert page.get_by_role("button", name=name).count() == 0
    for it in (".what-you-did", ".bd-sidebar-primary"):
        assert page.locator(it).count() == 1 and not page.locator(it).is_visible()


def test_paper_shows_a_table_that_the_screen_keeps_folded(visit):
    page = visit(MATRIX_PAGE)
    page.emulate_media(media="print")
    table = page.locator(".still details table").first
    expect(table).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(table).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(table).to_be_hidden()


def test_the_answers_of_the_quiz_and_of_the_exercises_are_found_from_paper(visit):
    page = visit(QUIZ)
    answers = page.locator(".answers li")
    expect(answers.first).to_be_hidden()
    page.locator(".guess-card").first.get_by_role("button").last.click()
    page.emulate_media(media="print")
    said = [question.right.replace("`", "") for question in QUESTIONS]
    assert answers.all_inner_texts() == said
    expect(page.locator(".guess-card").first).to_contain_text("You said: I'm not sure")
    expect(page.get_by_text("Choose one.").first).to_be_hidden()
    page = visit(PRACTICE)
    where = page.locator(".on-paper").first
    expect(where).to_be_hidden()
    page.emulate_media(media="print")
    expect(where).to_be_visible()
    expect(page.locator(".help").first).to_be_hidden()


# Whatever reaches beyond the paper, or hides a part of itself: {what is wrong: where}.
CUT = """() => [...document.querySelectorAll("article *")].filter((it) => {
  const { right, width } = it.getBoundingClientRect();
  const hides = getComputedStyle(it).overflowX !== "visible";
  return width > 1 && (right > innerWidth + 1 || (hides && it.scrollWidth > it.clientWidth + 1));
}).map((it) => `${it.tagName} ${it.className} ${it.textContent.slice(0, 60)}`)"""
# What scrolls sideways, and does not say so, by words or by a shade at its edge.
UNSAID = """async () => {
  await new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(told)));
  const wide = ":is(.output, .diagram, .pst-scrollable-table-container, pre):not(.scrolls)";
  const shaded = (it) => getComputedStyle(it).backgroundImage !== "none";
  return [...document.querySelectorAll(`article ${wide}`)]
    .filter((it) => it.scrollWidth > it.clientWidth + 1 && !shaded(it))
    .map((it) => it.textContent.slice(0, 60));
}"""
# The words of diagrams that are too small to be read, or reach out of their frame.
UNREAD = """() => [...document.querySelectorAll(".diagram svg")].flatMap((svg) => {
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  const place = (it) => it?.getBoundingClientRect();
  const leaves = (words, box) => box && (words.left < box.left - 1 || words.right > box.right + 1
    || words.bottom > box.bottom + 1);
  return [...svg.querySelectorAll("foreignObject p, text")].filter((it) => {
    const range = document.createRange();
    range.selectNodeContents(it);
    const words = place(range), shape = it.closest(".node")?.querySelector("rect, polygon, path");
    const small = parseFloat(getComputedStyle(it).fontSize) * scale < 11;
    const within = [svg.parentElement, shape].map(place);
    return words.width && (small || within.some((box) => leaves(words, box)));
  }).map((it) => it.textContent);
})"""


def test_every_page_suits_every_eye_every_screen_and_paper(visit, pages, site):
    page = visit(AXED[0], color_scheme="dark")
    page.evaluate(OPEN)
    sources = [it for it in pages if it.startswith("source/")]  # all made in one way
    longest = max(sources, key=lambda it: max(map(len, pages[it].get_text().splitlines())))
    alike = {"index.html", *sources, *MADE_ALIKE}  # the first leads on by itself
    wrong = {}
    for path in [longest, *sorted(set(pages) - alike)]:
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto((site / path).as_uri())
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert page.evaluate(UNREAD) == [], path
        assert page.evaluate(UNSAID) == [], path
        if path in AXED:  # as it was opened: the theme needs a moment after a change of width
            wrong |= wrongs(page, path)
        if pages[path].select_one(".diagram"):  # drawn otherwise where there is room
            page.set_viewport_size({"width": 1440, "height": 740})
            assert page.evaluate(UNREAD) == [], path
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 718, "height": 1000})  # A4 without its margins
        assert page.evaluate(CUT) == [], path
    page.emulate_media(media="screen", color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})
    for path in AXED[0], MATRIX_PAGE:
        page.goto((site / path).as_uri())
        expect(page.locator("html")).to_have_attribute("data-theme", "light")
        wrong |= wrongs(page, path)
    assert wrong == {}


def wrongs(page, path):
    page.mouse.wheel(0, 3000)
    return {(path, it["id"]): [at["html"][:200] for at in it["nodes"]] for it in violations(page)}
