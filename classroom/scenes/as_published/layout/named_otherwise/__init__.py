"""The signals as a package, which imports its modules so that their receivers are connected."""

# Fault 21: the file is named custom_signals.py.
from classroom.scenes.as_published.layout.named_otherwise.custom_signal import event_signal

__all__ = ["event_signal"]
