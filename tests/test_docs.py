"""What the documents name is there, and what is there is named."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands

import classroom
from classroom.publishing.notebooks import notebooks, sources, text_of
from classroom.running.kernel import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
DOCUMENTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), flags=re.M))


def test_the_readme_is_short():
    """A newcomer begins within half a minute; what is looked up later is in docs/."""
    assert len(README.splitlines()) <= 120


OLD = re.compile(r"\b(whoever|whomever|lest|mend(s|ed)?|hitherto|thereby|whilst)\b", re.IGNORECASE)
FOLDERS = ("classroom", "docs", "lite", "notebooks", "room", "speedy", "whatfires")


def test_what_people_read_is_in_words_of_today():
    texts = [
        path
        for folder in FOLDERS
        for kind in ("py", "md", "toml", "js", "html", "ipynb")
        for path in ROOT.glob(f"{folder}/**/*.{kind}")
    ]
    assert len(texts) > 300
    found = [(path, OLD.findall(path.read_text("utf-8"))) for path in [*texts, *PAGES]]
    assert [it for it in found if it[1]] == []


def test_every_notebook_is_in_the_table_of_the_readme():
    linked = set(re.findall(r"\]\((notebooks/[^)]+\.ipynb)\)", README))
    assert linked == {path.relative_to(ROOT).as_posix() for path in notebooks()} != set()


@pytest.mark.parametrize("name", classroom.__all__)
def test_every_public_name_is_used_in_a_lesson(name):
    assert any(re.search(rf"\b{name}\b", text_of(path)) for path in sources())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_target_command_and_file_that_is_named_exists(document):
    text, folder = DOCUMENTS[document], (ROOT / document).parent
    assert set(re.findall(r"(?:^\$ |^|`)make ([a-z][a-z0-9-]*)", text, flags=re.M)) <= TARGETS
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= {*get_commands(), "runserver"}
    links = re.findall(r"(?:\]\(|^\[[^\]]+\]: )(?!https?:)([^)#\s]+)", text, flags=re.M)
    assert [link for link in links if not (folder / link).exists()] == []


def test_the_readme_and_its_page_name_the_targets_that_people_need():
    named = set(re.findall(r"make ([a-z-]+)", README + DOCUMENTS["docs/running.md"]))
    assert {"lab", "test", "help", "doctor", "bench", "serve"} <= named


@pytest.mark.parametrize(
    "folder", ["notebooks", "speedy", "classroom", "speedster", "data", "docs", "tests", "lite"]
)
def test_every_folder_is_explained(folder):
    assert f"| `{folder}/` |" in README
    assert Path(ROOT, folder).is_dir()


@pytest.mark.django_db
def test_the_import_says_what_its_page_says(capsys, monkeypatch):
    from django.core.management import call_command

    from classroom.scenes.calendar import MONDAY, let_go, stand_on

    command, said = re.search(
        r"\$ \S+ manage\.py (import_employees .+)\n(Hired .+)", DOCUMENTS["docs/running.md"]
    ).groups()
    monkeypatch.chdir(ROOT)
    stand_on(MONDAY)
    try:
        call_command(*shlex.split(command))
    finally:
        let_go()
    assert capsys.readouterr().out.strip() == said


def test_every_exercise_that_the_plans_name_exists():
    from classroom.exercises.catalogue import all_tasks

    named = set(re.findall(r"\b((?:\d\d|[a-z]+)-\d)\b", DOCUMENTS["docs/teaching.md"]))
    assert named and named <= set(all_tasks())


NOT_OF_A_LESSON = {"ModuleNotFoundError", "Django Shell-Plus", "make doctor"}  # of its set-up
NOTES = re.findall(
    r"^### \[.+?\]\(\.\./([^)]+)\), (\d+ minutes)[^\n]*\n(.+?)(?=^##)",
    DOCUMENTS["docs/teaching.md"],
    flags=re.M | re.S,
)


def test_each_notebook_but_the_exercises_has_a_note():
    lessons = [it for it in notebooks() if it.parent.name != "exercises"]
    assert sorted(ROOT / it[0] for it in NOTES) == sorted(lessons)


@pytest.mark.parametrize(("link", "minutes", "note"), NOTES, ids=[it[0] for it in NOTES])
def test_a_note_for_teachers_names_what_its_lesson_has(link, minutes, note):
    """Its headings, its code and its minutes."""
    from classroom.exercises.catalogue import all_tasks

    lesson = ROOT / link
    id = lesson.stem[:2] if lesson.stem[:2].isdigit() else lesson.stem
    tasks = [repr(it) for it in all_tasks().values() if it.lesson_id == id]
    text = "".join([lesson.read_text(encoding="utf-8"), *tasks])
    named = re.findall(r"(?<!\*)\*([A-Z][^*]+?)\.?\*(?!\*)|`([^`]+)`", note)
    assert {it for pair in named for it in pair if it and it not in text} <= NOT_OF_A_LESSON
    assert minutes in text


def test_every_word_of_the_glossary_that_another_entry_links_to_is_there():
    text = DOCUMENTS["docs/glossary.md"]
    words = {it.lower().replace(" ", "-") for it in re.findall(r"^## (.+)$", text, re.M)}
    assert set(re.findall(r"\(#([^)]+)\)", text)) <= words


def test_the_lesson_that_an_entry_of_the_glossary_names_uses_its_word():
    entries, *pages = re.split(
        r"^\[(.+)\]: \.\./(.+)\.ipynb$", DOCUMENTS["docs/glossary.md"], flags=re.M
    )
    where = dict(zip(pages[::3], pages[1::3], strict=True))
    for entry in entries.split("\n## ")[1:]:
        name, _, text = entry.partition("\n")
        for page in re.findall(r"→ \[(.+?)\]", text):
            source = ROOT / f"{where[page].replace('notebooks', 'notebooks/source')}.py"
            used = source.read_text(encoding="utf-8").lower()
            assert any(word in used for word in re.findall(r"\w{5,}|\w+$", name.lower())), name


def test_one_script_names_the_repository_and_only_then_a_badge_shows(tmp_path):
    shown = re.sub(r"<!--.*?-->", "", README, flags=re.DOTALL)
    assert "OWNER" not in shown and "badge" not in shown
    for name in ("README.md", "pyproject.toml", ".github/name_repository.py", "deploy/values.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "add", "."], check=True)
    script = [sys.executable, tmp_path / ".github" / "name_repository.py"]
    for name in ("ada/course", "grace/course.2"):  # a move comes after the first
        subprocess.run([*script, name], check=True, stdout=subprocess.DEVNULL)
        assert f"https://{name.replace('/', '.github.io/')}/run/lab/" in (
            tmp_path / "README.md"
        ).read_text(encoding="utf-8")
        for file in ("README.md", "pyproject.toml", "deploy/values.yaml"):
            text = (tmp_path / file).read_text(encoding="utf-8")
            assert name in text and "OWNER/" not in text
    assert "ada/course" not in text
    shown = re.sub(r"<!--.*?-->", "", (tmp_path / "README.md").read_text(), flags=re.DOTALL)
    assert "grace/course.2/actions/workflows/tests.yml/badge.svg" in shown
    assert subprocess.run([*script, "no name"], capture_output=True).returncode == 1


def test_what_a_learner_needs_fits_a_screen():
    told = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True
    ).stdout
    lines = told.splitlines()
    assert len(lines) <= 24 and max(map(len, lines)) <= 80
    assert "make lab" in lines[1]
    assert {it for it in TARGETS if f" {it}" not in told} <= {"help"}
