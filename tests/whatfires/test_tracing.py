"""A trace shows what happened, in order, and changes none of it."""

import asyncio
import gc
import inspect
import logging
import pickle
import re
import sys
import threading
import weakref
from contextlib import suppress
from copy import copy, deepcopy
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_init, post_save
from django.dispatch import Signal
from django.test.utils import CaptureQueriesContext, isolate_apps
from django.utils.decorators import method_decorator

from classroom import trace
from speedy.models import Employees, Shifts, ShiftsEmployees
from whatfires import connected
from whatfires.frames import with_pandas
from whatfires.wrappers import position

ADA = {"first_name": "Ada", "last_name": "Quillbrook", "address": "Ely", "age": 33}
NOW_AND_THEN = Signal()


def story(recorded):
    """The kinds and names of what happened, without the signals that every instance sends."""
    return [(event.kind, event.what) for event in recorded if not event.what.endswith("_init")]


def signals_of(recorded):
    return [what for kind, what in story(recorded) if kind == "signal"]


def first(recorded, **attributes):
    return next(
        event
        for event in recorded
        if all(getattr(event, name) == value for name, value in attributes.items())
    )


def test_traces_that_do_not_end_in_their_order_leave_none_open_and_hear_on():
    """A block that an interrupt left ends once nobody holds its error, maybe inside another."""
    left, other = trace(), trace()
    early, late = left.__enter__(), other.__enter__()
    left.__exit__(None, None, None)
    NOW_AND_THEN.send(None)
    other.__exit__(None, None, None)
    assert (signals_of(early), signals_of(late)) == ([], ["NOW_AND_THEN"])
    assert position.get() is None
    with trace() as outer:
        with trace():
            pass
        NOW_AND_THEN.send(None)
    assert signals_of(outer) == ["NOW_AND_THEN"]


def test_one_hire_reads_like_a_story(hire):
    hire("Grace")
    with trace() as seen:
        hire("Ada")
    assert [line.partition(" employee_assignment:")[0] for line in repr(seen).splitlines()[:5]] == [
        "Employees.save() Ada Okafor",
        "├─ pre_save from Employees → wipe_before_hire",
        "│  └─ SELECT from speedy_shifts where shift_date < 2022-11-14",
        "├─ INSERT into speedy_employees",
        "└─ post_save from Employees (created) → employee_created",
    ]
    assert "ShiftsEmployees.save() Ada Okafor on the shift of 2022-11-14" in repr(seen)
    assert len(repr(seen).splitlines()) < 20


def test_an_override_is_entered_once_and_its_place_is_told(hire):
    shift = Shifts.objects.create()
    [ada] = hire("Ada")
    ShiftsEmployees.objects.all().delete()
    with trace() as seen:
        ShiftsEmployees(employee=ada, shift=shift).save()
    [method] = seen.filter(kind="method")
    assert (method.what, method.sender, method.override) == ("save()", "ShiftsEmployees", True)
    assert method.where.startswith("speedy.models.shifts:")


@pytest.mark.django_db
def test_a_plain_save_is_seen_too_and_a_signal_though_nobody_listens():
    with trace() as seen:
        Shifts.objects.create()
    [method] = seen.filter(kind="method")
    assert (method.sender, method.override, method.where) == ("Shifts", False, "")
    saved = first(seen, what="post_save")
    assert (saved.sender, saved.heard, saved.arguments["created"]) == ("Shifts", 0, True)
    assert "· nobody listens" in repr(seen)


@isolate_apps("speedy")
def test_an_override_in_a_mixin_or_an_abstract_base_is_seen():
    class Polite:
        def save(self, *args, **kwargs):
            return super().save(*args, **kwargs)

    class Base(models.Model):
        class Meta:
            app_label = "speedy"
            abstract = True

        def delete(self, *args, **kwargs):
            return (0, {})

    class Guest(Polite, Base):
        class Meta:
            app_label = "speedy"

        def __str__(self):
            return "a guest"

    with trace() as seen:
        with pytest.raises(RuntimeError, match="Database access not allowed"):
            Guest().save()
        Guest().delete()
    overrides = [event.what for event in seen.filter(kind="method") if event.override]
    assert overrides == ["save()", "delete()"]
    assert first(seen, what="save()").failed


def test_a_method_that_was_patched_in_goes_by_the_name_it_was_given(db):
    def something_else(self):
        pass

    with patch.object(Shifts, "delete", something_else, create=True), trace() as seen:
        Shifts().delete()
    [method] = seen.filter(kind="method")
    assert (method.what, method.override) == ("delete()", True)


