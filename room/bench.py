"""Measure a room in use: learners arrive over a minute, run lesson 02, and solve its exercises.

In the middle a server, a kernel, the hub and the proxy are killed. Everything happens on this
machine. Each learner does what JupyterLab does: logs in, starts a kernel, sends cells over a
WebSocket, and after an accident goes on, in the same kernel where that still lives.
See https://jupyter-server.readthedocs.io/en/latest/developers/websocket-protocols.html
"""

import argparse
import asyncio
import contextlib
import os
import signal
import sqlite3
import statistics
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import django
import jupytext
import nbformat
import psutil
import requests
from yarl import URL

from classroom.running.scratch import PREFIX, scratch_folder
from room import __main__ as command
from room import desks, ending
from room.names import TEACHER, RoomError

LESSON, EXERCISES = "02_built_in_signals.ipynb", "exercises/02_built_in_signals.ipynb"
TASKS = {"02-0", "02-1", "02-2"}
PATIENCE = 300  # seconds for one cell, with everything that may go wrong meanwhile
ENOUGH = 1.5 * 2**30  # bytes of memory that have to be left
ASK_AGAIN = 15  # seconds after which somebody asks the hub for their server once more
FIRST_CELL = 20  # seconds that the first cell may take, for a server that was not started before
UP = (aiohttp.ClientError, OSError, asyncio.TimeoutError)


class Gone(Exception):
    """A kernel, a server or the way to it is gone."""


