"""Two sets of notebooks for a teacher: lessons before their first run, exercises solved.

Both lie in folders of their own in the project's root, as deep as `notebooks/`, so that a lesson's
links to files of the project lead there from them as well.
See https://nbformat.readthedocs.io/en/latest/format_description.html
"""

import tempfile
from pathlib import Path

from classroom.publishing import notebooks
from classroom.publishing.exercise_texts import exercise_sources

PRESENTER = notebooks.ROOT / "presenter"
SOLUTIONS = notebooks.ROOT / "solutions"


def clear_lessons(folder=PRESENTER):
    """Write every notebook without its outputs into a folder; yield what was written."""
    for source in notebooks.sources():
        path = notebooks.notebook_of(source, folder=notebooks.FOLDER)
        path = folder / path.relative_to(notebooks.FOLDER)
        notebooks.write(notebooks.convert(source), path)
        yield path


def solve_exercises(folder=SOLUTIONS, names=None):
    """Write the exercise notebooks with their solutions in, run; yield what was written.

    `names` chooses some of them, such as ["02_built_in_signals"].
    """
    with tempfile.TemporaryDirectory() as temporary:
        for name, text in exercise_sources(solved=True).items():
            if names is None or name in names:
                source = Path(temporary, "source", f"{name}.py")
                source.parent.mkdir(exist_ok=True)
                source.write_text(text, encoding="utf-8")
                notebooks.write(notebooks.run(source, Path(temporary)), folder / f"{name}.ipynb")
                yield folder / f"{name}.ipynb"
