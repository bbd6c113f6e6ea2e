"""From the text that people edit to what people read: notebooks. (The web site is Sphinx's work.)

The files in `notebooks/` that end in .ipynb are written here and nowhere else.
"""
