"""A trace as data: JSON that is read again, a diagram, and a page that steps through it."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection, transaction
from django.db.models.signals import post_save, pre_save
from django.dispatch import Signal

from classroom import as_published
from classroom.scenes.stage.models import Person, Team
from whatfires.steps import Steps, lines_of, steps_of
from whatfires.temporary import connected
from whatfires.tracing import trace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.on_one_database]

NASTY = "</script><img src=x onerror=alert(1)> & #;"


def greet(sender, instance, **kwargs):
    Team.objects.create(name="of " + instance.name)


def count_teams(sender, **kwargs):
    Team.objects.count()
    connection.cursor().execute("SELECT 1")


def close_the_door():
    pass


@pytest.fixture
def steps():
    post_save.connect(greet, sender=Person)
    with trace() as seen, transaction.atomic():
        transaction.on_commit(close_the_door)
        Person.objects.create(name=NASTY)
    post_save.disconnect(greet, sender=Person)
    return steps_of(seen)


def test_each_step_knows_the_step_around_it(steps):
    [delivery] = [step for step in steps if step["kind"] == "delivery"]
    [inside] = [step for step in steps if step["what"].startswith("INSERT into stage_team")]
    assert (delivery["what"], delivery["lane"]) == ("greet", "signal")
    chain, order = [], inside["parent"]
    while order:
        chain.append(steps[order - 1]["what"])
        order = steps[order - 1]["parent"]
    assert chain == ["save()", "greet", "post_save", "save()"]
    assert delivery["source"][0][1].startswith("def greet(")


def test_each_step_shows_the_line_that_runs(steps):
    def lit(step):
        return dict(step["source"])[step["line"]]

    [delivery] = [step for step in steps if step["kind"] == "delivery"]
    assert lit(delivery).startswith("def greet(")
    for step in steps:
        assert step["came_from"].rpartition(":")[0].endswith("test_steps")
    [inside] = [step for step in steps if step["what"].startswith("INSERT into stage_team")]
    assert lit(inside).strip() == 'Team.objects.create(name="of " + instance.name)'
    assert inside["source"][0][1].startswith("def greet("), "the function, and not the whole file"
    assert inside["source"][-1] == (inside["line"], lit(inside)), "and no line of the next"


def test_a_line_of_a_module_is_among_those_that_are_shown():
    """A line at the top of a module was shown with the lines of some function above it."""
    lines = Path(__file__).read_text().splitlines()
    number = lines.index("LATER = " + str(LATER).replace("'", '"')) + 1
    assert dict(lines_of(__file__, 1, number))[number] == lines[number - 1]


def test_what_a_statement_does_is_told(steps):
    effects = [step["effect"] for step in steps if step["kind"] == "sql"]
    assert effects == ["begin", "write", "write", "commit"]


def test_json_is_read_again(steps):
    assert Steps.load(steps.json()) == json.loads(json.dumps(steps))


def test_json_of_the_first_version_is_read_too(steps):
    old = json.loads(steps.json())
    for step in old["steps"]:
        del step["came_from"], step["registered"], step["settled_by"]
    [*read] = Steps.load(json.dumps(old | {"whatfires": 1}))
    assert [step["registered"] for step in read] == [None] * len(steps)
    assert Steps(read).mermaid().startswith("sequenceDiagram")


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", '{"steps": []}', '{"whatfires": 99, "steps": []}', "[" * 99_999, "null", 5),
        *(None, Signal, '{"whatfires": 1, "steps": 5}', '{"whatfires": 1, "steps": [5]}'),
    ],
)
def test_what_is_no_such_json_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"load\(\)"):
        Steps.load(text)


def test_the_diagram_names_who_called_whom(steps):
    lines = steps.mermaid().splitlines()
    assert lines[0] == "sequenceDiagram"
    names = dict(line.split()[1::2] for line in lines if line.strip().startswith("participant a1"))
    assert names == {"a1": "database"}
    assert any(line.endswith(": post_save") for line in lines)
    assert not any(";" in line.replace("#60;", "").replace("#62;", "") for line in lines[1:8])


def test_an_error_is_in_the_diagram():
    with trace() as seen, pytest.raises(Exception, match="NOT NULL"):
        as_published.Shifts.objects.create(total_hours=None)
    assert "--x" in steps_of(seen).mermaid()


def test_a_name_cannot_leave_the_script_of_the_page(steps):
    page = steps.html(title=NASTY)
    assert page.count("</script>") == 1
    assert "<img" not in page


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_the_page_is_stepped_through_by_keyboard(steps, open_window, tmp_path, width, scheme):
    file = tmp_path / "trace.html"
    file.write_text(steps.html(), encoding="utf-8")
    page = open_window(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(file.as_uri())
    heads = page.locator(".wf-lane").first.evaluate("it => it.getBoundingClientRect().bottom")
    first = page.locator(".wf-step").first.bounding_box()["y"]
    assert first >= heads, "the first step is below the heads, and not behind them"
    for order, step in enumerate(steps, start=1):
        assert step["what"] in page.locator("[aria-current=step]").inner_text()
        assert page.locator(".wf-place").inner_text() == f"{order} of {len(steps)}"
        if step["what"].startswith("INSERT into stage_team"):
            page.get_by_role("button", name="Pull the plug").click()
            assert page.locator(".wf-gone").count() == 2  # neither is committed
            assert page.locator(".wf-kept").count() == 0
            assert_no_violation(page)
            page.get_by_role("button", name="Put the plug back").click()
        page.locator(".wf-steps").press("ArrowRight")
    assert page.locator(".wf-kept").count() == 2
    page.locator(".wf-steps").press("Home")
    colours = {step: page.locator(f".wf-later.wf-{step}").first.evaluate(COLOUR) for step in LATER}
    assert len({*colours.values()}) == len(LATER), "grey is SQL, and not what is still to come"
    signs = "▸ a method, ◆ a signal, → a receiver, ▪ SQL. An amber bar: in a transaction."
    assert page.locator(".wf-legend").inner_text().startswith(signs)
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_no_violation(page)


@pytest.mark.slow
def test_each_step_says_whose_row_it_writes_and_in_which_transaction(open_window, tmp_path):
    with trace() as seen:
        Person.objects.create(name="Ada")
        with transaction.atomic():
            transaction.on_commit(close_the_door)
            Person.objects.create(name="Grace")
            with suppress(KeyError), transaction.atomic():
                Person.objects.create(name="Alan")
                raise KeyError
            Person.objects.update(name="Alan")
    page = open_steps(open_window, tmp_path, seen)
    said = said_at_each_step(page)
    inside = "Inside the transaction of steps 5 to 19."
    for order, sentences in {
        1: "Person.save() is called for Ada. No transaction is open.",
        3: "A row is written: Ada. This is kept at once: no transaction is open.",
        5: "What is written from now on is pending. It is committed at step 19.",
        6: f"close_the_door waits for the COMMIT. {inside} In the end: run after COMMIT",
        8: f"pre_save is sent by Person for Grace. Nobody listens. {inside}",
        9: f"A row is written: Grace. This is pending until COMMIT. {inside}",
        16: "Back to the savepoint at step 11. What was written after it is gone.",
        17: "The savepoint at step 11 is given up. What is pending stays pending.",
        18: f"Rows of stage_person that match are changed. This is pending until COMMIT. {inside}",
        19: "What was pending is kept. It began at step 5.",
        20: "The callback close_the_door is called, after the COMMIT at step 19.",
    }.items():
        assert sentences in said[order], order
    assert [it for it in range(1, 21) if inside in said[it]] == [*range(6, 19)]
    written = page.locator(".wf-written li").all_inner_texts()
    assert [it.rpartition(": ")[2] for it in written] == ["Ada", "Grace", "name", "Alan"]
    bar, begin, end = [
        page.locator(it).bounding_box()
        for it in (".wf-transaction", *(f".wf-number >> text=/^{it}$/" for it in (5, 19)))
    ]
    assert bar["y"] == pytest.approx(begin["y"], abs=1)
    assert bar["y"] + bar["height"] == pytest.approx(end["y"] + end["height"], abs=1)


@pytest.mark.slow
def test_each_step_says_who_calls_what_is_read_and_what_it_is_inside(open_window, tmp_path):
    with connected(post_save, count_teams, sender=Person), trace() as seen:
        Person.objects.create(name="Ada")
    page = open_steps(open_window, tmp_path, seen)
    said = said_at_each_step(page)
    assert said[5] == "post_save calls the receiver count_teams. No transaction is open."
    assert said[6] == "Rows of stage_team are read. No transaction is open."
    assert said[7] == "A statement runs: SELECT 1. No transaction is open."
    assert "inside step 5, count_teams" in " ".join(
        page.locator(".wf-panel dl").inner_text().split()
    )


@pytest.mark.slow
def test_a_transaction_that_is_older_than_the_trace_is_told(open_window, tmp_path):
    with transaction.atomic():
        with trace() as seen:
            Person.objects.create(name="Ada")
        transaction.set_rollback(True)
    said = said_at_each_step(open_steps(open_window, tmp_path, seen))
    assert "A row is written: Ada. This is pending until COMMIT." in said[3]
    assert all("Inside a transaction that began before step 1." in it for it in said.values())


@pytest.mark.slow
@pytest.mark.parametrize("how", ["in a receiver", "in bulk"])
def test_a_row_that_no_save_wrote_is_not_said_to_be_the_saved_ones(open_window, tmp_path, how):
    def write(sender, instance, **kwargs):
        Team.objects.bulk_create([Team(name="A")])

    with connected(pre_save, write, sender=Person), trace() as seen:
        Person.objects.create(name="Ada") if how == "in a receiver" else write(None, None)
    said = said_at_each_step(open_steps(open_window, tmp_path, seen))
    [team] = [it for it in steps_of(seen) if it["what"].startswith("INSERT into stage_t")]
    # Whether bulk_create() opens a transaction for a single row depends on the version of Django.
    how_long = "pending until COMMIT." if team["transaction"] else "kept at once: no transaction"
    assert said[team["order"]].startswith(f"Rows of stage_team are written. This is {how_long}")


def open_steps(open_window, tmp_path, seen):
    file = tmp_path / "trace.html"
    file.write_text(steps_of(seen).html(), encoding="utf-8")
    page = open_window(viewport={"width": 1000, "height": 800})
    page.goto(file.as_uri())
    return page


def said_at_each_step(page):
    """What stands above the list at each step: {1: "...", ...}."""
    said = {}
    for order in range(1, page.locator(".wf-step").count() + 1):
        said[order] = " ".join(page.locator(".wf-say").inner_text().split())
        page.get_by_role("button", name="Next step").click()
    return said


LATER = ("code", "signal", "sql")
COLOUR = "it => getComputedStyle(it).color"
# Words that nobody reads on a telephone.
SMALL = """() => [...document.querySelectorAll("main *")]
  .filter((it) => it.textContent.trim() && parseFloat(getComputedStyle(it).fontSize) < 11.5)
  .map((it) => it.outerHTML.slice(0, 80))"""


def assert_no_violation(page):
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
