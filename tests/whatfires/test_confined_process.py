"""Sockets, and what the whole process shares: refused while code is tried out, or put back."""

import asyncio
import gc
import locale
import os
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.utils import timezone, translation

from whatfires import looks
from whatfires.confined import Refused, confined
from whatfires.refusing import places_of_databases, to_a_database
from whatfires.threads import in_a_thread, switched_on

# What is refused leaves a socket behind, in Python's own code that wanted to connect it.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture(autouse=True)
def nothing_for_the_next_test():
    yield
    gc.collect()


def apart(call):
    return in_a_thread(call, confined, "confined")


# Sockets


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server.getsockname()


@pytest.fixture
def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as it:
        it.bind(("127.0.0.1", 0))
        it.setblocking(False)
        yield it


def datagram(send):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as it:
        send(it)


def in_c(address):
    """Connect as a library does that imported the socket in C."""
    with closing(socket.socket.__base__()) as it:
        it.connect(address)


WAYS = {
    "connect": lambda at: socket.create_connection(at, 1),
    "connect_ex": lambda at: socket.socket().connect_ex(at),
    "a socket in C": lambda at: in_c(at),
    "sendto": lambda at: datagram(lambda it: it.sendto(b"ours", at)),
    "sendto with flags": lambda at: datagram(lambda it: it.sendto(b"ours", 0, at)),
    "sendmsg": lambda at: datagram(lambda it: it.sendmsg([b"ours"], [], 0, at)),
    "an event loop": lambda at: asyncio.run(asyncio.open_connection(*at)),
    "getaddrinfo": lambda at: socket.getaddrinfo("example.org", 80),
    "gethostbyname": lambda at: socket.gethostbyname("example.org"),
    "gethostbyname_ex": lambda at: socket.gethostbyname_ex("example.org"),
    "gethostbyaddr": lambda at: socket.gethostbyaddr("192.0.2.1"),
    "getnameinfo": lambda at: socket.getnameinfo(("192.0.2.1", 80), 0),
    "a path": lambda at: socket.socket(socket.AF_UNIX).connect("/nowhere/socket"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_connection_is_refused_by_every_way(way, server, udp):
    address = udp.getsockname() if "send" in way else server
    with pytest.raises(Refused, match="nothing leaves the process: a connection to "):
        apart(lambda: WAYS[way](address))
    with pytest.raises(BlockingIOError):
        udp.recv(10)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "192.0.2.1"])
def test_nothing_listens_outside_this_machine(host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with pytest.raises(Refused, match="to listen on"), socket.socket(family) as it:
        apart(lambda: it.bind((host, 0)))


def test_a_socket_with_a_path_is_a_file(tmp_path):
    with socket.socket(socket.AF_UNIX) as it, pytest.raises(Refused, match=r"socket\.bind"):
        apart(lambda: it.bind(str(tmp_path / "socket")))
    assert not list(tmp_path.iterdir())


def test_code_reaches_what_it_listens_on_itself():
    """On Windows an event loop wakes itself by such a connection."""

    def talk():
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.create_connection(server.getsockname(), 5) as client,
            server.accept()[0] as accepted,
        ):
            client.sendall(b"ours")
            return accepted.recv(10)

    assert apart(talk) == b"ours"


def test_an_event_loop_starts_and_asks_for_its_own_name():
    async def receive():
        left, right = socket.socketpair()
        with left, right:
            await asyncio.sleep(0)
            return socket.gethostname(), socket.getaddrinfo("127.0.0.1", 1)

    assert apart(lambda: asyncio.run(receive()))
    with suppress(OSError):  # what the machine answers
        apart(lambda: socket.gethostbyaddr(socket.gethostname()))


class InPython(DatabaseWrapper):
    """A database whose driver opens a socket itself, as PyMySQL does."""

    def connect(self):
        super().connect()
        BaseDatabaseWrapper.close(self)  # one in memory too

    def get_new_connection(self, params):
        place = self.settings_dict
        with socket.create_connection((place["HOST"], place["PORT"]), 5):
            return super().get_new_connection(params)


def database(host, port):
    settings = {"ENGINE": "django.db.backends.mysql", "HOST": host, "PORT": str(port)}
    return connections.configure_settings({"default": {**settings, "NAME": ":memory:"}})["default"]


