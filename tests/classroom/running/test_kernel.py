"""What a cell is told where a project cannot start, and beside what other projects left."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from functools import partial
from types import SimpleNamespace
from unittest.mock import patch

import psutil
import pytest
from jupyter_client import KernelManager

from classroom.running import guard, kernel
from classroom.running.kernel import ROOT

PATIENCE = 180  # seconds until something that hangs is ended, so that the test fails

pytestmark = pytest.mark.slow


@pytest.fixture
def started(learner, tmp_path):
    """Start the kernel with more variables; give a function from a cell to what it shows."""
    return lambda **environment: kernel_in(tmp_path, learner | environment)


@contextmanager
def kernel_in(folder, environment):
    with kernel.found_first():
        manager = KernelManager(kernel_name=kernel.NAME)
        manager.start_kernel(cwd=str(folder), env=environment)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(PATIENCE)
        yield partial(outputs, client)
    finally:
        client.stop_channels()
        client.context.destroy()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


def outputs(client, code, cell=None):
    """Run a cell, of this id; return what it shows as plain text, an output a text."""
    said = []

    def note(message):
        content = message["content"]
        for shown in (
            content.get("text"),
            content.get("data", {}).get("text/plain"),
            "\n".join(content.get("traceback", [])),
        ):
            if shown:
                said.append(re.sub(r"\x1b\[[0-9;]*m", "", shown))

    with patch.object(client.session, "msg", partial(in_cell, client.session.msg, cell)):
        client.execute_interactive(code, timeout=PATIENCE, output_hook=note)
    return said


def in_cell(message, cell, kind, content=None, **kwargs):
    """Make a message that names the cell, as JupyterLab does."""
    return message(kind, content, **kwargs, metadata={"cellId": cell} if cell else None)


@pytest.fixture
def settings_of_somebody(tmp_path):
    """A module of settings like the project's, with another name for its site."""
    (tmp_path / "other_settings.py").write_text(
        "from speedster.settings import *\nSITE_NAME = 'other'\n"
    )
    return tmp_path


def called(**options):
    return {kernel.CALLED: json.dumps(options)}


def test_the_kernel_has_the_settings_that_shell_plus_was_given(started, settings_of_somebody):
    handed = called(settings="other_settings", pythonpath=str(settings_of_somebody))
    with started(**handed) as run:
        assert run("from django.conf import settings; settings.SITE_NAME") == ["'other'"]
        assert run("date.today().__class__") == ["datetime.date"]


def test_a_package_that_is_missing_is_named_and_not_the_tool_that_needs_it(started, tmp_path):
    """The cell said only that fresh_database is not defined."""
    (tmp_path / "tqdm.py").write_text("raise ModuleNotFoundError('No module named tqdm')")
    with started(**called(pythonpath=str(tmp_path))) as run:
        [said] = run("fresh_database()")
        assert said.startswith("ProjectNotStarted: ") and "No module named tqdm" in said


def test_threads_that_hire_as_a_kernel_ends_reach_no_other_database(started, tmp_path):
    """They were led to the project's own: one or two people were hired there."""
    file = tmp_path / "own.sqlite3"
    place = {"DATABASE_URL": f"sqlite:///{file}"}
    prepare = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(prepare, cwd=ROOT, env=os.environ | place, check=True)
    hire_on = """
import os, threading, time
def hire_on():
    while True:
        try: Employees.objects.create(first_name="A", last_name="B", address="C", age=1)
        except Exception: pass
fresh_database()
for _ in range(2): threading.Thread(target=hire_on, daemon=True).start()
time.sleep(0.5); print(os.getpid())"""
    with started(**place) as run:
        process = psutil.Process(int(run(hire_on)[-1]))
        run.args[0].shutdown()  # as JupyterLab ends a kernel
        process.wait(PATIENCE)
    with closing(sqlite3.connect(file)) as own:
        assert own.execute("SELECT count(*) FROM speedy_employees").fetchone() == (0,)


@pytest.fixture(scope="module")
def run(learner_in, tmp_path_factory):
    """A kernel where another project, Python's options and a startup file stand in the way."""
    kernel.install()
    folder = tmp_path_factory.mktemp("beside")
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-mine.py").write_text("trace = date = 'mine'\nextra = 'mine as well'\n")
    others = {"DJANGO_SETTINGS_MODULE": "mysite.settings", "PYTHONOPTIMIZE": "1"}
    with kernel_in(folder, learner_in(folder) | others) as run:
        run("import sys\ntable_tool = 'pandas' in sys.modules")
        yield run


