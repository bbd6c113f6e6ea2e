from classroom.exercises.vocabulary import *

task = Task.of(
    """
01-1: How many answers? (predict, 5 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-receiver-functions
== answer: answers
== situation
`order_meals` is a function at the top of a module. `Cook` is a class with a method `serve`. Five colleagues each make
a new `signal = Signal()`, and run these lines:

```python
# A
signal.connect(order_meals)
signal.connect(order_meals)
signal.send(sender=Shifts)

# B
signal.connect(order_meals)
signal.connect(order_meals, sender=Shifts)
signal.send(sender=Shifts)

# C
signal.connect(order_meals, sender=Employees)
signal.send(sender=EmployeesWithoutHooks)      # a subclass of Employees

# D
signal.connect(order_meals, sender=Shifts)
signal.disconnect(order_meals)
signal.send(sender=Shifts)

# E
signal.connect(Cook().serve)
signal.send(sender=Shifts)
```
== task
How many answers does each `send()` return? Guess before you send anything. A number may be 0.
== hints
- What makes two calls of connect() the same connection: the function alone, or something more?
- The pair of receiver and sender counts, for connect() and for disconnect(). A sender has to be the very same class.
  For E: who keeps that cook when the line is done?
- A repeats one pair, B makes two. In C the class that sends is not the one that was named. In D order_meals was never
  connected without a sender. In E nobody keeps the cook.
== solution
answers = {"A": 1, "B": 2, "C": 0, "D": 1, "E": 0}
== why
A connection is a pair of receiver and sender, and the same pair counts once. `disconnect()` finds only the exact pair.
A subclass is another sender. And a signal keeps nobody alive.
== others
answers = {"E": "0", "D": "1", "C": "0", "B": "2", "A": 1.0}
== mistakes
# the same pair counts twice -> another connection
A": 1, " => A": 2, "
# a function counts once -> or the pair
: 2, => : 1,
# a subclass is its parent -> compare the class
: 0, => : 1,
# disconnect() finds the function -> Which pair
D": 1, " => D": 0, "
# the signal keeps the cook -> weakly
: 0} => : 1}
# a word -> a number, such as
: 2, => : "two",
# leaves one out -> none yet
: 0} => : None}
""",
    fields=dict.fromkeys("ABCDE", ()),
)

REASONS = {
    "A": "Is the second connect() another connection, if receiver and sender are those of the first?",
    "B": "What is a connection: the receiver alone, or the pair of receiver and sender?",
    "C": "How does a signal compare the class that sends with the class that was named?",
    "D": "Which pair does disconnect() look for, and is it one that was connected?",
    "E": "Who else holds that cook, once the line is done? A signal holds its receivers weakly.",
}


@task.judge
def judge(guess):
    expect_guesses(guess, answers_that_came(), number_in, "a number, such as 0 or 2,", REASONS)


@override_settings(DEBUG=False)  # with or without it comes to the same here, and so it stays
def answers_that_came():
    """Run what the five colleagues wrote, and count."""
    signals = {letter: Signal() for letter in REASONS}
    a, b, c, d, e = signals.values()
    a.connect(order_meals)
    a.connect(order_meals)
    b.connect(order_meals)
    b.connect(order_meals, sender=Shifts)
    c.connect(order_meals, sender=Employees)
    d.connect(order_meals, sender=Shifts)
    d.disconnect(order_meals)
    e.connect(Cook().serve)
    senders = {c: EmployeesWithoutHooks}
    return {letter: len(it.send(senders.get(it, Shifts))) for letter, it in signals.items()}


order_meals = answering("meals")


class Cook:
    def serve(self, sender, **kwargs):
        return "soup"
