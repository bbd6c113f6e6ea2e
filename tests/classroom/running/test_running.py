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
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command, get_commands
from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

import classroom
from classroom.management.commands import prepare, shell_plus
from classroom.running import kernel, scratch
from speedy.models import Employees

PATIENCE = 180  # seconds until something that hangs is ended, so that the test fails


# Jupyter, started by shell_plus


@pytest.fixture(scope="module")
def server(serve_jupyter):
    """A server in a Codespace, of somebody with settings of their own. Lab is begun as it is.

    A Codespace says that it is localhost, and names its own address as the origin.
    """
    learner = {
        **serve_jupyter.keywords["learner"],
        "CODESPACE_NAME": "b",
        "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "app.github.dev",
        "GITPOD_WORKSPACE_URL": "https://b.gitpod.io",
    }
    theirs = Path(learner["JUPYTER_CONFIG_DIR"], "jupyter_config.py")
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text(
        "c.KernelSpecManager.allowed_kernelspecs = {'python3'}\n"
        "c.MappingKernelManager.default_kernel_name = 'python3'\n"
    )
    with serve_jupyter("--notebook", learner=learner) as server:
        yield server


@pytest.mark.slow
def test_the_server_shows_the_project_to_who_has_the_token(server, root):
    assert "started" in server.ask("/api/status")
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        server.get("/api/status")
    refused.value.close()

    found = server.ask("/api/kernelspecs")
    ours = found["kernelspecs"]["django_extensions"]["spec"]
    assert found["default"] == "django_extensions"
    assert ours == {"interrupt_mode": "signal", **kernel.spec()}

    (info,) = server.runtime.glob("jpserver-*.json")
    told = json.loads(info.read_text())
    assert (told["hostname"], told["root_dir"]) == ("localhost", str(root))

    name = "@jupyterlab/apputils-extension:notification"
    asked = server.ask(f"/lab/api/settings/{name}")["schema"]["properties"]["fetchNews"]
    assert asked["default"] == "false"


@pytest.mark.slow
def test_the_server_lets_in_who_comes_through_the_proxy_of_a_platform(server):
    def status(host, origin):
        visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        headers = {"Host": host, "Origin": origin, "Referer": f"{origin}/lab"}
        files = f"{server.address}/api/contents"
        try:
            for address in (f"{files}?token={server.token}", files):  # then the cookie serves
                with visitor.open(urllib.request.Request(address, headers=headers)) as answer:
                    code = answer.status
        except urllib.error.HTTPError as error:
            error.close()
            code = error.code
        return code

    assert status("8889-b.gitpod.io", "https://8889-b.gitpod.io") == 200
    assert status("localhost:8888", "https://b-8888.app.github.dev") == 200
    assert status("localhost:8888", "https://8889-c.gitpod.io") == 404


