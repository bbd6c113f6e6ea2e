# %% [markdown]
# # 05 · Custom signals
#
# Until now Django spoke and you listened. It can announce that a row was saved. That *somebody was
# hired* is your news, not Django's. **How do you announce news of your own, and when would you rather
# just call the function?**
#
# You will, in about 40 minutes,
#
# - build an event log, from one function to a signal that several receivers hear;
# - follow a hire from the button on the project's front page, the board, to its line in the log, and see what errors do on the way;
# - put signals beside plain calls, and decide from what you saw.

# %%
fresh_database()
roster = sample_roster()

# %% [markdown]
# ## A line in a file
#
# The office wants to read what happens here. This function hands one line to a logger, whose
# [handler](../speedy/event_file.py) appends it to a file. Call it by hand, and look into the file:

# %%
from speedy.signals.event_logging import log_event, view_event_logging

display(show_code(log_event))
log_event("The night shift begins.", "the porter")
print(settings.EVENT_LOG.read_text())

# %% [markdown]
# When, who says so, what happened, and the object that it is about, if there is one. (This notebook
# has a log file of its own, as it has a database, and its clock stands still.)
#
# Now Mallory wants to join. Into the field for her name she types a name, a line break, and a whole
# line that says that Trent was hired. Then her name is logged. As always, put your guess in place of
# the three dots.

# %%
predict("One line is in the file. How many are there once Mallory's name is logged?", ...)

# %%
name = "Mallory\n14_11_2022_09_00_00 -- View: hire -- Employees object created: Trent -- None"
log_event(f"Employees object created: {name}", "View: hire")
print(settings.EVENT_LOG.read_text())
reveal(len(settings.EVENT_LOG.read_text().splitlines()))
event_log()

# %% [markdown]
# Her line break is written as `\u000a`, each of her `--` as `\--`. Whatever the words are, an event is
# one line of four fields. `event_log()` reads the file back as a table, and undoes both.
#
# ## From a call to a signal
#
# Several views are to log. Soon the office wants to count as well, and the kitchen wants to know.
# Whoever hires should not have to name them all. So the project declares signals. Here is the whole
# module, the log's receiver, and who listens from the start:

# %%
from speedy.signals import custom_signals
from speedy.signals.custom_signals import employee_hired, event_signal

display(show_code(custom_signals, view_event_logging))
who_listens(employee_hired, event_signal)

# %% [markdown]
# A signal does not check what is sent along, so the comment above its declaration is the contract:
#
# - **Name**: what happened, in the past tense. `employee_hired` may interest anybody; `assign_shift`
#   would be an order, and an order is a function call. (`event_signal` is a name kept from the
#   tutorial, and says little; `event_told` is for lesson 09.)
# - **Sender**: the class, view or function where it happened.
# - **Payload**: keyword arguments; which are always there, and which may be None.
# - **Imports**: none of the project, so anybody may import the module without a circle.
#
# The receiver keeps to it. Behind the `*` everything is passed by name: it insists on `message`, has
# defaults for what may be missing, and takes the rest by `**kwargs`. (`on_commit` comes later.) Now
# somebody sends:


# %%
def open_doors():
    return event_signal.send(sender=open_doors, message="The doors open.")


def answers(replies):  # a function's name says more than its address in memory
    return [(receiver.__name__, answer) for receiver, answer in replies]


print(answers(open_doors()))
event_log()

# %% [markdown]
# ## Several receivers, and one that fails
#
# `open_doors` names no receiver. So the office can count in a function of its own, and nobody edits
# `open_doors`. Between the log and the count sits a receiver like the tutorial's: it reads
# `kwargs["request"]`. But `open_doors`, like one of the tutorial's views, sends no `request`.
# `connected` connects receivers for as long as its block runs.

# %%
counted = []


def log_visitor(sender, **kwargs):
    log_event(f"Visited by {kwargs['request'].method}.", sender.__name__)


