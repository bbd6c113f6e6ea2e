"""Pictures of measurements, small enough for a page, and right in a light and a dark theme.

See https://docs.djangoproject.com/en/5.2/topics/performance/
"""

from io import BytesIO

from classroom.experiments.measuring import PUBLISHED
from speedy.wirings import WIRINGS
from whatfires.describing import quoted
from whatfires.threads import put_off

GREY = "#8b949e"  # legible on white and on black
PALETTE = ("#3b82f6", "#8b5cf6", "#14b8a6", "#84a338", "#d1495b")
COLOURS = dict(zip([*WIRINGS, PUBLISHED], PALETTE, strict=True))


class Plot:
    """A picture in a notebook; what it shows, in words, elsewhere. `figure` is matplotlib's."""

    def __init__(self, figure, words):
        self.figure, self.words = figure, words

    def __repr__(self):
        return self.words

    def _repr_png_(self):
        file = BytesIO()
        self.figure.savefig(file, format="png", dpi=100)
        return file.getvalue()


def cost_plot(costs):
    """Draw what `hire_costs()` measured: people on the rota across, milliseconds a hire up.

    Takes its DataFrame (a row a size, a column a design) and returns a Plot, whose `figure` is
    matplotlib's.
    """
    # Not above: every kernel imports this module when it starts, and most lessons draw nothing.
    with put_off():  # see whatfires.frames
        from matplotlib.figure import Figure
        from pandas import DataFrame

    if not isinstance(costs, DataFrame):
        raise TypeError(f"cost_plot() takes what hire_costs() returned, but {quoted(costs)} came.")
    kinds = {it.kind for it in (costs.index.dtype, *costs.dtypes)}
    if not (costs.size and kinds <= {*"iuf"} and costs.columns.is_unique):
        raise ValueError(
            "cost_plot(): expected numbers in all cells, with sizes down and each design across; "
            f"came rows {quoted([*costs.index])} and columns {quoted([*costs])}: give it what "
            "hire_costs() returned."
        )

    figure = Figure(figsize=(7, 3.2), layout="constrained")
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    for design, milliseconds in costs.items():
        axes.plot(
            costs.index,
            milliseconds,
            marker="o",
            markersize=4,
            label=design,
            color=COLOURS.get(design),
            linewidth=2.5 if design == PUBLISHED else 1.5,
        )
    axes.set_ylim(bottom=0)
    axes.set_xlabel("people on the rota")
    axes.set_ylabel("milliseconds a hire")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    for part in (*axes.spines.values(), axes.xaxis.label, axes.yaxis.label):
        part.set_color(GREY)
    axes.tick_params(colors=GREY)
    axes.grid(color=GREY, alpha=0.25)
    axes.legend(frameon=False, labelcolor=GREY, fontsize=9)
    smallest, largest = costs.index[0], costs.index[-1]
    told = (
        f"{design} {costs[design].iloc[0]:.1f} to {costs[design].iloc[-1]:.1f}" for design in costs
    )
    return Plot(figure, f"ms a hire, from {smallest:,} to {largest:,} people: {', '.join(told)}")
