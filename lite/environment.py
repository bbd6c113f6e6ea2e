"""Make `.venv-lite`: JupyterLite's tools, and beside them the packages for a browser.

See https://jupyterlite.readthedocs.io/en/stable/quickstart/standalone.html
"""

import subprocess
import sys
import time
from pathlib import Path

from classroom.running.installing import forget, half_installed, note_ready
from classroom.running.scratch import alone

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv-lite"
READY = FOLDER / ".ready"  # later than what is asked for, if all of that is there
ASKED = ("lite/requirements.txt", "lite/packages.txt", "lite/of_pyodide.txt", "requirements.txt")
SECONDS = 600  # for all of it; it takes one or two minutes

INSTALL = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
INSTALL += ["--retries", "1", "--timeout", "10"]
PLACE = ["--upgrade", "--target", FOLDER / "browser", "--python-version", "3.12"]
PLACE += ["--only-binary=:all:", "--no-deps"]
PURE = ["--platform", "any", "--abi", "none", "--implementation", "py"]
COMPILED = ["--platform", "manylinux2014_x86_64"]  # only the modules are used of these
STEPS = [
    [sys.executable, "-m", "venv", FOLDER],
    [FOLDER / "bin" / "python", *INSTALL, "-r", ASKED[0]],
    [sys.executable, *INSTALL, *PLACE, *PURE, "-r", ASKED[1], "-c", ASKED[3]],
    [sys.executable, *INSTALL, *PLACE, *COMPILED, "-r", ASKED[2]],
]


def is_ready():
    """Tell whether all is there, as it is asked for today."""
    return READY.exists() and all(
        Path(ROOT, name).stat().st_mtime <= READY.stat().st_mtime for name in ASKED
    )


def make(steps=STEPS, seconds=SECONDS):
    """Carry out the steps. Returns why not, in a sentence, or None."""
    until = time.monotonic() + seconds
    forget(half_installed(FOLDER))
    for step in steps:
        left = max(until - time.monotonic(), 0)
        try:
            subprocess.run(list(map(str, step)), cwd=ROOT, check=True, timeout=left)
        except subprocess.TimeoutExpired:
            return f"JupyterLite did not come within {seconds} seconds; run `make lite` again."
        except (OSError, subprocess.CalledProcessError) as error:
            return f"JupyterLite cannot be installed: {error}"
    note_ready(READY, *(Path(ROOT, name) for name in ASKED))
    return None


def main(arguments=()):
    """Make it where it is not there as it is asked for; return why not, or None."""
    if is_ready():
        return None
    if not FOLDER.exists():
        FOLDER.mkdir()
        Path(FOLDER, ".made-by-make-setup").touch()
    with alone(FOLDER / ".installing", f"installs into {FOLDER.name}"):
        return None if is_ready() else make()
