"""A clean room begins anew and loses nothing: every byte of the learner's is kept."""

import builtins
import shutil
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock, patch

import pytest
from django.core.management import CommandError, call_command

from classroom.management.commands import clean_room
from classroom.publishing import cleaning, notebooks
from classroom.publishing.belongings import NOTE
from classroom.publishing.desk import lay_out

TEXT = "# %% [markdown]\n# # One\n\n# %%\n1 + 1\n"


@pytest.fixture
def project(tmp_path, settings, monkeypatch):
    """A project with one notebook, as it came; `prepare` makes an empty file of a database."""
    root = tmp_path / "project"
    source = root / "notebooks" / "source" / "01_one.py"
    source.parent.mkdir(parents=True)
    source.write_text(TEXT, encoding="utf-8")
    notebooks.write(notebooks.convert(source), root / "notebooks" / "01_one.ipynb")
    lay_out(root)
    settings.BASE_DIR = root

    def prepare(name, **options):
        assert name == "prepare"
        (root / "db.sqlite3").write_bytes(b"new")

    monkeypatch.setattr(clean_room, "call_command", prepare)
    return root


@pytest.fixture(params=["git", "no git"])
def stored(request, project, monkeypatch):
    """The project in a repository of its own, or without any."""
    if request.param == "git":
        subprocess.run(["git", "init", "-q", project], check=True)
        commit(project)
    else:
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
        monkeypatch.setenv("GIT_DIR", str(project / "none"))
    return project


