"""What the documents name is there, and what is there is named."""

import re
import shlex
from pathlib import Path

import pytest
from django.core.management import get_commands

import classroom
from classroom.publishing.notebooks import notebooks, sources
from classroom.running.kernel import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
DOCUMENTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), flags=re.M))


def test_every_notebook_is_in_the_table_of_the_readme():
    linked = set(re.findall(r"\]\((notebooks/[^)]+\.ipynb)\)", README))
    assert linked == {path.relative_to(ROOT).as_posix() for path in notebooks()} != set()


@pytest.mark.parametrize("name", classroom.__all__)
def test_every_public_name_is_used_in_a_lesson(name):
    assert any(re.search(rf"\b{name}\b", path.read_text(encoding="utf-8")) for path in sources())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_that_is_named_exists(document):
    named = set(re.findall(r"(?:^\$ |^|`)make ([a-z][a-z0-9-]*)", DOCUMENTS[document], flags=re.M))
    assert named <= TARGETS


def test_the_readme_names_the_targets_that_people_need():
    assert {"lab", "test", "help", "doctor", "bench", "serve"} <= set(
        re.findall(r"make ([a-z-]+)", README)
    )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_management_command_that_is_named_exists(document):
    named = set(re.findall(r"manage\.py ([a-z_]+)", DOCUMENTS[document]))
    assert named <= {*get_commands(), "runserver"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_to_a_file_leads_somewhere(document):
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", DOCUMENTS[document])
    folder = (ROOT / document).parent
    assert [link for link in links if not (folder / link).exists()] == []


@pytest.mark.parametrize(
    "folder", ["notebooks", "speedy", "classroom", "speedster", "data", "docs", "tests"]
)
def test_every_folder_is_explained(folder):
    assert f"| `{folder}/` |" in README
    assert Path(ROOT, folder).is_dir()


@pytest.mark.django_db
def test_the_import_says_what_the_readme_says(capsys, monkeypatch):
    from django.core.management import call_command

    from classroom.scenes.calendar import MONDAY, let_go, stand_on

    command, said = re.search(
        r"\$ \S+ manage\.py (import_employees .+)\n(Hired .+)", README
    ).groups()
    monkeypatch.chdir(ROOT)
    stand_on(MONDAY)
    try:
        call_command(*shlex.split(command))
    finally:
        let_go()
    assert capsys.readouterr().out.strip() == said


@pytest.mark.django_db(transaction=True)
def test_the_tree_of_the_readme_is_what_a_hire_shows():
    from classroom import trace
    from classroom.scenes.calendar import MONDAY, borrowed
    from speedy.models import Employees

    code, tree = re.search(
        r">>> with trace\(\) as seen:\n\.\.\.     (.+)\n>>> seen\n((?:.+\n)+)```", README
    ).groups()
    with borrowed(MONDAY):
        Employees.objects.create(first_name="Ada", last_name="O", address="1 Hill", age=30)
        with trace() as seen:
            eval(code)
    shown = repr(seen)
    shift = Employees.objects.first().shifts.get().pk
    assert shown.replace(f"where id = {shift}", "where id = 1").splitlines() == tree.splitlines()


def test_every_exercise_that_the_plans_name_exists():
    from classroom.exercises.catalogue import all_tasks

    named = set(re.findall(r"\b(\d\d-\d)\b", DOCUMENTS["docs/teaching.md"]))
    assert named and named <= set(all_tasks())
