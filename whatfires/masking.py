"""What a trace does not write down: passwords, tokens, session keys, and what a project adds.

A secret is known by the name it stands under, an argument's or a column's, never by its value.
`WHATFIRES_SECRETS` in the settings names more: parts of names, such as ["iban", "birth"].
See https://docs.djangoproject.com/en/5.2/howto/error-reporting/#filtering-sensitive-information
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings

HIDDEN = "…"
LONGEST = 1000  # characters or bytes of a parameter
NAMES = (
    *(r"session_?(key|data)", r"passw(or)?d", r"passphrase", "secret", "token", r"api_?key"),
    *(r"private_?key", "credential", r"authori[sz]ation", "cookie", r"hash(ed)?\b", r"\bhash"),
)
NAMED = re.compile(r"[\"`]|[a-z_]\w*\s*(=|<|>|IN\b|LIKE\b)", re.I)
# A VALUES or a SET that computes: which column a parameter belongs to is not plain.
COMPUTED = re.compile(r"\b(CASE|COALESCE)\b", re.I)
INSERT = re.compile(r"\s*INSERT\b")
VALUES = re.compile(r"[^()]*\(([^()]*)\)\s*VALUES\b", re.I)
DETAIL = re.compile(r"\(([^()]*)\)=\([^()]*\)")  # how PostgreSQL quotes a row in an error


def has_secret(text: str) -> bool:
    """Tell whether a text in which names stand speaks of a secret."""
    return _pattern.search(text) is not None


is_secret = lru_cache(maxsize=1024)(has_secret)  # the same names come again and again


def read_settings() -> None:
    """Take up WHATFIRES_SECRETS. Raises TypeError for anything but a list of names."""
    global _named, _pattern
    named = getattr(settings, "WHATFIRES_SECRETS", ()) if settings.configured else ()
    is_list = isinstance(named, list | tuple | set | frozenset)
    if not is_list or not all(isinstance(name, str) and name for name in named):
        raise TypeError(
            "The setting WHATFIRES_SECRETS: expected a list of parts of names, such as "
            f'["iban", "birth"]; came {named!r}.'
        )
    if tuple(named) != _named:
        _named = tuple(named)
        _pattern = re.compile("|".join([*NAMES, *map(re.escape, _named)]), re.IGNORECASE)
        is_secret.cache_clear()
        known_secrets.cache_clear()


_named: tuple[str, ...] = ()
_pattern = re.compile("|".join(NAMES), re.IGNORECASE)


def masked_params(sql: str, params: Any) -> Any:
    """Return the parameters of a statement, each that belongs to a secret column hidden.

    Where it is not plain which column one belongs to, all are hidden.
    """
    if type(params) not in (tuple, list) and (
        not isinstance(params, Sequence) or isinstance(params, str | bytes)
    ):
        if not hasattr(params, "items"):
            return params
        hide = has_secret(sought(sql))
        return {name: HIDDEN if hide else kept(value) for name, value in params.items()}
    find = known_secrets if len(sql) <= LONGEST else secrets_among
    hidden = find(sql, len(params))
    if hidden is None:
        return tuple(map(kept, params))
    return tuple(
        HIDDEN if is_hidden else kept(value)
        for is_hidden, value in zip(hidden, params, strict=True)
    )


def secrets_among(sql: str, number: int) -> tuple[bool, ...] | None:
    """Tell which of a statement's parameters are secrets; None where none is."""
    if not has_secret(sought(sql)):
        return None
    columns = None if COMPUTED.search(sql) else columns_of_params(sql, number)
    if columns is None:
        return (True,) * number
    return tuple(map(has_secret, columns))


known_secrets = lru_cache(maxsize=1024)(secrets_among)  # the same statements come again and again


def kept(value: Any) -> Any:
    """Cut what is long: a trace would keep all of it in memory. No half character is kept."""
    is_text = issubclass(type(value), str | bytes)
    value = value[:LONGEST] if is_text and len(value) > LONGEST else value
    return encodable(value) if issubclass(type(value), str) else value


def encodable(text: str) -> str:
    """Write half a character (a surrogate) as it is typed: no file and no page can hold it."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def sought(sql: str) -> str:
    """Cut off the columns that a plain SELECT reads: their values are no parameters."""
    read, found, rest = sql.partition(" FROM ")
    return rest if found and read.startswith("SELECT") and "%s" not in read else sql


def columns_of_params(sql: str, number: int) -> list[str] | None:
    """Return the text that names the column of each parameter; None where that is not plain."""
    if INSERT.match(sql):
        found = VALUES.match(sql)
        columns = found[1].split(",") if found else [""]
        rows, more = divmod(number, len(columns))
        return columns * rows if found and not more and "CONFLICT" not in sql.upper() else None
    pieces = sought(sql).split("%s")
    return list(nearest(pieces[:-1])) if len(pieces) == number + 1 else None


def nearest(pieces: list[str]) -> Iterator[str]:
    """Yield the text before each parameter, back to the one before that if it names a column."""
    named = ""
    for piece in pieces:
        named = piece if NAMED.search(piece) else named
        yield named


def masked_error(text: str) -> str:
    """Hide the values that a database quotes in an error, where a column is a secret."""
    return DETAIL.sub(
        lambda found: f"({found[1]})=({HIDDEN})" if is_secret(found[1]) else found[0], text
    )
