"""The web site of the course: Sphinx reads the notebooks where they lie, and runs none of them.

`make html` builds it. Two things are ours, because no library does them: links to files of the
project lead to pages that show those files, and diagrams are drawn when the site is built, so
that a reader needs no network and no script for them.
See https://www.sphinx-doc.org/en/master/usage/configuration.html
"""

import logging
import re
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.addnodes import download_reference
from sphinx.transforms import SphinxTransform

ROOT = Path(__file__).parents[1]  # `sphinx-build -c docs . build/html`

project = "speedster"
author = ""  # or the footer says that it is not set
html_title = "A course on Django signals"
language = "en"
root_doc = "docs/index"
include_patterns = [
    "docs/*.md",
    "notebooks/*.ipynb",
    "notebooks/*/*.ipynb",
    "whatfires/README.md",
]
exclude_patterns = [".*", "build", "**/.*"]
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
TEXT = re.compile(r">[^<>]+<")  # what stands between two tags
SPACING = {"flowchart": {"rankSpacing": 36, "nodeSpacing": 30, "padding": 10}}
LANGUAGES = {".py": "python", ".html": "html+django", ".css": "css", ".js": "javascript"}


class Mermaid(Directive):
    """Draw a fenced block of mermaid; show its text where there is nothing to draw it with."""

    has_content = True

    def run(self):
        text = "\n".join(self.content)
        try:
            import mermaidx
        except ImportError:  # no wheel for this machine
            return [nodes.literal_block(text, text, language="text")]
        across = self.drawn(mermaidx, text)
        down, changed = re.subn(r"^flowchart LR", "flowchart TB", text)
        both = [across, self.drawn(mermaidx, down)] if changed else [across]
        return [nodes.raw("", f'<div class="diagram">{"".join(both)}</div>', format="html")]

    def drawn(self, mermaidx, text):
        """Return a drawing with a name for those who do not see it, and with ids of its own."""
        svg = mermaidx.render(text, config=SPACING).svg()
        words = re.sub("<br */?>", " ", ", ".join(re.findall(r'"([^"]+)"', text)))
        name = f'role="img" aria-label="{escape(f"Flowchart: {words}")}"'
        svg = re.sub(r'role="graphics-document document" aria-roledescription="[^"]*"', name, svg)
        number = self.state.document.settings.env.new_serialno("mermaid")
        return re.sub(r'(\bid="|#)(?=my-svg|L_)', rf"\1diagram{number}-", svg)


class ProjectFiles(SphinxTransform):
    """Make a link to a file of the project lead to its page, rather than download it."""

    default_priority = 900

    def apply(self, **kwargs):
        for node in list(self.document.findall(download_reference)):
            file, _ = self.env.relfn2path(node["reftarget"])
            link = nodes.reference("", "", *node.children, refuri=page_of(file, self.env.docname))
            node.replace_self(link)


def page_of(file, docname, line=None):
    """Return the address of a file's page, seen from a page of the site."""
    up = "../" * docname.count("/")
    return f"{up}source/{file}.html" + (f"#L-{line}" if line else "")


def link_places(app, pagename, templatename, context, doctree):
    """Link each place in a page's text, such as `speedy/models/shifts.py, line 12`."""

    def link(found):
        file, line = found.groups()
        if not (ROOT / file).is_file():
            return found[0]
        return f'<a href="{page_of(file, pagename, line)}">{found[0]}</a>'

    if doctree is not None:
        body = re.sub(r"<!--.*?-->", "", context["body"], flags=re.DOTALL)  # notes to editors
        body = re.sub(r"<th([^>]*)></th>", r"<td\1></td>", body)  # an empty cell heads nothing
        context["body"] = TEXT.sub(lambda text: PLACE.sub(link, text[0]), body)
        app.linked.update(re.findall(r'href="(?:\.\./)*source/([^"#]+)\.html', context["body"]))


def offer_to_run(app, pagename, templatename, context, doctree):
    """Offer to run a lesson in the browser, where `make lite` put the course beside the site."""
    size, first = app.outdir / "run" / "megabytes", "notebooks/00_start_here"
    lesson = first if pagename == root_doc else pagename
    if doctree is None or not lesson.startswith("notebooks/") or not size.exists():
        return
    place = f"{'../' * pagename.count('/')}run/lab/index.html?path={lesson}.ipynb"
    words = "Run the course" if pagename == root_doc else "Run this lesson"
    context["body"] = (
        f'<p class="run"><a href="{place}">{words} in your browser</a> '
        "Nothing to install, no account, and what you do stays in this browser. The first time it "
        f"loads about {size.read_text().strip()} MB.</p>\n" + context["body"]
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
    app.add_transform(ProjectFiles)
    app.connect("html-page-context", link_places)
    app.connect("html-page-context", offer_to_run, priority=600)  # the body is as it will be
    app.connect("html-collect-pages", pages_of_files)
    app.connect("build-finished", lead_to_first_page)
