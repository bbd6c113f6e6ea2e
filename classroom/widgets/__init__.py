"""What learners click and move: for each piece an ES module and its Python face.

Each module draws the same in JupyterLab, in VS Code and on a page, and fetches nothing.
"""
