"""05-1: who slips past which wiring, and whether the next day heals it."""

import io
from contextlib import redirect_stdout

from classroom.exercises.engine import Task, run_code, slips
from classroom.exercises.trying import expect_form, expect_guess, expect_keys, names_in
from classroom.experiments.comparing import side_by_side
from speedy.wirings import WIRINGS

# Shown to the learner, and run to find out the truth: one text, so they cannot differ.
SCENE = """
ada, grace, alan, katherine, *_ = sample_roster()

def two_days(wiring):
    wiring.hire(**ada)
    wiring.model.objects.get_or_create(**grace)
    wiring.model.objects.bulk_create([wiring.model(**alan)])
    advance()
    wiring.hire(**katherine)
"""

task = Task(
    id="05-1",
    title="Two days, three ways in",
    lesson="05_side_by_side",
    kind="predict",
    minutes=5,
    situation=f"""
On Monday Ada, Grace and Alan come in by three doors. On Tuesday Katherine is hired, so Monday's shift is wiped, and
whoever sat on it is placed again.

```python
{SCENE.strip()}
```
""",
    task="""
Before you run anything: after these two days, who is **without a shift** in each wiring? Write first names such as
`"Alan"` or `"Ada, Alan"`, or `"nobody"`.
""",
    answer="left_over",
    starter="""
left_over = {
    "built-in signals": ...,
    "save() override": ...,
    "custom signal": ...,
    "direct call": ...,
}
""",
    hints=(
        "Which of the three doors calls save() on the model, and which wirings notice it?",
        "get_or_create() calls save(), once it has found nobody; bulk_create() does not. Two of the wirings "
        "hang on save() and its signals, two on their own hire(). And the wipe places again whoever sat on a shift.",
        "The two hooks miss Alan. The two functions miss whoever did not come by hire(): Grace and Alan. Katherine's "
        "wipe heals nothing, since it looks only at people of the expired shift.",
    ),
    link="https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create",
    solution="""
left_over = {
    "built-in signals": "Alan",
    "save() override": "Alan",
    "custom signal": "Grace, Alan",
    "direct call": "Grace, Alan",
}
""",
    why="A hook catches everybody who is saved one by one, whoever wrote that code; a function catches whoever calls it. Bulk is "
    "caught by none. And a wipe is no repair: who never had a seat is not displaced. "
    "To see it, copy the scene into a cell and run `side_by_side(two_days, clock=False)`.",
    others=(
        """
left_over = {
    "built-in signals": ["Alan"],
    "save() override": "alan",
    "custom signal": "Alan and Grace",
    "direct call": {"Alan", "Grace"},
}
""",
    ),
    mistakes=slips("""
# all four are alike -> hire() was not called for her
left_over = dict.fromkeys(
    ["built-in signals", "save() override", "custom signal", "direct call"], "Alan"
)

# the wipe places everybody -> never sat on one
left_over = dict.fromkeys(
    ["built-in signals", "save() override", "custom signal", "direct call"], "nobody"
)

# Ada loses her shift -> whoever sat on it is placed again
left_over = {
    "built-in signals": "Ada, Alan",
    "save() override": "Ada, Alan",
    "custom signal": "Ada, Grace, Alan",
    "direct call": "Ada, Grace, Alan",
}

# get_or_create is silent -> calls save()
left_over = dict.fromkeys(
    ["built-in signals", "save() override", "custom signal", "direct call"], "Grace, Alan"
)

# an override differs from a receiver -> save() override
-     "save() override": "Alan",
+     "save() override": "Grace, Alan",
"""),
)

PEOPLE = ("Ada", "Grace", "Alan", "Katherine")
HOOKS = ("built-in signals", "save() override")
OVER_COUNTED = {
    "Ada": "Monday's shift is wiped, but whoever sat on it is placed again.",
    "Grace": "get_or_create() calls save() for somebody new, and save() is what this wiring hangs on.",
    "Katherine": "She came by hire(), which every wiring answers.",
}
UNDER_COUNTED = {
    "Grace": "hire() was not called for her, and get_or_create() tells this wiring nothing.",
    "Alan": "bulk_create() told nobody, and the wipe places only people of the expired shift: he never sat on one.",
}


@task.judge
def judge(guess):
    expect_keys(guess, WIRINGS)
    with redirect_stdout(io.StringIO()):  # advance() says which day it is
        table = side_by_side(run_code(SCENE)["two_days"], clock=False)
    for wiring in WIRINGS:
        left = {it for it in PEOPLE if it in str(table.loc["left without a shift", wiring])}
        guessed = names_in(guess[wiring], PEOPLE)
        expect_form(guessed, wiring, guess[wiring], "first names, or 'nobody',")
        expect_guess(guessed == left, wiring, guess[wiring], reason(left, guessed))


def reason(left, guessed):
    """Say of the first person who was guessed otherwise, why."""
    for name in PEOPLE:
        if name in guessed - left:
            return OVER_COUNTED.get(name, "")
        if name in left - guessed:
            return UNDER_COUNTED.get(name, "")
    return ""
