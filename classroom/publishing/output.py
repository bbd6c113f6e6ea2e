"""Run a command that fills a folder, and lay what it made where it belongs: no file is lost.

`python -m classroom.publishing.output build/html COMMAND ... {}` gives the command a folder of its
own for `{}`, and then brings build/html up to that. Nothing arrives if it fails or is killed.
With `--clean` everything goes that can be made again and that a marker shows to be made here.
See https://docs.python.org/3/library/shutil.html
"""

import os
import shutil
import subprocess
import sys
from contextlib import suppress

from classroom.publishing.belongings import Folder, link_in
from classroom.running.installing import MADE_BY_SETUP, READY
from classroom.running.kernel import ROOT
from classroom.running.refusals import not_run, refusal
from classroom.running.scratch import scratch_folder

OUTPUTS = ("build/html/run", "build/html", "build", "dist")
ENVIRONMENTS = (".venv", ".venv-django61", ".venv-room", ".venv-lite")
CACHES = (".pytest_cache", ".ruff_cache")
MADE_AS_CACHE = "CACHEDIR.TAG"  # see https://bford.info/cachedir/
READ = ("classroom", "data", "deploy", "docs", "notebooks", "speedster", "speedy", "whatfires")
PACKAGES = (*READ, "tests")


def fill(folder, command, root=ROOT):
    """Run a command that fills `{}`, and lay its files into the folder; return its exit code.

    Or a sentence where it cannot be run.
    """
    if not is_utf8(root):  # pip and Sphinx end in a traceback
        return f"Expected a folder with a name in UTF-8; came {os.fsencode(root)}. Rename it."
    if said := link_in(root / it for it in READ):
        return said
    with scratch_folder() as temporary:
        made = temporary / "made"
        try:
            done = subprocess.run([it.replace("{}", str(made)) for it in command], cwd=root)
        except OSError as error:  # no program of that name, or none that runs here
            return not_run(command[0], error)
        if done.returncode:
            return done.returncode
        place = Folder(root / folder, root)
        names = {it.relative_to(made).as_posix() for it in made.rglob("*") if it.is_file()}
        for name in sorted(names):
            place.lay(name, (made / name).read_bytes())
    # A page that the site no longer has, say; a wheel of another version is no less wanted.
    place.remove([it for it in place.noted if it not in names and not it.endswith(".whl")])
    print(*place.told(), sep="\n", end="\n" if place.moved else "")
    return 0


def clean(root=ROOT):
    """Remove what can be made again; return a sentence for each that stays, and why."""
    for name in OUTPUTS:
        Folder(root / name, root).remove_all()
    said = [f"{it}/ holds what was not made here: that stays." for it in ("build", "dist")
            if (root / it).exists()]  # fmt: skip
    marked = {name: MADE_BY_SETUP for name in ENVIRONMENTS} | dict.fromkeys(CACHES, MADE_AS_CACHE)
    for name, marker in marked.items():
        if (root / name).is_symlink():
            said.append(f"{name} leads elsewhere: it stays.")
        elif (root / name / marker).is_file():
            remove(root / name, marker)
        elif (root / name).exists():
            said.append(f"{name}/ was not made by `make`: it stays.")
    for package in PACKAGES:
        for folder in (root / package).rglob("__pycache__"):
            for file in folder.glob("*.pyc"):
                file.unlink()
            with suppress(OSError):
                folder.rmdir()
    return said


def is_utf8(path):
    try:
        return bool(str(path).encode())
    except UnicodeEncodeError:
        return False


def remove(folder, marker):
    """Remove a folder: first what says that it is ready, and the marker last; it may be killed."""
    (folder / READY).unlink(missing_ok=True)
    for it in folder.iterdir():
        if it.is_dir() and not it.is_symlink():
            shutil.rmtree(it)
        elif it.name != marker:
            it.unlink()
    shutil.rmtree(folder)


def main(arguments):
    """Return the exit code, or the sentence that says what the disk refused."""
    try:
        if arguments == ["--clean"]:
            print(*clean(), sep="\n")
            return 0
        if not arguments[1:]:
            return "Expected a folder, and a command that fills it: build/html COMMAND ... {}"
        return fill(arguments[0], arguments[1:])
    except OSError as error:
        if said := refusal(error):
            return said
        raise
    except KeyboardInterrupt:
        return "Interrupted. It can be run again."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
