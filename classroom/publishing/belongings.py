"""Write over what a command wrote itself, and over nothing else.

Each folder that a command writes into holds a note of it: a line a file, with its digest. A file
that still is as noted may be written over and removed. Any other is somebody's, whatever its name:
it is moved into `kept/` first. Lines are only ever added, so a command may be killed at any point.
See https://git-scm.com/docs/git-show
"""

import errno
import hashlib
import json
import os
import shutil
import subprocess
from collections import defaultdict
from contextlib import suppress
from datetime import datetime
from pathlib import Path, PurePath

from classroom.running.kernel import ROOT

KEPT = "kept"
NOTE = ".written-by-speedster"
TAGS_OF_THE_COURSE = {"varies", "raises-exception"}
# What Jupyter and editors note on a cell as somebody reads or runs it.
NOTED_BY_JUPYTER = {
    "ExecuteTime",
    "collapsed",
    "execution",
    "jupyter",
    "scrolled",
    "trusted",
    "vscode",
}


class Folder:
    """A folder that a command writes into; `moved` lists what was moved aside for it.

    `in_git` says that git keeps its files: what is as committed is lost to nobody, either.
    """

    def __init__(self, path, root=ROOT, in_git=False):
        self.path, self.root, self.moved, self.in_git = Path(path), Path(root), [], in_git
        self.note, self.noted = self.path / NOTE, defaultdict(set)
        for line in (content_of(self.note) or b"").decode(errors="replace").splitlines():
            digest, _, name = line.partition(" ")
            self.noted[name].add(digest)

    def is_ours(self, name):
        """Tell whether a file is as a command wrote it."""
        file = self.path / name
        content = content_of(file)
        if content is None:
            return False
        if digest_of(name, content) in self.noted[name]:
            return True
        return self.in_git and content == as_committed(file, self.root)

    def lay(self, name, content):
        """Write a file of these bytes; what is somebody's and says another thing is moved aside."""
        file, digest = self.path / name, digest_of(name, content)
        there = content_of(file)
        same = there is not None and digest_of(name, there) == digest
        if place := self.in_the_way(name):
            self.move(place)
        elif os.path.lexists(file) and not same and not self.is_ours(name):
            self.move(file)
        if there != content:
            write_whole(file, content)
        self.remember(name, digest)

    def in_the_way(self, name):
        """Return what is no folder on the way to a file, or no file in its place; or None."""
        ways = [self.path / way for way in reversed(PurePath(name).parents)]
        odd = [way for way in ways if os.path.lexists(way) and not way.is_dir()]
        if os.path.lexists(file := self.path / name) and not file.is_file():
            odd.append(file)
        return odd[0] if odd else None

    def move(self, path):
        self.moved.append(move_aside([path], self.root) / relative(path, self.root))

    def remember(self, name, digest):
        """Note that a file of this digest is the command's own."""
        if digest not in self.noted[name]:
            self.noted[name].add(digest)
            self.path.mkdir(parents=True, exist_ok=True)
            if place := self.in_the_way(NOTE):
                self.move(place)
            with self.note.open("a", encoding="utf-8") as note:
                note.write(f"{digest} {name}\n")

    def remove(self, names):
        """Remove those of these files that are as noted; return the names of these."""
        ours = [name for name in names if self.is_ours(name)]
        for name in ours:
            (self.path / name).unlink()
        return ours

    def remove_all(self):
        """Remove everything that is as noted, and the folders that this leaves empty."""
        self.remove(list(self.noted))
        if not any((self.path / name).exists() for name in self.noted):
            self.note.unlink(missing_ok=True)
        for folder in sorted((Path(name).parent for name in self.noted), reverse=True):
            with suppress(OSError):  # something of somebody's lies in it, or it is gone
                os.removedirs(self.path / folder)

    def told(self):
        """Say what was moved aside; nothing for nothing."""
        return [f"{it.name} was not as this command left it: it is kept as "
                f"{it.relative_to(self.root).as_posix()}." for it in self.moved]  # fmt: skip


