"""04-2: a receiver that takes a payload for granted."""

import logging
from unittest.mock import patch

from django.test import RequestFactory

from classroom.exercises.engine import Mistake, Task, slips
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.exercises.trying import ASKED_ONLY, NO_ERRORS, why_none
from speedy.signals.custom_signals import event_signal

task = Task(
    id="04-2",
    title="Nobody asked",
    lesson="04_custom_signals",
    kind="repair",
    minutes=6,
    situation="""
`note` listens to `event_signal` and says from which address something was done. It works for every view. Then
Grace writes a management command that wipes shifts at night and sends the same signal: there is no request at
night, and the command dies in a receiver of which Grace never heard.
""",
    task="""
Repair `note`: with a request it returns `"127.0.0.1: Ada was hired"` (address and message), as it does now. When the
sender gives no `request`, or `None`, it returns `"no request: Ada was hired"`. And when a sender passes something
that nobody has thought of yet, such as `urgent=True`, `note` does not mind.
""",
    answer="note",
    starter="""
def note(sender, message, request, **kwargs):
    return f"{request.META['REMOTE_ADDR']}: {message}"
""",
    hints=(
        "What does Python do when a function is called without one of its arguments, and how do you make one optional?",
        "Give request a default in the signature. Then there are still two cases: it is None, or it is a request.",
        "def note(sender, message, request=None, **kwargs): then "
        'address = request.META["REMOTE_ADDR"] if request else "no request".',
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals",
    solution="""
def note(sender, message, request=None, **kwargs):
    address = request.META["REMOTE_ADDR"] if request else "no request"
    return f"{address}: {message}"
""",
    why="Whoever sends a signal does not know who listens, so a receiver asks for as little as it can: what it needs by name, "
    "what may be missing with a default, and `**kwargs` for all that comes later.",
    equal=NO_ERRORS | ASKED_ONLY | {"the answer is a text": ("answers with a text",)},
    others=(
        """
def note(**told):
    request = told.get("request")
    if request is None:
        return "no request: " + told["message"]
    return "%s: %s" % (request.META.get("REMOTE_ADDR"), told["message"])
""",
    ),
    mistakes=(
        Mistake("misspells the key", {"REMOTE_ADDR": "REMOTE_ADR"}, "KeyError: 'REMOTE_ADR'"),
        Mistake("forgets the colon", {"address}: ": "address} "}, "a colon and a blank"),
        Mistake("asks for None", {"=None": ""}, "still has to be passed"),
        Mistake("takes nothing else", {"**kwargs": "instance=None, signal=None"}, "**kwargs"),
        *slips("""
# knows one address only -> the request is not asked for its address
def note(sender, message, request=None, **kwargs):
    return f"{'127.0.0.1' if request else 'no request'}: {message}"

# a default, and no look at it -> None has no META
def note(sender, message, request=None, **kwargs):
    return f"{request.META['REMOTE_ADDR']}: {message}"

# takes META by brackets -> not subscriptable
def note(sender, message, request=None, **kwargs):
    return f"{request['META']['REMOTE_ADDR']}: {message}" if request else f"no request: {message}"

# looks it up in kwargs -> just as strict
def note(sender, message, **kwargs):
    request = kwargs["request"]
    address = request.META["REMOTE_ADDR"] if request else "no request"
    return f"{address}: {message}"

# swallows the error -> the message is lost
def note(sender, message, request=None, **kwargs):
    try:
        return f"{request.META['REMOTE_ADDR']}: {message}"
    except Exception:
        return None

# forgets the address -> with a request
def note(sender, message, request=None, **kwargs):
    return f"no request: {message}"

# knows one message only -> Grace left
def note(sender, message, request=None, **kwargs):
    return f"{request.META['REMOTE_ADDR'] if request else 'no request'}: Ada was hired"

# prints the line -> It was printed
def note(sender, message, request=None, **kwargs):
    print(f"{request.META['REMOTE_ADDR'] if request else 'no request'}: {message}")

# is async -> `async def`
async def note(sender, message, request=None, **kwargs):
    return f"{request.META['REMOTE_ADDR'] if request else 'no request'}: {message}"
"""),
    ),
)

ADA = "Ada was hired"
NIGHT = f"no request: {ADA}"
EVERYTHING = "Receivers take **kwargs, for whatever a sender may tell one day."
WORDS = "Where there is no request there is no address: these words stand in its place."
FORM = "First the address, or `no request`, then a colon and a blank, then the message."
# What a sentence of Python holds, and what it means here.
MEANS = {
    "unexpected keyword": EVERYTHING,
    "required positional": "An argument without a default still has to be passed.",
    "required keyword-only": "An argument without a default still has to be passed.",
    "'request'": "kwargs['request'] is just as strict as an argument: it fails where nobody passed one.",
    "NoneType": "None has no META: look whether there is a request before you ask it.",
}


@task.judge
def judge(note):
    expect_callable(note, "note(sender, message, ...)")
    try:
        event_signal.connect(note, weak=False)
    except ValueError as error:  # with DEBUG on, Django looks at the signature
        wrong("a receiver that Django connects", f"ValueError: {error}", EVERYTHING)
    day = RequestFactory().post("/", REMOTE_ADDR="127.0.0.1")
    later = RequestFactory().post("/", REMOTE_ADDR="192.0.2.7")
    unseen = "It looks as if the request is not asked for its address."
    expect(f"127.0.0.1: {ADA}", "with a request", heard(note, request=day, instance=None), unseen)
    expect(f"192.0.2.7: {ADA}", "with a request from elsewhere", heard(note, request=later), unseen)
    expect(NIGHT, "with request=None", heard(note, request=None, instance=None), WORDS)
    expect(NIGHT, "without a request", heard(note, instance=None), WORDS)
    expect(NIGHT, "with urgent=True", heard(note, urgent=True), EVERYTHING)
    expect("no request: Grace left", "with another message", heard(note, "Grace left"), FORM)


def heard(note, message=ADA, **payload):
    """Send the signal as some view or command would; return what the learner's receiver answered."""
    with patch.object(logging.getLogger("django.dispatch"), "disabled", True):
        answers = event_signal.send_robust(sender=heard, message=message, **payload)
    return dict(answers)[note]


def expect(text, when, answer, mistake=""):
    if isinstance(answer, Exception):
        reason = next((it for words, it in MEANS.items() if words in str(answer)), "")
        happened = f"the receiver raised {type(answer).__name__}: {answer}"
        wrong(f"{text!r} {when}", happened, reason)
    if answer is None:
        wrong(
            f"{text!r} {when}",
            "it returned None",
            f"No error comes out, but the message is lost. {why_none()}",
        )
    if answer != text:
        named = text.split(":")[0] in str(answer)
        wrong(f"{text!r} {when}", f"it returned {answer!r}", FORM if named else mistake)
