from classroom.exercises.vocabulary import *

task = Task.of('''
02-2: The shift is cancelled (write, 15 minutes)
https://docs.djangoproject.com/en/5.2/ref/signals/#pre-delete
== situation
A pipe has burst, so somebody deletes Monday's shift in the admin. Its seats go with it. Ada, Grace and Alan, who sat
there, have no shift now, and nobody notices.
== task
Write `connect()`. It connects receivers of Django's delete signals. When a shift is deleted, they place the people
again who sat there, with `assign(person)` or `assign_many(people)`. It works for `monday.delete()` and for
`Shifts.objects.filter(...).delete()`, and with `DEBUG` off. Nobody else is placed, with a shift or without, and neither
is somebody who leaves for good (`ada.delete()`). Replace no method of any model.
== starter
from django.db.models.signals import post_delete, pre_delete


def connect():
    """Connect receivers of Django's delete signals."""
== hints
- When post_delete of a shift is sent, who is still linked to it? And when pre_delete is sent?
- Write two receivers for the sender Shifts. At pre_delete the seats are still there, at post_delete they are gone. Both
  get the same instance, so the first can leave a note on it for the second. Write them at the top of the cell: a signal
  holds its receivers weakly.
- In pre_delete: instance.people = list(instance.employees_shift.all()). In post_delete: assign_many(instance.people).
  And connect() connects both with sender=Shifts.
== solution
def note(sender, instance, **kwargs):
    instance.people = list(instance.employees_shift.all())


def place(sender, instance, **kwargs):
    assign_many(instance.people)


def connect():
    pre_delete.connect(note, sender=Shifts)
    post_delete.connect(place, sender=Shifts)
== why
Before the deletion they still have their seats. After it, nobody knows who sat there. So one receiver notes them, and
the other places them. An overridden `delete()` would run for `monday.delete()`, but not for the queryset.
== equal
no answer
connect() is called once, and connects each function once <- acts *
nothing in it can raise <- connect swallows* | swallows* | note swallows*
the two connections do not depend on each other <- `post_delete.connect*comes first*
== others
from django.db.models.signals import pre_delete
def place_again(sender, instance, **kwargs):
    people = list(instance.employees_shift.all())
    transaction.on_commit(lambda: assign_many(people))
def connect():
    pre_delete.connect(place_again, sender=Shifts, dispatch_uid="cancelled")
# or
def connect():
    sitting = {}

    def note(sender, instance, **kwargs):
        seats = ShiftsEmployees.objects.filter(shift=instance)
        sitting[instance.pk] = [seat.employee for seat in seats]

    def place(sender, instance, **kwargs):
        for person in sitting.pop(instance.pk):
            assign(person)

    pre_delete.connect(note, sender=Shifts, weak=False)
    post_delete.connect(place, sender=Shifts, weak=False)
== mistakes
# asks too late -> gone already
assign_many(instance.people => assign_many(instance.employees_shift.all()
    pre_delete.connect(note, sender=Shifts) =>
# one note for all shifts -> in one call
instance.people = list( => note.people = list(
assign_many(instance.people) => assign_many(note.people)
# adds to one note -> a note of an earlier shift
instance.people = list(instance.employees_shift.all()) => note.people = getattr(note, "people", []) + list(instance.employees_shift.all())
assign_many(instance.people) => assign_many(note.people)
# listens to the seats -> whose seat alone is gone
-     instance.people = list(instance.employees_shift.all())
+     people = Employees.objects.filter(pk=instance.employee_id)
+     transaction.on_commit(lambda: assign_many(people))
-     pre_delete.connect(note, sender=Shifts)
-     post_delete.connect(place, sender=Shifts)
+     post_delete.connect(note, sender=ShiftsEmployees)
# notes a queryset -> a list()
list(instance.employees_shift.all()) => instance.employees_shift.all()
# hears every class -> with sender=Shifts
(note, sender=Shifts => (note
(place, sender=Shifts => (place
# places the first one only -> but not all of them
(instance.people) => (instance.people[:1])
# places everybody -> had no shift before
(instance.people) => (Employees.objects.without_shift())
# places them too early -> they still sit there
post_delete.connect( => pre_delete.connect(
# listens to another class -> to Shifts
note, sender=Shifts => note, sender=Employees
place, sender=Shifts => place, sender=Employees
# overrides delete() -> an override misses it
def connect():
    plain_delete = Shifts.delete

    def delete(self, *args, **kwargs):
        people = list(self.employees_shift.all())
        done = plain_delete(self, *args, **kwargs)
        assign_many(people)
        return done

    Shifts.delete = delete
# receivers that nobody keeps -> weakly
- def note(sender, instance, **kwargs):
-     instance.people = list(instance.employees_shift.all())

- def place(sender, instance, **kwargs):
-     assign_many(instance.people)

  def connect():
+     def note(sender, instance, **kwargs):
+         instance.people = list(instance.employees_shift.all())
+     def place(sender, instance, **kwargs):
+         assign_many(instance.people)
# places somebody who leaves -> leaves for good
-     instance.people = list(instance.employees_shift.all())
+     person = instance.employee
+     transaction.on_commit(lambda: assign(person))
-     pre_delete.connect(note, sender=Shifts)
-     post_delete.connect(place, sender=Shifts)
+     post_delete.connect(note, sender=ShiftsEmployees)
# seats them by a rule of its own -> which keep the rule
-     assign_many(instance.people)
+     first = Shifts.objects.filter(shift_date__gte=date.today()).first() or Shifts.objects.create(shift_date=date(2022, 12, 1))
+     for person in instance.people:
+         ShiftsEmployees.objects.create(employee=person, shift=first)
# notes the names -> not their names
people = list(instance.employees_shift.all()) => names = [person.first_name for person in instance.employees_shift.all()]
assign_many(instance.people) => assign_many(list(Employees.objects.filter(first_name__in=instance.names)))
# finds the first of each name -> have the same name
people = list(instance.employees_shift.all()) => names = [it.first_name for it in instance.employees_shift.all()]
assign_many(instance.people) => assign_many([Employees.objects.filter(first_name=name).first() for name in instance.names])
# takes itself off -> is no longer connected
assign_many(instance.people) => assign_many(instance.people); post_delete.disconnect(place, sender=Shifts)
# acts once -> for the first shift
assign_many(instance.people) => place.done = getattr(place, "done", None) or assign_many(instance.people)
# wipes as well -> an earlier one is wiped
assign_many(instance.people) => Shifts.objects.filter(shift_date__lt=date.today()).delete(); assign_many(instance.people)
# only with DEBUG off -> connected nobody
    if not settings.DEBUG:
        pre_delete.connect(note, sender=Shifts)
        post_delete.connect(place, sender=Shifts)
# only from today on -> a shift of last week
list(instance.employees_shift.all()) => list(instance.employees_shift.all()) if instance.shift_date >= date.today() else []
# writes something into the person -> one is another now
assign_many(instance.people) => assign_many(instance.people); Employees.objects.update(address="moved")
# keeps a note whatever came of it -> that was refused
  from django.db.models.signals import post_delete, pre_delete
+ people = []
-     instance.people = list(instance.employees_shift.all())
+     people.extend(instance.employees_shift.all())
-     assign_many(instance.people)
+     idle = [it for it in people if Employees.objects.filter(pk=it.pk).exists()]
+     assign_many([it for it in idle if not ShiftsEmployees.objects.filter(employee=it).exists()])
+     people.clear()
''')


