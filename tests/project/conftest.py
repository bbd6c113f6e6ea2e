"""Shared by the tests of running: a learner's environment, and Python in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FROM_OUTSIDE = ("DJANGO_", "DATABASE_URL", "JUPYTER_", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def learner_in():
    """Make an environment with nothing of this project set, and a folder of its own for files."""

    def environment(folder):
        return {
            **{name: it for name, it in os.environ.items() if not name.startswith(FROM_OUTSIDE)},
            "DATABASE_URL": f"sqlite:///{folder / 'learner.sqlite3'}",
            "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        }

    return environment


@pytest.fixture
def learner(learner_in, tmp_path):
    return learner_in(tmp_path)


@pytest.fixture
def python(learner):
    """Run this Python in the learner's environment, which keyword arguments add to."""

    def run(*arguments, **environment):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**learner, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    return run
