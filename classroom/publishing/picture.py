"""The moving pictures: the README's, a rota that fills beside what each hire set off, and the one
that the site begins with.

They are made from real runs. The first is one SVG that plays by itself, in light and in dark. Where
motion is not wanted, its last step stands still. The second is the living rota of the lessons.
See https://developer.mozilla.org/en-US/docs/Web/SVG
"""

from contextlib import redirect_stdout
from xml.sax.saxutils import escape

from classroom.publishing.notebooks import ROOT
from classroom.rota.filling import fill_table, leaves
from classroom.scenes.calendar import advance, borrowed, stand_on
from classroom.scenes.database import MONDAY, in_private_database
from classroom.scenes.roster import sample_roster
from speedy.models import Employees
from whatfires.drawing import palette
from whatfires.tracing import trace

FILE = ROOT / "docs" / "rota.svg"
FIRST_PAGE = ROOT / "docs" / "rota.html"
HIRES = 5
OTHERS = 12  # people of the roster whom no guess asks about come after these
SECONDS = 3.2  # that each step stays
WIDTH, LINE = 900, 20
DAY, SEAT = 128, 34
COLOURS = {"code": "var(--code)", "signal": "var(--signal)", "faint": "var(--soft)"}


def colours(theme):
    """Write the palette as variables, for light (0) or dark (1)."""
    return "; ".join(f"--{name}: {pair[theme]}" for name, pair in palette().items())


STYLE = f"""
  svg {{ {colours(0)} }}
  @media (prefers-color-scheme: dark) {{ svg {{ {colours(1)} }} }}
"""
STYLE += """\
  text { font: 13px ui-monospace, Menlo, Consolas, monospace; fill: var(--ink); white-space: pre }
  .title { font: 600 14px system-ui, sans-serif }
  .day { font: 600 12px system-ui, sans-serif; fill: var(--soft) }
  .name { font: 12px system-ui, sans-serif }
"""


def picture():
    """Return the SVG as text, the same for the same code."""
    return in_private_database(draw)


def first_page():
    """Return the living rota as HTML: people join, one leaves, a day passes."""
    return in_private_database(live)


def live():
    with borrowed(), redirect_stdout(None):  # advance() says which day it is
        stand_on(MONDAY)
        people = sample_roster()[OTHERS : OTHERS + HIRES]
        name = "{first_name} {last_name}".format(**people[1])
        table = fill_table([*people, leaves(name), advance])
    return table._repr_mimebundle_()["text/html"] + "\n"


def draw():
    """Hire a few people, and draw what was there after each."""
    with borrowed():
        stand_on(MONDAY)
        seen, table = [], None

        def hire(**person):
            with trace() as hired:
                employee = Employees.objects.create(**person)
            seen.append(hired.tree().lines)
            return employee

        table = fill_table(sample_roster()[OTHERS : OTHERS + HIRES], hire=hire)
    living = table.attrs["living"]
    steps = living["steps"][1:]
    parts = [
        f'<g class="step s{number}">{rota(living, number + 1)}{story(lines)}'
        f'<text class="title" x="20" y="30">{escape(step["what"])}</text></g>'
        for number, (step, lines) in enumerate(zip(steps, seen, strict=True))
    ]
    height = 40 + LINE * max(len(lines) for lines in seen)
    return SVG.format(
        width=WIDTH,
        height=height,
        right=WIDTH - 2,
        bottom=height - 2,
        style=STYLE + motion(len(steps)),
        parts="\n".join(parts),
    )


SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
  aria-labelledby="title"><title id="title">Each hire stores one row. A seat on the first
shift with room is taken, and the tree beside it shows which signals and which SQL did that.</title>
<style>{style}</style>
<rect x="1" y="1" width="{right}" height="{bottom}" rx="10" fill="var(--paper)"
  stroke="var(--line)"/>
{parts}
</svg>
"""


def motion(number):
    """Let the steps take turns; without motion the last one stays."""
    share = 100 / number
    rules = [f"  .step {{ opacity: 0; animation: {SECONDS * number:g}s step-end infinite }}"]
    for it in range(number):
        begin, end = it * share, (it + 1) * share
        after = "" if it == number - 1 else f"{end:g}% {{ opacity: 0 }} "
        rules.append(
            f"  @keyframes k{it} {{ 0% {{ opacity: {int(it == 0)} }} {begin:g}% {{ opacity: 1 }} "
            f"{after}100% {{ opacity: 0 }} }}\n  .s{it} {{ animation-name: k{it} }}"
        )
    still = f".step {{ animation: none }} .s{number - 1} {{ opacity: 1 }}"
    rules.append(f"  @media (prefers-reduced-motion: reduce) {{ {still} }}")
    return "\n".join(rules) + "\n"


def rota(living, step):
    """Draw a column a day, three seats each."""
    now, before = living["steps"][step]["rota"], living["steps"][step - 1]["rota"]
    parts = []
    for column, day in enumerate(living["days"]):
        if day["key"] not in now:
            continue
        x = 20 + column * (DAY + 12)
        box = SEAT * living["seats"] + 40
        parts.append(
            f'<rect x="{x}" y="56" width="{DAY}" height="{box}" rx="8" fill="none" '
            f'stroke="var(--line)"/><text class="day" x="{x + 12}" y="78">{day["name"]}</text>'
        )
        names = now[day["key"]]
        for seat in range(living["seats"]):
            y = 100 + seat * SEAT
            if seat >= len(names):
                parts.append(circle(x, y, "none", "var(--soft)"))
                continue
            new = names[seat] not in before.get(day["key"], [])
            colour = "var(--seat)"
            first = escape(names[seat].split()[0])
            weight = ' font-weight="600"' if new else ""
            parts.append(
                circle(x, y, colour, colour)
                + f'<text class="name"{weight} x="{x + 38}" y="{y + 5}">{first}</text>'
            )
    return "".join(parts)


def circle(x, y, fill, stroke):
    colours = f'fill="{fill}" stroke="{stroke}" stroke-width="2"'
    return f'<circle cx="{x + 21}" cy="{y}" r="9" {colours}/>'


def story(lines):
    """Draw a trace beside the rota, as much of it as fits."""
    parts = []
    for number, line in enumerate(lines):
        spans = [f'<tspan fill="var(--soft)">{escape(line.branches)}</tspan>']
        is_sql = line.words[0][1] == "faint"
        for words, style in line.words:
            if style == "faint" and not is_sql:
                continue  # places in the code, which would not fit
            colour = COLOURS.get(style, "var(--ink)")
            weight = ' font-weight="600"' if style == "strong" else ""
            spans.append(f'<tspan fill="{colour}"{weight}>{escape(shortened(words))} </tspan>')
        parts.append(f'<text x="330" y="{34 + number * LINE}">{"".join(spans)}</text>')
    return "".join(parts)


def shortened(words):
    return words if len(words) <= 62 else words[:61] + "…"
