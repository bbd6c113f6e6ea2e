"""No command writes over, or removes, what it did not make; killed, it can be run again."""

import errno
import json
import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import Mock

import pytest

from classroom.publishing import output
from classroom.publishing.belongings import NOTE, Folder, move_aside
from classroom.running.kernel import ROOT


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "made", root=tmp_path)


def files(root):
    return {
        path.relative_to(root).as_posix(): path.read_text()
        for path in root.rglob("*")
        if path.is_file() and path.name != NOTE
    }


def again(folder):
    """The same folder, as the next command finds it."""
    return Folder(folder.path, root=folder.root)


def test_what_was_written_is_written_over_and_what_was_changed_is_kept(folder):
    folder.lay("a.html", b"one")
    (folder.path / "CNAME").write_text("example.org")
    later = again(folder)
    later.lay("a.html", b"two")
    assert later.moved == [] and files(folder.path) == {"a.html": "two", "CNAME": "example.org"}
    (folder.path / "a.html").write_text("mine")
    later = again(folder)
    later.lay("a.html", b"three")
    [kept] = later.moved
    assert kept.read_text() == "mine" and kept.is_relative_to(folder.root / "kept")
    assert "a.html was not as this command left it" in later.told()[0]
    assert files(folder.path) == {"a.html": "three", "CNAME": "example.org"}


@pytest.mark.parametrize("theirs", ["file", "folder", "link", "dead link"])
def test_whatever_lies_there_under_the_name_is_kept(folder, theirs):
    place = folder.path / "a.html"
    folder.path.mkdir()
    letter = folder.root / "letter.txt"
    letter.write_text("Dear Ada")
    if theirs == "folder":
        place.mkdir()
        (place / "letter.txt").write_text("Dear Ada")
    elif "link" in theirs:
        place.symlink_to(letter if theirs == "link" else "nowhere")
    else:
        place.write_text("Dear Ada")
    folder.lay("a.html", b"page")
    assert place.read_bytes() == b"page" and letter.read_text() == "Dear Ada"
    assert len(folder.moved) == 1 and os.path.lexists(folder.moved[0])


@pytest.mark.parametrize("place", ["made", "made/deep", f"made/{NOTE}"])
@pytest.mark.parametrize("link", [False, True])
def test_what_is_no_folder_on_the_way_is_kept(folder, place, link):
    place = folder.root / place
    place.parent.mkdir(exist_ok=True)
    if link:
        place.symlink_to("nowhere")
    elif place.name == NOTE:
        place.mkdir()
    else:
        place.write_text("mine")
    folder.lay("deep/a.html", b"page")
    folder.lay("deep/b.html", b"page")
    assert (folder.path / "deep" / "a.html").read_bytes() == b"page" and folder.note.is_file()
    [kept] = folder.moved
    assert os.path.lexists(kept) and kept.is_symlink() == link
    assert again(folder).is_ours("deep/a.html")


def test_what_lies_outside_the_project_is_kept_inside_it(tmp_path):
    """It landed under one name each time, and the second took the place of the first."""
    place = tmp_path / "project" / ".." / "made"
    place.mkdir(parents=True)
    for number in ("1", "2"):
        (place / "a").write_text(number)
        Folder(place, root=tmp_path / "project").lay("a", b"ours")
        (place / NOTE).unlink()
        (place / "a").unlink()
    kept = files(tmp_path / "project" / "kept")
    assert sorted(kept.values()) == ["1", "2"]


@pytest.mark.parametrize("code", [errno.EACCES, errno.EXDEV])
def test_what_may_not_be_moved_is_copied_to_another_disk_alone(tmp_path, monkeypatch, code):
    """A desk that root had laid out was copied in part, and the reset ended in a traceback."""
    (desk := tmp_path / "desk").mkdir()
    (desk / "mine").write_text("mine")

    def refuses(*paths, **options):
        raise OSError(code, os.strerror(code), *paths)

    monkeypatch.setattr(os, "rename", refuses)
    monkeypatch.setattr(Path, "rename", refuses)
    with pytest.raises(PermissionError) if code == errno.EACCES else nullcontext():
        move_aside([desk], tmp_path)
    kept = [it.read_text() for it in tmp_path.rglob("mine")]
    assert kept == ["mine"] and (desk.exists() == (code == errno.EACCES))


def test_where_one_thing_is_not_to_be_moved_nothing_is(tmp_path):
    """Each reset moved the database once more, and said nothing of it."""
    (tmp_path / "db.sqlite3").write_text("mine")
    with pytest.raises(FileNotFoundError):
        move_aside([tmp_path / "db.sqlite3", tmp_path / "gone"], tmp_path)
    assert (tmp_path / "db.sqlite3").read_text() == "mine"
    assert list((tmp_path / "kept").iterdir()) == []


