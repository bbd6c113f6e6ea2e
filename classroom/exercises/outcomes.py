"""What can come of an answer: it is not there yet, right, wrong, or it raised.

Each has two faces: rich in a notebook, plain in a terminal.
See https://docs.djangoproject.com/en/5.2/ref/utils/#django.utils.html.format_html
"""

import inspect
import re
import sys
import traceback
from dataclasses import dataclass

from django.utils.html import escape, format_html, format_html_join

from classroom.exercises.tracebacks import is_learners, words_of
from whatfires.rendering import TINTS

NOT_ATTEMPTED, RIGHT, WRONG, RAISED = "not attempted", "right", "wrong", "raised"
DEFECT = "defect"  # of the check itself: nobody's attempt
AMBER = TINTS["attention"]  # "not yet" is not lost
BLANK = "\u00a0"  # gives an empty line its height
FACES = {
    NOT_ATTEMPTED: ("○", "Not attempted yet", TINTS["quiet"]),
    RIGHT: ("✓", "Right", TINTS["right"]),
    WRONG: ("!", "Not yet", AMBER),
    RAISED: ("!", "Your code raised an error", AMBER),
    DEFECT: ("?", "The check itself failed", AMBER),
}


class Wrong(Exception):
    """An answer that does not do what was asked; its words are for the learner."""


def wrong(expected, happened, mistake=""):
    """Judge an answer wrong: what was expected, what happened, and which mistake it looks like.

    Raises Wrong. Each is a sentence, or the end of "Expected: " and "What happened: ". Where
    nothing was returned, it is said what that looks like.
    """
    lines = [f"Expected: {expected}", f"What happened: {happened}", mistake]
    if re.search(r"\b(gave back|returned) None$", happened) and why_none() not in mistake:
        if why_none() == PRINTED and str(sys.stdout).strip() in expected:
            lines.pop()  # it is that, and no other mistake
        lines.append(why_none())
    raise Wrong("\n".join(filter(None, lines)))


NOTHING_ELSE = "Write what the task names, and nothing else."
PRINTED = "It was printed: print() shows it to you alone. Return it."


def why_none():
    """Say what it looks like when an answer is missing: was it printed?"""
    printed = str(sys.stdout).strip() if hasattr(sys.stdout, "cut") else ""
    return PRINTED if printed else "A function that reaches no `return` gives None."


def told_in(text):
    """Read {pattern: (words, more words)}, which stand below the pattern, indented."""
    found = re.findall(r"^(\S.*)\n  (.+)\n((?:  .+\n)*)", text, re.MULTILINE)
    return {pattern: (words, " ".join(more.split())) for pattern, words, more in found}


# The errors of Django and Python in which usual slips end. Below a pattern stand what was expected,
# and the slip.
USUAL = told_in(r"""
must accept keyword arguments|unexpected keyword argument 'signal'
  receivers that take whatever arguments a signal sends
  Give it **kwargs: a signal may send more than you name.
(?<!\bModel\.)\b(save|delete)\(\) (got an unexpected keyword|takes \d+ positional)
  an override that takes whatever arguments Django may pass
  Take *args and **kwargs, and hand all of them on.
must be saved\.|has no key yet|unsaved related object|needs to have a (primary key )?value
  people who are stored before they get a shift
  One is not stored yet, and a seat needs their key: save() or bulk_create() comes first.
is not a callable object|must be callable
  a function that is connected
  It looks as if the brackets after it call it at once: connect the function itself.
callback must be a callable
  a function for on_commit()
  It looks as if the brackets after it call the function at once: pass the function itself.
'(function|method|module|type)' object does not support the context manager protocol
  a block that `with` can open
  `with` takes what a call gives: `transaction.atomic()`, or `trace()`, with its brackets.
argument after \*\* must be a mapping
  a dict behind `**`
  `**` hands over the entries of a dict by name, and what stands there is no dict.
send(_robust)?\(\) missing .*'sender'
  a sender for the signal
  Each signal has a sender: send() takes it first, and the payload by name.
number but got \{'|create\(\) takes 1 positional|unexpected keyword arguments: 'person'
  the fields of a person, each by its name
  It is one dict, and each field wants its own value: `**` hands its entries over by name.
on_commit\(\) takes|log_event\(\) missing|The connection '.*' doesn't exist
  a function for on_commit() that it can call without arguments
  It passes no arguments on. Wrap the call in a lambda, a function or a partial.
""")


