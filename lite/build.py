"""Build the course as a JupyterLite site: `make lite`.

The site holds the learner's copies of the notebooks; the project, with Django and a migrated
database; and the other packages, compiled. Python itself is Pyodide's, from its usual place or from
a folder that is copied in, with a standard library that is compiled too. `start.js` puts these
together as a kernel starts, and `ahead.js` begins with it while the page loads.
See https://jupyterlite.readthedocs.io/en/stable/howto/configure/config_files.html
"""

import base64
import gzip
import json
import os
import shutil
import subprocess
import sys
import zipfile
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

import nbformat

import speedster.wsgi  # noqa: F401  sets Django up
from classroom.publishing import notebooks
from classroom.publishing.desk import make_ready
from classroom.publishing.exercise_texts import exercise_sources
from classroom.running.refusals import refusal
from classroom.running.scratch import scratch_folder
from classroom.scenes.database import template
from lite.bundle import FILES, FIRST, LOCK, SECOND, STANDARD, BundleError, fetched
from lite.environment import FOLDER as TOOLS

ROOT = notebooks.ROOT
START = Path(__file__).with_name("start.js")
AHEAD = Path(__file__).with_name("ahead.js")
ASIDE = Path(__file__).with_name("aside.js")
USUAL_PLACE = "https://cdn.jsdelivr.net/pyodide/v0.27.7/full/"
HOME = "course/"  # the folder of the project in a browser; no library, so its lines are shown
LATER = f"{HOME}later/"  # what can be imported after the first cell
STANDARD_PLACE = "lib/python312.zip"
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
ONLY_COMPILED = ("numpy/", "pandas/")  # Pyodide brings the rest

# What JupyterLab would start and draw, and a reader of the course has no use for.
NEEDLESS = [
    "@jupyterlab/application-extension:property-inspector",
    "@jupyterlab/apputils-extension:kernels-settings",
    "@jupyterlab/apputils-extension:splash",  # it moves, while Python starts on the same cores
    "@jupyterlab/apputils-extension:subshell-settings",
    "@jupyterlab/celltags-extension",
    "@jupyterlab/completer-extension:inline-completer",
    "@jupyterlab/completer-extension:inline-completer-factory",
    "@jupyterlab/completer-extension:inline-history",
    "@jupyterlab/console-extension",
    "@jupyterlab/fileeditor-extension:language-server",
    "@jupyterlab/help-extension:jupyter-forum",
    "@jupyterlab/htmlviewer-extension",
    "@jupyterlab/imageviewer-extension",
    "@jupyterlab/inspector-extension",
    "@jupyterlab/javascript-extension",
    "@jupyterlab/logconsole-extension",
    "@jupyterlab/lsp-extension",
    "@jupyterlab/metadataform-extension",
    "@jupyterlab/notebook-extension:active-cell-tool",
    "@jupyterlab/notebook-extension:code-console",
    "@jupyterlab/notebook-extension:language-server",
    "@jupyterlab/notebook-extension:log-output",
    "@jupyterlab/notebook-extension:metadata-editor",
    "@jupyterlab/notebook-extension:tools",
    "@jupyterlab/notebook-extension:update-raw-mimetype",
    "@jupyterlab/pdf-extension",
    "@jupyterlab/terminal-extension",
    "@jupyterlab/tooltip-extension:consoles",
    "@jupyterlab/vega5-extension",
    "@jupyterlite/application-extension:lsp-connection-manager",
    "@jupyterlite/iframe-extension",
]

OPENING = """\
# In a browser, run this cell first: it opens the course. What you do stays in this browser.
%load_ext classroom.running.browser"""
KERNELSPEC = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}


