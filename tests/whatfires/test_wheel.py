"""The wheel works in a project that knows nothing of this repository, on each Django and Python."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from classroom.running.kernel import ROOT
from tests.processes import TRIES

pytestmark = [pytest.mark.slow, pytest.mark.on_one_database]

FOREIGN = Path(__file__).with_name("foreign")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
DJANGOS = {"5.2": PYTHONS, "6.0": PYTHONS[1:], "6.1": PYTHONS[1:]}
# Each Django and each Python once; `make stress` installs every pair.
FEW = [("5.2", "3.11"), ("5.2", "3.14"), ("6.0", "3.12"), ("6.1", "3.13")]
EVERY = [(django, python) for django, pythons in DJANGOS.items() for python in pythons]
# Nothing of this repository or of its settings on the way.
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("DJANGO_", "PYTHON", "DATABASE_", "VIRTUAL_ENV", "COV_"))
}


def run(*command, cwd=ROOT):
    return subprocess.run([*map(str, command)], cwd=cwd, env=CLEAN, capture_output=True, text=True)


def installed(*command):
    """Run an installer; skip where no package index can be reached, fail where it just fails."""
    came = run(*command)
    if (
        came.returncode
        and run(sys.executable, "-m", "pip", "index", "versions", "asgiref").returncode
    ):
        pytest.skip(f"no package index can be reached: {came.stderr.strip().splitlines()[-1]}")
    assert came.returncode == 0, came.stderr


def interpreter(version):
    """Find a Python of this version that runs; a version manager's stand-in may not."""
    homes = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    for candidate in (shutil.which(f"python{version}"), *homes):
        if candidate and run(candidate, "-c", "import venv, ensurepip").returncode == 0:
            return candidate
    pytest.skip(f"no Python {version} was found on this machine")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    installed(sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", folder, ROOT / "whatfires")
    [wheel] = folder.iterdir()
    return wheel


@pytest.mark.parametrize(("django", "python"), FEW if TRIES < 200 else EVERY)
def test_every_public_name_works_in_a_foreign_project(wheel, tmp_path, django, python):
    home = tmp_path / "venv"
    wanted = (f"Django=={django}.*", wheel)
    if run(sys.executable, "-m", "uv", "--version").returncode == 0:
        run(sys.executable, "-m", "uv", "venv", "--python", interpreter(python), home)
        uv = (sys.executable, "-m", "uv", "pip", "install", "--quiet")
        installed(*uv, "--python", home / "bin" / "python", *wanted)
    else:
        run(interpreter(python), "-m", "venv", home)
        installed(home / "bin" / "python", "-m", "pip", "install", "--quiet", *wanted)
    project = shutil.copytree(FOREIGN, tmp_path / "project")
    came = run(home / "bin" / "python", "-W", "error", "check.py", cwd=project)
    assert came.returncode == 0, came.stdout + came.stderr
    assert came.stdout.splitlines()[-1].startswith(f"all is well on Django {django}")
