from classroom.exercises.vocabulary import *

task = Task.of("""
03-2: Long nights pay more (repair, 12 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/models/#overriding-predefined-model-methods
== situation
A shift of more than ten hours pays a bonus of 75, any other pays 50. `LongNights` sets it at each save. It is the first
base of a model: `class Night(LongNights, Shifts)`. But after `night.total_hours = 12` and
`night.save(update_fields=["total_hours"])` the row has twelve hours, and a bonus of 50.
== task
Repair `LongNights`: **whenever** `total_hours` is written, its bonus is written with it. A save that names only other
fields, such as `save(update_fields=["shift_date"])`, writes just these. A save without `update_fields` works as before.
`update_fields` may be a list, a tuple or a set.
== starter
class LongNights:
    def save(self, *args, **kwargs):
        self.wage_bonus = 75 if self.total_hours > 10 else 50
        super().save(*args, **kwargs)
== hints
- Which columns does save(update_fields=['total_hours']) write? Does it matter what else you set on the instance?
- Look at kwargs.get('update_fields'). None means all fields. Otherwise it names those that are written, and you may
  hand on other names than you got.
- fields = kwargs.get("update_fields"); if fields is not None and "total_hours" in fields: kwargs["update_fields"] =
  {*fields, "wage_bonus"}; and then super().save(*args, **kwargs).
== solution
          self.wage_bonus = 75 if self.total_hours > 10 else 50
+         fields = kwargs.get("update_fields")
+         if fields is not None and "total_hours" in fields:
+             kwargs["update_fields"] = {*fields, "wage_bonus"}
== why
`update_fields` is a promise of the caller: only these columns. So add a field only where it follows from one that is
named. `update_or_create()` passes `update_fields`, too. A whole save has None there, and None stays.
== equal
Django passes the arguments of save() by name <- without the argument `*args`*
to look at the fields first changes nothing <- `fields = kwargs*comes first*
== others
class LongNights:
    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is None or "total_hours" in update_fields:
            self.wage_bonus = 75 if self.total_hours > 10 else 50
            if update_fields is not None:
                update_fields = {"wage_bonus"}.union(update_fields)
        super().save(*args, update_fields=update_fields, **kwargs)
== mistakes
# adds it always -> nobody named
 and "total_hours" in fields =>
# pays for ten hours -> not more than ten
 > 10 =>  >= 10
# knows two of them -> has the wrong bonus itself
self.total_hours > 10 => self.total_hours in (11, 12)
# returns itself -> None from save()
super().save(*args, **kwargs) => super().save(*args, **kwargs); return self
# takes no bonus away -> has the wrong bonus itself
75 if => max(self.wage_bonus, 75) if
# drops the fields -> not named was
get("update_fields" => pop("update_fields", None
# writes the whole row -> which is not named
{*fields, "wage_bonus"} => None
# writes the bonus alone -> in place of
{*fields,  => {
# looks into None -> cannot be searched
fields is not None and  =>
# lists only -> list, a tuple or
{*fields, "wage_bonus"} => fields + ["wage_bonus"]
# hours first or last -> among others
is not None and "total_hours" in fields => and "total_hours" in ([*fields][0], [*fields][-1])
# takes None for an empty set -> None means all
if fields is not None and "total_hours" in fields: => kwargs["update_fields"] = {*(fields or ()), "wage_bonus"}
            kwargs["update_fields"] = {*fields, "wage_bonus"} =>
# never goes back -> pays 50 again
-         self.wage_bonus = 75 if self.total_hours > 10 else 50
+         if self.total_hours > 10:
+             self.wage_bonus = 75
# sets it for named fields only -> also in a save without
-         self.wage_bonus = 75 if self.total_hours > 10 else 50

-             kwargs["update_fields"] = {*fields, "wage_bonus"}
+             self.wage_bonus = 75 if self.total_hours > 10 else 50
+             kwargs["update_fields"] = {*fields, "wage_bonus"}
# writes the hours along with the bonus -> not the other way round
and "total_hours" in fields => and {"total_hours", "wage_bonus"} & set(fields)
fields, "wage_bonus" => fields, "wage_bonus", "total_hours"
# takes no fields for all fields -> names no field at all
(*args, **kwargs) => (*args, **kwargs | {"update_fields": kwargs.get("update_fields") or None})
# adds to the caller's list -> the list as it was given
kwargs["update_fields"] = {*fields, "wage_bonus"} => fields.append("wage_bonus")
# hands on the fields twice -> so it comes twice
kwargs["update_fields"] = {*fields, "wage_bonus"} => fields = {*fields, "wage_bonus"}
super().save(*args, **kwargs) => super().save(*args, update_fields=fields, **kwargs)
# hands on nothing else where the hours are named -> using was dropped
-             kwargs["update_fields"] = {*fields, "wage_bonus"}
+             return super().save(update_fields={*fields, "wage_bonus"})
# hands on two names of its own -> and take none away
{*fields, "wage_bonus"} => ["total_hours", "wage_bonus"]
# compares with the old row -> Ask nobody
-         fields = kwargs.get("update_fields")
-         if fields is not None and "total_hours" in fields:
+         fields, old = kwargs.get("update_fields"), Shifts.objects.filter(pk=self.pk).first()
+         if fields is not None and old.total_hours != self.total_hours:
# hands on the fields alone -> force_insert was dropped
super().save(*args, **kwargs) => super().save(update_fields=kwargs.get("update_fields"))
""")


