"""A notebook is built from its text, and its committed outputs are what the kernel gives.

People edit and review `notebooks/source/NN_name.py`; `notebooks/NN_name.ipynb` is made from it.
The texts of `exercises/` stand in no file: the exercises themselves give them (exercise_texts.py).
What a lesson claims is asserted in `notebooks/proofs/NN_name.py`, which runs in the same kernel
after the notebook. Each of the three has the same name and folder (`deeper/matrix`, say).
Two tags change how a cell is treated: `varies` (timings: only the shape of its outputs counts)
and `raises-exception` (the error is what the cell shows).
See https://jupytext.readthedocs.io/en/latest/formats-scripts.html#the-percent-format
"""

import ast
import base64
import copy
import difflib
import hashlib
import importlib
import io
import os
import re
import sys
import tempfile
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path
from threading import Lock

import django
import jupytext
import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output

from classroom.publishing import exercise_texts
from classroom.publishing.belongings import Folder, write_whole
from classroom.running import homes
from classroom.running.kernel import CALLED, DISPLAY_NAME, ROOT, data_folder
from classroom.running.kernel import NAME as KERNEL
from classroom.running.own_frames import IN_CELL, own_frames, plain
from classroom.running.scratch import scratch_folder
from classroom.widgets.faces import BUILT

FOLDER = ROOT / "notebooks"
CELL_SECONDS = 300  # a cell that takes longer hangs
ONE_AT_A_TIME = Lock()  # for what changes the environment of the whole process

BUILT_ON = (5, 2)  # the Django whose outputs are committed
# What a reader sees only on asking: the whole SQL of a tree, and the data of a piece.
ASKED_FOR = re.compile(r"title='[^']*'|<script type=.application/json.>.*?</script>", re.DOTALL)
# Written the same on every machine: Jupyter itself would add the version of its Python.
METADATA = {
    "kernelspec": {"display_name": DISPLAY_NAME, "language": "python", "name": KERNEL},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}

# A proof has names of its own: what it defines is no part of the notebook.
PROVE = """
import traceback as _traceback
from classroom.exercises.guesses import answer_of as _answer_of
_source, _name, _failed = {source!r}, {name!r}, ""
try:
    exec(compile(_source, _name, "exec"), globals() | {{"answer_of": _answer_of}})
except Exception as _error:
    _frames = _traceback.extract_tb(_error.__traceback__)
    _lines = [_frame.lineno for _frame in _frames if _frame.filename == _name]
    _line = _lines[-1] if _lines else _error.lineno
    _failed = f"line {{_line}}, {{_source.splitlines()[_line - 1].strip()}}: {{_error!r}}"
"""


class NotebookError(Exception):
    """A notebook cannot be built; the message names the cell, its source and the ways out."""


# Text and notebook


def sources(folder=None):
    """List the texts that notebooks are made from, exercises included, in the order of names.

    What is hidden is no text: an editor's lock, or what a Mac lays beside each file on a stick.
    """
    found = [*((folder or FOLDER) / "source").rglob("[!.]*.py")]
    if folder in (None, FOLDER):
        found += [exercises() / f"{name}.py" for name in exercise_texts.exercise_sources()]
    return sorted(found)


def exercises():
    """Return the folder in which the texts of the exercises would lie, if they stood in files."""
    return FOLDER / "source" / "exercises"


def text_of(source):
    """Read a text. Raises FileNotFoundError where there is none."""
    if source.parent != exercises():
        return source.read_text(encoding="utf-8")
    try:
        return exercise_texts.exercise_sources()[source.stem]
    except KeyError:
        raise FileNotFoundError(source) from None


def notebooks(folder=None):
    """List the notebooks that people open, in the order of names."""
    found = (folder or FOLDER).rglob("[!.]*.ipynb")
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def notebook_of(source, folder=None):
    """Return the path of the notebook that is made from this text."""
    folder = folder or FOLDER
    return folder / source.relative_to(folder / "source").with_suffix(".ipynb")


