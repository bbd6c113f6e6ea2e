"""What the board has on a classroom's wall: the roster, the calendar, a rule that breaks.

The app knows nothing of it: a context processor hangs the buttons into the app's own page.
"""
