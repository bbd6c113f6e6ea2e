from classroom.exercises.vocabulary import *

BUILT_IN, SAVE, CUSTOM, CALL = WIRINGS
POINTS = "headcount", "season", "initials", "plug-ins", "logins", "badge"

task = Task.of(
    """
05-3: Six situations, four wirings (judge, 10 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/
== answer: picks
== situation
A design meeting has six points. Where should each reaction live?

| point | what is wanted |
|---|---|
| `headcount` | The row of a shift holds how many people sit there. Seats come and go by `add()` and `remove()`: in the admin, in our code, in other people's code. |
| `season` | Twice a year a command of ours stores 300 people from a file, and gives them shifts. It should take few statements. |
| `initials` | The row of a person holds their initials, made from the two names at each `save()`, also in the admin. The model is ours. |
| `plug-ins` | Other teams write plug-ins that we never see. Each wants to be told when somebody was hired **and placed**, alone or in a batch, and of nothing else. |
| `logins` | Each login, through whichever page, gets a line in the security log. The user and the login are Django's. |
| `badge` | One view of ours hires, and then a badge is printed. Nobody else hires or reacts, and a reader of the view should see it. |
== task
Pick a wiring for each point. Some have two good answers, and either is right. Say why aloud before you check.
== hints
- For each point: whose code makes it happen, and could you write a line into that code?
- If the code is yours, call a function. If it is not, you need something that is set off anyway: save(), or a signal
  that others send. The optional end of lesson 05 compares all four.
- Nobody calls save() on the shift of a seat, and a login is Django's: signals that Django sends. A list of 300 and a
  view of our own: calls. Listeners that we do not know: a signal of our own. A field of the row itself: its save().
== solution
picks = {
    "headcount": "built-in signals",
    "season": "direct call",
    "initials": "save() override",
    "plug-ins": "custom signal",
    "logins": "built-in signals",
    "badge": "direct call",
}
== why
If you can write the call, write it. Built-in signals are for what other people's code does. A signal of your own is
news for listeners that you do not know. For the initials a receiver of `pre_save` does what `save()` does. But a
`GeneratedField` is also right after `update()` and `bulk_create()`. And a database trigger can keep the headcount.
== others
headcount": "built-in signals => headcount": "built in
season": "direct call => season": "call
save() override => Built-in signals
custom signal => custom
== mistakes
# calls everywhere -> not yours to write a line into
picks = dict.fromkeys("headcount season initials plug-ins logins badge".split(), "direct call")
# says signals, and not which -> you wrote 'signals'
logins": "built-in signals", => logins": "signals",
# save() for the headcount -> Nobody calls save() on the shift
headcount": "built-in signals", => headcount": "save() override",
# built-in signals for the season -> bulk_create() sends no signal
season": "direct call", => season": "built-in signals",
# a custom signal for the season -> employee_hired carries one person
season": "direct call", => season": "custom signal",
# post_save for the plug-ins -> a row was written
custom signal => built-in signals
# a signal for the badge -> hard to find
badge": "direct call", => badge": "custom signal",
""",
    fields=dict.fromkeys(POINTS, tuple(WIRINGS)),
)

# What a colleague says against a pick. A wiring that is not there can be defended.
AGAINST = {
    "headcount": {
        SAVE: "Nobody calls save() on the shift when a seat is taken or left: add() and remove() do not.",
        CUSTOM: "The admin and other people's code call add(), and they do not send your signal.",
        CALL: "The admin and other people's code are not yours to write a line into.",
    },
    "season": {
        BUILT_IN: "bulk_create() sends no signal, so each of the 300 would have to be saved by itself.",
        SAVE: "bulk_create() calls no save(), so each of the 300 would have to be saved by itself.",
        CUSTOM: "It works, but employee_hired carries one person, so 300 are sent and placed one by one. A signal "
        "for a list costs as much as a call, and here nobody else listens.",
    },
    "initials": {
        CUSTOM: "The admin saves a person and does not send your signal, so the initials stay the old ones.",
        CALL: "The admin saves a person and does not call your function, so the initials stay the old ones.",
    },
    "plug-ins": {
        BUILT_IN: "post_save says that a row was written, not that somebody was placed. It is sent for edits, too, "
        "and for no batch.",
        SAVE: "Each plug-in would have to be written into our save(), and we never see them.",
        CALL: "We cannot call functions of plug-ins that we never see.",
    },
    "logins": {
        SAVE: "The user is Django's model, and a login is not the only thing that saves it.",
        CUSTOM: "Django's login does not send your signal. It sends one of its own.",
        CALL: "Django's login does not call your function, and there may be other pages that log in.",
    },
    "badge": {
        BUILT_IN: "A reader of the view does not see it, and every row that a test or a shell stores prints a badge.",
        SAVE: "A reader of the view does not see it, and not every save() is a hire.",
        CUSTOM: "With one sender and one listener, both ours, the signal is a call that is hard to find.",
    },
}


@task.judge
def judge(picks):
    expect_picks(picks, AGAINST, partial(choice_in, offered=WIRINGS), WIRINGS)