def test_a_delivery_names_its_receiver_and_its_place(hire):
    with trace() as seen:
        hire("Ada")
    delivery = first(seen, what="employee_created", kind="delivery")
    assert delivery.where.startswith("speedy.signals.employee_assignment:")
    assert delivery.parent.what == "post_save"
    assert delivery.queries == delivery.parent.queries > 0


def test_a_signal_that_is_about_nobody_is_about_nobody():
    with trace() as seen:
        Signal().send(sender=None, instance=None)
    assert seen[0].instance == ""
    assert "about" not in repr(seen.tree())


def test_a_signal_of_ones_own_bears_the_name_of_its_module_level_variable():
    with trace() as seen:
        NOW_AND_THEN.send(sender="the night shift", shift=3)
        Signal().send(sender=None)
    assert [event.what for event in seen] == ["NOW_AND_THEN", "a signal without a name"]
    assert (seen[0].sender, seen[0].arguments) == ("the night shift", {"shift": 3})


def test_what_matters_of_the_arguments_is_in_columns(hire):
    ada, grace = hire("Ada", "Grace")
    shift = Shifts.objects.create(shift_date="2022-12-01")
    with trace() as seen:
        ada.save(update_fields=["age"])
        shift.employees_shift.add(ada, grace)
        Employees.objects.filter(pk=ada.pk).delete()
    table = seen.table()
    saved = table[(table["kind"] == "signal") & (table["what"] == "  post_save")].iloc[0]
    assert (saved["created"], saved["raw"], saved["update_fields"]) == (False, False, "{age}")
    assert saved["using"] == "default"
    added = table[(table["kind"] == "signal") & (table["what"] == "m2m_changed")]
    assert list(added["action"]) == ["pre_add", "post_add"]
    assert f"pk_set={{{ada.pk}, {grace.pk}}}" in added["other"].iloc[0]
    deleted = table[(table["kind"] == "signal") & (table["what"] == "post_delete")]
    assert set(deleted["origin"]) == {"queryset of Employees"}


def test_the_table_has_its_columns_and_a_row_an_event(hire):
    with trace() as seen:
        hire("Ada")
    table = seen.table()
    assert list(table) == [
        *("what", "kind", "sender", "instance", "created", "raw", "update_fields", "action"),
        *("origin", "using", "other", "transaction", "queries", "ms", "outcome", "where"),
        *("came_from", "sql"),
    ]
    assert len(table) == len(seen)
    assert (table["ms"] >= 0).all()
    assert table["queries"].iloc[2] == len(seen.statements)
    assert "SELECT" not in table._repr_html_().replace("SELECT from", "")


@pytest.mark.django_db(transaction=True)
def test_it_tells_whether_a_transaction_is_open():
    with trace() as seen:
        Shifts.objects.create(shift_date="2022-12-01")
        with transaction.atomic():
            Shifts.objects.create(shift_date="2022-12-02")
    saved = [event.transaction for event in seen if event.what == "post_save"]
    assert saved == [False, True]
    statements = [sql.split()[0] for sql in seen.statements if not sql.startswith("LOCK")]
    assert statements == ["INSERT", "BEGIN", "INSERT", "COMMIT"]


def test_it_is_a_sequence(hire):
    with trace() as seen:
        hire("Ada")
    assert seen[0].what == "pre_init"
    assert [event.what for event in seen[:2]] == ["pre_init", "post_init"]
    assert list(seen) == [seen[number] for number in range(len(seen))]
    assert seen[-1] in seen


@pytest.mark.parametrize("copied", [copy, deepcopy])
def test_a_copy_shows_the_same_and_shares_what_happened(hire, copied):
    """A copy of a tree, and a deep one of a trace or an event, was a TypeError."""
    with trace(limit=5) as seen:
        hire("Ada")
    part = seen.only(include="no_such_signal", silent=False)
    for it in (seen, part, seen.tree(), seen[0]):
        assert repr(copied(it)) == repr(it) and type(copied(it)) is type(it)
    assert copied(seen.tree())._repr_html_() == seen.tree()._repr_html_()
    assert list(copied(seen)) == list(seen) and copied(seen).left_out == seen.left_out > 0