def test_pandas_comes_with_the_first_table(run):
    """It is a fifth of what a start takes, and thirty kernels of a class start in one minute."""
    assert run("table_tool") == ["False"]
    run("fresh_database()\nshift_table()")
    assert run("'pandas' in sys.modules") == ["True"]


def test_settings_of_another_project_in_the_environment_change_nothing(run):
    assert run("Employees.__module__") == ["'speedy.models.employees'"]


def test_a_cell_hears_each_assert_whatever_the_environment_says(run):
    """A right answer to testing-1 was judged wrong: Python had left its assert out."""
    assert run("__debug__") == ["True"]


def test_startup_files_of_ipython_take_no_name_of_a_lesson(run):
    assert run("extra") == ["'mine as well'"]
    assert run("(trace.__module__, date.__module__)") == ["('whatfires.tracing', 'datetime')"]
    run("date = 'of a cell'")  # a learner's own cell may
    assert run("date") == ["'of a cell'"]


def test_a_traceback_shows_the_cells_and_the_whole_where_that_is_asked_for(run):
    [said] = run("fresh_database()\nEmployees.objects.create(age='x')")[-1:]
    assert "line 2" in said and "ValueError" in said
    assert "site-packages" not in said and len(said.splitlines()) < 12
    run("%xmode Verbose")
    assert "site-packages" in run("Employees.objects.create(age='x')")[-1]


