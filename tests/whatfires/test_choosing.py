"""What of a trace is wanted, as it is written down and as it is looked at; and what it costs."""

import gc
import html
import re
import time
import weakref

import pytest
from django.db import transaction
from django.db.models.signals import post_save, pre_save

from classroom.scenes.stage.models import Person, Team
from whatfires import connected, trace
from whatfires.recording import recorded

pytestmark = pytest.mark.django_db


def found(sender, instance, **kwargs):
    """Each person founds a team, slowly; each team is counted, two times."""
    time.sleep(0.05)
    Team.objects.create(name="of " + instance.name)


def count(sender, **kwargs):
    for _ in range(2):
        Team.objects.count()


@pytest.fixture
def wired():
    with connected(post_save, found, sender=Person), connected(post_save, count, sender=Team):
        yield


def hire():
    with transaction.atomic():
        Person.objects.create(name="Ada")


@pytest.fixture
def seen(wired):
    with trace() as seen:
        hire()
    return seen


def told(part):
    return [event.what.partition(" ")[0] for event in part if not event.what.endswith("_init")]


INSIDE = ["post_save", "found", "save()", "pre_save", "INSERT"]
INSIDE += ["post_save", "count", "SELECT", "SELECT"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"include": "delivery"}, ["found", "count"]),
        ({"include": count}, ["count", "SELECT", "SELECT"]),
        ({"include": ["count", "sql"]}, ["SELECT", "SELECT"]),
        ({"include": [post_save, Person]}, INSIDE),
        ({"include": [post_save, Person], "exclude": Team}, ["post_save", "found"]),
        ({"include": [Person, "method"]}, ["save()", "save()"]),
        ({"include": Person, "exclude": post_save}, ["save()", "pre_save", "INSERT"]),
        ({"exclude": [pre_save, "sql", found]}, ["save()", "post_save"]),
        (
            {"exclude": ["method", "sql"], "silent": False},
            ["post_save", "found", "post_save", "count"],
        ),
        ({"include": "sql", "savepoints": False}, ["INSERT", "INSERT", "SELECT", "SELECT"]),
        ({"apps": "auth"}, []),
        ({"ms": 60_000}, []),
    ],
)
def test_a_view_keeps_what_is_wanted(seen, wanted, names):
    part = seen.only(**wanted)
    assert told(part) == names
    assert part.left_out == len(seen) - len(part)
    assert len(seen.table(**wanted)) == len(part)


def test_a_tree_says_how_much_it_leaves_out(seen):
    tree = repr(seen.tree(include=count))
    assert tree.splitlines()[0].startswith("count") or "→ count" in tree.splitlines()[0]
    assert tree.endswith(f"; left out: {len(seen) - 3} events")
    assert unheard_inits(seen) > 0
    assert repr(seen.tree()).endswith(f"; left out: {unheard_inits(seen)} events")


def unheard_inits(seen):
    """Count what a tree leaves out unasked."""
    return sum(it.what in ("pre_init", "post_init") and not it.heard for it in seen)


def test_only_ones_own_app_is_what_it_sends_and_what_its_code_sets_off(seen):
    part = told(seen.only(apps=["stage"]))
    # Its models send; the statements are set off by this file, which is no app's.
    assert part == [what for what in told(seen) if not what.isupper()]
    with pytest.raises(LookupError):
        seen.only(apps="shop")


def test_times_and_lines_are_in_a_tree_on_request(seen):
    assert not re.search(r"\d ms", repr(seen.tree()))
    first = repr(seen.tree(times=True, lines=True, exclude="sql")).splitlines()[0]
    assert re.search(
        rf"save\(\) .*\d\.\d ms ⇠ {__name__}:{hire.__code__.co_firstlineno + 2}$", first
    )


def test_a_trace_writes_down_what_it_is_asked_for_and_counts_the_rest(wired):
    with trace(include=[Team, "sql"]) as statements, trace(exclude=found) as without:
        hire()
    assert told(statements) == ["INSERT", "SELECT", "SELECT"]
    assert "found" not in told(without) and "count" not in told(without)
    assert statements.left_out > without.left_out > 0
    left_out = without.left_out + unheard_inits(without)
    assert "count" not in repr(without) and f"left out: {left_out} events" in repr(without)


def test_a_limit_bounds_what_is_kept_and_the_rest_is_counted(wired):
    with trace() as whole, trace(limit=5) as bounded:
        hire()
    assert (len(bounded), bounded.left_out) == (5, len(whole) - 5)
    assert whole[0].queries == bounded[0].queries
    for limit in (-1, "many"):
        with pytest.raises(TypeError, match="a number of events or None"):
            trace(limit=limit).__enter__()


