"""The pages of the site are written into a folder, from the notebooks and nothing else.

Templates escape what they are given; HTML goes in only as nbconvert and Pygments made it.
See https://docs.djangoproject.com/en/5.2/ref/templates/api/#configuring-an-engine
"""

import ast
import shutil
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from django.template import Context, Engine
from django.utils.html import escape
from django.utils.safestring import mark_safe
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound

from classroom.publishing import notebooks
from classroom.publishing.site.cells import TEMPLATES, Body, page_of_source, relative
from classroom.publishing.site.course import SiteError, read_course, shortened

FOLDER = notebooks.ROOT / "build" / "html"
MARK = "site.css"  # stands in every site, so it tells a site of ours from a folder of somebody's
ASSETS = (MARK, "site.js")
INDEX = PurePosixPath("index.html")
TITLE = "Django signals, save() overrides or direct calls: a course you can watch"
ABOUT = (
    "Where does behaviour belong in a Django project? See what fires, what stays silent and what "
    "it costs: signals, save() overrides, custom signals, calls."
)


class Link(NamedTuple):
    """A link of a page's frame; `rel` and `kind` are for those that turn the page."""

    href: str
    name: str
    label: str = ""
    rel: str = ""
    kind: str = ""


def build(folder=FOLDER, notebooks_folder=None):
    """Write the site; return the pages that were written, as paths below the folder.

    Raises SiteError where there is nothing to write, a link of a notebook leads nowhere, or the
    folder holds something else.
    """
    folder = Path(folder)
    refuse_to_replace(folder)
    site = Site(*read_course(notebooks_folder))
    pages = dict(site.pages())  # whatever is wrong is found before a file is touched
    if folder.exists():
        shutil.rmtree(folder)
    for file, html in pages.items():
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(html, encoding="utf-8", newline="\n")
    for name in ASSETS:
        shutil.copyfile(Path(__file__).parent / name, folder / name)
    return list(pages)


def refuse_to_replace(folder):
    """Raise SiteError where something lies that is neither a site nor an empty folder."""
    if folder.exists() and not folder.is_dir():
        raise SiteError(f"Expected a folder to write the site into; {folder} is a file.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise SiteError(
            f"{folder} is not empty, and holds no site that could be replaced (there is no "
            f"{MARK} in it). Name a new folder, or empty this one yourself."
        )


class Site:
    """All pages, each a pair of its file and its HTML."""

    def __init__(self, lessons, exercises):
        self.lessons, self.exercises = lessons, exercises
        self.all = [*lessons, *exercises]
        by_path = {page.path: page for page in self.all}
        self.bodies = {page.path: Body(page, by_path) for page in self.all}
        self.engine = Engine(dirs=[TEMPLATES])

    def pages(self):
        """Yield every page of the site."""
        yield INDEX, self.index()
        for page in self.all:
            yield page.file, self.notebook(page)
        for path, shown_in in self.sources().items():
            yield page_of_source(path), self.source(path, shown_in)

    def render(self, template, file, title, about, **more):
        """Fill in a template for the page that lies at this place of the site."""
        context = {
            "title": title,
            "about": about,
            "root": "../" * (len(file.parts) - 1),
            "has_exercises": bool(self.exercises),
            **more,
        }
        return self.engine.get_template(template).render(Context(context))

    def index(self):
        cards = {page.path: card(page) for page in self.all}
        numbered = [page for page in self.lessons if page.number]
        files = sorted(self.sources(), key=str)
        return self.render(
            "index.html",
            INDEX,
            TITLE,
            ABOUT,
            kind="home",
            lessons=[cards[page.path] for page in numbered],
            appendices=[cards[page.path] for page in self.lessons if not page.number],
            exercises=[cards[page.path] for page in self.exercises],
            hours=round(sum(page.minutes or 0 for page in numbered) / 60),
            sources=[Link(relative(page_of_source(path), INDEX), path) for path in files],
            rota=self.shown_by("fill_table("),
            tree=self.shown_by("trace()"),
        )

    def shown_by(self, call):
        """Return the first HTML that a cell of the first lesson shows by this call, or nothing."""
        for cell in self.lessons[0].notebook.cells:
            if call in cell.source:
                for output in cell.get("outputs", []):
                    if html := output.get("data", {}).get("text/html"):
                        return mark_safe(html)  # as the page of the lesson has it
        return ""

    def notebook(self, page):
        body = self.bodies[page.path]
        return self.render(
            "notebook.html",
            page.file,
            page.title,
            page.about,
            kind="notebook",
            page=page,
            body=mark_safe(body.html),  # nbconvert's; the lessons are our own
            headings=body.headings,
            links=list(turns(page)),
        )

    def sources(self):
        """Collect the project's files that pages link to: {path: the pages}."""
        found = {}
        for page in self.all:
            for path in sorted(self.bodies[page.path].sources):
                found.setdefault(path, []).append(page)
        return found

    def source(self, path, shown_in):
        text = (notebooks.ROOT / path).read_text(encoding="utf-8")
        file = page_of_source(path)
        return self.render(
            "source.html",
            file,
            str(path),
            shortened(f"{path}, a file of a course on Django signals. {docstring(path, text)}"),
            kind="source",
            path=path,
            body=mark_safe(highlighted(path, text)),
            shown_in=[Link(relative(page.file, file), page.heading) for page in shown_in],
        )


def card(page):
    """Say of a page what the index shows of it."""
    return {
        "href": relative(page.file, INDEX),
        "number": page.number,
        "name": page.name,
        "short": page.partner.name if page.is_exercise and page.partner else page.name,
        "question": page.question,
        "sees": in_code(page.sees),
        "minutes": page.minutes,
    }


def in_code(markdown):
    """Show a line of the README's tables: what stands between backticks is code."""
    parts = escape(markdown).split("`")
    return mark_safe("".join(f"<code>{it}</code>" if n % 2 else it for n, it in enumerate(parts)))


def turns(page):
    """Yield the links at a page's end: back, to exercises or their lesson, and on."""
    if page.is_exercise:
        earlier, beside = page.partner or page.earlier, None
        later = (page.partner and page.partner.later) or page.later
        labels = "The lesson" if page.partner else "Earlier", "", "Next"
    else:
        earlier, beside, later = page.earlier, page.partner, page.later
        labels = "Previous", "Practise", "Next"
    rels = ("prev", "", "next")
    kinds = ("back", "practise", "on")
    for other, label, rel, kind in zip((earlier, beside, later), labels, rels, kinds, strict=True):
        if other:
            yield Link(relative(other.file, page.file), other.heading, label, rel, kind)


def docstring(path, text):
    """Return the rule in a sentence with which a module opens."""
    if path.suffix != ".py":
        return ""
    return (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]


def highlighted(path, text):
    """Colour a file's text; each line has an anchor, `L-1` and so on."""
    try:
        lexer = get_lexer_for_filename(path.name)
    except ClassNotFound:
        lexer = TextLexer()
    html = highlight(text, lexer, HtmlFormatter(linespans="L", cssclass="highlight lines"))
    return html.replace("<pre>", f'<pre data-name="The text of {escape(path.name)}">', 1)
