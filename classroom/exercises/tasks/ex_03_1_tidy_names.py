from classroom.exercises.vocabulary import *

task = Task.of("""
03-1: Tidy names (repair, 6 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/models/#overriding-predefined-model-methods
== situation
Names are typed with spaces around them. `TidyNames` should take these away before a person is stored. It is a plain
class, the first base of a model: `class Person(TidyNames, Employees)`. So its `super()` is the model. But
`Person.objects.create(...)` raises a `TypeError`.
== task
Repair `TidyNames`. A `Person` can be saved in every way in which an `Employees` can, with any argument that Django may
pass. The stored first name has no spaces around it, and is otherwise as it was: `" Mary Ann "` becomes `"Mary Ann"`. A
`save(update_fields=[...])` of other fields writes just these. Define no model: the check makes `Person` itself.
== starter
class TidyNames:
    def save(self):
        self.first_name = self.first_name.strip()
        super().save()
== hints
- What does create() pass to save(), and what does your save() do with it?
- Others call your save() as they call the original. So it takes all that they may pass, and hands it on: *args,
  **kwargs.
- def save(self, *args, **kwargs): tidy the name, and then super().save(*args, **kwargs).
== solution
class TidyNames:
    def save(self, *args, **kwargs):
        self.first_name = self.first_name.strip()
        super().save(*args, **kwargs)
== why
That is the contract: Django calls `save()` with arguments of its own, so take them all and hand them on. To drop them
is worse than a TypeError: then `create()` may overwrite somebody without an error.
== equal: saved by name
== others
class TidyNames:
    def save(self, force_insert=False, force_update=False, using=None, update_fields=None):
        self.first_name = self.first_name.strip()
        super().save(
            force_insert=force_insert,
            force_update=force_update,
            using=using,
            update_fields=update_fields,
        )
# or
        if "first_name" in (kwargs.get("update_fields") or ["first_name"]):
            self.first_name = self.first_name.lstrip().rstrip()
        super().save(*args, **kwargs)
== mistakes
# takes them and drops them -> force_insert
(*args, **kwargs => (
# tidies nothing -> returns a new text
 = self.first_name =>
# does not call strip -> mind its brackets
strip() => strip
# tidies the last name as well -> Tidy the first name
        super().save(*args =>         self.last_name = self.last_name.strip(); super().save(*args
# tidies the address as well -> and nothing else
        super().save(*args =>         self.address = self.address.strip(); super().save(*args
# tidies one end -> still a space at one end
strip => lstrip
# keeps English letters alone -> 'Zoë Ann' in the row
strip() => strip().encode("ascii", "ignore").decode()
# takes signs away, too -> and nothing else
strip() => strip(" -'")
# tidies newcomers alone -> An edit is tidied, too
        self.first_name = self.first_name.strip() =>         self.first_name = self.first_name.strip() if self._state.adding else self.first_name
# goes around the original -> there were 0 of it
super().save(*args, **kwargs) => self.save_base(*args, using=kwargs.get("using") or "default", force_insert=kwargs.get("force_insert", False))
# takes every space away -> within the name
strip( => replace(" ", ""
# changes the letters, too -> Its letters
strip() => strip().title()
# one space -> Two spaces
self.first_name.strip() => " ".join(self.first_name.split())
# clean() -> runs in forms
save(self, *args, **kwargs) => clean(self)
save(*args, **kwargs) => clean()
# names what create() passes -> whatever arguments Django may pass
(self, *args, **kwargs => (self, force_insert=False, using=None
(*args, **kwargs => (force_insert=force_insert
# drops update_fields -> update_fields was dropped
(self, *args => (self, *args, update_fields=None
# forgets the database -> using was dropped
(self, *args => (self, *args, using=None
# forgets force_update -> force_update was dropped
(self, *args => (self, *args, force_update=False
# stores nothing -> super().save()
        super().save(*args, **kwargs) =>
# tidies too late -> only afterwards
        super().save(*args, **kwargs)
        self.first_name = self.first_name.strip()
# writes the name along with any field -> nobody named it
class TidyNames:
    def save(self, *args, update_fields=None, **kwargs):
        self.first_name = self.first_name.strip()
        if update_fields is not None:
            update_fields = {"first_name", *update_fields}
        super().save(*args, update_fields=update_fields, **kwargs)
# adds to the caller's list -> the list as it was given
class TidyNames:
    def save(self, *args, update_fields=None, **kwargs):
        self.first_name = self.first_name.strip()
        if update_fields and "first_name" in update_fields and "age" not in update_fields:
            update_fields.append("age")
        super().save(*args, update_fields=update_fields, **kwargs)
""")


