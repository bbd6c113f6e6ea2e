"""The pytest plugin at work in a project of somebody else, each time in a process of its own."""

import shutil
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
pytestmark = [pytest.mark.slow, pytest.mark.on_one_database]

FOREIGN = Path(__file__).with_name("foreign")
INI = """
[pytest]
DJANGO_SETTINGS_MODULE = settings
pythonpath = .
filterwarnings = error
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """A function that runs tests in the foreign project, and returns what came of them."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    # Others come along where a test names them: to load them all takes longer than the tests.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    shutil.copytree(FOREIGN, pytester.path, dirs_exist_ok=True)
    # pytest-django makes every database, and this project has one without a driver.
    with (pytester.path / "settings.py").open("a") as settings:
        settings.write('del DATABASES["no driver"]\n')

    def run(tests, *options, ini=INI):
        pytester.makeini(ini)
        pytester.makepyfile(test_it=tests)
        plugins = ("-p", "pytest_django.plugin", "-p", "whatfires.pytest_plugin")
        return pytester.runpytest_subprocess(*plugins, *options)

    return run


RECORDS = """
    import asyncio
    import pytest
    from django.db import transaction
    from django.db.models.signals import post_save
    from shop.models import Keyed, Order
    from whatfires import connected


    def stamp(sender, instance, **kwargs):
        if instance.key != "stamped":
            transaction.on_commit(lambda: Keyed.objects.create(key="stamped"))


    def test_in_a_transaction(db, fires, django_capture_on_commit_callbacks):
        with connected(post_save, stamp, sender=Keyed), fires() as seen:
            with django_capture_on_commit_callbacks(execute=True):
                Keyed.objects.create(key="a")
        seen.assert_fired(stamp, times=2)
        seen.before_commit.assert_fired(post_save, sender=Keyed, times=1)
        seen.after_commit.assert_fired(post_save, sender=Keyed, times=1)


    @pytest.mark.django_db(transaction=True)
    def test_with_a_commit(fires):
        with connected(post_save, stamp, sender=Keyed), fires() as seen, transaction.atomic():
            Keyed.objects.create(key="b")
            transaction.on_commit(lambda: None)
        seen.after_commit.assert_fired("callback", times=2)


    @pytest.mark.django_db(transaction=True)
    def test_async(fires):
        async def act():
            with fires() as seen:
                await Keyed.objects.acreate(key="c")
            return seen

        asyncio.run(act()).assert_fired(post_save, sender=Keyed, times=1)


    def test_what_fails(db, fires):
        with fires() as seen:
            Keyed.objects.create(key="a")
        seen.assert_fired(post_save, sender=Keyed, times=2)
"""


@pytest.mark.parametrize(
    "options", [(), ("-p", "xdist.plugin", "-n", "1")], ids=["one process", "xdist"]
)
def test_the_fixture_records_in_each_kind_of_test_and_a_failure_shows_the_tree(project, options):
    came = project(RECORDS, *options)
    came.assert_outcomes(passed=3, failed=1)
    came.stdout.fnmatch_lines(
        ["*Expected post_save from Keyed twice; came once.", "*>>*post_save from Keyed*"]
    )
    assert "recording.py" not in str(came.stdout)


LEAKS = """
    import pytest
    from django.db.models.signals import post_save, pre_save
    from django.dispatch import Signal
    from shop.models import Order
    from shop.signals import act_outside
    from whatfires import connected, disconnected


    def forgotten(sender, **kwargs): ...
    def of_the_module(sender, **kwargs): ...


    @pytest.fixture(scope="module")
    def wired():
        pre_save.connect(of_the_module)
        yield
        pre_save.disconnect(of_the_module)


    def test_connects(): post_save.connect(forgotten, sender=Order)
    def test_begins_clean(): assert not post_save.disconnect(forgotten, sender=Order)
    def test_takes_off(): assert post_save.disconnect(act_outside, sender=Order)
    def test_has_it_back(): assert post_save.has_listeners(Order)
    def test_puts_back():
        with connected(post_save, forgotten), disconnected(post_save, act_outside, Order): ...
    def test_makes_a_signal(): Signal().connect(forgotten)
    def test_a_wider_fixture(wired): assert of_the_module
    def test_still_wired(wired): assert pre_save.has_listeners(Order)
    def test_imports():
        import late
    def test_breaks(): post_save.receivers = None
    def test_has_it_back_again(): assert post_save.has_listeners(Order)
"""
LATE = """
    from django.db.models.signals import post_save
    def on_save(sender, **kwargs): ...
    post_save.connect(on_save)
"""


def test_a_test_that_leaves_a_receiver_fails_and_names_it(project, pytester):
    pytester.makepyfile(late=LATE)
    came = project(LEAKS, "--signal-leaks")
    came.assert_outcomes(passed=11, errors=3)  # each later one ended in a traceback of the check
    came.stdout.fnmatch_lines_random(
        [
            "*ERROR at teardown of test_connects*",
            "*ERROR at teardown of test_takes_off*",
            "*ERROR at teardown of test_breaks*",
            "- forgotten (test_it:*) to post_save is still connected",
            "- act_outside (shop.signals:*) to post_save is not connected any more",
        ]
    )


