"""Make a virtual environment with what a lock lists: `... installing .venv requirements.txt`.

It must run before there is an environment, with any Python. Two at once wait for each other. What
one that was killed left half installed is installed again: it has its name already and lacks files,
and both pip and uv take it for installed.
See https://packaging.python.org/en/latest/specifications/recording-installed-packages/
"""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

from classroom.running import homes
from classroom.running.refusals import refusal
from classroom.running.scratch import alone

MADE_BY_SETUP, READY = ".made-by-make-setup", ".ready"
OWN = "{}.{}".format(*sys.version_info)
INSTALL = ("-m", "pip", "install", "--quiet")
# uv installs in seconds; pip does where uv has no wheel. Compiled at once, as pip does: or each
# kernel and server compiles for itself where Python may write no cache.
QUICK = ("-m", "uv", "pip", "install", "--quiet", "--compile-bytecode")


def main(arguments):
    """Return 0, or a sentence that says what could not be done; a third argument is one package."""
    environment, lock, *more = arguments
    try:
        return alone_made(Path(environment), Path(lock), [it for it in more if it])
    except OSError as error:
        if said := refusal(error):
            return said
        raise


def alone_made(environment, lock, more):
    if environment.is_symlink() or environment.is_file():
        return f"Expected {environment} to be a folder; it is a link or a file. Move it away."
    if not os.path.lexists(environment):
        environment.mkdir()
        (environment / MADE_BY_SETUP).touch()
    before = time_of(environment / READY)
    with alone(environment / ".installing", f"installs into {environment}"):
        if time_of(environment / READY) != before:  # another has just done it
            return 0
        return made(environment, lock, more)


def made(environment, lock, more):
    """Carry out the steps; return 0, or which one failed, in a sentence."""
    forget(half_installed(environment))
    python = str(environment / "bin" / "python")
    version = version_of(python) if os.path.lexists(python) else OWN
    anew = ["--clear"] if version != OWN else []
    if anew and not (environment / MADE_BY_SETUP).exists():
        return (
            f"Expected {environment} to be of Python {OWN}; it is of "
            f"{version or 'one that is gone'}, and nothing here made it. Move it away, and run "
            "this again."
        )
    cache = [] if homes.can_be_written("UV_CACHE_DIR", "~/.cache/uv") else ["--no-cache"]
    quick = [python, *QUICK, *cache, "--python", python, "-r", lock]
    if not runs(sys.executable, "-m", "venv", *anew, environment):
        return f"Expected to make a virtual environment in {environment}; it could not be made."
    if anew:
        (environment / MADE_BY_SETUP).touch()
    quickly = runs(python, *INSTALL, "uv") and runs(*quick)
    if not quickly and not runs(python, *INSTALL, "-r", lock):
        return (
            f"Expected to install what {lock} lists into {environment}; it could not be installed. "
            "Its own words stand above: no network, or no space, say. Then try again."
        )
    if more and not runs(python, *INSTALL, *more):
        return f"Expected to install {' '.join(more)} into {environment}; it could not be."
    if not runs(python, "manage.py", "install_kernel"):
        return f"Expected to install the kernel into {environment}; it could not be installed."
    note_ready(environment / READY, lock)
    return 0


def version_of(python):
    """Return the version of a Python, such as "3.11"; "" where it does not run."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        return subprocess.run([python, "-c", ask], capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def runs(*command):
    """Say what is run, as make does; tell whether it did."""
    command = list(map(str, command))
    print(*command, flush=True)
    try:
        return not subprocess.run(command).returncode
    except OSError as error:
        print(error, file=sys.stderr)
        return False


def note_ready(file, *asked):
    """Note that all is there, at the time of what asks for it: a clock may have been ahead."""
    file.touch()
    latest = max(it.stat().st_mtime_ns for it in asked)
    os.utime(file, ns=(latest, latest))


def time_of(file):
    return file.stat().st_mtime_ns if file.exists() else 0


def half_installed(environment):
    """List the folders of what an environment knows to be installed and lacks files of."""
    known = sorted(Path(environment).glob("lib/python*/site-packages/*.dist-info"))
    return [folder for folder in known if lacks_files(folder)]


def lacks_files(folder):
    """Tell whether a file is gone that was installed; compiled ones may go."""
    try:
        rows = list(csv.reader((folder / "RECORD").read_text("utf-8").splitlines()))
        names = [row[0] for row in rows if not row[0].endswith(".pyc")]
    except (OSError, ValueError, LookupError, csv.Error):
        return True
    return not all(map(os.path.exists, (f"{folder.parent}/{name}" for name in names)))


def forget(folders):
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        print(f"{name_of(folder)} was half installed: it is installed again.")


def name_of(folder):
    return folder.name.partition("-")[0]