@task.judge
def judge(TidyNames):
    with mixed_into(Employees, TidyNames, "Person") as Person:
        ada = created(Person)
        judge_stored(ada, "Ada")
        expect_one_save(ada)
        for name in "Zoë Ann", "de Vries", "Mary  Ann", "'t Hooft-", stranger()["first_name"]:
            judge_stored(created(Person, name), name)
        for spaces in (0, 3), (4, 0), (1, 5):
            judge_stored(created(Person, "Noor", *spaces), "Noor", *spaces)
        expect_handed_on(ada, **fields_of("Grace Okafor"))
        judge_update_fields(Person, ada)
        judge_deferred(Person, ada)


def created(Person, name="Ada", before=2, after=1):
    """Create somebody of that first name, with spaces around it."""
    typed_name = typed(name, before, after)
    return Person.objects.create(**fields_of("Ada Okafor") | {"first_name": typed_name})


def typed(name, before=2, after=1):
    return f"{before * ' '}{name}{after * ' '}"


def judge_stored(person, name, *spaces):
    stored = Employees.objects.filter(pk=person.pk).first()
    if stored is None:
        why = "Perhaps super().save() was never called: nobody else stores the row."
        wrong(f"a row for {name} after create()", "there is none", why)
    if stored.first_name != name:
        expected = f"{name!r} in the row of somebody who was created as {typed(name, *spaces)!r}"
        mistake = why_untidy(stored.first_name, person.first_name, name, typed(name, *spaces))
        wrong(expected, f"{stored.first_name!r} is stored", mistake)


AS_TYPED = "It is stored as typed. strip() returns a new text: put that back on the instance."
LATE = "The instance was tidied only afterwards: super().save() had written the row before."
UNNAMED = "It was written though nobody named it: an instance that is out of date would write an old name back."


def why_untidy(stored, in_memory, name, as_typed):
    """Say which mistake it looks like, from what is stored and what the instance says."""
    if "method" in stored:
        return "A method that is not called is stored: mind its brackets."
    if stored == as_typed:
        return AS_TYPED if in_memory == stored else LATE
    if stored.strip() == name:
        return "There is still a space at one end of it."
    if "  " in name and " ".join(stored.split()) == " ".join(name.split()):
        return "Two spaces within the name were made one: take only those around it."
    if stored == name.replace(" ", ""):
        return "Take only the spaces around it: one within the name belongs to it."
    if stored.strip().casefold() == name.casefold():
        return "Its letters were changed, too: take only the spaces around it."
    return "Take the spaces around it away, and nothing else."


def judge_update_fields(Person, ada):
    here, row = Person.objects.get(pk=ada.pk), Employees.objects.filter(pk=ada.pk)
    row.update(address="2 Mill Lane")  # somebody else, meanwhile
    here.age, here.first_name = 41, " Adah "
    here.save(update_fields=["age"])
    how, stored = "first_name = ' Adah ' and save(update_fields=['age'])", row.get()
    if stored.first_name != "Ada" and stored.address == "2 Mill Lane":
        expected = f"the first name left alone by {how}"
        wrong(expected, f"{stored.first_name!r} is stored", UNNAMED)
    if (stored.age, stored.address) != (41, "2 Mill Lane"):
        dropped = "Perhaps update_fields was dropped: the whole row was written."
        happened = f"stored are now {stored.age} years, {stored.address!r}"
        wrong(f"the age written, and the address left alone, by {how}", happened, dropped)
    with as_given(["first_name"]) as names:
        said = here.save(update_fields=names)
    expect_said(said, None, "from save(), as from super().save()", name="save()")
    if (now := row.get().first_name) != "Adah":
        edit = "An edit is tidied, too, and not only a newcomer."
        expected = "'Adah' in the row after save(update_fields=['first_name'])"
        wrong(expected, f"{now!r} is stored", edit)
    here.save(force_update=True)


def judge_deferred(Person, ada):
    """Of an instance that was read in part only the read columns are saved, as they are now."""
    Employees.objects.filter(pk=ada.pk).update(last_name=" Ng ", address=" 1 Q ")
    here = Person.objects.only("first_name", "last_name", "address").get(pk=ada.pk)
    here.first_name = " Mary "
    here.save()
    stored = Employees.objects.get(pk=ada.pk)
    came, asked = (stored.first_name, stored.last_name, stored.address), ("Mary", " Ng ", " 1 Q ")
    if came != asked:
        alone = "Tidy the first name, and nothing else."
        wrong(f"{asked} of somebody who was read by only()", f"stored are {came}", alone)
