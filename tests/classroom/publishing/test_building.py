"""What building promises, on tiny notebooks: nothing that changed slips through."""

import base64
import io
import json
import os
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from classroom.publishing import exercise_texts as exercises
from classroom.publishing import notebooks
from classroom.publishing.notebooks import NotebookError

PLAIN = "python3"  # a kernel that knows nothing of Django: it starts sooner

TEXT = """\
# %% [markdown]
# # Tiny

# %%
print("three", 3)

# %% tags=["varies"]
import time
print(f"{time.perf_counter_ns()} ns for Ada")

# %%
object()
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with notebooks.open_kernel(tmp_path_factory.mktemp("kernel"), PLAIN) as kernel:
        yield kernel


@pytest.fixture
def source(tmp_path):
    """The text of a tiny notebook, in a folder that looks like `notebooks/`."""
    path = tmp_path / "source" / "01_tiny.py"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def run(kernel, monkeypatch):
    """Let every run use the one kernel of this module instead of starting its own."""

    def in_shared_kernel(source, folder=None, kernel_name=PLAIN, after_cell=None):
        return kernel.run(notebooks.convert(source), after_cell)

    monkeypatch.setattr(notebooks, "run", in_shared_kernel)


@pytest.fixture
def build(run, source, tmp_path):
    """Build the tiny notebook from a text; return its path."""

    def build(text=TEXT):
        source.write_text(text, encoding="utf-8")
        notebooks.build(source, tmp_path)
        return notebooks.notebook_of(source, tmp_path)

    return build


@pytest.fixture
def fresh(kernel, source):
    """Run the tiny notebook from a text; return it with its outputs."""

    def fresh(text=TEXT):
        source.write_text(text, encoding="utf-8")
        return kernel.run(notebooks.convert(source))

    return fresh


def with_tag(text, tag):
    return f'# %% tags=["{tag}"]\n{text}\n'


# Comparing

VARYING, STEADY = 2, 1  # the cells


@pytest.mark.parametrize(
    ("index", "text", "differences"),
    [
        (STEADY, "three 3\n", 0),
        (STEADY, "three 4\n", 1),
        (VARYING, "9 ns for Ada\n", 0),
        (VARYING, "  1,234.56   ns for Ada\n", 0),
        (VARYING, "3e-05 ns for Ada", 0),
        (VARYING, "12 ns for Grace\n", 1),
        (VARYING, "12 ns\n", 1),
        (VARYING, "12 ns for Ada\n\nmore\n", 1),
    ],
)
def test_a_word_counts_everywhere_and_a_number_but_where_it_varies(fresh, index, text, differences):
    committed = fresh()
    committed.cells[index].outputs[0].text = text
    assert len(notebooks.compare(committed, fresh())) == differences


def test_a_difference_names_its_cell_and_both_texts(fresh):
    committed = fresh()
    committed.cells[STEADY].outputs[0].text = "three 4\n"
    [difference] = notebooks.compare(committed, fresh())
    assert difference.startswith('Cell 2 (print("three", 3))')
    assert "-three 4" in difference and "+three 3" in difference


@pytest.mark.parametrize("change", [{"outputs": []}, {"name": "stderr"}])
def test_an_output_that_is_missing_or_of_another_kind_is_found(fresh, change):
    committed = fresh()
    cell = committed.cells[STEADY]
    (cell if "outputs" in change else cell.outputs[0]).update(change)
    assert len(notebooks.compare(committed, fresh())) == 1


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [("three", "four", '-print("three", 3)'), (' tags=["varies"]', "", "-[code varies]")],
)
def test_a_cell_or_a_tag_that_differs_is_out_of_step(fresh, before, after, line):
    [difference] = notebooks.compare(fresh(), fresh(TEXT.replace(before, after)))
    assert "not in step" in difference and line in difference


@pytest.mark.parametrize(
    ("tag", "other", "differences"),
    [
        ("varies", {"colour": "blue"}, 0),
        ("kept", {"colour": "blue"}, 1),
        ("kept", {"colour": "red", "compress_level": 0}, 0),  # however they are packed
    ],
)
def test_a_picture_is_its_pixels_and_a_varying_one_any_picture(fresh, tag, other, differences):
    pictures = [showing(fresh(with_tag("None", tag)), png(**it)) for it in ({}, other)]
    assert len({str(picture.cells[0].outputs) for picture in pictures}) == 2
    assert len(notebooks.compare(*pictures)) == differences


def test_something_else_that_calls_itself_a_png_is_refused(fresh):
    pictures = [showing(fresh(with_tag("None", "varies")), png(kind="GIF"))] * 2
    with pytest.raises(NotebookError, match="GIF"):
        notebooks.compare(*pictures)


def png(colour="red", kind="PNG", **options):
    file = io.BytesIO()
    Image.new("RGB", (20, 10), colour).save(file, kind, **options)
    return base64.b64encode(file.getvalue()).decode()


def showing(notebook, picture):
    data = {"image/png": picture}
    notebook.cells[0].outputs = [notebooks.new_output("display_data", data=data)]
    return notebook


# Running


PIECES = """
import sys
for word in ("Ada", "Grace"):
    print(word, flush=True)
    print(word.upper(), file=sys.stderr, flush=True)
