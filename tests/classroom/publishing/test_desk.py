"""The learner's copies: no answer before its guess, no work lost, no update missed."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from classroom.publishing import desk, notebooks
from classroom.publishing.belongings import NOTE
from whatfires.drawing import palette

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


NEXT = "You have come\nthis far.\n**Practise:** [here](x). **Next:** [there](y)."


def test_what_is_said_below_a_reveal_is_folded_up_to_the_next_heading():
    def cell(kind, *lines):
        return {"cell_type": kind, "source": [*lines]}

    cells = [
        cell("markdown", "Before."),
        cell("code", 'predict("00-1")'),
        cell("markdown", "Between."),
        cell("code", 'reveal("00-1")'),
        cell("markdown", "Tuesday, of course.\n", "\n", "```python\n", "# code\n", "```\n"),
        cell("markdown", "And why.\n", "\n", "## The next section\n", "Open."),
        cell("code", "1 + 1"),
        cell("markdown", "Open, too."),
        cell("code", 'reveal("00-2")'),
        cell("markdown", "### Your turn"),
        cell("code", 'reveal("00-3")'),
        cell("code", "2 + 2"),
        cell("markdown", "Open: the next cell does this."),
        cell("code", "3 + 3"),
        cell("markdown", f"The end of it.\n\n## What to keep\n\n| all |\n\nOf it.\n\n{NEXT}"),
    ]
    plain = ["".join(it["source"]) for it in cells]
    desk.fold_answers(cells)
    now = ["".join(it["source"]) for it in cells]
    folded = [number for number, text in enumerate(now) if text.startswith(desk.FOLD)]
    assert folded == [4, 5, 14]
    assert now[14].split("\n\n", 3)[1] == "The end of it."
    assert now[14].endswith(
        f"## What to keep\n\n{desk.FOLDED}\n\n| all |\n\nOf it.\n\n</details>\n\n{NEXT}"
    )
    assert now[5].endswith("</details>\n\n## The next section\nOpen.") and "And why." in now[5]
    assert "Tuesday, of course." in now[4] and now[4].endswith("</details>")
    assert [it for number, it in enumerate(now) if number not in folded] == [
        it for number, it in enumerate(plain) if number not in folded
    ]


def test_a_diagram_in_a_copy_has_our_colours_and_nothing_else_is_changed():
    text = "# A picture\n\n```mermaid\nflowchart LR\n    a --> b\n```\n"
    cells = [{"cell_type": kind, "source": text} for kind in ("markdown", "code")]
    desk.make_ready(cells)
    drawn = cells[0]["source"].splitlines()
    colours = re.fullmatch(r"%%\{init: (\{.*\})\}%%", drawn.pop(3))
    assert drawn == text.splitlines() and cells[1]["source"] == text
    used = json.loads(colours[1])["themeVariables"]
    light = {colour for colour, _ in palette().values()}
    assert {*used.values()} <= {*light, "transparent"}


def test_the_real_copies_have_the_cells_of_the_texts_and_no_outputs():
    for name, content in desk.handed_out().items():
        text = notebooks.convert(notebooks.source_of(notebooks.FOLDER / name))
        copy = notebooks.nbformat.reads(content.decode(), as_version=4)
        desk.make_ready(text.cells)
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


def a_folder(place):
    place.mkdir()


def a_pipe(place):
    os.mkfifo(place)


def a_link_to_itself(place):
    place.symlink_to(place.name)


def a_link_that_leads_nowhere(place):
    place.symlink_to("nowhere")


@pytest.mark.skipif(sys.platform == "win32", reason="it has neither")
@pytest.mark.parametrize("odd", [a_folder, a_pipe, a_link_to_itself, a_link_that_leads_nowhere])
@pytest.mark.parametrize("name", [*COURSE, "deeper", NOTE])
def test_what_stands_in_the_place_of_a_copy_keeps_no_other_from_being_laid(root, odd, name):
    (root / "desk").mkdir()
    place = root / "desk" / name
    if name != "deeper" or odd is not a_folder:
        place.parent.mkdir(exist_ok=True)
        odd(place)
    said = desk.lay_out(root)
    laid = copies(root)
    if len(laid) < len(COURSE):
        assert f"desk/{name} expected to be a file or folder of the course" in said[0]
        assert os.path.lexists(place) and not any(name in it for it in laid)
    assert len(laid) >= 2
    desk.lay_out(root)
    assert copies(root) == laid


@pytest.mark.parametrize("name", ["00_start_here.ipynb", "deeper"])
def test_a_copy_that_cannot_be_read_keeps_no_other_from_being_laid(root, monkeypatch, name):
    desk.lay_out(root)
    (root / "desk" / "exercises" / "quiz.ipynb").unlink()
    read = Path.read_bytes

    def refuse(path):
        if path.is_relative_to(root / "desk" / name):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    [said] = desk.lay_out(root)
    assert f"desk/{name}" in said and "can be read" in said
    assert (root / "desk" / "exercises" / "quiz.ipynb").exists()


def test_a_copy_that_cannot_be_written_keeps_no_other_from_being_laid(root, monkeypatch):
    write = desk.Folder.lay

    def refuse(folder, name, content):
        if name in refused:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(folder, name, content)

    monkeypatch.setattr(desk.Folder, "lay", refuse)
    refused = {*COURSE}
    with pytest.raises(OSError, match="No space left"):
        desk.lay_out(root)
    refused = {"deeper/race.ipynb"}
    assert "the first of them deeper/race.ipynb ([Errno 28] No space left" in desk.lay_out(root)[0]
    assert copies(root).keys() == COURSE.keys() - refused


@pytest.mark.parametrize(
    "damage", ["<<<<<<< merge", "[]", "{}", '{"cells": [1]}', a_folder, a_pipe]
)
def test_a_notebook_that_is_none_keeps_its_copy_and_no_other_from_being_laid(root, damage):
    desk.lay_out(root)
    place = root / "notebooks" / "00_start_here.ipynb"
    place.unlink()
    damage(place) if callable(damage) else place.write_text(damage)
    publish(root, "exercises/quiz.ipynb", "new")
    [said] = desk.lay_out(root)
    assert f"notebooks/{place.name} expected to be a notebook" in said and "make reset" in said
    assert copies(root) == COURSE | {"exercises/quiz.ipynb": "new"}
    with pytest.raises(ValueError, match=f"notebooks/{place.name} is no notebook"):
        desk.handed_out(root)


def test_what_an_editor_or_a_mac_hides_beside_a_notebook_is_none(root):
    """A presenter's set and a room were refused for it."""
    (root / "notebooks" / "._00_start_here.ipynb").write_bytes(b"\0\5\26\7")
    (root / "notebooks" / ".#00_start_here.ipynb").symlink_to("somebody@a.machine:1")
    (root / "notebooks" / "source" / "._00_start_here.py").write_bytes(b"\0\5\26\7")
    assert desk.handed_out(root).keys() == COURSE.keys()
    assert not [it for it in notebooks.sources(root / "notebooks") if it.name.startswith(".")]
    assert not [it for it in notebooks.notebooks(root / "notebooks") if it.name.startswith(".")]


def test_a_file_in_the_place_of_the_folder_is_said(root):
    (root / "desk").write_text("mine")
    with pytest.raises(NotADirectoryError, match=r"desk is a file \(make reset"):
        desk.lay_out(root)
    assert (root / "desk").read_text() == "mine"


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
