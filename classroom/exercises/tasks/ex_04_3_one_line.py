"""04-3: a message that writes two lines."""

from classroom.exercises.engine import Mistake, Task, slips
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.exercises.trying import ASKED_ONLY, NO_ERRORS, is_visible, why_none
from speedy.signals.custom_signals import event_signal

task = Task(
    id="04-3",
    title="The line that nobody wrote",
    lesson="04_custom_signals",
    kind="repair",
    minutes=8,
    situation=r"""
`entry` listens to `event_signal` and returns the line that goes into the log of the night shift. One morning the log
says that Grace opened the safe:

```
hire -- Ada Okafor was hired
open_safe -- Grace Tallowmere opened the safe
```

She did not. Somebody typed a name into a form, and in that name was a line break:
`"Ada Okafor was hired\nopen_safe -- Grace Tallowmere opened the safe"`.
""",
    task="""
Repair `entry`: whatever the message holds, it returns **one** line. A message without a break comes out as it
does now: accents (`Chloé`), quotes, dashes and backslashes included (an invisible character, such as a tab, may be
escaped as well). And a break does not vanish: a reader of the log must be able to see that something was there.
Mind that `"\\n"` is not the only character that ends a line.
""",
    answer="entry",
    starter="""
def entry(sender, message, **kwargs):
    return f"{sender.__name__} -- {message}"
""",
    hints=(
        "Which characters does str.splitlines() take for the end of a line, and what does repr() make of them?",
        "You may write each such character as its escape: repr() of that one character has it. No end of a line "
        "is printable, so it.isprintable() finds them. Go through the message character by character.",
        'Join them again: "".join(it if it.isprintable() else repr(it)[1:-1] for it in message).',
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/logging/#security-implications",
    solution="""
def entry(sender, message, **kwargs):
    seen = "".join(it if it.isprintable() else repr(it)[1:-1] for it in message)
    return f"{sender.__name__} -- {seen}"
""",
    why="Whatever came from outside is data, and must not become structure: a break in a message is written down as an "
    "escape. (The project's `escape()` does that and two things more: it escapes the separator, so that "
    "no message forges a field either, and the backslash, so that it can be read back.)",
    equal=NO_ERRORS
    | ASKED_ONLY
    | {
        "the answer is a text": ("answers with a text",),
        "a part of the escape is enough, or a quote more": ("2 for 1*", "0 for 1*"),
    },
    others=(
        {"it if it.isprintable() else repr(it)[1:-1]": '"⏎" if it.splitlines() == [""] else it'},
        """
def entry(sender, message, **kwargs):
    return sender.__name__ + " -- " + " ¶ ".join((message + ".").splitlines())[:-1]
""",
    ),
    mistakes=(
        Mistake(
            "only one kind of break",
            r"""
def entry(sender, message, **kwargs):
    return f"{sender.__name__} -- {message}".replace("\n", "\\n")
""",
            "other characters end a line",
        ),
        Mistake(
            "puts a character there that nobody sees",
            r"""
def entry(sender, message, **kwargs):
    seen = "".join("\u200b" if it.splitlines() == [""] else it for it in message)
    return f"{sender.__name__} -- {seen}"
""",
            "can be seen",
        ),
        Mistake(
            "puts a zero byte there",
            r"""
def entry(sender, message, **kwargs):
    seen = "".join("\0" if it.splitlines() == [""] else it for it in message)
    return f"{sender.__name__} -- {seen}"
""",
            "can be seen",
        ),
        Mistake("knows one sender only", {"{sender.__name__}": "hire"}, "another sender"),
        *slips("""
# throws the break away -> without a trace
def entry(sender, message, **kwargs):
    return f"{sender.__name__} -- {' '.join(message.split())}"

# throws the rest away -> what came behind it is lost
def entry(sender, message, **kwargs):
    return f"{sender.__name__} -- {message.splitlines()[0]}"

# escapes the accents -> without any break
def entry(sender, message, **kwargs):
    return f"{sender.__name__} -- {ascii(message)[1:-1]}"

# escapes as the project does -> and leave the rest
from speedy.event_file import escape


def entry(sender, message, **kwargs):
    return f"{sender.__name__} -- {escape(message)}"

# escapes all that repr() escapes -> backslash
def entry(sender, message, **kwargs):
    return f"{sender.__name__} -- {repr(message)[1:-1]}"

# loses a break at the end -> at the very end
def entry(sender, message, **kwargs):
    return sender.__name__ + " -- " + " ¶ ".join(message.splitlines())

# strips -> came through as it was
def entry(sender, message, **kwargs):
    return f"{sender.__name__} -- {message.strip()}"

# is async -> `async def`
async def entry(sender, message, **kwargs):
    return f"{sender.__name__} -- {message!r}"
"""),
    ),
)

PLAIN = "Chloé Ożarowska was hired, for 'nights'"
TRICKY = """C:\\night -- "O'Hara" was hired"""
FORGED = "Ada Okafor was hired{}open_safe -- Grace Tallowmere opened the safe"
BREAKS = [chr(code) for code in range(0x2030) if len(f"a{chr(code)}b".splitlines()) == 2]


@task.judge
def judge(entry):
    expect_callable(entry, "entry(sender, message, ...)")
    event_signal.connect(entry, weak=False)
    line = heard(entry, PLAIN)
    if line != f"hire -- {PLAIN}":
        wrong(
            f"{f'hire -- {PLAIN}'!r} for a message without any break",
            f"it returned {line!r}",
            "Only what ends a line has to be escaped.",
        )
    for ending in ["\n", "\r", *BREAKS, "\r\n"]:
        expect_one_line(entry, FORGED.format(ending), repr(ending)[1:-1], ending == "\n")
    line = heard(entry, TRICKY)
    if line != f"hire -- {TRICKY}":
        wrong(
            f"{f'hire -- {TRICKY}'!r} for a message with a backslash, dashes and quotes in it",
            f"it returned {line!r}",
            "Escape what ends a line, and leave the rest as it is.",
        )
    if not (line := heard(entry, PLAIN, leave)).startswith("leave -- "):
        wrong(
            "'leave -- ...' from another sender, the view called leave",
            f"it returned {line!r}",
            "The name of the sender comes first, as it does now.",
        )
    line = heard(entry, "Ada was hired\n")
    if line.rstrip() == "hire -- Ada was hired":
        wrong(
            "a line in which one can see that a break was there, at the very end, too",
            f"it returned {line!r}",
            "splitlines() makes nothing of a break behind which nothing comes.",
        )


def expect_one_line(entry, message, ending, usual):
    line = heard(entry, message)
    number = len(line.splitlines())
    if number != 1 or line.endswith(tuple(BREAKS)):
        wrong(
            f"one line for a message with {ending} in it",
            f"{number} lines came out, the last of them {line.splitlines()[-1]!r}",
            "The break came through as it was."
            if usual
            else f"\\n is taken care of, but other characters end a line as well, such as {ending}.",
        )
    if "opened the safe" not in line:
        wrong(
            f"the whole message, with {ending} in it",
            f"it returned {line!r}",
            "The break is gone, and what came behind it is lost.",
        )
    after = line.partition("was hired")[2]
    if not is_visible(after.partition("open_safe")[0]):
        wrong(
            f"a line in which it can be seen that {ending} was there",
            f"it returned {line!r}",
            "It is one line, but the break went without a trace: no character stands there that can be seen.",
        )


def hire():
    """Stand for the view that sends."""


def leave():
    """Stand for another one."""


def heard(entry, message, sender=hire):
    """Send the signal; return the text that the learner's receiver answered."""
    line = dict(event_signal.send(sender=sender, message=message))[entry]
    if not isinstance(line, str):
        wrong("a text", f"it returned {line!r}", why_none() if line is None else "")
    return line