def source_of(notebook, folder=None):
    """Return the path of the text that this notebook is made from."""
    folder = folder or FOLDER
    return folder / "source" / notebook.relative_to(folder).with_suffix(".py")


def proof_of(source, folder=None):
    """Return the path of the proof that belongs to this text; not every text has one."""
    folder = folder or FOLDER
    return folder / "proofs" / source.relative_to(folder / "source")


def convert(source):
    """Read a text as a notebook without outputs."""
    notebook = jupytext.reads(text_of(source), fmt="py:percent")
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    names = set()
    for cell in notebook.cells:
        for leftover in [name for name in cell.metadata if name.startswith("lines_to_")]:
            del cell.metadata[leftover]  # jupytext's note about blank lines in the text
        cell.id = new_id(cell, names)
    return notebook


def new_id(cell, taken):
    """Name a cell after its content, so that a cell added above it leaves its name alone."""
    content = f"{cell.cell_type} {cell.source}"
    while (name := hashlib.sha256(content.encode()).hexdigest()[:8]) in taken:
        content += " again"
    taken.add(name)
    return name


def read(path):
    """Read a notebook."""
    return nbformat.read(path, as_version=4)


def write(notebook, path):
    """Write a notebook, the same bytes for the same content."""
    write_whole(path, bytes_of(notebook))


def bytes_of(notebook):
    """Return what a notebook's file holds. Raises nbformat's ValidationError for what is none."""
    nbformat.validate(notebook)
    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode()


def without_outputs(notebook):
    """Return a copy of a notebook as it is before its first run."""
    bare = copy.deepcopy(notebook)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return bare


def tags(cell):
    return set(cell.metadata.get("tags", []))


def written(notebook):
    """List what a person wrote into each cell: its kind with its tags, and its source."""
    kinds = (" ".join([cell.cell_type, *sorted(tags(cell))]) for cell in notebook.cells)
    return [(kind, cell.source) for kind, cell in zip(kinds, notebook.cells, strict=True)]


def out_of_step(notebook, text):
    """List, as the lines of a diff, where a notebook's cells differ from those of its text."""
    lines = [
        [line for kind, source in written(one) for line in (f"[{kind}]", *source.splitlines())]
        for one in (notebook, text)
    ]
    return list(difflib.unified_diff(*lines, "notebook", "text", lineterm=""))


# Running


class Kernel:
    """A running kernel: it runs notebooks, several in turn, and answers questions in between."""

    def __init__(self, client):
        self.client = client

    def run(self, notebook, after_cell=None):
        """Run all cells of a notebook and return a copy with the outputs that came."""
        fresh = copy.deepcopy(notebook)
        self.client.nb = fresh
        self.client.reset_execution_trackers()
        for index, cell in enumerate(fresh.cells):
            try:
                self.client.execute_cell(cell, index)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                raise NotebookError(failure(index, cell, error)) from None
            if after_cell:
                after_cell()
        tidy(fresh)
        return fresh

    def ask(self, expression, after=""):
        """Run the code `after` unseen, then return the value of an expression of plain types."""
        message = self.client.kc.execute(
            after, silent=True, store_history=False, user_expressions={"answer": expression}
        )
        reply = self.client.wait_for_reply(message)["content"]
        answer = reply["user_expressions"]["answer"] if reply["status"] == "ok" else reply
        if answer["status"] != "ok":
            raise RuntimeError(
                f"The kernel could not answer {expression!r} after {after!r}: "
                f"{answer['ename']}: {answer['evalue']}"
            )
        return ast.literal_eval(answer["data"]["text/plain"])

    def prove(self, proof):
        """Run a proof with the names that the notebook left; return what failed, or ""."""
        if not proof.exists():
            return ""
        source = proof.read_text(encoding="utf-8")
        return self.ask("_failed", after=PROVE.format(source=source, name=proof.name))


