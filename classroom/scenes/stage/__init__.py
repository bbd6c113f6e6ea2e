"""The stage: a few plain models on which `what_fires()` tries every operation out.

Nothing here overrides, receives or reacts, so what is seen is Django's own doing. The tables are
empty; what is tried out is rolled back, in a database that is thrown away.
"""
