from classroom.exercises.vocabulary import *

task = Parsons.of("""
01-0: Connect, then send (order, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-receiver-functions
== call: what_is_served(signal)
== builds: what_is_served
== situation
A signal asks the kitchen what there is to eat. Each receiver answers, and `send()` collects the answers.
== task
Put the lines of `what_is_served(signal)` in order. It connects a cook, sends the signal, and returns the answers of all
receivers. One line does not belong.
== lines
    replies = signal.send(sender=Shifts)
        return "soup"
    signal.connect(cook())
    return [answer for receiver, answer in replies]
    signal.connect(cook)
def what_is_served(signal):
    def cook(sender, **kwargs):
== hints
- Who hears a signal that is sent before anybody is connected?
- connect() takes the function itself, without brackets. The cook is defined before it, and send() comes after it.
- The def of what_is_served, the two lines of cook, connect, send, and return.
== solution
order = [6, 7, 2, 5, 1, 4]
== why
`send()` calls the receivers that are connected at that moment. `connect()` takes the function itself: with brackets you
would call it at once, and connect its answer.
== mistakes
# sends too early -> number 4 of yours: `replies
5, 1 => 1, 5
# calls the cook -> number 4 of yours: `signal.connect(cook())`
2, 5 => 2, 3
# returns too early -> number 5 of yours: `return [answer
1, 4 => 4, 1
# a cook without a body -> number 2 of yours: `return
7, 2 => 2, 7
""")


@task.judge
def judge(what_is_served):
    for others in (), (bake,), (bake, brew):
        signal = Signal()
        for receiver in others:
            signal.connect(receiver)
        said = what_is_served(signal)
        if said != (answers := [*(receiver(None) for receiver in others), "soup"]):
            expected = f"{answers}, the answers of all who listen"
            wrong(expected, f"what_is_served() returned {said!r}")


bake, brew = answering("bread"), answering("tea")
