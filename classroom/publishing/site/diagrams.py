"""A flowchart that a lesson writes as mermaid text is drawn as SVG, in the colours of the page.

Jupyter and GitHub draw mermaid with a script of three megabytes. The lessons need little of it:
boxes and arrows, which are laid out here in columns. What is not understood stays text.
See https://mermaid.js.org/syntax/flowchart.html
"""

import re
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from django.utils.html import escape

DIRECTION = re.compile(r"^(?:flowchart|graph) +(LR|TD|TB)$")
# id["text"], id(["text"]), id[("text")], id{"text"}, with or without quotes; or an id alone.
NODE = re.compile(
    r"(?P<id>\w+)(?:(?P<open>\(\[|\[\(|\[|\(|\{)(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[^\"\]\)\}]*))"
    r"(?:\]\)|\)\]|\]|\)|\}))? *"
)
# -->, -- "label" -->, -->|label|
ARROW = re.compile(
    r"(?:--(?!>) *\"?(?P<label>[^\"]*?)\"? *-->|-->(?:\|\"?(?P<barred>[^|\"]*)\"?\|)?) *"
)
SHAPES = {"([": "round", "(": "round", "[(": "store", "[": "box", "{": "choice", None: "box"}
BREAK = re.compile(r"<br */?>")

# Measures in units of the drawing, which are pixels until a narrow screen shrinks it.
CHARACTER, LINE = 8.2, 19  # of a text of 14 units, in a wide font
LABEL_CHARACTER = 7.4
PADDING = 11
GAP = 26  # between neighbours in a rank
REACH = 36  # between ranks, where no label needs more


@dataclass
class Node:
    """A box: what stands in it, and where it is drawn (the middle of it)."""

    lines: list
    shape: str
    x: float = 0
    y: float = 0

    @property
    def width(self):
        return max(map(len, self.lines)) * CHARACTER + 2 * PADDING

    @property
    def height(self):
        return len(self.lines) * LINE + PADDING + (10 if self.shape == "store" else 0)


@dataclass
class Chart:
    """What a text says: nodes by name, arrows as (from, to, label)."""

    across: bool
    nodes: dict = field(default_factory=dict)
    arrows: list = field(default_factory=list)


def drawn(text):
    """Draw a flowchart as SVG: across for wide screens, downwards for narrow ones.

    Returns None for a text that says more than boxes and arrows in a row.
    """
    chart = read(text)
    if chart is None or (ranks := ranked(chart)) is None:
        return None
    if not chart.across:
        return svg(chart, ranks, across=False, name="tall wide")
    return svg(chart, ranks, across=True, name="wide") + svg(chart, ranks, False, name="tall")


# Reading


def read(text):
    """Read a text as a Chart; None where a line is not understood."""
    head, *lines = [line.strip() for line in text.strip().split("\n")]
    direction = DIRECTION.match(head)
    if not direction:
        return None
    chart = Chart(across=direction[1] == "LR")
    understood = all(read_line(line, chart) for line in lines if line and line[:2] != "%%")
    return chart if understood and chart.nodes else None


def read_line(line, chart):
    """Read `a --> b --> c` into the chart; return whether it was understood to its end."""
    before, place, label = None, 0, ""
    while node := NODE.match(line, place):
        place = node.end()
        take(node, chart)
        if before is not None:
            chart.arrows.append((before, node["id"], label))
        if place == len(line):
            return True
        arrow = ARROW.match(line, place)
        if arrow is None:
            return False
        before, place = node["id"], arrow.end()
        label = (arrow["label"] or arrow["barred"] or "").strip()
    return False


def take(node, chart):
    """Note a node where it is first named, and its text where that stands."""
    text = node["quoted"] or node["bare"]
    if text or node["id"] not in chart.nodes:
        lines = [line.strip() for line in BREAK.split(text or node["id"])]
        chart.nodes[node["id"]] = Node(lines, SHAPES[node["open"]])


def told(chart):
    """Say a chart in words: for whoever hears a page instead of seeing it."""
    said = []
    for origin, target, label in chart.arrows:
        by = f", by {one_line(label)}" if label else ""
        one, other = (one_line(" ".join(chart.nodes[it].lines)) for it in (origin, target))
        said.append(f"{one} leads to {other}{by}")
    return "; ".join(said) or ", ".join(" ".join(node.lines) for node in chart.nodes.values())


def one_line(text):
    return BREAK.sub(" ", text)


# Laying out


def ranked(chart):
    """Sort the nodes into ranks, each behind those that lead to it.

    None where arrows go in a circle, or pass a rank by: those would run through other boxes.
    """
    before = {name: set() for name in chart.nodes}
    for origin, target, _ in chart.arrows:
        before[target].add(origin)
    rank = {}
    try:
        for name in TopologicalSorter(before).static_order():
            rank[name] = max((rank[one] + 1 for one in before[name]), default=0)
    except CycleError:
        return None
    if any(rank[target] != rank[origin] + 1 for origin, target, _ in chart.arrows):
        return None
    ranks = [[] for _ in range(max(rank.values()) + 1)]
    for name in chart.nodes:  # in the order of the text
        ranks[rank[name]].append(name)
    for earlier, later in pairwise(ranks):
        later.sort(key=lambda name: min(earlier.index(one) for one in before[name]))
    return ranks


