from django.contrib.admin import ModelAdmin

from classroom.exercises.vocabulary import *
from classroom.scenes.admin_page import Saving

task = Task.of("""
07-a: The admin hires, too (repair, 2 minutes)
https://docs.djangoproject.com/en/5.2/ref/contrib/admin/#django.contrib.admin.ModelAdmin.save_model
== starter
from django.contrib import admin


class PeopleAdmin(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
== hints
- When is the person stored, and what says that the person is new?
- Below the call of `super()`, write `if not change:`. Call `place(obj)` there. Leave out `@admin.register`: this project
  has an admin of the people already.
== solution
  from django.contrib import admin
+
+ from django.db import transaction
+ from speedy import scheduling
+ from speedy.signals.custom_signals import employee_hired
+
+
+ def place(employee):
+     scheduling.wipe_expired_shifts()
+     scheduling.assign(employee)
+
+     def tell():
+         employee_hired.send_robust(sender=Employees, employee=employee)
+
+     transaction.on_commit(tell)
          super().save_model(request, obj, form, change)
+         if not change:
+             place(obj)
== why
You write a line into `save_model()`, so the admin needs no receiver. An edit places nobody, and tells nobody.
== equal
it is called at the commit, whichever stands first <- `def tell():` comes first*
send_robust() has caught the errors of receivers before <- tell swallows every error*
== others
        if change:
            return super().save_model(request, obj, form, change)
        with transaction.atomic():
            obj.save()
            place(obj)
# or
        if change and form.has_changed():
            obj.save(update_fields=form.changed_data)
        elif not change:
            obj.save()
            place(obj)
# or
- class PeopleAdmin(admin.ModelAdmin):
+ class Base(admin.ModelAdmin):
              place(obj)
+             self.message_user(request, f"{request.user} hired {obj}.")
+
+
+ class PeopleAdmin(Base):
+     pass
# or
from django.contrib import admin
from django.db import transaction
from speedy import scheduling
from speedy.signals.custom_signals import employee_hired
class PeopleAdmin(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        form.save()
        if not change:
            scheduling.wipe_expired_shifts()
            scheduling.assign(obj)
            transaction.on_commit(lambda: employee_hired.send_robust(sender=Employees, employee=obj))
== mistakes
# places and does not tell -> nobody was told
    transaction.on_commit(tell) =>
# tells at once -> the transaction was still open
transaction.on_commit(tell) => tell()
# tells of edits, too -> an edit was told
              place(obj)
+         else:
+             employee_hired.send_robust(sender=Employees, employee=obj)
# lets a receiver that fails disturb the admin -> reached the caller
send_robust => send
# places at each save -> an edit
        super().save_model(request, obj, form, change)
        place(obj)
# places at an edit alone -> For somebody new
if not change => if change
# places before it stores -> save() or bulk_create() comes first
        if not change:
            place(obj)
        super().save_model(request, obj, form, change)
# places the one who was stored last -> stored a moment later
place(obj) => place(Employees.objects.last())
# tells of the one who was stored last -> others told of
employee=employee) => employee=Employees.objects.last())
# stores past the receivers -> post_save was not sent
        if change:
            obj.save()
        else:
            Employees.objects.bulk_create([obj])
            place(obj)
# keeps three fields of an edit -> age of
        if change:
            obj.save(update_fields=["first_name", "last_name", "address"])
        else:
            obj.save()
            place(obj)
# stores an edit past the receivers -> update() sends no signal
        if change:
            Employees.objects.filter(pk=obj.pk).update(**form.cleaned_data)
        else:
            obj.save()
            place(obj)
# wipes at an edit -> were moved
          super().save_model(request, obj, form, change)
+         scheduling.wipe_expired_shifts()
# asks who presses the button -> who is no superuser
if not change: => if not change and request.user.is_superuser:
# hires a second person -> It stores one person
-             place(obj)
+             fields = "first_name", "last_name", "address", "age"
+             place(Employees.objects.create(**{it: getattr(obj, it) for it in fields}))
# hires what the form says -> is not stored
from django.db import transaction
class PeopleAdmin(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        with transaction.atomic():
            scheduling.wipe_expired_shifts()
            scheduling.assign(Employees.objects.create(**form.cleaned_data))
# saves again -> one pre_save and one post_save
              place(obj)
+             obj.save()
# forgets to wipe -> yesterday's shift is still there
    scheduling.wipe_expired_shifts() =>
# catches the error -> no error came out
-             place(obj)
+             try:
+                 place(obj)
+             except Exception:
+                 print("no shift")
# undoes it by hand -> undo nothing by hand
-             place(obj)
+             try:
+                 place(obj)
+             except Exception:
+                 obj.delete()
+                 raise
# overrides another method -> there is none
save_model(self, => save_models(self,
# no admin class -> is not such a class
class PeopleAdmin(admin.ModelAdmin): => class PeopleAdmin:
""")


