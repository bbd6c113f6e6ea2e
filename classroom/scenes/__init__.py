"""Where a lesson plays: a database of its own, a calendar it can turn, people, and scenarios.

The apps `as_published` (the published design, faults kept) and `stage` (plain models) live here.
"""
