"""Kernels of a room: one that nobody uses is ended, and the next one says what went with it.

See https://jupyter-server.readthedocs.io/en/latest/api/jupyter_server.services.kernels.html
"""

import asyncio
import json
from contextlib import suppress

from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyterlab import commands

from room.lost import in_full, note

NAMES = "__import__('json').dumps(get_ipython().run_line_magic('who_ls', ''))"
PATIENCE = 5  # seconds for which an idle kernel is asked for its names

# At each start JupyterLab asks Node, where there is one, for the registry of its extensions: a
# quarter of a server's start. Nobody at a desk installs any.
commands._yarn_config = lambda logger: {"yarn config": {}}


class DeskKernels(AsyncMappingKernelManager):
    """End a kernel as Jupyter does, and note first which variables end with it."""

    async def cull_kernel_if_idle(self, kernel_id):
        kernel = self._kernels[kernel_id]
        idle = getattr(kernel, "execution_state", "") == "idle"
        seen, path = kernel.last_activity, self.notebook_of(kernel_id)
        due = idle and (age(seen) > self.cull_idle_timeout)
        # Asked first, since nobody answers afterwards; the question itself counts as no activity.
        names = await variables(kernel) if due else []
        if due:
            await answered(kernel)
            kernel.last_activity = seen
        await super().cull_kernel_if_idle(kernel_id)
        if kernel_id not in self._kernels and path:
            note(path, self.cull_idle_timeout, names)

    def notebook_of(self, kernel_id):
        """Return the path of a kernel's notebook, seen from the desk."""
        return getattr(self._kernels[kernel_id], "of_notebook", None)

    async def start_kernel(self, *, kernel_id=None, path=None, **options):
        started = await super().start_kernel(kernel_id=kernel_id, path=path, **options)
        session = (options.get("env") or {}).get("JPY_SESSION_NAME")
        self._kernels[started].of_notebook = session and in_full(session)
        return started


async def answered(kernel):
    """Wait until the server has heard, too, that a kernel is done with a question.

    Until then the server takes the kernel for busy, and afterwards the answer for work.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while kernel.execution_state == "busy":
                await asyncio.sleep(0.01)


def age(moment):
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