def test_only_what_is_as_it_was_written_is_removed(folder):
    for name in ("a.html", "deep/b.html", "deep/c.html"):
        folder.lay(name, b"page")
    (folder.path / "deep" / "c.html").write_text("mine")
    again(folder).remove_all()
    assert files(folder.path) == {"deep/c.html": "mine"}
    again(folder).lay("deep/c.html", b"page")
    again(folder).remove_all()
    assert not folder.path.exists()


def test_a_notebook_that_jupyter_saved_is_as_it_was_until_a_cell_or_an_output_changes(folder):
    def notebook(source, outputs=(), **metadata):
        cells = [{"cell_type": "code", "source": source, "outputs": list(outputs)}]
        return json.dumps({"cells": cells, "metadata": metadata}).encode()

    folder.lay("a.ipynb", notebook("1 + 1"))
    (folder.path / "a.ipynb").write_bytes(notebook(["1 +", " 1"], version="3.14"))
    assert folder.is_ours("a.ipynb")
    for changed in (notebook("2"), notebook("1 + 1", [{"text": "2"}]), b"<<<<<<< merge", b"[]"):
        (folder.path / "a.ipynb").write_bytes(changed)
        assert not folder.is_ours("a.ipynb")


@pytest.mark.parametrize(
    "put",
    [
        {"attachments": {"a.png": {"image/png": "iVBORw0KGgo="}}},
        {"metadata": {"tags": ["varies", "mine"]}},
        {"metadata": {"slideshow": {"slide_type": "slide"}}},
        {"metadata": {"deletable": False, "notes": "ask Ada"}},
    ],
)
def test_what_somebody_put_on_a_cell_is_theirs_and_what_jupyter_notes_is_not(folder, put):
    def notebook(**more):
        return json.dumps({"cells": [{"cell_type": "code", "source": "1", **more}]}).encode()

    plain = notebook(metadata={"tags": ["varies"]})
    folder.lay("a.ipynb", plain)
    (folder.path / "a.ipynb").write_bytes(notebook(metadata={"collapsed": True}))
    assert folder.is_ours("a.ipynb")
    (folder.path / "a.ipynb").write_bytes(notebook(**put))
    again(folder).lay("a.ipynb", plain)
    [kept] = (folder.root / "kept").rglob("a.ipynb")
    assert kept.read_bytes() == notebook(**put)


KILLED = """
import os, signal, sys
from classroom.publishing.belongings import Folder
steps = iter(range(int(sys.argv[2])))
def tracer(frame, event, argument):
    if "belongings" in frame.f_code.co_filename and next(steps, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)
    return tracer
folder = Folder(sys.argv[1], root=sys.argv[3])
sys.settrace(tracer)
for name in ("a.html", "b.html"):
    folder.lay(name, b"new " + name.encode())
"""


@pytest.mark.parametrize("line", range(5, 125, 8))
def test_killed_at_any_line_nothing_is_lost_and_it_can_be_run_again(folder, line):
    folder.lay("a.html", b"old")
    folder.path.joinpath("b.html").write_text("mine")
    command = [sys.executable, "-c", KILLED, folder.path, str(line), folder.root]
    killed = subprocess.run([*map(str, command)], cwd=ROOT)
    assert killed.returncode in (-signal.SIGKILL, 0)
    assert "mine" in files(folder.root).values()
    assert (folder.path / "a.html").read_text() in ("old", "new a.html")
    later = again(folder)
    for name in ("a.html", "b.html"):
        later.lay(name, b"new " + name.encode())
    assert {"mine", "new a.html", "new b.html"} <= set(files(folder.root).values())
    assert all(path.read_text() == "mine" for path in later.moved)


# Commands that fill a folder, and make clean

FILL = "import pathlib, sys; it = pathlib.Path(sys.argv[1]); it.mkdir(); "


def fill(root, *names, then=""):
    code = FILL + "".join(f"(it / {name!r}).write_text('page');" for name in names) + then
    return output.fill("build/html", [sys.executable, "-c", code, "{}"], root)


@pytest.mark.parametrize("error", [OSError("No space left"), KeyboardInterrupt()])
def test_a_file_that_cannot_be_written_leaves_no_half_one(folder, monkeypatch, error):
    folder.lay("a.html", b"one")
    monkeypatch.setattr(Path, "replace", Mock(side_effect=error))
    with pytest.raises(type(error)):
        folder.lay("a.html", b"two")
    assert files(folder.path) == {"a.html": "one"}


