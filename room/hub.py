"""JupyterHub's configuration for a room, and the spawner of its desks.

See https://jupyterhub.readthedocs.io/en/stable/reference/config-reference.html
"""

import asyncio
import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path

import psutil
from jupyterhub.authenticators.shared import SharedPasswordAuthenticator
from jupyterhub.spawner import LocalProcessSpawner, set_user_setuid
from jupyterhub.utils import random_port, wait_for_server

from room.desks import MARK, Room, environment
from room.ending import is_of
from room.names import TEACHER, RoomError, login_of

AT_ONCE = 2  # servers that start at the same time; the others wait for their turn
SECONDS = 120  # for one start
ANSWER = 60  # seconds for a server that was there before the hub was started again
HOUR = 3600
# What JupyterLab brings along and no desk uses. Each takes its part of a server's start, and the
# first one asks Node, where there is one, for its packages.
UNUSED = ("jupyter_lsp", "notebook", "notebook_shim", "jupyterlab_jupytext")


class RoomAuthenticator(SharedPasswordAuthenticator):
    """Know people by their name as well as by their login: "Ada Lovelace" is `ada-lovelace`."""

    def normalize_username(self, username):
        try:
            return login_of(" ".join(username.split()))
        except RoomError:  # `teacher`, or what no learner can be called
            return username.lower()


class DeskSpawner(LocalProcessSpawner):
    """Start the server of a desk, when it is its turn."""

    turns = asyncio.Semaphore(AT_ONCE)
    waiting = 0
    room = None

    def make_preexec_fn(self, name):
        if account := self.room.accounts.get(name):
            return set_user_setuid(account)
        desk = self.room.desk(name)
        return lambda: os.chdir(desk)

    def user_env(self, env):
        return {**env, **environment(self.room, self.user.name)}

    async def start(self):
        cls = type(self)
        cls.waiting += 1
        try:
            await cls.turns.acquire()
        finally:
            cls.waiting -= 1
        try:
            address = await super().start()
            # A turn lasts until the server answers: reading Python's modules is what takes long.
            await self.answered(address)
            return address
        finally:
            cls.turns.release()

    async def poll(self):
        """Return None while the server lives.

        A hub that was started again knows its number alone. That may be of a process that is
        killed and not yet cleared away, or of somebody else's. Such a one would be waited for.
        """
        status = await super().poll()
        if status is None and self.proc is None and not lives(self.pid, self.room):
            self.clear_state()
            return 0
        return status

    async def answered(self, address):
        """Wait until the server answers. Raises RuntimeError where its process ends before that."""
        waiting = asyncio.ensure_future(wait_for_server(*address, timeout=SECONDS))
        try:
            while not (await asyncio.wait([waiting], timeout=1))[0]:
                if (status := await self.poll()) is not None:
                    raise RuntimeError(f"the server ended ({status}) before it answered")
            await waiting
        finally:
            waiting.cancel()

    async def progress(self):
        while self.waiting:
            yield {"progress": 10, "message": f"{self.waiting} wait for their turn; yours comes."}
            await asyncio.sleep(2)
        yield {"progress": 60, "message": "Your desk is being opened."}


