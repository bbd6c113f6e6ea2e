import asyncio
from concurrent.futures import ThreadPoolExecutor
from inspect import isasyncgenfunction

from classroom.exercises.vocabulary import *

task = Task.of("""
vanishing-1: Await them (repair, 4 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#django.dispatch.Signal.asend
== situation
An async view calls `tell`. It sends a signal of your own, and returns the answers of all receivers. With plain
receivers it works. Since a plug-in has connected an `async def`, it ends in a `RuntimeError`.
== task
Repair `tell(signal, soup)`. It is still awaited, and returns a list of the answers of all receivers, plain and async,
in any order. The sender is `Shifts`, and `soup` is passed along. If a receiver raises an error, that comes out.
== starter
async def tell(signal, soup):
    answers = signal.send(sender=Shifts, soup=soup)
    return [answer for _, answer in answers]
== hints
- Who awaits the async receivers? Can `send()` do that while an event loop runs already?
- A signal has four ways to be sent. Two of them begin with an `a`, and are awaited.
- answers = await signal.asend(sender=Shifts, soup=soup)
== solution
    answers = await signal.asend(sender=Shifts, soup=soup)
    return [answer for _, answer in answers]
== why
`asend()` awaits async receivers, and calls the plain ones too. `send()` can wait for an async receiver only where no
loop runs. `asend_robust()` would put an error into the list, and nobody would look at it.
== others
from asgiref.sync import sync_to_async
    return [answer for _, answer in await sync_to_async(signal.send)(sender=Shifts, soup=soup)]
# or
    try:
        return [pair[1] for pair in await signal.asend(Shifts, soup=soup)]
    except LookupError as error:
        raise RuntimeError("no soup today") from error
== mistakes
# never awaits it -> Only `await` does
= await signal => = signal
# hides the error -> is in the list
asend( => asend_robust(
# no async any more -> `await` the call of tell()
def tell(signal, soup):
    return [answer for _, answer in signal.send(sender=Shifts, soup=soup)]
# starts a loop of its own -> runs already
import asyncio
    return [it for _, it in asyncio.run(signal.asend(sender=Shifts, soup=soup))]
# starts a loop in a thread -> another loop ran them
import asyncio
from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor() as pool:
        ran = pool.submit(asyncio.run, signal.asend(sender=Shifts, soup=soup))
        return [answer for _, answer in ran.result()]
# hands on what nobody awaited -> It made a coroutine
    return signal.asend(sender=Shifts, soup=soup)
# hands on a task -> nobody awaited it
import asyncio
    return asyncio.create_task(signal.asend(sender=Shifts, soup=soup))
# gathers without await -> It made a coroutine
import asyncio
    return [it for _, it in asyncio.gather(signal.asend(sender=Shifts, soup=soup))]
# takes the first of each pair -> These are receivers
answer for _, answer => answer for answer, _
# forgets the brackets -> takes what a call gives
asend(sender=Shifts, soup=soup) => asend
# awaits a list -> awaits nobody
asend( => send(
# keeps the pairs -> pairs of receiver and answer
[answer for _, answer in answers] => answers
# another sender -> The sender
sender=Shifts => sender=tell
# forgets the soup -> passed along
, soup=soup) => )
# tries the other one first -> answers before
-     answers = await signal.asend(sender=Shifts, soup=soup)
+     try:
+         answers = signal.send(sender=Shifts, soup=soup)
+     except RuntimeError:
+         answers = await signal.asend(sender=Shifts, soup=soup)
# no answer is none -> not all answers
in answers] => in answers if answer]
# makes texts of them -> not those alone
[answer for _, answer in answers] => [str(answer) for _, answer in answers]
# each answer once -> not all answers
[answer for _, answer in answers] => list({answer for _, answer in answers})
# prints them -> It was printed
return [answer for _, answer in answers] => print([answer for _, answer in answers])
""")


RINGS = []  # each call of a plain receiver
LOOPS = set()  # those that ran an async one