@contextmanager
def open_kernel(folder, name=KERNEL, given=None):
    """Start a kernel that works in this folder, as Jupyter does, and end it afterwards.

    It gets the environment `given`, which is this process's own unless a dict is passed. A thread
    passes one that was copied before it began: while a copy is made, nobody may change a variable.
    """
    given = dict(os.environ) if given is None else given
    # Imported here once, matplotlib writes its font cache; a first import inside a slow kernel
    # would print a line about that into somebody's cell.
    with ONE_AT_A_TIME, homes.writable():
        importlib.import_module("matplotlib.font_manager")
    client = NotebookClient(
        nbformat.v4.new_notebook(),
        kernel_name=name,
        resources={"metadata": {"path": str(folder)}},
        timeout=CELL_SECONDS,
        record_timing=False,
    )
    with (
        scratch_folder() as temporary,
        Path(temporary, "kernel.log").open("w+", encoding="utf-8") as log,
    ):
        start(client, log, temporary, given)
        with client.setup_kernel():  # which ends it, whatever happens inside
            yield Kernel(client)


def start(client, log, temporary, given):
    """Start the client's kernel, or tell what the kernel said and what to do about it."""
    # Nobody's own settings decide what a notebook shows: neither of IPython nor of the project,
    # whose database is SQLite unless told otherwise. And nobody's progress: a learner's file is
    # left alone, and an exercise is untouched each time.
    environment = {
        name: value
        for name, value in given.items()
        if name not in ("DATABASE_URL", CALLED) and not name.startswith("DJANGO_")
    } | {
        "IPYTHONDIR": str(temporary),
        "PROGRESS_FILE": str(Path(temporary, "progress.sqlite3")),
        BUILT: "1",
    }
    for last in (False, False, True):
        if start_once(client, log, environment, last):
            return


def start_once(client, log, environment, last):
    """Return whether the kernel runs: another program may take a port before the kernel does."""
    try:
        specs = client.create_kernel_manager().kernel_spec_manager
        specs.kernel_dirs = [str(data_folder() / "kernels"), *specs.kernel_dirs]  # ours come first
        client.start_new_kernel(env=environment, stdout=log, stderr=log)
        client.start_new_kernel_client()
    except NoSuchKernel:
        raise NotebookError(
            f"Jupyter knows no kernel named {client.kernel_name!r}. Run `make -B setup`, or "
            "`python manage.py install_kernel` with the Python that is to run the notebooks."
        ) from None
    except RuntimeError as error:
        log.seek(0)
        said = log.read()
        if "Address already in use" in said and not last:
            log.truncate(0)
            return False
        raise NotebookError(
            f"The kernel {client.kernel_name!r} did not start ({error}). It said:\n{said}"
        ) from error
    return True


def failure(index, cell, error):
    """Tell which cell failed; nbclient's own text has its source and its error."""
    return (
        f"{label(index, cell)} failed.\n{plain(str(error)).strip()}\n\n"
        "Repair the cell, or tag it `raises-exception` when the error is what it is meant to show."
    )


def label(index, cell):
    """Name a cell by its place (the first is 1) and its first line."""
    return f"Cell {index + 1} ({cell.source.strip().partition(chr(10))[0]})"


# Tidying: two runs that say the same give the same


def tidy(notebook):
    """Take out of the outputs what differs from run to run and tells a reader nothing."""
    ran = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for number, cell in enumerate(ran, start=1):
        # A kernel that ran something before counts on from there.
        earlier, cell.execution_count = cell.execution_count - number, number
        cell.outputs = join_streams(cell.outputs)
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
            elif output.output_type == "error":
                output.traceback = [
                    renumbered(plain(frame), earlier) for frame in own_frames(output.traceback)
                ]


def join_streams(outputs):
    """Join what was printed between two displays: all of stdout, then all of stderr.

    The kernel sends printed text in pieces that depend on the clock, and the two streams apart.
    """
    joined = []
    for printed, group in groupby(outputs, key=lambda output: output.output_type == "stream"):
        group = list(group)
        if not printed:
            joined += group
            continue
        for name in ("stdout", "stderr"):
            text = as_shown("".join(output.text for output in group if output.name == name))
            if text:
                joined.append(new_output("stream", name=name, text=text))
    return joined


