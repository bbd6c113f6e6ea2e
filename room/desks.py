"""Desks: a folder for each learner, and everything that a server at it needs to know.

Everybody reads one copy of the project, from which the right to write is taken. A desk has the
learner's own notebooks, database, progress and temporary folder.
See https://jupyterhub.readthedocs.io/en/stable/reference/spawners.html
"""

import compileall
import json
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from classroom.publishing import desk as copies
from classroom.publishing.belongings import Folder, link_in, write_whole
from classroom.scenes import own_project
from room.names import RoomError

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "desks"
STATE = ".room"  # in the folder of the desks, for who opened the room alone
INSTALLED = ("classroom", "data", "notebooks", "room", "speedster", "speedy", "whatfires")
PROGRESS, BOARD = "progress.sqlite3", ".board.db"
MIGRATED = "migrated.sqlite3"  # see classroom.scenes.database
MARK = "SPEEDSTER_ROOM"  # in the environment of every process of a room: what must end with it
MAKEFILE = """\
# A desk in a room: everything is installed already, and the course is open beside this terminal.
help: ; @echo "make serve    says where the board of this desk is"; \\
	echo "make shell    opens the project in a terminal"
serve: ; @echo "The board of this desk is at {board} on the address of the room."
shell: ; @python manage.py shell_plus
lab notebook setup prepare: ; @echo "It is done: you sit at a desk that has it. Open {start}."
%: ; @echo "make $@ is not for a desk in a room. At home: clone the project, then make $@."
.PHONY: help serve shell lab notebook setup prepare
"""
MANAGE = """\
\"\"\"Run Django's commands of the course, with the database of this desk.\"\"\"
import os, runpy
runpy.run_path(os.path.join(os.environ["SPEEDSTER_INSTALL"], "manage.py"), run_name="__main__")
"""
STARTUP = """\
from room.lost import tell_what_was_lost
tell_what_was_lost()
del tell_what_was_lost
"""
KERNEL = "from classroom.running import kernel; kernel.install('.')"


class Room:
    """What is known of a room: it is kept in a file, for a hub that starts again."""

    def __init__(self, folder, told):
        self.folder, self.told = Path(folder), told
        self.hub, self.closing = None, False
        self.state = self.folder / STATE
        self.install = self.state / "install"

    def __getattr__(self, name):
        try:
            return self.told[name]
        except KeyError:
            raise AttributeError(name) from None

    @classmethod
    def load(cls, folder):
        return cls(folder, json.loads((Path(folder) / STATE / "room.json").read_text()))

    def save(self):
        file = self.state / "room.json"
        fresh = file.with_suffix(".part")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(self.told, indent=1))
        fresh.replace(file)

    def desk(self, login):
        return self.folder / login

    def progress_files(self):
        """Return {name as the teacher gave it: its progress file}; to one that is there twice, the
        login is added."""
        names = list(self.learners.values())
        return {
            (name if names.count(name) == 1 else f"{name} ({login})"): self.desk(login) / PROGRESS
            for login, name in self.learners.items()
        }


def lay_out(learners, folder=FOLDER, accounts=False, **told):
    """Make the folders of a room and return the Room; what lies on a desk already stays there.

    Raises RoomError where a folder cannot be made.
    """
    folder = Path(folder).resolve()
    told = {
        "home": str(folder),
        "learners": learners,
        "id": secrets.token_hex(6),
        "password": "-".join(secrets.token_hex(2) for _ in range(3)),
        "teachers_password": secrets.token_urlsafe(24),
        "accounts": {},
        **told,
    }
    room = Room(folder, told)
    try:
        room.state.mkdir(parents=True, exist_ok=True)
        room.state.chmod(0o711)  # others pass through it to the installed copy
        told["temporary"] = tempfile.mkdtemp(prefix=f"sr-{told['id'][:4]}-", dir="/tmp")
        Path(told["temporary"]).chmod(0o711)
        room.save()
        install(room)
        board, course = make_board(room), copies.handed_out(ROOT)
        for number, login in enumerate([*learners, "teacher"], start=1):
            account = make_account(room, number, login) if accounts else None
            lay_desk(room, login, board, course, account)
    except OSError as error:
        raise RoomError(f"expected a folder that can be written, but: {error}.") from error
    except subprocess.CalledProcessError as error:  # which has said why
        raise RoomError(
            "expected a kernel for the desks and a database for their boards, and one of them "
            "could not be made."
        ) from error
    except ValueError as error:  # a notebook that is none
        raise RoomError(str(error)) from error
    return room


