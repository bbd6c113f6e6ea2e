"""Build the course as a JupyterLite site: `make lite`.

The site holds the learner's copies of the notebooks; the project, with Django and a migrated
database; and the other packages, compiled. Python itself is Pyodide's, from its usual place or from
a folder that is copied in. `start.js` puts these together as a kernel starts.
See https://jupyterlite.readthedocs.io/en/stable/howto/configure/config_files.html
"""

import argparse
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat

import speedster.wsgi  # noqa: F401  sets Django up
from classroom.publishing import notebooks
from classroom.publishing.desk import fold_answers
from classroom.publishing.exercise_texts import exercise_sources
from classroom.running.scratch import scratch_folder
from classroom.scenes.database import template
from lite.bundle import FILES, FIRST, LOCK
from lite.environment import FOLDER as TOOLS

ROOT = notebooks.ROOT
SITE = ROOT / "build" / "html" / "run"
START = Path(__file__).with_name("start.js")
USUAL_PLACE = "https://cdn.jsdelivr.net/pyodide/v0.27.7/full/"
HOME = "course/"  # the folder of the project in a browser; no library, so its lines are shown
SITE_PACKAGES = "lib/python3.12/site-packages/"
KERNEL = TOOLS / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
# What a kernel installs one by one at each start, unless it is said to be here. It is, but for
# those with which one connects to other machines.
BROUGHT = ("micropip", "piplite", "ssl", "sqlite3", "ipykernel", "comm", "pyodide_kernel", "jedi")
BROUGHT += ("ipython",)

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
    "numpy.libs",
    "pytz/zoneinfo",
    "RECORD",
    "classroom/publishing",
    "django/contrib/gis",
    "django/contrib/postgres",
    "django/contrib/admin/static",
)
KEPT = ("django/conf/locale/__init__.py", "django/conf/locale/en/", "django/conf/locale/en_GB/")

UNPACKED = ("django/", "IPython/")  # open files of their own; the others stay in a zip
ONLY_COMPILED = ("numpy", "pandas")  # Pyodide brings the rest

OPENING = """\
# In a browser, run this cell first: it opens the course. What you do stays in this browser.
%load_ext classroom.running.browser"""
KERNELSPEC = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}


def build(site=SITE, pyodide=None, solved=False):
    """Write the site into a folder; with `solved`, the exercises have their solutions in.

    `pyodide` is a folder with a release of Pyodide, which then lies in the site.
    """
    with scratch_folder() as work:
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
    shutil.copy(START, site / "course")
    shutil.copy(LOCK, site / "course")
    write_packages(site / "course")
    if pyodide:
        shutil.copytree(pyodide, site / "pyodide")
    (site / "megabytes").write_text(f"{megabytes(site)}\n")


def settings(pyodide):
    """The settings of the site: which Python, and what it loads as it starts."""
    kernel = {
        "pyodideUrl": f"./course/{START.name}",
        "loadPyodideOptions": {
            "pythonURL": "./pyodide/" if pyodide else USUAL_PLACE,
            "first": FIRST,
            "packages": BROUGHT,
        },
    }
    plugins = {"@jupyterlite/pyodide-kernel-extension:kernel": kernel}
    config = {
        "appName": "A course on Django signals",
        "exposeAppInBrowser": True,
        "litePluginSettings": plugins,
    }
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}


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
    fold_answers(copy.cells)
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


# What is imported


