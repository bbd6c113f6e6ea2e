"""The faces of one piece: text in a terminal, HTML in a page, something to click in a live kernel.

What is committed holds text and HTML alone: a widget needs the kernel that made it.
See https://anywidget.dev/en/getting-started/
"""

import json
from functools import cache
from pathlib import Path

import IPython

from speedster import environment

BUILT = "NOTEBOOK_IS_BUILT"  # set while notebooks are built
WIDGET = "application/vnd.jupyter.widget-view+json"


def is_live():
    """Tell whether a person with a browser is at the other end of this kernel."""
    return hasattr(IPython.get_ipython(), "kernel") and not environment.flag(BUILT, default=False)


def faces(text, html, module=None, data=None):
    """Return the faces as a dictionary by type, with a widget of an ES module where one can live.

    `module` is the path of the module, and `data` what its `show(data, element)` is given.
    """
    shown = {"text/plain": text, "text/html": html}
    return shown | ({WIDGET: view_of(module, data)} if module and is_live() else {})


def view_of(module, data):
    """Make a widget of an ES module; return what a notebook needs to show it."""
    widget = kind_of(Path(module))(data=json.dumps(data, ensure_ascii=False, default=str))
    return widget._repr_mimebundle_()[0][WIDGET]


@cache
def kind_of(module):
    """Return the class of widgets that an ES module draws; the module reads `data` as JSON."""
    import anywidget  # loads all of ipywidgets: half a second
    import traitlets

    data = traitlets.Unicode().tag(sync=True)
    members = {"_esm": module.read_text(encoding="utf-8"), "data": data}
    return type("Piece", (anywidget.AnyWidget,), members)