def test_a_pickle_of_what_lives_here_is_a_sentence_and_its_steps_can_be_pickled(hire):
    with trace() as seen:
        hire("Ada")
    for it in (seen, seen[0], seen.tree()):
        with pytest.raises(TypeError, match=rf"this {type(it).__name__} refers .* steps\(\)"):
            pickle.dumps(it)
    steps, text, table = pickle.loads(pickle.dumps((seen.steps(), str(seen.tree()), seen.table())))
    assert steps == seen.steps() and text == seen.tree() and repr(table) == repr(seen.table())


def test_it_is_filtered_by_signal_sender_and_kind(hire):
    with trace() as seen:
        hire("Ada")
    by_signal = seen.filter(post_save)
    assert {event.what for event in by_signal} == {
        "post_save",
        "employee_created",
        "count_seat",
    }
    assert list(seen.filter("post_save")) == list(by_signal)
    by_both = seen.filter(post_save, sender=Employees)
    assert [event.what for event in by_both] == ["post_save", "employee_created"]
    assert list(seen.filter(post_save).filter(sender="Employees")) == list(by_both)
    assert len(by_both.table()) == 2
    assert "employee_created" in repr(by_both)


def test_a_filter_that_makes_no_sense_is_refused():
    with trace() as seen:
        pass
    with pytest.raises(TypeError, match="expected a signal, such as post_save, or its name"):
        seen.filter(Employees)
    with pytest.raises(TypeError, match="expected one of method, signal, delivery, sql, "):
        seen.filter(kind="query")


def test_a_tree_is_a_text():
    with trace() as seen:
        Signal().send(None)
    tree = seen.tree()
    assert tree[:2] == repr(tree)[:2] and tree.splitlines()[-1] in f"{tree}"
    assert tree == repr(tree) == str(tree) and "nobody listens" in tree


def test_a_long_line_of_a_tree_goes_on_behind_its_branches():
    bell, echo = Signal(), Signal()

    def answer(sender, **kwargs):
        echo.send("the wall", **dict.fromkeys("abcdefgh", "again"))

    bell.connect(answer)
    with trace() as seen:
        bell.send("a tower", told=" ".join(["ding"] * 20), when=" ".join(["soon"] * 20))
        bell.send("a tower")
    tree = seen.tree(lines=True)
    assert all(len(text) <= 80 for text in tree.splitlines())
    first, inner = (line.text().splitlines() for line in tree.lines[:2])
    assert len(first) > 2 and {text[:3] for text in first[1:]} == {"│  "}
    assert inner[0][:3] == "└─ " and {text[:6] for text in inner[1:]} == {" " * 6}
    words = " ".join(words for words, _ in tree.lines[0].words)
    assert " ".join(text.removeprefix("│  ") for text in first) == words
    assert not any(text.endswith(("→", "⇠")) for text in tree.splitlines())


def test_a_table_without_pandas_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with_pandas.cache_clear()  # what was imported before is found again afterwards
    with trace() as seen, pytest.raises(ImportError, match=r"pip install .*whatfires\[tables\]"):
        seen.table()


def test_nothing_to_show_is_said():
    with trace() as seen:
        pass
    assert len(seen) == 0
    assert repr(seen.table()) == "Nothing happened."
    assert repr(seen.tree()) == "0 SQL statements, 0 signals sent"


def test_a_part_says_how_much_was_left_out_and_nothing_of_sql_that_it_may_have_lost(hire):
    with trace() as seen:
        hire("Ada")
    part = seen.filter(kind="delivery")
    assert part.left_out == len(seen) - len(part) > 0
    assert repr(part.tree()).endswith(f"0 signals sent; left out: {part.left_out} events")
    assert "SQL" not in repr(part.tree()).splitlines()[-1]
    assert "SQL statements" in repr(seen.filter(kind="sql").tree()).splitlines()[-1]


@pytest.mark.django_db(transaction=True)
def test_an_exception_leaves_a_whole_trace_and_everything_unwrapped():
    send, save = Signal.send, Model.save
    with pytest.raises(IntegrityError), trace() as seen:
        assert Signal.send is not send
        Employees.objects.create(**ADA | {"last_name": ""})
    assert (Signal.send, Model.save) == (send, save)
    method, insert = first(seen, kind="method"), first(seen, what=seen.statements[-1])
    assert method.failed
    assert insert.outcome.startswith("raised IntegrityError: ")
    assert "✗ raised IntegrityError" in repr(seen)


def test_a_receiver_that_fails_is_named_and_the_failure_passes_through():
    def fail(**kwargs):
        raise RuntimeError("no coffee")

    NOW_AND_THEN.connect(fail)
    with trace() as seen, pytest.raises(RuntimeError, match="no coffee"):
        NOW_AND_THEN.send(sender=None)
    NOW_AND_THEN.disconnect(fail)
    assert [event.outcome for event in seen] == ["raised RuntimeError: no coffee"] * 2


