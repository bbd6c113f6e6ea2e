"""One palette, one home, and words that can be read on it, in light and in dark.

See https://www.w3.org/TR/WCAG22/#contrast-minimum
"""

import re

import pytest

from whatfires.drawing import palette
from whatfires.rendering import OPACITY, TINTS

AA = 4.5
BOARD = "speedy/static/speedy/board.css"
LIGHT, DARK = 0, 1
# What a notebook's words stand on, and their colour: the palette's own, and JupyterLab's.
PAGES = {
    LIGHT: [("#ffffff", "#1f2328"), ("#ffffff", "#212121")],
    DARK: [("#0d1117", "#e6edf3"), ("#111111", "#ffffff")],
}


def channels(colour):
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def mixed(over, under, share):
    pairs = zip(channels(over), channels(under), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def luminance(colour):
    parts = [it / 255 for it in channels(colour)]
    linear = [it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts]
    return sum(share * it for share, it in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_each_colour_can_be_read(theme):
    colours = {name: pair[theme] for name, pair in palette().items()}
    paper = colours["paper"]
    assert contrast(colours["ink"], colours["line"]) >= AA  # in a box of a diagram
    for name in {*colours} - {"paper", "line"}:
        assert contrast(colours[name], paper) >= AA, name
        # As on the lit line and a wrong cell: the colour, and ink, on a wash of it.
        if name not in ("ink", "soft"):
            wash = mixed(colours[name], paper, 0.16)
            assert contrast(colours["ink"], wash) >= AA, name
            assert contrast(colours[name], wash) >= AA, name


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_can_be_read_on_each_tint(theme):
    for name, style in TINTS.items():
        found = re.search(r"rgba\((\d+), (\d+), (\d+), ([\d.]+)\)", style)
        assert found or name == "quiet"
        for paper, ink in PAGES[theme]:
            assert contrast(mixed(ink, paper, 0.7), paper) >= AA  # what is faint
            if found:
                tint = "#" + "".join(f"{int(it):02x}" for it in found.groups()[:3])
                assert float(found[4]) == OPACITY
                assert contrast(ink, mixed(tint, paper, OPACITY)) >= AA, name


def test_the_board_wears_the_same_colours(root):
    board = palette((root / BOARD).read_text(encoding="utf-8"))
    assert {name: board[name] for name in palette()} == palette()


def test_the_colours_stand_nowhere_else(root):
    own = {"drawing.js", "plots.py"}  # plots tell five designs apart
    files = [it for room in ("classroom", "whatfires") for it in (root / room).rglob("*.[jp][sy]")]
    colour = re.compile(r"#[0-9a-fA-F]{6}\b|rgba\(\d")
    found = [it.name for it in files if colour.search(it.read_text("utf-8"))]
    assert set(found) <= own and "drawing.js" in found