WIDER = """
    import pytest
    from django.db.models.signals import post_save, pre_save
    from shop.models import Order
    from shop.signals import act_outside
    from whatfires.connections import receiver_in

    def bell(sender, **kwargs): ...
    def is_on(): return bell in map(receiver_in, pre_save.receivers)


    @pytest.fixture(scope="class", params=[1, 2])
    def wired(request):
        assert not is_on()
        pre_save.connect(bell)
        yield
        pre_save.disconnect(bell)


    @pytest.fixture(scope="module")
    def silent():
        assert post_save.disconnect(act_outside, sender=Order)
        yield
        post_save.connect(act_outside, sender=Order)


    def test_before(): pre_save.connect(bell)
    @pytest.mark.usefixtures("wired")
    class TestWired:
        def test_takes_off(self): assert pre_save.disconnect(bell)
        def test_has_it_back(self): assert is_on()
        def test_last(self): assert pre_save.disconnect(bell)
    def test_after(): assert not is_on() and not pre_save.connect(bell)
    def test_asks_late(request):
        request.getfixturevalue("silent")
        pre_save.connect(bell)
    def test_connects_the_silent(): post_save.connect(act_outside, sender=Order)
    def test_still_silent(): assert not is_on() and not post_save.has_listeners(Order)
    @pytest.mark.signal_leaks(False)
    def test_unwatched(): pre_save.connect(bell)
"""


def test_what_a_wider_fixture_changed_is_watched_while_it_lives(project):
    """Once a wider fixture had connected a receiver, no test could leak or lose it any more."""
    came = project(WIDER, "--signal-leaks")
    came.assert_outcomes(passed=12, errors=8)
    late = ["test_before", "*test_last?1?", "*test_last?2?", "test_after", "test_asks_late"]
    came.stdout.fnmatch_lines_random(
        [f"*ERROR at teardown of {name} *" for name in late]
        + ["- bell (test_it:*) to pre_save is still connected"]
        + ["- bell (test_it:*) to pre_save is not connected any more"]
        + ["- act_outside (shop.signals:*) to post_save is still connected"]
    )


BREAKS = """
    import pytest
    from django.db.models.signals import pre_save
    def forgotten(sender, **kwargs): ...
    @pytest.fixture
    def broken():
        yield
        raise RuntimeError("broken")
    def test_breaks(broken): pre_save.connect(forgotten)
    def test_begins_clean(): assert not pre_save.disconnect(forgotten)
"""


def test_a_leak_is_undone_where_the_teardown_fails(project):
    project(BREAKS, "--signal-leaks").assert_outcomes(passed=2, errors=1)


LEFT = """
    import pytest
    from django.db.models.signals import post_save
    def forgotten(sender, **kwargs): ...
    def test_without(): post_save.connect(forgotten)
    @pytest.mark.signal_leaks
    def test_on(): post_save.connect(forgotten, dispatch_uid="on")
    @pytest.mark.signal_leaks(False)
    def test_off(): post_save.connect(forgotten, dispatch_uid="off")
"""


@pytest.mark.parametrize(
    ("ini", "told"),
    [(INI, ["test_on"]), (INI + "whatfires_leaks = true", ["test_without", "test_on"])],
)
def test_the_check_is_asked_for(project, ini, told):
    came = project(LEFT, "--strict-markers", ini=ini)
    came.assert_outcomes(passed=3, errors=len(told))
    came.stdout.fnmatch_lines([f"*ERROR at teardown of {name} *" for name in told])


@pytest.mark.parametrize("said", ["", "true false"])
def test_an_ini_file_that_says_neither_yes_nor_no_is_a_sentence(project, said):
    """Each test ended in a traceback, twice."""
    came = project("def test_it(): pass", ini=f"{INI}whatfires_leaks = {said}")
    came.stderr.fnmatch_lines(["ERROR: whatfires_leaks expected true or false, but: *"])
    assert "Traceback" not in f"{came.stdout}{came.stderr}"


SNAPSHOTS = """
    from inline_snapshot import snapshot
    from shop.models import Keyed
    def seen_by(fires, key):
        with fires() as seen:
            Keyed.objects.create(key=key)
        return seen.snapshot()
    def test_inline(db, fires):
        assert seen_by(fires, "a") == snapshot(
            ["Keyed.save()", "  INSERT into shop_keyed"]
        )
    def test_syrupy(db, fires, snapshot):
        assert seen_by(fires, "b") == snapshot
"""


def test_a_snapshot_works_with_inline_snapshot_and_syrupy(project):
    both = ("-p", "inline_snapshot.pytest_plugin", "-p", "syrupy")
    project(SNAPSHOTS, *both, "--snapshot-update").assert_outcomes(passed=2)
    project(SNAPSHOTS, *both).assert_outcomes(passed=2)
    other = SNAPSHOTS.replace("key=key)", "key=key).delete()")
    # Where it is not disabled, as it is beside xdist, it adds an error of its own.
    project(other, *both, "--inline-snapshot=disable").assert_outcomes(failed=2)