SIGNALS = pre_delete, post_delete
# Which mistake it looks like when nobody is placed, by the signals of a shift that were heard.
HEARD = {
    "": "Perhaps your receivers listen to another class: connect them to Shifts.",
    "pre_delete": "When pre_delete is sent they still sit there, so the rule leaves them alone: place them after the deletion.",
    "post_delete": "When post_delete of a shift is sent, its seats are gone already: note before who sat there.",
    "pre_delete, post_delete": "Both signals were heard. What did you note at pre_delete? A queryset is read only "
    "when it is used, and by then the seats are gone: make it a list().",
}
LOST = "Your receivers are gone: they exist only inside connect(), and a signal holds its receivers weakly."
UNCONNECTED = "connect() connected nobody to pre_delete or post_delete. What is connected outside of it does not count."
NAMES = "Note the people themselves, and not their names."
AGAIN = "It worked for the first shift that was deleted. Does it do so once, and never again?"
STILL_THERE = (
    "When its seats are deleted, the shift is still there, with room, so people were put on it again: "
    "wait until it is gone."
)


@task.judge
def judge(connect):
    for debug in (False, True):  # first as on a server, where nothing keeps a local function
        with override_settings(DEBUG=debug), new_rota():
            judge_wired(connect)


def judge_wired(connect):
    for fields in sample_roster()[:2]:
        Employees.objects.create(**fields)
    nobody, ada = idle(6), idle(0)  # with keys between; the second a namesake of one who works
    for fields in sample_roster()[2:5]:
        Employees.objects.create(**fields)
    sat = unheard(5, 5)  # two of one name
    past = new_shift(-9, *sat)
    fault, all_of_them = fault_in_connecting(connect), len(who_listens(*SIGNALS))
    for number in (1, 0):  # Tuesday, a shift with room, and then Monday, which is full
        shift = Shifts.objects.get(shift_date=MONDAY + timedelta(days=number))
        people = list(shift.employees_shift.all())
        when = f"once {shift.shift_date:%A}'s is deleted"
        with trace() as seen:
            cancel(shift.delete)
        expect_idle(nobody)
        expect_idle(ada, NAMES)
        if not fault and len(who_listens(*SIGNALS)) < all_of_them:
            later = "Other shifts are cancelled later: disconnect none."
            wrong("receivers that stay connected", f"one is no longer connected, {when}", later)
        heard = ", ".join(name_of_signal(it) for it in SIGNALS if is_heard(seen, it))
        some = "Some were placed, but not all of them: place everybody who sat there."
        why = (fault or HEARD[heard] if number else AGAIN) if unplaced(people) == people else some
        expect_placed(people, when, why)
    judge_cancelled_by_queryset()
    judge_somebody_leaves()
    expect_idle(nobody)
    judge_seat_given_back()
    judge_refused()
    if not Shifts.objects.filter(pk=past.pk, headcount=2).exists():
        wiped = "Nobody has asked to wipe: place those who sat on the shift that is cancelled."
        wrong("the shifts of other days as they are", "an earlier one is wiped", wiped)
    cancel(past.delete)
    early = "The day does not matter: whenever a shift is deleted, place those who sat there."
    early = early if unplaced(sat) == sat else f"Two who sat there have the same name. {NAMES}"
    expect_placed(sat, "once the shift is deleted on which they sat, a shift of last week", early)


