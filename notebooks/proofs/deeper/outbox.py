"""The claims about the outbox."""

assert answer_of("outbox-1") == str(waiting) == "1"
assert answer_of("outbox-2") == str(letters) == "2"
assert len(event_log()) == 3
assert not outbox.waiting().exists()
