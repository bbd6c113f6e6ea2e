from itertools import pairwise, takewhile

from classroom.exercises.vocabulary import *
from speedy.models.employees import is_visible

task = Task.of(r"""
04-3: The line that nobody wrote (repair, 8 minutes)
https://docs.djangoproject.com/en/5.2/topics/logging/#security-implications
== situation
Views of the project send the signal `event_signal`, with a `message`. `entry` listens, and returns a line for the log.
One morning the log says that Grace opened the safe:

```
hire -- Ada Okafor was hired
open_safe -- Grace Tallowmere opened the safe
```

She did not. Somebody typed a name into a form, with a line break in it:
`"Ada Okafor was hired\nopen_safe -- Grace Tallowmere opened the safe"`.
== task
Repair `entry`: it returns **one** line for every message. A message without a break stays as it is, with its accents
(`Chloé`), quotes, dashes and backslashes. (You may escape an invisible character, such as a tab.) A break must leave a
mark that a reader can see. `"\n"` is not the only character that ends a line.
== starter
def entry(sender, message, **kwargs):
    return f"{sender.__name__} -- {message}"
== hints
- Which characters does str.splitlines() take for the end of a line, and what does repr() make of them?
- Go through the message character by character. repr() of one character contains its escape. No end of a line is
  printable, so it.isprintable() finds them.
- Join them again: "".join(it if it.isprintable() else repr(it)[1:-1] for it in message).
== solution
    seen = "".join(it if it.isprintable() else repr(it)[1:-1] for it in message)
    return f"{sender.__name__} -- {seen}"
== why
Text from outside is data and must not become structure, so a break is written as an escape. The project's `escape()`
also escapes the separator, so that no message forges a field, and the backslash, so that the line can be read back.
== equal
cannot raise, asked only
the answer is a text <- answers with a text
a part of the escape is enough, or a quote more <- 2 for 1* | 0 for 1*
== others
it if it.isprintable() else repr(it)[1:-1] => "⏎" if it.splitlines() == [""] else it
# or
    return sender.__name__ + " -- " + " ¶ ".join((message + ".").splitlines())[:-1]
== mistakes
# only one kind of break -> other characters end a line
"".join(it if it.isprintable() else repr(it)[1:-1] for it in message => message.replace("\n", "\\n"
# the first one alone -> the first break alone
"".join(it if it.isprintable() else repr(it)[1:-1] for it in message) => message.replace("\n", "\\n", 1)
# throws the break away -> without a trace
"".join(it if it.isprintable() else repr(it)[1:-1] for it in message => " ".join(message.split()
# throws the rest away -> Lost, or
"".join(it if it.isprintable() else repr(it)[1:-1] for it in message) => message.splitlines()[0]
# escapes the accents -> without any break
"".join(it if it.isprintable() else repr(it)[1:-1] for it in message) => ascii(message)[1:-1]
# escapes all that repr() escapes -> backslash
"".join(it if it.isprintable() else repr(it)[1:-1] for it in message) => repr(message)[1:-1]
# loses a break at the end -> at the very end
"".join(it if it.isprintable() else repr(it)[1:-1] for it in message => " ¶ ".join(message.splitlines()
# cuts it -> that is long
message) => message[:20_000])
# keeps the ends alone -> Lost, or no more as it was: 'open_safe
-     seen = "".join(it if it.isprintable() else repr(it)[1:-1] for it in message)
+     first, *more = (message + ".").splitlines()
+     seen = " | ".join([first, *more[-1:]])[:-1]
# tidies up the signs -> signs of print
-     seen = "".join(it if it.isprintable() else repr(it)[1:-1] for it in message)
+     import unicodedata
+     whole = unicodedata.normalize("NFKC", message)
+     seen = "".join(it if it.isprintable() else repr(it)[1:-1] for it in whole)
# drops a tab -> between the two
else repr(it)[1:-1] => else repr(it)[1:-1].replace("\\t", "")
# says that there is no message -> that is empty
for it in message) => for it in message) or "nothing"
# loses a break in front -> in front
"".join(it if it.isprintable() else repr(it)[1:-1] for it in message) => "|".join(it for it in (message + ".").splitlines() if it)[:-1]
# shows the sender itself -> The name of the sender comes first
sender.__name__ => sender
# strips -> came through as it was
"".join(it if it.isprintable() else repr(it)[1:-1] for it in message => message.strip(
# puts a character there that nobody sees -> that can be seen
it if it.isprintable() else repr(it)[1:-1] => "\u2800" if it.splitlines() == [""] else it
""")

