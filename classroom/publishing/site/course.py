"""What the course consists of is read from its notebooks and the tables of the README.

A notebook that lands in `notebooks/` and in those tables is on the site; nothing is listed twice.
See https://nbformat.readthedocs.io/en/latest/format_description.html
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

from nbformat import NotebookNode, ValidationError

from classroom.publishing import notebooks

ROW = re.compile(
    r"^\| \[(?P<name>[^]]+)\]\((?P<path>notebooks/[^)]+\.ipynb)\)"
    r" \| (?P<sees>[^|]+?) \|(?: *(?P<minutes>\d+)?[^|]*\|)? *$",
    re.MULTILINE,
)
NUMBER = re.compile(r"^(\d\d) · ")

# What people type who look for such a page, put behind its name. A notebook that is not named
# here has the question that it opens with instead.
HEADLINES = {
    "00_start_here": "Django signals at work, in ten minutes",
    "01_what_a_signal_is": "Django's connect, send, weak references and dispatch_uid",
    "02_built_in_signals": "Django's post_save, pre_save, m2m_changed and others at work",
    "03_save_overrides": "overriding save() in Django, or a post_save signal?",
    "04_what_fires_when": "eighty Django ORM operations, and the signals that each sends",
    "05_custom_signals": "a Django event log, send or send_robust, or a plain call",
    "06_side_by_side": "Django signals, save() and direct calls in one table",
    "07_when_things_break": "Django signals, transactions, on_commit and races",
    "08_testing": "how to test Django signal receivers",
    "09_choosing": "Django signal, save() override or function call?",
    "appendix_line_by_line": "a well-known Django signals tutorial, run and judged",
}


class SiteError(Exception):
    """The site cannot be built; the message says what was expected, what came, and ways out."""


@dataclass
class Page:
    """A notebook on its way to the site, with what other pages say about it."""

    path: PurePosixPath  # below notebooks/
    notebook: NotebookNode
    sees: str  # from the README: what the reader sees, in Markdown
    minutes: int | None
    earlier: "Page | None" = None
    later: "Page | None" = None
    partner: "Page | None" = None  # a lesson's exercises, and the lesson of exercises

    @property
    def file(self):
        """Where the page lies on the site."""
        return self.path.with_suffix(".html")

    @property
    def is_exercise(self):
        return self.path.parent.name == "exercises"

    @property
    def number(self):
        """The lesson's number, `00` to `09`; empty for an appendix and the quiz."""
        return self.path.stem[:2] if self.path.stem[:2].isdigit() else ""

    @property
    def heading(self):
        """The first heading as it stands in the notebook."""
        return heading_of(self.notebook) or self.path.stem.replace("_", " ")

    @property
    def name(self):
        """The name without its number."""
        if self.is_exercise and self.partner:
            return f"Exercises: {self.partner.name}"
        return NUMBER.sub("", self.heading)

    @property
    def title(self):
        """The name, and what people look for who should find it."""
        if self.is_exercise and self.partner:
            return f"Exercises {self.number} on Django signals: {self.partner.name}"
        words = HEADLINES.get(self.path.stem) or self.question
        return f"{self.name}: {words}" if words else f"{self.name}: a course on Django signals"

    @property
    def question(self):
        """The question that a lesson opens with; empty where none stands there."""
        [question] = re.findall(r"\*\*([^*]+\?)\*\*", opening_of(self.notebook))[:1] or [""]
        return unmarked(" ".join(question.split()))

    @property
    def about(self):
        """A sentence or two for a list of pages that a search found."""
        if self.is_exercise:
            what = f"{self.heading} of a course on Django signals: {unmarked(self.sees)}"
        else:
            what = f"{self.question or self.name} You see: {unmarked(self.sees)}"
        return shortened(what if self.sees else self.question or self.title)


def read_course(folder=None, readme=None):
    """Read the notebooks in the order in which people take them: lessons, then exercises.

    Raises SiteError where there is no lesson, or where a notebook cannot be read.
    """
    folder = folder or notebooks.FOLDER
    rows = rows_of(readme or notebooks.ROOT / "README.md")
    pages = [read_page(path, folder, rows) for path in notebooks.notebooks(folder)]
    lessons = [page for page in pages if not page.is_exercise]
    exercises = [page for page in pages if page.is_exercise]
    if not lessons:
        raise SiteError(
            f"Expected lessons in {folder.name}/, such as 00_start_here.ipynb, and found none. "
            "`git checkout notebooks` brings the committed ones back; `make notebooks` makes them."
        )
    by_stem = {page.path.stem: page for page in exercises}
    for lesson in lessons:
        lesson.partner = by_stem.get(lesson.path.stem)
        if lesson.partner:
            lesson.partner.partner = lesson
    for in_turn in (lessons, exercises):
        for page, following in pairwise(in_turn):
            page.later, following.earlier = following, page
    return lessons, exercises


def read_page(path, folder, rows):
    """Read one notebook, with its row of the README's tables."""
    below = PurePosixPath(path.relative_to(folder).as_posix())
    try:
        notebook = notebooks.read(path)
    except (OSError, ValueError, ValidationError) as error:
        raise SiteError(
            f"notebooks/{below} cannot be read as a notebook ({type(error).__name__}). "
            f"`git checkout notebooks/{below}` brings the committed one back."
        ) from error
    row = rows.get(f"notebooks/{below}", {})
    return Page(below, notebook, row.get("sees", ""), int(row.get("minutes") or 0) or None)


def rows_of(readme):
    """Read the rows of the README's tables: {path of the notebook: its columns}."""
    text = Path(readme).read_text(encoding="utf-8")
    return {row["path"]: row.groupdict() for row in ROW.finditer(text)}


def opening_of(notebook):
    """Return the first text of a notebook, without notes to whoever opens the source."""
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.sub(r"<!--.*?-->", "", next(texts, ""), flags=re.DOTALL)


def heading_of(notebook):
    found = re.search(r"^# (.+)$", opening_of(notebook), re.MULTILINE)
    return found and unmarked(found[1].strip())


def unmarked(markdown):
    """Take the marks of Markdown out of a line."""
    return re.sub(r"\[([^]]*)\]\([^)]*\)|[`*]", r"\1", markdown)


def shortened(text, longest=160):
    """Cut a text at the end of a word, to what a list of results shows of it."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rpartition(" ")[0].rstrip(",;:") + "…"
