"""Wrong answers made by machine: each is the solution with one thing broken, and none may pass.

A mutant changes the source of a task's solution in one place, as a slip would, or wraps the whole
answer, as somebody would who wants the check to be green. See
https://docs.python.org/3/library/ast.html
"""

import ast
import re
import textwrap
from copy import copy
from typing import NamedTuple

from classroom.exercises.engine import judged, run_code
from classroom.exercises.ordering import Parsons
from classroom.exercises.outcomes import DEFECT, RIGHT

SWAPPED = "pre_save post_save, pre_delete post_delete, Employees EmployeesWithoutHooks"
NAMES = [pair.split() for pair in SWAPPED.split(", ")]
OTHER_NAMES = {it: other for pair in NAMES for it, other in (pair, pair[::-1])} | {
    "Shifts": "Employees",
    "ShiftsEmployees": "Shifts",
    "send": "send_robust",
    "asend": "asend_robust",
    "IntegrityError": "Exception",
    "ValueError": "Exception",
    "assertEqual": "assertNotEqual",
    "all": "none",
}
OPPOSED = "Eq NotEq, Gt GtE, Lt LtE, In NotIn, Is IsNot, Add Sub, And Or"
PAIRS = [[getattr(ast, name) for name in pair.split()] for pair in OPPOSED.split(", ")]
OPPOSITES = {it: other for pair in PAIRS for it, other in (pair, pair[::-1])}
BLOCKS = ("body", "orelse", "finalbody")

# Around a right answer: what a lazy one does with it. CALL stands for the call of the right one.
WRAPPERS = {
    "answers with None": "CALL",
    "answers with the type of it": "return type(CALL)",
    "answers with a number": "return CALL and 7",
    "answers with a text": "return str(CALL)",
    "answers with a list around it": "return [CALL]",
    "prints the answer": "print(CALL)",
    "yields the answer": "yield CALL",
    "remembers the first answer": "first.append(CALL)\nreturn first[0]",
    "acts once and never again": "if not first:\n    first.append(CALL)\nreturn first[0]",
    "acts twice": "CALL\nreturn CALL",
    "answers with what equals anything": "answer = CALL\nif isinstance(answer, list):\n"
    "    return [ANY for _ in answer]\nreturn answer if answer is None else ANY",
    "swallows every error": "try:\n    return CALL\nexcept Exception:\n    pass",
    "other objects of the same keys": "return other(CALL)",
    "wipes everybody out first": "Employees.objects.all().delete()\nreturn CALL",
    "writes to everybody": "Employees.objects.update(address='-')\nreturn CALL",
    "leaves an event in the outbox": "answer = CALL\nOutboxEvent.objects.create(name='done')\n"
    "return answer",
    "writes a line into the log": "answer = CALL\nlog_event('done')\nreturn answer",
    "swallows every error of one kind": "try:\n    return CALL\nexcept ValueError:\n    pass",
}
WRAPPED = """{source}


from unittest.mock import ANY

from django.db.models import Model
from speedy.signals.event_logging import log_event

first, right = [], {name}


def other(it):
    if isinstance(it, list):
        return [other(one) for one in it]
    return Shifts(pk=it.pk) if isinstance(it, Model) else it


def {name}(*args, **kwargs):
{body}
"""


class Mutant(NamedTuple):
    """A wrong answer made by machine: what was done to the solution, and its source."""

    name: str
    code: str


def mutants_of(task):
    """List the mutants of a task's solution; no two have one source, and none is the solution's."""
    if isinstance(task, Parsons):
        return [Mutant(f"the order {it}", f"order = {it}") for it in other_orders(task)]
    source = task.solution.strip("\n")
    found = {ast.dump(ast.parse(source)): None}
    for mutant in (*changed(source), *wrapped(task, source)):
        found.setdefault(ast.dump(ast.parse(mutant.code)), mutant)
    return [it for it in found.values() if it is not None]


def other_orders(task):
    """List the orders that differ in one line: it is moved, left out, or another one is taken."""
    right = task.order_of(task.solution)
    unused = [it for it in range(1, len(task.texts) + 1) if it not in right]
    made = [[*right, it] for it in unused]
    for place, line in enumerate(right):
        before, after = right[:place], right[place + 1 :]
        left = [*before, *after]
        made += [left, *([*before, it, *after] for it in unused)]
        made += [[*left[:to], line, *left[to:]] for to in range(len(right))]
        made += [[*right[:place], it, *right[place:]] for it in unused]
    return [it for place, it in enumerate(made) if it != right and it not in made[:place]]


def wrapped(task, source):
    """Wrap the answer, if it is a function; an answer of values is only changed."""
    tree = ast.parse(source)
    if not any(isinstance(it, ast.FunctionDef) and it.name == task.answer for it in tree.body):
        return
    yield Mutant("is a class", f"{source}\n\n\nclass {task.answer}:\n    pass\n")
    for name, body in WRAPPERS.items():
        if name != "wipes everybody out first" or "hire" in task.answer:
            body = textwrap.indent(body.replace("CALL", "right(*args, **kwargs)"), "    ")
            yield Mutant(name, WRAPPED.format(source=source, name=task.answer, body=body))


