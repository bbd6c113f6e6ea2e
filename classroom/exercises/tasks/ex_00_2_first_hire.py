"""00-2: hire somebody, and leave the seat to the receiver."""

from classroom.exercises.vocabulary import *

task = Task(
    id="00-2",
    title="Your first hire",
    kind="write",
    minutes=3,
    call="hire(person)",
    situation="""
You run the office. People knock, give their names, and ask: when do I work? On paper a person is a dict of
fields, as `sample_roster()` gives them.
""",
    task="""
Write `hire(person)`: it stores the person as an `Employees` and returns the date of the shift that they were put
on. You need not place anybody: the project's receiver does that.
""",
    starter='''
def hire(person):
    """Store the person, and return the date of their shift."""
''',
    hints=(
        "Which single line hired Ada in lesson 00, and what did you have to say about shifts there?",
        "Employees.objects.create(**person) stores a row and returns it. From a stored person, "
        ".shifts.get() leads to the one shift that they sit on, as in exercise 00-a.",
        "stored = Employees.objects.create(**person), and then return stored.shifts.get().shift_date.",
    ),
    link="https://docs.djangoproject.com/en/5.2/ref/models/querysets/#create",
    solution="""
def hire(person):
    stored = Employees.objects.create(**person)
    return stored.shifts.get().shift_date
""",
    why="`create()` stores the row, Django announces it, and the receiver has placed the person before `create()` "
    "returns. So you can ask for the shift in the next line.",
    equal=NO_ROWS,
    others=(
        """
    somebody = Employees(**person)
    somebody.save()
    return Shifts.objects.get(employees_shift=somebody).shift_date
""",
    ),
    mistakes=slips("""
# returns the shift -> its shift_date
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

# takes the same fields for the same person -> of the same full name
stored = Employees.objects.create(**person) => stored, _ = Employees.objects.update_or_create(**person)
# saves again -> one pre_save and one post_save
-     stored = Employees.objects.create(**person)
+     stored = Employees.objects.create(**person)
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
"""),
)

# What an Employees that was given the dict itself raises.
DICT_HANDED_OVER = (
    "expected a number but got {",
    "create() takes 1 positional",
    "unexpected keyword arguments: 'person'",
)


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
    judge_one(hire, sixth, "full")  # every field as before


def judge_one(hire, person, known=""):
    """Hire somebody, of whose name there may be somebody already; nobody else is changed."""
    before = list(Employees.objects.order_by("pk").values())
    said, seen = hired(hire, person)
    after = list(Employees.objects.order_by("pk").values())
    if after[: len(before)] != before or (known and len(after) == len(before)):
        wrong(
            "one more row for each person who is hired, and the others as they were",
            f"{len(before)} rows before, {len(after)} after, and not all as they were",
            f"Two people of the same {known} name are two people: `create()` stores a new row."
            if known
            else "Store the person, and change nobody else.",
        )
    judge_hire(person, said, seen, [row["id"] for row in before])


def hired(hire, person):
    """Hire somebody; return what hire() gave back, and what was seen of it."""
    try:
        of = Shifts, ShiftsEmployees, OutboxEvent  # who is stored is judged below
        with as_given(person), trace() as seen, adds_only(*of[:2], of=of):
            return hire(person), seen
    except TypeError as error:
        if not any(words in str(error) for words in DICT_HANDED_OVER):
            raise
        expected = "a stored Employees, made of the entries of person"
        mistake = "person is one dict, and each field wants its own value: `**person` hands its entries over by name."
        wrong(expected, f"{type(error).__name__}: {error}", mistake)


def judge_hire(person, said, seen, before):
    name = "{first_name} {last_name}".format(**person)
    stored = Employees.objects.filter(**person).exclude(pk__in=before)
    if stored.count() != 1:
        wrong(
            f"one row for {name}",
            f"there are {stored.count()}",
            "Employees(...) alone makes a person only in memory; something has to store it at once."
            if not stored
            else "It looks as if the person was stored more than once.",
        )
    shift = Shifts.objects.filter(employees_shift=stored.get()).first()
    if shift is None:
        cure = "It was stored in a way that sends no post_save, so no receiver could react."
        wrong(f"a shift for {name}", "the row is there, and nobody placed the person", cure)
    if not seated_by_receiver(seen):
        expected = "that the receiver employee_created places everybody who is stored"
        reason = "Your code took the seat by hand. Store the person in the plain way, and the receiver places them."
        wrong(expected, f"{name} sits on a shift, and not through that receiver", reason)
    if isinstance(said, Shifts):
        why = "You are nearly there: a shift carries its date in its shift_date."
        wrong("a date", f"hire() gave back the whole {said}", why)
    expect_saved_once(seen)
    if not is_just(said, shift.shift_date):
        mistake = (
            "Ask the stored person for their shift: it is the first shift with room, and that need not be today's, nor the "
            "latest."
            if isinstance(said, date)
            else "A date is what stands in the shift's shift_date."
        )
        wrong(f"{shift.shift_date!r} for {name}", f"hire() gave back {said!r}", mistake)


def seated_by_receiver(seen):
    """Tell whether the seat was stored while the project's receiver was at work."""
    seats = [it for it in seen.filter(kind="sql") if it.what.startswith("INSERT")]
    return any(
        around.kind == "delivery" and around.what == "employee_created"
        for seat in seats
        if ShiftsEmployees._meta.db_table in seat.what
        for around in ancestors(seat)
    )