@pytest.mark.parametrize(
    ("display", "browser", "opens"),
    [(":0", "lynx", True), (None, "lynx", False), (":0", "", False)],
)
def test_a_browser_opens_where_there_are_a_window_and_a_browser(
    monkeypatch, display, browser, opens
):
    def get():
        if not browser:
            raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(webbrowser, "get", get)
    for name in ("WAYLAND_DISPLAY", "BROWSER", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if display:
        monkeypatch.setenv("DISPLAY", display)
    given = shell_plus.Command().server_arguments({"no_browser": False})
    assert ("--no-browser" not in given) == opens


def test_what_is_asked_for_takes_the_place_of_ours():
    ours = ["--ServerApp.root_dir=here", "--no-browser"]
    assert shell_plus.but_for(["--ServerApp.root_dir=there"], ours) == ["--no-browser"]
    assert shell_plus.but_for(["--no-browser", "--debug"], ours) == ["--ServerApp.root_dir=here"]


def test_jupyter_opens_on_the_copies_with_our_kernel_first_and_word_for_it(monkeypatch):
    seen = {}

    class Application:
        def initialize_server(arguments):
            seen.update(os.environ, arguments=arguments)
            return SimpleNamespace(start=lambda: None)

    monkeypatch.setenv(kernel.CALLED, "")
    monkeypatch.setenv("JUPYTER_PATH", "/theirs")
    command = shell_plus.Command()
    command.extra_args = ["--debug"]
    command.run_jupyter(Application, {"no_browser": True, "dont_load": ["stage"]})
    told = json.loads(seen[kernel.CALLED])
    assert (told["settings"], told["dont_load"]) == ("speedster.settings", ["stage"])
    assert seen["JUPYTER_PATH"] == f"{kernel.data_folder()}{os.pathsep}/theirs"
    assert "--LabApp.default_url=/lab/tree/desk/00_start_here.ipynb" in seen["arguments"]
    assert seen["arguments"][-1] == "--debug" and os.environ["JUPYTER_PATH"] == "/theirs"


@pytest.mark.parametrize(
    "ends, status",
    [
        ("exit()", CommandError),
        ("raise SystemExit(3)", CommandError),
        ("[].items()", CommandError),
        ("exit(0)", SystemExit),
    ],
)
def test_a_configuration_that_ends_jupyter_is_pointed_to(ends, status):
    """`make lab` came back without a word. What ends with 0 was asked for: --version, say."""
    with pytest.raises(status) as caught:
        shell_plus.Command().begun(SimpleNamespace(initialize_server=lambda _: exec(ends)), [])
    assert ("`make doctor` looks at it" in str(caught.value)) == (status is CommandError)


@pytest.mark.parametrize("user", [0, 1000])
def test_root_is_let_in_and_nobody_else_needs_it(monkeypatch, user):
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    given = shell_plus.Command().server_arguments({"no_browser": True})
    assert ("--allow-root" in given) == (user == 0)


@pytest.mark.parametrize(
    "flag, module",
    [("--lab", "jupyterlab"), ("--notebook", "notebook"), ("--kernel", "ipykernel")],
)
def test_a_missing_package_is_one_line_with_the_cure(monkeypatch, flag, module):
    for name in (module, f"{module}.labapp", f"{module}.app", f"{module}.kernelapp"):
        monkeypatch.setitem(sys.modules, name, None)
    said = rf"^{flag} needs more: {module}[.a-z]* is.*`make -B setup`"
    with pytest.raises(CommandError, match=said):
        call_command("shell_plus", flag)


def test_a_package_that_cannot_be_imported_is_one_line_too(python):
    answer = python("manage.py", "shell_plus", "--lab", PYTHONOPTIMIZE="2")
    [said] = answer.stderr.splitlines()
    assert "--lab cannot be imported (AttributeError" in said and "`make doctor`" in said


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


def test_the_kernel_hands_over_the_public_names_without_a_word(settings, capsys):
    settings.SHELL_PLUS_IMPORTS = [*settings.SHELL_PLUS_IMPORTS, "from json import *"]
    given = kernel.start_project()
    assert capsys.readouterr() == ("", "")
    assert given.keys() >= {"Employees", "Shifts", "assign", "loads", *classroom.__all__}
    assert "__name__" not in given  # a star brings it, and a notebook stays __main__


def test_installing_replaces_an_outdated_kernel_and_keeps_one_of_somebody_else(tmp_path):
    path = kernel.install(tmp_path)
    old = {**kernel.spec(), "display_name": "of last year"}
    path.write_text(json.dumps(old))
    assert json.loads(kernel.install(tmp_path).read_text()) == kernel.spec()
    before = path.stat().st_mtime_ns
    assert kernel.install(tmp_path) == path and path.stat().st_mtime_ns == before
    assert list(path.parent.iterdir()) == [path]
    path.write_text('{"display_name": "of somebody else"}')
    kernel.install(tmp_path)
    assert "of somebody else" in path.with_name("kernel.json.1").read_text()
    assert json.loads(path.read_text()) == kernel.spec()


# The database of a first start


@pytest.mark.skipif(scratch.fcntl is None, reason="there is no such lock")
def test_two_that_prepare_at_once_wait_for_each_other(monkeypatch, settings, tmp_path):
    """The second found half the tables, and sent people to `make reset`."""
    shutil.copytree(settings.BASE_DIR / "notebooks", tmp_path / "notebooks")
    settings.BASE_DIR = tmp_path
    tried = []

    def may_another(*command, **options):
        with (tmp_path / ".preparing").open() as other:
            try:
                scratch.fcntl.flock(other, scratch.fcntl.LOCK_EX | scratch.fcntl.LOCK_NB)
                tried.append("comes in")
            except BlockingIOError:
                tried.append("waits")

    monkeypatch.setattr(prepare, "call_command", may_another)
    monkeypatch.setattr(prepare.Employees.objects, "exists", lambda: True)
    call_command("prepare")
    may_another()
    assert tried == ["waits", "comes in"]


def a_folder(path):
    path.unlink()
    path.mkdir()


def a_file_in_the_place_of_its_folder(path):
    shutil.rmtree(path.parent)
    path.parent.touch()


def a_link_in_the_place_of_its_folder(path):
    shutil.rmtree(path.parent)
    path.parent.symlink_to(path.parents[1] / "nowhere" / "at all")


KERNEL_FILES = [
    lambda path: path.write_bytes(b"\xff\xfe"),
    lambda path: path.write_text("[" * 99_999),
]
KERNEL_FILES += [a_folder, a_file_in_the_place_of_its_folder, a_link_in_the_place_of_its_folder]


@pytest.mark.parametrize("damage", KERNEL_FILES)
def test_a_damaged_kernel_is_installed_again(tmp_path, damage):
    """The cure that the doctor names ended in a traceback, or named another environment."""
    path = kernel.install(tmp_path)
    damage(path)
    assert json.loads(kernel.install(tmp_path).read_text()) == kernel.spec()


@pytest.mark.django_db(transaction=True)
def test_prepare_loads_the_roster_into_an_empty_database_only():
    call_command("prepare")
    assert Employees.objects.count() == 30
    Employees.objects.first().delete()
    call_command("prepare")
    assert Employees.objects.count() == 29


# make, and what else starts the project


@pytest.fixture
def make(root, tmp_path):
    """Run make in the project, with a PATH and a home that hold nothing but what a test puts in."""
    if not (program := shutil.which("make")):
        pytest.skip("make is not on this machine")

    def run(*arguments, path=tmp_path, **more):
        environment = {"PATH": str(path), "HOME": str(tmp_path), **more}
        return subprocess.run(
            [program, *arguments], cwd=root, env=environment, capture_output=True, text=True
        )

    return run


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_a_backup_by_djangos_own_commands_comes_back(python, tmp_path):
    """dumpdata failed after migrate, which makes no table of the specimen; prepare does."""
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    file = tmp_path / "all.json"
    dump = ["dumpdata", "--natural-foreign", "--natural-primary", "--output", file]
    fill = ["import_employees", kernel.ROOT / "data/employees.csv"]
    for command in (["migrate"], fill, dump, ["flush", "--noinput"], ["loaddata", file]):
        answer = python("manage.py", *command, **database)
        assert not answer.returncode, answer.stderr
    assert "Installed" in answer.stdout and "speedy.employees" in file.read_text()


def test_djangos_test_command_names_the_one_that_runs_our_tests(python):
    """It ended in a traceback: it read a part of the specimen that is broken on purpose."""
    answer = python("manage.py", "test")
    assert answer.returncode and "make test, or python -m pytest" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_make_help_lists_every_target_and_no_folder_is_taken_for_one(make, root):
    makefile = (root / "Makefile").read_text()
    targets = sorted(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))
    short, long = (make(it, path=os.environ["PATH"]).stdout for it in ("help", "help-all"))
    assert set(targets) <= {"help", *re.findall(r"[a-z0-9-]+", short)}
    assert len(short.splitlines()) <= 24
    assert sorted(line.split()[1] for line in long.splitlines()) == targets
    [phony] = re.findall(r"^\.PHONY: (.*)", makefile, re.MULTILINE)
    assert sorted(phony.split()) == targets
    container = json.loads((root / ".devcontainer" / "devcontainer.json").read_text())
    assert container["postCreateCommand"].removeprefix("make ") in targets


