from classroom.exercises.vocabulary import *

task = Task.of('''
00-a: When does she work? (write, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/examples/many_to_many/
== starter
def works_on(person):
    """Return the date on which a person works."""
== hints
- What does `person.shifts.get()` give you?
- A shift has its date in `shift_date`.
== solution
    return person.shifts.get().shift_date
== why
`person.shifts` are the shifts of one person, and a shift has a date.
== equal: cannot raise, asked only
== others
person.shifts.get( => Shifts.objects.get(employees_shift=person
== mistakes
# the shift itself -> the whole shift
.shift_date =>
# today -> the date itself
person.shifts.get().shift_date => "Mon"
# places those who have none -> no change in the database
return person.shifts.get().shift_date => return assign(person).shift_date
# the shift of somebody of that name -> another person works
person.shifts.get => Shifts.objects.filter(employees_shift__last_name=person.last_name).first
''')


@task.judge
def judge(works_on):
    gone, *people = [Employees.objects.create(**it) for it in sample_roster()[:4]]
    gone.delete()  # so that no key tells a day
    namesakes = [Employees.objects.create(**sample_roster()[2]) for _ in range(2)]
    [idle] = unheard(4)
    with only_asked(), suppress(Exception):
        works_on(idle)
    for person in (people[1], people[2], *namesakes):
        day = person.shifts.get().shift_date
        with only_asked():
            said = works_on(person)
        if said == person.shifts.get():
            wrong("a date", "it gave back the whole shift", "A shift has its date in `shift_date`.")
        if type(said) is not date:
            itself = "" if said is None else "Return the date itself, not a text or a list."
            wrong("a date", f"it gave back {said!r}", itself)
        if said != day:
            another = "Is it the day on which another person works?"
            wrong(f"the day of the shift of {person}", f"it gave back {said}", another)
