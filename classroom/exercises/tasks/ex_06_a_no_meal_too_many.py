from classroom.exercises.vocabulary import *

task = Task.of('''
06-a: No meal too many (write, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
== call: order_one_meal(sender, instance, created, ...)
== starter
def order_one_meal(sender, instance, created, raw, **kwargs):
    """Log a meal for each new person, once the person is committed."""
== hints
- What tells a new person from an edit, and what waits for the commit?
- If `created and not raw`, give `transaction.on_commit` a function: `lambda: log_event(f"A meal for {instance}.",
  "kitchen")`.
== solution
from django.db import transaction

from speedy.signals.event_logging import log_event


def order_one_meal(sender, instance, created, raw, **kwargs):
    if created and not raw:
        transaction.on_commit(lambda: log_event(f"A meal for {instance}.", "kitchen"))
== why
After a rollback the callback is dropped, with everything else that the transaction held. With `not raw` a fixture
orders nothing.
== equal: no answer
== others
def order_one_meal(instance, created, raw=False, **kwargs):
    def order():
        log_event(f"A meal for {instance}.", "kitchen")
    if created and not raw:
        transaction.on_commit(order, robust=True)
== mistakes
# asks for an employee -> asks for `employee`
sender, instance, => sender, employee,
{instance}. => {employee}.
# at once -> rolled back
transaction.on_commit(lambda: log_event(f"A meal for {instance}.", "kitchen")) => log_event(f"A meal for {instance}.", "kitchen")
# calls the function instead of handing it over -> the brackets after it
lambda: log_event => log_event
# edits, too -> an edit
instance, created, raw, * => instance, *
if created and not raw: => transaction.on_commit(lambda: log_event(f"A meal for {instance}.", "kitchen"))
        transaction.on_commit(lambda: log_event(f"A meal for {instance}.", "kitchen")) =>
# asks for the key, as before a save -> does your condition hold
instance, created, raw, * => instance, raw, *
created and not raw => instance.pk is None and not raw
# writes outside a transaction alone -> keeps it till then
-         transaction.on_commit(lambda: log_event(f"A meal for {instance}.", "kitchen"))
+         if not transaction.get_connection().in_atomic_block:
+             log_event(f"A meal for {instance}.", "kitchen")
# once for each name -> after four people
seen = set()
    if created and not raw and str(instance) not in seen:
        transaction.on_commit(lambda: seen.add(str(instance)))
        transaction.on_commit(lambda: log_event(f"A meal for {instance}.", "kitchen"))
# whenever the two differ -> over a row that is there
created and not raw => created != raw
# remembers whom it has seen -> whom another process stored
seen = set()
    if not raw and instance.pk not in seen:
        transaction.on_commit(lambda: seen.add(instance.pk))
        transaction.on_commit(lambda: log_event(f"A meal for {instance}.", "kitchen"))
# looks for somebody of that name -> of the right person
{instance}. => {Employees.objects.filter(first_name=instance.first_name).first()}.
# two for each -> and no more
"kitchen")) => "kitchen") or log_event(f"A meal for {instance}.", "kitchen"))
# prints -> print() and return do not
log_event(f"A meal for {instance}.", "kitchen") => print(f"A meal for {instance}.")
''')


@task.judge
def judge(order_one_meal):
    post_save.connect(asked(order_one_meal), sender=EmployeesWithoutHooks, weak=False)
    create = EmployeesWithoutHooks.objects.create
    ada, grace, alan, *_ = (partial(create, **it) for it in sample_roster())
    with transaction.atomic():
        ada()
        transaction.set_rollback(True)
    early = "It was written at once: transaction.on_commit() waits for the commit."
    expect_meals([], "for a hire that is rolled back", early)
    with trace() as seen:
        hired = ada()
    never = "on_commit() got nothing: does your condition hold for somebody who was just stored?"
    waits = seen.filter(kind="on_commit")
    expect_meals([hired], "for a hire outside a transaction", "" if waits else never)
    hired.save()
    EmployeesWithoutHooks.objects.get(pk=hired.pk).save()  # in another process
    expect_meals([hired], "in all, after an edit", "Only `created` tells an edit.")
    EmployeesWithoutHooks(pk=77, **sample_roster()[3]).save_base(raw=True)  # as loaddata does
    fixture = "What a fixture loads is no newcomer: look at `raw`."
    expect_meals([hired], "in all, after a fixture, where `raw` is True", fixture)
    EmployeesWithoutHooks(pk=77, **sample_roster()[3]).save_base(raw=True)
    expect_meals([hired], "in all, after a fixture over a row that is there")
    [unseen] = unheard(5)
    EmployeesWithoutHooks.objects.get(pk=unseen.pk).save()
    expect_meals([hired], "in all, after an edit of somebody whom another process stored")
    each = "Each of them gets a meal of their own name, also two of one name."
    with transaction.atomic():
        more = [grace(), alan(), ada(), ada(last_name=stranger()["first_name"])]
        with transaction.atomic():  # a savepoint, which is rolled back alone
            ada()
            transaction.set_rollback(True)
        expect_meals([hired], "before the commit")
    if len(logged()) == 1:
        each = "A transaction was open, and it was committed: transaction.on_commit() keeps it till then."
    expect_meals([hired, *more], "in all, after four people in one transaction", each)
