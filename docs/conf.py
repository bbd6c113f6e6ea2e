"""The web site of the course: Sphinx reads the notebooks where they lie, and runs none of them.

`make html` builds it. Four things are ours, because no library does them: links to files of the
project lead to pages that show those files; diagrams are drawn when the site is built, so that a
reader needs no network and no script for them; a page holds the modules of what moves on it,
because a page opened from a folder may load none; and an exercise, which no Python checks there,
has its hints and its solution on the page, folded.
See https://www.sphinx-doc.org/en/master/usage/configuration.html
"""

import json
import logging
import re
from contextlib import suppress
from glob import escape as escape_glob
from html import escape
from inspect import getfile
from pathlib import Path
from textwrap import TextWrapper

import django
from django.utils.html import format_html
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.addnodes import download_reference
from sphinx.cmd.build import main as main  # `manage.py -m docs.conf` loads all this, then builds
from sphinx.transforms import SphinxTransform

from classroom.exercises.outcomes import marked
from classroom.widgets.faces import carrying
from speedster import environment
from whatfires.drawing import module_text

environment.choose_settings()
django.setup()

from classroom.exercises.catalogue import all_tasks  # noqa: E402

ROOT = Path(__file__).parents[1]  # `sphinx-build -c docs . build/html`

project = "speedster"
author = ""  # or the footer says that it is not set
html_title = "A course on Django signals"
language = "en"
root_doc = "docs/index"
include_patterns = [
    "docs/*.md",
    "docs/whatfires/*.md",
    "notebooks/*.ipynb",
    "notebooks/*/*.ipynb",
    "whatfires/README.md",
    "deploy/README.md",
]
READ = {pattern.partition("/")[0] for pattern in include_patterns}
# Sphinx looks into each folder that is not excluded, and follows links: to the whole machine.
exclude_patterns = [
    "**/.*",
    *(escape_glob(it.name) for it in ROOT.iterdir() if it.name not in READ),
]
extensions = ["myst_nb"]

# The committed outputs are shown. Nothing is run, and no widget asks another machine for a script.
nb_execution_mode = "off"
nb_ipywidgets_js = {}
myst_heading_anchors = 4
myst_fence_as_directive = ["mermaid"]

