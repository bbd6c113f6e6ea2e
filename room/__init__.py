"""A room on one machine: JupyterHub, and a desk for each learner. `make room NAMES=names.txt`.

See https://jupyterhub.readthedocs.io/en/stable/
"""
