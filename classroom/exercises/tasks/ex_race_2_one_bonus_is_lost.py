from classroom.exercises.vocabulary import *
from speedy.scheduling import lock_rota

task = Task.of("""
race-2: One bonus is lost (repair, 8 minutes)
https://docs.djangoproject.com/en/5.2/ref/models/expressions/#avoiding-race-conditions-using-f
== situation
Two offices may raise the bonus of a shift. Yesterday each raised the same one by 10 at the same moment. It went from 50
to 60.
== task
Repair `raise_bonus(key, amount)`, so that no raise is lost, and nothing that others write into **other columns** of
that row. Choose one of the three ways of the lesson. If the constraint refuses a bonus below zero, the
`IntegrityError` comes out.

In the check another program writes whenever PostgreSQL would let it: `select_for_update()` makes it wait until your
transaction ends, also on SQLite.
== starter
def raise_bonus(key, amount):
    shift = Shifts.objects.get(pk=key)
    shift.wage_bonus += amount
    shift.save()
== hints
- What may another program do between your `get()` and your `save()`, and what does your `save()` write then?
- Either nothing is read, and the database adds: `F()` in an `update()`. Or what is read is locked, and the lock is kept
  until it is written: `select_for_update()` in the same `atomic()`.
- Shifts.objects.filter(pk=key).update(wage_bonus=F("wage_bonus") + amount), with F from django.db.models.
== solution
from django.db.models import F
    Shifts.objects.filter(pk=key).update(wage_bonus=F("wage_bonus") + amount)
== why
The database adds to the number that stands there as it writes. Nothing was read, so nothing can be out of date, and no
other column is written. A lock is right as well: the second program waits, and reads what is true by then. You need it
where Python has to decide something in between.
== equal: no answer
== others
    with transaction.atomic():
        shift = Shifts.objects.select_for_update().get(pk=key)
        shift.wage_bonus += amount
        shift.save()
# or
    shift = Shifts.objects.get(pk=key)
    shift.wage_bonus = F("wage_bonus") + amount
    shift.save(update_fields=["wage_bonus"])
# or
    done = 0
    while not done:
        bonus = Shifts.objects.get(pk=key).wage_bonus
        done = Shifts.objects.filter(pk=key, wage_bonus=bonus).update(wage_bonus=bonus + amount)
== mistakes
# a transaction alone -> neither locked
    with transaction.atomic():
        shift = Shifts.objects.get(pk=key)
        shift.wage_bonus += amount
        shift.save(update_fields=["wage_bonus"])
# lets the lock go too early -> given back before
    with transaction.atomic():
        shift = Shifts.objects.select_for_update().get(pk=key)
    shift.wage_bonus += amount
    shift.save()
# locks after the read -> before it was locked
    shift = Shifts.objects.get(pk=key)
    with transaction.atomic():
        Shifts.objects.select_for_update().get(pk=key)
        shift.wage_bonus += amount
        shift.save()
# locks another row -> another row that was locked
    with transaction.atomic():
        Shifts.objects.select_for_update().first()
        shift = Shifts.objects.get(pk=key)
        shift.wage_bonus += amount
        shift.save()
# a name that is unknown, where it is refused -> Else import it
    try:
        Shifts.objects.filter(pk=key).update(wage_bonus=F("wage_bonus") + amount)
    except IntegrityError:
        raise
# no transaction for the lock -> needs a transaction
    shift = Shifts.objects.select_for_update().get(pk=key)
    shift.wage_bonus += amount
    shift.save()
# F(), and the whole row -> other columns
    shift = Shifts.objects.get(pk=key)
    shift.wage_bonus = F("wage_bonus") + amount
    shift.save()
# reads again just before -> is still time
    shift = Shifts.objects.get(pk=key)
    shift.refresh_from_db()
    shift.wage_bonus += amount
    Shifts.objects.filter(pk=key).update(wage_bonus=shift.wage_bonus)
# another column as well -> another column was written
+ amount) => + amount, total_hours=8)
# stores nothing -> in memory alone
    shift = Shifts.objects.get(pk=key)
    shift.wage_bonus += amount
# every shift -> one is another now
filter(pk=key) => all()
# never goes down -> and down by one below zero
+ amount => + max(amount, 0)
""")

EARLY = "The lock was given back before the row was written: keep both in one transaction."
LATE = "What you write was read before it was locked: read with the lock."
UNLOCKED = (
    "A number was read and written again, and the row was neither locked nor counted in the database. A transaction alone "
    "locks nothing that it reads."
)
AGAIN = "Between the second read and the write there is still time for another program."
WHOLE = "save() writes all columns of the row as they were when you read it. Name the one that you change."