def test_no_instance_is_kept_alive():
    with trace() as seen:
        ada = Person(name="Ada")
        ada.save()
        gone = weakref.ref(ada)
        del ada
        gc.collect()
        assert gone() is None
    assert len(seen) > 3


def test_each_receiver_answers_for_its_own_statements(seen):
    costs = seen.receivers()
    assert [(row["receiver"], row["signal"], row["calls"], row["queries"]) for row in costs] == [
        ("found", "post_save", 1, 1),  # the slowest first
        ("count", "post_save", 1, 2),
    ]
    [founded, counted] = costs
    outer = next(event for event in seen if event.what == "found")
    assert counted["ms"] > 0 and founded["ms"] >= 0
    assert counted["ms"] + founded["ms"] == pytest.approx(outer.ms, abs=0.02)
    of_teams = seen.receivers("stage_team")  # the most statements first
    assert [(row["receiver"], row["queries"]) for row in of_teams] == [("count", 2), ("found", 1)]
    [row] = seen.receivers("INSERT INTO")
    assert (row["receiver"], row["queries"]) == ("found", 1)
    assert repr(costs).splitlines()[0].split() == [
        "receiver",
        "signal",
        "calls",
        "queries",
        "ms",
        "where",
    ]
    nothing = seen.receivers("nowhere")
    assert not nothing and "in which 'nowhere' stands; receivers that ran: 2" in repr(nothing)
    assert "'nowhere'" in html.unescape(nothing._repr_html_())
    assert repr(seen[:0].receivers("nowhere")) == "No receiver ran."


def test_the_same_statement_again_and_again_is_one_line_and_lost_nowhere_else(seen):
    tree = seen.tree(times=True, include=count)
    assert len(tree.lines) == 2
    assert re.match(r"└─ 2 × SELECT from stage_team \d+\.\d ms$", tree.lines[1].text())
    first, second = tree.lines[1].events
    assert tree.lines[1].ms == pytest.approx(first.ms + second.ms)
    assert "2 ×" in tree._repr_html_()
    selects = [event for event in seen if event.what.startswith("SELECT")]
    assert len([it for it in seen.steps() if it["what"].startswith("SELECT")]) == len(selects) == 2
    assert len(re.findall("->>.*: .*SELECT", seen.mermaid())) == 1
    assert ": 2 × SELECT from stage_team\n" in seen.mermaid()


def test_a_mark_stands_before_a_line_of_many():
    with recorded() as seen:
        count(Team)
        Person.objects.count()
    with pytest.raises(AssertionError) as caught:
        seen.assert_not_fired("sql", where=lambda using: True)
    assert ">> 2 × SELECT from stage_team\n>> SELECT from stage_person\n" in str(caught.value)


def test_a_name_that_nothing_bears_is_told_and_one_with_its_module_is_found(seen):
    for part in (seen.only(include="fuond"), seen.only(include=[Person, f"{__name__}.fuond"])):
        assert not part and repr(part.tree()).endswith("fuond'")
        assert "; nothing here bears the name" in part._repr_html_()
    part = seen.only(include=f"{__name__}.found")
    assert part[0].what == "found" and "bears the name" not in repr(part)
    assert "&lt;b&gt;" in seen.only(include="<b>")._repr_html_()


def test_what_nobody_can_be_asked_for_is_refused(seen):
    with pytest.raises(TypeError, match="include and exclude take signals, senders"):
        seen.only(include=3)


@pytest.mark.parametrize(
    ("call", "came"),
    [
        (lambda seen: trace(Team), "Team"),
        (lambda seen: trace(print), "print"),
        (lambda seen: trace(apps="stage"), "apps='stage'"),
        (lambda seen: seen.only(Team), "Team"),
        (lambda seen: seen.table("sql"), "'sql'"),
        (lambda seen: seen.tree(app="stage"), "app='stage'"),
    ],
)
def test_what_comes_without_a_name_or_with_another_is_refused_at_once(seen, call, came):
    with pytest.raises(TypeError, match=f"by name, include= or exclude=.*; came .*{came}"):
        call(seen)


def test_equal_statements_on_two_databases_are_two_lines(seen):
    _, second = seen.tree(include=count).lines[1].events
    second.arguments["using"] = "other"
    assert "2 ×" not in seen.tree(include=count)
