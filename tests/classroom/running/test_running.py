"""The ways to run the project, taken for real: each server and kernel in a process of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import webbrowser
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command, get_commands
from jupyter_client import BlockingKernelClient, KernelManager
from jupyter_client.connect import write_connection_file

import classroom
from classroom.management.commands import shell_plus
from classroom.running import kernel

PATIENCE = 180  # seconds until something that hangs is ended, so that the test fails


# Jupyter, started by shell_plus


@pytest.fixture(scope="module", params=["--lab", "--notebook"])
def served(request, serve_jupyter):
    with serve_jupyter(request.param) as server:
        yield server


@pytest.mark.slow
def test_the_server_answers_who_has_the_token(served):
    assert "started" in served.ask("/api/status")


@pytest.mark.slow
def test_the_server_refuses_who_has_no_token(served):
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        served.get("/api/status")
    refused.value.close()


@pytest.mark.slow
def test_the_server_offers_our_kernel_first(served):
    found = served.ask("/api/kernelspecs")
    assert found["default"] == "django_extensions"
    assert found["kernelspecs"]["django_extensions"]["spec"] == {
        "interrupt_mode": "signal",
        **kernel.spec(),
    }


@pytest.mark.slow
def test_the_server_stays_on_this_machine_and_shows_the_project(served, root):
    (info,) = served.runtime.glob("jpserver-*.json")
    server = json.loads(info.read_text())
    assert (server["hostname"], server["root_dir"]) == ("localhost", str(root))


@pytest.mark.slow
def test_the_server_asks_nobody_about_news(served):
    name = "@jupyterlab/apputils-extension:notification"
    asked = served.ask(f"/lab/api/settings/{name}")["schema"]["properties"]["fetchNews"]
    assert asked["default"] == "false"


@pytest.fixture
def linux(monkeypatch):
    """A Linux with a window to open and a browser to open in it."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(webbrowser, "get", lambda: "a browser")
    for name in ("WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    return monkeypatch


def opens_a_browser():
    return "--no-browser" not in shell_plus.Command().server_arguments({"no_browser": False})


def test_a_machine_with_a_window_and_a_browser_opens_it(linux):
    assert opens_a_browser()


def test_a_machine_without_a_window_opens_no_browser(linux):
    linux.delenv("DISPLAY")
    assert not opens_a_browser()


def test_a_machine_without_a_browser_opens_none(linux):
    def get():
        raise webbrowser.Error("could not locate runnable browser")

    linux.setattr(webbrowser, "get", get)
    assert not opens_a_browser()


def test_what_is_asked_for_takes_the_place_of_ours():
    ours = ["--ServerApp.root_dir=here", "--no-browser"]
    assert shell_plus.but_for(["--ServerApp.root_dir=there"], ours) == ["--no-browser"]
    assert shell_plus.but_for(["--no-browser", "--debug"], ours) == ["--ServerApp.root_dir=here"]


@pytest.mark.parametrize("user, arguments", [(0, ["--allow-root"]), (1000, [])])
def test_root_is_let_in_and_nobody_else_needs_it(monkeypatch, user, arguments):
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    given = shell_plus.Command().server_arguments({"no_browser": True})
    assert [it for it in given if it == "--allow-root"] == arguments


@pytest.mark.parametrize(
    "flag, module",
    [("--lab", "jupyterlab"), ("--notebook", "notebook"), ("--kernel", "ipykernel")],
)
def test_a_missing_package_is_one_line_with_the_cure(monkeypatch, flag, module):
    for name in (module, f"{module}.labapp", f"{module}.app", f"{module}.kernelapp"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(CommandError, match=rf"^{flag} needs {module}.*run `make setup`.*$"):
        call_command("shell_plus", flag)


# The kernel, however it is started


def evaluate(client, *expressions):
    """What a notebook cell would show for each expression."""
    asked = {str(number): text for number, text in enumerate(expressions)}
    reply = client.execute("", user_expressions=asked, reply=True, timeout=PATIENCE)
    answers = reply["content"]["user_expressions"].values()
    return [it["data"]["text/plain"] if "data" in it else it["evalue"] for it in answers]


@contextmanager
def talking(client):
    """Open a client's channels for the block."""
    client.start_channels()
    try:
        yield client
    finally:
        client.stop_channels()
        client.context.destroy()


@pytest.mark.slow
def test_shell_plus_kernel_answers_on_its_connection_file(root, learner, python, ended, tmp_path):
    python("manage.py", "migrate", "-v0")
    where, _ = write_connection_file(str(tmp_path / "connection.json"))
    command = [sys.executable, root / "manage.py", "shell_plus", "--quiet-load", "--kernel"]
    process = subprocess.Popen(
        [*command, "--connection-file", where],
        cwd=tmp_path,
        env=learner,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    client = BlockingKernelClient(connection_file=where)
    client.load_connection_file()
    with ended(process), talking(client):
        assert evaluate(client, "Employees.objects.count()") == ["0"]


@pytest.mark.slow
def test_anybody_can_start_the_kernel_from_anywhere(learner, python, tmp_path):
    kernel.install()
    python("manage.py", "migrate", "-v0")
    manager = KernelManager(kernel_name="django_extensions")
    manager.start_kernel(cwd=str(tmp_path), env=learner)
    try:
        with talking(manager.client()) as client:
            answers = evaluate(client, "Employees.objects.count()", "__name__")
    finally:
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
    assert answers == ["0", "'__main__'"]


class Shell:
    """The part of IPython that an extension of ours talks to."""

    def push(self, names, interactive):
        self.names = names


@pytest.fixture
def loaded(capsys):
    shell = Shell()
    kernel.load_ipython_extension(shell)
    assert capsys.readouterr() == ("", "")
    return shell.names


def test_the_kernel_hands_over_the_public_names_without_a_word(loaded):
    assert loaded.keys() >= {"Employees", "Shifts", "assign", *classroom.__all__}


def test_a_star_import_leaves_the_notebook_its_own_name(settings):
    settings.SHELL_PLUS_IMPORTS = ["from json import *"]
    names = kernel.names({"quiet_load": True})
    assert "loads" in names
    assert "__name__" not in names


def test_installing_again_changes_nothing(tmp_path):
    path = kernel.install(tmp_path)
    before = path.stat().st_mtime_ns
    assert kernel.install(tmp_path) == path
    assert path.stat().st_mtime_ns == before
    assert list(path.parent.iterdir()) == [path]


def test_an_outdated_kernel_is_replaced(tmp_path):
    path = kernel.install(tmp_path)
    path.write_text("{}")
    assert json.loads(kernel.install(tmp_path).read_text()) == kernel.spec()


# The database of a first start


@pytest.mark.django_db
def test_prepare_loads_the_roster_into_an_empty_database_only():
    from speedy.models import Employees

    call_command("prepare")
    assert Employees.objects.count() == 30
    Employees.objects.first().delete()
    call_command("prepare")
    assert Employees.objects.count() == 29


# make, and what else starts the project


@pytest.fixture(scope="module")
def makefile(root):
    return (root / "Makefile").read_text()


@pytest.fixture(scope="module")
def targets(makefile):
    return set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))


@pytest.fixture
def make(root, tmp_path):
    """Run make in the project, with a PATH and a home that hold nothing but what a test puts in."""
    if not (program := shutil.which("make")):
        pytest.skip("make is not on this machine")

    def run(*arguments, path=tmp_path):
        environment = {"PATH": str(path), "HOME": str(tmp_path)}
        return subprocess.run(
            [program, *arguments], cwd=root, env=environment, capture_output=True, text=True
        )

    return run


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_make_help_lists_every_target(make, targets):
    answer = make(path=os.environ["PATH"])
    listed = [line.split()[1] for line in answer.stdout.splitlines()]
    assert sorted(listed) == sorted(targets)


def test_every_target_is_declared_phony(makefile, targets):
    phony = re.search(r"^\.PHONY: (.*)", makefile, re.MULTILINE)[1]
    assert set(phony.split()) == targets


def test_an_interpreter_that_exists_and_fails_is_passed_over(make, tmp_path):
    script(tmp_path / "python3.11", "echo 'python3.11: command not found'; exit 127")
    script(tmp_path / "python3", f'exec "{sys.executable}" "$@"')
    assert "python3 -m venv elsewhere" in make("-n", "setup", "VENV=elsewhere").stdout


def test_no_interpreter_is_a_line_with_the_way_out(make):
    answer = make("-n", "setup", "VENV=elsewhere")
    assert answer.returncode != 0
    assert "Python 3.11 or newer" in answer.stderr
    assert "make PYTHON=/path/to/python3 setup" in answer.stderr


def test_django_61_is_skipped_aloud_without_a_newer_interpreter(make, tmp_path):
    script(tmp_path / "python3", "exit 1")
    answer = make("test-django61")
    assert answer.returncode == 0
    assert answer.stdout.startswith("Skipped: Django 6.1")


def test_the_container_runs_a_target_that_exists(root, targets):
    container = json.loads((root / ".devcontainer" / "devcontainer.json").read_text())
    command, target = container["postCreateCommand"].split()
    assert command == "make"
    assert target in targets


@pytest.mark.parametrize("file", ["Makefile", ".binder/postBuild"])
def test_every_command_that_is_called_exists(root, file):
    called = re.findall(r"manage\.py ([a-z_]+)", (root / file).read_text())
    assert called
    assert set(called) <= get_commands().keys()