# What errors of the learner's own lines often come from.
NUDGES = told_in(r"""
'\w*ContextManager' object
  What `with` opens is what stands behind its `as`.
'\w*Manager\w*' (object|has)
  A manager is no row and no list: `.get()` gives one row, `.all()` gives the rows.
'\w*QuerySet' object has no attribute
  These are rows: `.get()` or `.first()` gives one of them, and a loop each.
'(function|method)' object .*(attribute|iterable|subscript)|: '(function|method)'|<bound method
  Are there brackets missing? Without them nothing is called.
'NoneType' object
  Something gave None, as first() without a row, save(), print(), and a function without a `return`.
'dict' object has no attribute
  A dict is asked with brackets, as in `person["age"]`.
type object 'super'
  It is `super()`, with its brackets.
type object '\w+' has no attribute '(all|bulk|count|create|ex|filter|first|get|last|update|with)
  Rows are reached through the manager of the class: `.objects`.
'tuple' object has no attribute
  It is a pair or more: get_or_create(), for one, gives the row, and whether it is new.
'list' object has no attribute
  It is a list: take one of it, or each in a loop.
^NameError: name
  Is it among the arguments in the `def`? Else import it, or mind how it is written.
^UnboundLocalError
  What a function sets is its own: append() or extend() adds to a list outside.
DoesNotExist
  No row is like that: what was stored, and when?
MultipleObjectsReturned
  get() takes a question to which just one row is the answer.
NOT NULL constraint|null value in column
  A field has no value: hand on all of them.
execute queries until the end
  The block is broken by an error that was caught inside it.
forbidden when an 'atomic' block
  The block itself commits or rolls back, at its end.
without primary key value are unhashable
  An unsaved object has no key: it is no sender, and stands in no set or dict. A class may.
UNIQUE constraint|duplicate key
  A row with that value is there already: is it stored twice?
(create|update|many)\(\) takes from|many\(\) takes 1|'Employees' and 'int'
  It takes the list itself: leave the star out.
expected a number but got [\[({]
  Many keys are asked for as if they were one: `pk__in` takes many.
has no attribute 'update'
  update() belongs to rows that are looked for: `.filter(...).update(...)`.
takes 1 positional argument but|send(_robust)?\(\) takes 2
  What comes after the first is passed by its name.
multiple values for
  It is passed twice, by place and by name; `self` is passed by Python.
can only concatenate str
  `+` joins a text with a text alone: an `f` before the quotes takes anything in {}.
^KeyError
  There is no entry of that name: look at what is passed, or ask with get().
^RecursionError
  It calls itself again and again: does an override want `super()`, or a receiver save or send?
missing \d+ required positional arguments?: 'sender'
  A receiver is handed on by its name: the brackets after it call it at once.
Joined field references
  update() counts nothing of another table: read the number first, or use a Subquery.
^(Syntax|Indentation|Tab)Error
  Python cannot read a line of it. A cell of its own would show which.
^ModuleNotFoundError
  Python finds no such module: the name of its app or package stands before it.
receiver\(\) missing|has no attribute 'connect'
  `@receiver` takes the signal first, and then the sender by name.
^IndexError: tuple
  A `*` in a `def` takes what comes by place: by name nothing comes to it.
takes [2-9] positional arguments but
  More is passed than its `def` takes: look at what the one that it overrides takes.
missing \d+ required (positional|keyword)
  The call leaves out what the `def` asks for.
unexpected keyword argument
  It takes no argument of that name: look at its `def`.
values to unpack
  What is taken apart has more or fewer parts than there are names for.
object is not iterable|cannot unpack non-iterable
  It is one thing, and no list or pair. filter() and get() take each value by name: `pk=...`.
constraint.*headcount
  A shift takes three people: leave it to the rule, which finds one with room.
^ValidationError
  full_clean() raises it before the database is asked: it is no IntegrityError.
is(instance|subclass)\(\) arg
  isinstance() takes the object first, and then its class.
can't be deleted because
  It has no row: it was deleted before, or never stored.
object is not callable
  What stands before the brackets is no function.
""")


# The errors of a check that cannot work with what an answer gave it, or left behind.
UNUSABLE = told_in(r"""
integer string conversion|int too large
  numbers that can be shown and stored
  A number of the answer is far too long for that.
surrogates not allowed
  a text of characters that a file can hold
  One between \ud800 and \udfff is half of a character.
maximum recursion depth exceeded
  an answer that can be shown
  It looks as if lists or other objects stand in one another too often.
no such table|relation .* does not exist|clos
  a database that the check can ask afterwards
  It looks as if a table was dropped, or the connection closed.
.
  an answer that the check can work with, as it can with the course's own
  Look at what kind of thing yours is, and what it gives back or leaves behind. If that is what the
  task asks for, show it to your teacher.
""")


def nudge(error):
    """Say what an error of the learner's own lines often comes from; "" where nobody knows."""
    return (said_of(error, NUDGES) or ("",))[0]


def said_of(error, table):
    """Find the words of a table for an error; None where it has none.

    One of another process is given as the text in which Python tells of it.
    """
    told = told_of(error)
    return next((words for pattern, words in table.items() if re.search(pattern, told)), None)


def told_of(error):
    return error if isinstance(error, str) else f"{type(error).__name__}: {words_of(error)}"


def usual_slip(error, slips=USUAL):
    """Say in words of the learner's which usual slip an error comes from; None for any other."""
    found = said_of(error, slips) or slip_in_call(error)
    return found and f"Expected: {found[0]}\nWhat happened: {told_of(error)}\n{found[1]}"


HOOKS = "on_commit", "run_and_clear_commit_hooks"  # of Django: they call a function with nothing
CALLERS = "send", "asend", "__call__", "ask"  # of a receiver: Django, the trace, and the check


