"""How tables look: real DataFrames, with a tint where CSS is shown and glyphs everywhere.

See https://pandas.pydata.org/docs/user_guide/style.html
"""

import pandas as pd

# See-through colours, so that they suit the light and the dark theme alike.
TINTS = {
    "full": "background-color: rgba(46, 160, 67, .24)",
    "room": "background-color: rgba(56, 139, 253, .18)",
    "alarm": "background-color: rgba(229, 83, 75, .30)",
    "quiet": "",
}
LONGEST = 60


class Table(pd.DataFrame):
    """A DataFrame with a face of its own in a notebook; what you cut out of it is a plain one."""

    # Read instead of a table without rows. (A property of the class: pandas would take an
    # attribute set on the instance for a column.)
    when_empty = "nothing to show"

    def tint(self, row, column):
        """Name the tint (see TINTS) of the cell where a row, a Series, meets a column."""
        return "quiet"

    def __repr__(self):
        if self.empty:
            return self.when_empty
        # Whole, where pandas would leave columns out to fit a terminal of 80 characters.
        return super().__repr__() if len(self) > LONGEST else self.to_string()

    def _repr_html_(self):
        if self.empty:
            return f"<em>{self.when_empty}</em>"
        if len(self) > LONGEST:
            return super()._repr_html_()
        # The Styler wants row labels that differ; two shifts on one day (the specimen) do not.
        shown = pd.DataFrame(self).reset_index()
        # A fixed uuid: the same table gives the same HTML each time.
        style = shown.style.hide(axis="index").set_uuid(type(self).__name__)
        style = style.set_table_attributes('class="dataframe"').format(precision=1, escape="html")
        style = style.set_properties(**{"text-align": "left"})
        style = style.set_table_styles([{"selector": "th", "props": "text-align: left"}])

        def css(row):
            return [TINTS[self.tint(row, column)] for column in row.index]

        return style.apply(css, axis="columns").to_html()
