"""05-3: pick the wiring for six situations."""

from classroom.exercises.engine import Task, slips
from classroom.exercises.outcomes import wrong
from classroom.exercises.trying import expect_form, expect_keys
from speedy.wirings import WIRINGS

BUILT_IN, SAVE, CUSTOM, CALL = WIRINGS

task = Task(
    id="05-3",
    title="Six situations, four wirings",
    lesson="05_side_by_side",
    kind="judge",
    minutes=10,
    situation="""
Monday's design meeting has six points. For each, somebody asks: where should the reaction live?

| point | what is wanted |
|---|---|
| `headcount` | The row of a shift holds how many people sit there. Seats come and go by `add()` and `remove()`: in the admin, in our code, in other people's code. |
| `season` | Twice a year a command of ours reads 300 people from a file, stores them and gives them shifts. It should take few statements. |
| `initials` | The row of a person holds their initials, made from the two names whenever the row is saved by `save()`, in the admin too. The model is ours. |
| `plug-ins` | Other teams write plug-ins that we shall never see. Each wants to be told when somebody was hired **and placed**, whether alone or in a batch, and of nothing else. |
| `logins` | Whoever logs in, through whatever page, gets a line in the security log. The user and the login are Django's. |
| `badge` | One view of ours hires, and then a badge is printed. Nobody else hires, nobody else reacts, and whoever reads the view should see it. |
""",
    task="""
Pick a wiring for each point: `"built-in signals"`, `"save() override"`, `"custom signal"` or `"direct call"`. Where two
can be defended, either is right. Say aloud why, before you check: each pick that does not hold gets the argument
that a colleague would bring against it.
""",
    answer="picks",
    starter="""
picks = {
    "headcount": ...,
    "season": ...,
    "initials": ...,
    "plug-ins": ...,
    "logins": ...,
    "badge": ...,
}
""",
    hints=(
        "For each point: whose code makes it happen, and could you write a line into that code?",
        "Where the code that acts is yours, call a function. Where it is not, you need something that is set off anyway: "
        "a hook, or a signal that is sent for others. The table at the end of lesson 05 has the rest.",
        "Nobody calls save() on the shift of a seat, and a login is Django's: signals that Django sends. A list of 300 and a "
        "view of our own: calls. Listeners whom we do not know: a signal of our own. A field of the row itself: its save().",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/signals/",
    solution="""
picks = {
    "headcount": "built-in signals",
    "season": "direct call",
    "initials": "save() override",
    "plug-ins": "custom signal",
    "logins": "built-in signals",
    "badge": "direct call",
}
""",
    why="Where you can write the call, write the call. Built-in signals are for what other people's code does, a signal of your "
    "own is news for listeners whom you do not know, and save() is for the row's own fields. (For the initials, "
    "a receiver of pre_save can be defended: it does the same, a file further away.)",
    others=(
        """
picks = {
    "headcount": "built-in",
    "season": "call",
    "initials": "Built-in signals",
    "plug-ins": "custom",
    "logins": "built-in signals",
    "badge": "direct call",
}
""",
    ),
    mistakes=slips("""
# calls everywhere -> not yours to write a line into
picks = dict.fromkeys(
    ["headcount", "season", "initials", "plug-ins", "logins", "badge"], "direct call"
)

# says signals, and not which -> you wrote 'signals'
-     "plug-ins": "custom signal",
-     "logins": "built-in signals",
+     "plug-ins": "signals",
+     "logins": "signals",

# save() everywhere -> Nobody calls save() on the shift
picks = dict.fromkeys(
    ["headcount", "season", "initials", "plug-ins", "logins", "badge"], "save() override"
)

# built-in signals everywhere -> bulk_create() sends no signal
picks = dict.fromkeys(
    ["headcount", "season", "initials", "plug-ins", "logins", "badge"], "built-in signals"
)

# a custom signal for the season -> one person at a time
-     "season": "direct call",
+     "season": "custom signal",

# post_save for the plug-ins -> a row was written
-     "plug-ins": "custom signal",
+     "plug-ins": "built-in signals",

# a signal for the badge -> hard to find
-     "badge": "direct call",
+     "badge": "custom signal",
"""),
)

# What a colleague says against a pick. A wiring that is not there can be defended.
AGAINST = {
    "headcount": {
        SAVE: "Nobody calls save() on the shift when a seat of it changes hands: add() and remove() pass it by.",
        CUSTOM: "The admin and other people's code call add(), and they do not send your signal.",
        CALL: "The admin and other people's code are not yours to write a line into.",
    },
    "season": {
        BUILT_IN: "bulk_create() sends no signal of a save, so each of the 300 would have to be saved and placed by itself.",
        SAVE: "bulk_create() calls no save(), so each of the 300 would have to be saved and placed by itself.",
        CUSTOM: "It works, but a signal tells of one person at a time: lesson 05 counted over 1,500 statements for 300.",
    },
    "initials": {
        CUSTOM: "The admin saves a person and does not send your signal, so the initials would stay the old ones.",
        CALL: "The admin saves a person and does not call your function, so the initials would stay the old ones.",
    },
    "plug-ins": {
        BUILT_IN: "post_save says that a row was written, not that somebody was placed; it tells of edits too, and of no batch.",
        SAVE: "Each plug-in would have to be written into our save(), and we shall never see them.",
        CALL: "We cannot call functions of plug-ins that we shall never see.",
    },
    "logins": {
        SAVE: "The user is Django's model, and a login is not the only thing that saves it.",
        CUSTOM: "Django's login does not send your signal; it sends one of its own.",
        CALL: "Django's login does not call your function, and there may be other pages that log in.",
    },
    "badge": {
        BUILT_IN: "Whoever reads the view does not see it, and every row that is stored in a test or a shell prints a badge.",
        SAVE: "Whoever reads the view does not see it, and every save() in a test or a shell has to be told from a hire.",
        CUSTOM: "With one sender and one listener, both ours, the signal is a call that is hard to find.",
    },
}


@task.judge
def judge(picks):
    expect_keys(picks, AGAINST)
    chosen = {point: wiring_named(pick) for point, pick in picks.items()}
    for point, pick in picks.items():
        expect_form(chosen[point], point, pick, f"one of {', '.join(WIRINGS)}")
    hold = sum(wiring not in AGAINST[point] for point, wiring in chosen.items())
    for point, wiring in chosen.items():
        if wiring in AGAINST[point]:
            wrong(
                f"a wiring for {point!r} that holds",
                f"you picked {wiring!r} ({hold} of the {len(AGAINST)} picks hold)",
                AGAINST[point][wiring],
            )


def wiring_named(pick):
    """Find the wiring that somebody means; None for a word that fits none, or several."""
    word = str(pick).strip().lower().removesuffix("s")  # "signals" fits two of them, like "signal"
    found = [name for name in WIRINGS if word and word in name.lower()]
    return found[0] if len(found) == 1 else None
