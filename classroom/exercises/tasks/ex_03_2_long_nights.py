"""03-2: a save() override that forgets which fields are written."""

import re
from decimal import Decimal

from classroom.exercises.vocabulary import *

USUAL, LONG = Decimal(50), Decimal(75)

task = Task(
    id="03-2",
    title="Long nights pay more",
    kind="repair",
    minutes=12,
    situation="""
A shift of more than ten hours pays a bonus of 75, any other pays 50. `LongNights` sets it whenever a shift is saved. It
is the first base of a model, `class Night(LongNights, Shifts)`. But after `night.total_hours = 12` and
`night.save(update_fields=["total_hours"])` the row says twelve hours, and a bonus of 50.
""",
    task="""
Repair `LongNights`: **whenever** `total_hours` is written, the bonus that belongs to it is written with it. A save that
names other fields only, such as `save(update_fields=["shift_date"])`, writes just these. A save without `update_fields`
writes all fields that were loaded, as before. `update_fields` may be a list, a tuple or a set.
""",
    starter="""
class LongNights:
    def save(self, *args, **kwargs):
        self.wage_bonus = 75 if self.total_hours > 10 else 50
        super().save(*args, **kwargs)
""",
    hints=(
        "Which columns does save(update_fields=['total_hours']) write? Does it matter what else you set on the instance?",
        "Look at kwargs.get('update_fields'). None means all fields; otherwise it names those that are written, and you "
        "may hand on another set of names than the one you got.",
        'fields = kwargs.get("update_fields"); if fields is not None and "total_hours" in fields: '
        'kwargs["update_fields"] = {*fields, "wage_bonus"}; and then super().save(*args, **kwargs).',
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/db/models/#overriding-predefined-model-methods",
    solution="""
class LongNights:
    def save(self, *args, **kwargs):
        self.wage_bonus = 75 if self.total_hours > 10 else 50
        fields = kwargs.get("update_fields")
        if fields is not None and "total_hours" in fields:
            kwargs["update_fields"] = {*fields, "wage_bonus"}
        super().save(*args, **kwargs)
""",
    why="`update_fields` is a promise of the caller: only these columns. An override that sets a field has to add that field "
    "where it follows from one that is named, and nowhere else; `update_or_create()` passes `update_fields`, too. A whole "
    "save has None there, and None stays.",
    equal={
        "Django passes the arguments of save() by name": ("without the argument `*args`*",),
        "to look at the fields first changes nothing": ("`fields = kwargs*comes first*",),
    },
    others=(
        """
class LongNights:
    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is None or "total_hours" in update_fields:
            self.wage_bonus = 75 if self.total_hours > 10 else 50
            if update_fields is not None:
                update_fields = {"wage_bonus"}.union(update_fields)
        super().save(*args, update_fields=update_fields, **kwargs)
""",
    ),
    mistakes=slips("""
# adds it always -> nobody named
 and "total_hours" in fields =>
# pays for ten hours -> not more than ten
 > 10 =>  >= 10
# knows two of them -> has the wrong bonus itself
self.total_hours > 10 => self.total_hours in (11, 12)
# returns itself -> which is None
super().save(*args, **kwargs) => super().save(*args, **kwargs); return self
# takes no bonus away -> has the wrong bonus itself
75 if => max(self.wage_bonus, 75) if
# drops the fields -> not named was
get("update_fields" => pop("update_fields", None
# writes the whole row -> and nothing else
{*fields, "wage_bonus"} => None
# writes the bonus alone -> in place of
{*fields,  => {
# looks into None -> cannot be searched
fields is not None and  =>
# lists only -> list, a tuple or
{*fields, "wage_bonus"} => fields + ["wage_bonus"]
# hours alone -> among others
is not None and "total_hours" in fields => == ["total_hours"]
# takes None for an empty set -> None means all
if fields is not None and "total_hours" in fields: => kwargs["update_fields"] = {*(fields or ()), "wage_bonus"}
            kwargs["update_fields"] = {*fields, "wage_bonus"} =>
# never goes back -> pays 50 again
-         self.wage_bonus = 75 if self.total_hours > 10 else 50
+         if self.total_hours > 10:
+             self.wage_bonus = 75

# sets it for named fields only -> writes the hours, too
-         self.wage_bonus = 75 if self.total_hours > 10 else 50

-             kwargs["update_fields"] = {*fields, "wage_bonus"}
+             self.wage_bonus = 75 if self.total_hours > 10 else 50
+             kwargs["update_fields"] = {*fields, "wage_bonus"}

# writes the hours along with the bonus -> not the other way round
and "total_hours" in fields => and {"total_hours", "wage_bonus"} & set(fields)
fields, "wage_bonus" => fields, "wage_bonus", "total_hours"
# takes no fields for all fields -> names no field at all
(*args, **kwargs) => (*args, **kwargs | {"update_fields": kwargs.get("update_fields") or None})
# adds to the caller's list -> the caller's own
kwargs["update_fields"] = {*fields, "wage_bonus"} => fields.append("wage_bonus")
# hands on the fields alone -> force_insert was dropped
super().save(*args, **kwargs) => super().save(update_fields=kwargs.get("update_fields"))
"""),
)


@task.judge
def judge(LongNights):
    with mixed_into(Shifts, LongNights, "Night") as Night:
        night = judge_whole_saves(Night)
        judge_hours_named(Night, night)
        judge_others_named(night)
        expect_handed_on(night, shift_date=night.shift_date + timedelta(days=7))


def judge_whole_saves(Night):
    night = told(
        "create(total_hours=12)", lambda: Night.objects.create(shift_date=MONDAY, total_hours=12)
    )
    expect(night, 12, LONG, "after create(total_hours=12)", SET_AND_NOT_WRITTEN)
    expect_one_save(night)
    others = randint(13, 24), randint(1, 9)
    for hours, bonus in (8, USUAL), (11, LONG), (10, USUAL), (others[0], LONG), (others[1], USUAL):
        night.total_hours, night.wage_bonus = hours, 90
        if (said := told("a whole save()", night.save)) is not None:
            wrong("what super().save() returns, which is None", f"save() returned {said!r}")
        told("save(update_fields=None)", lambda: night.save(update_fields=None))
        when = f"after total_hours = {hours} and a whole save()"
        expect(night, hours, bonus, when, SET_AND_NOT_WRITTEN)
    return night


def judge_hours_named(Night, night):
    for kind, names, mistake in WAYS:
        fields = kind(names)  # a new one: the learner's code may change it
        # Now a long night, now a usual one.
        night.total_hours = hours = 8 if night.total_hours == 12 else 12
        moved = night.shift_date + timedelta(days=20)
        Shifts.objects.filter(pk=night.pk).update(shift_date=moved)  # somebody else, meanwhile
        how = f"save(update_fields={fields!r})"
        with trace() as seen:
            told(how, lambda: night.save(update_fields=fields))  # noqa: B023 (called at once)
        if fields != kind(names):
            wrong(
                "update_fields left as the caller gave it",
                f"it is now {fields}",
                "Something was added to the caller's own collection: hand on a new one.",
            )
        bonus = LONG if hours == 12 else USUAL
        expect(night, hours, bonus, f"after total_hours = {hours} and {how}", mistake)
        if len(seen.filter(kind="sql")) > 1:
            between = "Between the two the row is wrong: name the bonus beside the hours."
            wrong(f"one UPDATE for {how}, of both columns", "there is more SQL than that", between)
        if "shift_date" in names and Shifts.objects.get(pk=night.pk).shift_date == moved:
            wrong(f"the date written by {how}", "it was left out", "Add to what is named.")
        if "shift_date" not in names and Shifts.objects.get(pk=night.pk).shift_date != moved:
            wrong(
                f"that {how} writes the hours and the bonus, and nothing else",
                "the date was written over, which somebody else had changed",
            )
    hours = 20 - night.total_hours
    how = f'update_or_create(..., defaults={{"total_hours": {hours}}})'
    told(how, lambda: Night.objects.update_or_create(pk=night.pk, defaults={"total_hours": hours}))
    bonus = LONG if hours == 12 else USUAL
    expect(night, hours, bonus, f"after {how}", "It passes update_fields, as a set.")


SET_AND_NOT_WRITTEN = (
    "The bonus was set on the instance, but too late or not among what is written."
)
KINDS = "update_fields may be a list, a tuple or a set."
WAYS = (
    (
        list,
        ["total_hours"],
        "Only named columns are written: the bonus was set on the instance, and not named.",
    ),
    (
        list,
        ["shift_date", "total_hours"],
        "It looks as if total_hours was not found: it may be named among others.",
    ),
    (tuple, ["total_hours"], KINDS),
    (set, ["total_hours"], KINDS),
)


def judge_others_named(night):
    """What nobody named stays, even where somebody else has changed it meanwhile."""
    Shifts.objects.filter(pk=night.pk).update(wage_bonus=90, total_hours=11)
    night.shift_date = MONDAY + timedelta(days=1)
    told("save(update_fields=['shift_date'])", lambda: night.save(update_fields=["shift_date"]))
    stored = Shifts.objects.get(pk=night.pk)
    if stored.shift_date != night.shift_date:
        wrong(
            "the new date in the row after save(update_fields=['shift_date'])",
            "the old one is stored",
        )
    if (stored.total_hours, stored.wage_bonus) != (11, 90):
        whole = stored.total_hours != 11
        wrong(
            "that save(update_fields=['shift_date']) leaves hours and bonus as others have stored them: 11 and 90",
            f"stored are now {stored.total_hours} and {stored.wage_bonus:.0f}",
            "It looks as if update_fields was dropped: what was not named was written, too."
            if whole
            else "It looks as if the bonus was written though nobody named the hours it follows from.",
        )
    night.total_hours = 12
    told("save(update_fields=[])", lambda: night.save(update_fields=[]))
    if Shifts.objects.get(pk=night.pk).total_hours != 11:
        wrong(
            "that save(update_fields=[]) writes nothing, as for Shifts",
            "the hours were written",
            "An empty list names no field at all, and None names all of them.",
        )
    told("save(update_fields=['wage_bonus'])", lambda: night.save(update_fields=["wage_bonus"]))
    if (hours := Shifts.objects.get(pk=night.pk).total_hours) != 11:
        wrong(
            "that save(update_fields=['wage_bonus']) leaves the hours as others have stored them: 11",
            f"stored are now {hours}",
            "The bonus goes along with the hours, and not the other way round.",
        )


def told(how, act):
    """Act; turn the errors that typical mistakes raise into words."""
    try:
        return act()
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        mistake = mistake_of(str(error))
        if mistake is None:
            raise
        wrong(f"that this works: {how}", f"{type(error).__name__}: {error}", mistake)


def mistake_of(error):
    if "NoneType" in error:
        return "In a whole save update_fields is None, and None cannot be searched, nor added to."
    if "force both insert" in error:
        return "It looks as if a whole save was given update_fields; it has None there, and None means all."
    if re.search(
        r"concatenate (list|tuple)|'(list|tuple|set)' (object|and)|and '(list|tuple|set)'", error
    ):
        return KINDS
    if "'update_fields'" in error:
        return "A whole save passes no update_fields: ask for it with kwargs.get()."
    return None


def expect(night, hours, bonus, when, mistake=""):
    stored = Shifts.objects.filter(pk=night.pk).first()
    if stored is None:
        wrong(f"a row {when}", "there is none", "It looks as if super().save() was never called.")
    if stored.total_hours != hours:
        wrong(
            f"{hours} hours in the row {when}",
            f"{stored.total_hours} are stored",
            "It looks as if other fields were written in place of those that were named: add to them.",
        )
    if stored.wage_bonus != bonus:
        wrong(
            f"a bonus of {bonus} in the row {when}",
            f"{stored.wage_bonus:.0f} is stored",
            mistake if night.wage_bonus == bonus else why_not_set(hours, bonus),
        )


def why_not_set(hours, bonus):
    """Say why the instance itself may have the wrong bonus."""
    if hours == 10:
        return "Ten hours are not more than ten."
    if bonus == USUAL:
        return "A night that is not long, or no longer, pays 50 again."
    return (
        "The instance has the wrong bonus itself: set it whenever the hours are written. A save without update_fields "
        "writes the hours, too."
    )
