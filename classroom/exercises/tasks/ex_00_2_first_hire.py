from classroom.exercises.vocabulary import *

task = Task.of('''
00-2: Your first hire (write, 3 minutes)
https://docs.djangoproject.com/en/5.2/ref/models/querysets/#create
== situation
You run the office. Newcomers ask: when do I work? Each is a dict of fields, as `sample_roster()` gives them.
== task
Write `hire(person)`. It stores the person as an `Employees`, and returns the date of their shift. You need not place
anybody: the project's receiver does that.
== starter
def hire(person):
    """Store the person, and return the date of their shift."""
== hints
- Which line hired Ada in lesson 00, and what did it say about shifts?
- `Employees.objects.create(**person)` stores a row and returns it. Then `.shifts.get()` gives the person's only shift,
  as in exercise 00-a.
- stored = Employees.objects.create(**person), and then return stored.shifts.get().shift_date.
== solution
    stored = Employees.objects.create(**person)
    return stored.shifts.get().shift_date
== why
`create()` returns only after the receiver has placed the person. So you can ask for the shift in the next line.
== equal: no rows
== others
    somebody = Employees(**person)
    somebody.save()
    return Shifts.objects.get(employees_shift=somebody).shift_date
== mistakes
# returns the shift -> You are nearly there
.shift_date =>
# places by hand -> by hand
stored = Employees.objects.create(**person) => [stored] = Employees.objects.bulk_create([Employees(**person)])
return stored.shifts.get().shift_date => return assign(stored).shift_date
# stores nothing -> only in memory
stored = Employees.objects.create(**person) => somebody = Employees(**person)
return stored.shifts.get().shift_date => return date(2022, 11, 14)
# always today -> first shift with room
stored = Employees.objects.create(**person) => Employees.objects.create(**person)
return stored.shifts.get().shift_date => return date.today()
# stores past the signals -> so no receiver
stored = Employees.objects.create(**person) => [stored] = Employees.objects.bulk_create([Employees(**person)])
return stored.shifts.get().shift_date => return stored.shifts.first()
# the latest shift -> nor the latest
stored = Employees.objects.create(**person) => Employees.objects.create(**person)
return stored.shifts.get().shift_date => return Shifts.objects.last().shift_date
# takes the given dict apart -> the dict as it was given
stored = Employees.objects.create(**person) => first = person.pop("first_name")
stored => Employees.objects.create(first_name=first, **person)
# stores at the commit -> something has to store it at once
    transaction.on_commit(lambda: Employees.objects.create(**person))
    return Employees.objects.last().shifts.get().shift_date
# a block that must be the outermost -> durable=True
    with transaction.atomic(durable=True):
        return Employees.objects.create(**person).shifts.get().shift_date
# hands over the dict -> hands its entries over by name
    stored = Employees(person)
    stored.save()
    return stored.shifts.get().shift_date
# takes somebody of that name for the same -> of the same first name
stored = Employees.objects.create(**person) => stored, _ = Employees.objects.get_or_create(first_name=person["first_name"], defaults=person)
# takes a namesake for the same -> of the same full name
    names = {"first_name": person["first_name"], "last_name": person["last_name"]}
    stored, _ = Employees.objects.update_or_create(**names, defaults=person)
    return stored.shifts.get().shift_date
# asks the first of the same fields -> for Zoë Wintergem
stored = Employees.objects.create(**person) => Employees.objects.create(**person)
stored.shifts => Employees.objects.filter(**person).first().shifts
# takes the same fields for the same person -> of the same full name
stored = Employees.objects.create(**person) => stored, _ = Employees.objects.update_or_create(**person)
# saves again -> one pre_save and one post_save
      stored = Employees.objects.create(**person)
+     stored.save()
# a date that equals any -> Ask the stored person for their shift
    class Any(date):
        __eq__ = lambda self, other: True
        __ne__ = lambda self, other: False

    Employees.objects.create(**person)
    return Any(2022, 11, 14)
# takes the fields by name -> come by place
def hire(**person):
    return Employees.objects.create(**person).shifts.get().shift_date
''')

IN_MEMORY = "Employees(...) alone makes a person only in memory: something has to store it at once."
UNSENT = "It was stored in a way that sends no post_save, so no receiver could react."
ASK = "Ask the stored person for their shift: the first shift with room need not be today's, nor the latest."
WHOLE = "You are nearly there: a shift has its date in shift_date."
NO_DATE = "The date is the shift_date of the shift."


@task.judge
def judge(hire):
    *first, fifth, sixth = sample_roster()[:6]
    for person in first:  # the fourth of them works on another day
        judge_one(hire, person)
    with taken_back():
        judge_one(hire, sixth)
    Employees.objects.get(**first[1]).delete()
    judge_one(hire, fifth)  # on the seat that came free, not on the latest shift
    judge_one(hire, fields_of("Ada Zimmer"), "first")
    judge_one(hire, stranger())
    judge_one(hire, sixth)
    judge_one(hire, sixth | {"address": "7 Quay Road"}, "full")
    judge_one(hire, stranger())  # takes the last seat of that day
    judge_one(hire, sixth, "full")  # every field as before
    expect_placed_by_receiver(lambda: hire(fifth))


def judge_one(hire, person, known=""):
    """Hire somebody, of whose name there may be somebody already; nobody else is changed."""
    before = set(Employees.objects.all())
    with as_given(person), trace() as seen, adds_only(*HIRED):
        said = hire(person)
        if known and set(Employees.objects.all()) == before:
            two = f"Two people of the same {known} name are two people: `create()` adds a row."
            wrong("one row more for each hire", f"there are {len(before)}, as before", two)
    name, new = "{first_name} {last_name}".format(**person), set(Employees.objects.all()) - before
    if [it for it in new if other(it, person)] or len(new) != 1:
        stored = f"stored is {', '.join(map(str, new))}, and not every field is as given"
        happened, given = stored if new else "there is none", "Store the person that is given."
        wrong(f"one row for {name}", happened, given if new else IN_MEMORY)
    [stored] = new
    shift = stored.shifts.first()
    if shift is None:
        wrong(f"a shift for {name}", "the row is there, and nobody placed the person", UNSENT)
    expect_saved_once(seen)
    mistake = WHOLE if isinstance(said, Shifts) else ASK if isinstance(said, date) else NO_DATE
    expect_said(said, shift.shift_date, f"for {name}", mistake, "hire()")
