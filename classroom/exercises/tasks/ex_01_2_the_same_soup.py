import gc

from django.utils.inspect import _get_func_parameters, func_accepts_kwargs

from classroom.exercises.vocabulary import *

task = Task.of("""
01-2: The same soup every day (repair, 10 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#preventing-duplicate-signals
== situation
Each canteen has its own signal, and at most one cook, who answers it with a soup. `hire_cook(signal, soup)` hires one.
In a notebook the first soup is still served after a second hire. On the server, where `DEBUG` is False, nobody answers.
== task
Repair `hire_cook(signal, soup)`, for `DEBUG` on and off. From then on the new cook answers the signal, and no earlier
one does. All other receivers stay connected, also the cooks of other canteens. The caller does not keep what you
return. (The notebook `deeper/vanishing_receivers` has what you need.)
== starter
def hire_cook(signal, soup):
    def cook(sender, **kwargs):
        return soup

    signal.connect(cook, dispatch_uid="cook")
== hints
- Two things are wrong. Who keeps the function cook alive when hire_cook is done? And what does connect() do when a
  dispatch_uid is taken?
- An argument of connect() makes the signal keep its receiver. A name that is taken has to be freed first:
  deeper/vanishing_receivers shows how.
- Before connecting, signal.disconnect(dispatch_uid="cook"); then signal.connect(cook, weak=False, dispatch_uid="cook").
== solution
-     signal.connect(cook, dispatch_uid="cook")
+     signal.disconnect(dispatch_uid="cook")
+     signal.connect(cook, weak=False, dispatch_uid="cook")
== why
A function inside another lives only while somebody holds it, and a signal holds it only with `weak=False`. A
`dispatch_uid` that is taken keeps every later receiver out, so disconnect first. If nobody has that name,
`disconnect()` changes nothing.
== equal
cannot raise, no answer
the second call disconnects first, as any call does <- acts twice
nobody is stored in this exercise <- wipes everybody out first
the order of a definition and a disconnect does not matter <- *comes first*
== others
cooks = {}
    def cook(sender, **kwargs):
        return soup

    if signal in cooks:
        signal.disconnect(cooks[signal])
    cooks[signal] = cook
    signal.connect(cook)
# or
soups = {}
def cook(sender, signal, **kwargs):
    return soups[signal]
def hire_cook(signal, soup):
    soups[signal] = soup
    signal.connect(cook)
== mistakes
# one sender -> another sender
connect(cook => connect(cook, sender=Shifts
# prints the soup -> It was printed
return soup => print(soup)
# another soup than it was given -> as it was given
return soup => return [soup]
# connects the soup -> connect the function itself
(cook, => (cook(None),
# frees the name and keeps nobody -> holds a receiver weakly
weak=False,  =>
# keeps the cook and the name -> name was taken
    signal.disconnect(dispatch_uid="cook") =>
# hires one after the other -> still connected
signal.disconnect(dispatch_uid="cook") => signal.connect(cook, weak=False)
    signal.connect(cook, weak=False, dispatch_uid="cook") =>
# sends everybody away -> Others
-     signal.disconnect(dispatch_uid="cook")
-     signal.connect(cook, weak=False, dispatch_uid="cook")
+     signal.receivers[:] = signal.receivers[:2]  # those who were there before the first cook
+     signal.sender_receivers_cache.clear()
+     signal.connect(cook, weak=False)
# disconnects afterwards -> nobody is connected
    def cook(sender, **kwargs):
        return soup

    signal.connect(cook, weak=False, dispatch_uid="cook")
    signal.disconnect(dispatch_uid="cook")
# knows the latest cook alone -> The old cook is still connected
cooks = [None]
    def cook(sender, **kwargs):
        return soup

    signal.disconnect(cooks[-1])
    cooks.append(cook)
    signal.connect(cook)
# one cook for all canteens -> canteen
cooks = []
    def cook(sender, **kwargs):
        return soup

    for it in cooks:
        signal.disconnect(it)
    cooks[:] = [cook]
    signal.connect(cook)
# turns DEBUG on -> belongs to the whole project
  def hire_cook(signal, soup):
+     settings.DEBUG = True
-     signal.connect(cook, weak=False, dispatch_uid="cook")
+     signal.connect(cook, dispatch_uid="cook")
""")


