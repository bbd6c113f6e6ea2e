"""Names of learners, checked before they become logins and folders.

See https://jupyterhub.readthedocs.io/en/stable/reference/api/auth.html
"""

import re
from itertools import count
from pathlib import Path
from unicodedata import category, normalize

TEACHER = "teacher"
MOST = 200  # desks that one machine could hold at all
LONGEST = 40  # letters of a login
APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ"))  # a login has none, however an editor writes it

# Signs that are not seen by themselves, though some scripts are spelled with them.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e01ef]"
)


class RoomError(Exception):
    """Say why a room cannot be opened: what was expected, what came, and the way out."""


def logins(asked):
    """Return {login: name} for a number of learners, or for a text file with a name a line.

    Two learners of one name are two: `ada` and `ada-2`, unless somebody is called so. Empty lines,
    and lines that begin with `#`, do not count. Raises RoomError.
    """
    if asked.isascii() and asked.isdigit():
        names = [f"learner-{number:02}" for number in range(1, min(int(asked), MOST + 1) + 1)]
    else:
        names = read(Path(asked))
    if not 1 <= len(names) <= MOST:
        raise RoomError(f"expected 1 to {MOST} learners, came {'none' if not names else 'more'}.")
    plain, found = [login_of(name) for name in names], {}
    for name, login in zip(names, plain, strict=True):
        more = (f"{login}-{number}" for number in count(2))
        free = (it for it in more if it not in found and it not in plain)
        found[next(free) if login in found else login] = name
    return found


def read(file):
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise RoomError(
            f"NAMES expected a number, or a text file (UTF-8) with a name a line; {str(file)!r} "
            f"cannot be read: {error}."
        ) from error
    return [it for line in lines if (it := " ".join(line.split())) and not it.startswith("#")]


def login_of(name):
    """Return a name as a login and a folder: `Ada Lovelace` is `ada-lovelace`.

    Letters of every script stay. Raises RoomError for a name that would be no plain folder.
    """
    seen = normalize("NFC", UNSEEN.sub("", name))
    login = seen.casefold().replace(" ", "-").translate(APOSTROPHES)
    # In many scripts a letter is written with marks of its own.
    wrong = {it for it in login if not (it.isalnum() or it in "-_." or category(it)[0] == "M")}
    if wrong or not login[:1].isalnum() or login.endswith("."):
        raise RoomError(
            f"expected a name of letters, digits, spaces and - _ . that begins with a letter or "
            f"digit, came {name!r}. Change it in the file."
        )
    if len(login) > LONGEST or len(login.encode()) > 2 * LONGEST:
        raise RoomError(f"expected {LONGEST} letters at most, came {name[:LONGEST]!r}... .")
    if login == TEACHER:
        raise RoomError(f"expected another name than {name!r}: that one is yours.")
    return login