@dataclass
class Learner:
    """Somebody at a desk, and what they noticed. They read for some seconds after each cell."""

    room: object
    login: str
    reads: float = 0
    first_cell: float = 0
    times: list = field(default_factory=list)
    accidents: int = 0
    errors: list = field(default_factory=list)
    kernel: str = ""
    asked: float = float("-inf")  # when they asked the hub for their server
    said: str = "nothing yet"  # what it answered

    async def work(self, arrives, notebooks):
        await asyncio.sleep(arrives)
        began = time.monotonic()
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as self.web:
            await self.until_done(self.log_in)
            await self.until_done(self.at_desk)
            for path, cells in notebooks.items():
                await self.until_done(lambda path=path: self.open(path))
                await self.run(path, cells, began)
        return self

    async def until_done(self, step):
        """Do a step again until it succeeds, as somebody does who reloads the page."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return await step()
            except (*UP, Gone) as error:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{self.login}: {error!r}") from error
                self.accidents += self.first_cell > 0
                await asyncio.sleep(1)

    def address(self, path):
        return f"http://127.0.0.1:{self.room.port}{path}"

    def xsrf(self, path):
        cookies = self.web.cookie_jar.filter_cookies(URL(self.address(path)))
        return cookies["_xsrf"].value if "_xsrf" in cookies else ""

    async def log_in(self):
        async with self.web.get(self.address("/hub/login")):
            form = {
                "username": self.login,
                "password": self.room.password,
                "_xsrf": self.xsrf("/hub/"),
            }
        async with self.web.post(self.address("/hub/login"), data=form) as answer:
            if answer.status != 200:
                raise Gone(f"the login answers {answer.status}")

    async def at_desk(self):
        """Return where the desk answers; where it is gone, ask the hub for its server."""
        status = self.address(f"/user/{self.login}/api/status")
        for _ in range(2):
            async with self.web.get(status) as answer:
                if answer.status == 200 and "kernels" in await answer.text():
                    return
            if answer.status != 403:
                break
            # This visit fetches the cookie of the desk, by way of the hub.
            async with self.web.get(self.address(f"/user/{self.login}/lab")):
                pass
        if time.monotonic() > self.asked + ASK_AGAIN:
            async with self.web.get(self.address(f"/hub/spawn/{self.login}")) as asked:
                self.said = f"{asked.status} at {asked.url.path}"
            if asked.status < 500:  # else nobody has heard it, and they ask again at once
                self.asked = time.monotonic()
        raise Gone(f"the desk answers {answer.status}, and the hub, asked for it, {self.said}")

    async def open(self, path):
        """Open a notebook: the session that it has, or a new one."""
        await self.at_desk()
        base = f"/user/{self.login}/"
        asked = {
            "path": path,
            "name": path,
            "type": "notebook",
            "kernel": {"name": "django_extensions"},
        }
        async with self.web.post(
            self.address(f"{base}api/sessions"),
            json=asked,
            headers={"X-XSRFToken": self.xsrf(base)},
        ) as answer:
            if answer.status != 201:
                raise Gone(f"no kernel: {answer.status} {(await answer.text())[:200]}")
            self.kernel = (await answer.json())["kernel"]["id"]
        return self.kernel

    async def run(self, path, cells, began):
        """Run the cells of a notebook; from the top where its kernel was lost."""
        number, deadline = 0, time.monotonic() + PATIENCE + (5 + self.reads) * len(cells)
        while number < len(cells):
            start = time.monotonic()
            try:
                async with asyncio.timeout(60):
                    await self.execute(cells[number])
            except (*UP, Gone) as error:
                self.accidents += 1
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{self.login} in {path}: {error!r}") from error
                await asyncio.sleep(1)
                before = self.kernel
                await self.until_done(lambda: self.open(path))
                number = number if self.kernel == before else 0
                continue
            if not self.first_cell:
                self.first_cell = time.monotonic() - began
            self.times.append(time.monotonic() - start)
            number += 1
            await asyncio.sleep(self.reads)

    async def execute(self, code):
        """Run one cell over a WebSocket. Raises Gone where nobody is there to run it."""
        id, session = uuid.uuid4().hex, uuid.uuid4().hex
        header = {
            "msg_id": id,
            "session": session,
            "username": self.login,
            "msg_type": "execute_request",
            "version": "5.3",
        }
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "allow_stdin": False,
            "user_expressions": {},
            "stop_on_error": True,
        }
        message = {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
            "buffers": [],
        }
        path = f"/user/{self.login}/api/kernels/{self.kernel}/channels?session_id={session}"
        async with self.web.ws_connect(self.address(path), max_msg_size=0, heartbeat=10) as socket:
            await socket.send_json(message)
            async for received in socket:
                if received.type is not aiohttp.WSMsgType.TEXT:
                    break
                told = received.json()
                if told["msg_type"] == "status" and told["content"]["execution_state"] in (
                    "dead",
                    "restarting",
                    "autorestarting",
                ):
                    break
                if told["parent_header"].get("msg_id") != id:
                    continue
                if told["msg_type"] == "execute_reply":
                    if told["content"]["status"] == "error":
                        self.errors.append(told["content"]["ename"])
                    return
        raise Gone("the kernel is gone")


def notebooks_of_bench():
    """Return {path: its code cells}: the lesson as it is, the exercises with their solutions."""
    from classroom.publishing.exercise_texts import exercise_sources

    solved = jupytext.reads(exercise_sources(solved=True)["02_built_in_signals"], "py:percent")
    lesson = nbformat.read(desks.ROOT / "notebooks" / LESSON, as_version=4)
    return {
        path: [it.source for it in notebook.cells if it.cell_type == "code"]
        for path, notebook in ((LESSON, lesson), (EXERCISES, solved))
    }


async def accidents(room, seconds, told):
    """Kill a kernel, a server, the proxy and the hub, one after the other."""

    def of(login, what):
        return [
            it
            for it in ending.processes_of(room.id)
            if what in " ".join(it.cmdline()) and it.environ().get("HOME", "").endswith(login)
        ]

    logins = list(room.learners)
    for what in ("kernel", "server", "proxy", "hub"):
        await asyncio.sleep(seconds / 4)
        if what == "kernel":
            killed = of(logins[0], "ipykernel_launcher")[:1]
        elif what == "server":
            killed = of(logins[-1], "jupyterhub-singleuser")[:1]
        elif what == "proxy":
            killed = [psutil.Process(int((room.state / "proxy.pid").read_text()))]
        else:
            killed = of("", "-m jupyterhub")[:1]
        for process in killed:
            process.send_signal(signal.SIGKILL)
        told.append(f"{what} killed" if killed else f"{what}: not there yet")
        if what == "hub" and room.hub:  # else the room that was joined starts it again
            room.hub.wait()
            room.hub = command.start_hub(room)


async def watch(room, told):
    """Measure now and then what the room takes: the most memory, in bytes, and seconds of CPU.

    `learners` is the CPU of this process, `others` what all else on the machine took meanwhile.
    Raises RoomError before memory gives out, since the system would then end what it likes.
    """
    before, began, used = busy(), time.process_time(), {}
    while True:
        taken = {}
        for process in await asyncio.to_thread(ending.processes_of, room.id):
            with contextlib.suppress(psutil.Error):
                line = " ".join(process.cmdline())
                kind = next((k for k in ("ipykernel_launcher", "singleuser") if k in line), "hub")
                size = getattr(process.memory_full_info(), "pss", process.memory_info().rss)
                taken.setdefault(kind, []).append(size)
                used[process] = sum(process.cpu_times()[:4])
        total = sum(map(sum, taken.values()))
        if total > told.get("total", 0):
            told.update(total=total, taken=taken)
        told.setdefault("before", sum(used.values()))
        told["cpu"] = sum(used.values()) - told["before"]
        told["learners"] = time.process_time() - began
        told["others"] = max(0, busy() - before - told["cpu"] - told["learners"])
        if (left := psutil.virtual_memory().available) < ENOUGH:
            parts = ", ".join(f"{len(sizes)} of {kind}" for kind, sizes in taken.items())
            raise RoomError(
                f"memory gives out: {left / 2**30:.1f} GB are left of this machine, "
                f"{total / 2**30:.1f} GB are the room's ({parts})."
            )
        await asyncio.sleep(5)


def busy():
    """Return the seconds for which this machine's cores have worked since it was started."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0)


