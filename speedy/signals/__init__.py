"""The signals of the app, and their receivers.

This package imports nothing, so models may import the declarations in `custom_signals`.
`SpeedyConfig.ready()` imports the modules with receivers, which connects them.
See https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-receiver-functions
"""
