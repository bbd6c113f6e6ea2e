"""The magics, in a shell of their own."""

import pytest
from django.db.models.signals import post_save
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from classroom.scenes.stage.models import Person
from whatfires import Trace, connected

pytestmark = pytest.mark.django_db

CELL = "Person.objects.create(name='Ada'); 6 * 7"


def greet(sender, **kwargs):
    pass


@pytest.fixture
def shell():
    shell = InteractiveShell()
    shell.displayhook.prompt_end_newline = False
    shell.run_line_magic("load_ext", "whatfires")
    shell.push({"Person": Person})
    with connected(post_save, greet, sender=Person):
        yield shell


def test_a_cell_shows_its_tree_and_its_own_answer(shell, capsys):
    tree = shell.run_cell_magic("trace", "seen --times", CELL)
    assert "42" in capsys.readouterr().out
    assert repr(tree).splitlines()[0].startswith("Person.save() Ada")
    assert "→ greet" in repr(tree) and " ms" in repr(tree)
    assert isinstance(shell.user_ns["seen"], Trace)
    assert " ms" not in repr(shell.run_cell_magic("trace", "", CELL))


def test_a_cell_that_fails_shows_its_error_and_what_came_before(shell, capsys):
    ran = shell.run_cell(f"%%trace seen\n{CELL}; 1 / 0")
    said = "".join(capsys.readouterr())
    assert said.count("ZeroDivisionError") == 2 and "Person.save() Ada" in said
    assert str(ran.error_in_exec) == "ZeroDivisionError: division by zero"
    assert isinstance(shell.user_ns["seen"], Trace)


@pytest.mark.parametrize("cell", ["1 +", "raise SystemExit", "raise KeyboardInterrupt"])
def test_what_runs_all_cells_stops_where_a_traced_one_fails(shell, capsys, cell):
    """It counted as done, and the next cell ran."""
    assert not shell.run_cell(f"%%trace\n{cell}").success


@pytest.mark.parametrize(
    ("line", "cell", "told"),
    [
        ("--loud", "1", "expected %%trace [name]"),
        ("one two", "1", "came 'one two'"),
        ("2", "1", "came '2'"),
        ("class", "1", "came 'class'"),
        ("", "await later()", "%%trace runs no await"),
    ],
)
def test_what_cannot_be_traced_is_said_in_a_sentence(shell, capsys, line, cell, told):
    assert shell.run_cell_magic("trace", line, cell) is None
    said = "".join(capsys.readouterr())
    assert said.startswith("UsageError: ") and told in said


def test_who_listens_takes_a_variable_a_label_a_bare_name_and_a_signal(shell, capsys):
    for line in ("Person", "stage.Person post_save", "Watch Person"):
        rows = shell.run_line_magic("who_listens", line)
        assert "greet" in [row["receiver"] for row in rows], line
    assert shell.run_line_magic("who_listens", "Persn") is None
    assert "'Persn': no model or signal" in "".join(capsys.readouterr())


def completed(shell, line):
    with provisionalcompleter():
        return [found.text for found in shell.Completer.completions(line, len(line))]


def test_names_are_completed_behind_who_listens(shell):
    for typed, wanted in [("stage.Pe", "stage.Person"), ("Wat", "Watch"), ("post_s", "post_save")]:
        assert wanted in completed(shell, f"%who_listens {typed}")
    assert "%%trace" in completed(shell, "%%tra")


def test_it_is_unloaded_without_a_trace_of_it(shell):
    shell.run_line_magic("unload_ext", "whatfires")
    assert shell.find_cell_magic("trace") is None
    assert shell.find_line_magic("who_listens") is None


def test_without_django_it_says_what_is_missing(python):
    """Completion offers what there is: nothing."""
    cell = "from IPython.core.interactiveshell import InteractiveShell as S\ns = S()\n"
    cell += "s.run_line_magic('load_ext', 'whatfires')\n"
    cell += "s.run_line_magic('who_listens', 'post_save')\n"
    cell += "print(s.complete('', '%who_listens ')[1])"
    done = python("-c", f"import os; os.environ.pop('DJANGO_SETTINGS_MODULE', None)\n{cell}")
    assert done.returncode == 0 and "Traceback" not in done.stdout + done.stderr, done.stderr
    assert "Django is set up" in done.stdout + done.stderr