def configure(c, room):
    """Fill JupyterHub's configuration for this room."""
    state, bin_ = room.state, Path(sys.executable).parent
    DeskSpawner.room = room
    c.JupyterHub.bind_url = f"http://{room.listen}:{room.port}/"
    c.JupyterHub.hub_ip = "127.0.0.1"
    c.JupyterHub.hub_port = room.hub_port
    c.JupyterHub.db_url = f"sqlite:///{state / 'hub.sqlite'}"
    c.JupyterHub.cookie_secret = bytes.fromhex(room.cookie_secret)
    c.JupyterHub.cleanup_servers = False  # a hub that is killed takes nobody's server along
    c.JupyterHub.template_paths = [str(Path(__file__).parent / "templates")]
    c.JupyterHub.default_url = page_for
    # Not the scripts alone: they name a Python that is gone where the project was moved.
    c.ConfigurableHTTPProxy.command = [sys.executable, str(bin_ / "configurable-http-proxy")]
    c.ConfigurableHTTPProxy.pid_file = str(state / "proxy.pid")
    c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{room.api_port}"
    c.ConfigurableHTTPProxy.auth_token = room.proxy_token
    c.ConfigurableHTTPProxy.check_running_interval = 5

    c.JupyterHub.authenticator_class = RoomAuthenticator
    c.Authenticator.allowed_users = set(room.learners)
    c.Authenticator.admin_users = {TEACHER}
    c.Authenticator.username_pattern = r"[\w.-]+"
    c.Authenticator.delete_invalid_users = True  # of an earlier room in the same folder
    c.SharedPasswordAuthenticator.user_password = room.password
    c.SharedPasswordAuthenticator.admin_password = room.teachers_password

    c.JupyterHub.spawner_class = DeskSpawner
    # A limit of the hub refuses those who are too many at once. Here they wait for their turn.
    c.JupyterHub.concurrent_spawn_limit = 0
    c.JupyterHub.active_server_limit = 0
    c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 1}
    desks = len(room.learners) + 1
    c.Spawner.start_timeout = SECONDS * desks
    c.Spawner.http_timeout = ANSWER
    c.Spawner.consecutive_failure_limit = 0
    c.Spawner.poll_interval = 5
    c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH"]
    c.Spawner.cmd = [sys.executable, str(bin_ / "jupyterhub-singleuser")]
    c.Spawner.default_url = "/lab/tree/00_start_here.ipynb"
    c.Spawner.args = [*server_arguments(room), *(["--allow-root"] if needs_root(room) else [])]
    c.JupyterHub.services = [
        {
            "name": "room",
            "display": True,
            "url": f"http://127.0.0.1:{room.page_port}",
            "command": [sys.executable, "-m", "room.page"],
            "environment": {
                MARK: room.id,
                "ROOM_FOLDER": str(room.folder),
                "PYTHONPATH": str(room.install),
                "DJANGO_SETTINGS_MODULE": "speedster.settings",
                "TMPDIR": room.temporary,
            },
            "oauth_no_confirm": True,
        },
        {"name": "opening", "api_token": room.token},
    ]
    c.JupyterHub.load_roles = [
        {"name": "opening", "scopes": ["servers", "read:users"], "services": ["opening"]}
    ]


def lives(pid, room):
    with suppress(psutil.Error):
        return is_of(psutil.Process(pid), room.id)
    return False


def needs_root(room):
    return hasattr(os, "geteuid") and os.geteuid() == 0 and not room.accounts


def server_arguments(room):
    """Return the arguments of a desk's Jupyter server."""
    settings = room.install / "classroom" / "running" / "lab_settings"
    board = {
        "command": [sys.executable, "manage.py", "runserver", "--noreload", "{port}"],
        "absolute_url": True,
        "timeout": 60,
        "launcher_entry": {"title": "Board"},
    }
    return [
        f"--LabApp.app_settings_dir={settings}",
        "--LabApp.extension_manager=readonly",
        f"--ServerApp.jpserver_extensions={dict.fromkeys(UNUSED, False)!r}",
        "--ServerApp.kernel_manager_class=room.kernels.DeskKernels",
        "--AsyncMappingKernelManager.default_kernel_name=django_extensions",
        f"--MappingKernelManager.cull_idle_timeout={room.idle}",
        f"--MappingKernelManager.cull_interval={max(1, min(60, room.idle // 4))}",
        "--MappingKernelManager.cull_connected=True",
        f"--ServerProxy.servers={{'board': {board!r}}}",
        "--Application.log_level=WARN",
    ]


def page_for(handler):
    """Send the teacher to the page of the room; "" sends others to the login, or to their desk."""
    user = handler.current_user
    return "/services/room/" if user and user.admin else ""


def tokens():
    bytes_of = {"token": 16, "proxy_token": 32, "cookie_secret": 32}
    return {name: secrets.token_hex(bytes) for name, bytes in bytes_of.items()}


def ports(count):
    """Return free ports of this machine."""
    found = set()
    while len(found) < count:
        found.add(random_port())
    return sorted(found)


if "get_config" in globals():  # read by `jupyterhub --config`
    configure(get_config(), Room.load(os.environ["ROOM_FOLDER"]))  # noqa: F821