def content_of(file):
    """Return the bytes of a file; None for what is none, or cannot be read."""
    with suppress(OSError):
        if file.is_file():
            return file.read_bytes()
    return None


def digest_of(name, content):
    """Return the digest of a file; of a notebook, of its cells, what they show and what is on them.

    Jupyter writes versions of its own beside them when it saves.
    """
    if str(name).endswith(".ipynb"):
        with suppress(ValueError, LookupError, TypeError, AttributeError):
            cells = [
                [it["cell_type"], "".join(it["source"]), it.get("outputs", []), *put_on(it)]
                for it in json.loads(content)["cells"]
            ]
            content = json.dumps(cells, sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()


def put_on(cell):
    """List what a person put on a cell without changing its text: files, tags, a slide's kind...

    Nothing for a cell of the course, so that a digest that was noted without it still holds.
    """
    metadata = cell.get("metadata", {})
    tags = sorted({*metadata.get("tags", [])} - TAGS_OF_THE_COURSE)
    put = {name: it for name, it in metadata.items() if name not in NOTED_BY_JUPYTER}
    put |= {"attachments": cell.get("attachments"), "tags": tags}
    return [put] if any(put.values()) else []


def as_committed(file, root):
    """Return a file's bytes as git has them; None where there is no git, or it has none."""
    command = ["git", "-C", str(root), "show", f"HEAD:./{file.relative_to(root).as_posix()}"]
    try:
        shown = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return None
    return shown.stdout if shown.returncode == 0 else None


def write_whole(file, content):
    """Write a file so that it is there whole or as before, whenever this is killed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{os.getpid()}.part")
    try:
        fresh.write_bytes(content)
        fresh.replace(file)
    except BaseException:  # the disk is full, or somebody interrupts
        fresh.unlink(missing_ok=True)
        raise


def move_aside(paths, root=ROOT):
    """Move files and folders into a new folder below `kept/`, as they lay; return that folder.

    All of them, or none: where one may not be moved, the others are put back.
    """
    kept, moved = new_folder(Path(root, KEPT)), []
    try:
        for path in paths:
            place = kept / relative(path, root)
            place.parent.mkdir(parents=True, exist_ok=True)
            move(path, place)
            moved.append((place, path))
    except OSError:
        for place, path in reversed(moved):
            if not os.path.lexists(path):
                move(place, path)
        with suppress(OSError):  # not the folders in which these lay
            kept.rmdir()
        raise
    return kept


def move(path, place):
    """Move a file or a folder whole, or not at all; `shutil.move` would copy what it may not move.

    To another disk it has to be copied.
    """
    try:
        path.rename(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.move(path, place)


def link_in(folders):
    """Return a sentence for a link to a folder that lies in these; None where there is none.

    Who copies, packs or lists them would follow it: to the whole machine, or in a circle.
    """
    for parent, names, _ in (walked for folder in folders for walked in os.walk(folder)):
        for link in (Path(parent, name) for name in sorted(names)):
            if link.is_symlink():
                return (
                    "Expected folders of the project, without links to other folders; came "
                    f"{link}, which leads to {link.readlink()}. Move the link out of "
                    f"{link.parent.name}/."
                )
    return None


def relative(path, root):
    """Return where a file lies in the project; of one elsewhere, its name."""
    path = Path(path).resolve() if ".." in Path(path).parts else Path(path)
    return path.relative_to(root) if path.is_relative_to(root) else Path(path.name)


def new_folder(parent):
    if os.path.lexists(parent) and not parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(parent))
    stamp = f"{datetime.now():%Y-%m-%d_%H-%M-%S}"
    for number in range(1, 1_000):
        folder = parent / (stamp if number == 1 else f"{stamp}_{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(errno.EEXIST, "A thousand folders have this name already", str(folder))
