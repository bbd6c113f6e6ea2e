from classroom.exercises.vocabulary import *

task = Task.of('''
01-a: A taxi (write, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#receiver-functions
== call: call_taxi(sender=..., people=[...])
== starter
def call_taxi():
    """Order a taxi for the first of the people."""
== hints
- The people are a list. Which arguments does order_meals take?
- `def call_taxi(sender, people, **kwargs):` and then `return f"a taxi for {people[0]}"`.
== solution
def call_taxi(sender, people, **kwargs):
    return f"a taxi for {people[0]}"
== why
A receiver names what it needs. `**kwargs` takes all the rest, also what a later version sends.
== equal: cannot raise, asked only, a text
== others
def call_taxi(**payload):
    return "a taxi for " + payload["people"][0]
== mistakes
# takes the first one away -> the list as it was given
people[0] => people.pop(0)
# asks for the day, too -> asks for `day`
people, **kwargs => people, day, **kwargs
# writes it otherwise -> letter by letter
"a taxi for {people[0]}" => "A taxi for {people[0]}."
# forgets the f -> An `f` before the quotes
f"a => "a
# a pair -> no text
f"a taxi for {people[0]}" => "a taxi for", people[0]
# names all of them -> all of the people
people[0] => people
# writes the name anew -> ['van Noor 5%', 'Noor']
people[0]} => people[0].title()}
# knows only one person -> The first is
return f"a taxi for {people[0]}" => return "a taxi for Ada"
''')


@task.judge
def judge(call_taxi):
    signal = Signal()
    with override_settings(DEBUG=False):  # the answer is judged, not how it was written
        signal.connect(call_taxi, weak=False)
    for sender, *people in (
        (Shifts, "Ada", "Grace"),
        (Employees, "Katherine", "Alan", "Ada"),
        (None, "van Noor 5%", "Noor"),
        (Shifts, "Zoë"),
    ):
        with as_given(people):
            more = {"day": "Monday"} if len(people) == 3 else {}
            [(_, said)] = signal.send(sender=sender, people=people, **more)
        if said is None:
            wrong("an answer", "it gave back None", "Use return: send() collects what comes back.")
        if not is_just(said, f"a taxi for {people[0]}"):
            slips = {
                people[0] in str(said): "The text is that of the lesson, letter by letter.",
                "{" in str(said): "An `f` before the quotes fills in what stands in {}.",
                str(people) in str(said): "These are all of the people: `people[0]` is the first.",
                not isinstance(said, str): "Return a text: this is no text.",
            }
            mistake = slips.get(True, "The first is `people[0]`, always.")
            wrong(f"a taxi for the first of the people {people}", f"it gave back {said!r}", mistake)
