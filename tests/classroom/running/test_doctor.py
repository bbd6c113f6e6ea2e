"""Each line of the doctor can go wrong, and then names its cure."""

import json
import os
import shutil
import subprocess
import sys
from itertools import cycle

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from classroom.running import doctor, homes, kernel, refusals
from classroom.running.kernel import ROOT

CURE = refusals.MIGRATE


def test_an_old_interpreter():
    finding = doctor.check_interpreter((3, 9))
    assert str(finding).startswith("✗ Python 3.9")
    assert "install a newer one" in finding.cure


@pytest.mark.parametrize("line", ["Django==1.0", "no-such-package==1.0"])
def test_a_package_that_is_not_the_locked_one(tmp_path, line):
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"{line}\n    # via speedster\n")
    finding = doctor.check_packages(lock)
    assert line.partition("==")[0] in finding.what
    assert "make -B setup" in finding.cure


def test_a_package_of_another_platform_is_not_missed(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text("no-such-package==1.0 ; sys_platform == 'elsewhere'\n")
    assert not doctor.check_packages(lock).cure


def test_no_packages_at_all(monkeypatch):
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)
    assert doctor.check_packages().cure == "make -B setup"


def test_a_kernel_that_is_well_or_not_there(tmp_path):
    path = kernel.install(tmp_path)
    assert not doctor.check_kernel(path).cure
    finding = doctor.check_kernel(tmp_path / "kernel.json")
    assert "not installed" in finding.what and "install_kernel" in finding.cure


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{", "damaged"),
        ("[]", "damaged"),
        ({"env": {"PYTHONPATH": 5}}, "damaged"),
        ({"argv": ["/gone/python"]}, "is gone"),
        ({"env": {"PYTHONPATH": "/elsewhere"}}, "belongs to the project in"),
        ({"env": {"PYTHONPATH": str(doctor.ROOT)}}, f"{doctor.SWITCH} is not set"),
    ],
)
def test_a_kernel_that_cannot_start(tmp_path, text, found):
    path = kernel.install(tmp_path)
    path.write_text(text if isinstance(text, str) else json.dumps(kernel.spec() | text))
    finding = doctor.check_kernel(path)
    assert found in finding.what and "install_kernel" in finding.cure


def jupyter_folder(tmp_path):
    """A folder in which another project has a kernel of our name."""
    theirs = tmp_path / "kernels" / kernel.NAME
    theirs.mkdir(parents=True)
    (theirs / "kernel.json").write_text(json.dumps({"argv": ["theirs"], "display_name": "theirs"}))
    return theirs


def test_a_kernel_of_another_project_that_wins(tmp_path, monkeypatch):
    kernel.install()
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "none"))
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    assert not doctor.check_winner().cure
    theirs = jupyter_folder(tmp_path)
    monkeypatch.setenv("JUPYTER_PATH", os.pathsep.join(["/none", str(tmp_path)]))
    finding = doctor.check_winner()
    assert str(theirs) in finding.what and finding.cure.startswith("unset JUPYTER_PATH")
    monkeypatch.delenv("JUPYTER_PATH")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    finding = doctor.check_winner()
    assert str(theirs) in finding.what and finding.cure.startswith("rename that folder")


@pytest.mark.parametrize(
    ("file", "text", "what", "cure"),
    [
        (
            "jupyter_config.py",
            "c.KernelSpecManager.allowed_kernelspecs = {'python3'}",
            "it is configured to start python3 alone",
            "allow django_extensions in {}",
        ),
        (
            "jupyter_lab_config.json",
            '{"KernelSpecManager": {"allowed_kernelspecs": ["python3"]}}',
            "it is configured to start python3 alone",
            "allow django_extensions in {}",
        ),
        (
            "jupyter_server_config.py",
            "c.MappingKernelManager.default_kernel_name = 'ours'",
            "a new notebook starts ours, which is not here",
            "correct default_kernel_name in {}",
        ),
        ("jupyter_config.py", "c.x =", "cannot be taken (SyntaxError", "move it aside: "),
        ("jupyter_server_config.json", "{", "cannot be taken (JSONDecodeError", "move it aside: "),
        ("jupyter_config.py", "raise SystemExit(3)", "cannot be taken (SystemExit", "move it"),
        (
            "jupyter_config.py",
            "c.KernelSpecManager.allowed_kernelspecs = 5",
            "expected a set, not the int 5",
            "move it aside: {}",
        ),
    ],
)
def test_a_configuration_of_jupyter_that_another_kernel_wins(
    tmp_path, monkeypatch, file, text, what, cure
):
    kernel.install()
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    assert not doctor.check_winner().cure
    (tmp_path / file).write_text(text)
    finding = doctor.check_winner()
    assert what in finding.what and cure.format(tmp_path / file) in finding.cure


