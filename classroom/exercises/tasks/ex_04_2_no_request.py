from django.test import RequestFactory

from classroom.exercises.vocabulary import *

task = Task.of("""
04-2: Nobody asked (repair, 6 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals
== call: note(sender, message, ...)
== situation
The project has one more custom signal, `event_signal`. Its views send it, with a `message` and the `request`. `note`
returns the address from which the request came, and the message. Then Grace writes a management command that sends the
signal, too. A command has no request, so it ends with an error in a receiver that Grace has never seen.
== task
Repair `note`. With a request it returns `"127.0.0.1: Ada was hired"`, as it does now. Without `request`, or with
`None`, it returns `"no request: Ada was hired"`. An argument that `note` does not know, such as `urgent=True`, changes
nothing.
== starter
def note(sender, message, request, **kwargs):
    return f"{request.META['REMOTE_ADDR']}: {message}"
== hints
- What does Python do when an argument is missing, and how do you make an argument optional?
- Give request a default in the def. Then two cases are left: None, and a request.
- def note(sender, message, request=None, **kwargs): then address = request.META["REMOTE_ADDR"] if request else "no
  request".
== solution
def note(sender, message, request=None, **kwargs):
    address = request.META["REMOTE_ADDR"] if request else "no request"
    return f"{address}: {message}"
== why
A sender does not know its listeners. So a receiver names what it needs, gives a default to what may be missing, and
takes what is added later by `**kwargs`.
== equal: cannot raise, asked only, a text
== others
def note(**told):
    request = told.get("request")
    if request is None:
        return "no request: " + told["message"]
    return "%s: %s" % (request.META.get("REMOTE_ADDR"), told["message"])
# or
META["REMOTE_ADDR"] => META.get("REMOTE_ADDR", "no request")
== mistakes
# asks for None -> still has to be passed
request=None => request
# knows one address only -> the request is not asked for its address
request.META["REMOTE_ADDR"] => "127.0.0.1"
# a default, and no look at it -> None has no META
] if request else "no request" => ]
# takes META by brackets -> not subscriptable
request.META => request["META"]
# asks the request -> stands in `META`
request.META["REMOTE_ADDR"] => request.get("REMOTE_ADDR")
# asks META for an attribute -> A dict is asked with brackets
META["REMOTE_ADDR"] => META.REMOTE_ADDR
# looks it up in kwargs -> just as strict
- def note(sender, message, request=None, **kwargs):
+ def note(sender, message, **kwargs):
+     request = kwargs["request"]
# knows one method only -> is not asked for its address
if request else => if request and request.method == "POST" else
# knows one message only -> another message
{message} => Ada was hired
# takes the message for a pattern -> is data
f"{address}: {message}" => ("%s: " + message) % address
# takes it for another one -> The message is data
f"{address}: {message}" => ("{}: " + message).format(address)
# lets another argument decide -> Only `request` decides
request=None => request=None, instance=None
if request else => if instance is not None and request else
""")

ADA = "Ada was hired"
NIGHT = f"no request: {ADA}"
EVERYTHING = "A receiver takes **kwargs, because a sender may add arguments later."
STRICT = "An argument without a default still has to be passed."
WORDS = "Without a request there is no address: `no request` stands in its place."
ONLY = "Only `request` decides: an `instance` may come with it, or without it."
FORM = "First the address, or `no request`, then a colon and a space, then the message as it came."
# Words of an error of Python, and what they mean here.
MEANS = {
    "unexpected keyword": EVERYTHING,
    "required positional": STRICT,
    "required keyword-only": STRICT,
    "format|'sure'": "The message is data and no pattern: `%` and `{` in it stay as they are.",
    "'request'": "kwargs['request'] is just as strict as an argument: it fails when nobody passes one.",
    "'WSGIRequest'": "The address stands in `META` of the request, and that is a dict.",
    "NoneType": "None has no META: check whether there is a request before you use it.",
}


@task.judge
def judge(note):
    unseen = "Perhaps the request is not asked for its address."
    others = ("GET", f"192.0.2.{randint(1, 254)}"), ("PUT", "2001:db8::7")
    for method, address in ("POST", "127.0.0.1"), *others:
        request = RequestFactory().generic(method, "/", REMOTE_ADDR=address)
        said = heard(note, request=request, instance=Employees(**stranger()))
        expect(f"{address}: {ADA}", "with a request", said, unseen)
    expect(NIGHT, "with request=None", heard(note, request=None, instance=None), WORDS)
    expect(NIGHT, "without a request", heard(note, instance=None), WORDS)
    expect(f"{address}: {ADA}", "with a request alone", heard(note, request=request), ONLY)
    said = heard(note, instance=Employees(**stranger()))
    expect(NIGHT, "with an instance alone", said, ONLY)
    for unknown in {"urgent": True}, {f"argument_{randint(1, 999)}": None}:
        expect(NIGHT, f"with {unknown}", heard(note, **unknown), EVERYTHING)
        said = heard(note, request=request, **unknown)
        expect(f"{address}: {ADA}", f"with a request and {unknown}", said, EVERYTHING)
    long = f"Grace left by gate {randint(1, 999)}, 100% {{sure}} that nobody saw her go. " * 3
    expect(f"no request: {long}", "with another message", heard(note, long), FORM)


def heard(note, message=ADA, **payload):
    """Send the signal; return what the learner's receiver answered, or the error that it raised.

    send_robust() is no way: it fails itself for an error of a receiver that has no __qualname__.
    """
    try:
        with connected(event_signal, note):
            return dict(event_signal.send(sender=heard, message=message, **payload))[note]
    except Exception as error:
        return error


def expect(text, when, answer, mistake):
    if isinstance(answer, Exception):
        mistake = meaning(MEANS, answer) or nudge(answer)
        answer = f"the receiver raised {type(answer).__name__}: {answer}"
        wrong(f"{text!r} {when}", answer, mistake)
    if answer is None:
        wrong(f"{text!r} {when}", "it returned None", f"The message is lost. {why_none()}")
    if not is_just(answer, text):
        named = text.split(": ")[0] in str(answer)
        wrong(f"{text!r} {when}", f"it returned {answer!r}", FORM if named else mistake)
