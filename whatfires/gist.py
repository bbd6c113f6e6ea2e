"""Say in a few words what an SQL statement does: `SELECT from shop_order where total < 3`.

A condition is told only where it holds for every row that is meant: a plain comparison of the
table's own column, joined to the rest by AND alone. For the rest `…` stands there. Half a condition
may say the opposite of the whole.
See https://docs.djangoproject.com/en/5.2/ref/models/querysets/
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from whatfires.describing import one_line
from whatfires.masking import HIDDEN, is_secret

NAME = r'(?:"(?:[^"]|"")+"|`[^`]+`|[\w.$]+)'
TABLE = rf"(?P<table>{NAME}(?:\.{NAME})?)"
VERBS = (
    (rf"INSERT (?:OR IGNORE )?INTO {TABLE}", "INSERT into {}"),
    (rf"DELETE FROM {TABLE}", "DELETE from {}"),
    (rf"UPDATE {TABLE}", "UPDATE {}"),
    (rf"SELECT\b.*?\bFROM {TABLE}", "SELECT from {}"),
    (r"SELECT\b.*?\bFROM (?P<table>\()", "SELECT from a subquery"),
    (
        r"(?P<table>BEGIN|COMMIT|ROLLBACK TO SAVEPOINT|ROLLBACK|RELEASE SAVEPOINT|SAVEPOINT)",
        "{}",
    ),
)
# One comparison of a column of this table. Django compares with a parameter, and writes TRUE or
# FALSE as a column alone, which is not told here.
COMPARISON = (
    r"(?:{table}\.)(?P<column>" + NAME + r") "
    r"(?:(?P<how><=|>=|<|>|=) %s|IN \((?P<list>%s(?:, %s)*)\)|IS (?P<null>NOT NULL|NULL))"
)
# What may come behind the conditions without a change of what they say.
BEHIND = re.compile(r" (GROUP BY|ORDER BY|LIMIT|OFFSET|FOR (NO KEY )?UPDATE|RETURNING)\b")
# What binds looser than AND, or has an AND of its own.
LOOSER = re.compile(r"\b(OR|XOR|BETWEEN|CASE)\b")
# What makes more of a statement than its table and its WHERE.
MORE = re.compile(
    r"\b(JOIN|UNION|INTERSECT|EXCEPT|HAVING|WITH|USING)\b|\bFROM\b.*(\bFROM\b|,.*\bWHERE\b)",
    re.DOTALL,
)
FEW = 5  # values of an IN that are told

Condition = tuple[str, str, Any]
UNKNOWN: Condition = (HIDDEN, "", "")


def gist(sql: str, params: Any = ()) -> str:
    """Say what a statement does, and to which table."""
    sql = re.sub(r"^\s*(?:/\*.*?\*/\s*|--[^\n]*\n\s*)*", "", sql, flags=re.DOTALL)
    sql = sql.removeprefix("(")  # the first of a union, as PostgreSQL is told it
    outer = outermost(sql)
    for pattern, words in VERBS:
        if found := re.match(pattern, outer, flags=re.IGNORECASE | re.DOTALL):
            table = found["table"].strip('"`')
            return words.format(table) + columns_set(outer) + told(sql, params, found["table"])
    if sql.startswith("SELECT") and "_check" in sql:
        return "SELECT whether a constraint holds"
    return one_line(" ".join(sql.split()[:4]))


@lru_cache(maxsize=256)  # the same statements come again and again
def outermost(sql: str) -> str:
    """Blank out what stands in brackets and in texts, each character by a blank."""
    depth, quoted, kept = 0, False, []
    for character in sql:
        quoted ^= character == "'"
        depth -= character == ")" and not quoted
        kept.append(" " if depth > 0 or quoted else character)
        depth += character == "(" and not quoted
    return "".join(kept)


def told(sql: str, params: Any, table: str) -> str:
    """Write the conditions of a statement, and a sign where there are more."""
    conditions = conditions_of(sql, params, table)
    if conditions is None:
        return " where …"
    words = [f"{column} {how} {value}".rstrip() for column, how, value in conditions]
    return f" where {' and '.join(words)}" if words else ""


def conditions_of(sql: str, params: Any, table: str) -> list[Condition] | None:
    """List the conditions as (column, comparison, value); UNKNOWN stands for those left out.

    None where no condition is understood.
    """
    outer = outermost(sql).upper()
    begin = outer.find(" WHERE ")
    if begin < 0:
        return None if MORE.search(outer) else []
    if (
        len(outer) != len(sql)
        or MORE.search(outer)
        or (outer.startswith("UPDATE") and " FROM " in outer)
    ):
        return None
    if not isinstance(params, Sequence) or sql.count("%s") != len(params) or "%%" in sql:
        return None
    before, where = sql[:begin].count("%s"), sql[begin + len(" WHERE ") :]
    if behind := BEHIND.search(outer[begin:]):
        where = where[: behind.start() - len(" WHERE ")]
    while re.fullmatch(r"\(\s*\)", outermost(where)):
        where = where[1:-1]  # Django puts brackets around conditions that belong together
    if LOOSER.search(outermost(where).upper()):
        return None
    one, told = re.compile(COMPARISON.format(table=re.escape(table))), []
    for part in conjuncts(where):
        values = params[before : before + part.count("%s")]
        before += len(values)
        found = one.fullmatch(part)
        told.append(condition(found, values) if found else UNKNOWN)
    known = [it for it in told if it != UNKNOWN]
    return ([*known, UNKNOWN] if len(known) < len(told) else known) if known else None


def conjuncts(where: str) -> Iterator[str]:
    """Part conditions at each AND that stands outside of brackets."""
    begin = 0
    for found in re.finditer(" AND ", outermost(where)):
        yield where[begin : found.start()]
        begin = found.end()
    yield where[begin:]


def condition(found: re.Match[str], taken: Sequence[Any]) -> Condition:
    """Put the values into one comparison; those of a secret are not told."""
    column = found["column"].strip('"`')
    if found["null"]:
        return column, f"is {found['null'].lower()}", ""
    if is_secret(column):
        return column, found["how"] or "in", HIDDEN
    if found["how"]:
        return column, found["how"], one_line(str(taken[0]))
    more = ", …" if len(taken) > FEW else ""
    return column, "in", one_line(f"({', '.join(map(str, taken[:FEW]))}{more})")


def columns_set(outer: str) -> str:
    """Name the columns that an UPDATE writes, where they are few."""
    if not outer.upper().startswith("UPDATE"):
        return ""
    names = re.findall(r'(?:SET|,) "(\w+)" = ', outer.partition(" WHERE ")[0])
    return f": {', '.join(names)}" if 0 < len(names) <= 3 else ""