def changed(source):
    """Yield a mutant for each place of the source and each way to break it there."""
    tree = ast.parse(source)
    for node in list(ast.walk(tree)):
        number = getattr(node, "lineno", None)
        line = f" (line {number}: {short(ast.unparse(node))})" if number else ""
        for way in WAYS:
            for said in broken(node, way):
                if code := written(tree):
                    yield Mutant(f"{said}{line}", code)


def broken(node, way):
    """Break a node in each variant of a way, and put it back afterwards; yield what was done."""
    kept = {name: (it, copy(it)) for name, it in vars(node).items()}
    for said in way(node):
        yield said
        for name, (it, items) in kept.items():
            if isinstance(it, list):
                it[:] = items
            setattr(node, name, it)


def written(tree):
    try:
        code = ast.unparse(ast.fix_missing_locations(tree))
        compile(code, "mutant", "exec")
    except (SyntaxError, ValueError):
        return None
    return code


def short(text):
    return textwrap.shorten(re.sub(r"\s+", " ", text), 60, placeholder="…")


# The ways: each takes a node, and breaks it in place in one variant after the other, and says what
# it did. Lists of statements and the fields of the node are put back by broken().


def drop_statement(node):
    """Leave out a statement, or put what is in its block in its place."""
    keeps = ast.Import | ast.ImportFrom | ast.Pass
    for lines, number in places_of(node, lambda it: not isinstance(it, keeps)):
        gone = lines[number]
        said = short(ast.unparse(gone).splitlines()[0])
        lines[number : number + 1] = [] if len(lines) > 1 else [ast.Pass()]
        yield f"without `{said}`"
        inner = lines_of(gone, "body")
        if inner and not isinstance(gone, ast.FunctionDef | ast.ClassDef):
            lines[number : number + 1] = inner + lines_of(gone, "finalbody")
            yield f"without the `{said}` around it"


def lines_of(node, block):
    lines = getattr(node, block, None)
    return lines if isinstance(lines, list) else []


def places_of(node, is_meant):
    """List (block, place in it) of the statements in the blocks of a node that are meant."""
    blocks = [lines_of(node, block) for block in BLOCKS]
    return [(it, at) for it in blocks for at, line in enumerate(it) if is_meant(line)]


def swap_statements(node):
    """Swap a statement and the next one, but not the functions of a cell."""
    lines = [] if isinstance(node, ast.Module) else lines_of(node, "body")
    for at in range(len(lines) - 1):
        lines[at : at + 2] = lines[at : at + 2][::-1]
        yield f"`{short(ast.unparse(lines[at]).splitlines()[0])}` comes first"


def negate(node):
    """Turn a condition round, or take it for settled."""
    if isinstance(node, ast.If | ast.IfExp):
        node.test = ast.UnaryOp(ast.Not(), node.test)
        yield "negated"
        for value in True, False:
            node.test = ast.Constant(value)
            yield f"as if it were {str(value).lower()}"


def drop_half(node):
    """Leave out one part of an `and` or an `or`."""
    for at in range(len(node.values) if isinstance(node, ast.BoolOp) else 0):
        yield f"without the part `{short(ast.unparse(node.values.pop(at)))}`"


def oppose(node):
    """Put an operator in the place of its opposite or neighbour."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in OPPOSITES:
        node.ops[0] = OPPOSITES[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in OPPOSITES:
        node.op = OPPOSITES[type(node.op)]()
    elif isinstance(node, ast.UnaryOp):
        node.op = ast.UAdd() if isinstance(node.op, ast.USub) else ast.USub()
    else:
        return
    yield "another operator"


def rename(node):
    """Swap the phase of a signal, the class that is meant, and the like."""
    for field in ("id", "attr"):
        name = getattr(node, field, None)
        if name in OTHER_NAMES and not isinstance(getattr(node, "ctx", None), ast.Store):
            setattr(node, field, OTHER_NAMES[name])
            yield f"{OTHER_NAMES[name]} for {name}"


def drop_argument(node):
    for arguments in (node.args, node.keywords) if isinstance(node, ast.Call) else ():
        for at in range(len(arguments)):
            yield f"without the argument `{short(ast.unparse(arguments.pop(at)))}`"


def drop_parameter(node):
    for name, which in ("**kwargs", "kwarg"), ("*args", "vararg"):
        if isinstance(node, ast.FunctionDef) and getattr(node.args, which):
            node.args = copy(node.args)
            setattr(node.args, which, None)
            yield f"no {name} in the signature"


def drop_decorator(node):
    decorators = getattr(node, "decorator_list", [])
    for at in range(len(decorators)):
        yield f"without @{ast.unparse(decorators.pop(at))}"


def other_constant(node):
    """Put another value in the place of a constant, or of a text's letters."""
    value, others = getattr(node, "value", None), []
    if not isinstance(node, ast.Constant):
        return
    if isinstance(value, bool):
        others = [not value]
    elif isinstance(value, int):
        others = [value + 1, value - 1]
    elif isinstance(value, str):
        swapped = value.replace("pre_", "p_").replace("post_", "pre_").replace("p_", "post_")
        others = [f"x{value}", "", swapped]
        others += [it for it in ("yes", "no") if value in ("yes", "no")]
    for node.value in dict.fromkeys(others):
        if node.value != value:
            yield f"{node.value!r} for {value!r}"


