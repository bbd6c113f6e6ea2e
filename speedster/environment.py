"""Read the environment in one place: cleaned, and with a sentence for what makes no sense.

An empty variable counts as one that is not set.
See https://docs.djangoproject.com/en/5.2/howto/deployment/checklist/
"""

import argparse
import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import quote, unquote

import dj_database_url
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

OURS = "speedster.settings"
USUAL_PORTS = {"http": ":80", "https": ":443"}  # which a browser does not name
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
    except (Exception, SystemExit) as error:  # of whatever module was named
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
    """Return a variable with commas, semicolons or spaces in it as a list without empty parts."""
    return [part for part in re.split(r"[,;\s]+", text(name)) if part] or list(default)


def hosts(name, default):
    """Return a list of hosts as Django compares them, also where addresses were written.

    See https://docs.djangoproject.com/en/5.2/ref/settings/#allowed-hosts
    """
    bare = [re.sub(r"^\w+://|/.*$", "", one) for one in names(name, default)]
    named = [
        f"[{one}]" if re.fullmatch(r"[\da-fA-F]*:[\da-fA-F:]*:.*", one) else one for one in bare
    ]
    return [re.sub(r"^\*(?=\.)", "", re.sub(r":\d+$", "", one)) for one in named]


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
    """Return a list of origins as a browser writes them, also where whole addresses came.

    Raises ImproperlyConfigured for one without scheme or host.
    """
    listed = names(name)
    found = [origin_of(one) for one in listed]
    if None in found:
        raise ImproperlyConfigured(
            f"{name} expected origins such as https://example.org, with commas; "
            f"came {listed[found.index(None)]!r}."
        )
    return found


def origin_of(address):
    """Return the origin of a whole address, as a browser writes it; None for what is none."""
    found = re.fullmatch(r"(https?)://([^/{}\s[]+|\[[\da-f:.]+\](?::\d+)?)(/\S*)?", address.lower())
    return found and f"{found[1]}://{found[2].removesuffix(USUAL_PORTS[found[1]])}"


def place(name):
    """Return the path in a variable, quoted, such as /board; "" for none.

    Raises ImproperlyConfigured for what is no path of an address.
    """
    path = text(name).strip("/")
    if re.search(r"[?#\s\\:]|//|(^|/)\.+(/|$)", path):
        raise ImproperlyConfigured(
            f"{name} expected the path of an address, such as /board; came {text(name)!r}."
        )
    return path and f"/{quote(unquote(path))}"


def platform_origins(port):
    """Return the addresses at which the platform that this runs on shows a port; none elsewhere.

    Known are GitHub Codespaces, Gitpod, Google Cloud Shell, Replit, and what says itself how it
    shows a port (code-server, Coder).
    """
    codespace, domain = text("CODESPACE_NAME"), text("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN")
    shell, replit = text("CLOUD_SHELL") and text("WEB_HOST"), text("REPLIT_DEV_DOMAIN")
    shown = [text("VSCODE_PROXY_URI").replace("{{port}}", f"{port}")]
    shown += [text("GITPOD_WORKSPACE_URL").replace("://", f"://{port}-")]
    shown += [f"https://{port}-{shell}"] if shell else []
    shown += [f"https://{replit}", f"https://{replit}:{port}"] if replit else []
    if codespace and domain:  # which may hand on either as the origin
        shown += [f"https://{codespace}-{port}.{domain}", f"https://localhost:{port}"]
    return [origin for one in shown if (origin := origin_of(one))]


def handed_on(name, words, lists):
    """Return how shell_plus was called, as it is left in a variable: {option: value}, from JSON.

    Raises ImproperlyConfigured for anything else than an object with these options, some of them
    words, the others lists of words.
    """
    try:
        read = json.loads(text(name, "{}"))
        fine = isinstance(read, dict) and all(
            is_words(value if option in lists else [value])
            for option, value in read.items()
            if value is not None
        )
        fine = fine and {*read} <= {*words, *lists}
    except (ValueError, RecursionError):
        fine = False
    if not fine:
        raise ImproperlyConfigured(
            f"{name} expected what shell_plus leaves for the kernels that its Jupyter starts, such "
            f'as {{"settings": "{OURS}"}}; came {text(name)[:80]!r}. `unset {name}`: nobody has to '
            "set it."
        )
    return read


def is_words(value):
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


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
        unnamed = read["ENGINE"].endswith("postgresql") and not (read["NAME"] or "OPTIONS" in read)
        if unnamed or "\0" in read["NAME"]:
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