"""
BAR = "print('10%\\r60%\\r100%')\nprint('gone\\r    \\r', end='')"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (PIECES, ["[stdout]", "Ada", "Grace", "[stderr]", "ADA", "GRACE"]),
        (BAR, ["[stdout]", "100%"]),  # what stays on the screen
    ],
)
def test_printed_text_is_joined_whatever_the_pieces_and_the_order(fresh, code, shown):
    [cell] = fresh(f"# %%\n{code}\n").cells
    assert notebooks.shown(cell) == shown


def test_printing_and_showing_keep_their_order(fresh):
    [cell] = fresh("# %%\nprint(1); display(2); print(3)\n").cells
    assert notebooks.shown(cell)[1::2] == ["1", "2", "3"]


def test_a_run_counts_from_one_however_much_the_kernel_ran_before(fresh):
    text = "# %%\n1\n\n" + with_tag("raise ValueError('no')", "raises-exception")
    first, second = fresh(text), fresh(text)
    assert first == second
    assert second.cells[0].outputs[0].execution_count == 1
    assert "Cell In[2], line 1" in second.cells[1].outputs[0].traceback[2]


def test_a_wanted_error_shows_the_cell_and_no_library(fresh):
    [cell] = fresh(with_tag("import json\njson.loads('{')", "raises-exception")).cells
    shown = "\n".join(notebooks.shown(cell))
    assert "----> 2 json.loads('{')" in shown
    assert "JSONDecodeError: Expecting property name" in shown
    assert "decoder.py" not in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("cause", ["json.loads('{')", "missing"])
def test_a_cause_is_shown_when_a_cell_had_a_part_in_it(fresh, cause):
    handled = f"try:\n    {cause}\nexcept Exception as error:\n    raise KeyError('Ada') from error"
    [cell] = fresh(with_tag(f"import json\n{handled}", "raises-exception")).cells
    assert "direct cause" in "\n".join(notebooks.shown(cell))


def test_a_cause_inside_a_library_is_left_out():
    rule, chain = "-" * 75, "The above exception was the direct cause of the following exception:"
    inner = ["Inner", "File ~/driver.py:1", "Inner: no"]
    outer = ["Outer", "Cell In[3], line 1", "File ~/backend.py:1", "Outer: no"]
    kept = notebooks.own_frames([rule, *inner, f"\n{chain}\n", *outer])
    assert kept == [rule, "Outer", "Cell In[3], line 1", "Outer: no"]
    assert notebooks.own_frames(inner) == inner  # no cell had a part in it: nothing is known better


def test_a_question_to_the_kernel_leaves_no_trace_and_says_why_it_has_no_answer(kernel):
    inputs = kernel.ask("len(In)")
    assert kernel.ask("[answer, 'Ada']", after="answer = 42") == [42, "Ada"]
    assert kernel.ask("len(In)") == inputs
    with pytest.raises(RuntimeError, match="NameError"):
        kernel.ask("nobody_knows")


# Building


def test_a_rebuild_gives_the_same_bytes_and_brings_what_changed(build):
    path = build()
    before = path.read_bytes()
    assert build().read_bytes() == before
    path.write_bytes(before.replace(b"three 3", b"three 4"))
    assert build().read_bytes() == before
    assert before.endswith(b"}\n") and b"three 3" in before


def test_figures_that_vary_are_all_of_one_run(build):
    both = with_tag("figure = time.perf_counter_ns()\nprint(figure, 'ns')", "varies")
    text = "# %%\nimport time\n\n" + both + with_tag("print('drawn from', figure)", "varies")

    def figures(text):
        cells = notebooks.read(build(text)).cells[1:]
        return [
            int(word) for cell in cells for word in cell.outputs[0].text.split() if word.isdigit()
        ]

    first, drawn_first = figures(text)
    assert figures(text) == [first, drawn_first]
    second, drawn = figures(text.replace("'ns'", "'nanoseconds'"))  # the second cell is as it was
    assert second == drawn != first


def test_what_somebody_typed_into_a_notebook_is_moved_aside(build, capsys):
    path = build()
    typed = path.read_text().replace("three", "my answer")
    path.write_text(typed)
    build()
    [kept] = path.parent.glob("kept/*/01_tiny.ipynb")
    assert kept.read_text() == typed and "my answer" not in path.read_text()
    assert "it is kept as kept/" in capsys.readouterr().out
    build(TEXT.replace("three", "four"))  # a text that changed is no reason
    assert [*path.parent.glob("kept/*")] == [kept.parent]


def test_cells_are_named_after_their_content_and_each_in_its_own_way(build):
    names = [cell.id for cell in notebooks.read(build()).cells]
    cells = notebooks.read(build("# %%\n1\n# %%\n1\n\n\n\n" + TEXT)).cells
    assert [cell.id for cell in cells][2:] == names
    assert len({cell.id for cell in cells}) == len(cells)
    assert {str(cell.metadata) for cell in cells} == {
        "{}",
        "{'tags': ['varies']}",
    }  # no blank lines


def test_the_file_tells_nothing_of_the_machine(build):
    data = json.loads(build().read_text(encoding="utf-8"))
    assert data["metadata"]["kernelspec"]["name"] == "django_extensions"
    assert "version" not in data["metadata"]["language_info"]
    assert (data["nbformat"], data["nbformat_minor"]) == (4, 5)
    assert [cell["metadata"] for cell in data["cells"]] == [{}, {}, {"tags": ["varies"]}, {}]


def test_a_failing_cell_leaves_the_old_file_and_says_what_failed(build):
    path = build()
    before = path.read_bytes()
    with pytest.raises(NotebookError) as failure:
        build(TEXT + "\n# %%\nGrace = 1\nGrace / 0\n")
    assert "Cell 5 (Grace = 1)" in str(failure.value)
    assert "Grace / 0" in str(failure.value)
    assert "ZeroDivisionError" in str(failure.value)
    assert path.read_bytes() == before


# In pieces: no file of ours bears such a path.
AT_HOME, SCRATCH = "/".join(["", "home", "ada", "rota.py"]), "/".join(["", "tmp", "x"])
PATHS = [AT_HOME, "C:\\\\Users\\\\Ada", "x/site-packages/y.py", f"sqlite:///{SCRATCH}/y"]


SHOWN = [f"print(chr(32) + '{path}')" for path in [*PATHS, notebooks.ROOT / "speedy"]]
SHOWN += ["import os\nos.getcwd()", "import warnings\nwarnings.warn('x')"]


@pytest.mark.parametrize("cell", [*SHOWN, f"# {AT_HOME}"])
def test_a_path_of_a_machine_is_refused_with_its_cell(build, cell):
    before = build().read_bytes()
    with pytest.raises(NotebookError, match=r"Cell 5 .* shows a path"):
        build(f"{TEXT}\n# %%\n{cell}\n")
    assert build().read_bytes() == before


@pytest.mark.parametrize("place", ["/srv/rota", "/opt/ada", "/opt/venv", "/scratch"])
def test_the_places_of_this_machine_are_known_wherever_they_are(monkeypatch, place):
    monkeypatch.setattr(notebooks, "ROOT", Path("/srv/rota"))
    monkeypatch.setattr(Path, "home", lambda: Path("/opt/ada"))
    monkeypatch.setattr(sys, "prefix", "/opt/venv")
    monkeypatch.setattr(tempfile, "tempdir", "/scratch")
    assert notebooks.machine_path(f"see {place}/speedy now") == f"{place}/speedy"


@pytest.mark.parametrize("text", ["speedy/models", "example.org/home/ada", "../tmp/", "/board/"])
def test_other_paths_pass(text):
    assert notebooks.machine_path(f"see {text}") is None


def test_a_missing_kernel_says_how_to_install_it(tmp_path):
    with pytest.raises(NotebookError, match="install_kernel"):
        notebooks.open_kernel(tmp_path, "nobody").__enter__()


# The command


@pytest.fixture
def project(tmp_path, monkeypatch, run):
    """A `notebooks/` of its own for the command, without exercises."""
    monkeypatch.setattr(notebooks, "FOLDER", tmp_path)
    monkeypatch.setattr(exercises, "exercise_sources", dict)


@pytest.mark.usefixtures("project")
def test_the_command_builds_or_only_checks(source, capsys):
    call_command("build_notebooks")
    assert "01_tiny.ipynb: written" in capsys.readouterr().out
    call_command("build_notebooks", "01")
    assert "01_tiny.ipynb: unchanged" in capsys.readouterr().out
    call_command("build_notebooks", "--check")
    path = notebooks.notebook_of(source)
    stale = path.read_bytes().replace(b"three 3", b"three 4")
    path.write_bytes(stale)
    with pytest.raises(CommandError, match=r"Not current: 01_tiny\.ipynb"):
        call_command("build_notebooks", "--check")
    assert "-three 4" in capsys.readouterr().out
    assert path.read_bytes() == stale


@pytest.mark.usefixtures("project")
def test_the_command_knows_what_it_can_build(source):
    with pytest.raises(CommandError, match=r"No text begins with '7'.*01_tiny\.py"):
        call_command("build_notebooks", "7")


@pytest.mark.usefixtures("project")
def test_the_command_stops_at_a_failing_cell(source):
    source.write_text("# %%\n1 / 0\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"01_tiny\.ipynb: Cell 1"):
        call_command("build_notebooks")
    assert notebooks.notebooks() == []


@pytest.mark.usefixtures("project")
def test_the_command_takes_the_texts_of_exercises_from_no_file(source, monkeypatch, capsys):
    monkeypatch.setattr(exercises, "exercise_sources", lambda: {"01_tiny": "# %%\n'Ada'\n"})
    with pytest.raises(CommandError, match=r"Not current: exercises/01_tiny\.ipynb"):
        call_command("build_notebooks", "exercises/01", "--check")
    call_command("build_notebooks", "exercises/01")
    assert "exercises/01_tiny.ipynb: written" in capsys.readouterr().out
    [cell] = notebooks.read(notebooks.FOLDER / "exercises" / "01_tiny.ipynb").cells
    assert notebooks.shown(cell)[1] == "'Ada'"


@pytest.mark.slow
def test_a_notebook_runs_where_it_lies_whatever_the_environment(source, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/")
    monkeypatch.setenv("PROGRESS_FILE", str(tmp_path / "a-learners.sqlite3"))
    source.write_text(WHERE, encoding="utf-8")
    [cell] = notebooks.run(source, tmp_path, PLAIN).cells
    assert notebooks.shown(cell)[1] == repr((tmp_path.name, None, "progress.sqlite3"))


WHERE = """\
# %%
import os
from contextlib import nullcontext
from pathlib import Path
Path.cwd().name, os.environ.get("DATABASE_URL"), Path(os.environ["PROGRESS_FILE"]).name
"""


@pytest.mark.slow
def test_kernels_that_start_in_threads_neither_read_nor_change_the_environment(
    tmp_path, monkeypatch
):
    """Another thread may change a variable at any moment, and os.environ breaks while one reads."""
    given = os.environ | {"MINE": "1"}
    looked, start = [], notebooks.NotebookClient.start_new_kernel

    def start_new_kernel(client, **options):
        looked.append(dict(os.environ))
        start(client, **options)

    monkeypatch.setattr(notebooks.NotebookClient, "start_new_kernel", start_new_kernel)
    monkeypatch.setenv("THEIRS", "1")
    before = dict(os.environ)
    with notebooks.open_kernel(tmp_path, given=given) as kernel:
        asked = kernel.ask("[name in os.environ for name in ('MINE', 'THEIRS')]", after="import os")
    assert asked == [True, False] and looked == [before]


@pytest.mark.slow
def test_the_kernel_of_this_environment_comes_before_another_of_its_name(tmp_path, monkeypatch):
    other = tmp_path / "kernels" / notebooks.KERNEL / "kernel.json"
    other.parent.mkdir(parents=True)
    other.write_text(json.dumps({"argv": [sys.executable, "-c", "1"], "display_name": "x"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    with notebooks.open_kernel(tmp_path) as kernel:
        assert kernel.ask("1 + 1") == 2


@pytest.mark.slow
def test_a_kernel_that_dies_at_once_has_its_last_words_reported(tmp_path, monkeypatch):
    spec = {"argv": [sys.executable, "-c", "print('no seat free')"], "display_name": "x"}
    kernel = tmp_path / "kernels" / "broken" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    kernel = notebooks.open_kernel(tmp_path, "broken")
    with pytest.raises(NotebookError, match="no seat free"), kernel:
        pass


def test_another_django_may_word_its_sql_in_other_ways(monkeypatch):
    one, other = "<i title='SELECT 1'>read</i>", "<i title='SELECT  1'>read</i>"
    monkeypatch.setattr(notebooks, "BUILT_ON", notebooks.django.VERSION[:2])
    assert notebooks.steady(one) != notebooks.steady(other)
    monkeypatch.setattr(notebooks, "BUILT_ON", (1, 0))
    assert notebooks.steady(one) == notebooks.steady(other)
    assert notebooks.steady(one) != notebooks.steady(one.replace("read", "written"))


def test_a_savepoint_counts_as_equal_whichever_thread_set_it():
    one, other = 'RELEASE SAVEPOINT "s140262567795584_x1"', 'RELEASE SAVEPOINT "s18_x10"'
    assert notebooks.steady(one) == notebooks.steady(other)
    assert notebooks.steady(one) != notebooks.steady(one.replace("RELEASE", "ROLLBACK TO"))


@pytest.mark.slow
@pytest.mark.parametrize("times", [2, 3])
def test_a_kernel_whose_port_was_taken_is_started_again(monkeypatch, tmp_path, times):
    taken, start = iter(range(times)), notebooks.NotebookClient.start_new_kernel

    def start_new_kernel(client, *, stdout, **options):
        if next(taken, None) is not None:
            stdout.write("zmq.error.ZMQError: Address already in use")
            raise RuntimeError("Kernel died before replying to kernel_info")
        start(client, stdout=stdout, **options)

    monkeypatch.setattr(notebooks.NotebookClient, "start_new_kernel", start_new_kernel)
    expected = pytest.raises(NotebookError, match="already in use") if times > 2 else nullcontext()
    with expected, notebooks.open_kernel(tmp_path) as kernel:
        assert kernel.ask("1 + 1") == 2
