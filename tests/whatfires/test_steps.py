"""A trace as data: JSON that is read again, a diagram, and a page that steps through it."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import Signal

from classroom import as_published
from classroom.scenes.stage.models import Person, Team
from whatfires.steps import Steps, steps_of
from whatfires.tracing import trace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.on_one_database]

NASTY = "</script><img src=x onerror=alert(1)> & #;"


def greet(sender, instance, **kwargs):
    Team.objects.create(name="of " + instance.name)


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


LATER = ("code", "signal", "sql")
COLOUR = "it => getComputedStyle(it).color"
# Words that nobody reads on a telephone.
SMALL = """() => [...document.querySelectorAll("main *")]
  .filter((it) => it.textContent.trim() && parseFloat(getComputedStyle(it).fontSize) < 11.5)
  .map((it) => it.outerHTML.slice(0, 80))"""


def assert_no_violation(page):
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
