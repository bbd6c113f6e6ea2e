"""What `make run-all` tells: seconds for each notebook, their sum, and what failed."""

import re
from collections import defaultdict
from contextlib import contextmanager
from itertools import count
from threading import get_ident

import pytest
from django.core.management import CommandError, call_command

from classroom.publishing import notebooks, timing


@pytest.fixture
def kernel(monkeypatch):
    """Let a kernel that runs no code take one second for each cell, by a clock that it turns.

    Two notebooks run at once, each in a thread of its own, and each thread has a clock.
    """
    clocks = defaultdict(count)

    class Kernel:
        fails_at = None

        def run(self, notebook, after_cell):
            for index, _ in enumerate(notebook.cells):
                if index == self.fails_at:
                    raise notebooks.NotebookError("Cell 3 failed.")
                after_cell()

    kernel = Kernel()

    @contextmanager
    def open_kernel(folder, given):
        yield kernel

    monkeypatch.setattr(notebooks, "open_kernel", open_kernel)
    monkeypatch.setattr(timing, "perf_counter", lambda: next(clocks[get_ident()]))
    return kernel


def test_the_command_prints_each_and_the_sum(kernel, capsys):
    call_command("run_all", "exercises/quiz", "exercises/00")
    first, second, whole = capsys.readouterr().out.splitlines()
    assert "exercises/00_start_here.ipynb" in first and "exercises/quiz.ipynb" in second
    seconds = [float(re.match(r" *([\d.]+) s", line)[1]) for line in (first, second, whole)]
    cells = len(notebooks.convert(notebooks.FOLDER / "source/exercises/quiz.py").cells)
    assert seconds[1] == 1 + cells  # the kernel's start, and a second each
    assert seconds[0] + seconds[1] == seconds[2] and "all 2" in whole


def test_what_failed_is_told_at_the_end_and_the_others_are_run(kernel, capsys):
    kernel.fails_at = 2
    with pytest.raises(CommandError, match=r"quiz\.ipynb: Cell 3 failed"):
        call_command("run_all", "exercises/quiz", "exercises/00")
    assert "exercises/quiz.ipynb" in capsys.readouterr().out


@pytest.mark.slow
def test_a_notebook_is_really_run():
    [source] = [path for path in notebooks.sources() if path.stem == "quiz"]
    run = timing.timed(source)
    assert run.error == "" and len(run.cells) == len(notebooks.convert(source).cells)
