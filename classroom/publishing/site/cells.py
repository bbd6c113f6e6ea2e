"""A notebook becomes HTML as nbconvert writes it, with its links made those of the site.

nbconvert's own templates ask other machines for scripts and fonts; the one beside this file is
nothing but cells. See https://nbconvert.readthedocs.io/en/latest/customizing.html
"""

import copy
import posixpath
import re
from functools import cache
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from bs4 import BeautifulSoup, Comment
from nbconvert import HTMLExporter

from classroom.publishing import notebooks
from classroom.publishing.site import diagrams
from classroom.publishing.site.course import SiteError

TEMPLATES = Path(__file__).parent / "templates"
MERMAID = re.compile(r"^```mermaid *\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r"(?P<file>[\w./-]+\.py), line (?P<line>\d+)")


class Body:
    """The HTML of a notebook's cells, its headings, and the project's files that it links to."""

    def __init__(self, page, pages):
        self.page, self.pages = page, pages
        self.sources = set()  # paths in the project
        self.headings = []  # (anchor, words) of the sections
        self.figures = []
        notebook = copy.deepcopy(page.notebook)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = MERMAID.sub(self.set_aside, cell.source)
        html, _ = exporter().from_notebook_node(notebook)
        self.soup = BeautifulSoup(html, "html.parser")
        for step in (self.uncomment, self.lead_on, self.anchor, self.name_places, self.wrap):
            step()

    @property
    def html(self):
        """The cells as HTML, with the diagrams in their places."""
        html = str(self.soup)
        for number, figure in enumerate(self.figures):
            html = html.replace(f"<figure>{number}</figure>", figure)
        return html

    def set_aside(self, found):
        """Draw a diagram, and leave a mark where it belongs: nbconvert would not escape it."""
        self.figures.append(diagrams.figure(found[1]))
        return f"\n<figure>{len(self.figures) - 1}</figure>\n"

    def uncomment(self):
        """Take out notes to whoever opens the source."""
        for note in self.soup.find_all(string=lambda text: isinstance(text, Comment)):
            note.extract()

    def lead_on(self):
        """Make each link into the project a link to its page."""
        for link in self.soup.select("a[href]"):
            link["href"] = self.address(link["href"])

    def address(self, href):
        """Return the address on the site, seen from this page, of what a notebook links to."""
        target = urlsplit(href)
        if target.scheme or target.netloc or not target.path:
            return href
        place = PurePosixPath("notebooks") / self.page.path.parent / unquote(target.path)
        path = PurePosixPath(posixpath.normpath(place))
        fragment = f"#{target.fragment}" if target.fragment else ""
        return relative(self.file_of(path, href), self.page.file) + fragment

    def file_of(self, path, href):
        """Return the page of a notebook or of another file of the project, which is noted."""
        notebook = path.relative_to("notebooks") if path.parts[0] == "notebooks" else None
        if notebook in self.pages:
            return self.pages[notebook].file
        if ".." in path.parts or not (notebooks.ROOT / path).is_file():
            raise SiteError(
                f"notebooks/{self.page.path} links to {href}. Expected a file of this project; "
                f"{path} is none. Mend the link (of a folder, link to a file in it)."
            )
        self.sources.add(path)
        return page_of_source(path)

    def anchor(self):
        """Give each heading an anchor that is its own, and a link to it that says so."""
        taken = {"main"}  # the frame's
        for heading in self.soup.find_all(re.compile("^h[1-6]$")):
            link = heading.select_one("a.anchor-link")
            link = link.extract() if link else None
            words = heading.get_text()
            anchor = heading.get("id") or words.replace(" ", "-")
            while anchor in taken:
                anchor += "-again"
            taken.add(anchor)
            heading["id"] = anchor
            if heading.name == "h2":
                self.headings.append((anchor, words))
            if link and heading.name != "h1":
                link["href"], link["aria-label"] = f"#{quote(anchor)}", f"Link to “{words}”"
                link.string = "#"
                heading.append(link)

    def name_places(self):
        """Link the place that `show_code` names above a piece of code to that line of the file."""
        for shown in self.soup.select(".output em"):
            found = PLACE.fullmatch(shown.get_text())
            path = PurePosixPath(found["file"]) if found else None
            if path and (notebooks.ROOT / path).is_file():
                self.sources.add(path)
                link = self.soup.new_tag("a", href=self.line_address(path, found["line"]))
                link.string = shown.get_text()
                shown.clear()
                shown.append(link)

    def line_address(self, path, line):
        return f"{relative(page_of_source(path), self.page.file)}#L-{line}"

    def wrap(self):
        """Let a table that is too wide scroll by itself (the template does so for cells)."""
        for table in self.soup.select("section.text table"):
            table.wrap(self.soup.new_tag("div", attrs={"class": "wide", "data-name": "Table"}))


@cache
def exporter():
    """Make the exporter once: it reads its templates when it is made."""
    return HTMLExporter(extra_template_basedirs=[str(TEMPLATES)], template_name="cells")


def page_of_source(path):
    """Return where the page of a project's file lies on the site."""
    return PurePosixPath("source") / f"{path}.html"


def relative(file, page):
    """Return the address of a file of the site, seen from one of its pages."""
    return quote(posixpath.relpath(file, page.parent))
