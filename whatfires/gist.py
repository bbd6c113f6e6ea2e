"""Say in a few words what an SQL statement does: `SELECT from shop_order where total < 3`.

A condition is told only where the whole WHERE is understood: plain comparisons of the table's own
columns, all of them joined by AND. Else `where …` stands there, for half a condition may say the
opposite of the whole.
See https://docs.djangoproject.com/en/5.2/ref/models/querysets/
"""

import re
from collections.abc import Sequence
from typing import Any

from whatfires.describing import HIDDEN, SECRET, one_line

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
BEHIND = r"(?: (?:GROUP BY|ORDER BY|LIMIT|OFFSET|FOR (?:NO KEY )?UPDATE|RETURNING)\b.*)?"
# What makes more of a statement than its table and its WHERE.
MORE = re.compile(
    r"\b(JOIN|UNION|INTERSECT|EXCEPT|HAVING|WITH|USING)\b|\bFROM\b.*(\bFROM\b|,.*\bWHERE\b)",
    re.DOTALL,
)
FEW = 5  # values of an IN that are told

Condition = tuple[str, str, Any]


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
    """Write the conditions of a statement: all of them, or a sign that there are some."""
    conditions = conditions_of(sql, params, table)
    if conditions is None:
        return " where …"
    words = [f"{column} {how} {value}".rstrip() for column, how, value in conditions]
    return f" where {' and '.join(words)}" if words else ""


def conditions_of(sql: str, params: Any, table: str) -> list[Condition] | None:
    """List the conditions as (column, comparison, value); None where they are not understood."""
    outer = outermost(sql).upper()
    begin = outer.find(" WHERE ")
    if begin < 0:
        return None if MORE.search(outer) else []
    if MORE.search(outer) or (outer.startswith("UPDATE") and " FROM " in outer):
        return None
    if not isinstance(params, Sequence) or sql.count("%s") != len(params) or "%%" in sql:
        return None
    values = iter(params[sql[:begin].count("%s") :])
    rest = sql[begin + len(" WHERE ") :]
    if rest.startswith("(") and (inner := re.match(r"\(\s*\)", outermost(rest))):
        # Django puts brackets around conditions that belong together.
        rest = rest[1 : inner.end() - 1] + rest[inner.end() :]
    one = COMPARISON.format(table=re.escape(table))
    unnamed = re.sub(r"\?P<\w+>", "?:", one)
    whole = re.fullmatch(rf"((?:{unnamed})(?: AND (?:{unnamed}))*){BEHIND}", rest, re.DOTALL)
    if whole is None:
        return None
    return [condition(found, values) for found in re.finditer(one, whole[1])]


def condition(found: re.Match[str], values: Any) -> Condition:
    """Put the values into one comparison; those of a secret are not told."""
    column = found["column"].strip('"`')
    if found["null"]:
        return column, f"is {found['null'].lower()}", ""
    taken = [next(values) for _ in range((found["list"] or "%s").count("%s"))]
    if SECRET.search(column):
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