def test_send_robust_answers_and_logs_as_it_does_untraced(caplog):
    def fail(**kwargs):
        raise RuntimeError("no coffee")

    NOW_AND_THEN.connect(fail)
    with trace() as seen, caplog.at_level(logging.ERROR, logger="django.dispatch"):
        [(receiver, error)] = NOW_AND_THEN.send_robust(sender=None)
    NOW_AND_THEN.disconnect(fail)
    assert receiver is fail
    assert isinstance(error, RuntimeError)
    assert fail.__qualname__ in caplog.text
    assert [event.failed for event in seen] == [False, True]


def test_async_receivers_are_seen_under_send_and_asend():
    async def later(**kwargs):
        await asyncio.sleep(0)
        return "later"

    def now(**kwargs):
        return "now"

    for receiver in (later, now):
        NOW_AND_THEN.connect(receiver)
    with trace() as under_send:
        answers = NOW_AND_THEN.send(sender=None)
    with trace() as under_asend:
        awaited = asyncio.run(NOW_AND_THEN.asend(sender=None))
        asyncio.run(NOW_AND_THEN.asend_robust(sender=None))
    for receiver in (later, now):
        NOW_AND_THEN.disconnect(receiver)
    assert answers == awaited == [(now, "now"), (later, "later")]
    assert sorted(event.outcome for event in under_send.filter(kind="delivery")) == [
        "returned later",
        "returned now",
    ]
    assert "returned later" in repr(under_send)
    assert len(under_asend.filter(kind="delivery")) == 4
    assert all(event.parent.kind == "signal" for event in under_asend.filter(kind="delivery"))


def test_what_comes_after_the_block_is_not_written_down():
    async def main():
        started = asyncio.Event()

        async def late():
            started.set()
            await asyncio.sleep(0)
            NOW_AND_THEN.send(sender="late")

        with trace() as seen:
            task = asyncio.create_task(late())
            await started.wait()
        await task
        return seen

    assert len(asyncio.run(main())) == 0


def test_traces_nest_each_with_its_own_part_also_in_one_that_is_still_empty():
    with trace() as outer:
        with trace() as inner:
            NOW_AND_THEN.send(sender="inside")
        NOW_AND_THEN.send(sender="after")
    assert [event.sender for event in inner] == ["inside"]
    assert [event.sender for event in outer] == ["inside", "after"]
    assert [line.split()[2] for line in repr(outer).splitlines()[:2]] == ["inside", "after"]


def test_what_another_thread_does_is_left_out():
    with trace() as seen:
        thread = threading.Thread(target=NOW_AND_THEN.send, args=["elsewhere"])
        thread.start()
        thread.join()
        NOW_AND_THEN.send(sender="here")
    assert [event.sender for event in seen] == ["here"]


def test_nothing_is_connected_while_it_watches():
    before = list(post_delete.receivers)
    with trace():
        assert post_delete.receivers == before
        assert not post_init.has_listeners(Employees)
        assert m2m_changed.has_listeners(ShiftsEmployees)


def test_a_sender_may_go_while_it_watches():
    class NightShift:
        pass

    def hear(**kwargs):
        pass

    gone = weakref.ref(NightShift)
    NOW_AND_THEN.connect(hear)
    with trace() as seen:
        NOW_AND_THEN.send(sender=NightShift)
        assert list(seen.filter(sender=NightShift)) == list(seen)
        del NightShift
        gc.collect()
        assert gone() is None
    NOW_AND_THEN.disconnect(hear)
    assert [(event.sender, event.sender_object) for event in seen] == [("NightShift", None)] * 2


def test_a_model_may_go_whose_override_a_decorator_of_django_made():
    class Ghost(models.Model):
        class Meta:
            app_label = "speedy"
            abstract = True

        @method_decorator(lambda save: save)
        def save(self, *args, **kwargs):
            super().save(*args, **kwargs)

    with trace():
        pass
    gone = weakref.ref(Ghost)
    del Ghost
    gc.collect()
    assert gone() is None


