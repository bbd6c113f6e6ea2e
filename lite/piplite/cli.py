"""What `%pip` does in a cell."""


async def get_transformed_code(arguments):
    """Return code that says why nothing is installed here."""
    return "print('Nothing can be installed here: the course brings what it uses.')"
