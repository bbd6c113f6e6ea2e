"""What a lesson tries: wirings side by side, races, processes that end, costs, tests to run.

Each experiment runs in a database of its own, and shows what came of it in a table.
"""