def value_to_constant(node):
    """Write down what it was the first time, in place of asking."""
    is_meant = isinstance(node, ast.FormattedValue | ast.Return | ast.keyword)
    if is_meant and node.value is not None and not isinstance(node.value, ast.Constant):
        for value in ("Ada", 1, None):
            node.value = ast.Constant(value)
            yield f"always {value!r}"


def print_for_return(node):
    for lines, at in places_of(node, lambda it: isinstance(it, ast.Return) and it.value):
        lines[at] = ast.Expr(ast.Call(ast.Name("print", ast.Load()), [lines[at].value], []))
        yield "print for return"


def make_async(node):
    lines = lines_of(node, "body")
    for at, it in enumerate(lines):
        if isinstance(it, ast.FunctionDef):
            lines[at] = ast.AsyncFunctionDef(**{name: getattr(it, name, None) for name in FIELDS})
            yield f"async def {it.name}"


FIELDS = ast.FunctionDef._fields


def drop_await(node):
    """Make a coroutine, and await it no longer."""
    if isinstance(getattr(node, "value", None), ast.Await):
        node.value = node.value.value
        yield "without the await"


def swallow(node):
    """Catch whatever comes in a function's body, and drop it; or catch more than was caught."""
    if isinstance(node, ast.FunctionDef):
        handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, [ast.Pass()])
        node.body = [ast.Try(node.body, [handler], [], [])]
        yield f"{node.name} swallows every error"
    if isinstance(node, ast.ExceptHandler):
        node.type = ast.Name("Exception", ast.Load())
        yield "catches everything"


BY_HAND = """
tables = OutboxEvent, Employees, Shifts, ShiftsEmployees
before = [list(table.objects.all()) for table in tables]
try:
    pass
except Exception:
    for table in tables[::-1]:
        table.objects.all()._raw_delete("default")
    for table, rows in zip(tables, before):
        table.objects.bulk_create(rows)
    raise
"""


def compensate(node):
    """Undo by hand what a transaction would take back."""

    def opens(line):
        return isinstance(line, ast.With) and "atomic" in ast.unparse(line.items[0])

    for lines, at in places_of(node, opens):
        by_hand = ast.parse(BY_HAND).body
        by_hand[-1].body = lines[at].body
        lines[at : at + 1] = by_hand
        yield "undone by hand, without a transaction"


def odd_block(node):
    """Open a transaction that must be the outermost, or one without a savepoint in a caller's."""
    if isinstance(node, ast.Call) and not node.keywords:
        for name, value in ("durable", True), ("savepoint", False):
            if ast.unparse(node.func).endswith("atomic"):
                node.keywords.append(ast.keyword(name, ast.Constant(value)))
                yield f"{name}={value}"


WAYS = (
    drop_statement,
    swap_statements,
    negate,
    drop_half,
    oppose,
    rename,
    drop_argument,
    drop_parameter,
    drop_decorator,
    other_constant,
    value_to_constant,
    print_for_return,
    make_async,
    drop_await,
    swallow,
    compensate,
    odd_block,
)


class Tally(NamedTuple):
    """What came of the mutants of one task; a mutant is told by its name."""

    made: int
    accepted: list  # wrongly: nobody has said why they are right
    equal: dict  # {name: reason}
    defects: list  # for which the check itself failed

    @property
    def told_wrong(self):
        return self.made - len(self.accepted) - len(self.equal) - len(self.defects)


def tally(task, mutants=None):
    """Judge the mutants of a task, or some of them."""
    result = Tally(0, [], {}, [])
    for mutant in mutants_of(task) if mutants is None else mutants:
        try:
            answer = run_code(mutant.code)[task.answer]
        except Exception:  # the cell itself ends in an error, so there is nothing to check
            continue
        result = result._replace(made=result.made + 1)
        kind = judged(task, answer, seconds=2 * task.seconds).kind
        if kind == RIGHT and (reason := why_equal(task, mutant.name)):
            result.equal[mutant.name] = reason
        elif kind in (RIGHT, DEFECT):
            (result.accepted if kind == RIGHT else result.defects).append(mutant.name)
    return result


def why_equal(task, name):
    """Say why a mutant is right as well; None if nobody has said so. Only * stands for anything."""
    for reason, patterns in task.equal.items():
        if any(re.fullmatch(re.escape(it).replace(r"\*", ".*"), name) for it in patterns):
            return reason
    return None
