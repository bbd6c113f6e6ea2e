"""From the text that people edit to what people read: notebooks, and the web site of them.

The files in `notebooks/` that end in .ipynb are written here and nowhere else.
"""
