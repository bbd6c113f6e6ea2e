"""What operations that are tried out may do to files: nothing outside of a folder of their own."""

import importlib
import io
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from django.db.models.signals import post_save

from classroom.scenes.stage.models import Person
from whatfires import connected, what_fires
from whatfires.confined import Refused, confined
from whatfires.threads import in_a_thread

remove = os.remove  # under a name of one's own, which a patch would not reach

WAYS = {
    "open": lambda kept, new: open(kept, "w"),  # noqa: PTH123, SIM115
    "open, to read and write": lambda kept, new: open(kept, "r+b"),  # noqa: PTH123, SIM115
    "io.open": lambda kept, new: io.open(new, "a"),  # noqa: SIM115, UP020
    "os.open": lambda kept, new: os.open(new, os.O_CREAT | os.O_RDWR),
    "pathlib": lambda kept, new: new.write_text("ours"),
    "touch": lambda kept, new: kept.touch(),
    "mkdir": lambda kept, new: new.mkdir(),
    "unlink": lambda kept, new: kept.unlink(),
    "remove": lambda kept, new: remove(kept),
    "rename": lambda kept, new: kept.rename(new),
    "truncate": lambda kept, new: os.truncate(kept, 0),
    "chmod": lambda kept, new: kept.chmod(0o600),
    "symlink": lambda kept, new: new.symlink_to(kept),
    "copy": lambda kept, new: shutil.copy(kept, new),
    "rmtree": lambda kept, new: shutil.rmtree(kept.parent),
    "sqlite3": lambda kept, new: sqlite3.connect(new),
    "sqlite3, a URI": lambda kept, new: sqlite3.connect(f"file:{new}?cache=shared", uri=True),
    "sqlite3, a URI with a fragment": lambda kept, new: sqlite3.connect(
        f"file:{new}#?mode=memory", uri=True
    ),
    "a hard link": lambda kept, new: os.link(kept, Path(tempfile.gettempdir(), "link")),
    "a thread": lambda kept, new: in_a_thread(new.touch, tempfile.TemporaryDirectory, "another"),
}


def apart(call):
    return in_a_thread(call, confined, "confined")


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "kept" / "index"
    path.parent.mkdir()
    path.write_text("theirs")
    path.chmod(0o644)
    return path


def state(folder):
    """All that is in a folder, and when it was changed."""
    return {it: (it.lstat().st_mode, it.lstat().st_mtime_ns) for it in folder.rglob("*")}


@pytest.mark.parametrize("way", WAYS)
def test_a_file_outside_of_the_folder_is_neither_written_nor_removed(way, kept):
    new, before = kept.parent / "new", state(kept.parent)
    with pytest.raises(Refused, match=r"nothing leaves the process: a change of .*kept"):
        apart(lambda: WAYS[way](kept, new))
    assert state(kept.parent) == before and kept.read_text() == "theirs"


def test_what_reads_and_what_changes_nothing_goes_on(kept):
    database = kept.parent / "real.sqlite3"
    sqlite3.connect(database).close()
    uri = f"file:{database}?mode=ro"

    def read():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with pytest.raises(FileNotFoundError):
            remove(kept.parent / "gone")
        sqlite3.connect(uri, uri=True).close()
        Path(os.devnull).write_text("dropped")
        return kept.read_text()

    assert apart(read) == "theirs"


def test_temporary_files_may_be_written_and_are_gone_afterwards():
    def write():
        folder = Path(tempfile.mkdtemp())
        (folder / "deeper").mkdir()
        (folder / "deeper" / "a file?").write_text("ours")
        with tempfile.TemporaryDirectory() as other:
            Path(other, "b").touch()
        with tempfile.NamedTemporaryFile(dir=folder) as named:
            named.write(b"ours")
        sqlite3.connect(folder / "small.sqlite3").close()
        shutil.rmtree(folder / "deeper")
        return folder

    folder = apart(write)
    assert not folder.exists() and not folder.parent.exists()
    assert tempfile.gettempdir() != str(folder.parent)


def test_python_keeps_what_it_has_compiled(tmp_path, monkeypatch):
    (tmp_path / "compiled_for_a_look.py").write_text("ANSWER = 42")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    module = apart(lambda: importlib.import_module("compiled_for_a_look"))
    assert module.ANSWER == 42 and list(tmp_path.rglob("*.pyc"))
    del sys.modules["compiled_for_a_look"]


@pytest.mark.parametrize("start", [lambda: subprocess.run(["true"]), lambda: os.system("true")])
def test_a_program_is_refused(start):
    with pytest.raises(Refused, match="to run a program was refused"):
        apart(start)


def test_other_threads_write_meanwhile_and_all_do_afterwards(kept):
    is_confined, is_done, log = threading.Event(), threading.Event(), kept.parent / "log"

    def write():
        is_confined.wait(10)
        log.write_text("theirs")
        is_done.set()

    writer = threading.Thread(target=write)
    writer.start()
    apart(lambda: (is_confined.set(), is_done.wait(10)))
    writer.join()
    kept.write_text("again")
    assert (log.read_text(), kept.read_text()) == ("theirs", "again")


@pytest.mark.django_db
def test_the_reason_names_the_file(kept):
    def index(**kwargs):
        kept.write_text("spoilt")

    with connected(post_save, index, sender=Person):
        created, deleted = what_fires(Person, "Person.objects.create(...)", "person.delete()")
    assert created["save()"] == "?" and str(kept) in created["passed"]
    assert deleted["delete()"] == "◆"  # what it needs is stored without the receiver
    assert kept.read_text() == "theirs"
