"""The claims about receivers that vanish and double."""

from django.dispatch import Signal
from django.test import override_settings

assert (served == []) == (answer_of("vanishing-1") == "no")
assert kept == {"weak=True": [], "weak=False": ["soup"]}
assert str(len(answers)) == answer_of("vanishing-2")
assert twice.has_listeners(Shifts) and not twice.has_listeners(Employees)
assert soups.loc["with a uid", "DEBUG on"] == answer_of("vanishing-3") == "leek"
assert soups.loc["without a uid", "DEBUG on"] == "leek and tomato"
assert list(soups["DEBUG off"]) == ["tomato", "nothing"]
assert [soup for _, soup in kitchen.send(sender=Shifts)] == ["lentil"]
assert lazy == (True, False)
assert answer_of("vanishing-4") == "a RuntimeError, one row" and stored == 1

# disconnect() by its uid needs the same sender.
signal = Signal()
signal.connect(order_meals, sender=Shifts, dispatch_uid="meals")
assert not signal.disconnect(dispatch_uid="meals")
assert signal.disconnect(dispatch_uid="meals", sender=Shifts)


# Without **kwargs a receiver is refused by connect() where DEBUG is on, and nowhere else.
def takes_too_little(sender):
    """A receiver that forgets **kwargs."""


for debug in True, False:
    refused = False
    with override_settings(DEBUG=debug):
        try:
            signal.connect(takes_too_little)
        except ValueError:
            refused = True
    assert refused == debug