html_theme = "sphinx_book_theme"
html_theme_options = {
    "home_page_in_toc": True,
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "navbar_persistent": [],
    "back_to_top_button": False,  # it lies over the pieces, and is too pale
}
html_context = {"default_mode": "auto"}  # light or dark, as the reader's machine is set
# Without the logo, which stands outside of every landmark; the first page is in the list below.
html_sidebars = {"**": ["search-button-field.html", "sbt-sidebar-nav.html"]}
html_static_path = ["site.css", "site.js"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_copyright = False

PLACE = re.compile(r"([\w./-]+\.\w+), line (\d+)")
LINE = re.compile(r"\b([\w.]*\w):(\d+)\b")  # a module, in a tree its last name, and a line
IN_DATA = re.compile(r'"(?:where|came_from)": "([\w.]+):\d+"')
WHERE = re.compile(r"title='([\w.]+\.(\w+)):(\d+)'")  # the whole name, in the tree's tooltip
TEXT = re.compile(r"<script.*?</script>|>[^<>]+<", re.DOTALL)  # data; what stands between two tags
EXERCISE = re.compile(r'exercise\("([\w-]+)"\)\.?(card)?')
HELP = re.compile(r"# \w+\.hint\(\)")
ASKS = re.compile(r'(predict|reveal)\("[\w-]+"\)\s*')  # all of a cell: the card is enough
ROW_HEAD = re.compile(r"(<tr[^>]*>\s*<t[dh][^>]*>)([^<]{15,})(?=</t)")  # breaks on a telephone
PIECE = re.compile(
    r'<div data-piece="([\w-]+)">.*?<script type="application/json">(.*?)</script></div>', re.DOTALL
)
MODULES = {
    path.stem: module_text(path)
    for folder in ("classroom/widgets", "whatfires")
    for path in ROOT.glob(f"{folder}/*.js")
}
SPACING = {
    "flowchart": {"rankSpacing": 36, "nodeSpacing": 30, "padding": 10},
    "sequence": {"actorMargin": 24, "width": 110, "height": 40, "messageMargin": 28},
}
NARROW = {  # of the drawing that a telephone shows: its words stay readable, and whole
    "flowchart": {"rankSpacing": 22, "nodeSpacing": 10, "padding": 5, "wrappingWidth": 400},
    "sequence": {"actorMargin": 6, "width": 112, "height": 40, "messageMargin": 28, "wrap": True}
    | {"diagramMarginX": 4, "boxMargin": 4, "noteMargin": 6}
    | {"actorFontSize": 14, "noteFontSize": 14, "messageFontSize": 12.5},
}
ON_SCREEN = '<p class="on-paper">The hints and the solution open on the page, on a screen.</p>'
ON_ARROW = re.compile(r'(?<=-- ")[^"]+(?=" --)')
IN_NODE = re.compile(r'(?<=[\[(]")[^"]+(?="[\])])')
LANGUAGES = {
    ".py": "python",
    ".yaml": "yaml",
    ".html": "html+django",
    ".css": "css",
    ".js": "javascript",
}


class Mermaid(Directive):
    """Draw a fenced block of mermaid; show its text where there is nothing to draw it with."""

    has_content = True

    def run(self):
        text = "\n".join(self.content)
        try:
            import mermaidx
        except ImportError:  # no wheel for this machine
            return [nodes.literal_block(text, text, language="text")]
        with suppress(ImportError):  # another version draws as well, and is only slower
            from mermaidx.engines.quickjs_engine import Engine

            # It would read all of Mermaid again for each drawing, only to count ids from 0.
            Engine._ensure_fresh_context = lambda engine: None
        wide = IN_NODE.sub(wrapped(22), ON_ARROW.sub(wrapped(22), text))
        both = self.drawn(mermaidx, wide, SPACING) + self.narrow(mermaidx, text)
        group = '<div class="diagram" tabindex="0" role="group" aria-label="Diagram">'
        return [nodes.raw("", f"{group}{both}</div>", format="html")]

    def narrow(self, mermaidx, text):
        """Return the narrower of the drawings across and down; no word of it breaks."""
        text = ON_ARROW.sub(wrapped(14), text)
        longest = max(map(len, re.findall(r"[^\s<>]+", " ".join(IN_NODE.findall(text)))), default=0)
        text = IN_NODE.sub(wrapped(max(11, longest)), text)
        ways = {re.sub("^flowchart ..", f"flowchart {way}", text) for way in ("LR", "TB")}
        drawings = [self.drawn(mermaidx, it, NARROW) for it in sorted(ways)]
        return min(drawings, key=lambda it: float(re.search(r"--natural: ([\d.]+)", it)[1]))

    def drawn(self, mermaidx, text, spacing):
        """Return a drawing with a name for those who do not see it, and with ids of its own."""
        svg = mermaidx.render(text, config=spacing).svg()
        found = re.findall(r'"([^"]+)"|(?:: | as )(.+)', text)
        words = re.sub("<br */?>", " ", ", ".join(filter(None, sum(found, ()))))
        kind = "Timeline" if text.startswith("sequence") else "Flowchart"
        name = f'role="img" aria-label="{escape(f"{kind}: {words}")}"'
        svg = re.sub(r"max-width: ([\d.]+px)", r"max-width: \1; --natural: \1", svg, count=1)
        svg = re.sub(r'role="graphics-document document" aria-roledescription="[^"]*"', name, svg)
        number = self.state.document.settings.env.new_serialno("mermaid")
        return re.sub(r'(\bid="|#)(?=my-svg|L_|actor\d|root-\d)', rf"\1diagram{number}-", svg)


def wrapped(width):
    """Return what breaks the lines of a label between words, for `re.sub`."""
    whole = TextWrapper(width, break_long_words=False, break_on_hyphens=False)
    return lambda label: "<br>".join(whole.fill(it) for it in label[0].split("<br>")).replace(
        "\n", "<br>"
    )


def pieces_of(notebook):
    """Yield (name, data as JSON, HTML) of each piece that a notebook shows."""
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            html = "".join(output.get("data", {}).get("text/html", ""))
            yield from ((*found.groups(), found[0]) for found in PIECE.finditer(html))


class Piece(Directive):
    """Show the piece of a file; it moves by itself."""

    required_arguments = 1  # the file, from the root

    def run(self):
        html = (ROOT / self.arguments[0]).read_text("utf-8")
        return [nodes.raw("", html.replace("data-piece", "data-play data-piece", 1), format="html")]


class ProjectFiles(SphinxTransform):
    """Make a link to a file of the project lead to its page, rather than download it."""

    default_priority = 900

    def apply(self, **kwargs):
        for node in list(self.document.findall(download_reference)):
            file, _ = self.env.relfn2path(node["reftarget"])
            link = nodes.reference("", "", *node.children, refuri=page_of(file, self.env.docname))
            node.replace_self(link)


class Exercises(SphinxTransform):
    """Give each exercise what needs no Python: its card; its hints and its solution, folded."""

    default_priority = 900

    def apply(self, **kwargs):
        no_check = [self.no_check()]  # once on a page
        for cell in list(self.document.findall(is_code_cell)):
            source = cell.children[0].astext()
            if ASKS.fullmatch(source):
                cell.remove(cell.children[0])
            elif HELP.match(source):
                cell.parent.remove(cell)
            elif found := EXERCISE.search(source):
                task = all_tasks()[found[1]]
                self.env.note_dependency(getfile(task.check))
                cell.children[1].children = []
                if found[2]:
                    cell.children[1] += self.card(task)
                else:
                    cell.children[1] += [*no_check, *folded(task), html(ON_SCREEN)]
                    no_check = []

    def card(self, task):
        card = task.new_card()
        data = card.asked() | {"id": f"exercise-{task.id}", "then": "open the hints below"}
        return html(carrying(card.html(), data, "piece", "form"))

    def no_check(self):
        page = self.env.docname
        here = run_address(self.config, page)
        in_browser = f'<a href="{here}">in your browser</a>, or ' if here else ""
        own = f'<a href="{"../" * page.count("/")}docs/running.html">in a copy of your own</a>'
        words = f"This page cannot check an answer: run the notebook {in_browser}{own}."
        return html(f'<p class="no-check">{words}</p>')


def is_code_cell(node):
    return getattr(node, "attributes", {}).get("nb_element") == "cell_code"


def html(text):
    return nodes.raw("", text, format="html")


def folded(task):
    """Return the hints of a task, each inside the one before, and the solution in the last."""
    read = f"""<p>Read more in <a href="{task.link}">Django's documentation</a>.</p>"""
    text = task.shown.strip("\n")
    code = nodes.literal_block(text, text, language="python")
    shown = fold("Solution", f"<p>{marked(task.why)}</p>{read}", code)
    for number, hint in reversed([*enumerate(task.hints, start=1)]):
        words = f"Hint {number} of {len(task.hints)}" if len(task.hints) > 1 else "Hint"
        shown = fold(words, "", html(f"<p>{marked(hint)}</p>"), *shown)
    return shown


def fold(summary, end, *inside):
    head = f'<details class="help"><summary>{summary}</summary>'
    return [html(head), *inside, html(f"{end}</details>")]


def page_of(file, docname, line=None):
    """Return the address of a file's page, seen from a page of the site."""
    up = "../" * docname.count("/")
    return f"{up}source/{file}.html" + (f"#L-{line}" if line else "")


def finish_page(app, pagename, templatename, context, doctree):
    """Link the places that a page names, and add the modules of what moves on it."""
    if doctree is None:
        return
    body = re.sub(r"<!--.*?-->", "", context["body"], flags=re.DOTALL)  # notes to editors
    body = re.sub(r"<th([^>]*)></th>", r"<td\1></td>", body)  # an empty cell heads nothing
    body = re.sub(r"href='([\w./-]+)\.ipynb'", r"href='\1.html'", body)  # of progress()
    body = ROW_HEAD.sub(lambda it: it[1] + breakable(it[2]), body)
    body = TEXT.sub(linker(body, pagename), body)
    app.linked.update(re.findall(r'href="(?:\.\./)*source/([^"#]+)\.html', body))
    # The places that a script shows later.
    files = {module: file_of(module) for module in IN_DATA.findall(body) if file_of(module)}
    pages = {module: page_of(file, pagename) for module, file in files.items()}
    app.linked.update(files.values())
    body += f"<script>const PAGES = {json.dumps(pages)};</script>"
    context["body"] = body + answers_of(body) + modules_of(body)


def breakable(name):
    """Let a long name break after its dots, brackets and underscores."""
    return f'<span class="long">{re.sub(r"(?<=[._(])(?=[a-z])", "<wbr>", name)}</span>'


def linker(body, pagename):
    """Return what links each place in a text: `speedy/models/shifts.py, line 12`, `shifts:12`."""
    modules = {(last, line): whole for whole, last, line in WHERE.findall(body)}

    def link(shown, file, line):
        return f'<a href="{page_of(file, pagename, line)}">{shown}</a>'

    def link_place(found):
        return link(found[0], *found.groups()) if (ROOT / found[1]).is_file() else found[0]

    def link_line(found):
        file = file_of(modules.get(found.groups(), found[1]))
        return link(found[0], file, found[2]) if file else found[0]

    def link_text(text):
        is_data = text[0].startswith("<script")
        return text[0] if is_data else LINE.sub(link_line, PLACE.sub(link_place, text[0]))

    return link_text


def file_of(module):
    """Return the file of a module of the project, from the root; "" for any other module."""
    file = module.replace(".", "/") + ".py"
    return file if (ROOT / file).is_file() else ""


def answers_of(body):
    """Write the answers of a quiz to its end, for paper."""
    asked = [json.loads(data) for _, data in PIECE.findall(body)]
    right = [format_html("<li>{}</li>", marked(it["answer"])) for it in asked if it.get("told")]
    heading = '<div class="on-paper answers"><b>The answers</b>'
    return f"{heading}<ol>{''.join(right)}</ol></div>" if right else ""


def modules_of(body):
    """Write the modules that draw the pieces of a page, to stand at its end."""
    names = sorted(set(re.findall(r'data-piece="([\w-]+)"', body)))
    return "".join(
        f'<script type="module">\n{MODULES[name]}\ndraw("{name}", show);\n</script>'
        for name in names
    )


def list_questions(app):
    """Tell each page which questions the notebooks ask, for what its sidebar shows."""
    course = {}
    for file in sorted(ROOT.glob("notebooks/**/[!.]*.ipynb")):
        pieces = [json.loads(data) for _, data, _ in pieces_of(file)]
        ids = [data["id"] for data in pieces if "question" in data]
        if ids:
            course[file.relative_to(ROOT).with_suffix("").as_posix()] = ids
    app.add_js_file(None, body=f"const COURSE = {json.dumps(course)};")


def run_address(config, pagename):
    """Return where a page's notebook runs in the browser; "" where it does not."""
    lesson = "notebooks/00_start_here" if pagename == root_doc else pagename
    if not config.megabytes_of_run or not lesson.startswith("notebooks/"):
        return ""
    return f"{'../' * pagename.count('/')}run/lab/index.html?path={lesson}.ipynb"


def offer_to_run(app, pagename, templatename, context, doctree):
    """Offer to run a lesson in the browser, where `make lite` put the course beside the site."""
    size, place = app.config.megabytes_of_run, run_address(app.config, pagename)
    if doctree is None or not place:
        return
    words = "Run the course" if pagename == root_doc else "Run this lesson"
    context["body"] = (
        f'<p class="run"><a href="{place}">{words} in your browser</a> '
        "Nothing to install, no account, and what you do stays in this browser. The first time it "
        f"loads about {size} MB.</p>\n" + context["body"]
    )


def pages_of_files(app):
    """Yield a page for each file of the project that another page links to."""
    for file in sorted(app.linked):
        path = ROOT / file
        text = app.builder.highlighter.highlight_block(
            path.read_text("utf-8"),
            LANGUAGES.get(path.suffix, "text"),
            linespans="L",
            linenos="inline",
        )
        yield f"source/{file}", {"title": file, "body": f"<h1>{file}</h1>\n{text}"}, "page.html"


def lead_to_first_page(app, exception):
    """Write the address that people open, index.html, beside what Sphinx wrote."""
    home = f"{app.config.root_doc}.html"
    (app.outdir / "index.html").write_text(
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{html_title}</title>'
        f'<meta http-equiv="refresh" content="0; url={home}"><a href="{home}">{html_title}</a>\n'
    )
    (app.outdir / ".nojekyll").touch()  # GitHub Pages would leave _static out


def setup(app):
    # A folder of the table of contents may have no page yet; Sphinx names no type for this warning.
    logging.getLogger("sphinx.sphinx.directives.other").addFilter(
        lambda record: getattr(record, "subtype", None) != "empty_glob"
    )
    app.linked = set()  # the project's files that pages link to
    app.add_directive("mermaid", Mermaid)
    app.add_directive("piece", Piece)
    app.add_transform(ProjectFiles)
    app.add_transform(Exercises)
    app.add_config_value("megabytes_of_run", "", "env")
    app.connect("builder-inited", list_questions)
    app.connect("html-page-context", finish_page)
    app.connect("html-page-context", offer_to_run, priority=600)  # the body is as it will be
    app.connect("html-collect-pages", pages_of_files)
    app.connect("build-finished", lead_to_first_page)
