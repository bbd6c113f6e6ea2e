"""Build the course as a JupyterLite site: `make lite`.

The site holds the learner's copies of the notebooks and one wheel, with the project, the packages
that it stands on and a migrated database. Python itself is Pyodide's: of the release that the
kernel names, from its usual place, or from a folder that is copied in.
See https://jupyterlite.readthedocs.io/en/stable/howto/pyodide/packages.html
"""

import argparse
import json
import shutil
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

import speedster.wsgi  # noqa: F401  sets Django up
from classroom.publishing import notebooks
from classroom.publishing.exercise_texts import exercise_sources
from classroom.scenes.database import template
from lite.bundle import FILES

ROOT = notebooks.ROOT
SITE = ROOT / "build" / "html" / "run"
TOOLS = ROOT / ".venv-lite"  # made by `make lite`; beside the tools, the packages for the browser
WHEEL, COMM = "speedster_course-1-py3-none-any.whl", "comm-0.2.3-py3-none-any.whl"
INSTALLED = "/lib/python3.12/site-packages"  # where a browser's Python finds the wheel
UP = "../../../.."  # from the script that runs the kernel to the site
KERNEL = "extensions/@jupyterlite/pyodide-kernel-extension/static/pypi"

PROJECT = ("classroom", "data", "notebooks/guesses", "speedster", "speedy", "whatfires")
LINKED = ("docs/glossary.md", "speedy", "data")  # what a lesson's links lead to
# What a browser has no use for: translations, other people's tests, parts that nothing imports.
LEFT_OUT = (
    "__pycache__",
    "bin",
    "share",
    "tests",
    "labextension",
    "nbextension",
    "locale",
    "RECORD",
    "classroom/publishing",
    "django/contrib/gis",
    "django/contrib/postgres",
    "django/contrib/admin/static",
)
KEPT = ("django/conf/locale/__init__.py", "django/conf/locale/en/", "django/conf/locale/en_GB/")

# Loaded at once when a kernel starts; matplotlib only where a lesson draws.
PACKAGES = ["micropip", "packaging", "ssl", "sqlite3", "jedi", "ipython", "pandas"]
OPENING = """\
# In a browser, run this cell first: it opens the course. What you do stays in this browser.
%load_ext classroom.running.browser"""
KERNELSPEC = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}


def build(site=SITE, pyodide=None, python=None, solved=False):
    """Write the site into a folder; with `solved`, the exercises have their solutions in.

    `pyodide` is a folder with a release of Pyodide, which then lies in the site. `python` is a
    Python 3.12, which compiles the modules.
    """
    with TemporaryDirectory() as temporary:
        work = Path(temporary)
        contents = work / "contents"
        write_notebooks(contents, solved)
        copy_linked(contents)
        (work / "jupyter-lite.json").write_text(json.dumps(settings(pyodide)))
        shutil.rmtree(site, ignore_errors=True)
        command = [TOOLS / "bin" / "jupyter", "lite", "build", "--no-sourcemaps", "--apps", "lab"]
        places = ["--lite-dir", work, "--contents", contents, "--output-dir", site]
        done = subprocess.run(
            [*map(str, command + places)], cwd=work, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"JupyterLite made no site:\n{done.stdout}{done.stderr}")
    (site / "course").mkdir()
    write_wheels(site / "course", python)
    if pyodide:
        shutil.copytree(pyodide, site / "pyodide")
    (site / "megabytes").write_text(f"{megabytes(site)}\n")


def settings(pyodide):
    """The settings of the site: which Python, and what it loads as it starts."""
    kernel = {
        "disablePyPIFallback": True,  # all that the course imports is here
        "loadPyodideOptions": {
            "packages": [
                *PACKAGES,
                *[f"{UP}/course/{name}" for name in (WHEEL, COMM)],
                *[f"{UP}/{KERNEL}/{name}" for name in kernel_wheels()],
            ]
        },
    }
    if pyodide:
        kernel["pyodideUrl"] = "./pyodide/pyodide.js"
    plugins = {"@jupyterlite/pyodide-kernel-extension:kernel": kernel}
    config = {
        "appName": "A course on Django signals",
        "exposeAppInBrowser": True,
        "litePluginSettings": plugins,
    }
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}


def kernel_wheels():
    """Name the wheels that the kernel's extension brings, and asks for one by one otherwise."""
    folder = TOOLS / "share/jupyter/labextensions" / KERNEL.partition("/")[2]
    names = ("ipykernel-", "pyodide_kernel-")
    return sorted(path.name for path in folder.glob("*.whl") if path.name.startswith(names))


# The learner's copies


