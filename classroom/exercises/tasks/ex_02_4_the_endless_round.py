from classroom.exercises.vocabulary import *

task = Task.of("""
02-4: The endless round (repair, 8 minutes)
https://docs.djangoproject.com/en/5.2/ref/models/querysets/#django.db.models.query.QuerySet.update
== situation
Each newcomer gets a desk. Its number is the key of the person, which only the database gives. So `give_desk` listens to
`post_save`, writes the desk into `address`, and saves. The first hire ended in a `RecursionError`.
== task
Repair `give_desk`. A new person with the key 7 gets the address `"Desk 7"`, in the database and on the instance that
the caller holds. An edit gives nobody a desk, so that people can move, and neither does a fixture. And **each save is
heard once**: other receivers of `pre_save` and `post_save` hear of no edit that nobody made.
== starter
def give_desk(sender, instance, **kwargs):
    instance.address = f"Desk {instance.pk}"
    instance.save()
== hints
- Who is called by the `save()` inside the receiver? And what does `post_save` pass to tell a new row from an edit?
- A check of `created` ends the round, but everybody still hears the second save. Which call writes a column without
  `save()`?
- if created and not raw: set `instance.address`, and then
  sender.objects.filter(pk=instance.pk).update(address=instance.address).
== solution
def give_desk(sender, instance, created, raw, **kwargs):
    if created and not raw:
        instance.address = f"Desk {instance.pk}"
        sender.objects.filter(pk=instance.pk).update(address=instance.address)
== why
A receiver of `post_save` that saves calls itself. `created` ends that, but everybody hears the second save, and it
writes the whole row again. `update()` writes one column, and sends no signal. If you need no key, set the field in a
receiver of `pre_save`: then nothing is written twice.
== equal
cannot raise, no answer, a proxy
the same desk again is the same desk <- acts twice
== others
def give_desk(instance, created, raw=False, **kwargs):
    if raw or not created:
        return
    Employees.objects.filter(pk=instance.pk).update(address=f"Desk {instance.pk}")
    instance.refresh_from_db()
# or
from django.db import connection
def give_desk(instance, created, raw, **kwargs):
    if created and not raw:
        instance.address = f"Desk {instance.pk}"
        told = [instance.address, instance.pk]
        connection.cursor().execute("update speedy_employees set address = %s where id = %s", told)
# or
f"Desk {instance.pk}" => "Desk %s" % instance.pk
filter(pk=instance.pk).update(address=instance.address) => bulk_update([instance], ["address"])
== mistakes
# saves again, though only once -> an edit that nobody made
sender.objects.filter(pk=instance.pk).update(address=instance.address) => instance.save()
# names the field, and saves -> calls post_save all the same
sender.objects.filter(pk=instance.pk).update(address=instance.address) => instance.save(update_fields=["address"])
# gives a desk to those without an address -> with '' for an address, an edit gave them a desk
created and not raw => (created or not instance.address) and not raw
# whenever the two differ -> when it is loaded again
created and not raw => created != raw
# remembers whom it has seen -> with '2 Mill Lane' for an address
def give_desk(sender, instance, created, raw, => def give_desk(sender, instance, created, raw, seen=set(),
created and not raw => not raw and instance.pk not in seen and not seen.add(instance.pk)
# nothing where there is no address -> Nothing was set at all
created and not raw => created and not raw and instance.address
# never written -> Nobody saves after post_save
        sender.objects.filter(pk=instance.pk).update(address=instance.address) =>
# not on the instance -> the instance that the caller holds
instance.address = f"Desk {instance.pk}" => sender.objects.filter(pk=instance.pk).update(address=f"Desk {instance.pk}")
        sender.objects.filter(pk=instance.pk).update(address=instance.address) =>
# everybody's desk -> one is another now
filter(pk=instance.pk) => all()
# the same desk for all -> is the key
Desk {instance.pk} => Desk 1
# a word of its own -> The words are
f"Desk {instance.pk}" => f"desk {instance.pk}"
# still saves -> an endless round
def give_desk(sender, instance, created, raw, **kwargs): => def give_desk(sender, instance, raw, **kwargs):
if created and not raw: => if not raw:
sender.objects.filter(pk=instance.pk).update(address=instance.address) => instance.save()
# writes at the commit -> is not there yet
-         sender.objects.filter(pk=instance.pk).update(address=instance.address)
+         row = sender.objects.filter(pk=instance.pk)
+         transaction.on_commit(lambda: row.update(address=instance.address))
# writes the whole row in silence -> was written over
from django.db.models.signals import post_save, pre_save
    if created and not raw:
        instance.address = f"Desk {instance.pk}"
        with muted(pre_save, post_save):
            instance.save()
# for a proxy only -> Look at no sender
created and not raw => created and not raw and sender is EmployeesWithoutHooks
# takes itself off -> disconnected itself
from django.db.models.signals import post_save
    if created and not raw:
        post_save.disconnect(give_desk, sender=sender)
        instance.address = f"Desk {instance.pk}"
        instance.save()
""")


