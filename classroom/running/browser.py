"""The course in a browser: `%load_ext classroom.running.browser` is what a notebook begins with.

Pyodide has one thread and no process beside it. What a thread does, it does here at once and to its
end; what cannot be done says so, and the committed result stands in its place.
See https://pyodide.org/en/stable/usage/wasm-constraints.html
"""

import asyncio
import json
import os
import shutil
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace
from unittest.mock import patch

from IPython.display import display
from tqdm import tqdm

import classroom
import speedster
from classroom.running import kernel, scratch
from classroom.running.platform import DRIVE, NotHere

ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "speedster.settings", **kernel.ASYNC_SWITCH}
MIGRATED = kernel.ROOT / "migrated.sqlite3"
LATER = kernel.ROOT / "later"  # numpy and pandas
COMMITTED = kernel.ROOT / "notebooks" / "committed.json"  # source of a cell: its outputs


def load_ipython_extension(shell):
    """Set Django up, hand over the project's names, and let what needs a thread run without."""
    os.environ.update(ENVIRONMENT)
    # Or each import looks first among the files that JupyterLab shows, which is a request each.
    sys.path[:] = filter(None, sys.path)
    if DRIVE.is_dir():
        os.environ.setdefault("PROGRESS_FILE", str(DRIVE / "progress.sqlite3"))
    shutil.copy(MIGRATED, kernel.ROOT / "db.sqlite3")
    scratch.fcntl = None  # a lock keeps nobody out here, so each folder would look left behind
    threading.Thread.start = run_at_once
    ThreadPoolExecutor.submit = submit
    with patch.object(classroom, "__all__", []):  # the tools come later
        speedster.load_ipython_extension(shell)
    shell.Completer.use_jedi = False  # is not here, and what is completed runs anyway

    from asgiref.sync import AsyncToSync
    from django.apps import apps
    from django.conf import settings
    from django.db import connections

    asyncio.run = run_in_the_loop(asyncio.run)
    # Django keeps a connection for each task of a loop, and a browser runs each cell in a new one.
    connections._connections = SimpleNamespace()
    AsyncToSync.__call__ = run_to_its_end
    # The usual hashers need OpenSSL. https://docs.djangoproject.com/en/5.2/topics/testing/overview/
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    tqdm.monitor_interval = 0  # or a thread watches each progress bar
    shell.set_custom_exc((NotHere,), show_committed)
    if apps.ready:
        bring_tools(shell)
    print(
        "The course is open. Run the cells from top to bottom."
        if DRIVE.is_dir()
        else "The course is open. This browser keeps nothing: what you do is gone with the page."
    )


def bring_tools(shell):
    """Let the tools come when this cell has answered, and before the next one runs.

    They need numpy and pandas, which take as long as all the rest. Before any cell but this one,
    start.js unpacks these. Where this cell goes on, that is done, and the tools come at once.
    """
    from pyodide_js import later

    def bring():
        import pandas  # noqa: F401

        shell.push({name: getattr(classroom, name) for name in dir(classroom)}, interactive=False)

    def bring_once(*about):
        if bring_once in shell.events.callbacks["pre_run_cell"]:
            shell.events.unregister("pre_run_cell", bring_once)
            bring()

    async def bring_in_time():
        await asyncio.sleep(0.1)
        try:
            await later()
        except Exception:  # the next cell says why they do not come
            return
        bring_once()

    if LATER.exists():
        bring()
        return
    shell.events.register("pre_run_cell", bring_once)
    the_loop().create_task(bring_in_time())


def the_loop():
    """Return the browser's one loop, also to what runs as a thread."""
    policy = asyncio.get_event_loop_policy()
    return type(policy).get_event_loop(policy)


def run_in_the_loop(run):
    """Let asyncio.run() use the browser's one loop in a thread, which has none of its own here."""

    async def held(main):  # the loop would show an error that comes out, though it is caught later
        try:
            return await main, None
        except BaseException as error:
            return None, error

    def run_there(main, **options):
        if asyncio._get_running_loop():
            return run(main, **options)
        loop, policy = the_loop(), asyncio.get_event_loop_policy()
        try:
            with patch.object(policy, "get_event_loop", lambda: loop):
                answer, error = loop.run_until_complete(held(main))
        finally:
            asyncio._set_running_loop(None)
        if error:
            raise error
        return answer

    return run_there


def run_at_once(thread):
    """Run a thread to its end where it is started, with connections of its own and no loop.

    Raises RuntimeError for a daemon, which may have no end.
    """
    from django.db import connections

    def no_loop():
        raise RuntimeError(f"There is no current event loop in thread {thread.name!r}.")

    if thread.daemon:
        raise RuntimeError("can't start new thread: a browser has one")
    if thread._started.is_set():
        raise RuntimeError("threads can only be started once")
    thread._started.set()
    thread.join, thread.is_alive = lambda timeout=None: None, lambda: False
    me, here, loop = threading.get_ident(), threading.current_thread(), asyncio._get_running_loop()
    put_by, connections._connections = connections._connections, SimpleNamespace()
    threading._active[me] = thread
    asyncio._set_running_loop(None)
    try:
        # Or the browser's loop would run after the thread what this leaves to it.
        with patch.object(asyncio.get_event_loop_policy(), "get_event_loop", no_loop):
            thread.run()
    except BaseException:
        threading.excepthook(threading.ExceptHookArgs([*sys.exc_info(), thread]))
    finally:
        asyncio._set_running_loop(loop)
        threading._active[me] = here
        connections._connections = put_by


def submit(pool, function, *args, **kwargs):
    """Run in a thread that is started, and so ended, at once."""
    future = Future()

    def call():
        try:
            future.set_result(function(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=call).start()
    return future


def run_to_its_end(waiting, *args, **kwargs):
    """Run a coroutine that waits for nothing; all of Django's do, where no thread can be started.

    Raises RuntimeError for one that waits, since the loop of a browser runs between the cells.
    """
    coroutine, loop = waiting.awaitable(*args, **kwargs), asyncio._get_running_loop()
    asyncio._set_running_loop(the_loop())
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    finally:
        asyncio._set_running_loop(loop)
    coroutine.close()
    raise RuntimeError("async_to_sync() in a browser: the coroutine waits. Await it in the cell.")


def show_committed(shell, kind, error, trace, tb_offset=None):
    """Say why a cell cannot run here, and show what it gave where the course was built."""
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    outputs = committed.get(shell.history_manager.input_hist_raw[-1], [])
    print(error, "This is what came on another machine:" if outputs else "")
    for output in outputs:
        if output["output_type"] == "stream":
            print(output["text"], end="")
        elif "data" in output:
            display(output["data"], raw=True)