def build(site, pyodide=None, solved=False):
    """Write the site into a new folder; with `solved`, the exercises have their solutions in.

    `pyodide` is a folder with a release of Pyodide, which then lies in the site.
    """
    with scratch_folder() as work:
        contents = work / "contents"
        write_notebooks(contents, solved)
        copy_linked(contents)
        standard = compiled_standard(work, pyodide)
        kernel = kernel_settings(pyodide, standard)
        (work / "jupyter-lite.json").write_text(json.dumps(settings(kernel)))
        # Not the script alone: it names a Python that is gone where the project was moved.
        command = [
            TOOLS / "bin" / "python",
            TOOLS / "bin" / "jupyter-lite",
            "build",
            "--no-sourcemaps",
            "--apps",
            "lab",
        ]
        places = ["--lite-dir", work, "--contents", contents, "--output-dir", site]
        done = subprocess.run(
            [*map(str, command + places)], cwd=work, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"JupyterLite made no site:\n{done.stdout}{done.stderr}")
        (site / "course").mkdir()
        for path in filter(None, (START, LOCK, standard)):
            shutil.copy(path, site / "course")
    write_packs(site / "course")
    start_ahead(site / "lab" / "index.html", kernel)
    leave_files_alone(site / "service-worker.js")
    if pyodide:
        shutil.copytree(pyodide, site / "pyodide")
    (site / "megabytes").write_text(f"{megabytes(site)}\n")


def kernel_settings(pyodide, standard):
    """The settings of the kernel: which Python, and what it loads as it starts."""
    options = {
        "pythonURL": "./pyodide/" if pyodide else USUAL_PLACE,
        "first": FIRST,
        "second": [[file.name, integrity(file)] for file in FILES if file.name.startswith(SECOND)],
        "packages": BROUGHT,
    }
    if standard:
        options["stdLibURL"] = f"./course/{standard.name}"
    return {"pyodideUrl": f"./course/{START.name}", "loadPyodideOptions": options}


def integrity(file):
    """Return what a browser checks a file by."""
    return f"sha256-{base64.b64encode(bytes.fromhex(file.sha256)).decode()}"


def settings(kernel):
    """The settings of the site."""
    config = {
        "appName": "A course on Django signals",
        "exposeAppInBrowser": True,
        "disabledExtensions": NEEDLESS,
        "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
    }
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}


def start_ahead(page, kernel):
    """Let a page of JupyterLab start the first kernel's Python before it loads anything else."""
    script = f"<script>\n{AHEAD.read_text('utf-8')}\nahead({json.dumps(kernel)});\n</script>"
    page.write_text(page.read_text("utf-8").replace("<head>", f"<head>\n{script}", 1), "utf-8")


def leave_files_alone(worker):
    """Let JupyterLite's service worker answer what it must, and hand on nothing else."""
    worker.write_text(f"{ASIDE.read_text('utf-8')}\n{worker.read_text('utf-8')}", "utf-8")


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
    make_ready(copy.cells)
    opening = OPENING
    if "cost_plot(" in notebooks.text_of(source):
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