def fault_in_connecting(connect):
    """Let it connect; return which mistake it looks like if nobody is placed afterwards, or ""."""
    for signal in SIGNALS:
        signal.has_listeners(Shifts)  # drops those of an earlier try that are gone
    before, delete = who_listens(*SIGNALS), Shifts.delete
    connect()
    if Shifts.delete is not delete:
        by_queryset = "A queryset deletes without it, so an override misses it: connect receivers."
        wrong("receivers of Django's delete signals", "Shifts.delete() was replaced", by_queryset)
    expect_plain_receivers(*SIGNALS)
    after = who_listens(*SIGNALS)
    if any(row["alive"] == "dead" for row in after):
        return LOST
    return "" if len(after) > len(before) else UNCONNECTED


def is_heard(seen, signal):
    """Tell whether a receiver heard that signal of a shift, other than those of speedy itself."""
    delivered = seen.filter(signal, sender=Shifts, kind="delivery")
    return any(not it.where.startswith("speedy.") for it in delivered)


def cancel(delete):
    """Delete shifts; nothing of the people changes but where they sit."""
    expected = "that the shift is deleted, and its people sit on another one"
    try:
        with same_rows(Employees.objects.all()), transaction.atomic():
            delete()
    except IntegrityError as error:
        rule = "The database refused a row: leave the placing to assign() or assign_many(), which keep the rule."
        mistake = STILL_THERE if "foreign key" in str(error).lower() else rule
        wrong(expected, f"IntegrityError: {error}", mistake)
    except Employees.MultipleObjectsReturned as error:
        wrong(expected, str(error), NAMES)
    except AttributeError as error:
        if not isinstance(error.obj, Model) or isinstance(error.obj, Shifts):
            raise
        other = f"A receiver was called with one of {type(error.obj).__name__}, whose deletion sends the same signals: connect"
        wrong(expected, f"AttributeError: {error}", f"{other} it with sender=Shifts.")


def expect_placed(people, when, mistake):
    if left := unplaced(people):
        names = ", ".join(it.first_name for it in left)
        wrong(f"a shift for everybody who had one, {when}", f"without one: {names}", mistake)
    expect_true_headcounts()


def judge_cancelled_by_queryset():
    """Two shifts go at once; Ada has a later one as well, and keeps that."""
    ada = Employees.objects.filter(first_name="Ada").earliest("pk")
    latest = new_shift(9, ada)
    others = Shifts.objects.exclude(pk=latest.pk).filter(shift_date__gte=MONDAY)
    people = list(Employees.objects.filter(shifts__in=others))
    cancel(others.delete)
    each = "Two shifts went in one call: each needs a note of its own, and pre_delete comes for all first."
    expect_placed(people, "after Shifts.objects.filter(...).delete()", each)
    if list(ada.shifts.all()) != [latest]:
        decide = "assign() and assign_many() leave out people who have a shift: let them decide."
        wrong("the later shift alone for Ada, who sat there as well", "there are others", decide)


def judge_somebody_leaves():
    grace = Employees.objects.get(first_name="Grace")
    nobody = "Her seat is deleted, too, when she leaves for good, but there is nobody to place."
    with error_told(Exception, "that Grace can leave: grace.delete()", nobody):
        grace.delete()
    if Employees.objects.filter(first_name="Grace").exists():
        wrong("that Grace leaves for good", "she is stored again", nobody)
    expect_true_headcounts()


def judge_seat_given_back():
    person, other = Employees.objects.filter(shifts__shift_date__gte=MONDAY).order_by("-pk")[:2]
    person.shifts.clear()
    expect_unseated(person, "Somebody whose seat alone is gone is not placed.")
    other.shifts.first().delete()
    expect_unseated(person, "Perhaps a note of an earlier shift was kept.")


def judge_refused():
    """A deletion is refused at pre_delete; then somebody gives the seat back, and stays idle."""
    person, another = unheard(7, 8)
    shift, other = new_shift(20, person), new_shift(21, another)
    with connected(pre_delete, refuse, sender=Shifts):
        refused(shift.delete)
    person.shifts.clear()
    cancel(other.delete)
    expect_unseated(person, "Perhaps the note of a deletion that was refused was kept.")


def expect_unseated(person, mistake):
    if person.shifts.exists():
        wrong(f"no shift for {person}, who gave the seat back", "there is one", mistake)
