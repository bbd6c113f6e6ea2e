"""See what fires in a Django project: signals, receivers, overrides and SQL, in their true order.

    from whatfires import trace, who_listens, what_fires

Depends on Django alone; pandas is needed for `.table()`. It connects nothing and needs no setting.
In INSTALLED_APPS it adds commands; `%load_ext whatfires` adds magics to IPython.
See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

from whatfires.events import Event, Trace
from whatfires.firing import what_fires
from whatfires.firings import Firings
from whatfires.ipython import load_ipython_extension, unload_ipython_extension
from whatfires.listeners import Listeners, who_listens
from whatfires.temporary import Heard, connected, disconnected, listening, muted
from whatfires.tracing import trace

__all__ = [
    "Event",
    "Firings",
    "Heard",
    "Listeners",
    "Trace",
    "connected",
    "disconnected",
    "listening",
    "load_ipython_extension",
    "muted",
    "trace",
    "unload_ipython_extension",
    "what_fires",
    "who_listens",
]
__version__ = "0.1.0"