def seen_by(room, name, password, path):
    """Log in as a browser does, and return a page."""
    at = f"http://127.0.0.1:{room.port}"
    with requests.Session() as web:
        web.get(f"{at}/hub/login")
        xsrf = next((it.value for it in web.cookies if it.name == "_xsrf"), "")
        web.post(f"{at}/hub/login", data={"username": name, "password": password, "_xsrf": xsrf})
        return web.get(at + path).text


def lost(room):
    """List what is missing in the progress files, read as the teacher's page reads them."""
    from classroom.exercises.attendance import read_learner

    missing = []
    for name, file in room.progress_files().items():
        try:
            states = read_learner(name, file).states
        except (sqlite3.Error, OSError) as error:
            missing.append(f"{name}: {error}")
            continue
        passed = {id for id, state in states.items() if state.passed}
        if passed & TASKS != TASKS:
            missing.append(f"{name}: {', '.join(sorted(TASKS - passed))} not passed")
    told, deadline = f"<b>{len(room.learners)}</b> of {len(room.learners)}", time.monotonic() + 60
    asked = (room, TEACHER, room.teachers_password, "/services/room/")
    while told not in (page := seen_by(*asked)):
        if time.monotonic() > deadline:
            missing.append("the teacher's page, which says: " + " ".join(page.split())[-300:])
            break
        time.sleep(1)  # it is started again, too, after the hub was killed
    return missing


async def measure(room, over, reads, with_accidents):
    """Let every learner of the room work; return them, and what the room took."""
    notebooks, told, taken = notebooks_of_bench(), [], {}
    learners = [Learner(room, login, reads) for login in room.learners]
    watching = asyncio.create_task(watch(room, taken))
    breaking = asyncio.create_task(accidents(room, over, told)) if with_accidents else None
    try:
        work = asyncio.gather(
            *(
                it.work(over * number / len(learners), notebooks)
                for number, it in enumerate(learners)
            )
        )
        done, _ = await asyncio.wait({work, watching}, return_when=asyncio.FIRST_COMPLETED)
        for it in done:
            it.result()
        if breaking:
            await breaking
    except TimeoutError as error:
        raise RoomError(
            f"{error}, for {PATIENCE} s. The room took {taken.get('total', 0) / 2**30:.1f} GB and "
            f"{taken.get('cpu', 0):.0f} s of CPU; all else took {taken.get('others', 0):.0f} s."
        ) from error
    finally:
        watching.cancel()
    return learners, told, taken