@pytest.mark.parametrize("program", ["no-such-program", ".", "", "{}"])
def test_a_program_that_cannot_be_run_is_told_in_a_sentence(tmp_path, program):
    (tmp_path / "build" / "html").mkdir(parents=True)
    (tmp_path / "build" / "html" / "mine.txt").write_text("mine")
    said = output.fill("build/html", [program], tmp_path)
    assert said.startswith("Expected a program that can be run; came")
    assert [it.name for it in (tmp_path / "build" / "html").iterdir()] == ["mine.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="its names are Unicode")
def test_a_project_in_a_folder_whose_name_is_not_utf8_is_told_in_a_sentence(tmp_path):
    """make wheel ended in pip's traceback, and make html in two of Sphinx."""
    said = output.fill("dist", [sys.executable, "-c", ""], tmp_path / os.fsdecode(b"caf\xe9"))
    assert said.startswith("Expected a folder with a name in UTF-8; came b'/") and "\\xe9" in said


@pytest.mark.parametrize("place", ["whatfires/all", "notebooks/deeper/here", "docs/mine"])
def test_a_link_to_a_folder_is_refused_before_anything_follows_it(tmp_path, place):
    """One to / kept make wheel and make html busy for ever, and a room would copy the disk."""
    (tmp_path / place).parent.mkdir(parents=True)
    (tmp_path / place).symlink_to("/")
    command = [sys.executable, "-c", "raise SystemExit('followed')"]
    said = output.fill("dist", command, tmp_path)
    assert f"came {tmp_path / place}, which leads to /. Move the link out" in said
    (tmp_path / place).unlink()
    (tmp_path / place).symlink_to("nowhere")  # and one to a file, which an editor lays
    assert output.fill("dist", [sys.executable, "-c", ""], tmp_path) == 0


def test_a_site_is_built_beside_what_somebody_keeps_there(tmp_path, capsys):
    site = tmp_path / "build" / "html"
    for name in (".git/config", "CNAME", "index.html"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("theirs")
    assert fill(tmp_path, "index.html", "old.html") == 0
    assert fill(tmp_path, "index.html") == 0
    assert files(site) == {".git/config": "theirs", "CNAME": "theirs", "index.html": "page"}
    assert [path.read_text() for path in (tmp_path / "kept").rglob("index.html")] == ["theirs"]
    assert "index.html was not as this command left it" in capsys.readouterr().out


def test_a_command_that_fails_brings_nothing(tmp_path):
    fill(tmp_path, "index.html")
    assert fill(tmp_path, "other.html", then="sys.exit(3)") == 3
    assert files(tmp_path / "build" / "html") == {"index.html": "page"}


def test_clean_removes_what_a_marker_shows_to_be_made_here_and_nothing_else(tmp_path):
    fill(tmp_path, "index.html", "page.html")
    for name in (
        *(".venv/.made-by-make-setup", ".venv/lib/a.py", ".venv-django61/lib/theirs.py"),
        *("dist/theirs.whl", ".pytest_cache/CACHEDIR.TAG", ".ruff_cache/theirs"),
        *("speedy/__pycache__/a.pyc", "desk/__pycache__/theirs.pyc", "build/html/CNAME"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("it")
    said = "\n".join(output.clean(tmp_path))
    assert set(files(tmp_path)) == {
        *(".venv-django61/lib/theirs.py", "dist/theirs.whl", ".ruff_cache/theirs"),
        *("desk/__pycache__/theirs.pyc", "build/html/CNAME"),
    }
    for name in (".venv-django61", ".ruff_cache", "build", "dist"):
        assert f"{name}/ " in said
    assert not (tmp_path / "speedy" / "__pycache__").exists()


def test_a_clean_that_is_killed_leaves_no_half_environment_that_looks_ready(tmp_path, monkeypatch):
    for name in (output.MADE_BY_SETUP, ".ready", "lib/a.py", "bin/python"):
        (tmp_path / ".venv" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / ".venv" / name).touch()

    def killed(path):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(output.shutil, "rmtree", killed)
        output.clean(tmp_path)
    assert not (tmp_path / ".venv" / ".ready").exists()
    assert output.clean(tmp_path) == [] and not (tmp_path / ".venv").exists()


def test_clean_follows_no_link_to_elsewhere(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / output.MADE_BY_SETUP).touch()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / ".venv").symlink_to(elsewhere)
    assert output.clean(tmp_path / "project") == [".venv leads elsewhere: it stays."]
    assert (elsewhere / output.MADE_BY_SETUP).exists()
