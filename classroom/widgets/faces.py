"""The faces of one piece: text in a terminal, HTML in a page, something to click in a live kernel.

What is committed holds text and HTML alone: a widget needs the kernel that made it.
See https://anywidget.dev/en/getting-started/
"""

import json
from functools import cache
from pathlib import Path

import IPython
from django.utils.html import format_html, json_script

from speedster import environment
from whatfires.drawing import module_text

BUILT = "NOTEBOOK_IS_BUILT"  # set while notebooks are built
WIDGET = "application/vnd.jupyter.widget-view+json"


def is_live():
    """Tell whether a person with a browser is at the other end of this kernel."""
    return hasattr(IPython.get_ipython(), "kernel") and not environment.flag(BUILT, default=False)


def faces(text, html, module=None, data=None, widget=None):
    """Return the faces as a dictionary by type, with a widget of an ES module where one can live.

    `module` is the path of the module, and `data` what its `show(data, element)` is given. The HTML
    carries both, for a page without a kernel. `widget` is what `piece()` made of them, if you keep
    it; otherwise it is made here.
    """
    if not module:
        return {"text/plain": text, "text/html": html}
    shown = {"text/plain": text, "text/html": carrying(html, data, "piece", Path(module).stem)}
    if not (widget or is_live()):
        return shown
    view = (widget or piece(module, data))._repr_mimebundle_()[0][WIDGET]
    return shown | {WIDGET: view}


def carrying(html, data, role, name):
    """Put HTML into an element `data-<role>="<name>"`, with the data beside it as JSON.

    Where scripts are stripped, on GitHub for instance, the HTML stays.
    """
    return format_html('<div data-{}="{}">{}{}</div>', role, name, html, json_script(data))


def piece(module, data):
    """Make a widget of an ES module; it sends back what was chosen as `choice`, "" before that.

    A module sends it as a change of its state, or, where a second choice may follow at once, as
    the message `{"choice": ...}`.
    """
    widget = kind_of(Path(module))(data=written(data))
    widget.on_msg(lambda widget, sent, buffers: widget.set_trait("choice", sent["choice"]))
    return widget


def written(data):
    return json.dumps(data, ensure_ascii=False, default=str)


@cache
def kind_of(module):
    """Return the class of widgets that an ES module draws; the module reads `data` as JSON."""
    import anywidget  # loads all of ipywidgets: half a second
    import traitlets

    members = {
        "_esm": module_text(module),
        "data": traitlets.Unicode().tag(sync=True),
        "choice": traitlets.Unicode().tag(sync=True),
    }
    return type("Piece", (anywidget.AnyWidget,), members)
