"""An app for the models that are written in a cell: by itself it has none."""
