"""A flowchart is drawn from its text; what the drawing does not understand stays legible."""

import re

import pytest

from classroom.publishing import notebooks
from classroom.publishing.site.diagrams import drawn, figure, read, told

CHART = """
flowchart LR
    hire["view<br>hire"] -- "POST /hire/" --> signal(["signal"])
    signal --> seat[("seat on<br>a shift")]
    signal --> letter
"""


def test_nodes_arrows_and_labels_are_read():
    chart = read(CHART)
    shapes = {name: node.shape for name, node in chart.nodes.items()}
    assert shapes == {"hire": "box", "signal": "round", "seat": "store", "letter": "box"}
    assert chart.nodes["hire"].lines == ["view", "hire"]
    assert chart.arrows == [
        ("hire", "signal", "POST /hire/"),
        ("signal", "seat", ""),
        ("signal", "letter", ""),
    ]


def test_a_chain_and_a_label_between_bars_are_read():
    chart = read("flowchart TD\n  a --> b -->|by hand| c")
    assert chart.arrows == [("a", "b", ""), ("b", "c", "by hand")]


def test_a_chart_is_told_in_words():
    assert told(read(CHART)).startswith("view hire leads to signal, by POST /hire/; signal leads")


def test_a_chart_is_drawn_across_and_downwards():
    svg = drawn(CHART)
    assert [*re.findall(r'class="chart ([a-z ]+)"', svg)] == ["wide", "tall"]
    assert svg.count('class="tip"') == 6
    assert svg.count(">seat on</text>") == 2


def test_a_chart_that_runs_downwards_is_drawn_so_on_every_screen():
    assert re.findall(r'class="chart ([a-z ]+)"', drawn("flowchart TD\n a --> b")) == ["tall wide"]


def test_boxes_of_a_rank_lie_beside_one_another():
    wide, _ = drawn("flowchart LR\n a --> b\n a --> c\n a --> d").split("</svg>")[:2]
    tops = [float(top) for top in re.findall(r'<rect x="[^"]+" y="([^"]+)"', wide)][1:]
    [height] = {float(height) for height in re.findall(r'height="([^"]+)" rx', wide)}
    assert len(tops) == 3 and tops[1] > tops[0] + height and tops[2] > tops[1] + height


def test_texts_are_escaped():
    svg = drawn('flowchart LR\n a["<script>alert(1)"] -- "<b>" --> b')
    assert "<script" not in svg and "<b>" not in svg and "&lt;b&gt;" in svg


@pytest.mark.parametrize(
    "text",
    [
        "sequenceDiagram\n Ada->>Grace: hello & <b>",
        "flowchart LR\n a --> b\n b --> a",
        "flowchart LR\n a --> b --> c\n a --> c",
        "flowchart LR\n a -.-> b",
        "flowchart LR\n subgraph one\n a --> b\n end",
        "flowchart LR\n a --> ",
        "",
    ],
)
def test_what_is_not_understood_stays_text(text):
    assert drawn(text) is None
    assert figure(text).startswith('<figure class="diagram"><pre><code>')
    assert "<b>" not in figure(text)


def test_the_diagrams_of_the_lessons_are_drawn():
    texts = [cell.source for path in notebooks.notebooks() for cell in notebooks.read(path).cells]
    charts = re.findall(r"^```mermaid\n(.+?)^```", "\n".join(texts), re.M | re.S)
    assert [chart for chart in charts if drawn(chart) is None] == []
    assert len(charts) >= 3