@task.judge
@muted(employee_created, wipe_before_hire, place_hired)
def judge(people_admin):
    if not isinstance(people_admin, type) or not issubclass(people_admin, ModelAdmin):
        wrong("a class of admin.ModelAdmin", f"{people_admin!r:.60} is not such a class")
    if people_admin.save_model is ModelAdmin.save_model:
        wrong("a save_model() in it", "there is none", "The admin calls save_model() to store.")
    saving, alone = Saving(people_admin), idle()
    with no_receiver():
        for fields in sample_roster()[0], stranger():
            expect_placed(saving, fields)
        saving.user.is_superuser = False
        expect_placed(saving, sample_roster()[1])
        full_shift(-2)
        expect_edit(saving, alone)
        expect_edit(saving, Employees.objects.exclude(pk=alone.pk).first())
    expect_idle(alone)
    expect_the_right_one(saving)
    expect_told(saving)
    expect_wiped_first(lambda: saving.add(**sample_roster()[3]))
    expect_caller_goes_on(lambda: saving.add(**sample_roster()[3]))


def expect_placed(saving, fields):
    number = Employees.objects.count() + 1
    with adds_only(*HIRED), trace() as seen:
        person = saving.add(**fields)
    expect_no_signal_besides(seen, employee_hired)
    if person.pk is None:
        wrong("a new person stored", f"{person} is not stored", "super().save_model() stores.")
    if unplaced([person]) and Employees.objects.count() == number:
        new = "For somebody new `change` is false. Is place() called then, with its brackets?"
        if not saving.user.is_superuser:
            new = "Now somebody presses Save who is no superuser. They hire, too."
        wrong(f"a shift for {person}", "there is none", new)
    expect_hired(person, fields, number, name="save_model()")
    expect_receivers_asked(seen)
    expect_saved_once(seen)


def expect_the_right_one(saving):
    """Judge it wrong where somebody else is placed, who was stored a moment later."""
    with another_is_stored():
        person = saving.add(**sample_roster()[6])
        if unplaced([person]):
            another = "somebody else got it, who was stored a moment later"
            wrong(f"a shift for {person}", another, "Place `obj` itself.")


def expect_told(saving):
    """Judge it wrong where others do not hear of each new person, once, after the commit."""
    heard = []

    def hear(signal, **told):
        heard.append((told, transaction_is_open()))

    with quiet(), another_is_stored(), connected(employee_hired, refuse, hear):
        hired = []
        if error_of(lambda: hired.append(saving.add(**sample_roster()[4])), Refused):
            reached = "its error reached the caller"
            wrong("no error when a receiver fails", reached, "send_robust() goes on.")
        [person] = hired
        if not heard:
            wrong("others told of a new person", "nobody was told", "place() places, and tells.")
        told, is_open = heard.pop(0)
        if is_open:
            early = "transaction.on_commit() waits for the commit."
            wrong("others told after the commit", "the transaction was still open", early)
        if told != {"sender": Employees, "employee": person} or heard:
            wrong(f"others told of {person}, once", f"they heard {[told, *heard]}")
        saving.edit(person, address="1 Harbour Street")
        if heard:
            wrong("nobody told of an edit", "an edit was told")
        with taken_back():
            saving.add(**stranger())
        if heard:
            wrong("nobody told of a person who is rolled back", "others were told")


def expect_edit(saving, person):
    """Judge it wrong where an edit is not stored, or gives a shift, or takes one."""
    fields, before = stranger(), list(ShiftsEmployees.objects.values())
    with trace() as seen:
        saving.edit(person, **fields)
    for name in other(Employees.objects.get(pk=person.pk), fields):
        wrong("the edit stored", f"{name} of {person} is as before")
    if (now := list(ShiftsEmployees.objects.values())) != before:
        tells = "`change` is true for an edit, also of somebody without a shift."
        if len(now) == len(before):
            tells = "Those of an earlier shift were moved: wipe for a new person alone."
        wrong("an edit that places nobody", "an edit changed who sits where", tells)
    if not seen.filter(post_save, kind="signal"):
        silent = "update() sends no signal, so nobody who listens hears of the edit."
        wrong("an edit stored by save()", "post_save was not sent", silent)
    expect_saved_once(seen)
