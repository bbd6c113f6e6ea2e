"""A plugin for the workers of `make test`: what none of our code is, the collector leaves alone.

Each worker imports all test files, and with them large packages. To look through all objects then
takes a tenth of a second, and a check of an exercise does it, twice or more: it finds every signal,
and clears away what it made. What is imported here, before Django is, holds no signal of anybody's.
See https://docs.python.org/3/library/gc.html#gc.freeze
"""

import gc
import os
from contextlib import suppress
from importlib import import_module

LARGE = (
    *("axe_playwright_python.sync_playwright", "bs4", "hypothesis.stateful", "inline_snapshot"),
    *("IPython.core.interactiveshell", "jupyter_client", "jupytext", "matplotlib.pyplot"),
    *("nbclient", "openpyxl", "pandas", "PIL.Image", "playwright.sync_api", "psycopg", "syrupy"),
)

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("PYTEST_PLUGINS", None)  # what a test starts is no worker
    for name in LARGE:
        with suppress(ImportError):
            import_module(name)
    gc.collect()
    gc.freeze()
