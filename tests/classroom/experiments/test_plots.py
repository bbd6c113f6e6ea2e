"""A picture shows every design, and says in words what it shows."""

import subprocess
import sys

import pandas as pd
import pytest

from classroom import cost_plot
from classroom.running.kernel import ROOT
from speedy.wirings import WIRINGS

pytestmark = pytest.mark.on_one_database

COSTS = pd.DataFrame(
    {name: [2.0, 2.0] for name in WIRINGS} | {"as published": [2.0, 31.4]},
    index=pd.Index([0, 90_000], name="people"),
)


def test_every_design_has_a_line_of_its_own_colour_and_words_where_no_picture_shows():
    plot = cost_plot(COSTS)
    [axes] = plot.figure.axes
    assert [line.get_label() for line in axes.lines] == [*WIRINGS, "as published"]
    assert len({line.get_color() for line in axes.lines}) == 5
    assert list(axes.lines[-1].get_ydata()) == [2.0, 31.4]
    assert axes.get_ylim()[0] == 0
    assert "from 0 to 90,000 people" in repr(plot) and "as published 2.0 to 31.4" in repr(plot)
    picture = plot._repr_png_()
    assert picture.startswith(b"\x89PNG") and len(picture) < 60_000


OTHERS = {
    "no row": (COSTS.iloc[:0], r"came rows \[\] and columns \['built-in signals'"),
    "no column": (COSTS.iloc[:, :0], r"came rows \[0, 90000\] and columns \[\]"),
    "turned": (COSTS.T, r"came rows \['built-in signals'.* and columns \[0, 90000\]"),
    "of words": (COSTS.astype(str), "expected numbers in all cells"),
    "twice": (pd.concat([COSTS, COSTS], axis=1), "each design"),
}


@pytest.mark.parametrize("other", OTHERS)
def test_a_table_that_hire_costs_did_not_return_is_refused(other):
    table, said = OTHERS[other]
    with pytest.raises(ValueError, match=f"{said}.*: give it what hire_costs.. returned"):
        cost_plot(table)


def test_a_kernel_starts_without_matplotlib():
    code = "import django; django.setup(); from classroom import *; import sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "classroom.experiments.plots" in loaded and "matplotlib" not in loaded
