"""A card with a question and its choices, to be clicked once.

See https://anywidget.dev/en/getting-started/
"""

from pathlib import Path

import anywidget
import traitlets


class GuessCard(anywidget.AnyWidget):
    """Show a question and its choices; `choice` is the one that was clicked, "" before that."""

    _esm = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    question = traitlets.Unicode().tag(sync=True)
    choices = traitlets.List(traitlets.Unicode()).tag(sync=True)
    choice = traitlets.Unicode().tag(sync=True)