DROPPED = "Perhaps update_fields was dropped: what was not named was written, too."
UNWRITTEN = "The bonus was set on the instance, but too late, or it is not among what is written."
ADD = "Add to the names that came, and take none away."
OWN = (
    "The instance has the wrong bonus itself: set it whenever the hours are written, also in a save "
    "without update_fields."
)
USUAL = "A night that is not long, or no longer, pays 50 again. Ten hours are not more than ten."
KINDS = "update_fields may be a list, a tuple or a set."
# A pattern of an error, and what it means here.
MEANS = {
    "multiple values": "It stands in kwargs as well, so it comes twice: put the new names into kwargs, or pop() it.",
    "NoneType": "In a whole save update_fields is None, and None cannot be searched, nor added to.",
    "force both insert": "Perhaps a whole save was given update_fields; it has None there, and None means all.",
    "concatenate (list|tuple)|'(list|tuple|set)' (object|and)|and '(list|tuple|set)'": KINDS,
    "'update_fields'": "A whole save passes no update_fields: ask for it with kwargs.get().",
}
SET = "Only named columns are written: the bonus was set on the instance, and not named."
AMONG = "Perhaps total_hours was not found: it may be named among others."
NAMED = (
    (["total_hours"], SET),
    (["shift_date", "total_hours", "headcount"], AMONG),
    (("total_hours",), KINDS),
    ({"total_hours"}, KINDS),
)
FOLLOWS = "Perhaps the bonus was written though nobody named the hours it follows from."
EMPTY = "An empty list names no field at all, and None names all of them."
ALONG = "The bonus goes along with the hours, and not the other way round."
UNNAMED = (["shift_date"], FOLLOWS), ([], EMPTY), (["wage_bonus"], ALONG)


@task.judge
def judge(LongNights):
    with mixed_into(Shifts, LongNights, "Night") as Night:
        how, day = "create(total_hours=12)", {"shift_date": MONDAY, "total_hours": 12}
        night = told(how, lambda: Night.objects.create(**day))
        expect(night, 12, how, UNWRITTEN)
        expect_one_save(night)
        judge_whole_saves(night)
        judge_hours_named(Night, night)
        judge_others_named(night)
        expect_handed_on(night, shift_date=MONDAY, total_hours=12)