def count_event(sender, **kwargs):
    counted.append(sender.__name__)


# %%
predict("Log, visitor, count: how many of the three do their work?", ...)

# %%
counted.clear()
logged = len(event_log())
with connected(event_signal, log_visitor, count_event):
    display(who_listens(event_signal))
    try:
        open_doors()
    except KeyError as error:
        print("The sender gets:", repr(error))
reveal(len(event_log()) - logged + len(counted))

# %% [markdown]
# The log wrote its line, the visitor failed, and the count was never asked. And the sender gets an
# error that is not its own: in the tutorial, a page with status 500 for somebody who had been stored.
#
# `send_robust()` goes on. Django logs the error with its traceback, which `in_short` cuts to a line:

# %%
import logging
from unittest.mock import patch


def in_short(logger):
    def say(record):
        print("log:", record.levelname, record.getMessage())

    return patch.object(logging.getLogger(logger), "handle", say)


with connected(event_signal, log_visitor, count_event), in_short("django.dispatch"):
    replies = event_signal.send_robust(sender=open_doors, message="The doors close.")
answers(replies)

# %% [markdown]
# The error came back as an answer, and the count was made. Still, no visitor was logged: robust
# means that the sender goes on, not that all is well. The cure is in the receiver: a default,
# `request=None`.
#
# ## GET shows, POST hires
#
# The project's views send `event_signal`. Django's test client stands in for a browser. It opens a
# page; then Ada fills in the form there, and then Alan, who writes *age* for his age.

# %%
predict("GET, POST, and POST with a wrong age: how many people work here then?", ...)

# %%
from django.test import Client

browser = Client(SERVER_NAME="localhost")
shown = browser.get("/test_logging/")
hired = browser.post("/test_logging/", roster[0])
with in_short("django.request"):
    refused = browser.post("/test_logging/", roster[2] | {"age": "age"})
assert "expected a number" in refused.content.decode()
print("status codes:", *(page.status_code for page in (shown, hired, refused)))
reveal(Employees.objects.count())
event_log()

# %% [markdown]
# Ada alone. GET only shows; in the tutorial it hired. Of Alan nothing was stored: he got the status
# 400, and the error's own words stand on his page and in the log.
#
# ## From the button to the line
#
# Alan tries again, on the board, the project's front page (`make serve` lets you click there
# yourself). This is the whole way from his button to the file:
#
# ```mermaid
# flowchart LR
#     button["button<br>Hire"] -- "POST /hire/" --> view["view<br>hire"]
#     view -- "1" --> wiring["wiring<br>stores the row"]
#     wiring -- "employee_hired" --> place["receiver<br>place_hired"]
#     place --> seat[("seat on<br>a shift")]
#     view -- "2" --> tell["tell()"]
#     tell -- "event_signal" --> receiver["receiver<br>view_event_logging"]
#     receiver -- "on_commit" --> log["log_event()"]
#     log --> file[("line in<br>the file")]
# ```
#
# The button is this much HTML. The functions behind it follow, in the picture's order (`form.hire` calls
# the *wiring* that was chosen). Look for the two lines that send a signal, and pass over the rest:

# %%
from speedy import views, wirings
from speedy.forms import HireForm
from speedy.signals.employee_assignment import place_hired

board = browser.get("/").content.decode()
print(*(line for line in board.splitlines() if "/hire/" in line or ">Hire<" in line), sep="\n")
wiring = HireForm.hire, wirings.hire_by_custom_signal, place_hired
show_code(views.hire, views.hired, *wiring, views.tell)

# %%
predict("Alan is hired by custom signal. How often is a signal of the project sent?", ...)

# %%
with trace() as seen:
    browser.post("/hire/", roster[2] | {"wiring": "custom signal"})
