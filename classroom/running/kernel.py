"""The kernel `django_extensions`: a Jupyter kernel that knows this project, however it is started.

Everything it needs stands in its kernel.json, so `shell_plus --lab`, plain `jupyter lab`, an editor
and nbclient all start the same thing from any directory. The same module is the IPython extension
that the kernel loads first.
See https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
"""

import json
import os
import sys
from pathlib import Path

NAME = "django_extensions"
DISPLAY_NAME = "Django Shell-Plus"
ROOT = Path(__file__).resolve().parents[2]
HISTORY_OFF = "--HistoryManager.enabled=False"  # lessons run again and again: nothing to look up

# A notebook cell runs inside an event loop, where Django refuses queries unless this is set. A
# kernel serves one person and one cell at a time; a web server does not, so it stands here only.
# https://docs.djangoproject.com/en/5.2/topics/async/#envvar-DJANGO_ALLOW_ASYNC_UNSAFE
ASYNC_SWITCH = {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"}


def spec():
    """Return what kernel.json holds, with this interpreter and this project in it."""
    from ipykernel.kernelspec import get_kernel_dict

    return {
        **get_kernel_dict(
            extra_arguments=["--ext", __name__, HISTORY_OFF],
            python_arguments=["-Xfrozen_modules=off"],  # else the debugger warns at each start
        ),
        "display_name": DISPLAY_NAME,
        "env": {
            "DJANGO_SETTINGS_MODULE": "speedster.settings",
            "PYTHONPATH": str(ROOT),
            **ASYNC_SWITCH,
        },
    }


def install(prefix=None):
    """Write kernel.json below `prefix` (this environment unless told) and return its path.

    A file that is right already is left alone: two starts at once do not disturb each other.
    """
    path = Path(prefix or sys.prefix, "share", "jupyter", "kernels", NAME, "kernel.json")
    text = json.dumps(spec(), indent=1) + "\n"
    if not (path.exists() and path.read_text() == text):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(text)
        fresh.replace(path)
    return path


def names(options, style=None):
    """Return what shell_plus imports, as a dict, less the private names a star brings along.

    Upstream's `from module import *` takes `__name__` too, and a notebook must stay `__main__`.
    """
    from django.core.management.color import no_style
    from django_extensions.management.shells import import_objects

    found = import_objects(options, style or no_style())
    return {name: value for name, value in found.items() if not name.startswith("_")}


def load_ipython_extension(shell):
    """Set Django up and hand the kernel's user the project's names, printing nothing."""
    import django

    django.setup()
    # Not "interactive": %who is to list what the learner made.
    shell.push(names({"quiet_load": True}), interactive=False)
