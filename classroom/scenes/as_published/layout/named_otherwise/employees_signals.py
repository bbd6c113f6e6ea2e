"""A receiver that is never connected: importing it runs the package's __init__ first."""


def employee_created(sender, **kwargs):
    pass
