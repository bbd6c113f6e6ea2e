"""The learner's copies: `desk/` holds every notebook as it is before its first run.

Git ignores the folder, so work in it conflicts with no update. A copy that is as it came is renewed
when the course changes; one that was worked in stays, and the new one is laid beside it.
See https://nbformat.readthedocs.io/en/latest/format_description.html
"""

import json
import os
import platform
import re
from itertools import count
from pathlib import PurePosixPath

from classroom.publishing.belongings import Folder, content_of, digest_of
from classroom.running.kernel import ROOT
from whatfires.drawing import palette

DESK = "desk"
START = "00_start_here.ipynb"
COURSE = ("[!.]*.ipynb", "deeper/[!.]*.ipynb", "exercises/[!.]*.ipynb")
HEADING = re.compile(r"^##+ ", re.MULTILINE)
FOLD = "<details><summary>What you saw, and why: open it when you have guessed.</summary>"
# The summary at the end repeats what the guesses ask; where to go next stays open below it.
SUMMARY = re.compile(
    r"^(## What to keep\n\n)(.+?)(?=\n\n(?:.(?!\n\n))*?(?:\*\*Practise|Back to)|\Z)", re.M | re.S
)
FENCE = "```mermaid\n"
FOLDED = "<details><summary>All of it in short: open it when you have guessed.</summary>"


def lay_out(root=ROOT, folder=None, course=None):
    """Bring the copies up to date, and return what there is to say of it, a sentence each.

    They lie in `desk/`, or in another folder: a room has one for each learner, and makes the copies
    (`handed_out()`) once for all. Nothing that a learner changed, made or keeps there is touched.
    Raises OSError where the folder cannot be written.
    """
    desk, damaged = Folder(folder or root / DESK, root), []
    course = course or handed_out(root, damaged)
    first, worked_in = not desk.note.exists(), []
    said = [
        f"notebooks/{name} expected to be a notebook, and it is none: its copy stays as it is. "
        "make reset brings it back." for name in damaged
    ]  # fmt: skip
    odd = {name: place for name in course if (place := unreadable(desk, name))}
    for place in dict.fromkeys(odd.values()):
        shown = place.relative_to(desk.path).as_posix()
        said.append(
            f"{DESK}/{shown} expected to be a file or folder of the course that can be read, and "
            "it is not: it stays as it is. Rename it to get the copy."
        )
    refused = {}
    for name in [it for it in course if it not in odd]:
        try:
            said += bring(desk, name, course[name], worked_in)
        except OSError as error:
            refused[name] = error
    if refused:
        name, error = min(refused.items())
        if len(refused) == len(course):
            raise error
        said.append(
            f"{DESK}/: {len(refused)} copies could not be brought up to date, the first of them "
            f"{name} ({error})."
        )
    desk.remove(no_longer_handed_out(desk, [*course, *damaged], worked_in))
    if first:
        said.append(f"{DESK}/ holds your copies of {len(course)} notebooks. Git ignores them.")
    return said + desk.told()


def bring(desk, name, content, worked_in):
    """Bring a copy up to date, or lay the new one beside it; return what there is to say of it."""
    if not (desk.path / name).exists() or desk.is_ours(name):
        desk.lay(name, content)
        return []
    digest = digest_of(name, content)
    if digest_of(name, (desk.path / name).read_bytes()) == digest:
        desk.remember(name, digest)
        return []
    worked_in.append(name)
    if digest in desk.noted[name]:
        return []
    beside = lay_beside(desk, name, content)
    desk.remember(name, digest)
    return [f"{DESK}/{name} has your work in it and stays; the new one is {beside}."]


def unreadable(desk, name):
    """Return what keeps a copy from being read or laid out; None where nothing does.

    Raises NotADirectoryError where the folder of the copies is a file itself.
    """
    if os.path.lexists(desk.path) and not desk.path.is_dir():
        raise NotADirectoryError(f"{desk.path} is a file (make reset moves one in {DESK}/'s place)")
    file = desk.path / name
    try:
        if file.is_file() and content_of(file) is None:
            return file
    except PermissionError:  # of its folder
        return file.parent
    place = desk.in_the_way(name)
    return place if place and place.exists() else None  # not a link that leads nowhere