def commit(root):
    """Commit everything, answers too, where there is a repository."""
    git = ["git", "-C", str(root), "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    if (root / ".git").exists():
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-qm", "As it stands"], check=True)


def answer(monkeypatch, said):
    def ask(question):
        assert "Close Jupyter" in question
        if said is None:
            raise EOFError
        return said

    monkeypatch.setattr(builtins, "input", ask)


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def learn(root):
    """Leave behind what a learner leaves behind."""
    (root / "db.sqlite3").write_bytes(b"rows")
    (root / "db.sqlite3-wal").write_bytes(b"newer rows")
    (root / "progress.sqlite3").write_bytes(b"done")
    (root / "log_event.log").write_bytes(b"line")
    for folder in ("notebooks", "desk"):
        (root / folder / "mine.ipynb").write_bytes(b"{}")
        changed = root / folder / "01_one.ipynb"
        changed.write_text(changed.read_text(encoding="utf-8").replace("1 + 1", "2 + 2"))


def test_all_is_moved_aside_and_stands_as_at_first(stored, monkeypatch, capsys):
    came = files(stored)
    learn(stored)
    learnt = files(stored)
    answer(monkeypatch, "y")
    call_command("clean_room")
    [kept] = (stored / "kept").iterdir()
    changed = {name for name in learnt if learnt[name] != came.get(name)}
    whole = {name for name in learnt if name.startswith("desk/")}
    assert files(kept) == {name: learnt[name] for name in changed | whole}
    shutil.rmtree(stored / "kept")
    (stored / NOTE).unlink()
    assert files(stored) == came | {"db.sqlite3": b"new"}
    assert "They are kept in kept/" in capsys.readouterr().out


def test_a_second_reset_finds_a_clean_room_until_something_is_done_again(stored, capsys):
    (stored / "log_event.log").write_bytes(b"line")
    call_command("clean_room", "--noinput")
    assert "It is kept in kept/" in capsys.readouterr().out
    call_command("clean_room", "--noinput")
    assert "The room is clean" in capsys.readouterr().out
    for name in ("db.sqlite3", "db.sqlite3-wal"):
        (stored / name).write_bytes(b"rows")
        call_command("clean_room", "--noinput")
        assert f"{name}\n" in capsys.readouterr().out
    assert len(list((stored / "kept").iterdir())) == 3


OPEN = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("PRAGMA journal_mode=WAL")
connection.execute("CREATE TABLE mine (number)")
print("open", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(cleaning.fcntl is None, reason="Windows moves nothing that is open")
def test_a_database_that_something_has_open_is_not_moved_away_from_it(project):
    """Its rows of afterwards lay in kept/, and seemed lost."""
    command = [sys.executable, "-c", OPEN, str(project / "db.sqlite3")]
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **piped) as other:
        assert other.stdout.readline() == "open\n"
        before = files(project)
        with pytest.raises(CommandError, match=r"moved\. db\.sqlite3 is open in a notebook, a ser"):
            call_command("clean_room", "--noinput")
        assert files(project) == before
        other.stdin.close()
    call_command("clean_room", "--noinput")
    [kept] = (project / "kept").iterdir()
    assert [it.name for it in kept.iterdir()] == ["db.sqlite3"]


def test_answers_that_somebody_committed_are_not_the_courses(stored):
    came = files(stored)
    learn(stored)
    commit(stored)
    call_command("clean_room", "--noinput")
    [kept] = (stored / "kept").iterdir()
    assert b"2 + 2" in (kept / "notebooks" / "01_one.ipynb").read_bytes()
    for folder in ("notebooks", "desk"):
        assert (stored / folder / "01_one.ipynb").read_bytes() == came[f"{folder}/01_one.ipynb"]


def test_a_reset_that_was_killed_is_finished_by_the_next(project):
    """All but the database was there again: nothing was left to move, so none was made."""
    came = files(project)
    learn(project)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clean_room, "restore", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            call_command("clean_room", "--noinput")
    call_command("clean_room", "--noinput")
    shutil.rmtree(project / "kept")
    (project / NOTE).unlink()
    assert files(project) == came | {"db.sqlite3": b"new"}


@pytest.mark.parametrize("said", ["", "no", "what?", None])
def test_without_a_yes_nothing_is_touched(project, monkeypatch, said):
    learn(project)
    before = files(project)
    answer(monkeypatch, said)
    with pytest.raises(CommandError, match="Nothing was moved"):
        call_command("clean_room")
    assert files(project) == before


def test_a_clean_room_stays_as_it_is(stored, capsys):
    call_command("clean_room")
    before = files(stored)
    call_command("clean_room")
    assert "The room is clean" in capsys.readouterr().out and files(stored) == before


def test_two_in_one_second_are_kept_apart(project, monkeypatch):
    for _ in range(2):
        learn(project)
        call_command("clean_room", "--noinput")
    first, second = (project / "kept").iterdir()
    assert (first / "progress.sqlite3").read_bytes() == b"done"
    assert (second / "progress.sqlite3").read_bytes() == b"done"


def test_a_notebook_that_is_none_any_more_is_the_learners_too(stored):
    broken = stored / "notebooks" / "01_one.ipynb"
    came = broken.read_bytes()
    broken.write_text("<<<<<<< merge", encoding="utf-8")
    call_command("clean_room", "--noinput")
    assert broken.read_bytes() == came


@pytest.mark.parametrize("odd", ["desk", "desk/01_one.ipynb", "notebooks/01_one.ipynb"])
def test_what_stands_in_the_way_of_the_course_is_moved_aside(stored, capsys, odd):
    place = stored / odd
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    place.write_text("mine") if odd == "desk" else place.mkdir()
    call_command("clean_room", "--noinput")
    [kept] = (stored / "kept").iterdir()
    assert (kept / odd).exists()
    for folder in ("notebooks", "desk"):
        assert (stored / folder / "01_one.ipynb").is_file()
    call_command("clean_room", "--noinput")
    assert "The room is clean" in capsys.readouterr().out


def test_a_link_in_the_place_of_the_copies_is_moved_and_what_it_leads_to_is_left(project):
    """All that it leads to was looked at, were it the whole machine, until something raised."""
    elsewhere = project.parent / "elsewhere"
    (project / "desk").rename(elsewhere)
    (elsewhere / "loop").symlink_to("loop")
    (project / "desk").symlink_to(elsewhere)
    came = files(elsewhere)
    with patch.object(Path, "rglob", Mock(side_effect=OSError("of a folder in it"))):
        assert cleaning.is_worked_in(project)
    call_command("clean_room", "--noinput")
    [kept] = (project / "kept").iterdir()
    assert (kept / "desk").readlink() == elsewhere and files(elsewhere) == came
    assert not (project / "desk").is_symlink() and (project / "desk" / "01_one.ipynb").is_file()


def test_a_notebook_that_could_not_come_back_stays(stored):
    """Without its text it was moved aside, and "the notebooks are as they came"."""
    came = (stored / "notebooks" / "01_one.ipynb").read_bytes()
    text = stored / "notebooks" / "source" / "01_one.py"
    if (stored / ".git").exists():
        text.rename(text.with_name("02_two.py"))
        call_command("clean_room", "--noinput")
        assert (stored / "notebooks" / "01_one.ipynb").read_bytes() == came
        shutil.rmtree(text.parent)
    else:
        text.unlink()
    learn(stored)
    before = files(stored)
    with pytest.raises(CommandError, match=r"moved\. notebooks/source/ expected"):
        call_command("clean_room", "--noinput")
    assert files(stored) == before


@pytest.mark.parametrize("theirs", ["noise", "link"])
def test_a_text_that_cannot_be_read_takes_no_notebook_away(stored, theirs):
    came = (stored / "notebooks" / "01_one.ipynb").read_bytes()
    text = stored / "notebooks" / "source" / "01_one.py"
    text.unlink()
    text.symlink_to("nowhere") if theirs == "link" else text.write_bytes(b"\xff\xfe\0")
    (stored / "log_event.log").write_bytes(b"line")
    for _ in range(2):
        call_command("clean_room", "--noinput")
        assert (stored / "notebooks" / "01_one.ipynb").read_bytes() == came


@pytest.mark.parametrize("theirs", ["file", "link"])
def test_where_no_folder_of_kept_things_can_be_nothing_is_moved(project, theirs):
    learn(project)
    kept = project / "kept"
    kept.write_text("mine") if theirs == "file" else kept.symlink_to("nowhere")
    before = files(project)
    with pytest.raises(NotADirectoryError, match=str(kept)):
        call_command("clean_room", "--noinput")
    assert files(project) == before


def test_where_the_new_database_cannot_be_made_it_is_said_where_the_old_one_is(
    project, monkeypatch, capsys
):
    learn(project)
    monkeypatch.setattr(clean_room, "call_command", Mock(side_effect=OSError))
    with pytest.raises(OSError):
        call_command("clean_room", "--noinput")
    assert "They are kept in kept/" in capsys.readouterr().out
