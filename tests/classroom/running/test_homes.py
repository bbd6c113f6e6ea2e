"""Where the home folder cannot be written, Jupyter gets others, and one sentence says so."""

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
from jupyter_core.paths import jupyter_runtime_dir

from classroom.running import homes


@pytest.fixture
def at_home(monkeypatch):
    """Move to another home, with none of the variables set that name a folder in it."""

    def at_home(place):
        for name in homes.HOMES:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HOME", str(place))

    return at_home


def test_a_home_that_can_be_written_is_left_alone(at_home, tmp_path):
    at_home(tmp_path)
    before = dict(os.environ)
    with homes.writable() as said:
        assert said == [] and dict(os.environ) == before


def test_a_home_that_cannot_be_written_is_replaced_for_as_long_as_jupyter_runs(at_home, tmp_path):
    (tmp_path / "file").touch()
    at_home(tmp_path / "file" / "home")
    before = dict(os.environ)
    with homes.writable() as said:
        [sentence] = said
        assert f"{tmp_path / 'file' / 'home'} cannot be written" in sentence
        folder = Path(os.environ["IPYTHONDIR"]).parent
        assert all(homes.can_be_written(*it) for it in homes.HOMES.items())
        quiet = "import matplotlib.font_manager, IPython.paths; IPython.paths.get_ipython_dir()"
        ran = subprocess.run([sys.executable, "-W", "error", "-c", quiet], stderr=subprocess.PIPE)
        assert (ran.returncode, ran.stderr) == (0, b"")
    assert dict(os.environ) == before and not folder.exists()


def test_only_what_cannot_be_written_is_replaced(at_home, tmp_path, monkeypatch):
    at_home(tmp_path)
    (tmp_path / "file").touch()
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "file" / "ipython"))
    with homes.writable():
        changed = {name for name in homes.HOMES if name in os.environ}
        assert changed == {"IPYTHONDIR"}
    assert os.environ["IPYTHONDIR"] == str(tmp_path / "file" / "ipython")


@pytest.mark.parametrize("name", ["XDG_DATA_HOME", "JUPYTER_RUNTIME_DIR"])
def test_jupyter_can_note_its_server_wherever_it_was_told_to(at_home, tmp_path, monkeypatch, name):
    """It ended in a traceback."""
    at_home(tmp_path)
    (tmp_path / "file").touch()
    monkeypatch.setenv(name, str(tmp_path / "file"))
    with homes.writable() as said:
        assert str(tmp_path / "file") in said[0]
        Path(jupyter_runtime_dir(), "jpserver-1.json").parent.mkdir(parents=True, exist_ok=True)


def test_a_folder_that_is_there_and_takes_no_file_cannot_be_written(at_home, tmp_path, monkeypatch):
    at_home(tmp_path)
    assert homes.can_be_written("IPYTHONDIR", "~/.ipython")
    monkeypatch.setattr(homes.tempfile, "TemporaryFile", Mock(side_effect=PermissionError))
    assert not homes.can_be_written("IPYTHONDIR", "~/.ipython")
