"""The matrix of what fires when: blank, to be filled in, or whole, to be searched.

See https://docs.djangoproject.com/en/5.2/ref/signals/
"""

from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import mark_safe

from classroom.widgets.faces import faces
from whatfires.firings import ELSEWHERE, FIRED, HOOKS, LEGEND, UNKNOWN

MODULE = Path(__file__).with_suffix(".js")


class Matrix:
    """A table of what fires, to be filled in or searched where somebody can click."""

    def __init__(self, fired, blank):
        self.fired, self.blank = fired, blank
        # Every instance sends the two init signals; they are asked for only where rows are read.
        asked = not blank or any(row["group"] == "reading" for row in fired)
        hooks = [hook for hook in HOOKS if asked or not hook.endswith("_init")]
        kept = ("group", "operation", "passed", "surprise")
        rows = [
            {**{name: row[name] for name in kept}, "cells": [cell_of(it, row[it]) for it in hooks]}
            for row in fired
        ]
        self.data = {"hooks": hooks, "rows": rows, "blank": blank, "legend": LEGEND}

    def __repr__(self):
        return repr(self.fired)

    def _repr_mimebundle_(self, include=None, exclude=None):
        html = mark_safe(self.fired._repr_html_())
        if self.blank:
            words = "What do you expect to fire? Decide, then open the table."
            html = format_html("<details><summary>{}</summary>\n{}</details>", words, html)
        return faces(repr(self), html, MODULE, self.data)


def matrix(fired, blank=False):
    """Show what `what_fires()` found: all of it, with filters, or `blank`, to be filled in first.

    `fired` is what `what_fires()` returned. A blank one asks which cells will fire; when it is
    run, the cells that differ turn over, each with a sentence. Nothing is run again. Returns a
    `Matrix`, which shows itself; in a terminal and on a page without scripts that is the table.
    """
    return Matrix(fired, blank)


def cell_of(hook, glyph):
    """Describe a cell as `matrix.js` draws it: how often a hook fired, of whom."""
    number = int(glyph[1:] or 1)
    return {
        "hook": hook,
        "own": number if glyph[0] == FIRED else 0,
        "other": number if glyph[0] == ELSEWHERE else 0,
        "unknown": glyph[0] == UNKNOWN,
    }