def test_naming_an_instance_never_asks_the_database(hire):
    [ada] = hire("Ada")
    seat = ShiftsEmployees.objects.get(employee=ada)
    slow = Employees.objects.only("age").get(pk=ada.pk)
    with trace() as seen, CaptureQueriesContext(connection) as queries:
        NOW_AND_THEN.send(sender=None, instance=seat)
        NOW_AND_THEN.send(sender=None, instance=slow, people=Employees.objects.all())
    assert len(queries) == len(seen.statements) == 0
    assert [event.instance for event in seen] == [
        f"ShiftsEmployees #{seat.pk}",
        f"Employees #{ada.pk}",
    ]
    assert seen[1].arguments == {"people": "queryset of Employees"}
    assert slow.get_deferred_fields()


def calls_made(work):
    """Count the function calls of some work: what it costs, whatever the machine is doing."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def test_watching_costs_less_than_the_work_itself(hire):
    names = [f"Nr{number}" for number in range(30)]
    with trace():  # the first one of a process looks through the modules for names of signals
        hire(*names)
    plain = calls_made(lambda: hire(*names))
    with trace() as seen:
        traced = calls_made(lambda: hire(*names))
    assert len(seen) > 600
    assert traced <= 2 * plain


def test_a_nested_send_costs_two_frames_of_our_own():
    depths = []

    def recurse(sender, level, **kwargs):
        depths.append(len(inspect.stack(0)))
        if level:
            NOW_AND_THEN.send(sender, level=level - 1)

    NOW_AND_THEN.connect(recurse)
    NOW_AND_THEN.send(None, level=1)
    with trace():
        NOW_AND_THEN.send(None, level=1)
    NOW_AND_THEN.disconnect(recurse)
    outer, inner, traced_outer, traced_inner = depths
    assert (traced_inner - traced_outer) - (inner - outer) == 2


def test_names_and_arguments_are_escaped():
    with trace() as seen:
        NOW_AND_THEN.send(sender=None, note="<script>alert(1)</script>")
    assert "<script>" not in seen._repr_html_()
    assert "&lt;script&gt;" in seen._repr_html_()
    assert "<script>" not in seen.table()._repr_html_()


def test_a_very_long_tree_is_cut_and_says_so():
    with trace() as seen:
        for number in range(1000):
            NOW_AND_THEN.send(sender=f"shift {number}")
    assert "... and 600 more lines" in repr(seen)
    assert len(seen) == 1000


def test_sends_within_sends_are_drawn_however_deep_they_go():
    left = iter(range(100))

    def again(sender, **kwargs):
        if next(left, None) is not None:
            NOW_AND_THEN.send(sender)

    with connected(NOW_AND_THEN, again), trace() as seen:
        NOW_AND_THEN.send("a round")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 60)  # fewer calls than there are rounds
    try:
        tree = seen.tree()
    finally:
        sys.setrecursionlimit(limit)
    assert tree.count("again") == 101


def test_half_a_character_is_written_as_it_is_typed():
    def refuse(sender, **kwargs):
        raise ValueError("no \udc82")

    with connected(NOW_AND_THEN, refuse), trace() as seen, suppress(ValueError):
        NOW_AND_THEN.send("half \udc80", note="\udc81")
    tree, table = seen.tree(), seen.table()
    for written in (tree, tree._repr_html_(), table._repr_html_(), seen.json(), seen.html()):
        assert {"\\udc80", "\\udc81", "\\udc82"} <= {*re.findall(r"\\udc8.", written)}
        assert written.encode()


def test_so_is_one_in_a_statement_and_in_its_parameters(db):
    with trace() as seen, suppress(UnicodeError):
        Employees.objects.filter(first_name="half \udc80").exists()
    with trace() as raw, suppress(UnicodeError), connection.cursor() as cursor:
        cursor.execute("SELECT '\udc80'")
    assert "\\udc80" in raw.json()
    for written in (seen.tree(), seen.json(), seen.html(), seen.table()._repr_html_()):
        assert "\\udc80" in written and written.encode()


INTERRUPTED = """
import builtins, signal, sys

real, pressed = builtins.__import__, []


def press_once(*arguments, **options):
    if not pressed and "numpy._core._multiarray_umath" in sys.modules:
        pressed.append(signal.raise_signal(signal.SIGINT))
    return real(*arguments, **options)


builtins.__import__ = press_once
from whatfires.frames import Table, with_pandas

try:
    with_pandas(Table)
except KeyboardInterrupt:
    print("interrupted, and then:", with_pandas(Table).__name__)
"""


def test_an_interrupt_waits_until_pandas_is_whole(python):
    """A second import of numpy fails, so each table said that pandas had to be installed."""
    assert python("-c", INTERRUPTED).stdout == "interrupted, and then: Table\n"
