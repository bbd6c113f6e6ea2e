"""The course in a browser: JupyterLite as `make lite` builds it, in a real Chromium.

Python itself comes out of a wheel on the package index. Where that cannot be fetched, or
JupyterLite is not here, all of this is skipped, and says so. A kernel takes half a minute, so
`make test` runs one lesson and one notebook of exercises; `.ci/run` and `make test-lite` run all.
See https://jupyterlite.readthedocs.io/en/stable/
"""

import copy
import gzip
import json
import re
import subprocess
import sys
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from classroom.exercises.catalogue import all_tasks
from classroom.publishing import notebooks
from lite import build, bundle

pytestmark = pytest.mark.slow

CORE = sorted(path.stem for path in notebooks.FOLDER.glob("*.ipynb"))
EXERCISES = sorted(path.stem for path in (notebooks.FOLDER / "exercises").glob("*.ipynb"))
FIRST = "00_start_here"
SHOWN = ("text/html", "text/markdown", "text/plain")  # what JupyterLab prefers, in this order

SOLVED = all_tasks()["00-a"]

# All cells, as a person would run them; then what they show, as it would be saved.
OPEN = """path => {
    const panel = window.jupyterapp && jupyterapp.shell.currentWidget;
    return panel && panel.context && panel.context.path === path && panel.sessionContext.isReady
}"""
RUN_ALL = "() => jupyterapp.commands.execute('notebook:run-all-cells')"
SCROLL = """part => {  // JupyterLab hides the cells that are far away
    const notebook = jupyterapp.shell.currentWidget.content;
    const index = notebook.widgets.findIndex(it => it.model.sharedModel.source.includes(part));
    if (index < 0) throw Error(`no cell has ${part}`);
    notebook.activeCellIndex = index;
    return notebook.scrollToItem(index, "start")
}"""
RUN_CODE = """code => {
    const notebook = jupyterapp.shell.currentWidget.content;
    notebook.model.sharedModel.getCell(1).setSource(code);
    notebook.activeCellIndex = 1;
    return jupyterapp.commands.execute('notebook:run-cell')
}"""
READ = "() => jupyterapp.shell.currentWidget.content.model.toJSON()"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--to", "{}"], "expected a new folder, came {}, which is there already"),
        (
            ["--to", "{}/x", "--pyodide", "{}"],
            "expected a folder with python_stdlib.zip",
        ),
    ],
)
def test_what_is_there_stays_there_and_a_wrong_folder_is_a_sentence(tmp_path, options, said):
    (tmp_path / "thesis.txt").write_text("mine")
    options = [it.format(tmp_path) for it in options]
    command = [sys.executable, "-m", "lite.build", *options]
    answer = subprocess.run(command, cwd=notebooks.ROOT, capture_output=True, text=True)
    assert answer.returncode and said.format(tmp_path) in answer.stderr
    assert "Traceback" not in answer.stderr
    assert [it.name for it in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of a site with the exercises solved, and Python in it."""
    if not (build.TOOLS / ".ready").exists():
        pytest.skip("JupyterLite is not here: `make lite` fetches it")
    try:
        pyodide = bundle.fetched()
    except bundle.BundleError as error:
        pytest.skip(f"no Pyodide to test with: {error}")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "lite.build", "--solved", "--to", folder / "run"]
    subprocess.run([*command, "--pyodide", pyodide], cwd=notebooks.ROOT, check=True)
    return folder


class Quiet(SimpleHTTPRequestHandler):
    asked = []  # the paths of the files

    def log_message(self, *said):
        pass

    def do_GET(self):
        self.asked.append(Path(self.translate_path(self.path)))
        if self.path == "/favicon.ico":  # a browser asks for it of its own accord
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()


@pytest.fixture(scope="module")
def address(site):
    """A static host for that folder."""
    handler = partial(Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/run/lab/index.html"
        server.shutdown()


@pytest.fixture
def opened(open_window, address):
    """A function that opens a notebook, as its link does."""
    page = open_window(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(300_000)

    def opened(name, prepare=lambda page: None):
        prepare(page)
        path = f"notebooks/{name}.ipynb"
        page.goto(f"{address}?path={path}")
        page.wait_for_function(OPEN, arg=path)
        return page

    return opened


def run_all(page):
    """Run all cells; return the notebook with what they show."""
    page.evaluate(RUN_ALL)
    return notebooks.nbformat.from_dict(page.evaluate(READ))


def cells_run(page):
    """Run all cells; return those that show something. None may show an error."""
    cells = [cell for cell in run_all(page).cells if cell.get("outputs")]
    assert [cell.source for cell in cells if "[error" in shown(cell)] == []
    return cells


def differences(name, ran):
    """List the cells that show something else than what is committed, but for those that may."""
    committed = notebooks.read(notebooks.FOLDER / f"{name}.ipynb")
    cells = [cell for cell in ran.cells if "opening" not in notebooks.tags(cell)]
    pairs = zip(committed.cells, cells, strict=True)
    return [
        f"{notebooks.label(number, now)}\n{before}\n--- came\n{now_shown}"
        for number, (then, now) in enumerate(pairs)
        if then.cell_type == "code" and (before := shown(then)) != (now_shown := shown(now))
    ]


def shown(cell):
    """What a reader sees of a cell's outputs; of an error the last line, for IPythons differ."""
    cell = copy.deepcopy(cell)
    cell.outputs = notebooks.join_streams(cell.outputs)
    for output in cell.outputs:
        if output.output_type == "error":
            output.ename, output.traceback = output.ename.rpartition(".")[2].rstrip("'>"), []
        elif "data" in output:
            kind = next((kind for kind in SHOWN if kind in output.data), None)
            output.data = {kind: output.data[kind]} if kind else dict.fromkeys(output.data, "")
            output.output_type = "display_data"
    return "\n".join(notebooks.shown(cell))


@pytest.mark.in_browser
@pytest.mark.parametrize("name", [*(name for name in CORE if name != FIRST), "deeper/outbox"])
def test_a_lesson_shows_in_a_browser_what_is_committed(opened, name):
    assert differences(name, run_all(opened(name))) == []


@pytest.mark.in_browser
@pytest.mark.parametrize("name", [name for name in EXERCISES if name != FIRST])
def test_solved_exercises_are_right_in_a_browser(opened, name):
    assert wrong(cells_run(opened(f"exercises/{name}"))) == []


def wrong(cells):
    """List what the checks among these cells say that do not say Right, below their sources."""
    checks = [(cell.source, shown(cell)) for cell in cells if ".check(" in cell.source]
    return [f"{source}\n{said}" for source, said in checks if "Right" not in said]


@pytest.mark.in_browser
def test_what_needs_many_threads_says_so_and_shows_what_is_committed(opened):
    cells = cells_run(opened("deeper/race"))
    [race] = [cell for cell in cells if cell.source.startswith("races = race(")]
    assert "A browser runs one thing after the other, so a race cannot happen here." in shown(race)
    assert "as published" in shown(race)
    assert cells[-1] is not race


@pytest.mark.skipif(not build.python_of_pyodide(), reason="no Python 3.12 compiles them here")
def test_pythons_own_modules_come_compiled(site):
    config = json.loads((site / "run" / "jupyter-lite.json").read_text())["jupyter-config-data"]
    [kernel] = config["litePluginSettings"].values()
    with zipfile.ZipFile(site / "run" / kernel["loadPyodideOptions"]["stdLibURL"]) as archive:
        assert {"os.pyc", "json/__init__.pyc"} <= set(archive.namelist())


def workers(page):
    """List the scripts of the page's workers, by their folder."""
    return [re.search(r"/run/(course/start.js|extensions/)", it.url)[1] for it in page.workers]


@pytest.mark.in_browser
def test_a_kernel_has_a_worker_of_its_own_where_none_was_made_ahead(opened):
    empty = {"content_type": "text/javascript", "body": ""}
    page = opened(
        FIRST, lambda page: page.route("**/start.js", lambda it: it.fulfill(**empty), times=1)
    )
    assert "12" in run_code(page, "3 * 4")
    assert "extensions/" in workers(page)  # beside the one that came to nothing
    opened(FIRST)
    assert workers(page) == ["course/start.js"]
    second = "notebooks/01_what_a_signal_is.ipynb"
    page.evaluate("path => jupyterapp.commands.execute('docmanager:open', {path})", second)
    page.wait_for_function(OPEN, arg=second)
    assert "20" in run_code(page, "4 * 5")
    assert workers(page) == ["course/start.js", "extensions/"]


@pytest.mark.in_browser
def test_the_course_opens_without_pandas_which_is_asked_for_again_by_each_cell(opened):
    page = opened(FIRST, lambda page: page.context.route("**/pandas-*", lambda it: it.abort()))
    assert "The course is open." in run_code(page, build.OPENING)
    assert "Failed to fetch" in run_code(page, "3 * 4")
    page.context.unroute("**/pandas-*")
    assert "DataFrame" in run_code(page, "import pandas; pandas.DataFrame")


# A receiver that tries to get out, and what the table says of the operation that it hears.
WAYS_OUT = """
import asyncio, json, os, socket
from pathlib import Path
from django.conf import settings
from django.core import mail
from django.db.models.signals import post_save
from speedy.models import Employees

settings.EMAIL_BACKEND, mail.outbox = "django.core.mail.backends.locmem.EmailBackend", []
kept = Path("/course/kept")
kept.write_text("theirs")
fresh_database()
Employees.objects.create(first_name="Ada", last_name="Okafor", address="1 Harbour Street", age=30)

ways = {
    "a letter": lambda: mail.send_mail("A", "B", "a@example.org", ["b@example.org"]),
    "rows": lambda: Employees.objects.all().delete(),
    "a variable": lambda: os.environ.update(TAKEN="yes"),
    "a folder": lambda: os.chdir("/"),
    "a file": lambda: kept.write_text("ours"),
    "a file of JupyterLab": lambda: Path("/drive/ours").write_text("ours"),
    "a socket": lambda: socket.create_connection(("127.0.0.1", 9)),
    "a thread": lambda: worker(lambda: kept.write_text("ours")),
    "a task": lambda: asyncio.get_event_loop().call_soon(kept.write_text, "ours"),
}

def worker(way):
    from concurrent.futures import ThreadPoolExecutor
    return ThreadPoolExecutor().submit(way).result()

def look(way):
    def receiver(**kwargs):
        way()

    with connected(post_save, receiver, sender=Employees):
        [row] = what_fires(Employees, "Employees.objects.create(...)")
    return row["post_save"] + " " + row["passed"]

before = os.getcwd(), dict(os.environ)
said = {name: look(way) for name, way in ways.items()}
print("<<" + json.dumps(said) + ">>")
"""
LEFT = """
print("<<" + json.dumps([
    before == (os.getcwd(), dict(os.environ)),
    Employees.objects.count(), len(mail.outbox), kept.read_text(), Path("/drive/ours").exists(),
]) + ">>")
"""


def printed(page, code):
    """Run code in the first cell; return what it prints between << and >>."""
    page.evaluate(RUN_CODE, code)
    outputs = page.evaluate(READ)["cells"][1]["outputs"]
    text = "".join(it.get("text", "") for it in outputs)
    return json.loads(text.partition("<<")[2].partition(">>")[0])


@pytest.mark.in_browser
def test_a_receiver_that_is_tried_out_gets_out_no_more_than_elsewhere(opened):
    page = opened(FIRST)
    run_code(page, build.OPENING)
    said = printed(page, WAYS_OUT)
    inside = {name for name, it in said.items() if it == "◆ created=True"}
    assert inside == {"a letter", "rows", "a variable", "a folder"}
    for name in ("a file", "a thread"):
        assert said[name].startswith("? not run: Refused: while operations are tried out")
        assert "a change of /course/kept (open) was refused" in said[name]
    assert "a change of /drive/ours (open) was refused" in said["a file of JupyterLab"]
    assert "a connection to 127.0.0.1:9 was refused" in said["a socket"]
    assert "? not run: RuntimeError: There is no current event loop" in said["a task"]
    assert printed(page, LEFT) == [True, 1, 0, "theirs", False]


@pytest.mark.parametrize("way", ["file", "old", "missing"])
def test_where_no_python_runs_the_page_says_so(chromium, site, address, way):
    """It was blank, or waited for ever."""
    said = {
        "file": "A browser starts no Python on a page that is opened as a file.",
        "old": "This browser is too old",
        "missing": "Python did not start. It comes from 127.0.0.1:",
    }
    with chromium.new_context() as window:
        page = window.new_page()
        page.add_init_script("delete self.DecompressionStream" if way == "old" else "")
        if way == "missing":
            window.route("**/pyodide.js", lambda it: it.abort())
        file = (site / "run" / "lab" / "index.html").as_uri()
        page.goto(f"{file if way == 'file' else address}?path=notebooks/{FIRST}.ipynb")
        alert = page.locator("p[role=alert]")
        expect(alert).to_contain_text(said[way])
        assert (
            alert.get_by_role("link")
            .evaluate("it => it.href")
            .endswith((site / "index.html").as_uri() if way == "file" else "/index.html")
        )


def megabytes_asked_for():
    """What the host has sent since it was asked last, where it compresses texts, as hosts do."""
    files = {it for it in Quiet.asked if it.is_file()}
    Quiet.asked.clear()
    texts = {it for it in files if it.suffix in (".html", ".ipynb", ".js", ".json")}
    sent = [len(gzip.compress(it.read_bytes())) for it in texts]
    return (sum(sent) + sum(it.stat().st_size for it in files - texts)) / 1e6


def test_a_learner_runs_clicks_steps_checks_and_finds_the_progress_again(opened, site):
    Quiet.asked.clear()
    page = opened(FIRST)
    assert workers(page) == ["course/start.js"]  # made ahead of the kernel
    assert differences(FIRST, run_all(page)) == []
    said = int((site / "run" / "megabytes").read_text())
    assert megabytes_asked_for() == pytest.approx(said, abs=2)
    page.evaluate(SCROLL, 'predict("00-1")')
    card = page.locator(".guess-card").first
    card.get_by_role("button").nth(1).press("Enter")
    expect(card.get_by_role("status")).to_contain_text("You said: Tue")
    page.evaluate(SCROLL, "stepper(seen")
    step = page.locator(".wf").first
    step.locator(".wf-steps").press("End")
    expect(step.locator(".wf-kept")).not_to_have_count(0)
    check = f"exercise({SOLVED.id!r}).check({SOLVED.answer})"
    assert "Right" in run_code(page, f"{SOLVED.solution}\n{check}")

    page = opened(f"exercises/{FIRST}")  # loads everything anew
    done = f"print(progress().loc[{SOLVED.id!r}, 'done'])"
    assert "✓" in run_code(page, f"{build.OPENING}\n{done}")
    assert wrong(cells_run(page)) == []


def run_code(page, code):
    """Run code in the cell below the title; return what it shows, as text."""
    page.evaluate(RUN_CODE, code)
    return str(page.evaluate(READ)["cells"][1]["outputs"])