@contextlib.contextmanager
def room_of(options):
    """Open a room in a temporary folder, start its servers unless it is cold, and yield it."""
    with scratch_folder(f"{PREFIX}bench-") as folder:
        folder.chmod(0o755)
        asked = [str(options.learners), "--port", str(command.ports(1)[0]), "--folder", str(folder)]
        began = time.monotonic()
        with command.opened(command.parsed(asked)) as room:
            print(f"Hub ready after {time.monotonic() - began:.1f} s.")
            if not options.cold:
                print(f"Servers ready after {command.start_servers(room):.1f} s more.")
            yield room


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m room.bench", description=__doc__)
    parser.add_argument("learners", type=int, nargs="?", default=30)
    parser.add_argument("--over", type=float, default=60, help="seconds over which they arrive")
    parser.add_argument("--reads", type=float, default=10, help="seconds that they read a cell")
    parser.add_argument("--cold", action="store_true", help="start no server before class")
    parser.add_argument("--join", type=Path, help="the folder of a room that is open already")
    parser.add_argument("--calm", action="store_true", help="kill nothing")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speedster.settings")
    django.setup()
    joined = options.join and contextlib.nullcontext(desks.Room.load(options.join))
    with joined or room_of(options) as room:
        began = time.monotonic()
        learners, told, taken = asyncio.run(
            measure(room, options.over, options.reads, not options.calm)
        )
        seconds, missing = time.monotonic() - began, lost(room)
    report(learners, told, taken, seconds, missing)
    if not options.join and (left := ending.processes_of(room.id)):
        missing.append(f"{len(left)} processes are left")
        print(missing[-1])
    slowest = max(it.first_cell for it in learners)
    if missing or (options.cold and slowest > FIRST_CELL):
        raise RoomError("something was lost, or the last of them waited too long; see above")


def report(learners, told, taken, seconds, missing):
    """Print the figures."""
    last = learners[-1].first_cell
    first = sorted(it.first_cell for it in learners)
    times = [seconds for it in learners for seconds in it.times]
    print(f"{len(learners)} learners done in {seconds:.0f} s, from the first arrival on.")
    print(
        f"First cell after login: {first[0]:.1f} to {first[-1]:.1f} s, "
        f"median {statistics.median(first):.1f} s; of who came last, {last:.1f} s."
    )
    print(
        f"A cell: median {1000 * statistics.median(times):.0f} ms, "
        f"slowest {max(times):.1f} s, {len(times)} cells."
    )
    print(
        f"Accidents: {', '.join(told) or 'none'}; noticed and survived "
        f"{sum(it.accidents for it in learners)} times."
    )
    errors = sorted({error for it in learners for error in it.errors})
    print(f"Errors that cells raised: {', '.join(errors) or 'none'}.")
    parts = ", ".join(
        f"{kind} {sum(sizes) / len(sizes) / 2**20:.0f} MB x {len(sizes)}"
        for kind, sizes in sorted(taken.get("taken", {}).items())
    )
    print(f"Memory at the most: {taken.get('total', 0) / 2**30:.2f} GB ({parts}).")
    others = 100 * taken.get("others", 0) / (seconds * os.cpu_count())
    print(
        f"CPU: {taken.get('cpu', 0):.0f} s for the room, {taken.get('learners', 0):.0f} s to play "
        f"the learners; other work took {others:.0f} % of the {os.cpu_count()} cores meanwhile."
    )
    print(f"Lost: {'; '.join(missing) or 'nothing'}.")


if __name__ == "__main__":
    try:
        main()
    except RoomError as error:
        sys.exit(f"make bench-room: {error}")