def write_packages(folder):
    """Write `packages.zip`, which stays packed, and `course.zip`, unpacked at each start.

    A browser imports from a packed file sooner than it unpacks a thousand. Only what is looked for
    in a folder has to lie in one: the project and Django.
    """
    with scratch_folder() as temporary:
        for wheel in KERNEL.glob("*kernel-*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(temporary)
        shutil.copytree(ROOT / "lite" / "piplite", Path(temporary, "piplite"))
        packages = gathered(TOOLS / "browser") | gathered(temporary)
        project = gathered(ROOT, PROJECT)
        compiled = compile_modules(packages | project, Path(temporary, "compiled"))
        course = {HOME + name: path for name, path in project.items()}
        for name in list(packages):
            if name.startswith((*UNPACKED, *ONLY_COMPILED)):
                path = packages.pop(name)
                if name.startswith(UNPACKED):
                    course[SITE_PACKAGES + name] = path
        for name, path in compiled.items():
            if name in packages:  # takes the place of the text
                del packages[name]
                packages[f"{name}c"] = path
            else:
                parent = HOME if name in project else SITE_PACKAGES
                course[parent + cached(name)] = path
        write_zip(folder / "packages.zip", packages)
        texts = {"notebooks/committed.json": json.dumps(committed(), ensure_ascii=False)}
        texts["migrated.sqlite3"] = Path(template()).read_bytes()
        write_zip(folder / "course.zip", course, {HOME + name: it for name, it in texts.items()})


def gathered(base, names=(".",)):
    """Map the names of the files that a browser has a use for to their paths."""
    found = [path for name in names for path in files_below(base / name)]
    named = {path.relative_to(base).as_posix(): path for path in found}
    return {name: path for name, path in named.items() if is_used(name)}


def write_zip(path, files, texts=()):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, one in sorted(files.items()):
            archive.write(one, name)
        for name, text in dict(texts).items():
            archive.writestr(name, text)


def files_below(path):
    """List the files below a folder, in the order of names; a file is its own list."""
    return [path] if path.is_file() else sorted(it for it in path.rglob("*") if it.is_file())


def python_of_pyodide():
    """Return the path of a Python 3.12, or None. A version manager's stand-in may fail."""
    homes = Path.home().glob(".pyenv/versions/3.12*/bin/python3.12")
    for path in ["python3.12", *map(str, sorted(homes))]:
        if shutil.which(path) and not subprocess.run([path, "-V"], capture_output=True).returncode:
            return path
    return None


def compile_modules(found, folder):
    """Map the names of these modules to what they are compiled to, for a browser's Python.

    Compiling them takes a browser longer than all the rest. Without a Python 3.12 there is none. A
    module whose text has changed is compiled there again.
    """
    python = python_of_pyodide()
    if not python:
        print("No Python 3.12 compiles the modules here, so the course starts slowly in a browser.")
        return {}
    for name, path in found.items():
        if name.endswith(".py"):
            copy = folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    options = ["-q", "-b", "--invalidation-mode", "checked-hash"]
    options += ["-s", str(folder), "-p", f"/{SITE_PACKAGES}"]
    subprocess.run([python, "-m", "compileall", *options, str(folder)], check=True)
    return {
        path.with_suffix(".py").relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*.pyc"))
    }


def cached(name):
    """Return where Python looks for the compiled form of a module in a folder."""
    folder, _, module = name.rpartition("/")
    return f"{folder}/__pycache__/{module.removesuffix('.py')}.cpython-312.pyc"


def is_used(name):
    """Tell whether a browser has a use for a file of the wheel."""
    return name.startswith(KEPT) or not any(f"/{out}/" in f"/{name}/" for out in LEFT_OUT)


def committed():
    """Map the source of each cell to the outputs that are committed, for what cannot run there."""
    cells = [cell for path in notebooks.notebooks() for cell in notebooks.read(path).cells]
    return {cell.source: cell.outputs for cell in cells if cell.get("outputs")}


def megabytes(site):
    """Say how much a first visit loads, in MB: Python, its packages and the course."""
    course = sum(path.stat().st_size for path in files_below(site / "course"))
    shown = sum(path.stat().st_size for path in files_below(site / "build"))
    return round((course + shown / 3 + sum(one.size for one in FILES if one.at_first)) / 1e6)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=Path, default=SITE, help="the folder of the site")
    parser.add_argument("--pyodide", type=lambda text: Path(text).resolve() if text else None)
    parser.add_argument("--solved", action="store_true", help="with solutions in the exercises")
    given = parser.parse_args(arguments)
    build(given.to, given.pyodide, given.solved)
    print(f"The course for a browser loads {megabytes(given.to)} MB at first.")


if __name__ == "__main__":
    main(sys.argv[1:])
