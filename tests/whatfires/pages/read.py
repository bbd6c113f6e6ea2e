"""Run the examples of a page, in this project: `python read.py PAGE [--write]`.

A block of `python` is run; what its last line is worth has to be what the next block of `text`
shows. One that holds tests is given to pytest, and one of settings.py is added to that file. Of a
block of `console` each `$` line is run, and must print what stands below it. Times, and what comes
and goes with a version, are not compared. With --write the page is given what came.
"""

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"

import django

django.setup()

from django.core.management import call_command  # noqa: E402

BLOCK = re.compile(r"```(python|text|console)\n(.*?)```", re.DOTALL)
VARIES = re.compile(r"\d+(\.\d+)?(?= ms)|(?<=in )[\d.]+s|:\d+|line \d+|(?<= )\d+\.\d+(?= )| +")


def run_python(code, names):
    """Run code; return what its last line is worth, as text."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<page>", "exec"), names)
    if last is None:
        return ""
    value = eval(compile(ast.Expression(last.value), "<page>", "eval"), names)
    return "" if value is None else repr(value)


def run_settings(code):
    with Path("settings.py").open("a") as settings:
        settings.write(code)


def run_tests(code):
    Path("test_page.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "whatfires.pytest_plugin", "-W", "error"]
    came = subprocess.run([*command, "test_page.py"], capture_output=True, text=True)
    assert came.returncode == 0, came.stdout + came.stderr
    return ""


def run_console(text):
    shown = []
    for line in text.splitlines():
        if line.startswith("$ "):
            command = shlex.split(line[2:].partition("  #")[0])
            command[0] = sys.executable if command[0] == "python" else command[0]
            if command[0] == "pytest":
                command[:1] = [sys.executable, "-m", "pytest", "-p", "whatfires.pytest_plugin"]
            came = subprocess.run(command, capture_output=True, text=True)
            assert not came.stderr, came.stderr
            shown += [line, *(came.stdout or "").rstrip().splitlines()]
    return "\n".join(shown)


def same(said, came):
    return VARIES.sub("#", said.strip()) == VARIES.sub("#", came.strip())


def read(page, write):
    names, told = {"__name__": "__main__"}, None

    def block(found):
        nonlocal told
        kind, text = found.groups()
        if kind == "python":
            if text.startswith("# settings.py"):
                run_settings(text)
            else:
                told = run_tests(text) if "def test_" in text else run_python(text, names)
            return found[0]
        came = told if kind == "text" else run_console(text)
        if not write:
            assert same(text, came), f"the page says:\n{text}\ncame:\n{came}"
        return f"```{kind}\n{came}\n```" if write else found[0]

    new = BLOCK.sub(block, page.read_text(encoding="utf-8"))
    if write:
        page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    call_command("migrate", run_syncdb=True, verbosity=0)
    read(Path(sys.argv[1]), write="--write" in sys.argv)
