"""A project of the learner's own, small enough to read: the polls of Django's first tutorial.

It lives in a temporary folder, and its code runs in a process of its own. So a receiver that
nobody imports is really missing, as it would be at home.
See https://docs.djangoproject.com/en/5.2/intro/tutorial01/
"""

import os
import weakref
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from textwrap import dedent

from classroom.running.platform import run_python
from classroom.running.scratch import scratch_folder
from classroom.scenes.sources import ROOT, Code
from whatfires.describing import expect, quoted

SECONDS = 60  # a command that takes longer hangs
DATABASE = "db.sqlite3"
READY = ROOT / "own_project.sqlite3"  # an installed copy of this project may have it made already

FILES = {
    "manage.py": """
        import os
        import sys

        from django.core.management import execute_from_command_line

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
        execute_from_command_line(sys.argv)
        """,
    "mysite/__init__.py": "",
    "mysite/settings.py": """
        from pathlib import Path

        DEBUG = True
        SECRET_KEY = "for-this-lesson-only"
        INSTALLED_APPS = [
            "polls.apps.PollsConfig",
            "django.contrib.auth",
            "django.contrib.contenttypes",
        ]
        DATABASES = {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": Path(__file__).resolve().parent.parent / "db.sqlite3",
            }
        }
        DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
        USE_TZ = True
        """,
    "polls/__init__.py": "",
    "polls/apps.py": """
        from django.apps import AppConfig


        class PollsConfig(AppConfig):
            name = "polls"
        """,
    "polls/models.py": """
        from django.db import models


        class Question(models.Model):
            question_text = models.CharField(max_length=200)

            def __str__(self):
                return self.question_text


        class Choice(models.Model):
            question = models.ForeignKey(Question, on_delete=models.CASCADE)
            choice_text = models.CharField(max_length=200)
            votes = models.IntegerField(default=0)

            def __str__(self):
                return self.choice_text
        """,
}


class OwnProject:
    """A small Django project in a folder; displaying it lists its files."""

    def __init__(self, folder):
        self.root = Path(folder)
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name, text):
        """Write a file of the project, such as "polls/signals.py"; it replaces an older one.

        Raises ValueError for a path that leads out of the project, or that no file can have, and
        TypeError or ValueError for what is no text.
        """
        path, text = self.inside("write", name), dedent(plain_text("write", text))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.lstrip("\n"), encoding="utf-8")
        except OSError as error:
            raise ValueError(
                f"write({quoted(name)}): expected a path for a file, such as 'polls/signals.py'; "
                f"it is none ({error.strerror})."
            ) from error

    def inside(self, tool, name):
        """Return the path of a file of the project; raise ValueError for any other."""
        with suppress(TypeError, ValueError, OSError):
            path = (self.root / name).resolve()
            if path.is_relative_to(self.root.resolve()):
                return path
        raise ValueError(
            f"{tool}({quoted(name)}): expected a path inside the project, such as "
            "'polls/signals.py'."
        )

    def show(self, *names):
        """Show files of the project, as `show_code` shows those of this one.

        Raises FileNotFoundError for a file that is not there.
        """
        return Code([(name, self.read(name)) for name in names])

    def read(self, name):
        """Return the text of a file of the project."""
        path = self.inside("show", name)
        try:
            return path.read_text(encoding="utf-8").rstrip()
        except OSError:
            raise FileNotFoundError(
                f"{name!r} is not in this project. It has: {', '.join(self.files())}."
            ) from None

    def shell(self, code):
        """Run code in a new `manage.py shell`, and print what it prints.

        The models are imported there, as Django does it since 5.2, and so is `who_listens`. Of an
        error only the last line is shown.
        """
        code = plain_text("shell", code)
        tools = "from classroom import who_listens\n" if "who_listens" in code else ""
        print(self.manage("shell", "--verbosity", "0", "--command", tools + dedent(code)), end="")

    def manage(self, *arguments):
        """Run `manage.py`; return what it printed, and the last line of an error."""
        return self.run("manage.py", *arguments)

    def run(self, script, *arguments):
        """Run a file of the project, as `manage` does."""
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "mysite.settings",
            "PYTHONPATH": os.pathsep.join([str(self.root), str(ROOT)]),
            "PYTHONIOENCODING": "utf-8",
        }
        done = run_python(script, *arguments, cwd=self.root, env=environment, timeout=SECONDS)
        lines = done.stderr.strip().splitlines()
        error = f"{lines[-1]}\n" if done.returncode and lines else ""
        return done.stdout + error

    def files(self):
        """List the Python files of the project, in the order of their names."""
        found = (path.relative_to(self.root).as_posix() for path in self.root.rglob("*.py"))
        return sorted(found)

    def __repr__(self):
        return "\n".join(self.files())


def plain_text(tool, text):
    """Return a text; raise TypeError for what is none, and ValueError for what no file can hold."""
    expect(tool, text, str, "Python code as a text")
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError(f"{tool}: expected text that a file can hold; came {quoted(text)}.")
    return text


@cache
def database():
    """The bytes of a migrated database, made once: that takes as long as all the rest."""
    if READY.exists():
        return READY.read_bytes()
    with scratch_folder() as folder:
        project = OwnProject(folder)
        said = project.manage("migrate", "--run-syncdb", "--verbosity", "0")
        if not (project.root / DATABASE).exists():
            raise RuntimeError(f"own_project(): its database could not be made: {said.strip()}")
        return (project.root / DATABASE).read_bytes()


def own_project():
    """Make a small project in a temporary folder: Django's polls, without views.

    Returns an `OwnProject`: `write(name, text)` writes a file, `show(name)` shows one, and
    `shell(code)` runs code in a new process. The folder is removed when nothing refers to the
    project any more.
    """
    held = ExitStack()
    project = OwnProject(held.enter_context(scratch_folder()))
    weakref.finalize(project, held.close)
    (project.root / DATABASE).write_bytes(database())
    return project
