"""Two modules, of which one imports all that the other has."""
