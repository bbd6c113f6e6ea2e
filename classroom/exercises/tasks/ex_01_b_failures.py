from classroom.exercises.vocabulary import *

task = Task.of('''
01-b: What failed? (write, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#django.dispatch.Signal.send_robust
== starter
def failures(replies):
    """Return the errors among the answers, as a list."""
== hints
- Each reply is a pair: the receiver, and its answer. How do you ask whether an answer is an Exception?
- `[answer for receiver, answer in replies if isinstance(answer, Exception)]`
== solution
    return [answer for receiver, answer in replies if isinstance(answer, Exception)]
== why
`send_robust()` puts an error where the answer would be. Nobody else will look at it, so you do.
== equal: cannot raise, asked only
== others
    found = []
    for reply in replies:
        if isinstance(reply[1], Exception):
            found.append(reply[1])
    return found
== mistakes
# only one class of errors -> any class
Exception => OSError
# everything -> Ask of each
replies if isinstance(answer, Exception) => replies
# takes the list apart -> the list as it was given
in replies if => in [replies.pop(0) for _ in replies[:]] if
# the pairs -> pairs
answer for receiver, answer in replies if isinstance(answer, Exception) => reply for reply in replies if isinstance(reply[1], Exception)
# asks about the pair -> the second in its pair
for receiver, answer in replies if isinstance(answer => for answer in replies if isinstance(answer
# the receivers -> that is the receiver
[answer for => [receiver for
# says of each whether it is one -> Leave the others out
answer for receiver, answer in replies if isinstance(answer, Exception) => isinstance(answer, Exception) for receiver, answer in replies
# the texts of them -> its text or its class
[answer for => [str(answer) for
# ends at the first pair -> Is each pair looked at?
    for receiver, answer in replies:
        return [answer] if isinstance(answer, Exception) else []
# one of each receiver -> also of one receiver
in replies if => in dict(replies).items() if
# nothing where nobody answers -> it gave back None
(answer, Exception)] => (answer, Exception)] if replies else None
# with words only -> one is Dark
isinstance(answer, Exception) => isinstance(answer, Exception) and answer.args
# stops after ten -> it found 10 of 12
in replies if => in replies[:10] if
# one list for all calls -> of an earlier call
found = []
def failures(replies):
    found.extend(answer for _, answer in replies if isinstance(answer, Exception))
    return found
''')


def raising(make_error):
    def fail(sender, **kwargs):
        raise make_error()

    return fail


class Dark(Exception):
    """An error whose name does not say so."""


DARK = Dark()  # with no words
burn, starve = raising(partial(OSError, "the oven is on fire")), raising(partial(KeyError, "meals"))
light, shine = raising(lambda: DARK), raising(lambda: DARK)
cook, wash = answering("an error? No, a soup"), answering(None)
ring = answering(partial(cook, Shifts))  # no text, and it has `args`, as an error has


@task.judge
def judge(failures):
    for receivers in (
        [burn, cook],
        [cook, burn],
        [cook, starve],
        [cook, ring, wash],
        [],
        [shine, ring, starve, burn, light],
        [burn] * 12,
    ):
        signal = Signal()
        for number, receiver in enumerate(receivers):
            signal.connect(receiver, dispatch_uid=number)
        if light in receivers:
            signal.connect(burn, sender=Shifts)  # so it answers twice
        with quiet():
            replies = signal.send_robust(sender=Shifts)
        errors = [answer for _, answer in replies if isinstance(answer, Exception)]
        with as_given(replies):
            said = failures(replies)
        if not isinstance(said, list):
            mistake = "" if said is None else "Put them between [ and ]."
            wrong("a list of errors", f"it gave back {said!r}", mistake)
        if any(isinstance(it, tuple) for it in said):
            wrong("the errors", "it gave back pairs", "A pair is (receiver, answer).")
        for it in said:
            if not isinstance(it, Exception):
                slips = {
                    it is None or isinstance(it, bool): "Leave the others out, with an `if`.",
                    it in receivers: "A pair is (receiver, answer): that is the receiver.",
                    it in [answer for _, answer in replies]: "Ask of each: is it an Exception?",
                }
                itself = "Keep the error itself, not its text or its class."
                wrong("errors only", f"{it!r} is no error", slips.get(True, itself))
        if len(said) < len(errors):
            mistake = f"Errors may be of any class: here it is {type(errors[0]).__name__}."
            missed = [type(it).__name__ for it in errors if type(it) not in map(type, said)]
            if said and len(missed) == len(errors) - len(said):
                mistake = f"Errors may be of any class: one is {missed[0]}."
            elif said:
                mistake = "There may be more than one, also of one receiver: name all of them."
            elif receivers == [burn, cook]:
                mistake = f"The error is the second in its pair. {mistake}"
            elif receivers == [cook, burn]:
                mistake = "Is each pair looked at? Here the first answer is no error."
            expected = f"every error among {len(replies)} answers"
            wrong(expected, f"it found {len(said)} of {len(errors)}", mistake)
        if not is_just(said, errors):
            order = "they stand in another order, or are no plain list of them"
            if len(said) > len(errors):
                order = "there are more: of an earlier call, or of your own code"
            wrong("the errors in the order of the answers", order)