def as_shown(text):
    """Return what stays on the screen: a progress bar that overwrites itself leaves its end."""
    if "\r" not in text:
        return text
    lines = [line.rstrip("\r").rpartition("\r")[2].rstrip() for line in text.split("\n")]
    return "\n".join(lines) if any(lines) else ""


def renumbered(frame, earlier):
    """Count a frame's cell from the start of this run, as its prompt does."""
    return IN_CELL.sub(lambda match: f"In[{int(match[1]) - earlier}]", frame)


# Paths of a machine


def refuse_machine_paths(notebook):
    """Raise NotebookError where a cell tells on which machine it was built."""
    for index, cell in enumerate(notebook.cells):
        for text in texts(cell):
            if path := machine_path(text):
                raise NotebookError(
                    f"{label(index, cell)} shows a path of this machine: {path}\n"
                    "Show a path relative to the project, or only the name of the file. A "
                    "warning names the path of the line that caused it: fix what it warns of."
                )


def machine_path(text):
    """Return the first path in the text that belongs to one machine, or None."""
    here = {ROOT, Path(tempfile.gettempdir()), Path(sys.prefix)}
    with suppress(RuntimeError):  # an account without a home
        here.add(Path.home())
    places = [re.escape(str(path)) + r"\b" for path in here if len(path.parts) > 1]
    # Other people's machines too: a notebook may have been built elsewhere.
    places += [r"/(?:home|Users|root|tmp|var/folders|private)/", r"[A-Za-z]:\\+Users\b"]
    found = re.search(rf"(?<![\w.~-])(?:{'|'.join(places)})\S*|\S*\b(?:site|dist)-packages\b", text)
    return found and found[0]