def test_a_home_that_cannot_be_written(tmp_path, monkeypatch):
    for name in homes.HOMES:
        monkeypatch.setenv(name, str(tmp_path / name))
    assert not doctor.check_home().cure
    (tmp_path / "file").touch()
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "file" / "ipython"))
    finding = doctor.check_home()
    assert f"{tmp_path / 'file' / 'ipython'} cannot be written" in finding.what
    assert finding.cure == "unset IPYTHONDIR"
    monkeypatch.delenv("IPYTHONDIR")
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    finding = doctor.check_home()
    assert "~/.ipython cannot be written" in finding.what and "set HOME" in finding.cure


@pytest.mark.slow
@pytest.mark.parametrize("ends", ["raise SystemExit(3)", "import os; os._exit(4)"])
def test_startup_files_that_end_each_kernel(tmp_path, monkeypatch, ends):
    """The kernel died without a word, and every line of the doctor was green."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "mine.py").write_text("raise ValueError('of no matter')")
    assert not doctor.check_startup_files().cure
    (startup / "mine.py").write_text(ends)
    finding = doctor.check_startup_files()
    assert "ends each kernel" in finding.what and str(tmp_path) in finding.cure


def test_startup_files_that_take_a_name_of_the_lessons(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    assert "none takes" in doctor.check_startup_files().what
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-mine.py").write_text("import numpy as np\ntrace = np.trace\n")
    (startup / "a folder.py").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(startup / "a pipe.py")  # to read it would wait for ever
    assert "00-mine.py takes trace" in doctor.check_startup_files().what
    monkeypatch.setenv("IPYTHONDIR", "~nosuchuser/x")
    assert doctor.check_startup_files().cure == "unset IPYTHONDIR"


def test_an_async_switch_that_reaches_the_web_server():
    finding = doctor.check_switch({"DJANGO_ALLOW_ASYNC_UNSAFE": "true"})
    assert finding.cure == "unset DJANGO_ALLOW_ASYNC_UNSAFE"


@pytest.fixture
def crosses(python):
    """The lines of a whole report that are crosses, by what they are about."""

    def crosses(*options, **environment):
        answer = python(*options, "classroom/running/doctor.py", PYTHONUTF8="1", **environment)
        found = [line[2:] for line in answer.stdout.splitlines() if line.startswith("✗ ")]
        assert answer.returncode == bool(found)
        assert all(" -> " in line for line in found)
        return {line.partition(":")[0]: line for line in found}

    return crosses


def test_python_that_leaves_out_what_is_asserted(crosses):
    """Jupyter cannot be imported without docstrings, and the whole report was a traceback."""
    found = crosses(PYTHONOPTIMIZE="2")
    assert found.keys() >= {"winner"} and "AttributeError" in found["winner"]
    assert found["winner"].endswith("-> unset PYTHONOPTIMIZE")
    assert any("unset PYTHONOPTIMIZE" in line for line in found.values())


def test_settings_that_cannot_start(crosses):
    found = crosses(DJANGO_DEBUG="0")
    assert "set DJANGO_SECRET_KEY" in found["settings"]
    assert "correct the settings" in found["database"]


def test_a_database_that_is_not_migrated_or_does_not_answer(crosses, tmp_path):
    assert "migrations are not applied -> make prepare" in crosses()["database"]
    url = f"sqlite:///{tmp_path / 'no such folder' / 'db.sqlite3'}"
    assert "or set DATABASE_URL to sqlite:" in crosses(DATABASE_URL=url)["database"]


@pytest.mark.django_db
def test_a_database_that_may_not_be_written_is_found(monkeypatch):
    """SQLite left the files beside it read-only, and every line was green."""
    assert not doctor.check_database().cure
    monkeypatch.setattr(refusals, "not_writable", lambda file: f"{file}-wal")
    assert "-wal (chmod u+w)" in doctor.check_database().cure


def test_settings_of_another_project(crosses):
    found = crosses(DJANGO_SETTINGS_MODULE="mysite.settings")["settings"]
    assert "mysite" in found and found.endswith("-> unset DJANGO_SETTINGS_MODULE")


@pytest.mark.parametrize(
    "environment, said",
    [
        ({"DJANGO_SETTINGS_MODULE": "mysite.settings"}, "came mysite.settings"),
        ({"DJANGO_SETTINGS_MODULE": "speedster.setings"}, "No module named 'speedster.setings'"),
        ({"DJANGO_SETTINGS_MODULE": "speedster"}, "it does not install speedy. Leave"),
        ({"DJANGO_SETTINGS_MODULE": "speedy.models"}, "came speedy.models"),
        ({"DJANGO_SCRIPT_NAME": "https://a.org/b"}, "DJANGO_SCRIPT_NAME expected the path"),
        ({"DJANGO_DEBUG": "2", "DJANGO_SETTINGS_MODULE": " "}, "DJANGO_DEBUG expected 1 or 0"),
        ({"DJANGO_SETTINGS_MODULE": ".settings"}, "came .settings"),
        ({"DATABASE_URL": "sqlite:///%00x"}, "DATABASE_URL expected a URL"),
        ({"DATABASE_URL": "oracle://x/y"}, "driver, oracledb, is not installed"),
        ({"DATABASE_URL": "sqlite:////none/db.sqlite3"}, "/none/db.sqlite3 cannot be used"),
    ],
)
def test_a_command_says_in_a_sentence_what_is_wrong_with_the_environment(python, environment, said):
    answer = python("manage.py", "prepare", **environment)
    assert answer.returncode and said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_what_fails_otherwise_than_an_import_is_first_a_matter_of_the_environment():
    """For a proxy that is none the doctor named make -B setup, which changes nothing."""

    def check_winner():
        raise ValueError("Unknown scheme for proxy URL URL('nonsense')")

    assert doctor.checked(check_winner).cure.startswith(doctor.CORRECT)


def test_where_nothing_is_installed(crosses):
    assert crosses("-S").keys() >= {"packages", "settings", "database"}


@pytest.fixture
def copied(learner, tmp_path):
    """A copy of the project's own packages: how to run Python there, and where it lies."""
    for package in doctor.OURS:
        shutil.copytree(ROOT / package, tmp_path / package)
    for alone in ("manage.py", "requirements.txt"):
        shutil.copy(ROOT / alone, tmp_path)

    def run(*command):
        command = [sys.executable, *command]
        return subprocess.run(command, cwd=tmp_path, env=learner, capture_output=True, text=True)

    return run, tmp_path


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("classroom/__init__.py", "def broken(:", "classroom/__init__.py, line 1"),
        ("classroom/running/homes.py", "", "classroom/running/doctor.py, line"),
        ("classroom/running/refusals.py", None, "classroom/running/doctor.py, line"),
        ("speedster/__init__.py", "import whatfires.nothing", "speedster/__init__.py, line 1"),
        ("speedy/models/__init__.py", "", "(speedy/"),
    ],
)
def test_a_module_of_ours_that_is_broken_is_named_and_no_other_cure(copied, file, text, place):
    """The doctor ended in a traceback, or sent people to their environment and their packages."""
    run, folder = copied
    broken = folder / file
    broken.unlink() if text is None else broken.write_text(text)
    answer = run("classroom/running/doctor.py")
    assert not answer.stderr and len(answer.stdout.splitlines()) == len(doctor.CHECKS)
    crosses = [line for line in answer.stdout.splitlines() if "✗" in line and "kernel" not in line]
    assert any(place in line and line.endswith(doctor.RESTORE) for line in crosses), crosses
    assert not any(doctor.REINSTALL in line or doctor.CORRECT in line for line in crosses), crosses
    assert "Traceback" not in run("manage.py", "prepare").stderr


