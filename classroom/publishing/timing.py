"""How long the whole course takes to run: each notebook in a kernel of its own, two at a time.

See https://nbclient.readthedocs.io/en/latest/client.html
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from time import perf_counter
from typing import NamedTuple

from jupyter_core.utils import ensure_event_loop

from classroom.publishing import notebooks

AT_ONCE = 2  # kernels: a small machine has two cores, and so have most that check a change


class Run(NamedTuple):
    """One notebook that was run from a fresh kernel, and the seconds that it took."""

    name: str
    start: float  # seconds until the kernel took its first cell
    cells: list  # (seconds, label)
    error: str

    @property
    def seconds(self):
        return self.start + sum(seconds for seconds, _ in self.cells)


def run_all(sources):
    """Run the notebooks of these texts, and yield a Run for each, in the order of the texts."""
    given = dict(os.environ)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda source: timed(source, given), sources)


def timed(source, given=None):
    """Run one notebook, writing nothing, and time its cells; an error ends it and is told."""
    path = notebooks.notebook_of(source)
    name, folder = path.relative_to(notebooks.FOLDER).as_posix(), path.parent
    notebook = notebooks.convert(source)
    ends, error = [], ""
    began = ready = perf_counter()
    with closing(ensure_event_loop()):  # Jupyter opens one for each thread and closes none
        try:
            with notebooks.open_kernel(folder, given=given) as kernel:
                ready = perf_counter()
                kernel.run(notebook, after_cell=lambda: ends.append(perf_counter()))
        except notebooks.NotebookError as failure:
            error = str(failure)
    labels = [notebooks.label(*cell) for cell in enumerate(notebook.cells)]
    lengths = [end - start for start, end in zip([ready, *ends], ends, strict=False)]
    return Run(name, ready - began, list(zip(lengths, labels, strict=False)), error)