@pytest.mark.parametrize(
    "environment, why",
    [
        ({"DJANGO_DEBUG": "0"}, "DJANGO_SECRET_KEY is empty"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL expected a URL"),
        (called(settings="no.such.module"), "No module named 'no'"),
        ({kernel.CALLED: "[]"}, "unset SPEEDSTER_SHELL_PLUS"),
        (called(settings="django.conf.global_settings"), "it does not install speedy"),
    ],
)
def test_each_cell_says_why_a_project_did_not_start(started, environment, why):
    with started(**environment) as run:
        for cell in ("Employees.objects.count()", "1 + 1"):
            [said] = run(cell)
            assert said.startswith("ProjectNotStarted: ") and why in said
            assert "`make doctor`" in said and len(said.splitlines()) == 2


ASK = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.extension_manager.load_extension(sys.argv[1])
shell.run_cell("Employees.objects.count()")
"""


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("classroom/__init__.py", "import no_such", "No module named 'no_such' (classroom/__init"),
        ("classroom/running/kernel.py", "def broken(:", "(kernel.py, line 1)"),
        ("classroom/running/__init__.py", "1 / 0", "division by zero (classroom/running/__init"),
        ("classroom/running/own_frames.py", "raise LookupError('mine')", "LookupError: mine"),
        ("speedy/apps.py", "raise SystemExit(3)", "SystemExit: 3"),
        ("speedster/settings.py", "DEBUG = nothing", "'nothing' is not defined"),
    ],
)
def test_the_first_cell_says_why_where_the_projects_own_code_is_broken(
    learner, tmp_path, file, text, why
):
    for package in ("classroom", "speedster", "speedy", "whatfires"):
        shutil.copytree(ROOT / package, tmp_path / package)
    (tmp_path / file).write_text(text)
    command = [sys.executable, "-c", ASK, kernel.EXTENDED[1]]
    environment = {**learner, "PYTHONPATH": str(tmp_path)}
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert said.stdout.startswith("ProjectNotStarted: ") and why in said.stdout, said


def test_a_file_beside_a_notebook_takes_no_packages_place(learner, tmp_path):
    """With notes in a django.py, no cell of any notebook of that folder ran."""
    for name in ("django", "pandas", "speedy", "mine"):
        (tmp_path / f"{name}.py").write_text("notes = 'mine'\n")
    ask = ASK.replace("Employees.objects.count()", "import pandas, mine; (mine.notes, pandas.NA)")
    command = [sys.executable, "-c", ask, kernel.EXTENDED[1]]
    environment = {**learner, "PYTHONPATH": str(ROOT)}
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert "('mine', <NA>)" in said.stdout, said


def test_shell_plus_starts_our_kernel_though_another_project_has_one_of_its_name(tmp_path):
    theirs = tmp_path / "kernels" / kernel.NAME
    theirs.mkdir(parents=True)
    (theirs / "kernel.json").write_text(json.dumps({"argv": ["false"], "display_name": "theirs"}))
    before = os.environ.get("JUPYTER_PATH")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(tmp_path))
        assert KernelManager(kernel_name=kernel.NAME).kernel_spec.display_name == "theirs"
        with kernel.found_first():
            ours = KernelManager(kernel_name=kernel.NAME).kernel_spec
        assert ours.argv[0] == sys.executable
        assert os.environ["JUPYTER_PATH"] == str(tmp_path)
    assert os.environ.get("JUPYTER_PATH") == before


HIRE = "Employees.objects.create(first_name='Ada', last_name='Bonnet', age=30).pk"


def lesson(folder, *cells):
    """Write a notebook with these cells."""
    cells = [{"cell_type": "code", "source": it} for it in cells]
    (folder / "lesson.ipynb").write_text(json.dumps({"cells": cells}))


@pytest.fixture(scope="module")
def kernel_of_a_notebook(learner_in, tmp_path_factory):
    """A folder, and a kernel of its lesson.ipynb. The project's database there is not migrated.

    What asks it says so.
    """
    folder = tmp_path_factory.mktemp("guarded")
    with kernel_in(
        folder, learner_in(folder) | {"JPY_SESSION_NAME": str(folder / "lesson.ipynb")}
    ) as run:
        run("from classroom.scenes import database")
        yield folder, run


@pytest.fixture
def written(kernel_of_a_notebook):
    """Write the notebook with these cells, and have its kernel where nothing has run yet."""
    folder, run = kernel_of_a_notebook
    run("database.leave_database()")

    def written(*cells):
        lesson(folder, *cells)
        return run

    return written


def test_a_lesson_without_its_database_is_told_the_missing_cell(written):
    run = written("fresh_database()", HIRE)
    for cell in (HIRE, "Employees.objects.count()", "end_in_the_middle('direct call')"):
        assert "Run the cell with fresh_database()" in run(cell)[-1], cell
    assert "A fresh, empty database" in run("fresh_database()")[-1]
    assert run(HIRE)[-1] == "1"
    run("database.leave_database()")
    assert "Run the cell with fresh_database()" in run(HIRE)[-1]


IN_A_THREAD = "from concurrent.futures import ThreadPoolExecutor\n"
IN_A_THREAD += "ThreadPoolExecutor(1).submit(Employees.objects.count).result()"


def test_so_is_what_asks_from_a_thread_and_each_tool_with_its_own_database_works(written):
    """What was awaited, or asked by a thread, reached the project's rows."""
    run = written("fresh_database()")
    for cell in (IN_A_THREAD, "await Employees.objects.acount()"):
        assert "Run the cell with fresh_database()" in run(cell)[-1], cell
    raced = run("print(race('direct call', rounds=1, on='SQLite').iloc[0]['fullest shift'])")
    assert raced[-1] == "3\n"
    run("fresh_database()")
    assert run(IN_A_THREAD)[-1] == run("await Employees.objects.acount()")[-1] == "0"


def test_what_is_awaited_or_asked_by_a_thread_follows_into_the_next_database(written):
    """After Run All twice it went on in the database of the first time."""
    run = written("fresh_database()")
    for _ in range(2):
        run("fresh_database()")
        assert run("await Employees.objects.acount()")[-1] == "0"
        run(HIRE)
        assert run("await Employees.objects.acount()")[-1] == "1"


def test_an_interrupted_start_leaves_the_guard_standing(written):
    run = written("fresh_database()", HIRE)
    broken = "def stop(): raise KeyboardInterrupt\n"
    broken += "whole, database.make_tables_of_cells = database.make_tables_of_cells, stop"
    run(broken)
    assert "KeyboardInterrupt" in run("fresh_database()")[-1]
    assert "Run the cell with fresh_database()" in run(HIRE)[-1]
    run("database.make_tables_of_cells = whole")
    run("fresh_database()")
    assert run(HIRE)[-1] == "1"


def test_a_notebook_that_was_changed_is_read_again_and_one_that_was_renamed_is_known(
    written, kernel_of_a_notebook
):
    said = {"cell_type": "markdown", "source": "A lesson begins with fresh_database()."}
    run, (folder, _) = written(HIRE), kernel_of_a_notebook
    own = folder / "lesson.ipynb"
    own.write_text(json.dumps({"cells": [said, *json.loads(own.read_text())["cells"]]}))
    assert "no such table" in run(HIRE)[-1], "a notebook of the user's own asks the project"
    lesson(folder, "fresh_database()")
    assert "Run the cell with fresh_database()" in run(HIRE)[-1]
    own.rename(folder / "mine.ipynb")
    assert "Run the cell with fresh_database()" in run(HIRE)[-1]
    lesson(folder, "# fresh_database()", HIRE)
    assert "no such table" in run(HIRE)[-1]


def test_a_lesson_in_the_kernel_of_another_is_told_so_and_empties_nothing(
    written, kernel_of_a_notebook
):
    """Its fresh_database() wiped the rows of the other lesson."""
    run, (folder, _) = written("fresh_database()"), kernel_of_a_notebook
    (folder / "exercises").mkdir(exist_ok=True)
    for name, cell in (("lesson", "aaaa"), ("exercises/other", "bbbb")):
        cells = [{"cell_type": "code", "source": "fresh_database()", "id": cell}]
        (folder / f"{name}.ipynb").write_text(json.dumps({"cells": cells}))
    run("fresh_database()", "aaaa")
    assert run(HIRE, "aaaa")[-1] == "1"
    said = run("fresh_database()", "bbbb")[-1]
    assert "This kernel works for lesson.ipynb, and this cell stands in other.ipynb" in said
    assert run("Employees.objects.count()", "aaaa")[-1] == "1"
    assert "A fresh, empty database" in run("fresh_database()", "a cell that is not saved yet")[-1]
    lesson(folder, "a notebook of the user's own, which asks the project")
    run("database.leave_database()")
    assert "Run the cell with fresh_database()" in run(HIRE, "bbbb")[-1]


def notebook_of(folder, name, *ids, **cell):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"cells": [{"id": it, **cell} for it in ids]}))
    return path


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("own1", "own"),
        ("other1", "far/other"),
        *((it, "own") for it in ("new", "undone", ["own1"], "told", None)),
    ],
)
def test_a_cell_is_of_the_notebook_in_which_it_was_saved(tmp_path, monkeypatch, cell, told):
    """A pipe beside it was waited for, and a copy or an output was another notebook."""
    own = notebook_of(tmp_path, "own.ipynb", "own1", "own2")
    notebook_of(tmp_path, "far/other.ipynb", "other1", outputs=[{"id": "told"}])
    notebook_of(tmp_path, ".ipynb_checkpoints/own-checkpoint.ipynb", "undone")
    notebook_of(tmp_path, "a_copy.ipynb", "own1", "undone")
    for name, content in ("broken", "{"), ("list", "[1]"), ("odd", '{"cells": [1]}'), ("no", "{}"):
        (tmp_path / f"{name}.ipynb").write_text(content)
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "endless.ipynb").symlink_to("/dev/zero")
    (tmp_path / "circle.ipynb").symlink_to("circle.ipynb")
    monkeypatch.setenv("JPY_SESSION_NAME", str(own))
    monkeypatch.setattr(guard, "_kernel", SimpleNamespace(shell=object(), cell=cell))
    assert guard.notebook_of_the_cell() == str(tmp_path / f"{told}.ipynb")


@pytest.mark.parametrize("content", ["{", "[]", "3", "[" * 100_000, None])
def test_a_notebook_that_cannot_be_read_refuses_no_cell(tmp_path, monkeypatch, content):
    own = tmp_path / "own.ipynb"
    notebook_of(tmp_path, "other.ipynb", "other1")
    if content:
        own.write_text(content)
    monkeypatch.setenv("JPY_SESSION_NAME", str(own))
    monkeypatch.setattr(guard, "_kernel", SimpleNamespace(shell=object(), cell="other1"))
    assert guard.notebook_of_the_cell() == str(own)
    assert not guard.makes_its_own(str(own))
