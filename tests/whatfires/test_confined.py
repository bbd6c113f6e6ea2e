"""What operations that are tried out may do to files: nothing outside of a folder of their own."""

import errno
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
from tempfile import gettempdir as early_gettempdir
from tempfile import gettempdirb as early_gettempdirb

import pytest
from django.db.models.signals import post_save

from classroom.scenes.stage.models import Person
from whatfires import connected, what_fires
from whatfires.confined import Refused, confined
from whatfires.threads import in_a_thread

remove = os.remove  # under a name of one's own, which a patch would not reach

early = os.open  # the same


def by_number(path, change):
    number = os.open(path, os.O_RDONLY)
    try:
        return change(number)
    finally:
        os.close(number)


def inside(open_file, folder):
    """Open a file in a folder, while the code is in the folder of the look itself."""
    os.chdir(tempfile.gettempdir())
    return open_file("new", os.O_CREAT | os.O_WRONLY, dir_fd=folder)


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
    "chmod by number": lambda kept, new: by_number(kept, lambda it: os.chmod(it, 0o600)),  # noqa: PTH101
    "fchmod": lambda kept, new: by_number(kept, lambda it: os.fchmod(it, 0o600)),
    "fchown": lambda kept, new: by_number(kept, lambda it: os.fchown(it, -1, -1)),
    "utime by number": lambda kept, new: by_number(kept, lambda it: os.utime(it, (1, 1))),
    "truncate by number": lambda kept, new: by_number(kept, lambda it: os.truncate(it, 0)),
    "a folder for compiled code": lambda kept, new: (kept.parent / "__pycache__/new").touch(),
    "mkfifo": lambda kept, new: os.mkfifo(new),
    "mknod": lambda kept, new: os.mknod(new),
    "mkfifo in a folder": lambda kept, new: by_number(
        kept.parent, lambda it: os.mkfifo("new", dir_fd=it)
    ),
    "open in a folder": lambda kept, new: by_number(kept.parent, lambda it: inside(os.open, it)),
    "mkdir in a folder": lambda kept, new: by_number(
        kept.parent, lambda it: os.mkdir("new", dir_fd=it)
    ),
    "a folder by number": lambda kept, new: by_number(
        kept.parent, lambda it: (os.fchdir(it), Path("new").touch())
    ),
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
    (path.parent / "__pycache__").mkdir()
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


def test_a_folder_that_python_does_not_tell_is_refused(kept):
    with pytest.raises(Refused, match=r"a change of new \(open in some folder\)"):
        apart(lambda: by_number(kept.parent, lambda it: inside(early, it)))
    assert not (kept.parent / "new").exists()


def test_files_of_its_own_are_changed_by_every_way():
    def write():
        folder = Path(tempfile.gettempdir())
        by_number(folder, lambda it: os.mkdir("deeper", dir_fd=it))
        os.close(os.open(folder / "a", os.O_CREAT | os.O_WRONLY))
        by_number(folder, lambda it: os.close(os.open("b", os.O_CREAT | os.O_WRONLY, dir_fd=it)))
        by_number(folder / "a", lambda it: (os.fchmod(it, 0o600), os.utime(it, (1, 1))))
        os.mkfifo(folder / "fifo")
        with tempfile.TemporaryFile() as nameless:
            os.fchmod(nameless.fileno(), 0o600)
            os.ftruncate(nameless.fileno(), 1)
        reading, writing = os.pipe()
        os.fchmod(writing, 0o600)
        os.close(reading), os.close(writing)
        return sorted(it.name for it in folder.iterdir())

    assert apart(write) == ["a", "b", "deeper", "fifo"]


def test_where_the_system_does_not_tell_the_path_it_is_found(kept, monkeypatch):
    monkeypatch.setattr(Path, "readlink", lambda path: Path("nowhere").stat())
    with pytest.raises(Refused, match="a change of /file"):
        apart(lambda: by_number(kept, lambda it: os.fchmod(it, 0o600)))
    test_files_of_its_own_are_changed_by_every_way()


@pytest.mark.parametrize("get", [early_gettempdir, early_gettempdirb])
def test_the_temporary_folder_is_the_look_s_under_every_name(get):
    folder = apart(lambda: os.fsdecode(get()))
    assert "whatfires-" in folder and os.fsdecode(get()) not in (folder, "")


def test_temporary_files_may_have_names_in_bytes():
    number, path = apart(lambda: tempfile.mkstemp(prefix=b"x"))
    os.close(number)
    assert b"whatfires-" in path and not os.path.exists(path)  # noqa: PTH110


def test_the_system_s_temporary_folder_is_outside():
    path = Path(early_gettempdir(), "for somebody else")
    with pytest.raises(Refused):
        apart(path.touch)
    assert not path.exists()


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/stderr", "/dev/tty", os.devnull])
def test_what_print_writes_to_may_be_written(path):
    def write():
        try:
            os.close(os.open(path, os.O_WRONLY))
        except OSError as error:  # nobody sits there
            return errno.errorcode[error.errno]
        return "written"

    assert apart(write) == write()


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