def test_a_function_of_ours_that_is_gone_is_named(copied):
    """A command said that the doctor names the cure, and each of its lines was green."""
    run, folder = copied
    rule = folder / "speedy/scheduling.py"
    rule.write_text(rule.read_text().replace("def assign(", "def asign("))
    assert "`make doctor` names the cure" in run("manage.py", "prepare").stderr
    [line] = [it for it in run("classroom/running/doctor.py").stdout.splitlines() if "assign" in it]
    assert line.startswith("✗ modules") and "(speedy/" in line and line.endswith(doctor.RESTORE)


def test_a_model_without_its_migration_has_its_cure(copied):
    """It was green, and a command sent people to move their database aside, which did not help."""
    run, folder = copied
    model = folder / "speedy/models/employees.py"
    field = "    nickname = models.TextField(default='')\n    age = "
    run("manage.py", "prepare")
    model.write_text(model.read_text().replace("    age = ", field, 1))
    [line] = [it for it in run("classroom/running/doctor.py").stdout.splitlines() if "base:" in it]
    assert line == f"✗ database: models of speedy were changed, without a migration -> {CURE}"
    said = run("manage.py", "import_employees", ROOT / "data/employees.csv").stderr
    assert f"if you changed a model, {CURE}" in said


@pytest.mark.django_db
def test_a_database_that_is_ahead_of_the_project_is_found():
    MigrationRecorder(connection).record_applied("speedy", "0099_mine")
    finding = doctor.check_database()
    assert "speedy.0099_mine" in finding.what and "go back to the files" in finding.cure


