"""How the course is built for a browser, by JupyterLite. What it runs is in the other folders."""