def judge_whole_saves(night):
    for hours in 8, 11, 10, randint(13, 24), randint(1, 9):
        night.total_hours, night.wage_bonus = hours, 90
        said = told("a whole save()", night.save)
        expect_said(said, None, "from save(), as from super().save()", name="save()")
        told("save(update_fields=None)", lambda: night.save(update_fields=None))
        expect(night, hours, f"total_hours = {hours} and a whole save()", UNWRITTEN)


def judge_hours_named(Night, night):
    stored = Shifts.objects.filter(pk=night.pk)
    for given, mistake in NAMED:
        fields = copy(given)  # the learner's code may change it
        # Now a long night, now a usual one; and somebody else writes the date meanwhile.
        night.total_hours = hours = 8 if night.total_hours == 12 else 12
        stored.update(shift_date=night.shift_date + timedelta(days=20))
        how = f"save(update_fields={fields!r})"
        with as_given(fields), trace() as seen:
            told(how, lambda: night.save(update_fields=fields))  # noqa: B023 (called at once)
        expect(night, hours, f"total_hours = {hours} and {how}", mistake)
        if len(seen.filter(kind="sql")) > 1:
            between = "Between the two the row is wrong: name the bonus beside the hours."
            if any(it.startswith("SELECT") for it in seen.statements):
                between = "Ask nobody: the hours are on the instance, the names in the call."
            wrong(f"one UPDATE for {how}, of both columns", "there is more SQL than that", between)
        if ("shift_date" in fields) is not (stored.get().shift_date == night.shift_date):
            named = "shift_date" in fields
            happened = "the date was left out" if named else "so is the date, which is not named"
            mistake = ADD if named else DROPPED
            wrong(f"that {how} writes what is named, and the bonus", happened, mistake)
    hours = 20 - night.total_hours
    how = f'update_or_create(..., defaults={{"total_hours": {hours}}})'
    told(how, lambda: Night.objects.update_or_create(pk=night.pk, defaults={"total_hours": hours}))
    expect(night, hours, how, "It passes update_fields, as a set.")


def judge_others_named(night):
    """What nobody named stays, even where somebody else has changed it meanwhile."""
    stored = Shifts.objects.filter(pk=night.pk)
    stored.update(wage_bonus=90, total_hours=11)
    night.shift_date, night.total_hours = MONDAY + timedelta(days=1), 12
    for fields, mistake in UNNAMED:
        how = f"save(update_fields={fields})"
        told(how, lambda: night.save(update_fields=fields))  # noqa: B023 (called at once)
        now = stored.get()
        if now.shift_date != night.shift_date:
            wrong(f"the new date in the row after {how}", "the old one is stored")
        if now.total_hours != 11 or (now.wage_bonus != 90 and "wage_bonus" not in fields):
            mistake = DROPPED if now.total_hours != 11 and "shift_date" in fields else mistake
            happened = f"stored are now {now.total_hours} and {now.wage_bonus:.0f}"
            expected = f"hours and bonus as others have stored them, 11 and 90, after {how}"
            wrong(expected, happened, mistake)


def told(how, act):
    """Act; turn the errors that typical mistakes raise into words."""
    try:
        return act()
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        if not (mistake := meaning(MEANS, error)):
            raise
        wrong(f"that this works: {how}", f"{type(error).__name__}: {error}", mistake)


def expect(night, hours, how, mistake):
    stored, bonus = Shifts.objects.filter(pk=night.pk).first(), 75 if hours > 10 else 50
    if stored is None:
        lost = "Perhaps super().save() was never called."
        wrong(f"a row after {how}", "there is none", lost)
    if stored.total_hours != hours:
        lost = "Other fields were written in place of those that were named: add to them."
        wrong(f"{hours} hours in the row after {how}", f"{stored.total_hours} are stored", lost)
    if stored.wage_bonus != bonus:
        if night.wage_bonus != bonus:
            mistake = OWN if bonus == 75 else USUAL
        expected = f"a bonus of {bonus} in the row after {how}"
        wrong(expected, f"{stored.wage_bonus:.0f} is stored", mistake)
