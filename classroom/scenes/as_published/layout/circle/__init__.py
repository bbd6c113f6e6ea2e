"""A model's module and a package of signals that need each other."""