LEFT_OUT = "It is the old soup. If the name was taken, connect() left the new cook out."
GIVEN = "A cook answers with `soup` as it was given."
SERVES_ON = "The old cook is still connected, and serves on."
SHARED = "There seems to be one cook for all: hiring in one canteen changes what the other serves."
WEAK = "Somebody was connected and is gone: a signal holds a receiver weakly, and nobody keeps this one."
NOBODY = "After hire_cook() nobody is connected who could answer."
MORE = "A signal passes `signal` as well, and may pass more one day: take **kwargs."


@task.judge
def judge(hire_cook):
    others = gc.get_freeze_count()  # frozen by somebody else, and to stay so
    if not others:
        gc.freeze()  # a collection passes over what was here before, which makes it quick
    try:
        for debug in (False, True):
            with override_settings(DEBUG=debug):
                judge_canteens(hire_cook, f"with DEBUG {'on' if debug else 'off'}")
    finally:
        if not others:
            gc.unfreeze()


def judge_canteens(hire_cook, where):
    upstairs, downstairs = Signal(), Signal()
    for signal in upstairs, downstairs:
        signal.connect(print_badges, weak=False)  # so that its name is seen
        signal.connect(ring_bell, dispatch_uid="bell")
    hire(hire_cook, upstairs, "leek")
    nobody = {(): WEAK if len(upstairs.receivers) > 2 else NOBODY}
    expect(["leek"], upstairs, f"after hire_cook(signal, 'leek'), {where}", nobody, OTHERS[:2])
    upstairs.connect(pour_tea)
    judge_another(hire_cook, upstairs, "tomato", "leek", f"after a second hire_cook(), {where}")
    hire(hire_cook, downstairs, "lentil")
    downstairs.connect(pour_tea)
    expect(["lentil"], downstairs, f"from another canteen's signal, {where}")
    once = f"from the first canteen, once a second one has hired, {where}"
    expect(["tomato"], upstairs, once, {(): SHARED, ("lentil",): SHARED})
    judge_another(hire_cook, upstairs, "pea", "tomato", f"after a third one, {where}")


def judge_another(hire_cook, signal, soup, before, after):
    hire(hire_cook, signal, soup)
    both = {(before, soup): SERVES_ON, (soup, before): SERVES_ON, (before,): LEFT_OUT}
    expect([soup], signal, after, both)


def hire(hire_cook, signal, soup):
    """Hire a cook; nothing but the signal may have changed, and the cook has to be a receiver."""
    before = settings.DEBUG
    hire_cook(signal, soup)
    if before != settings.DEBUG:
        why = "DEBUG belongs to the whole project: make the signal keep the cook."
        wrong(f"DEBUG as it was, {before}", f"it is {settings.DEBUG}", why)
    expect_plain_receivers(signal)
    for it in connections(signal):
        if it.receiver is not None and not func_accepts_kwargs(it.receiver):
            wrong("a cook that takes whatever a signal sends", "it has no **kwargs", MORE)


def other(answer):
    def cook(sender, **kwargs):  # a name tells nobody whose receiver it is
        return answer

    return cook


OTHERS = print_badges, ring_bell, pour_tea = [other(it) for it in ("badges", "ding", "tea")]


def expect(soup, signal, where, mistakes=None, others_here=OTHERS):
    """Send, once nothing is kept alive by chance; `mistakes` are {what is served: what it means}."""
    gc.collect()
    if not settings.DEBUG:
        # What DEBUG keeps alive by a cache must not count where it is off.
        _get_func_parameters.cache_clear()
    # A send() that was put on the signal itself is no cook who is connected.
    replies, *others = [Signal.send(signal, sender=it) for it in (Shifts, Employees, None)]
    if others != [replies, replies]:
        anybody = "Name no sender: the cook answers all of them."
        wrong("the same soup, whichever class sends", "another sender gets other answers", anybody)
    if not dict(replies).keys() >= set(others_here):
        expected = "the others on this signal to stay, who print badges and ring the bell"
        mistake = "Others listen to the same signal: take only your own cook off it."
        wrong(expected, "they are not called any more", mistake)
    came = [soup for cook, soup in replies if cook not in OTHERS]
    if came != soup:
        told = (mistakes or {}).get(tuple(map(str, came)), GIVEN if came else "")
        mistake = why_none() if None in came else told
        wrong(f"{soup} {where}", f"{came}" if came else "nobody answered", mistake)
