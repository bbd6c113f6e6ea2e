"""Read the environment in one place: cleaned, and with a sentence for what makes no sense.

An empty variable counts as one that is not set.
See https://docs.djangoproject.com/en/5.2/howto/deployment/checklist/
"""

import argparse
import os
import re
import sys
from pathlib import Path

import dj_database_url
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

OURS = "speedster.settings"
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def text(name, default=""):
    """Return a variable without the spaces around it."""
    return os.environ.get(name, "").strip() or default


def choose_settings(arguments=()):
    """Settle which settings Django takes: ours, or those of the variable or of `--settings`.

    Raises ImproperlyConfigured for a module that has no settings with this project's app in them.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--settings", default=text("DJANGO_SETTINGS_MODULE", OURS))
    parser.add_argument("--pythonpath")
    given, _ = parser.parse_known_args(arguments)
    os.environ["DJANGO_SETTINGS_MODULE"] = module = given.settings.strip() or OURS
    if given.pythonpath:
        sys.path.insert(0, given.pythonpath)
    if module == OURS:
        return
    try:
        why = "" if "speedy" in settings.INSTALLED_APPS else "it does not install speedy"
    except ImproperlyConfigured:  # settings with a sentence of their own
        raise
    except Exception as error:  # any module may be named, and any error come
        why = " ".join(f"{type(error).__name__}: {error}".split())
    if why:
        raise ImproperlyConfigured(
            f"Expected settings of this project; came {module}, from --settings or "
            f"DJANGO_SETTINGS_MODULE, and {why}. Leave the one out, `unset` the other, "
            f"or name {OURS}."
        )


def flag(name, default):
    """Return a variable that is on or off as a bool. Raises ImproperlyConfigured for another."""
    value = text(name).lower()
    if value and value not in YES + NO:
        raise ImproperlyConfigured(
            f"{name} expected 1 or 0 (or true, false, yes, no, on, off); came {value!r}."
        )
    return value in YES if value else default


def names(name, default=()):
    """Return a variable with commas in it as a list; spaces and empty parts do not count."""
    return [part.strip() for part in text(name).split(",") if part.strip()] or list(default)


def file(name, default, project):
    """Return the path in a variable: `~` is the home folder, and a relative one the project's.

    Not the folder where somebody stands: a notebook stands in its own. Raises ImproperlyConfigured
    for the home of an account that is not there.
    """
    try:
        return Path(project, Path(text(name, default)).expanduser())
    except RuntimeError:
        raise ImproperlyConfigured(
            f"{name} expected the path of a file; came {text(name)!r}, and no account of this "
            "machine has that home. Write the whole path."
        ) from None


def origins(name):
    """Return a list of origins. Raises ImproperlyConfigured for one without scheme or host."""
    listed = names(name)
    if wrong := [one for one in listed if not re.match("https?://[^/]", one)]:
        raise ImproperlyConfigured(
            f"{name} expected origins such as https://example.org, with commas; came {wrong[0]!r}."
        )
    return listed


def place(name):
    """Return the path in a variable as /board, say, or "". Raises ImproperlyConfigured for none."""
    path = text(name).strip("/")
    if re.search(r"[?#\s\\:]|//|(^|/)\.+(/|$)", path):
        raise ImproperlyConfigured(
            f"{name} expected the path of an address, such as /board; came {text(name)!r}."
        )
    return path and f"/{path}"


def codespace_origins(port):
    """Return the address under which a GitHub Codespace shows this port; none elsewhere."""
    name, domain = text("CODESPACE_NAME"), text("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN")
    return [f"https://{name}-{port}.{domain}"] if name and domain else []


def database(name, project):
    """Return the database settings: of the URL in the variable, or a SQLite file of the project.

    A relative path belongs to the project's folder, not to the folder where somebody stands. The
    file of the project is not written as a URL, where #, ? and % would mean something.
    Raises ImproperlyConfigured for what is no URL of a database.
    """
    default = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(project / "db.sqlite3")}
    url = text(name)
    try:
        read = dj_database_url.parse(url, conn_health_checks=True) if url else default
        if "\0" in read["NAME"]:
            raise ValueError
    except ValueError:  # its own words may quote a password
        raise ImproperlyConfigured(
            f"{name} expected a URL such as sqlite:///db.sqlite3 or "
            "postgres://user:password@localhost/speedster, and what it holds is none. Special "
            "signs in a password are written as %40 (for @), and so on."
        ) from None
    file = read["NAME"]
    if read["ENGINE"].endswith("sqlite3") and not file.startswith((":memory:", "file:")):
        read["NAME"] = str(Path(project, file))
    return read