def write_packs(folder):
    """Write `course.pack`, which start.js unpacks at each start, and `later.pack`.

    Only what is looked for in a folder lies in one there: the project, Django and IPython. A
    browser imports the others sooner out of one zip file, `packages.zip`.
    """
    with scratch_folder() as temporary:
        for wheel in KERNEL.glob("*kernel-*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(temporary)
        shutil.copytree(ROOT / "lite" / "piplite", Path(temporary, "piplite"))
        packages = gathered(TOOLS / "browser") | gathered(temporary)
        packages["IPython/terminal/embed.py"] = ROOT / "lite" / "embed.py"
        project = gathered(ROOT, PROJECT)
        compiled = compile_modules(packages, Path(temporary, "of_others"), SITE_PACKAGES)
        compiled |= compile_modules(project, Path(temporary, "ours"), HOME, "checked-hash")
        pack = {HOME + name: path for name, path in project.items()}
        for name in list(packages):
            if name.startswith((*UNPACKED, *ONLY_COMPILED)):
                path = packages.pop(name)
                if name.startswith(UNPACKED):
                    pack[SITE_PACKAGES + name] = path
        later = {}
        for name, path in compiled.items():
            if name in packages:  # takes the place of the text
                del packages[name]
                packages[f"{name}c"] = path
            elif name.startswith(ONLY_COMPILED):
                later[LATER + cached(name)] = path
            else:
                parent = HOME if name in project else SITE_PACKAGES
                pack[parent + cached(name)] = path
        pack[f"{HOME}packages.zip"] = Path(temporary, "packages.zip")
        write_zip(pack[f"{HOME}packages.zip"], packages, zipfile.ZIP_STORED)
        pack[f"{HOME}notebooks/committed.json"] = Path(temporary, "committed.json")
        pack[f"{HOME}notebooks/committed.json"].write_text(json.dumps(committed()))
        pack[f"{HOME}migrated.sqlite3"] = Path(template())
        write_compressed(folder / "course.pack", pack)
        write_compressed(folder / "later.pack", later)


def write_compressed(path, files):
    """Write the sizes of the files and then the files, for start.js."""
    with gzip.open(path, "wb") as stream:
        sizes = [(f"/{name}", one.stat().st_size) for name, one in sorted(files.items())]
        stream.write(json.dumps(sizes).encode() + b"\n")
        for _, one in sorted(files.items()):
            stream.write(one.read_bytes())


def compiled_standard(folder, pyodide):
    """Write Python's own modules, compiled, into a zip file; return its path.

    Where they cannot be had, the answer is None: then a browser compiles those of Pyodide.
    """
    try:
        release = pyodide or fetched()
    except BundleError as error:
        print(f"The course starts slowly in a browser, for Pyodide is not here: {error}")
        return None
    with zipfile.ZipFile(Path(release, STANDARD)) as archive:
        archive.extractall(folder / "standard")
    modules = compile_modules(gathered(folder / "standard"), folder / "compiled", STANDARD_PLACE)
    if modules:
        write_zip(folder / STANDARD, {f"{name}c": path for name, path in modules.items()})
    return folder / STANDARD if modules else None


def gathered(base, names=(".",)):
    """Map the names of the files that a browser has a use for to their paths."""
    found = [path for name in names for path in files_below(base / name)]
    named = {path.relative_to(base).as_posix(): path for path in found}
    return {name: path for name, path in named.items() if is_used(name)}


def write_zip(path, files, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression, compresslevel=9) as archive:
        for name, one in sorted(files.items()):
            archive.write(one, name)


def files_below(path):
    """List the files below a folder, in the order of names; a file is its own list.

    Without what a Mac lays beside each file on a stick.
    """
    found = [path] if path.is_file() else sorted(path.rglob("*"))
    return [it for it in found if it.is_file() and not it.name.startswith("._")]


def python_of_pyodide():
    """Return the path of a Python 3.12, or None. A version manager's stand-in may fail."""
    homes = Path.home().glob(".pyenv/versions/3.12*/bin/python3.12")
    for path in ["python3.12", *map(str, sorted(homes))]:
        if shutil.which(path) and not subprocess.run([path, "-V"], capture_output=True).returncode:
            return path
    return None


def compile_modules(found, folder, place, mode="unchecked-hash"):
    """Map the names of these modules to what they are compiled to, for a browser's Python.

    Compiling them takes a browser longer than all the rest. Without a Python 3.12 there is none.
    With `checked-hash`, a module whose text has changed is compiled there again.
    See https://docs.python.org/3/library/py_compile.html#py_compile.PycInvalidationMode
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
    options = ["-q", "-b", "--invalidation-mode", mode]
    options += ["-s", str(folder), "-p", f"/{place}"]
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
    """Say how much a first visit loads, in MB: Python, its packages and the course.

    A page loads less than half of JupyterLab, and a host compresses that to a third.
    """
    course = sum(path.stat().st_size for path in files_below(site / "course"))
    shown = sum(path.stat().st_size for path in files_below(site / "build"))
    return round((course + shown / 6 + sum(one.size for one in FILES if one.at_first)) / 1e6)


def new_folder(text):
    """Read where to write; what lies there already is nobody's to remove."""
    folder = Path(text).resolve()
    if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise ArgumentTypeError(f"expected a new folder, came {text}, which is there already")
    return folder


def release(text):
    """Read where a release of Pyodide lies; nothing for none."""
    if text and not zipfile.is_zipfile(Path(text, STANDARD)):
        raise ArgumentTypeError(f"expected a folder with {STANDARD} of Pyodide in it, came {text}")
    return Path(text).resolve() if text else None


def main(arguments):
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=new_folder, required=True, help="a new folder for the site")
    parser.add_argument("--pyodide", type=release, help="a folder with a release of Pyodide")
    parser.add_argument("--solved", action="store_true", help="with solutions in the exercises")
    given = parser.parse_args(arguments)
    try:
        build(given.to, given.pyodide, given.solved)
    except OSError as error:
        raise SystemExit(refusal(error) or error) from error
    print(f"The course for a browser loads {megabytes(given.to)} MB at first.")


if __name__ == "__main__":
    main(sys.argv[1:])