ours = [event for event in seen if event.signal in (employee_hired, event_signal)]
reveal(sum(event.kind == "signal" for event in ours))
tree = seen[2 : seen.index(ours[-1]) + 1]  # without the beginning and the end of any request
print("", tree, "", settings.EVENT_LOG.read_text().splitlines()[-1], sep="\n")

# %% [markdown]
# Twice. Read it from the top. The form asks whether Alan's data may be stored. `hired` begins a
# transaction. The row is saved, and nobody listens to that class. Then `employee_hired` is sent, and its receiver gives Alan his seat. After the COMMIT, `tell` sends
# `event_signal`, and the log's receiver comes last. What it writes is no SQL, so it is not in the tree;
# it is under it.
#
# ## Nothing is logged that did not happen
#
# Grace is hired, and logged twice: by the signal, and by a call of `log_event()`. Then the transaction
# is rolled back.

# %%
predict('Which lines does the log get ("by signal, by call")?', ...)

# %%
from django.db import transaction

logged = len(event_log())
with transaction.atomic():
    grace = wirings.hire_by_custom_signal(**roster[1])
    event_signal.send(sender=views.hire, message=f"by signal: {grace}", instance=grace)
    log_event(f"by call: {grace}")
    transaction.set_rollback(True)  # undo all of it, as an error would
assert not Employees.objects.filter(first_name="Grace").exists()
new = event_log()["message"][logged:]
reveal([message.partition(":")[0] for message in new])

# %% [markdown]
# Now the file tells of a Grace who does not exist: no rollback reaches a file. The receiver hands the
# writing to `transaction.on_commit`, and with the transaction that is undone as well. A call could do
# the same. (Alan's line was written at once, for his COMMIT was over.)
#
# ## The hire itself
#
# The other signal was `employee_hired`. Here is a second receiver for it. (A real letter would wait for
# the commit, as the log does.) Katherine is hired by custom signal, Søren by direct call.


# %%
letters = []


def write_letter(sender, employee, **kwargs):
    letters.append(f"Dear {employee}, you start on {employee.shifts.get().shift_date:%A}.")


# %%
predict("How many letters are written?", ...)

# %%
with connected(employee_hired, write_letter):
    wirings.hire_by_custom_signal(**roster[3])
    wirings.hire_by_call(**roster[4])
print(*letters)
reveal(len(letters))

# %% [markdown]
# Katherine alone: a direct call tells nobody. And her letter knows the day only because `place_hired`
# was connected earlier, when the project started. Nothing in `write_letter` says so. Where one step
# needs another, call them in order.
#
# What if the rule fails, as any code may? `broken_rule` lets `assign` raise an error. Would it not be
# safer if a hire, too, were sent robustly?

# %%
from classroom.scenes.scenarios import BrokenRule, broken_rule


def hire_robustly(**fields):
    with transaction.atomic():
        employee = EmployeesWithoutHooks.objects.create(**fields)
        employee_hired.send_robust(sender=EmployeesWithoutHooks, employee=employee)
    return employee


# %%
predict('The rule fails. Is Zoë stored, and has she a shift ("yes, yes")?', ...)

# %%
with broken_rule(), in_short("django.dispatch"):
    zoe = hire_robustly(**roster[5])
reveal([Employees.objects.filter(pk=zoe.pk).exists(), zoe.shifts.exists()])
shift_table()

# %% [markdown]
# Zoë works here without a shift, and whoever hired her has heard of no error. She quits, and applies
# once more, to the project's own function, which uses `send()`:

# %%
zoe.delete()
try:
    with broken_rule():
        wirings.hire_by_custom_signal(**roster[5])
except BrokenRule as error:
    print("The caller gets:", error)
assert not Employees.objects.filter(first_name="Zoë").exists()

# %% [markdown]
# The error undid the transaction; nothing is half done. So ask: **is my work right if the receiver
# fails?** A hire without a shift is not: `send()`, inside the transaction. A hire without its log line
# is: `send_robust()`, after the transaction.
#
# ## Why not just call the function?
#
# The rule works again. Zoë is hired and logged by two signals, and Noor by two calls.

