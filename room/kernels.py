"""Kernels of a room: one that nobody uses is ended, and the next one says what went with it.

See https://jupyter-server.readthedocs.io/en/latest/api/jupyter_server.services.kernels.html
"""

import asyncio
import json
import os
from contextlib import suppress
from pathlib import Path

LOST = ".lost.json"  # at a desk: {notebook: [minutes, names of variables]}
NAMES = "__import__('json').dumps(get_ipython().run_line_magic('who_ls', ''))"
PATIENCE = 5  # seconds for which an idle kernel is asked for its names

try:
    from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
except ImportError:  # in a kernel of another environment
    AsyncMappingKernelManager = object


class DeskKernels(AsyncMappingKernelManager):
    """End a kernel as Jupyter does, and note first which variables end with it."""

    async def cull_kernel_if_idle(self, kernel_id):
        kernel = self._kernels[kernel_id]
        idle = getattr(kernel, "execution_state", "") == "idle"
        seen, path = kernel.last_activity, self.notebook_of(kernel_id)
        minutes = self.cull_idle_timeout // 60
        due = idle and (age(seen) > self.cull_idle_timeout)
        # Asked first, since nobody answers afterwards; the question itself counts as no activity.
        names = await variables(kernel) if due else []
        kernel.last_activity = seen
        await super().cull_kernel_if_idle(kernel_id)
        if kernel_id not in self._kernels and path:
            note(path, minutes, names)

    def notebook_of(self, kernel_id):
        """Return the path of a kernel's notebook, seen from the desk."""
        return getattr(self._kernels[kernel_id], "of_notebook", None)

    async def start_kernel(self, *, kernel_id=None, path=None, **options):
        started = await super().start_kernel(kernel_id=kernel_id, path=path, **options)
        session = (options.get("env") or {}).get("JPY_SESSION_NAME")
        self._kernels[started].of_notebook = session and in_full(session)
        return started


def in_full(notebook):
    """Return the path of a notebook that Jupyter names as seen from the desk."""
    return Path(Path.home(), notebook).resolve()


def age(moment):
    from jupyter_server._tz import utcnow

    return (utcnow() - moment).total_seconds()


async def variables(kernel):
    """Ask an idle kernel for the names that its user made; none where it does not answer."""
    client = kernel.client()
    client.start_channels()
    try:
        request = client.execute("", silent=True, user_expressions={"names": NAMES})
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await client.get_shell_msg(timeout=PATIENCE)
                if answer["parent_header"].get("msg_id") == request:
                    text = answer["content"]["user_expressions"]["names"]["data"]["text/plain"]
                    return json.loads(text.strip("'"))
    except Exception:  # whatever is wrong with that kernel, it is to be ended
        return []
    finally:
        client.stop_channels()


def note(notebook, minutes, names):
    """Note for the next kernel of a notebook what its last one took along."""
    file = Path.home() / LOST
    lost = read(file)
    lost[str(notebook)] = [minutes, names]
    file.write_text(json.dumps(lost))


def read(file):
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return {}


def tell_what_was_lost():
    """Say once, above the first cell's output, what the last kernel of this notebook lost."""
    notebook = os.environ.get("JPY_SESSION_NAME")
    shell = get_ipython()  # noqa: F821  (it is there in every kernel)
    if not (notebook and shell):
        return

    def tell(*_):
        shell.events.unregister("pre_run_cell", tell)
        file = Path.home() / LOST
        lost = read(file)
        with suppress(KeyError):
            print(sentence(*lost.pop(str(in_full(notebook)))))
            file.write_text(json.dumps(lost))

    shell.events.register("pre_run_cell", tell)


def sentence(minutes, names):
    """Say what was lost, what was kept, and what to do."""
    which = f"Its variables are gone: {', '.join(names)}. " if names else ""
    return (
        f"Nothing ran here for {minutes} minutes, so this notebook's kernel was ended to make "
        f"room. {which}The rota of this notebook is gone, too. Your text, your progress and your "
        "board are kept. Run the cells from the top.\n"
    )
