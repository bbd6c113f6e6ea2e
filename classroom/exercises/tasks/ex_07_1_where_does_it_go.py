"""07-1: where seven pieces of behaviour belong."""

from classroom.exercises.engine import Mistake, Task
from classroom.exercises.outcomes import wrong
from classroom.exercises.trying import expect_form, expect_keys

PLACES = (
    *("a call", "a receiver", "a constraint", "a GeneratedField", "save()", "on_commit"),
    "the outbox",
)

RIGHT = {
    "one night": "a constraint",
    "contract": "the outbox",
    "chat": "on_commit",
    "initials": "save()",
    "package": "a receiver",
    "seat": "a call",
    "import": "a call",
}


def picks(**other):
    """The answer that is right but for these points."""
    lines = "".join(f'    "{it}": "{place}",\n' for it, place in (RIGHT | other).items())
    return f"\nplaces = {{\n{lines}}}\n"


task = Task(
    id="07-1",
    title="Where does it go?",
    lesson="07_choosing",
    kind="judge",
    minutes=10,
    situation="""
The last design meeting of the year. Seven wishes:

| wish | what is wanted |
|---|---|
| `one night` | Nobody ever works two shifts that start on one night, whoever writes to the table, and by whatever tool. |
| `contract` | Whoever is hired gets a contract from the agency's server, without fail. The agency can bear to be asked twice. |
| `chat` | Whoever is hired is greeted in the staff's chat. If that fails once a year, nobody minds; a greeting for somebody who was not hired after all would be embarrassing. |
| `initials` | The initials of a person are made from the two names whenever the row is saved by `save()`. The model is ours. |
| `package` | A package that is not ours stores invoices. Our statistics want to hear of each that is saved. |
| `seat` | Our one hire function stores somebody, and then they get a shift. |
| `import` | Once a year a command of ours stores five thousand people, and all of them get shifts. |
""",
    task="""
Pick a place for each: `"a call"`, `"a receiver"`, `"a constraint"`, `"a GeneratedField"`, `"save()"`, `"on_commit"` or
`"the outbox"`. Where two can be defended, either is right. Say aloud why, before you check.
""",
    answer="places",
    starter="".join(["\nplaces = {\n", *(f'    "{it}": ...,\n' for it in RIGHT), "}\n"]),
    hints=(
        "Take the picture at the end of lesson 07 and walk each wish through it, from the top. Which question sends it aside?",
        "Must it hold whatever happens? Does it leave the database, and may it be lost? Is it about this row's own fields? Is "
        "the code in which it happens yours?",
        "one night: whatever happens. contract and chat leave the database; one of them may be lost. initials: the row's own. "
        "package: not yours. The other two are yours, and you can call them.",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/signals/",
    solution=picks(),
    why="The questions put every wish in its place, and a receiver is the answer to the last one: when the code in which it happens "
    "is not yours. Where it is, a call can be read, found, tested and given a list. The initials can be made in `save()`, in a "
    "receiver of `pre_save`, or by a `GeneratedField`. Only the last one is also right after `update()` and `bulk_create()`.",
    others=(
        """
places = {
    "one night": "constraint",
    "contract": "outbox",
    "chat": "transaction.on_commit",
    "initials": "GeneratedField",
    "package": "receiver",
    "seat": "call",
    "import": "Call",
}
""",
    ),
    mistakes=(
        Mistake("a receiver for the rule", picks(**{"one night": "a receiver"}), "raw SQL"),
        Mistake("save() for the rule", picks(**{"one night": "save()"}), "bulk_create"),
        Mistake(
            "on_commit for the contract", picks(contract="on_commit"), "between the commit and"
        ),
        Mistake("a call for the chat", picks(chat="a call"), "was not hired after all"),
        Mistake("the outbox for the chat", picks(chat="the outbox"), "more than it is worth"),
        Mistake("a signal in the place of save()", picks(initials="post_save"), "one of a call"),
        Mistake("a call for the initials", picks(initials="a call"), "The admin saves a person"),
        Mistake("a field for the seat", picks(seat="a GeneratedField"), "of its own row"),
        Mistake("a call in the package", picks(package="a call"), "not yours to write a line into"),
        Mistake("a receiver for the seat", picks(seat="a receiver"), "cannot be clicked on"),
        Mistake("a receiver for the import", picks(**{"import": "a receiver"}), "sends no signal"),
    ),
)

OWN_ROW = "A GeneratedField is made from other fields of its own row, and does nothing else."
SLOW = "It waits for the commit, and what it says is about the rota inside: by then the hire is done without it."
HEAVY = "Nothing of it leaves the database: a transaction keeps it together, and no event has to be told of it."
# What a colleague says against a pick.
AGAINST = {
    "one night": {
        "a GeneratedField": OWN_ROW,
        "a call": "Whoever writes by another tool does not call your function.",
        "a receiver": "Bulk calls and raw SQL send no signal, and two people in the same moment both find it free.",
        "save()": "update(), bulk_create() and raw SQL call no save(), and two people in the same moment both find it free.",
        "on_commit": "After the commit it is too late to refuse anything.",
        "the outbox": "When the event is told, the second shift is long in the table.",
    },
    "contract": {
        "a GeneratedField": OWN_ROW,
        "a call": "The server is asked before the commit: a rollback takes the hire back, and not the contract.",
        "a receiver": "A receiver is called before the commit: a rollback takes the hire back, and not the contract.",
        "a constraint": "A constraint refuses rows; it asks no server.",
        "save()": "save() runs before the commit: a rollback takes the hire back, and not the contract.",
        "on_commit": "If the process ends between the commit and the call, nobody ever asks the agency.",
    },
    "chat": {
        "a GeneratedField": OWN_ROW,
        "a call": "It greets before the commit, and also somebody who was not hired after all.",
        "a receiver": "It greets before the commit, and also somebody who was not hired after all.",
        "a constraint": "A constraint refuses rows; it greets nobody.",
        "save()": "It greets before the commit, and also somebody who was not hired after all.",
        "the outbox": "It would work: with a table and a command every minute, for a greeting, more than it is worth.",
    },
    "initials": {
        "a call": "The admin saves a person and does not call your function.",
        "a constraint": "A constraint can refuse wrong initials; it does not make them.",
        "on_commit": SLOW,
        "the outbox": HEAVY,
    },
    "package": {
        "a GeneratedField": OWN_ROW,
        "a call": "The package's code is not yours to write a line into.",
        "a constraint": "A constraint refuses rows; it tells nobody of them.",
        "save()": "The package's model is not yours to write a method into.",
        "on_commit": "Called from where? The package's code is not yours to write a line into.",
        "the outbox": "Stored by whom? The package's code is not yours to write a line into.",
    },
    "seat": {
        "a GeneratedField": OWN_ROW,
        "a receiver": "With one sender and one listener, both ours, a signal is a call that cannot be clicked on.",
        "a constraint": "A constraint refuses rows; it gives nobody a seat.",
        "save()": "It works. But then every save() has to ask whether it is a hire, and the model has to know the rota.",
        "on_commit": SLOW,
        "the outbox": HEAVY,
    },
    "import": {
        "a GeneratedField": OWN_ROW,
        "a receiver": "bulk_create() sends no signal, and five thousand times one save is the slow way.",
        "a constraint": "A constraint refuses rows; it gives nobody a seat.",
        "save()": "bulk_create() calls no save(), and five thousand times one save is the slow way.",
        "on_commit": SLOW,
        "the outbox": HEAVY,
    },
}


@task.judge
def judge(places):
    expect_keys(places, AGAINST)
    chosen = {wish: place_named(pick) for wish, pick in places.items()}
    for wish, pick in places.items():
        expect_form(chosen[wish], wish, pick, f"one of {', '.join(PLACES)}")
    hold = sum(place not in AGAINST[wish] for wish, place in chosen.items())
    for wish, place in chosen.items():
        if place in AGAINST[wish]:
            wrong(
                f"a place for {wish!r} that holds",
                f"you picked {place!r} ({hold} of the {len(AGAINST)} picks hold)",
                AGAINST[wish][place],
            )


def place_named(pick):
    """Find the place that somebody means; None for a word that fits none."""
    word = str(pick).strip().lower().rstrip("()").rpartition(".")[2]
    article = ("a ", "an ", "the ", "in ", "into ")
    word = next((word.removeprefix(it) for it in article if word.startswith(it)), word)
    return {place.split()[-1].rstrip("()").lower(): place for place in PLACES}.get(word)
