"""A model's module and a signal's module that need each other."""
