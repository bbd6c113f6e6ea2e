"""The published layout of modules, faults kept and numbered. Nothing imports what is in here.

Each folder holds the least that shows one fault, and fails when somebody asks for it.
See https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-receiver-functions
"""