def handed_out(root=ROOT, damaged=None):
    """Return the bytes of each copy as it comes, by its path in the folder.

    Of what is no notebook the path is put into the list `damaged`. Raises ValueError without one.
    """
    folder, copies = root / "notebooks", {}
    for pattern in COURSE:
        for path in sorted(folder.glob(pattern)):
            name = path.relative_to(folder).as_posix()
            try:
                copies[name] = before_first_run(content_of(path))
            except (OSError, ValueError, LookupError, TypeError) as error:
                if damaged is None:
                    raise ValueError(
                        f"notebooks/{name} is no notebook; make reset brings it back."
                    ) from error
                damaged.append(name)
    return copies


def before_first_run(content):
    """Return a notebook's bytes without its outputs: what stands on screen was run here.

    It bears the version of this Python, as Jupyter notes it. Or opening it would change it.
    """
    notebook = json.loads(content)
    make_ready(notebook["cells"])
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    notebook["metadata"]["language_info"]["version"] = platform.python_version()
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def make_ready(cells):
    """Change the cells of a notebook into those of a copy: nothing told before it is asked."""
    fold_answers(cells)
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and FENCE in text:
            cell["source"] = text.replace(FENCE, f"{FENCE}{colours_of_diagrams()}\n")


def colours_of_diagrams():
    """Give diagrams our palette, as their first line: JupyterLab has colours of its own for them.

    It draws a picture that knows no style sheet, so boxes are light with dark words in both
    themes. Lines and words on the page stay the theme's.
    See https://mermaid.js.org/config/directives.html
    """
    ink, box, paper, edge = (palette()[it][0] for it in ("ink", "line", "paper", "soft"))
    boxes = ("mainBkg", "edgeLabelBackground", "actorBkg", "labelBoxBkgColor")
    edges = ("nodeBorder", "clusterBorder", "actorBorder", "actorLineColor", "noteBorderColor")
    edges += ("labelBoxBorderColor",)
    words = ("actorTextColor", "noteTextColor", "labelTextColor")
    colours = dict.fromkeys(boxes, box) | dict.fromkeys(edges, edge) | dict.fromkeys(words, ink)
    colours |= {"noteBkgColor": paper, "clusterBkg": "transparent"}
    words_in_boxes = f".node .nodeLabel, .edgeLabel p {{ color: {ink}; }}"
    return f"%%{{init: {json.dumps({'themeVariables': colours, 'themeCSS': words_in_boxes})}}}%%"


def fold_answers(cells):
    """Fold what is said below a reveal, and what ends its section, and the summary of all.

    It tells the answer, and may stand on the same screen as the question. What is said between two
    cells of code stays open, because it tells what the second one does.
    See https://developer.mozilla.org/en-US/docs/Web/HTML/Element/details
    """
    told = below = asked = False
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            below = "reveal(" in text
            told, asked = told or below, asked or below
            continue
        if told:
            heading = HEADING.search(text)
            end = heading.start() if heading else len(text)
            if (said := text[:end].strip()) and (below or heading):
                text = f"{FOLD}\n\n{said}\n\n</details>\n\n{text[end:]}".strip()
            told = not heading
        if asked:
            text = SUMMARY.sub(rf"\1{FOLDED}\n\n\2\n\n</details>", text)
        if text != "".join(cell["source"]):
            cell["source"] = text


def lay_beside(desk, name, content):
    """Write a copy beside one that stays, and return its name."""
    path = PurePosixPath(name)
    for number in count(1):
        mark = "new" if number == 1 else f"new {number}"
        beside = path.with_name(f"{path.stem} ({mark}).ipynb")
        if not (desk.path / beside).exists() or desk.is_ours(str(beside)):
            desk.lay(str(beside), content)
            return beside.name


def no_longer_handed_out(desk, course, worked_in):
    """List what the course no longer has, and new copies of what is worked in no more."""
    beside = tuple(f"{name.removesuffix('.ipynb')} (new" for name in worked_in)
    return [it for it in desk.noted if it not in course and not it.startswith(beside)]
