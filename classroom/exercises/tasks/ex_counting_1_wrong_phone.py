from collections.abc import Iterable

from classroom.exercises.vocabulary import *

task = Task.of("""
counting-1: The wrong phone rings (repair, 8 minutes)
https://docs.djangoproject.com/en/5.2/ref/signals/#m2m-changed
== call: to_call(sender, instance, action, ...)
== situation
Everybody who is put on an extra shift by `add()` gets a call. `to_call` listens to `m2m_changed`, with
`sender=ShiftsEmployees`, and returns the first names. For `sunday.employees_shift.add(ada, grace)` it is right. But for
`alan.shifts.add(sunday)` Grace's phone rings.
== task
Repair `to_call`: it returns a list of the first names of those whom that `add()` put on a shift, from either side, each
person once. If that is nobody, and for `remove()` and `clear()`, it returns `[]` or `None`.
== starter
def to_call(sender, instance, action, pk_set, **kwargs):
    if action == "post_add":
        return [person.first_name for person in Employees.objects.filter(pk__in=pk_set)]
== hints
- In alan.shifts.add(sunday), who is instance, and whose keys are in pk_set?
- The argument reverse tells the two sides apart: False when add() was called on the shift, True when it was called on a
  person. Look at both with listening().
- For "post_add": if reverse, instance is the person: return [instance.first_name] if pk_set else []. Otherwise pk_set
  holds the keys of the people, as before.
== solution
def to_call(sender, instance, action, reverse, pk_set, **kwargs):
    if action != "post_add":
        return []
    if reverse:
        return [instance.first_name] if pk_set else []
    return [person.first_name for person in Employees.objects.filter(pk__in=pk_set)]
== why
`instance` is the object whose `add()` was called, and `pk_set` has the keys from the other side. From a person's side
(`reverse=True`) these are keys of shifts. If a person has the same key as that shift, the wrong phone rings. `pk_set`
holds only what is new, and can be empty.
== equal
cannot raise, asked only, a proxy
None is as good as [] <- always None (line 3: return [])
== others
def to_call(instance, action, pk_set, model, **kwargs):
    if action == "post_add" and pk_set:
        if model is Employees:
            return sorted(Employees.objects.filter(pk__in=pk_set).values_list("first_name", flat=True))
        return (instance.first_name,)
# or
[person.first_name for person in Employees.objects.filter(pk__in=pk_set)] => Employees.objects.filter(pk__in=pk_set).values_list('first_name', flat=True)
== mistakes
# asks only the shift's side -> the person's own side
return [instance.first_name] if pk_set else [] => return []
# takes a shift for a person -> now a shift, now a person
    return [instance.first_name] if action == "post_add" else []
# takes keys of shifts for people -> keys of shifts
-     if reverse:
-         return [instance.first_name] if pk_set else []
# calls before and after -> before and after
action != "post_add" => "add" not in action
# one list for all calls -> made once for all calls
def to_call(sender, instance, action, reverse, pk_set, seen=[], **kwargs):
    if action == "post_add" and pk_set:
        people = [instance] if reverse else Employees.objects.filter(pk__in=pk_set)
        seen += [person.first_name for person in people]
    return seen
# calls nobody twice -> answered anew
pk_set, **kwargs) => pk_set, seen=set(), **kwargs)
filter(pk__in=pk_set)] => filter(pk__in=pk_set) if person.pk not in seen and not seen.add(person.pk)]
# for one shift or two -> for søren.shifts.add(*three_days)
if pk_set else [] => if len(pk_set) in (1, 2) else []
# calls the people who are taken off -> remove()
action != "post_add" => not action.startswith("post_") or not pk_set
# forgets that clear() names nobody -> pk_set is None
if action => if not len(pk_set) or action
# calls everybody on the shift -> those who are new
person.first_name for person in Employees.objects.filter(pk__in=pk_set) => it.first_name for it in instance.employees_shift.all()] if pk_set else [
# whole names -> First names alone
[instance.first_name] if => [str(instance)] if
# changes the case of a name -> as it is stored
person.first_name for => person.first_name.title() for
# pairs of one -> First names alone
[person.first_name for person in Employees.objects.filter(pk__in=pk_set)] => Employees.objects.filter(pk__in=pk_set).values_list("first_name")
# calls everybody who works here -> and nobody else
filter(pk__in=pk_set) => all()
# the first of them only -> name them all
Employees.objects.filter(pk__in=pk_set)] => Employees.objects.filter(pk__in=pk_set)[:1]]
# saves as well -> no change in the database
if reverse: => if reverse and not instance.save():
# each name once -> two people of one name
[person.first_name for person in Employees.objects.filter(pk__in=pk_set)] => list({person.first_name for person in Employees.objects.filter(pk__in=pk_set)})
""")