BROKEN = cycle(["def broken(:", "from whatfires import no_such_name"])
TARGETS = ["html", "lite", "wheel", "clean", "room NAMES=2", "test-postgres"]


@pytest.mark.parametrize(("target", "text"), [*zip(TARGETS, BROKEN, strict=False)])
def test_whatever_make_is_asked_for_says_in_a_sentence_that_a_module_is_broken(
    copied, target, text
):
    """These ended in tracebacks, since Python, told `-m`, loads the module before it can say so."""
    _, folder = copied
    for package in ("room", "lite"):
        shutil.copytree(ROOT / package, folder / package)
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "speedster" / "__init__.py").write_text(text)
    ready = ["-o", "setup", "-o", ".venv-lite", "-o", ".venv-room/.ready"]  # taken for made
    pythons = [f"{it}={sys.executable}" for it in ("PY", "ROOM_PY", "PYTHON")]
    command = ["make", *ready, *pythons, *target.split()]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert answer.returncode and "Traceback" not in answer.stdout + answer.stderr
    assert "Expected a project that can be loaded; came " in answer.stderr


def test_a_site_whose_modules_are_broken_is_a_sentence(copied):
    """Sphinx shows a traceback of whatever ends its configuration."""
    run, folder = copied
    shutil.copytree(ROOT / "docs", folder / "docs")
    (folder / "whatfires" / "drawing.py").write_text("def broken(:")
    answer = run("manage.py", "-m", "docs.conf", "-q", "-c", "docs", ".", "site")
    assert answer.stderr.startswith("Expected a project that can be loaded; came SyntaxError")


def test_files_that_hide_a_module_are_named_and_no_other_cure(copied):
    """The doctor said make -B setup, which changes nothing."""
    run, folder = copied
    (folder / "packaging").mkdir()
    for name in ("django.py", "random.py", "packaging/__init__.py"):
        (folder / name).write_text("notes = 1\n")
    said = run("classroom/running/doctor.py").stdout
    names = "django.py, packaging, random.py"
    assert f"✗ files: {names} takes the place of what is imported -> rename {names}, or" in said
    assert not any(doctor.REINSTALL in line for line in said.splitlines())
    assert "Traceback" not in run("manage.py", "prepare").stderr


@pytest.mark.skipif(sys.platform != "linux", reason="it takes a power from root as Linux does")
def test_a_folder_that_cannot_be_read_hides_nothing(tmp_path):
    (tmp_path / "desk").mkdir(mode=0)
    as_anybody = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    ask = "import pathlib; from classroom.running import doctor; "
    ask += f"print([doctor.hiding(pathlib.Path({str(tmp_path)!r}))])"
    command = [*(as_anybody if os.geteuid() == 0 else []), sys.executable, "-c", ask]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (answer.stdout, answer.stderr) == ("['']\n", "")


def test_a_set_up_machine_is_all_ticks(python, crosses):
    kernel.install()
    assert python("manage.py", "prepare").returncode == 0
    assert crosses().keys() <= {"packages"}  # the lock's Django is not the only one tested