def slip_in_call(error):
    """Say what a function cannot ask for that Django calls, if an error tells of that."""
    missing = re.search(r"\(\) missing \d+ required [\w -]+: (.+)", words_of(error))
    if not missing or not isinstance(error, TypeError):
        return None
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        passed = frame.f_locals.get("named", frame.f_locals.get("told"))
        if frame.f_code.co_name in HOOKS:
            return said_of("on_commit() takes a function", USUAL)
        if isinstance(passed, dict) and frame.f_code.co_name in CALLERS:
            within = frame.f_locals.get("self")
            heard = frame.f_locals.get("receiver", getattr(within, "receiver", None))
            code = getattr(heard, "__code__", None)
            if code and not is_learners(code.co_filename):
                return f"what {heard.__name__}() asks for, which hears it", "Pass it by name."
            sent = ", ".join(f"`{it}`" for it in sorted({"sender", "signal", *passed}))
            asked = missing[1].replace("'", "`")
            asks = f"It asks for {asked}, and here the signal passes {sent}, by these names."
            return "a receiver that asks for what is sent", asks
        if is_learners(frame.f_code.co_filename):
            return None
    return None


def expect_callable(answer, call):
    """Judge an answer wrong that is no plain function, to be called as `call` shows.

    `call` is a text such as "hire(person)", "hire(**fields)", or, for a receiver,
    "welcome(sender, instance, ...)": what stands for the dots is taken by **kwargs.
    """
    expected = f"a function, to be called as {call}"
    if not callable(answer):
        by_name = "Hand the function itself to the check, by its name and without brackets."
        wrong(expected, f"it is {answer!r}", by_name)
    if isinstance(answer, type):
        wrong(expected, f"it is the class {answer.__name__}", "Write `def` in place of `class`.")
    if inspect.iscoroutinefunction(answer) or inspect.isasyncgenfunction(answer):
        never_run = "A call of it makes a coroutine and runs no line of it: write `def` alone."
        wrong(expected, "it is an `async def`", never_run)
    if inspect.isgeneratorfunction(answer):
        never_run = "A call of it makes a generator and runs no line of it: `return` the answer."
        wrong(expected, "there is a `yield` in it", never_run)
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # written in C: calling it will tell
        return
    if "..." in call:
        expect_any_keyword(signature, answer)
    else:
        expect_arguments(signature, expected, call)


def expect_any_keyword(signature, receiver):
    if not any(it.kind is it.VAR_KEYWORD for it in signature.parameters.values()):
        wrong(
            "a receiver that takes whatever arguments a signal sends",
            f"{getattr(receiver, '__name__', 'it')}() has no **kwargs",
            "With DEBUG on, connect() refuses a receiver without **kwargs: signals may send more.",
        )


def expect_arguments(signature, expected, call):
    """Try whether a function takes what the text of the call says."""
    given = re.search(r"\((.*)\)", call).group(1)
    names = [it.strip() for it in given.split(",") if it.strip() and not it.strip().startswith("*")]
    fields = dict.fromkeys(("first_name", "last_name", "address", "age")) if "**" in given else {}
    try:
        signature.bind(*names, **fields)
    except TypeError as error:
        stars = any(it.kind is it.VAR_KEYWORD for it in signature.parameters.values())
        mistake = "It has to take these arguments, no more and no less."
        if stars and names:
            mistake = "`**` in the def takes arguments by name, and here they come by place."
        elif fields:
            mistake = "The fields come by name: `**fields` takes them all as one dict."
        wrong(expected, f"it is written as def …{signature}: {error}", mistake)


def marked(text):
    """Escape a text, and show what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without its fellow is one
        return escape(text)
    shown = map(format_html, ("{}", "<code>{}</code>") * len(parts), parts)
    return format_html_join("", "{}", zip(shown))


@dataclass(frozen=True)
class Outcome:
    """What came of a check: its kind, what to say of it, and what the learner's code printed."""

    kind: str
    message: str = ""
    printed: str = ""

    def __post_init__(self):
        for name in ("message", "printed"):  # half a character can be neither shown nor sent
            text = getattr(self, name).encode("utf-8", "backslashreplace").decode("utf-8")
            object.__setattr__(self, name, text)

    @property
    def right(self):
        return self.kind == RIGHT

    def __repr__(self):
        glyph, title, _ = FACES[self.kind]
        said = [f"{glyph} {title}.", self.message]
        if self.printed:
            said.append(f"Your code printed:\n{self.printed}")
        return "\n".join(filter(None, said))

    def _repr_html_(self):
        glyph, title, tint = FACES[self.kind]
        parts = ((marked(it) or BLANK,) for it in self.message.splitlines())
        lines = format_html_join("", "<div>{}</div>", parts)
        shown = "<div>Your code printed:</div><pre style='background: none'>{}</pre>"
        printed = format_html(shown, self.printed) if self.printed else ""
        box = "padding: 0.6em 0.9em; border-radius: 0.4em; white-space: pre-wrap"
        said = format_html("<strong>{} {}.</strong>{}{}", glyph, title, lines, printed)
        return format_html("<div style='{}; {}'>{}</div>", tint, box, said)