THEIRS = "Nobody is named when a shift's add() was called: then pk_set has the keys of the people."
OWN = "add() from the person's own side is missing: then instance is the person."
TWICE = "m2m_changed is sent before and after each add(): answer one of the two."
NEW_ONES = "People who sit there already are not called: pk_set has the keys of those who are new."
NOBODY_NEW = "A person who sits there already is not put there again: then pk_set is empty."
KEYS = "From a person's side pk_set has keys of shifts, and they were taken for keys of people."
EACH = "One person who is put on several shifts is called once, and not for each shift."
TAKEN_OFF = "A remove() takes people off: look at the action."
NAMESAKES = "Here two people of one name were put there, and both are called."
TOO_SOON = "The phone has rung before anybody is put there: answer when it is done."
WHOSE = "`instance` is the one whose add() was called: now a shift, now a person."
PROXY = "A proxy is another class: `reverse` tells from which side it was called."
NOBODY = "A clear() puts nobody on a shift."

# Who is to be called when that line is run, and what it looks like otherwise.
TRIALS = (
    ("Ada Grace", "monday.employees_shift.add(ada, grace)", THEIRS),
    ("Alan", "alan.shifts.add(tuesday)", OWN),
    ("McKate", "kate.shifts.add(monday, tuesday)", EACH),
    ("Søren", "søren.shifts.add(*three_days)", EACH),
    ("Ada", "tuesday.employees_shift.add(alan, ada)  # where Alan sits already", NEW_ONES),
    ("", "ada.shifts.add(monday)  # where she sits already", NOBODY_NEW),
    ("", "monday.employees_shift.add(grace)  # who sits there already", NOBODY_NEW),
    ("Ada Ada McKate", "sunday.employees_shift.add(ada, another_ada, kate)", NAMESAKES),
    ("", "monday.employees_shift.remove(grace)", TAKEN_OFF),
    ("", "alan.shifts.remove(tuesday)", TAKEN_OFF),
    ("Alan", "proxy_of_alan.shifts.add(tuesday)", PROXY),
    ("", "kate.shifts.clear()", NOBODY),
    ("", "monday.employees_shift.clear()", NOBODY),
    ("", "full.employees_shift.add(ada)  # which the database refuses", TOO_SOON),
    ("", "ada.shifts.add(full)  # which the database refuses", TOO_SOON),
)


@task.judge
def judge(to_call):
    said, before, names = [], [], ("ada", "grace", "alan", "kate", "another_ada", "søren")
    scene = dict(zip(names, unheard(0, 1, 2, 3, 0, 4), strict=True))
    Employees.objects.filter(pk=scene["kate"].pk).update(first_name="McKate")
    scene["kate"].refresh_from_db()
    scene["proxy_of_alan"] = EmployeesWithoutHooks.objects.get(pk=scene["alan"].pk)
    monday, tuesday, sunday, *three_days = map(new_shift, (0, 1, 6, 8, 9, 10))
    scene |= {"monday": monday, "tuesday": tuesday, "sunday": sunday, "three_days": three_days}
    scene["full"] = full_shift(7)
    none = "A clear() names nobody: its pk_set is None, so look at the action first."
    m2m_changed.connect(asked(to_call, said, none), sender=ShiftsEmployees, weak=False)
    for names, line, mistake in TRIALS:
        said.clear()
        expected = f"an answer to {line}"
        with error_told(AttributeError, expected, WHOSE, "'(Shifts|Employees)' object"):
            refused(lambda: eval(line, scene))  # noqa: B023 (called at once)
        for answer in said:
            if isinstance(answer, str) or not isinstance(answer, Iterable | None):
                wrong("a list of first names, [] or None", f"it returned {answer!r}")
        names, came = names.split(), sorted(str(it) for answer in said for it in answer or ())
        if came != names:
            one_list = len(said) == 2 and said[0] and said[0] is said[1]
            if one_list or (before and not {*names, *before} - {*came}):
                mistake = f"{EARLIER} A default, as in `seen=[]`, is made once for all calls."
            elif not came and names and not {*names} - {*before}:
                mistake = "Each add() is answered anew, also with a name of an earlier answer."
            else:
                mistake = which(names, came, mistake)
            wrong(f"{names} for {line}", f"{came or 'nobody'}", mistake)
        before += names


def which(names, came, mistake):
    """Say which mistake it looks like, where the answer itself shows it."""
    if names and not came and (printed := why_none()).startswith("It was printed"):
        return printed
    if not all(map(str.isalpha, came)):
        return "First names alone are wanted."
    if [it.lower() for it in came] == [it.lower() for it in names]:
        return "A name stays as it is stored."
    if mistake == THEIRS and len(came) > 2 * len(names):
        return "Those who were put there are called, and nobody else."
    if names and came == sorted(names * 2) and mistake != EACH:
        return TWICE
    kept = {OWN: KEYS, THEIRS: "Each of them was put there: name them all."} if came else {}
    return kept.get(mistake, mistake)
