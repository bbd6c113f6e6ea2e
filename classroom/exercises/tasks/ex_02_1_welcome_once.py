from classroom.exercises.vocabulary import *

task = Task.of("""
02-1: Welcome, once (repair, 5 minutes)
https://docs.djangoproject.com/en/5.2/ref/signals/#post-save
== call: welcome(sender, instance, ...)
== situation
`welcome` listens to `post_save` of `Employees`. It returns a greeting for a screen in the hall. But Ada is greeted
again whenever her address changes. And when a backup was loaded, all thirty people were welcomed at once.
== task
Repair `welcome`. It returns the greeting when somebody joins, and `None` when somebody is edited or while a fixture
loads.
== starter
def welcome(sender, instance, **kwargs):
    return f"Welcome, {instance.first_name}!"
== hints
- What does post_save pass besides the instance? Which of it is different for an edit?
- Two arguments matter: created and raw. Name them in the def.
- def welcome(sender, instance, created, raw, **kwargs): then return the greeting only if created and not raw.
== solution
def welcome(sender, instance, created, raw, **kwargs):
    if created and not raw:
        return f"Welcome, {instance.first_name}!"
== why
`created` is True for a new row only. `raw` is True while a fixture loads: its rows may be new, but nobody joins.
== equal: cannot raise, asked only
== others
def welcome(sender, **told):
    if told["raw"] or not told["created"]:
        return None
    return "Welcome, %s!" % told["instance"].first_name
== mistakes
# looks only at created -> while a fixture loads
def welcome(sender, instance, created, raw, **kwargs): => def welcome(sender, instance, created, **kwargs):
if created and not raw: => if created:
# looks only at raw -> an edit
def welcome(sender, instance, created, raw, **kwargs): => def welcome(sender, instance, raw, **kwargs):
if created and not raw: => if not raw:
# looks at the key -> neither its pk
def welcome(sender, instance, created, raw, **kwargs): => def welcome(sender, instance, **kwargs):
if created and not raw: => if instance.pk is None:
# whenever the two differ -> over a row that is there
created and not raw => created != raw
# changes the row -> no change in the database
      if created and not raw:
+         Employees.objects.filter(pk=instance.pk).update(address="the hall")
# returns an empty text -> is not None
    return f"Welcome, {instance.first_name}!" if created and not raw else ""
# knows two names -> when McNobody
return f"Welcome, {instance.first_name}!" => return "Welcome, Ada!" if instance.first_name == "Ada" else "Welcome, Grace!"
# stops after so many -> when Mary Ann {5%} van Never
created and not raw => created and not raw and Employees.objects.count() < 10
# once for each first name -> Others were greeted
seen = set()
    if created and not raw and instance.first_name not in seen:
        seen.add(instance.first_name)
        return f"Welcome, {instance.first_name}!"
# the first word of the name -> it returned 'Welcome, Mary!'
{instance.first_name} => {instance.first_name.split()[0]}
# remembers whom it has seen -> another process stored
seen = set()
def welcome(sender, instance, raw, **kwargs):
    if not raw and instance.pk not in seen:
        seen.add(instance.pk)
        return f"Welcome, {instance.first_name}!"
""")


EDITED = "post_save is sent for an edit, too: one of its arguments says which it was."
TOO_LATE = (
    "Is the condition the right way round? In post_save the row is stored already, so neither its pk nor joins() nor "
    "_state.adding tells that somebody is new: one of the arguments does."
)
OTHERS = "Others were greeted. Two people may have the same name, and any number may join."
LOADED = "A fixture's rows are new, so `created` is True. Another argument says that they are raw."


@task.judge
def judge(welcome):
    said = []
    post_save.connect(asked(welcome, said), sender=Employees, weak=False)
    many = [stranger() | {"first_name": "Mary Ann {5%}"} for _ in range(12)]
    mistake = TOO_LATE
    for fields in fields_of("Grace Okafor"), stranger(), *many, fields_of("Ada Okafor"):
        person = Employees.objects.create(**fields)
        expect_greeting(person, said.pop(), mistake)
        mistake = OTHERS
    person.save()
    expect_none(said.pop(), "when Ada is edited", EDITED)
    [alan] = unheard(2)
    alan.save()
    expect_none(said.pop(), f"when {alan} is edited, whom another process stored", EDITED)
    told = {"sender": Employees, "signal": post_save, "created": True, "raw": False}
    expect_greeting(person, welcome(instance=person, using="archive", update_fields=None, **told))
    person.save_base(raw=True)  # as loaddata does
    over = "while a fixture loads over a row that is there"
    expect_none(said.pop(), over, "Then only `raw` is True.")
    person.delete()
    person.save_base(raw=True)
    expect_none(said.pop(), "while a fixture loads and Ada only comes back from a backup", LOADED)


def expect_greeting(person, said, mistake=TOO_LATE):
    words = "The greeting stays as it is, with the first name of who joins."
    mistake = mistake if said is None else words
    expect_said(said, f"Welcome, {person.first_name}!", f"when {person} joins", mistake)
