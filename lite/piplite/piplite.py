"""The kernel imports this, and sets where it would look for packages."""
