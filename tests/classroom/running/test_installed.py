"""What an installation that was killed left half there is installed again."""

import subprocess
import sys

import pytest

from classroom.running import doctor, installed
from classroom.running.installed import half_installed

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


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
def test_what_lacks_a_file_is_forgotten_so_that_it_is_installed(package, tmp_path, half):
    """make setup passed over it, make -B setup too, and the doctor was all ticks."""
    half(package)
    done = subprocess.run(
        [sys.executable, "-I", installed.__file__, tmp_path], capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("a was half installed: it is installed again.\n", "")
    assert not package.exists() and half_installed(tmp_path) == []


@pytest.mark.parametrize("target", ["setup", ".venv-room/.ready"])
def test_make_looks_for_it_before_it_installs(root, target):
    asked = ["make", "-n", "-B", target]
    said = subprocess.run(asked, cwd=root, capture_output=True, text=True).stdout
    assert 0 < said.index("classroom/running/installed.py .venv") < said.index("-m pip install")


def test_the_doctor_names_it(package, tmp_path, monkeypatch):
    lock = tmp_path / "requirements.txt"
    lock.touch()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert doctor.check_packages(lock).cure == ""
    (package / "RECORD").unlink()
    assert doctor.check_packages(lock) == ("packages: a half installed", "make -B setup")