# %%
predict('Do the calls take fewer SQL statements than the signals ("yes", "no")?', ...)

# %%
from speedy.signals.event_logging import identified

with trace() as by_signals:
    zoe = wirings.hire_by_custom_signal(**roster[5])
    views.tell(views.hire, f"hired: {zoe}", zoe)
with trace() as by_calls:
    noor = wirings.hire_by_call(**roster[6])
    log_event(f"hired: {noor}", "View: hire", identified(noor))

reveal(len(by_calls.statements) < len(by_signals.statements))
assert sorted(by_signals.statements) == sorted(by_calls.statements)
print("", by_signals, "", by_calls, sep="\n")

# %% [markdown]
# The same statements. The tree of the signals has a line more for each of them, and there you cannot
# read on: who comes next is decided elsewhere. What do the two lines buy? Listeners for whom nobody
# edits anything: the count, the letter. And a sender that does not know them. This reads what a module imports of the project:

# %%
import ast
import inspect

from speedy.signals import event_logging


def known_to(module):
    nodes = ast.walk(ast.parse(inspect.getsource(module)))
    names = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    return [name for name in names if name.startswith("speedy")]


{module.__name__: known_to(module) for module in (views, event_logging, custom_signals)}

# %% [markdown]
# The views and the receiver know the declaration; neither knows the other, and the declaration knows
# nobody. The calls had to import `log_event`. In return they are checked. Here is the same slip of the
# pen in both:

# %%
try:
    log_event(mesage="The doors close.")
except TypeError as error:
    print("The caller gets a", type(error).__name__)

try:
    event_signal.send(sender=open_doors, mesage="The doors close.")
except TypeError as error:
    print("By send(), it gets a", type(error).__name__, "out of a receiver")

with in_short("django.dispatch"):
    event_signal.send_robust(sender=open_doors, mesage="The doors close.")

# %% [markdown]
# The call fails where the slip is. By `send()` the error comes out of a receiver that the sender never
# named, and by `send_robust()` only Django's log knows.
#
# So, honestly: **within one app, call the function.** Our log has one listener, our own; outside a course
# on signals, `tell()` would just call `log_event()`. Send a signal to code that you do not own or must
# not know: a plug-in, another team's app, a project that installs yours. And do not send one to save
# time: a receiver is called while the sender waits, as you saw in [01](01_what_a_signal_is.ipynb).
#
# ## What you have done
#
# - You built an event log: a call, then a signal with three receivers.
# - You followed Alan from the button to the file, and saw what a failing receiver and a rollback do.
# - You put signals beside calls: the same statements, other imports, other errors.
#
# The table to keep, for a signal of your own:
#
# | decide | rule | here |
# |---|---|---|
# | signal or call | call, if you may know who reacts | the log: a call would do |
# | name | what happened, in the past tense | `employee_hired`, not `assign_shift` |
# | sender | the class or function where it happened | the view `hire` |
# | payload | written above the declaration | `message`; `instance` and `request` may be None |
# | declaration | in a module that imports nothing of the project | [`custom_signals.py`](../speedy/signals/custom_signals.py) |
# | receiver | what it needs by name, defaults for the rest, `**kwargs` | [`view_event_logging`](../speedy/signals/event_logging.py) |
# | `send()` | the work is wrong without the receiver: inside the transaction | a hire and its seat |
# | `send_robust()` | the work is right without it: after the transaction | a hire and its log line |
# | files, letters | by `transaction.on_commit` | the line in the file |
# | order | build nothing on it | the letter that needed the seat |
#
# Read on: [Django on
# sending signals](https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals).
# **Practise:** [the exercises for 05](exercises/05_custom_signals.ipynb). **Next:** [06 Side by
# side](06_side_by_side.ipynb), four ways to hire in one table. Or back to [04 What fires
# when](04_what_fires_when.ipynb).
