"""Use every public name of whatfires in this project; the last line says that all is well."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from time import process_time

import whatfires  # before there are settings

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"

import django

django.setup()

from archive.models import Elsewhere
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.signals import setting_changed
from django.db import transaction
from django.db.models.signals import post_save, pre_save
from shop.models import (
    Broken,
    Copied,
    Keyed,
    Locker,
    Loud,
    Odd,
    Order,
    Soft,
    Tagged,
    Threaded,
    Worker,
)
from shop.signals import act_outside, on_paid, order_paid

from whatfires import (
    connected,
    disconnected,
    listening,
    muted,
    trace,
    what_fires,
    who_listens,
)

HERE = Path(__file__).parent
default_storage.exists("a lazy object, which connects to setting_changed when it is first used")
BEFORE = {id(it): list(it.receivers) for it in (pre_save, post_save, setting_changed, order_paid)}


def all_is_as_before():
    kept = (pre_save, post_save, setting_changed, order_paid)
    assert {id(it): list(it.receivers) for it in kept} == BEFORE


def files():
    found = (path for path in HERE.rglob("*") if path.is_file())
    return {path.name for path in found if path.suffix not in (".pyc", ".py")}


def not_run(fires):
    return {row["operation"]: row["passed"] for row in fires if row["save()"] == "?"}


assert str(HERE) not in whatfires.__file__ and "site-packages" in whatfires.__file__
for part in ("templates/whatfires/panel.html", "static/whatfires/panel.css"):
    assert (Path(whatfires.__file__).parent / part).is_file(), part
assert not {"pandas", "django.test", "django.contrib.auth", "classroom"} & set(sys.modules)
for alias in ("default", "elsewhere"):
    call_command("migrate", run_syncdb=True, database=alias, verbosity=0)
with muted(post_save):
    for number in (1, 2):
        Order.objects.create(code=f"R{number}")
        Elsewhere.objects.create(title=f"T{number}", code=f"c{number}")


def real_rows():
    return Order.objects.count(), Elsewhere.objects.count()


# what_fires: no real row is touched, nothing leaves, and no operation ends the table
assert real_rows() == (2, 2)
assert files() == {"default.sqlite3", "elsewhere.sqlite3", "shop.log"}, files()
present = files()
start = process_time()  # of this process: others may keep the machine busy
fires = what_fires(Order)
taken = process_time() - start
assert len(fires) > 30 and not_run(fires) == {}, not_run(fires)
assert fires.fired("Order.objects.create(...)")["post_save"] == 1
assert fires.fired("bulk_create(), 2 rows") == {}
assert [it["what"] for it in fires.skipped("bulk_create(), 2 rows")] == ["act_outside"]
assert not any("admin" in row["operation"] for row in fires)
assert not_run(what_fires(Elsewhere)).keys() <= {"queryset.update(...), 2 rows"} | {
    "await queryset.aupdate(...)"
}
assert taken < 5, f"a table took {taken:.1f} s"
refused = not_run(what_fires(Loud, "one row"))
assert (
    "nothing leaves the process: a connection to 192.0.2.1" in refused["loud.save(), a new one"]
), refused
threading.excepthook = lambda args: None  # its threads are refused the locked tables
what_fires(Threaded)
threading.excepthook = threading.__excepthook__
assert real_rows() == (2, 2) and files() == present, files() - present
assert (HERE / "shop.log").read_text() == ""
assert "out of order" in not_run(what_fires(Broken, "one row"))["broken.delete()"]
odd, keyed = what_fires(Odd), what_fires(Keyed, "one row")
assert odd.fired("odd.friends.add(a, b)")["m2m_changed"] == 2
assert len(not_run(odd)) < len(odd) / 4, not_run(odd)
assert keyed.fired("Keyed.objects.get_or_create(...), creates")["save()"] == 1

# rows of models that ask for more than a value a field
for model in (Copied, Tagged, Worker, Locker, Keyed):
    assert not_run(what_fires(model)) == {}, not_run(what_fires(model))
assert not any("bulk_update" in row["operation"] for row in what_fires(Keyed))  # of what?

# a surprise is true of its row, and names whom it concerns
soft = what_fires(Soft)
assert soft.fired("queryset.delete(), 2 rows")["delete()"] == 2
assert "It skips delete()" not in repr(soft.surprises(everything=True))
assert "One UPDATE in SQL" in repr(soft.surprises(everything=True))
assert "Not called: act_outside (shop.signals:" in repr(what_fires(Order, "bulk").surprises())
assert "no receiver and no override is concerned" in repr(what_fires(Keyed).surprises())

made = what_fires(Order, "create", make=lambda number: Order(code=f"X{number}"))
assert "◆" in repr(made) and "<table" in made._repr_html_() and made.surprises() is not None
all_is_as_before()

# who_listens: signals of installed apps, wherever they are kept
names = {row["signal"] for row in who_listens()}
assert {"order_paid", "Till.opened", "_internal", "post_save"} <= names, names
[row] = who_listens(post_save, Order)
assert (row["sender"], row["receiver"]) == ("shop.Order", "act_outside")
assert "shop.Order → act_outside" in repr(who_listens(Order))
assert "<table" in who_listens(order_paid)._repr_html_()

# trace
with disconnected(post_save, act_outside, sender="shop.Order"), trace() as seen:
    Order.objects.create(code="T")
assert [event.what for event in seen if event.kind == "signal"][-2:] == ["pre_save", "post_save"]
assert "Order.save() order T" in repr(seen.tree()) and "<pre" in seen._repr_html_()
assert len(seen.filter(post_save, sender=Order)) == 1
assert seen.statements[-1].startswith("INSERT")
assert seen[-1].came_from.startswith("__main__:"), seen[-1].came_from
assert "ms ⇠ __main__:" in repr(seen.tree(times=True, lines=True, include=[Order, "method"]))
with trace(exclude="sql", limit=1000) as seen, transaction.atomic():
    transaction.on_commit(lambda: order_paid.send(None, amount=3, iban="GB-" + "1"), robust=True)
    Order.objects.create(code="V")
assert [event.what for event in seen if event.kind == "mail"] == ["Paid"]
assert [event.outcome for event in seen if event.kind == "on_commit"] == ["run after COMMIT"]
assert f"GB-{1}" not in seen.json() and seen.left_out  # the lines of this file are in it
assert seen.receivers()[0]["receiver"] in ("act_outside", "lambda")

# temporary wiring
with muted(post_save), listening(order_paid, pre_save, sender="shop.Order") as heard:
    order_paid.send(sender="shop.Order", amount=3)
    Order.objects.create(code="U")
assert [row["signal"] for row in heard] == ["order_paid", "pre_save"], heard
assert heard[0]["arguments"] == "amount=3" and "order_paid" in repr(heard)
calls = []


def note(**kwargs):
    calls.append(kwargs["sender"])


with connected(order_paid, note):
    order_paid.send(sender=None)
order_paid.send(sender=None)
assert calls == [None]
with disconnected(order_paid, on_paid):
    assert order_paid.send(sender=None) == []
all_is_as_before()


# IPython hands over a shell, and nothing here imports it
class Shell:
    user_ns, magics = {}, {"cell": {}, "line": {}}
    magics_manager = property(lambda self: self)

    def register_magic_function(self, function, kind, name):
        self.magics[kind][name] = function

    def set_hook(self, name, hook, str_key):
        assert "shop.Order" in hook(self, None) and str_key == "%who_listens"


whatfires.load_ipython_extension(Shell())
assert "act_outside" in repr(Shell.magics["line"]["who_listens"]("Order"))
whatfires.unload_ipython_extension(Shell())
assert Shell.magics == {"cell": {}, "line": {}} and "IPython" not in sys.modules


# the commands, of an installed app
def managed(*command):
    return subprocess.run(
        [sys.executable, "-m", "django", *command],
        env={**os.environ, "MORE_APPS": "whatfires", "PYTHONPATH": str(HERE)},
        capture_output=True,
        text=True,
    )


assert "shop.Order → act_outside" in managed("who_listens", "shop.Order").stdout
checked = managed("what_fires", "--check")
assert "post_save: shop.signals.act_outside" in checked.stdout and checked.returncode == 1, checked
assert "bulk_create" in managed("what_fires", "shop.Order", "bulk_create").stdout

# tables need pandas, and say so; nothing else does
for rows in (seen, heard, who_listens(), fires):
    try:
        rows.table()
    except ImportError as error:
        assert "whatfires[tables]" in str(error)
    else:
        raise AssertionError("a table without pandas")
assert "pandas" not in sys.modules
print(f"{len(fires)} operations in {taken:.2f} s")
print(f"all is well on Django {django.__version__}, Python {sys.version.split()[0]}")