def kitchen(*kinds):
    """Make a signal with receivers: p and c are plain, n answers None, a is async, r raises, o hears another sender."""
    signal = Signal()

    def ring(sender, soup, **kwargs):
        RINGS.append(soup)
        return f"ring for {soup}"

    async def cook(sender, soup, **kwargs):
        LOOPS.add(asyncio.get_running_loop())
        await asyncio.sleep(0)
        return f"cook {soup}"

    async def burn(sender, soup, **kwargs):
        raise LookupError(f"no {soup}")

    receivers = {"p": ring, "a": cook, "r": burn, "n": answering(None)}
    receivers["c"] = lambda **told: ring(**told)  # another receiver, with the same answer
    for kind in kinds:
        signal.connect(receivers.get(kind, ring), Employees if kind == "o" else Shifts, weak=False)
    return signal


# Words of an error, and what they mean here.
MEANS = {
    "object (method|function) can't": "Are there brackets missing? `await` takes what a call gives.",
    "'await' expression": "send() gives a list at once, and awaits nobody: of the four ways two are awaited.",
    "running event loop|already running|AsyncToSync": "A loop runs already: neither send() nor asyncio.run() can wait in it. `await` does.",
    "'coroutine' object|used with future": "It made a coroutine, and nobody awaited it.",
    "'soup'|takes 2 positional": "What a signal carries is passed along by name: soup=soup.",
}
BY_NAME = "Write `async def`, and hand over the function: others `await` the call of tell()."
HOLDS = "Your function holds its loop up until another one, in a thread, is done: `await`."
TRIALS = (
    ("p", "leek", "ring for leek"),
    ("pa", "leek", "cook leek", "ring for leek"),
    ("aop", "tomato", "cook tomato", "ring for tomato"),
    ("a", "lentil", "cook lentil"),
    ("o", "lentil"),
    ("apc", "pea", "cook pea", "ring for pea", "ring for pea"),
    ("pan", "bean", None, "cook bean", "ring for bean"),
)


@task.judge
def judge(tell):
    if isasyncgenfunction(tell):
        wrong("a list", "there is a `yield` in it", "`return` the answers, all at once.")
    if not iscoroutinefunction(tell):
        expected = "a function of `async def`, to be awaited as tell(signal, soup)"
        wrong(expected, f"it is {tell!r}", BY_NAME)
    for kinds, soup, *answers in TRIALS:
        expect(tell, kinds, soup, answers)
    hidden = "It is in the list, where nobody looks, or was caught."
    burns = lambda: awaited(tell, "par", "nettle")  # noqa: E731
    expect_error(burns, LookupError, "the error of a receiver comes out", hidden)


def awaited(tell, kinds, soup):
    """Await the learner's function in a loop of a thread of its own: behind a cell one runs already."""

    async def heard():
        LOOPS.clear()
        answers = await tell(kitchen(*kinds), soup)
        if LOOPS - {asyncio.get_running_loop()}:
            wrong("async receivers awaited in the loop of tell()", "another loop ran them", HOLDS)
        return answers

    with quiet(), ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(heard())).result()


def expect(tell, kinds, soup, answers):
    RINGS.clear()
    try:
        came = awaited(tell, kinds, soup)
    except Wrong:
        raise
    except Exception as error:
        if not (what := meaning(MEANS, error)):
            raise
        said = f"{type(error).__name__}: {error}"
        wrong("the answers of plain and of async receivers", said, what)
    mistake, nobody = "", MEANS["'coroutine' object|used with future"]
    if not isinstance(came, list):
        is_waiting = is_awaitable(came) or asyncio.isfuture(came)
        mistake = nobody if is_waiting else "They stand in a list."
    elif any(map(is_awaitable, came)):
        mistake = f"There is one among them. {nobody}"
    elif any(map(callable, came)):
        mistake = "These are receivers: the answer is the second of its pair."
    elif any(isinstance(it, tuple) for it in came):
        mistake = "These are pairs of receiver and answer."
    elif not is_just(sorted(came, key=str), answers):
        mistake = "Those are not all answers, or not those alone."
        if not came:
            mistake = "The sender has to be the one that receivers are connected for."
    if mistake:
        expected = "a list of the answers of all receivers for `Shifts`"
        wrong(expected, f"it returned {came!r}", "" if came is None else mistake)
    if RINGS.count(soup) != sum(str(it).startswith("ring") for it in answers):
        again = "Send it once: a plain receiver answers before the error of send() comes."
        wrong("each receiver called once", "one of them was called again", again)
