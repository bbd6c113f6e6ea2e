"""The course as a web site: its notebooks with the outputs that are committed, and nothing run.

`course` reads what there is, `cells` turns a notebook into HTML, `diagrams` draws, and `building`
writes the pages. No page asks another machine for anything, so the site works from a folder.
See https://nbconvert.readthedocs.io/en/latest/customizing.html
"""
