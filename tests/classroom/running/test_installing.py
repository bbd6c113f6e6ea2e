"""What an installation that was killed left half there is installed again."""

import os
import sys
from threading import Event, Thread

import pytest

from classroom.running import doctor, installing, scratch
from classroom.running.installing import MADE_BY_SETUP, READY, half_installed

RECORD = 'a/__init__.py,,\n"a/with,comma.py",,\na/__pycache__/b.pyc,,\na-1.0.dist-info/RECORD,,\n'


@pytest.fixture
def package(tmp_path):
    """The folder in which an environment notes that a package is installed, whole."""
    folder = tmp_path / "lib" / "python3.11" / "site-packages" / "a-1.0.dist-info"
    (code := folder.parent / "a").mkdir(parents=True)
    folder.mkdir()
    for name in ("__init__.py", "with,comma.py"):
        (code / name).touch()
    (folder / "RECORD").write_text(RECORD)
    return folder


def test_what_lacks_nothing_but_compiled_files_is_whole(package, tmp_path):
    assert half_installed(tmp_path) == []


HALVES = {
    "a file": lambda it: (it.parent / "a" / "with,comma.py").unlink(),
    "its list of files": lambda it: (it / "RECORD").unlink(),
    "the end of that list": lambda it: (it / "RECORD").write_text("a/__init__.py,,\n\n"),
    "all but the name": lambda it: (it / "RECORD").write_bytes(b"\xff"),
}


@pytest.fixture
def done(monkeypatch):
    """List what would be run; it is not."""
    commands = []
    monkeypatch.setattr(installing, "runs", lambda *command: commands.append(command) or True)
    return commands


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
def test_what_lacks_a_file_is_forgotten_so_that_it_is_installed(
    package, tmp_path, done, half, capsys
):
    """make setup passed over it, make -B setup too, and the doctor was all ticks."""
    half(package)
    (tmp_path / "lock").touch()
    assert installing.main([str(tmp_path), str(tmp_path / "lock")]) == 0
    assert capsys.readouterr().out == "a was half installed: it is installed again.\n"
    assert not package.exists() and half_installed(tmp_path) == []
    assert [it[1:3] for it in done[:3]] == [("-m", "venv"), ("-m", "pip"), ("-m", "uv")]


@pytest.mark.parametrize("moment", [0, 2_208_988_800])  # long ago, and in 2040
def test_an_environment_is_as_old_as_its_lock(tmp_path, done, moment):
    """With a lock that a clock had dated ahead, each command installed everything again."""
    lock, made = tmp_path / "lock", tmp_path / "made"
    lock.touch()
    os.utime(lock, (moment, moment))
    assert installing.main([str(made), str(lock), "Django==6.1.*"]) == 0
    assert (made / READY).stat().st_mtime == lock.stat().st_mtime
    assert (made / MADE_BY_SETUP).exists() and ("Django==6.1.*",) in [it[-1:] for it in done]


@pytest.mark.parametrize("is_ours", [True, False])
@pytest.mark.parametrize("python", ["gone", "another"])
def test_an_environment_of_another_python_is_made_anew_where_it_is_ours(
    tmp_path, done, python, is_ours
):
    """make -B setup blamed the network, or said that a file of venv was not there."""
    link = tmp_path / "bin" / "python"
    link.parent.mkdir()
    link.symlink_to("/nowhere/python3")
    if python == "another":
        link.unlink()
        link.write_text("#!/bin/sh\necho 3.0\n")
        link.chmod(0o755)
    if is_ours:
        (tmp_path / MADE_BY_SETUP).touch()
    (tmp_path / "lock").touch()
    said = installing.main([str(tmp_path), str(tmp_path / "lock")])
    if is_ours:
        assert said == 0 and done[0][1:4] == ("-m", "venv", "--clear")
    else:
        assert "Move it away" in said and not done


@pytest.mark.parametrize("kind", ["link", "file"])
def test_a_link_or_a_file_in_the_place_of_an_environment_is_said(tmp_path, done, kind):
    (tmp_path / "there").mkdir()
    place = tmp_path / ".venv"
    place.symlink_to(tmp_path / "there") if kind == "link" else place.touch()
    assert "is a link or a file" in installing.main([str(place), "lock"])
    assert not done and not [*(tmp_path / "there").iterdir()]


@pytest.mark.parametrize("fails", ["venv", "-r", "install_kernel"])
def test_a_step_that_fails_is_a_sentence_and_nothing_is_ready(tmp_path, monkeypatch, fails):
    monkeypatch.setattr(installing, "runs", lambda *command: fails not in command)
    said = installing.main([str(tmp_path / "made"), "lock"])
    assert said.startswith("Expected to ") and not (tmp_path / "made" / READY).exists()


def test_where_no_environment_can_be_made_is_a_sentence(tmp_path, done):
    (tmp_path / "file").touch()
    said = installing.main([str(tmp_path / "file" / ".venv"), "lock"])
    assert "Rename what is there" in said and done == []


@pytest.mark.skipif(scratch.fcntl is None, reason="there is no such lock")
def test_of_two_at_once_the_second_waits_and_has_nothing_left_to_do(tmp_path, monkeypatch):
    """It started the uv of which the first had written a half."""
    (lock := tmp_path / "lock").touch()
    begun, tried = Event(), []

    def run(*command):
        tried.append(command)
        begun.set()
        second.join(0.2)
        return True

    monkeypatch.setattr(installing, "runs", run)
    second = Thread(target=lambda: begun.wait() and installing.main([str(tmp_path), str(lock)]))
    second.start()
    installing.main([str(tmp_path), str(lock)])
    second.join()
    assert len(tried) == 4


def test_the_doctor_names_it(package, tmp_path, monkeypatch):
    lock = tmp_path / "requirements.txt"
    lock.touch()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert doctor.check_packages(lock).cure == ""
    (package / "RECORD").unlink()
    assert doctor.check_packages(lock) == ("packages: a half installed", "make -B setup")