LATER = "A caller who has a transaction open reads the row before the commit."
WHOLE = "The instance is older than the row: write the one column."
CALLED = "save() sends post_save, and that calls your receiver, which saves: an endless round."
UNSAVED = "Nobody saves after post_save: what is set on the instance is only in memory."
UNSEEN = "Nothing was set at all. Which argument of post_save tells that somebody is new?"
NUMBER = "The number of a desk is the key of its person."
WORDS = "The words are `Desk`, a space, and the number."
NAMED = "save(update_fields=...) calls post_save all the same."
AGAIN = "Your save() is an edit that nobody made, and everybody hears of it."


@task.judge
def judge(give_desk):
    gone, *_ = unheard(7, 1, 0)  # the others have the names of those who come
    gone.delete()  # so that a key is no number of people
    [unknown] = unheard(8)
    with connected(post_save, give_desk, sender=EmployeesWithoutHooks):
        for fields in sample_roster()[1::-1]:
            person = expect_a_desk(fields)
        EmployeesWithoutHooks.objects.create(pk=9000, **sample_roster()[9])
        expect_a_desk(sample_roster()[5] | {"pk": 4000})
        expect_a_desk(stranger() | {"address": "", "age": 0})
        expect_a_desk(stranger() | {"address": "Desk 1"})
        expect_a_move(person)
        expect_a_move(EmployeesWithoutHooks.objects.get(pk=unknown.pk))
        expect_fixture_as_it_is()
    expect_one_column(give_desk)
    with connected(post_save, give_desk, sender=Employees):
        person = Employees.objects.create(**stranger())
    if Employees.objects.get(pk=person.pk).address != f"Desk {person.pk}":
        wrong("a desk for one of Employees, too", "there is none", "Look at no sender.")


def expect_one_column(give_desk):
    """Another receiver has written a column by then, and a caller reads before the commit."""
    older = lambda instance, **told: Employees.objects.filter(pk=instance.pk).update(age=99)  # noqa: E731
    with connected(post_save, older, give_desk, sender=EmployeesWithoutHooks), transaction.atomic():
        person = EmployeesWithoutHooks.objects.create(**sample_roster()[6])
        stored = EmployeesWithoutHooks.objects.get(pk=person.pk)
        if stored.address != f"Desk {person.pk}":
            wrong("the desk in the row when create() returns", "it is not there yet", LATER)
        if stored.age != 99:
            wrong("what another receiver wrote into another column", "it was written over", WHOLE)


def expect_a_desk(fields):
    others = same_rows(EmployeesWithoutHooks.objects.all())
    ends = error_told(RecursionError, "a hire that ends", CALLED)
    with ends, others, listening(pre_save, post_save) as heard:
        person = EmployeesWithoutHooks.objects.create(**fields)
    stored, desk = EmployeesWithoutHooks.objects.get(pk=person.pk), f"Desk {person.pk}"
    if stored.address != desk:
        mistake = UNSAVED if stored.address == fields["address"] else NUMBER
        mistake = WORDS if stored.address.endswith(str(person.pk)) else mistake
        mistake = UNSEEN if fields["address"] == stored.address == person.address else mistake
        expected = f"the address of {person}, a desk with their key, in the row"
        wrong(expected, f"it is {stored.address!r}", mistake)
    if person.address != desk:
        held = "The row has it: set it on `instance` as well."
        expected = "the desk on the instance that the caller holds, too"
        wrong(expected, f"it says {person.address!r}", held)
    if not post_save.has_listeners(EmployeesWithoutHooks):
        wrong("a receiver that goes on", "it has disconnected itself, so the next hire is missed")
    if other(stored, fields) != ["address"]:
        wrong("a desk, and nothing else", "another field of the new person was written as well")
    if len(heard) > 2:
        mistake = NAMED if any("update_fields" in it["arguments"] for it in heard) else AGAIN
        happened = f"{len(heard)} signals were sent"
        wrong("one pre_save and one post_save for a hire", happened, mistake)
    return person


def expect_a_move(person):
    for address in "2 Mill Lane", "":
        person.address = address
        person.save()
        if EmployeesWithoutHooks.objects.get(pk=person.pk).address != address:
            happened = f"with {address!r} for an address, an edit gave them a desk"
            wrong("that people can move", happened, "How do you tell a new row?")


def expect_fixture_as_it_is():
    loaded = EmployeesWithoutHooks(**sample_roster()[3], pk=77)
    for when in "as it is", "as it is when it is loaded again":
        loaded.save_base(raw=True)  # as loaddata does
        for it in EmployeesWithoutHooks.objects.get(pk=77), loaded:
            if other(it, sample_roster()[3]):
                desk = "the row, or the instance, got a desk"
                wrong(f"a row of a fixture {when}", desk, "post_save passes `raw` for that.")
