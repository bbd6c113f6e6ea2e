"""Two sets of notebooks for a teacher: lessons before their first run, exercises solved.

Both lie in folders of their own in the project's root, as deep as `notebooks/`, so that a lesson's
links to files of the project lead there from them as well. Notes that a teacher made in them are
moved aside, not written over.
See https://nbformat.readthedocs.io/en/latest/format_description.html
"""

import json
import re
from pathlib import Path

from classroom.publishing import notebooks
from classroom.publishing.desk import handed_out
from classroom.publishing.exercise_texts import exercise_sources
from classroom.running.scratch import scratch_folder

PRESENTER = notebooks.ROOT / "presenter"
# A section of the page: the notebook that its heading links to, the minutes, and the text.
NOTE = re.compile(
    r"^### \[[^]]+\]\(\.\./notebooks/([^)]+)\), (\d+ minutes[^\n]*)\n(.+?)(?=^##)",
    re.MULTILINE | re.DOTALL,
)
SOLUTIONS = notebooks.ROOT / "solutions"


def clear_lessons(folder):
    """Write every notebook without its outputs into a Folder, a note on top; yield the names."""
    notes = notes_by_name()
    for name, content in handed_out().items():
        folder.lay(name, with_note(content, notes[name]) if name in notes else content)
        yield name


def notes_by_name():
    """Return what the page for teachers says of each lesson: {"00_start_here.ipynb": text}."""
    text = (notebooks.ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    return {name: f"{minutes}\n\n{note.strip()}" for name, minutes, note in NOTE.findall(text)}


def with_note(content, note):
    """Return a notebook's bytes with a note for the presenter as the first cell."""
    notebook = json.loads(content)
    text = f"> **For the presenter.** {note}".replace("\n", "\n> ")
    cell = {"cell_type": "markdown", "id": "for-the-presenter", "metadata": {}, "source": text}
    notebook["cells"].insert(0, cell)
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def solve_exercises(folder, names=None):
    """Write the exercise notebooks with their solutions in, run, into a Folder; yield the names.

    `names` chooses some of them, such as ["02_built_in_signals"].
    """
    with scratch_folder() as temporary:
        for name, text in exercise_sources(solved=True).items():
            if names is None or name in names:
                source = Path(temporary, "source", f"{name}.py")
                source.parent.mkdir(exist_ok=True)
                source.write_text(text, encoding="utf-8")
                solved = notebooks.run(source, Path(temporary))
                folder.lay(f"{name}.ipynb", notebooks.bytes_of(solved))
                yield f"{name}.ipynb"
