"""What pieces and tables draw with: the palette, and the ES modules as texts of their own.

The colours stand in `drawing.js` alone, one meaning each, for light and for dark.
See https://developer.mozilla.org/en-US/docs/Web/JavaScript/Guide/Modules
"""

import re
from pathlib import Path

DRAWING = Path(__file__).with_name("drawing.js")
IMPORT = re.compile(r'^import \{[^}]*\} from "\./drawing\.js";\n', re.MULTILINE)
COLOUR = re.compile(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)")


def module_text(module: Path) -> str:
    """Return an ES module as one text, `drawing.js` inside it, which needs no other file."""
    shared = re.sub(r"^export ", "", DRAWING.read_text("utf-8"), flags=re.MULTILINE)
    return IMPORT.sub(lambda _: shared, module.read_text("utf-8"))


def palette(css: str | None = None) -> dict[str, tuple[str, str]]:
    """Return the colours by what they mean: (on light, on dark), each as #rrggbb.

    `css` is a text to read them from; that of `drawing.js` unless you pass another.
    """
    text = DRAWING.read_text("utf-8") if css is None else css
    return {name: (light, dark) for name, light, dark in COLOUR.findall(text)}