def texts(cell):
    """List every text of a cell that a reader sees: its source and its outputs."""
    found = [cell.source]
    for output in cell.get("outputs", []):
        found += [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
        found += [str(data) for kind, data in output.get("data", {}).items() if is_text(kind)]
    return found


def is_text(mime):
    return not mime.startswith("image/") or mime == "image/svg+xml"


# Comparing


def compare(committed, fresh):
    """List the differences between a committed notebook and a fresh run of it, a text a cell.

    Outputs must be equal; those of a cell tagged `varies` need only have the same shape: the
    same kinds in the same order, and the same words around other numbers.
    """
    if steps := out_of_step(committed, fresh):
        return ["The notebook and its text are not in step:\n" + "\n".join(steps)]
    differences = []
    for index, (old, new) in enumerate(zip(committed.cells, fresh.cells, strict=True)):
        lines = difflib.unified_diff(
            shown(old), shown(new), "expected (committed)", "came (this run)", lineterm=""
        )
        if diff := list(lines):
            differences.append("\n".join([f"{label(index, new)} shows something else:", *diff]))
    return differences


def shown(cell):
    """Render the outputs of a cell as lines; cells with equal lines count as equal."""
    varies = "varies" in tags(cell)
    lines = []
    for output in cell.get("outputs", []):
        for kind, text in parts(output, varies):
            lines += [f"[{kind}]", *(shape(text) if varies else steady(text)).splitlines()]
    return lines


def parts(output, varies):
    """Split an output into pairs of its kind and the text that stands for it."""
    if output.output_type == "stream":
        return [(output.name, output.text)]
    if output.output_type == "error":
        return [(f"error {output.ename}", "\n".join([output.evalue, *output.traceback]))]
    return [
        (
            f"{output.output_type} {mime}",
            picture(data, varies) if mime == "image/png" else str(data),
        )
        for mime, data in sorted(output.data.items())
    ]


def picture(data, varies):
    """Stand for a PNG by its pixels: how they are packed depends on the zlib of a machine."""
    from PIL import Image

    image = Image.open(io.BytesIO(base64.b64decode(data)))
    if image.format != "PNG":
        raise NotebookError(f"An output calls itself image/png and holds {image.format}.")
    if varies:
        return "PNG"
    pixels = hashlib.sha256(image.convert("RGBA").tobytes()).hexdigest()
    return f"PNG of {image.width} x {image.height} pixels, {pixels[:16]}"


def steady(text):
    """Mask the addresses in memory, which Python puts into the repr of functions and objects.

    The name that Django gives to a savepoint holds the number of a thread, and is masked, too.

    On another Django than the one that the committed outputs come from, the whole SQL of a trace's
    tooltips is masked as well: each words it in its own way. What stands on the page is compared,
    but for the one argument that Django passes along with m2m_changed since 6.1.
    """
    if django.VERSION[:2] != BUILT_ON:
        text = ASKED_FOR.sub("…", text).replace("action=pre_add, raw=True, ", "action=pre_add, ")
    return re.sub(r"\bs\d+_x\d+\b", "s…", re.sub(r"\b0x[0-9a-fA-F]{6,}\b", "0x…", text))


def shape(text):
    """Mask numbers, and fold the spaces that align them."""
    text = re.sub(r"\d+(?:[.,]\d+)*(?:e[+-]?\d+)?", "0", steady(text))
    text = re.sub(r"[ \t]+", " ", text)
    return re.sub(r" ?\n ?", "\n", text).strip()


# Building


def build(source, folder=None, kernel_name=KERNEL, after_cell=None):
    """Make the notebook of a text; return whether the file changed. On an error it stays.

    What was typed into the file is neither in git nor built here: it is moved aside, and told.
    """
    path = notebook_of(source, folder)
    place = Folder(folder or FOLDER, root=folder or ROOT, in_git=True)
    notebook = run(source, folder, kernel_name, after_cell)
    keep_equal_outputs(path, notebook)
    refuse_machine_paths(notebook)
    before = path.read_bytes() if path.exists() else None
    place.lay(path.relative_to(place.path).as_posix(), bytes_of(notebook))
    print(*place.told(), sep="\n", end="\n" if place.moved else "")
    return path.read_bytes() != before


def check(source, folder=None, kernel_name=KERNEL, after_cell=None):
    """List how the committed notebook of a text differs from a fresh run; write nothing."""
    path = notebook_of(source, folder)
    if not path.exists():
        return [f"{path.name} does not exist yet: `python manage.py build_notebooks` makes it."]
    committed, text = read(path), convert(source)
    if out_of_step(committed, text):
        return compare(committed, text)  # which says so; running it would tell no more
    return compare(committed, run(source, folder, kernel_name, after_cell))


def run(source, folder=None, kernel_name=KERNEL, after_cell=None):
    """Run a text as a notebook in a kernel of its own, where its notebook lies."""
    notebook = convert(source)
    place = notebook_of(source, folder).parent
    place.mkdir(parents=True, exist_ok=True)
    with open_kernel(place, kernel_name) as kernel:
        fresh = kernel.run(notebook, after_cell)
        proof = proof_of(source, folder)
        if failed := kernel.prove(proof):
            raise NotebookError(f"The proof {proof.name} fails at {failed}.")
    return fresh


def keep_equal_outputs(path, fresh):
    """Put back the committed outputs that count as equal, so that a diff shows real changes."""
    try:
        committed = read(path)
    except (OSError, ValueError, nbformat.ValidationError):
        return  # none yet, or a damaged one: the fresh one replaces it
    known = {cell.id: cell for cell in committed.cells if cell.cell_type == "code"}
    equal = [cell for cell in fresh.cells if counts_as_equal(known.get(cell.id), cell)]
    # Figures that vary are all of one run: a picture is drawn from the table above it.
    renewed = any("varies" in tags(cell) and cell not in equal for cell in fresh.cells)
    for cell in equal:
        if not (renewed and "varies" in tags(cell)):
            cell.outputs = known[cell.id].outputs
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = cell.execution_count


def counts_as_equal(old, cell):
    """Tell whether a cell was there before, and showed what it shows now."""
    return bool(old) and tags(old) == tags(cell) and shown(old) == shown(cell)
