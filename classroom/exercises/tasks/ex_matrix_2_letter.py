from itertools import combinations

from classroom.exercises.vocabulary import *

task = Task.of("""
matrix-2: A letter to the new address (repair, 6 minutes)
https://docs.djangoproject.com/en/5.2/ref/signals/#post-save
== situation
Everybody who moves house gets a letter at the new address. `letter` listens to `post_save` of `Employees`, and returns
the text. It works when an address is changed in the admin. Now the office uses
`Employees.objects.update_or_create(pk=..., defaults={"address": ...})`, and no letter has gone out since.
== task
Repair `letter`: it returns the text whenever a save **writes the address** of somebody who was stored before. Otherwise
it returns `None`: for a newcomer, and when a save writes only other fields. (A whole `save()` writes every field, so it
counts, even if the address is the old one. No fixture is loaded here.)
== starter
def letter(sender, instance, created, update_fields, **kwargs):
    if not created and update_fields is None:
        return f"To {instance}, {instance.address}"
== hints
- Put a trace() around an update_or_create() of a stored person: what is in update_fields?
- update_fields is None for a whole save, and otherwise the set of the names that were written.
- The address was written if update_fields is None or "address" in update_fields; and not created, as before.
== solution
    if not created and (update_fields is None or "address" in update_fields):
        return f"To {instance}, {instance.address}"
== why
None means that all fields were written. A set names those that were. For a row that it finds, `update_or_create()`
passes such a set if all its defaults are fields. So a receiver that waits for whole saves misses it.
== equal: cannot raise, asked only
== others
def letter(instance, created, update_fields=None, **kwargs):
    if created:
        return None
    written = update_fields or {field.name for field in instance._meta.fields}
    return "To %s, %s" % (instance, instance.address) if "address" in written else None
== mistakes
# looks for the old address in the table -> the new address already
(update_fields is None or "address" in update_fields) => Employees.objects.get(pk=instance.pk).address != instance.address
# looks for somebody of that name -> on the instance
{instance.address}" => {Employees.objects.filter(first_name=instance.first_name).first().address}"
# takes the row that was stored last -> To Ada Okafor
{instance}, => {Employees.objects.last()},
# takes the address for a pattern -> 5 %% back
f"To {instance}, {instance.address}" => ("To %s, " + instance.address) % instance
# answers with False -> is not None
    writes = not created and (update_fields is None or "address" in update_fields)
    return writes and f"To {instance}, {instance.address}"
# knows the fields of one day -> save(update_fields=['first_name', 'address'])
"address" in update_fields => sorted(update_fields) in (["address"], ["address", "age"], ["address", "date_of_birth"])
# looks for the age alone -> writes ['first_name']
(update_fields is None or "address" in update_fields) => update_fields != {"age"}
# forgets the whole save -> A whole save() names no fields
(update_fields is None or "address" in update_fields) => update_fields and "address" in update_fields
# waits for the address alone -> may name other fields as well
(update_fields is None or "address" in update_fields => update_fields in (None, {"address"}
""")

WHOLE = "A whole save() names no fields: update_fields is None."
NEVER = "Neither a whole save() nor one of her address brought a letter. Does the condition hold, and is the text returned?"
COMPARES = "In post_save the table holds the new address already, and the old one is gone."
OLD = "A save that writes the address counts, even if it is the old one."
AMONG = "update_fields may name other fields as well: ask whether the address is among them."
FIELDS = "age", "first_name", "last_name", "date_of_birth", "address"
UNREAD = "The letter goes to the house where she lives already. Read the names in update_fields."
KNOWN = "Another process stored her: your receiver has not heard of her before."


@task.judge
def judge(letter):
    said = []
    none = "In a whole save() update_fields is None, and None cannot be searched."
    post_save.connect(asked(letter, said, none), sender=Employees, weak=False)

    fields = fields_of("Ada Okafor")
    Employees.objects.bulk_create([Employees(**fields)])  # of the same name
    ada = Employees.objects.create(**fields)
    unheard(5)  # stored later
    expect_none(said.pop(), "when Ada joins", "Ask for `created`: a newcomer has not moved.")
    ada.address = "2 mill lane, 5 %% back"
    with trace() as seen:
        ada.save()
    whole = said.pop()
    compares = any("SELECT" in sql and "address" in sql for sql in seen.statements)
    ada.save(update_fields=["address"])
    silent = WHOLE if said.pop() else NEVER
    expect_letter(whole, ada, "ada.save()", COMPARES if compares else silent)

    ada.address = "3 Quay Road"
    Employees.objects.update_or_create(pk=ada.pk, defaults={"address": ada.address})
    expect_letter(said.pop(), ada, 'update_or_create(..., defaults={"address": ...})', AMONG)
    for number in range(1, len(FIELDS) + 1):
        for fields in map(list, combinations(FIELDS, number)):
            ada.save(update_fields=fields)
            if "address" in fields:
                why = OLD if fields == ["address"] else AMONG
                expect_letter(said.pop(), ada, f"save(update_fields={fields})", why)
            else:
                expect_none(said.pop(), f"when a save writes {fields}", UNREAD)

    # Stored by another process, which this one never saw.
    [grace] = Employees.objects.bulk_create([Employees(**stranger())])
    grace.save(update_fields=["age"])
    expect_none(said.pop(), f"when a save writes the age of {grace}", "Only the age was written.")
    grace.save()
    expect_letter(said.pop(), grace, f"a whole save() of {grace}", KNOWN)


def expect_letter(said, person, how, mistake):
    if said:
        mistake = "The words of the letter stay, and the address is the one on the instance."
    elif why_none().startswith("It was printed"):
        mistake = ""
    expect_said(said, f"To {person}, {person.address}", f"after {how}", mistake)