PLAIN = "Chloé Ożarowska was hired, for 'nights'"
TRICKY = """C:\\night -- "O'Hara" was hired"""
SIGNS = "“Nights” – l’été … €5 ﬁ"
LONG = "  " + "Ada was hired, " * 4_000
PARTS = "Ada Okafor was hired", "open_safe -- Grace Tallowmere opened the safe", "Alan left early"
BREAKS = [chr(code) for code in range(0x2030) if len(f"a{chr(code)}b".splitlines()) == 2]


@task.judge
def judge(entry):
    expect_as_it_was(entry, PLAIN, "without any break", "Only what ends a line has to be escaped.")
    for ending in ["\n", "\r", *BREAKS, "\r\n"]:
        expect_one_line(entry, ending)
    kept = "Escape what ends a line, and leave the rest as it is."
    expect_as_it_was(entry, TRICKY, "with a backslash, dashes and quotes in it", kept)
    expect_as_it_was(entry, SIGNS, "with the signs of print in it", kept)
    expect_as_it_was(entry, LONG, "that is long", kept)
    expect_as_it_was(entry, "", "that is empty", kept)
    expect_as_it_was(entry, PLAIN, "from another sender", kept, leave)
    for message, where in ("Ada was hired\n", "at the very end"), ("\nAda was hired", "in front"):
        if " ".join((line := heard(entry, message)).split()) == "hire -- Ada was hired":
            drops = "splitlines() drops a break that ends the text, and makes '' of one in front."
            wrong(f"a mark for a break {where}, too", f"it returned {line!r}", drops)
    if heard(entry, "Ada\tleft") == "hire -- Adaleft":
        wrong("a tab, or its escape, between the two words", "nothing is between the two", kept)


def expect_as_it_was(entry, message, which, mistake, sender=None):
    sender = sender or hire
    line, expected = heard(entry, message, sender), f"{sender.__name__} -- {message}"
    if line != expected:
        if not line.startswith(f"{sender.__name__} -- "):
            mistake = "The name of the sender comes first, as it does now."
        at = len(list(takewhile(lambda it: it[0] == it[1], zip(line, expected, strict=False))))
        if len(expected) > 100:  # the place where they differ is enough
            line, expected = (f"…{it[max(at - 30, 0) : at + 30]}…" for it in (line, expected))
        wrong(f"{expected!r} for a message {which}", f"it returned {line!r}", mistake)


def expect_one_line(entry, end):
    line, ending = heard(entry, end.join(PARTS)), repr(end)[1:-1]
    number = len(line.splitlines())
    if number != 1 or line.endswith(tuple(BREAKS)):
        came = f"\\n is handled, but other characters end a line as well, such as {ending}."
        if end == "\n":
            first = "Here the first break alone is handled, and there are two."
            came = first if number == 2 else "The break came through as it was."
        happened = f"{number} lines came out, the last of them {line.splitlines()[-1]!r}"
        wrong(f"one line for a message with {ending} in it", happened, came)
    happened = f"it returned {line!r}"
    if lost := [it for it in PARTS if it not in line]:
        rest = f"Lost, or no more as it was: {lost[0]!r}. Escape what ends a line, and no more."
        wrong(f"the whole message, with {ending} in it", happened, rest)
    gaps = (line.partition(one)[2].partition(other)[0] for one, other in pairwise(PARTS))
    if not all(map(is_visible, gaps)):
        unseen = "The break went without a trace: write a character in its place that can be seen."
        wrong(f"a line that shows where {ending} was", happened, unseen)


hire, leave = (type(name, (), {}) for name in ("hire", "leave"))  # stand for views that send


def heard(entry, message, sender=hire):
    """Send the signal; return the text that the learner's receiver answered."""
    with connected(event_signal, entry):
        line = dict(event_signal.send(sender=sender, message=message))[entry]
    if type(line) is not str:
        wrong("a text", f"it returned {line!r}", why_none() if line is None else "")
    return line
