"""The text in which a task is written, and how it is read.

See https://docs.python.org/3/library/re.html
"""

import re
from dataclasses import dataclass
from functools import partial

HEAD = re.compile(r"\n(\S+): (.+) \((\w+), (\d+) minutes\)\n(https://\S+)\n")
IMPORTS = re.compile(r"\n*((?:(?:from|import) .*\n|\n)*)")
BODY = re.compile(r"((?:[^ @\n].*[^:\n]\n|\n)*)(( +).*\n(?: .*\n|\n)*)")

# Why a mutant may be right as well (see mutants.py), where several tasks have one reason.
REASONS = {
    "cannot raise": "nothing in it can raise here <- *swallows every error*",
    "asked only": "it only answers, and changes nothing"
    " <- acts twice | other objects of the same keys",
    "a text": "the answer is a text <- answers with a text",
    "a proxy": "both are classes of one table <- EmployeesWithoutHooks for Employees*",
    "saved by name": "Django passes the arguments of save() by name"
    " <- without the argument `*args`*",
    "no rows": "it returns no rows <- other objects of the same keys",
    "no answer": "it returns no rows <- other objects of the same keys\n"
    "nobody asks what it returns <- answers with * | prints the answer | remembers the first*",
    "again": "to do the same again changes nothing <- acts twice",
}


@dataclass(frozen=True)
class Mistake:
    """A typical wrong answer: its name, its code, and words of the message that it gets.

    `code` is the code of the cell, or what is different from the solution, as `changed()` takes it.
    """

    name: str
    code: str | dict[str, str]
    message: str


def read_task(text):
    """Read the text of a task; return the fields of a `Task`, by their names.

    Its first line is `id: title (kind, 8 minutes)`, its second one the link. Then comes a field
    after a line `== name`, or a short one in a line `== name: value`. Each of `hints` begins with
    `- `. How `mistakes`, `others` and `equal` are written say `slips()`, `ways()` and `alike()`.
    The solution may be written as what it changes in the starter, as an answer in the solution.
    Raises ValueError for a text that begins otherwise.
    """
    head, more = sections(text)
    if not (found := HEAD.fullmatch(head)):
        raise ValueError(f"expected `id: title (kind, 8 minutes)` and a link, found {head!r}.")
    id, title, kind, minutes, link = found.groups()
    read = {"id": id, "title": title, "kind": kind, "minutes": int(minutes), "link": link}
    read |= {name: READERS.get(name, str)(body) for name, body in more.items()}
    if "starter" in read and "solution" in read:
        read["solution"] = solved(read["starter"], read["solution"])
    return read


def sections(text):
    """Return what stands above the first line `== name`, and {name: what stands below it}.

    A line `== name: value` says a short one.
    """
    head, *parts = re.split(r"^== (\w+)(?:: (.+))?\n", text, flags=re.MULTILINE)
    found = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return head, {name: value or f"\n{body}" for name, value, body in found}


def read_question(text):
    """Read the text of a question; return the fields of a `Question`, by their names.

    An option is `- words -> why it is none`, the right one `+ words -> why it is right`. Each may
    go on in the next line, and sections come last.
    """
    head, more = sections(text)
    asked, *parts = re.split(r"^([-+]) (.+?) -> ", head, flags=re.MULTILINE)
    marks, words, reasons = parts[::3], parts[1::3], map(prose, parts[2::3])
    [right] = [it for mark, it in zip(marks, words, strict=True) if mark == "+"]
    options = dict(zip(words, reasons, strict=True))
    return {"text": prose(asked), "options": options, "right": right, **more}


def solved(starter, solution):
    """Return the solution that is written as what `changed()` makes of the starter."""
    code = changed(starter, edits_in(solution))
    imports, rest = IMPORTS.match(code)[1].rstrip(), code[IMPORTS.match(code).end() :]
    blank = "\n\n\n" if rest.startswith(("def ", "async def ", "class ", "@")) else "\n\n"
    return f"\n{imports}{blank if imports else ''}{rest}"


def prose(text):
    return " ".join(text.split())


def hints_in(text):
    return tuple(prose(it) for it in re.split(r"^- ", text, flags=re.MULTILINE)[1:])


def slips(text):
    """Read mistakes that are written in one text, each below a line that names it.

    Such a line is `# name -> words of its message`. Below it stands the code of the cell, or what
    is different from the solution: indented lines are the body of its function; whole lines have
    `- ` before those that go, two spaces before those that stay, and then `+ ` before those that
    come after them, and a blank line after lines that just go; a part of a line that is there once
    is `old text => new text`. Returns a tuple of Mistake. Raises ValueError for a text that does
    not begin with such a line.
    """
    first, *parts = re.split(r"^# (.+) ->(.*)\n", text, flags=re.MULTILINE)
    if first.strip() or not parts:
        raise ValueError(f"expected a line `# name -> words of its message`, found {first!r}.")
    names, messages, codes = parts[::3], parts[1::3], map(edits_in, parts[2::3])
    return tuple(map(Mistake, names, codes, map(str.strip, messages)))


def ways(text):
    """Read right answers that are written in one text, with a line `# or` between them."""
    return tuple(map(edits_in, text.split("# or\n")))


def alike(text):
    """Read `Task.equal`: a reason a line, and behind `<-` names of mutants, | between them.

    A line without `<-` names some of REASONS, with commas between them.
    """
    equal = {}
    for line in text.strip().splitlines():
        reason, _, names = line.partition(" <- ")
        if names:
            equal[reason] = tuple(names.split(" | "))
        else:
            equal |= alike("\n".join(REASONS[it] for it in line.split(", ")))
    return equal


READERS = {"why": prose, "hints": hints_in, "mistakes": slips, "others": ways, "equal": alike}
READERS |= {"seconds": int, "connects": bool}


def edits_in(code):
    """Return the edits {old text: new text} that `-` and `+`, or `=>`, stand for; or the code."""
    lines = code.strip("\n") + "\n"
    pairs = [f"{line} ".split(" => ") for line in lines.splitlines()]
    if all(len(it) == 2 for it in pairs):
        return {old: new.removesuffix(" ") for old, new in pairs}
    if not re.fullmatch(r"(?=(?s:.*)^[-+])([-+ ]( .*)?\n|\n)+", lines, re.MULTILINE):
        return code
    pairs = re.findall(r"((?:[- ].*\n)+)((?:\+.*\n)*)", lines)
    bare = partial(re.sub, "(?m)^[-+ ] ?", "")
    return {bare(old): bare(re.sub(r"(?m)^-.*\n", "", old) + new) for old, new in pairs}


def changed(code, answer):
    """Change code as an answer says: it is code, or a body, or edits {old text: new text}.

    Code has the same imports before it. A body is indented, and takes the place of that of the
    last function that is as deep; what stands above it comes after the imports. Edits are made one
    after the other. Raises ValueError for an old text that is not there exactly once.
    """
    if isinstance(answer, str):
        imports = IMPORTS.match(code)
        if found := BODY.fullmatch(answer.strip("\n") + "\n"):
            above, body, margin = found.groups()
            function = rf"(?m)^{margin[4:]}(?:async )?def .*\n((?:{margin}.*\n|\n)+)"
            *_, last = re.finditer(function, rest := code[imports.end() :])
            answer = above + rest[: last.start(1)] + body + rest[last.end(1) :]
        return imports[1] + answer
    for old, new in answer.items():
        if (found := code.count(old)) != 1:
            raise ValueError(
                f"an edit: expected {old!r} once in it, found it {found} times. Take more or "
                f"less of the line, or write the code out.\n{code}"
            )
        code = code.replace(old, new)
    return code
