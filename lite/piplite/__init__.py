"""Stands for JupyterLite's installer: what the course needs is here before a kernel asks for it."""
