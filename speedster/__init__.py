"""The Django project of the course, and what its Jupyter kernel loads first.

See https://ipython.readthedocs.io/en/stable/config/extensions/
"""

from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from types import SimpleNamespace


def load_ipython_extension(shell):
    """Hand a notebook the project; where that cannot start, let each cell say why.

    By its name: nothing of the classroom has to be whole for that.
    """
    try:
        import_module("classroom.running.kernel").load(shell)
    except (Exception, SystemExit) as error:  # settings may end in either
        refuse_cells(shell, error)


def refuse_cells(shell, error):
    """Let each cell say why there is nothing that it could work with."""
    from IPython.core.error import InputRejected

    class ProjectNotStarted(InputRejected):
        def _render_traceback_(self):
            return [f"{type(self).__name__}: {self}"]

    why = (
        "no name of the project is here, since it could not start. "
        f"{type(error).__name__}: {error}{place_of(error)}\n"
        "`make doctor` names the cure. Then restart this kernel."
    )

    def visit(node):
        raise ProjectNotStarted(why)

    shell.ast_transformers.append(SimpleNamespace(visit=visit))


def place_of(error):
    """Name the line of the project's own code that went wrong, but not one that raises on purpose.

    A SyntaxError says it itself.
    """
    frame, root = extract_tb(error.__traceback__)[-1], Path(__file__).parents[1]
    place = Path(frame.filename)
    if not place.is_relative_to(root) or frame.line.startswith("raise "):
        return ""
    where = place.relative_to(root)
    return "" if where.parts[0].startswith(".") else f" ({where.as_posix()}, line {frame.lineno})"
