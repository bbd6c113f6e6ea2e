"""matrix-2: a receiver that hears only of whole saves."""

from django.db.models.signals import post_save

from classroom.exercises.engine import Mistake, Task, slips
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.exercises.trying import ASKED_ONLY, NO_ERRORS, unheard, why_none
from classroom.scenes.roster import fields_of
from speedy.models import Employees
from whatfires import trace

task = Task(
    id="matrix-2",
    title="A letter to the new address",
    lesson="deeper/matrix",
    kind="repair",
    minutes=6,
    situation="""
Whoever moves house gets a letter at the new address: `letter`, a receiver of `post_save` of `Employees`,
returns its text. It works when Ada's address is changed in the admin. But since the office hands addresses in as
`Employees.objects.update_or_create(pk=..., defaults={"address": ...})`, no letter has gone out.
""",
    task="""
Repair `letter`: it returns the text whenever a save **writes the address** of somebody who was stored before, and
`None` otherwise. A newcomer gets no letter, and neither does Ada when a save writes only her age. (A whole
`save()` writes every field, so it counts, even if the address is the old one. Fixtures are another matter, and
none is loaded here.)
""",
    answer="letter",
    starter="""
def letter(sender, instance, created, update_fields, **kwargs):
    if not created and update_fields is None:
        return f"To {instance}, {instance.address}"
""",
    hints=(
        "Put a trace() around an update_or_create() of a stored person: what is in update_fields?",
        "update_fields is None for a whole save, and otherwise the set of the names that were written.",
        'The address was written if update_fields is None or "address" in update_fields; and not created, as before.',
    ),
    link="https://docs.djangoproject.com/en/5.2/ref/signals/#post-save",
    solution="""
def letter(sender, instance, created, update_fields, **kwargs):
    if not created and (update_fields is None or "address" in update_fields):
        return f"To {instance}, {instance.address}"
""",
    why="None means that all fields were written, and a set names those that were. `update_or_create()` passes "
    "such a set: a guard that waits for whole saves misses it.",
    equal=NO_ERRORS | ASKED_ONLY,
    others=(
        """
def letter(instance, created, update_fields=None, **kwargs):
    if created:
        return None
    written = update_fields or {field.name for field in instance._meta.fields}
    return "To %s, %s" % (instance, instance.address) if "address" in written else None
""",
    ),
    mistakes=(
        Mistake(
            "remembers the address in memory",
            """
known = {}


def letter(sender, instance, created, **kwargs):
    before = known.get(instance.pk, instance.address if created else None)
    known[instance.pk] = instance.address
    if before != instance.address:
        return f"To {instance}, {instance.address}"
""",
            "",
        ),
        Mistake("knows Ada only", {"{instance}": "Ada Okafor"}, "The words of the letter stay"),
        Mistake("is async", {"def letter": "async def letter"}, "`async def`"),
        Mistake("takes a few arguments only", {", **kwargs": ""}, "no **kwargs"),
        *slips("""
# looks for the old address in the table -> no old one left to compare with
def letter(sender, instance, created, **kwargs):
    if not created and Employees.objects.get(pk=instance.pk).address != instance.address:
        return f"To {instance}, {instance.address}"

# writes another letter -> The words of the letter stay
def letter(sender, instance, created, update_fields, **kwargs):
    if not created and (update_fields is None or "address" in update_fields):
        return instance.address

# prints the letter -> print() shows it to you alone
def letter(sender, instance, created, update_fields, **kwargs):
    if not created and (update_fields is None or "address" in update_fields):
        print(f"To {instance}, {instance.address}")

# looks at nothing -> writes only her age
def letter(sender, instance, created, **kwargs):
    if not created:
        return f"To {instance}, {instance.address}"

# forgets the whole save -> a whole save() names no fields
def letter(sender, instance, created, update_fields, **kwargs):
    if not created and update_fields and "address" in update_fields:
        return f"To {instance}, {instance.address}"

# looks into None -> None cannot be searched
def letter(sender, instance, created, update_fields, **kwargs):
    if not created and "address" in update_fields:
        return f"To {instance}, {instance.address}"

# drops the first guard -> joins
def letter(sender, instance, update_fields, **kwargs):
    if update_fields is None or "address" in update_fields:
        return f"To {instance}, {instance.address}"

# waits for the address alone -> may name other fields as well
def letter(sender, instance, created, update_fields, **kwargs):
    if not created and update_fields in (None, {"address"}):
        return f"To {instance}, {instance.address}"
"""),
    ),
)

WHOLE = "Mind that a whole save() names no fields: update_fields is None."
NEVER = (
    "Neither a whole save() nor one of her address brought a letter. Does the condition hold, and is the "
    "text returned? print() shows it to you alone."
)
COMPARES = "In post_save the table holds the new address already: there is no old one left to compare with."


@task.judge
def judge(letter):
    expect_callable(letter, "letter(sender, instance, created, update_fields, ...)")
    said = []
    post_save.connect(listening(letter, said), sender=Employees, weak=False)

    ada = Employees.objects.create(**fields_of("Ada Okafor"))
    if said.pop():
        wrong(
            "None when Ada joins",
            "a letter was written",
            "It looks as if nothing asks for `created`: whoever joins has not moved.",
        )
    ada.address = "2 Mill Lane"
    with trace() as seen:
        ada.save()
    whole = said.pop()
    asked = any("SELECT" in sql and "address" in sql for sql in seen.statements)
    ada.save(update_fields=["address"])
    silent = WHOLE if said.pop() else NEVER
    printed = why_none()
    if printed.startswith("It was printed"):
        silent = printed
    expect_letter(whole, ada, "ada.save()", COMPARES if asked else silent)

    Employees.objects.update_or_create(pk=ada.pk, defaults={"address": "3 Quay Road"})
    ada.refresh_from_db()
    among = "It passes update_fields, which may name other fields as well: ask whether the address is among them."
    expect_letter(said.pop(), ada, 'update_or_create(..., defaults={"address": ...})', among)

    ada.save(update_fields=["address", "age"])
    expect_letter(said.pop(), ada, 'save(update_fields=["address", "age"])', among)

    ada.save(update_fields=["age"])
    if said.pop():
        wrong(
            "None when a save writes only her age",
            "a letter went out, to the house where she lives already",
            "It looks as if the names in update_fields were not read.",
        )
    [grace] = unheard(1)  # stored by another process, which this one never saw
    for how, fields in ("grace.save()", None), ('save(update_fields=["age"])', ["age"]):
        grace.save(update_fields=fields)
        if fields is None:
            expect_letter(said.pop(), grace, how, WHOLE)
        elif said.pop():
            wrong(f"None after {how}", "a letter was written", "Only the age was written.")


def listening(letter, said):
    """Make a receiver that asks the learner's and keeps what it answered."""

    def listen(**told):
        try:
            said.append(letter(**told))
        except TypeError as error:
            if told["update_fields"] is not None or "iterable" not in str(error):
                raise
            wrong(
                "an answer to a whole save(), too",
                f"TypeError: {error}",
                "In a whole save() update_fields is None, and None cannot be searched.",
            )

    return listen


def expect_letter(said, ada, how, mistake):
    if not said:
        wrong(f"a letter after {how}", f"the receiver returned {said!r}", mistake)
    if said != (text := f"To {ada}, {ada.address}"):
        wrong(
            f"the letter {text!r} after {how}",
            f"the receiver returned {said!r}",
            "The words of the letter stay as they are, and the address is the one on the instance.",
        )
