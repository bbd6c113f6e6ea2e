"""Stands for IPython's shell in a terminal, which a browser has not. Its import takes long."""


def embed(**options):
    raise NotImplementedError("A browser has no terminal: run the code in a cell.")
