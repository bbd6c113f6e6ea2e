"""`%load_ext whatfires`: `%%trace` over a cell, and `%who_listens`, in IPython and Jupyter.

IPython hands itself over, so that nothing here imports it.
See https://ipython.readthedocs.io/en/stable/config/extensions/
"""

from keyword import iskeyword
from typing import Any

from django.apps import apps
from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured

from whatfires.listeners import Listeners, who_listens
from whatfires.lookup import NotFound, model_or_signal
from whatfires.naming import name_of_signal, signals_of_project
from whatfires.tracing import trace
from whatfires.tracing_views import Tree

OPTIONS = ("--everything", "--times", "--lines")
NOT_READY = (
    "Expected a shell in which Django is set up, such as `manage.py shell`, or a call of "
    "django.setup() before."
)
USAGE = "expected %%trace [name] [--everything] [--times] [--lines] over a cell"


class CellFailed(Exception):
    """The error of a cell, which is shown already: *Run all* stops here, as at any other error."""

    def _render_traceback_(self) -> list[str]:
        return []


class Magics:
    """The magics of one shell."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell

    def trace(self, line: str, cell: str) -> Tree | None:
        """Run the cell and show what happened in it, as a tree.

        %%trace [name] [--everything] [--times] [--lines]

        With a name the trace is kept under it. The options are those of `Trace.tree`. Raises
        CellFailed below the tree where the cell raised an error.
        """
        words = line.split()
        options = [word for word in words if word.startswith("-")]
        names = [word for word in words if word not in options]
        fit = len(names) < 2 and all(it.isidentifier() and not iskeyword(it) for it in names)
        if not fit or not set(options) <= set(OPTIONS):
            return self.refuse(f"{USAGE}; came {line!r}.")
        if self.awaits(cell):
            return self.refuse("%%trace runs no await: write `with trace() as seen:` in the cell.")
        with trace() as seen:
            ran = self.shell.run_cell(cell)
        if names:
            self.shell.push({names[0]: seen})
        tree = seen.tree(**{option.removeprefix("--"): True for option in options})
        if error := ran.error_before_exec or ran.error_in_exec:
            data, metadata = self.shell.display_formatter.format(tree)
            self.shell.display_pub.publish(data=data, metadata=metadata)
            raise CellFailed(f"{type(error).__name__}: {error}")
        return tree

    def awaits(self, cell: str) -> bool:
        """Tell whether a cell awaits at its top, which needs the shell's own loop."""
        try:
            code = self.shell.transform_cell(cell)
        except SyntaxError:  # which the shell shows as it runs the cell
            return False
        return bool(self.shell.should_run_async(cell, transformed_cell=code))

    def who_listens(self, line: str) -> Listeners | None:
        """Show who is connected: %who_listens [Model | app.Model | signal] ..."""
        try:
            return who_listens(*map(self.meant, line.split()))
        except (NotFound, TypeError, ValueError) as error:
            return self.refuse(str(error))
        except (AppRegistryNotReady, ImproperlyConfigured) as error:
            return self.refuse(f"{NOT_READY} ({error})")

    def meant(self, name: str) -> Any:
        """Find what a name means here: a variable, a label, or the bare name of a model."""
        if name in self.shell.user_ns:
            return self.shell.user_ns[name]
        bare = [model for model in apps.get_models() if model.__name__ == name]
        return bare[0] if len(bare) == 1 else model_or_signal(name)

    def refuse(self, words: str) -> None:
        self.shell.show_usage_error(words)

    def names(self, shell: Any, event: Any) -> list[str]:
        """List what may stand behind %who_listens."""
        models = apps.get_models() if apps.models_ready else []
        signals = [name_of_signal(signal) for signal in signals_of_project()]
        return [*(it.__name__ for it in models), *(it._meta.label for it in models), *signals]


def load_ipython_extension(shell: Any) -> None:
    """Add the magics to a shell; IPython calls it at `%load_ext whatfires`."""
    magics = Magics(shell)
    shell.register_magic_function(magics.trace, "cell", "trace")
    shell.register_magic_function(magics.who_listens, "line", "who_listens")
    shell.set_hook("complete_command", magics.names, str_key="%who_listens")


def unload_ipython_extension(shell: Any) -> None:
    """Take the magics off a shell; IPython calls it at `%unload_ext whatfires`."""
    shell.magics_manager.magics["cell"].pop("trace", None)
    shell.magics_manager.magics["line"].pop("who_listens", None)
