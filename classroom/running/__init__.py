"""What the course runs on: the kernel, PostgreSQL for a while, a doctor for a broken set-up.

Nothing here knows what is taught.
"""
