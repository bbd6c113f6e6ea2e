"""The learner's copies: no answer before its guess, no work lost, no update missed."""

import json
import shutil
import subprocess

import pytest

from classroom.publishing import desk, notebooks
from classroom.publishing.belongings import NOTE

COURSE = {
    "00_start_here.ipynb": "1 + 1", "deeper/race.ipynb": "race()", "exercises/quiz.ipynb": "quiz()"
}  # fmt: skip


def notebook(source, outputs=()):
    cell = {"cell_type": "code", "source": source, "outputs": [*outputs], "execution_count": 1}
    metadata = {"language_info": {"name": "python"}}
    return json.dumps({"cells": [cell], "metadata": metadata})


@pytest.fixture
def root(tmp_path):
    """A project with three notebooks, with outputs, and what is handed out to nobody."""
    for name, source in COURSE.items():
        publish(tmp_path, name, source)
    for name in ("source/00_start_here.py", "guesses/00.toml", "proofs/00_start_here.py"):
        (tmp_path / "notebooks" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "notebooks" / name).write_text("answer")
    return tmp_path


def publish(root, name, source):
    (root / "notebooks" / name).parent.mkdir(parents=True, exist_ok=True)
    (root / "notebooks" / name).write_text(notebook(source, [{"text": "2"}]))


def copies(root):
    """What the copies hold, by name: the source of the one cell, or what cannot be read."""
    found = {}
    for path in sorted((root / "desk").rglob("*")):
        if path.is_file() and path.name != NOTE:
            name = path.relative_to(root / "desk").as_posix()
            found[name] = json.loads(path.read_text())["cells"][0]["source"]
    return found


def test_copies_hold_the_course_without_outputs_and_without_answers(root):
    assert "3 notebooks" in desk.lay_out(root)[0]
    assert copies(root) == COURSE
    assert not list((root / "desk").rglob("*.toml")) and not list((root / "desk").rglob("*.py"))
    [cell] = json.loads((root / "desk" / "00_start_here.ipynb").read_text())["cells"]
    assert (cell["outputs"], cell["execution_count"]) == ([], None)
    assert desk.lay_out(root) == []


def test_the_real_copies_have_the_cells_of_the_texts_and_no_outputs():
    for name, content in desk.handed_out().items():
        text = notebooks.convert(notebooks.source_of(notebooks.FOLDER / name))
        copy = notebooks.nbformat.reads(content.decode(), as_version=4)
        assert notebooks.written(copy) == notebooks.written(text)
        assert not any(cell.get("outputs") for cell in copy.cells)
    assert {*desk.handed_out()} == {
        path.relative_to(notebooks.FOLDER).as_posix() for path in notebooks.notebooks()
    }


def test_an_update_renews_what_is_as_it_came_and_adds_and_takes_away(root):
    desk.lay_out(root)
    publish(root, "00_start_here.ipynb", "3 + 3")
    publish(root, "01_new.ipynb", "new")
    (root / "notebooks" / "deeper" / "race.ipynb").unlink()
    desk.lay_out(root)
    assert copies(root) == {
        "00_start_here.ipynb": "3 + 3", "01_new.ipynb": "new", "exercises/quiz.ipynb": "quiz()"
    }  # fmt: skip


@pytest.mark.parametrize("name", ["00_start_here", "exercises/quiz"])
def test_work_stays_and_the_new_one_is_laid_beside_it_once(root, name):
    desk.lay_out(root)
    mine = root / "desk" / f"{name}.ipynb"
    mine.write_text(notebook("mine"))
    assert desk.lay_out(root) == []
    publish(root, f"{name}.ipynb", "3 + 3")
    [said] = desk.lay_out(root)
    beside = mine.with_name(f"{mine.stem} (new).ipynb")
    assert f"{name}.ipynb has your work in it" in said and beside.name in said
    assert json.loads(beside.read_text())["cells"][0]["source"] == "3 + 3"
    assert desk.lay_out(root) == []

    beside.unlink()  # seen, and not wanted
    assert desk.lay_out(root) == [] and not beside.exists()
    publish(root, f"{name}.ipynb", "4 + 4")
    desk.lay_out(root)
    publish(root, f"{name}.ipynb", "5 + 5")  # nobody touched the one beside: it is renewed
    desk.lay_out(root)
    assert json.loads(beside.read_text())["cells"][0]["source"] == "5 + 5"
    beside.write_text(notebook("mine too"))
    publish(root, f"{name}.ipynb", "6 + 6")
    desk.lay_out(root)
    assert json.loads(beside.read_text())["cells"][0]["source"] == "mine too"
    assert beside.with_name(f"{mine.stem} (new 2).ipynb").exists()
    assert json.loads(mine.read_text())["cells"][0]["source"] == "mine"


def test_a_copy_that_is_thrown_away_comes_back_as_it_came(root):
    desk.lay_out(root)
    mine = root / "desk" / "00_start_here.ipynb"
    mine.write_text(notebook("mine"))
    publish(root, mine.name, "3 + 3")
    desk.lay_out(root)
    mine.unlink()
    desk.lay_out(root)
    assert copies(root) == COURSE | {"00_start_here.ipynb": "3 + 3"}  # and none beside it


@pytest.mark.parametrize("note", ["lost", "damaged"])
def test_without_the_note_of_what_was_laid_out_everything_that_differs_is_the_learners(root, note):
    desk.lay_out(root)
    (root / "desk" / NOTE).unlink() if note == "lost" else (root / "desk" / NOTE).write_bytes(
        b"\xff"
    )
    (root / "desk" / "00_start_here.ipynb").write_text(notebook("mine"))
    (root / "desk" / "own.ipynb").write_text(notebook("own"))
    desk.lay_out(root)
    assert copies(root) == COURSE | {
        "00_start_here.ipynb": "mine", "own.ipynb": "own", "00_start_here (new).ipynb": "1 + 1"
    }  # fmt: skip


def test_work_makes_git_neither_dirty_nor_in_conflict_with_an_update(root):
    def git(*arguments, folder=root):
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
        return subprocess.run(
            command, cwd=folder, check=True, capture_output=True, text=True
        ).stdout

    shutil.copy(notebooks.ROOT / ".gitignore", root)
    git("init", "-q"), git("add", "."), git("commit", "-qm", "As it came")
    here = root.parent / f"{root.name}-clone"
    git("clone", "-q", str(root), str(here))
    desk.lay_out(here)
    for path in (here / "desk").rglob("*.ipynb"):
        path.write_text(notebook("mine"))
    assert git("status", "--porcelain", folder=here) == ""
    publish(root, "00_start_here.ipynb", "3 + 3")
    git("commit", "-qam", "A new lesson")
    git("pull", "-q", folder=here)
    desk.lay_out(here)
    assert copies(here) == dict.fromkeys(COURSE, "mine") | {"00_start_here (new).ipynb": "3 + 3"}
    assert git("status", "--porcelain", folder=here) == ""
