"""Each line of the doctor can go wrong, and then names its cure."""

import json
import sys

import pytest

from classroom.running import doctor, kernel


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
    assert doctor.check_packages().cure == "make setup"


@pytest.fixture
def kernel_json(tmp_path):
    return kernel.install(tmp_path)


def rewrite(path, **changes):
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_kernel_that_is_well(kernel_json):
    assert not doctor.check_kernel(kernel_json).cure
    assert not doctor.check_switch_in_kernel(kernel_json).cure


def test_a_kernel_that_is_not_installed(tmp_path):
    finding = doctor.check_kernel(tmp_path / "kernel.json")
    assert "not installed" in finding.what
    assert "install_kernel" in finding.cure


def test_a_kernel_that_is_damaged(kernel_json):
    kernel_json.write_text("{")
    assert "damaged" in doctor.check_kernel(kernel_json).what


def test_a_kernel_whose_interpreter_is_gone(kernel_json, tmp_path):
    rewrite(kernel_json, argv=[str(tmp_path / "gone" / "python")])
    assert "is gone" in doctor.check_kernel(kernel_json).what


def test_a_kernel_of_another_project(kernel_json, tmp_path):
    rewrite(kernel_json, env={"PYTHONPATH": str(tmp_path)})
    assert "belongs to the project in" in doctor.check_kernel(kernel_json).what


def test_a_kernel_without_the_async_switch(kernel_json):
    rewrite(kernel_json, env={"PYTHONPATH": str(doctor.ROOT)})
    finding = doctor.check_switch_in_kernel(kernel_json)
    assert "is not set in the kernel" in finding.what
    assert "install_kernel" in finding.cure


def test_an_async_switch_that_reaches_the_web_server():
    finding = doctor.check_switch_outside({"DJANGO_ALLOW_ASYNC_UNSAFE": "true"})
    assert finding.cure == "unset DJANGO_ALLOW_ASYNC_UNSAFE"


def wrong(answer):
    """The lines of a whole report that are crosses, by what they are about."""
    crosses = [line[2:] for line in answer.stdout.splitlines() if line.startswith("✗ ")]
    return {line.partition(":")[0]: line for line in crosses}


def test_settings_that_cannot_start(python):
    answer = python("-m", "classroom.running.doctor", DJANGO_DEBUG="0", PYTHONUTF8="1")
    assert answer.returncode == 1
    assert "set DJANGO_SECRET_KEY" in wrong(answer)["settings"]
    assert "correct the settings" in wrong(answer)["database"]


def test_a_database_that_is_not_migrated(python):
    line = wrong(python("-m", "classroom.running.doctor", PYTHONUTF8="1"))["database"]
    assert "migrations are not applied -> make prepare" in line


def test_a_database_that_does_not_answer(python, tmp_path):
    url = f"sqlite:///{tmp_path / 'no such folder' / 'db.sqlite3'}"
    line = wrong(python("-m", "classroom.running.doctor", DATABASE_URL=url, PYTHONUTF8="1"))[
        "database"
    ]
    assert "-> start it, or correct DATABASE_URL" in line


def test_every_cross_names_a_cure_where_nothing_is_installed(python):
    answer = python("-S", "-m", "classroom.running.doctor", PYTHONUTF8="1")
    assert answer.returncode == 1
    assert wrong(answer).keys() >= {"packages", "settings", "database"}
    assert all(" -> " in line for line in wrong(answer).values())


def test_a_set_up_machine_is_all_ticks(python):
    kernel.install()
    assert python("manage.py", "prepare").returncode == 0
    answer = python("-m", "classroom.running.doctor", PYTHONUTF8="1")
    assert wrong(answer).keys() <= {"packages"}  # the lock's Django is not the only one tested