def place(chart, ranks, across):
    """Give every node its place; return the width and the height of the whole."""
    long, high = ("width", "height") if across else ("height", "width")
    along, beside = 0, {}
    for rank in ranks:
        beside |= spread(
            rank, chart, {name: getattr(chart.nodes[name], high) for name in rank}, beside
        )
        thick = max(getattr(chart.nodes[name], long) for name in rank)
        for name in rank:
            middle = along + thick / 2, beside[name]
            chart.nodes[name].x, chart.nodes[name].y = middle if across else middle[::-1]
        along += thick + reach(chart, rank, across)
    edges = [(beside[name], getattr(node, high) / 2) for name, node in chart.nodes.items()]
    first, last = min(at - half for at, half in edges), max(at + half for at, half in edges)
    for node in chart.nodes.values():
        if across:
            node.y -= first
        else:
            node.x -= first
    along -= REACH  # behind the last rank comes nothing
    return (along, last - first) if across else (last - first, along)


def spread(rank, chart, sizes, beside):
    """Put the nodes of a rank beside one another, as near as may be to those that lead to them."""
    wanted, placed, free = {}, {}, None
    for name in rank:
        leading = [beside[origin] for origin, target, _ in chart.arrows if target == name]
        wanted[name] = sum(leading) / len(leading) if leading else 0
        lowest = wanted[name] if free is None else free + sizes[name] / 2
        placed[name] = max(wanted[name], lowest)
        free = placed[name] + sizes[name] / 2 + GAP
    too_far = sum(placed[name] - wanted[name] for name in rank) / len(rank)
    return {name: at - too_far for name, at in placed.items()}


def reach(chart, rank, across):
    """Leave room behind a rank for the labels of its arrows."""
    labels = [BREAK.split(label) for origin, _, label in chart.arrows if origin in rank and label]
    if not labels:
        return REACH
    if across:
        return max(len(line) for lines in labels for line in lines) * LABEL_CHARACTER + REACH - 10
    return max(map(len, labels)) * LINE + REACH


# Drawing (texts are escaped; all else are numbers)


def svg(chart, ranks, across, name):
    """Draw a chart in one direction; `name` is its class, by which a style sheet shows it."""
    width, height = place(chart, ranks, across)
    drawing = [arrow(chart, *it, across) for it in chart.arrows]
    drawing += map(box, chart.nodes.values())
    return (
        f'<svg class="chart {name}" viewBox="-4 -4 {width + 8:.0f} {height + 8:.0f}"'
        f' width="{width + 8:.0f}" role="img" aria-label="Flowchart: {escape(told(chart))}.">'
        f"{''.join(drawing)}</svg>"
    )


def box(node):
    """Draw a node around its lines of text."""
    left, top = node.x - node.width / 2, node.y - node.height / 2
    if node.shape == "store":
        half, side = node.width / 2, node.height - 14
        outline = (
            f'<path d="M{left:.1f},{top + 7:.1f} v{side:.1f} a{half:.1f},7 0 0 0 {2 * half:.1f},0'
            f' v{-side:.1f}"/>'
            f'<ellipse cx="{node.x:.1f}" cy="{top + 7:.1f}" rx="{half:.1f}" ry="7"/>'
        )
    else:
        corner = {"round": node.height / 2, "choice": 16}.get(node.shape, 6)
        outline = (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{node.width:.1f}"'
            f' height="{node.height:.1f}" rx="{corner:.1f}"/>'
        )
    lower = 5 if node.shape == "store" else 0  # below the lid
    return f'<g class="node {node.shape}">{outline}{words(node.lines, node.x, node.y + lower)}</g>'


def words(lines, x, y):
    """Write lines of text around a middle."""
    first = y - (len(lines) - 1) * LINE / 2 + 5
    return "".join(
        f'<text x="{x:.1f}" y="{first + number * LINE:.1f}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )


def arrow(chart, origin, target, label, across):
    """Draw an arrow from the edge of one box to the edge of the other, its label halfway."""
    one, other = chart.nodes[origin], chart.nodes[target]
    if across:
        x, y, to_x, to_y = one.x + one.width / 2, one.y, other.x - other.width / 2 - 2, other.y
        half = (x + to_x) / 2
        bend, tip = f"{half:.1f},{y:.1f} {half:.1f},{to_y:.1f}", "l-9,-5 v10 z"
    else:
        x, y, to_x, to_y = one.x, one.y + one.height / 2, other.x, other.y - other.height / 2 - 2
        half = (y + to_y) / 2
        bend, tip = f"{x:.1f},{half:.1f} {to_x:.1f},{half:.1f}", "l-5,-9 h10 z"
    return (
        f'<path class="arrow" d="M{x:.1f},{y:.1f} C{bend} {to_x:.1f},{to_y:.1f}"/>'
        f'<path class="tip" d="M{to_x:.1f},{to_y:.1f} {tip}"/>'
        f"{label_of(label, (x + to_x) / 2, (y + to_y) / 2)}"
    )


def label_of(label, x, y):
    """Write an arrow's label on a patch of the page, so that the line does not run through it."""
    if not label:
        return ""
    lines = BREAK.split(label)
    width, height = max(map(len, lines)) * LABEL_CHARACTER + 8, len(lines) * LINE
    return (
        f'<g class="label"><rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}"'
        f' width="{width:.1f}" height="{height:.1f}"/>{words(lines, x, y)}</g>'
    )


def figure(text):
    """Make of a mermaid text what the page shows: the drawing, or the text in a neat block."""
    if drawing := drawn(text):
        return f'<figure class="diagram">{drawing}</figure>'
    return f'<figure class="diagram"><pre><code>{escape(text.strip())}</code></pre></figure>'
