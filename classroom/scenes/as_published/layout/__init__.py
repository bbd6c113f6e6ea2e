"""Layouts of modules that fail. Nothing imports what is in here.

`named_otherwise` is a fault of the published tree. The other two are risks of its advice: its own
star imports happen to work, and none of its models needs a signal.
Each folder holds the least that shows one of them, and fails when somebody asks for it.
See https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-receiver-functions
"""