@pytest.fixture
def in_settings(monkeypatch):
    """Name a database in the settings; return a connection to one."""

    def name(host, port):
        monkeypatch.setitem(connections.settings, "other", database(host, port))

    yield name


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_database_is_reached_by_its_host_and_its_port(host, server, in_settings):
    in_settings(host, server[1])
    apart(lambda: InPython(database(host, server[1]), "other").connect())
    with pytest.raises(Refused, match=r"a connection to 127\.0\.0\.1"):
        apart(lambda: socket.create_connection(server, 5))  # by itself, past Django
    with socket.create_server(("127.0.0.1", 0)) as another:
        beside = database(host, another.getsockname()[1])
        with pytest.raises(Refused, match="a connection to "):
            apart(lambda: InPython(beside, "other").connect())


def test_where_databases_are(in_settings):
    in_settings("db.example.org", "")
    with switched_on(to_a_database):
        assert ("db.example.org", 3306) in places_of_databases()
    in_settings("/run/mysqld/mysqld.sock", "")
    assert "/run/mysqld/mysqld.sock" in places_of_databases()


# What the process shares


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEPT", "theirs")
    monkeypatch.delenv("MADE", raising=False)
    return tmp_path


def state():
    return Path.cwd(), dict(os.environ), time.tzname, locale.setlocale(locale.LC_ALL)


CHANGES = {
    "chdir": lambda: os.chdir("/"),
    "chdir into its own folder": lambda: os.chdir(looks.look_of().folder),
    "chdir, and the folder is removed": lambda: gone(),
    "fchdir": lambda: through_a_number("/"),
    "set": lambda: os.environ.update(KEPT="ours", MADE="ours"),
    "take away": lambda: os.environ.pop("KEPT"),
    "set and take away": lambda: (os.environ.update(MADE="1"), os.environ.pop("MADE")),
    "twice": lambda: (os.environ.update(KEPT="1"), os.environ.update(KEPT="2")),
    "a time zone": lambda: (os.environ.update(TZ="Asia/Tokyo"), time.tzset()),
    "a locale": lambda: locale.setlocale(locale.LC_NUMERIC, other_locale()),
    "all of a locale": lambda: locale.setlocale(locale.LC_ALL, other_locale()),
    "Django's time zone and language": lambda: (
        timezone.activate("UTC"),
        translation.activate("fr"),
    ),
}


def other_locale():
    return "C" if locale.setlocale(locale.LC_NUMERIC) != "C" else "C.UTF-8"


def through_a_number(folder):
    number = os.open(folder, os.O_RDONLY)
    os.fchdir(number)
    os.close(number)


def gone():
    folder = looks.look_of().folder / "gone"
    folder.mkdir()
    os.chdir(folder)
    folder.rmdir()


@pytest.mark.parametrize("way", CHANGES)
def test_what_the_process_shares_is_put_back(way, kept):
    before = state(), timezone.get_current_timezone_name(), translation.get_language()
    apart(CHANGES[way])
    after = state(), timezone.get_current_timezone_name(), translation.get_language()
    assert after == before


def test_a_variable_that_is_set_past_os_environ_is_put_back(kept):
    apart(lambda: (os.putenv("KEPT", "ours"), os.putenv("MADE", "ours")))
    code = "import os; print(os.environ.get('KEPT'), os.environ.get('MADE'))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert told.stdout.split() == ["theirs", "None"]


def test_what_others_change_meanwhile_is_left(kept):
    def change():
        os.environ.update(KEPT="ours", MADE="ours")
        os.chdir("/")
        looks._looks.pop(looks.threading.current_thread())  # as another thread does it
        os.environ["KEPT"] = "by others"
        os.chdir(kept.parent)

    apart(change)
    assert os.environ["KEPT"] == "by others" and Path.cwd() == kept.parent
    assert "MADE" not in os.environ


SITES = """
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.sites"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites import models
from django.db.models.signals import post_save
from whatfires import what_fires

def remember(sender, instance, **kwargs):
    ContentType.objects.get_for_model(ContentType)
    seen.append(7 in models.SITE_CACHE)
    models.Site.objects.clear_cache()
    models.SITE_CACHE[instance.pk] = instance
    settings.SITE_ID = instance.pk
    assert models.Site.objects.get_current() is instance

seen, models.SITE_CACHE[7] = [], "theirs"
post_save.connect(remember, models.Site)
print([row["passed"] for row in what_fires(models.Site, "Site.objects.create(...)")])
print(seen, models.SITE_CACHE, type(models.SITE_CACHE).__name__)
"""


def test_a_site_of_a_throw_away_database_is_not_remembered():
    came = subprocess.run([sys.executable, "-c", SITES], capture_output=True, text=True)
    told = "['created=True']", "[False] {7: 'theirs'} dict"
    assert came.stdout.splitlines() == [*told], came
