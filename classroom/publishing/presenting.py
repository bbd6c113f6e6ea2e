"""Two sets of notebooks for a teacher: lessons before their first run, exercises solved.

Both lie in folders of their own in the project's root, as deep as `notebooks/`, so that a lesson's
links to files of the project lead there from them as well. Notes that a teacher made in them are
moved aside, not written over.
See https://nbformat.readthedocs.io/en/latest/format_description.html
"""

import tempfile
from pathlib import Path

from classroom.publishing import notebooks
from classroom.publishing.desk import handed_out
from classroom.publishing.exercise_texts import exercise_sources

PRESENTER = notebooks.ROOT / "presenter"
SOLUTIONS = notebooks.ROOT / "solutions"


def clear_lessons(folder):
    """Write every notebook without its outputs into a Folder; yield the names."""
    for name, content in handed_out().items():
        folder.lay(name, content)
        yield name


def solve_exercises(folder, names=None):
    """Write the exercise notebooks with their solutions in, run, into a Folder; yield the names.

    `names` chooses some of them, such as ["02_built_in_signals"].
    """
    with tempfile.TemporaryDirectory() as temporary:
        for name, text in exercise_sources(solved=True).items():
            if names is None or name in names:
                source = Path(temporary, "source", f"{name}.py")
                source.parent.mkdir(exist_ok=True)
                source.write_text(text, encoding="utf-8")
                solved = notebooks.run(source, Path(temporary))
                folder.lay(f"{name}.ipynb", notebooks.bytes_of(solved))
                yield f"{name}.ipynb"
