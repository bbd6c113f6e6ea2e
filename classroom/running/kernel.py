"""The kernel `django_extensions`: a Jupyter kernel that knows this project, however it is started.

Everything it needs stands in its kernel.json, so `shell_plus --lab`, plain `jupyter lab`, an editor
and nbclient all start the same thing from any directory. The kernel first loads `speedster`, which
calls `load()`.
See https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
"""

import json
import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

from classroom.running.own_frames import own_frames
from speedster import load_ipython_extension as load_ipython_extension  # for older kernel.jsons

NAME = "django_extensions"
DISPLAY_NAME = "Django Shell-Plus"
ROOT = Path(__file__).resolve().parents[2]
# Lessons run again and again: there is nothing to look up.
EXTENDED = ("--ext", "speedster", "--HistoryManager.enabled=False")

# A notebook cell runs inside an event loop, where Django refuses queries unless this is set. A
# kernel serves one person and one cell at a time; a web server does not, so it stands here only.
# https://docs.djangoproject.com/en/5.2/topics/async/#envvar-DJANGO_ALLOW_ASYNC_UNSAFE
ASYNC_SWITCH = {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"}

# How shell_plus was called, as JSON, for the kernels that its Jupyter starts. What stands in
# kernel.json wins over the environment, so a variable of Django's own would not get there.
CALLED = "SPEEDSTER_SHELL_PLUS"
WORDS = ("settings", "pythonpath")
LISTS = ("dont_load", "pre_imports", "imports", "post_imports")
MADE_BY = "speedster"  # tells our kernel.json from one of the same name that somebody else wrote


def spec():
    """Return what kernel.json holds, with this interpreter and this project in it."""
    from ipykernel.kernelspec import get_kernel_dict

    return {
        **get_kernel_dict(
            extra_arguments=list(EXTENDED),
            python_arguments=["-Xfrozen_modules=off"],  # else the debugger warns at each start
        ),
        "display_name": DISPLAY_NAME,
        "env": {
            "DJANGO_SETTINGS_MODULE": "speedster.settings",
            "PYTHONPATH": str(ROOT).replace("$", "$$"),  # Jupyter puts variables in
            "PYTHONOPTIMIZE": "",  # an `assert` in a learner's test is to be heard
            **ASYNC_SWITCH,
        },
        "metadata": {**get_kernel_dict()["metadata"], "made_by": MADE_BY},
    }


def install(prefix=None):
    """Write kernel.json below `prefix` (this environment unless told) and return its path.

    A file that is right already is left alone: two starts at once do not disturb each other. One
    that another project wrote is kept beside it, as kernel.json.1 or so, and so is what is none.
    """
    path = data_folder(prefix) / "kernels" / NAME / "kernel.json"
    content = (json.dumps(spec(), indent=1) + "\n").encode()
    if not (path.is_file() and path.read_bytes() == content):
        if os.path.lexists(path.parent) and not path.parent.is_dir():
            path.parent.replace(unused(path.parent))
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not is_ours(path):
            path.replace(unused(path))
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(content)
        fresh.replace(path)
    return path


def data_folder(prefix=None):
    """Return where this environment keeps what Jupyter finds, kernels among it."""
    return Path(prefix or sys.prefix, "share", "jupyter")


def is_ours(path):
    """Tell whether this project wrote that kernel.json, here or before the folder was moved."""
    with suppress(OSError, ValueError, LookupError, TypeError, RecursionError):
        return json.loads(path.read_text())["metadata"]["made_by"] == MADE_BY
    return False


def unused(path):
    """Return a name beside this one that no file has."""
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.{number}")):
        number += 1
    return aside


@contextmanager
def found_first():
    """Let Jupyter find this environment's kernels before those of any JUPYTER_PATH in the block."""
    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(data_folder()), before]))
    try:
        yield
    finally:
        if before is None:
            del os.environ["JUPYTER_PATH"]
        else:
            os.environ["JUPYTER_PATH"] = before


def hand_on(options):
    """Leave word for the kernels of this process how shell_plus was called."""
    from django.conf import settings

    called = {name: options.get(name) for name in (*WORDS, *LISTS)}
    os.environ[CALLED] = json.dumps({**called, "settings": settings.SETTINGS_MODULE})


def names(options, style=None):
    """Return what shell_plus imports, as a dict, less the private names a star brings along.

    Upstream's `from module import *` takes `__name__` too, and a notebook must stay `__main__`.
    """
    from django.core.management.color import no_style
    from django_extensions.management.shells import import_objects

    found = import_objects(options, style or no_style())
    return {name: value for name, value in found.items() if not name.startswith("_")}


def load(shell):
    """Set Django up and hand the kernel's user the project's names, printing nothing.

    The names come back once before the first cell: IPython runs the start-up files of its user
    after this, and they may have taken some.
    """
    # What somebody keeps beside a notebook, a django.py say, takes no package's place.
    sys.path.sort(key=lambda it: not it)
    shorten_tracebacks(shell)
    given = start_project()
    guard_project(shell)
    # Not "interactive": %who is to list what the learner made.
    shell.push(given, interactive=False)

    def give_again():
        shell.events.unregister("pre_execute", give_again)
        shell.push(given, interactive=False)

    shell.events.register("pre_execute", give_again)


def start_project():
    """Start Django as shell_plus was called, or else as kernel.json says; return the names."""
    import django

    import classroom
    from speedster import environment

    called = environment.handed_on(CALLED, WORDS, LISTS)
    if settings := called.pop("settings", None):
        os.environ["DJANGO_SETTINGS_MODULE"] = settings
    if folder := called.get("pythonpath"):
        sys.path.insert(0, folder)
    environment.choose_settings()
    django.setup()
    for name in dir(classroom):  # shell_plus leaves out in silence what cannot be imported
        getattr(classroom, name)
    return names({"quiet_load": True, **called})


def guard_project(shell):
    from classroom.running.guard import guard  # Django is ready now

    guard(shell)


def shorten_tracebacks(shell):
    """Show of a traceback what happened in the cells; `%xmode Verbose` shows all of it."""
    show = shell._showtraceback

    def show_own(etype, evalue, stb):
        in_full = shell.InteractiveTB.mode == "Verbose"
        show(etype, evalue, stb if in_full else own_frames(stb))

    shell._showtraceback = show_own
