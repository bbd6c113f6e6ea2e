from classroom.exercises.vocabulary import *
from classroom.experiments.comparing import side_by_side

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

PEOPLE = ("Ada", "Grace", "Alan", "Katherine")

task = Task.of(
    """
05-1: Two days, three ways in (predict, 5 minutes)
https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create
== answer: left_over
== task
Guess before you run anything: after these two days, who is **without a shift** in each wiring?
== hints
- Which of the three ways calls save() on the model, and which wirings depend on save()?
- get_or_create() calls save() when it finds nobody; bulk_create() does not. Two of the wirings depend on save(), two on
  their own hire(). The wipe places only people who sat on the wiped shift.
- The first two miss Alan. The other two miss everybody who did not come through hire(): Grace and Alan. Katherine's
  wipe places none of them.
== solution
left_over = {
    "built-in signals": "Alan",
    "save() override": "Alan",
    "custom signal": "Grace, Alan",
    "direct call": "Grace, Alan",
}
== why
A receiver of `post_save` and a `save()` override see everybody who is saved one by one. A function sees those for whom
it is called. None of the four sees `bulk_create()`, and the wipe places only people who had a seat. To see it, copy the
scene into a cell and run `side_by_side(two_days, clock=False)`.
== others
signals": "Alan" => signals": ["Alan"]
override": "Alan" => override": "alan"
signal": "Grace, Alan" => signal": "Alan/Grace"
call": "Grace, Alan" => call": {"Alan", "Grace"}
== mistakes
# all four are alike -> hire() was not called for her
signal": "Grace, Alan", => signal": "Alan",
# the wipe places everybody -> he never had a seat
signals": "Alan", => signals": "nobody",
# Ada loses her shift -> the people who sat on it are placed again
signals": "Alan", => signals": "Ada, Alan",
# get_or_create is silent -> calls save()
signals": "Alan", => signals": "Grace, Alan",
""",
    situation=f"""
On Monday Ada, Grace and Alan are stored in three ways. On Tuesday Katherine is hired. So Monday's shift is wiped, and
the people who sat on it are placed again.

```python
{SCENE.strip()}
```
""",
    fields=dict.fromkeys(WIRINGS, Several((*PEOPLE, "nobody"))),
)

OVER_COUNTED = {
    "Ada": "Monday's shift is wiped, and the people who sat on it are placed again.",
    "Grace": "get_or_create() calls save() for a new person, and this wiring depends on save().",
    "Katherine": "She came through hire(), which places people in every wiring.",
}
UNDER_COUNTED = {
    "Grace": "hire() was not called for her, and get_or_create() does not set off this wiring.",
    "Alan": "bulk_create() sets off no wiring, and the wipe places people of the expired shift: he never had a seat.",
}


@task.judge
def judge(guess):
    with redirect_stdout(io.StringIO()):  # advance() says which day it is
        table = side_by_side(run_code(SCENE)["two_days"], clock=False)
    left = table.loc["left without a shift"]
    truth = {it: {name for name in PEOPLE if name in str(left[it])} for it in WIRINGS}
    why = lambda wiring, guessed: reason(truth[wiring], guessed)  # noqa: E731
    expect_guesses(guess, truth, partial(names_in, names=PEOPLE), "first names, or 'nobody',", why)


def reason(left, guessed):
    """Say of the first person who was guessed otherwise, why."""
    over = [OVER_COUNTED.get(name) for name in PEOPLE if name in guessed - left]
    under = [UNDER_COUNTED.get(name) for name in PEOPLE if name in left - guessed]
    return next(filter(None, over + under), "")