def test_an_interpreter_that_exists_and_fails_is_passed_over(make, tmp_path):
    script(tmp_path / "python3.11", "echo 'python3.11: command not found'; exit 127")
    script(tmp_path / "python3", f'exec "{sys.executable}" "$@"')
    assert (
        "python3 manage.py -m classroom.running.installing elsewhere"
        in make("-n", "setup", "VENV=elsewhere").stdout
    )


def test_an_interpreter_is_found_where_pythonhome_leads_nowhere(make, tmp_path):
    script(tmp_path / "python3", f'exec "{sys.executable}" "$@"')
    answer = make("-n", "setup", "VENV=elsewhere", PYTHONHOME="/nowhere")
    assert "python3 manage.py -m classroom.running.installing elsewhere" in answer.stdout


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


def test_a_name_with_a_space_or_a_quote_in_it_stays_one(make, tmp_path):
    """make room NAMES="class 7a.txt" said that 7a.txt is no argument that it knows."""
    script(tmp_path / "told", 'for it in "$@"; do echo "<$it>"; done')
    room, name = ("-o", ".venv-room/.ready", "ROOM_PY=told", "room"), 'class 7a\'s "best".txt'
    path = f"{tmp_path}:{os.defpath}"
    assert f"<{name}>" in make(*room, f"NAMES={name}", path=path).stdout.splitlines()
    assert "make room NAMES=names.txt, a name a line" in make(*room, path=path).stderr


TAKEN_AWAY = ["PYTHONSAFEPATH", "PYTHONHOME", "PYTHONOPTIMIZE", "PYTHONINSPECT"]


@pytest.mark.parametrize("name", TAKEN_AWAY)
def test_what_would_keep_python_from_its_work_is_taken_away(make, tmp_path, name):
    script(tmp_path / "told", f'echo "<${name}>"')
    answer = make("doctor", "VENV=elsewhere", "PYTHON=told", f"{name}=/nowhere")
    assert answer.stdout.splitlines() == ["<>"]


@pytest.mark.parametrize("file", ["Makefile", ".binder/postBuild"])
def test_every_command_that_is_called_exists(root, file):
    called = re.findall(r"manage\.py ([a-z_]+)", (root / file).read_text())
    assert called
    assert set(called) <= get_commands().keys()
