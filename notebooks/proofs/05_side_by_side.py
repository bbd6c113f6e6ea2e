"""The claims of lesson 05."""

from classroom.scenes.groups import group_hired

ada = sample_roster()[0]
wirings = list(WIRINGS)
week = side_by_side("fill a week", clock=False)

# Same rota, same SQL; another carrier.
assert list(week.loc[["final rota", "SQL statements"], "same"]) == ["=", "="]
called, overridden = week.loc["receivers called"], week.loc["save() overridden"]
assert called["built-in signals"] > called["custom signal"] > called["direct call"]
assert called["save() override"] == called["direct call"]
assert list(overridden[wirings]) == [0, 21, 0, 0]
# Receivers of one class do not hear the others.
for name in ("save() override", "direct call"):
    with trace() as seen:
        WIRINGS[name].hire(**ada)
    heard = {event.what for event in seen.filter("post_save", kind="delivery")}
    assert "employee_created" not in heard

# 05-1
broken = side_by_side("an error in the rule", clock=False)
assert answer_of("05-1").startswith("In the built-in signals")
assert list(broken.loc["left without a shift", wirings]) == ["Ada", "nobody", "nobody", "nobody"]
assert list(broken.loc["atomic by itself", wirings]) == ["no", "yes", "yes", "yes"]
assert broken.loc["the caller sees", "same"] == "="

# 05-2
assert answer_of("05-2") == "The built-in signals and the save() override"
left = slips_past()
assert {way: list(left.loc[way, wirings]) for way in left.index} == {
    "hire()": ["nobody"] * 4,
    "objects.create()": ["nobody", "nobody", "Ada", "Ada"],
    "save()": ["nobody", "nobody", "Ada", "Ada"],
    "objects.bulk_create()": ["Ada"] * 4,
}

# 05-3: placed by three of the five; one of them pays for each person.
batch = side_by_side("a batch of 300", five, clock=False)
statements = batch.loc["SQL statements"]
assert answer_of("05-3").startswith("The custom signal that is sent for each person")
assert statements["custom signal"] > 300 > 100 > statements["direct call"]
assert statements["a list in a signal"] == statements["direct call"]
assert batch.loc["signals sent", "a list in a signal"] == 1
placed = batch.loc["left without a shift"] == "nobody"
assert list(placed[list(five)]) == [False, False, True, True, True]
assert list(batch.loc["atomic by itself", list(five)[2:]]) == ["yes"] * 3
assert group_hired.has_listeners()

# The published design alone grows: it counts everybody.
grown = costs.iloc[-1] / costs.iloc[0]
assert grown["as published"] > grown[wirings].max()

# Others can react to the saved row in all four.
for wiring in WIRINGS.values():
    with trace() as seen:
        wiring.hire(**ada)
    assert [
        event
        for event in seen.filter("post_save", kind="signal")
        if event.sender == wiring.model.__name__
    ]