def write_notebooks(folder, solved=False):
    """Write all notebooks without outputs, each with a cell that opens the course."""
    texts = exercise_sources(solved=True) if solved else {}
    for source in notebooks.sources():
        path = notebooks.notebook_of(source).relative_to(ROOT)
        if path.parent.name == "exercises" and path.stem in texts:
            source = Path(folder, "solved.py")
            folder.mkdir(exist_ok=True)
            source.write_text(texts[path.stem], encoding="utf-8")
        notebooks.write(copy_of(source), folder / path)
    Path(folder, "solved.py").unlink(missing_ok=True)


def copy_of(source):
    """Return a learner's copy of a text, for the kernel of a browser."""
    copy = notebooks.convert(source)
    opening = OPENING
    if "cost_plot(" in source.read_text("utf-8"):
        opening += "\nimport matplotlib.font_manager  # this lesson draws"
    cell = nbformat.v4.new_code_cell(opening, id="opening", metadata={"tags": ["opening"]})
    copy.cells.insert(1, cell)  # below the title
    copy.metadata.kernelspec = nbformat.from_dict(KERNELSPEC)
    return copy


def copy_linked(folder):
    """Copy the files of the project that a lesson's links lead to."""
    for name in LINKED:
        for path in files_below(ROOT / name):
            if path.suffix in (".md", ".py", ".csv"):
                target = folder / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)


# The wheel


def write_wheels(folder, python=None):
    """Write a wheel of the project with all that it imports, and one of what the kernel asks for.

    A kernel loads one large file faster than forty small ones. Pyodide takes one `.dist-info` a
    wheel, so those of the others lie in a folder of their own.
    """
    found = {
        one.relative_to(base).as_posix(): one
        for base, names in ((TOOLS / "browser", ["."]), (ROOT, PROJECT))
        for name in names
        for one in files_below(base / name)
        if is_used(one.relative_to(base).as_posix())
    }
    comm = {name: found.pop(name) for name in list(found) if name.startswith("comm/")}
    with open_wheel(folder / COMM, "comm") as wheel:
        for name, one in comm.items():
            wheel.write(one, name)
    with open_wheel(folder / WHEEL, "speedster-course") as wheel, TemporaryDirectory() as temporary:
        found.update(compiled(found, python, temporary))
        for name, one in sorted(found.items()):
            wheel.write(one, f"distributions/{name}" if ".dist-info/" in name else name)
        outputs = json.dumps(committed(), ensure_ascii=False)
        wheel.writestr("notebooks/committed.json", outputs)
        wheel.writestr("migrated.sqlite3", migrated())


@contextmanager
def open_wheel(path, name):
    """Open a new wheel that says what it is."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        _, version, *_ = path.name.split("-")
        dist = path.name.removesuffix("-py3-none-any.whl") + ".dist-info"
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        wheel.writestr(f"{dist}/METADATA", about)
        wheel.writestr(f"{dist}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{dist}/RECORD", "")
        yield wheel


def files_below(path):
    """List the files below a folder, in the order of names; a file is its own list."""
    return [path] if path.is_file() else sorted(it for it in path.rglob("*") if it.is_file())


def compiled(found, python, folder):
    """Yield the modules among these files as a browser's Python reads them: a name, and a path.

    Compiling all of them takes a browser seconds at each start. `python` is a Python 3.12; without
    one there are none.
    """
    if not python:
        return
    for name, path in found.items():
        if name.endswith(".py"):
            copy = Path(folder, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", folder, "-p", INSTALLED]
    subprocess.run([python, "-m", "compileall", *options, folder], check=True)
    for path in sorted(Path(folder).rglob("*.pyc")):
        yield path.relative_to(folder).as_posix(), path


def is_used(name):
    """Tell whether a browser has a use for a file of the wheel."""
    return name.startswith(KEPT) or not any(f"/{out}/" in f"/{name}/" for out in LEFT_OUT)


def committed():
    """Map the source of each cell to the outputs that are committed, for what cannot run there."""
    cells = [cell for path in notebooks.notebooks() for cell in notebooks.read(path).cells]
    return {cell.source: cell.outputs for cell in cells if cell.get("outputs")}


def migrated():
    """Return the bytes of an empty database with every migration, as each notebook begins with."""
    return Path(template()).read_bytes()


def megabytes(site):
    """Say how much a first visit loads, in MB: Python, its packages and the course."""
    wheel = (site / "course" / WHEEL).stat().st_size
    shown = sum(path.stat().st_size for path in files_below(site / "build"))
    return round((wheel + shown / 3 + sum(one.size for one in FILES if one.at_first)) / 1e6)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=Path, default=SITE, help="the folder of the site")
    parser.add_argument("--pyodide", type=lambda text: Path(text).resolve() if text else None)
    parser.add_argument("--python", help="a Python 3.12, to compile the modules with")
    parser.add_argument("--solved", action="store_true", help="with solutions in the exercises")
    given = parser.parse_args(arguments)
    build(given.to, given.pyodide, given.python, given.solved)
    print(f"The course for a browser loads {megabytes(given.to)} MB at first.")


if __name__ == "__main__":
    main(sys.argv[1:])
