"""How the rota looks, and how it fills: shifts, hires in turn, and the event log, as tables.

Every table is read from the database at the moment you ask for it.
"""
