from classroom.exercises.vocabulary import *

PLACES = (
    *("a call", "a receiver", "a constraint", "a GeneratedField", "save()", "on_commit"),
    "the outbox",
)

WISHES = "one night", "contract", "chat", "initials", "package", "seat", "import"

task = Task.of(
    """
07-1: Where does it go? (judge, 10 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/
== answer: places
== situation
A design meeting has seven wishes:

| wish | what is wanted |
|---|---|
| `one night` | Nobody ever works two shifts that start on one night, whichever tool writes to the table. |
| `contract` | Everybody who is hired gets a contract from the agency's server, without fail. It does no harm to ask twice. |
| `chat` | Everybody who is hired is greeted in the staff's chat. If that fails once a year, nobody minds. But nobody is greeted who was not hired after all. |
| `initials` | The initials of a person are made from the two names at each `save()`. The model is ours. |
| `package` | A package that is not ours stores invoices. Our statistics want to hear of each that is saved. |
| `seat` | Our one hire function stores somebody, and then they get a shift. |
| `import` | Once a year a command of ours stores five thousand people, who all get shifts. |
== task
Pick a place for each. Some wishes have two good answers, and either is right. Say why aloud before you check.
== hints
- If you walk each wish through the picture in lesson 07, from the top, where does it leave?
- Is it a check that must always hold? Does it leave the database, and may it be lost? Is it about this row's own
  fields? Is the code that makes it happen yours?
- one night: always. contract and chat leave the database; one of them may be lost. initials: the row's own. package:
  not yours. The other two are yours, and you can call them.
== solution
places = {
    "one night": "a constraint",
    "contract": "the outbox",
    "chat": "on_commit",
    "initials": "a GeneratedField",
    "package": "a receiver",
    "seat": "a call",
    "import": "a call",
}
== why
A receiver is the answer where you cannot edit the code that makes it happen. Where you can, a call can be read, found,
tested and given a list. The initials can be made by a `GeneratedField`, in `save()`, or in a receiver of `pre_save`,
but only the first is also right after `update()` and `bulk_create()`. Register the greeting with `robust=True`, so that
a failing chat does not reach the caller.
== others
a constraint => constraint
the outbox => outbox
on_commit => on commit
a GeneratedField => in save()
a receiver => receiver
seat": "a call => seat": "call
import": "a call => import": "Call
== mistakes
# a receiver for the rule -> raw SQL
one night": "a constraint => one night": "a receiver
# save() for the rule -> bulk_create
one night": "a constraint => one night": "save()
# on_commit for the contract -> between the commit and
contract": "the outbox => contract": "on_commit
# a call for the chat -> was not hired after all
chat": "on_commit => chat": "a call
# the outbox for the chat -> more than a greeting is worth
chat": "on_commit => chat": "the outbox
# a signal in the place of save() -> one of a call
initials": "a GeneratedField => initials": "post_save
# a call for the initials -> The admin saves a person
initials": "a GeneratedField => initials": "a call
# a field for the seat -> of its own row
seat": "a call => seat": "a GeneratedField
# a call in the package -> not yours to write a line into
package": "a receiver => package": "a call
# a receiver for the seat -> hides the call
seat": "a call => seat": "a receiver
# a receiver for the import -> sends no signal
import": "a call => import": "a receiver
""",
    fields=dict.fromkeys(WISHES, PLACES),
)

OWN_ROW = "A GeneratedField is made from other fields of its own row, and does nothing else."
REFUSES = "A constraint can refuse a row. It does nothing else."
LATE = "on_commit() runs after the commit. If it fails then, the row is stored without it."
HEAVY = "Nothing of it leaves the database, so one transaction keeps it together without an event."
UNDONE = "In a transaction it runs before the commit: a rollback undoes the hire, not the contract."
SOON = "In a transaction it runs before the commit, and greets who was not hired after all."
NOT_OURS = "The package's code is not yours to write a line into."
INSIDE = "a call", "a receiver", "save()"
NEVER = {"a GeneratedField": OWN_ROW, "a constraint": REFUSES}
AFTERWARDS = {"on_commit": LATE, "the outbox": HEAVY}
# What a colleague says against a pick. A place that is not there can be defended.
AGAINST = {
    "one night": {
        "a GeneratedField": OWN_ROW,
        "a call": "Another tool that writes does not call your function.",
        "a receiver": "Bulk calls and raw SQL send no signal, and two people at the same moment both find the night free.",
        "save()": "update(), bulk_create() and raw SQL call no save(), and two people at the same moment both find it free.",
        "on_commit": "After the commit it is too late to refuse anything.",
        "the outbox": "When the event is delivered, the second shift is in the table.",
    },
    "contract": NEVER
    | dict.fromkeys(INSIDE, UNDONE)
    | {
        "on_commit": "If the process ends between the commit and the call, nobody ever asks the agency.",
    },
    "chat": NEVER
    | dict.fromkeys(INSIDE, SOON)
    | {
        "the outbox": "It works. A table, and a command that runs every minute, are more than a greeting is worth.",
    },
    "initials": AFTERWARDS
    | {
        "a call": "The admin saves a person and does not call your function.",
        "a constraint": "A constraint can refuse wrong initials. It does not make them.",
    },
    "package": NEVER
    | {
        "a call": NOT_OURS,
        "save()": "The package's model is not yours to write a method into.",
        "on_commit": f"Which code would call it? {NOT_OURS}",
        "the outbox": f"Which code would store the event? {NOT_OURS}",
    },
    "seat": NEVER
    | AFTERWARDS
    | {
        "a receiver": "With one sender and one listener, both ours, a signal hides the call from a reader.",
        "save()": "It works. But every save() has to ask whether it is a hire, and the model has to know the rota.",
    },
    "import": NEVER
    | AFTERWARDS
    | {
        "a receiver": "bulk_create() sends no signal, and five thousand single saves are slow.",
        "save()": "bulk_create() calls no save(), and five thousand single saves are slow.",
    },
}


@task.judge
def judge(places):
    expect_picks(places, AGAINST, partial(choice_in, offered=PLACES), PLACES)
