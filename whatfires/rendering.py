"""How rows look: one small renderer, of plain text and of HTML, that needs nothing but Django.

Each cell carries its own style. A style sheet is the first thing to go where a notebook is not
trusted yet or is shown by a web site.
See https://docs.djangoproject.com/en/5.2/ref/utils/#django.utils.html.format_html_join
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import zip_longest
from textwrap import fill
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from whatfires.drawing import palette

# The palette, a meaning each. Seen through, its colours of the dark suit the light theme as well.
OPACITY = 0.3


def tint_of(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"background-color: rgba({red}, {green}, {blue}, {OPACITY})"


_tints = {name: tint_of(dark) for name, (_, dark) in palette().items()}
# "taken": a seat that was filled just now. "right": an answer, a test, a round.
TINTS = {
    **{name: _tints["seat"] for name in ("full", "taken", "right")},
    **{name: _tints[name] for name in ("code", "signal", "attention", "lost")},
    "quiet": "",
}
# What changed, or has to be looked at, stands out where styles are stripped, too.
TAGS = {"taken": "ins", "lost": "b", "attention": "b"}
# Stays in view while a wide table scrolls below it.
ROW_HEAD = (
    "text-align: left; font-weight: normal; position: sticky; left: 0; "
    "background: var(--jp-layout-color0, var(--pst-color-background, "
    "var(--vscode-editor-background, Canvas))); "
    "color: var(--jp-content-font-color1, var(--pst-color-text-base, "
    "var(--vscode-editor-foreground, CanvasText)))"
)
DATE_HEAD = f"{ROW_HEAD}; white-space: nowrap"  # or it breaks at its hyphens
WIDE = 80  # characters of a line of text
PIECE = r"(?:\.{3}|\((?!\w)|[^\s./,_(])*(?:[\s./,_]|\((?=\w))?"  # of a line that is folded
NARROWEST = 8  # characters to which a column may shrink before a line grows too long

Row = dict[str, Any]
Tint = Callable[[Any, str], str]


def html_of(columns: Sequence[str], rows: Iterable[Any], tint: Tint) -> SafeString:
    """Draw an HTML table, the first column its row heads; format_html escapes what a name holds."""
    head = format_html_join("", "<th style='text-align: left'>{}</th>", zip(columns))
    body = format_html_join("\n", "<tr>{}</tr>", ((cells_of(columns, row, tint),) for row in rows))
    return format_html(
        "<table class='dataframe'>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody></table>",
        head,
        body,
    )


def cells_of(columns: Sequence[str], row: Any, tint: Tint) -> SafeString:
    first, *others = columns
    cells = format_html_join(
        "",
        "<td style='text-align: left; {}'>{}</td>",
        ((TINTS[tint(row, it)], tagged(row[it], tint(row, it))) for it in others),
    )
    head = DATE_HEAD if isinstance(row[first], date) else ROW_HEAD
    return format_html("<th scope='row' style='{}'>{}</th>{}", head, row[first], cells)


def tagged(value: Any, tint: str) -> Any:
    """Put what stands out by its tint into a tag that says so without a style."""
    tag = TAGS.get(tint)
    if not tag or str(value) == "":
        return value
    return format_html("<{}>{}</{}>", mark_safe(tag), value, mark_safe(tag))


def text_of(columns: Sequence[str], rows: Iterable[Row], wide: int = WIDE) -> str:
    """Draw columns of text; where they do not fit the width, the widest are folded."""
    lines = [list(columns), *([str(row[name]) for name in columns] for row in rows)]
    widths = widths_that_fit([max(map(len, column)) for column in zip(*lines, strict=True)], wide)
    folded = (
        [folds(text, width) for text, width in zip(line, widths, strict=True)] for line in lines
    )
    return "\n".join(
        "  ".join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip()
        for line in folded
        for parts in zip_longest(*line, fillvalue="")
    )


def widths_that_fit(widths: list[int], wide: int) -> list[int]:
    """Take from the widest columns until a line fits."""
    while sum(widths) + 2 * (len(widths) - 1) > wide and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def hung(words: str, first: str = "", below: str = "") -> str:
    """Fold words that are too long for a terminal; none is broken, so that it can be copied."""
    wide = max(WIDE, len(below) + WIDE // 2)  # far inside a tree, branches leave no room
    return fill(
        words,
        wide,
        initial_indent=first,
        subsequent_indent=below,
        break_long_words=False,
        break_on_hyphens=False,
    )


def folds(text: str, width: int) -> list[str]:
    """Fold a text into lines of this width, after a blank, a dot, a slash, a comma or a bar.

    A bracket keeps the dots that stand for what is in it.
    """
    lines = [""]
    for piece in filter(None, re.findall(PIECE, text.replace("\n", " "))):
        if len(lines[-1]) + len(piece.rstrip()) > width and lines[-1]:
            lines.append("")
        while len(piece) > width + 1:
            lines[-1], piece = piece[:width], piece[width:]
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]