def install(room):
    """Copy the project, and take the right to write from the copy. Raises RoomError for a link."""
    if room.install.exists():
        for path in [room.install, *room.install.rglob("*")]:
            if path.is_dir():
                path.chmod(0o755)
        shutil.rmtree(room.install)
    if said := link_in(ROOT / it for it in INSTALLED):
        raise RoomError(said[0].lower() + said[1:])
    leave = shutil.ignore_patterns("__pycache__", "*.sqlite3*", ".ipynb_checkpoints", ".venv*")
    for name in INSTALLED:
        place = room.install / name
        shutil.copytree(ROOT / name, place, ignore=leave, ignore_dangling_symlinks=True)
    shutil.copy(ROOT / "manage.py", room.install)
    compileall.compile_dir(room.install, quiet=2, workers=1)
    # Here, not in the environment: another room, in another folder, has one of its own.
    subprocess.run([sys.executable, "-c", KERNEL], cwd=room.install, check=True)
    for path in [*room.install.rglob("*"), room.install]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def make_board(room):
    """Make the database that each desk begins with: migrated, thirty people hired.

    As it is before the hires it lies in the installed copy too, and beside it the database of
    `own_project`: a kernel that finds them there does not migrate.
    """
    file = room.state / "board.db"
    file.unlink(missing_ok=True)
    given = {**os.environ, "DATABASE_URL": f"sqlite:///{quote(str(file))}"}

    def run(*command):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=room.install,
            env=given,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    run("migrate", "--run-syncdb")
    room.install.chmod(0o755)
    ready = {MIGRATED: file.read_bytes(), own_project.READY.name: own_project.database()}
    for name, content in ready.items():
        path = room.install / name
        path.write_bytes(content)
        path.chmod(0o444)
    room.install.chmod(0o555)
    run("import_employees", "data/employees.csv")
    return file


def lay_desk(room, login, board, course, account):
    """Lay the copies onto a desk, as `make lab` does, and what a terminal there needs."""
    desk, temporary = room.desk(login), Path(room.temporary, login)
    for folder in (desk, temporary):
        folder.mkdir(exist_ok=True)
    copies.lay_out(ROOT, desk, course)
    if not os.path.lexists(desk / BOARD):
        write_whole(desk / BOARD, board.read_bytes())
    address = f"/user/{quote(login)}/board/"
    makefile = MAKEFILE.format(board=address, start=copies.START)
    startup = ".ipython/profile_default/startup/00-room.py"
    place = Folder(desk, desk)  # what the learner put there is moved aside, and no link followed
    for name, text in {"Makefile": makefile, "manage.py": MANAGE, startup: STARTUP}.items():
        place.lay(name, text.encode())
    if account:
        entry = pwd.getpwnam(account)
        give(entry.pw_uid, entry.pw_gid, desk, temporary)
    desk.chmod(stat.S_IRWXU)
    temporary.chmod(stat.S_IRWXU)


def give(user, group, *folders):
    """Let folders, with all that is in them, belong to a user and a group, by their numbers."""
    for folder in folders:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, user, group, follow_symlinks=False)


def make_account(room, number, login):
    """Make an account that owns one desk, and goes with the room. Raises RoomError."""
    name = f"speedster-{number:03}"
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/bash"]
    made = subprocess.run(
        [*command, "--home-dir", str(room.desk(login)), name], capture_output=True, text=True
    )
    if made.returncode:
        raise RoomError(
            f"expected to make the account {name}, but: {made.stderr.strip()}. Open the room "
            "without accounts of its own: ACCOUNTS=no."
        )
    room.accounts[login] = name
    room.save()
    return name


def environment(room, login):
    """Return what a server at this desk, its kernels and its terminals find in their environment.

    The temporary folder and XDG_RUNTIME_DIR are the desk's own. PostgreSQL's wheel keeps a lock
    there, which belongs to who came first.
    """
    desk, temporary = room.desk(login), str(Path(room.temporary, login))
    return {
        MARK: room.id,
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}",
        "HOME": str(desk),
        "USER": room.accounts.get(login, login),
        "LOGNAME": room.accounts.get(login, login),
        "SHELL": "/bin/bash",
        "SPEEDSTER_INSTALL": str(room.install),
        "PYTHONPATH": str(room.install),
        "JUPYTER_PATH": str(room.install / "share" / "jupyter"),
        "DATABASE_URL": f"sqlite:///{quote(str(desk / BOARD))}",
        "PROGRESS_FILE": str(desk / PROGRESS),
        "DJANGO_ALLOWED_HOSTS": "*",  # it listens on loopback, and the hub asks who comes
        "DJANGO_SCRIPT_NAME": f"/user/{quote(login)}/board",
        "TMPDIR": temporary,
        "XDG_RUNTIME_DIR": temporary,
        "IPYTHONDIR": str(desk / ".ipython"),
        "MPLCONFIGDIR": str(Path(temporary, "matplotlib")),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