@task.judge
def judge(raise_bonus):
    keys = [new_shift(it, total_hours=11).pk for it in (3, 1, 2)]
    alone(raise_bonus, keys[0], 25)
    alone(raise_bonus, keys[1], 7)
    alone(raise_bonus, keys[1], -7)
    beside(raise_bonus, keys[2], {"wage_bonus": F("wage_bonus") + 10})
    beside(raise_bonus, keys[0], {"total_hours": 12})
    hidden = "Let it pass as it is: the caller has to hear of it."
    expected = "the refusal of a bonus below zero, as an IntegrityError"
    error = expect_error(lambda: raise_bonus(keys[0], -1000), IntegrityError, expected, hidden)
    if not isinstance(error, IntegrityError):
        wrong(expected, f"it was {error!r}", nudge(error) or hidden)


def alone(raise_bonus, key, amount):
    row, others = Shifts.objects.filter(pk=key).values(), Shifts.objects.exclude(pk=key)
    before = row.get()
    kept = adds_only(of=(Employees, ShiftsEmployees, OutboxEvent))
    with others_write(key, {}, names_of(raise_bonus)), kept, same_rows(others):
        raise_bonus(key, amount)
    now, expected = row.get(), before["wage_bonus"] + amount
    if now | {"wage_bonus": 0} != before | {"wage_bonus": 0}:
        wrong("a bonus, and nothing else", "another column was written as well", WHOLE)
    if now["wage_bonus"] != expected:
        up = "The bonus goes up by the amount, and down by one below zero."
        memory = "What is set on an instance is in memory alone: it has to be stored."
        asked = f"a bonus of {expected} after {before['wage_bonus']} and {amount}"
        wrong(asked, f"it is {now['wage_bonus']}", memory if now == before and amount > 0 else up)


def beside(raise_bonus, key, changes):
    """Let another program change the row as soon as PostgreSQL would let it."""
    before = Shifts.objects.filter(pk=key).values("wage_bonus", "total_hours").get()
    with others_write(key, changes, names_of(raise_bonus)) as reads:
        raise_bonus(key, 30)
    stored = Shifts.objects.get(pk=key)
    lost = "what somebody else wrote meanwhile is lost"
    if "total_hours" in changes:
        if stored.total_hours != 12:
            wrong("other columns as somebody else wrote them meanwhile", lost, WHOLE)
        return
    if stored.wage_bonus != before["wage_bonus"] + 40:
        mistake = AGAIN if len(reads) > 1 else UNLOCKED
        if "another" in reads:
            mistake = "It is another row that was locked."
        if "locked" in reads:
            mistake = EARLY if reads[0] == "locked" else LATE
        wrong("both raises, yours and that of somebody else in the same moment", lost, mistake)


@contextmanager
def others_write(key, changes, names):
    """Write changes after the last read of the row that locks nothing; yields what was read.

    A read with a lock makes the other program wait for the end of the transaction.
    """
    reads, left = [], [changes] if changes else []

    def write():
        if left:
            Shifts.objects.filter(pk=key).update(**left.pop())

    def watch(execute, sql, *args):
        mine = key in (args[0] or ()) and "NOT" not in sql
        reading = "locked" if "FOR UPDATE" in sql else "read"
        if reading == "locked" and not (mine or {"WHERE", "LIMIT"}.isdisjoint(sql.split())):
            reading = "another"
        locks = reading == "locked"
        if reads and "locked" not in reads and (locks or sql.startswith("UPDATE")):
            write()  # before what was read is locked or written
        if connection.vendor == "sqlite":
            sql = sql.partition(" FOR UPDATE")[0]
        result = execute(sql, *args)
        if sql.startswith("SELECT") and "wage_bonus" in sql:
            reads.append(reading)
            if locks:
                transaction.on_commit(write)
        return result

    def lock_all(using=None):
        if reads and "locked" not in reads:
            write()
        lock_rota(using)
        reads.append("locked")
        transaction.on_commit(write)

    with ExitStack() as stack:
        for it in [it for it in (vars(scheduling), names) if it.get("lock_rota") is lock_rota]:
            stack.enter_context(patch.dict(it, lock_rota=lock_all))
        stack.enter_context(patch.object(connection.features, "has_select_for_update", True))
        stack.enter_context(connection.execute_wrapper(watch))
        try:
            yield reads
        except transaction.TransactionManagementError as error:
            kept = "A lock needs a transaction."
            wrong("a lock that lasts until the row is written", f"{error}", kept)
    write()
