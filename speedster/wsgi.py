"""The WSGI entry point. See https://docs.djangoproject.com/en/5.2/howto/deployment/wsgi/"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speedster.settings")

django_application = get_wsgi_application()


def application(environ, start_response):
    """Take off the address below which a proxy shows this server, where it passes that on."""
    prefix = settings.FORCE_SCRIPT_NAME
    if prefix and environ["PATH_INFO"].startswith(f"{prefix}/"):
        environ = {**environ, "PATH_INFO": environ["PATH_INFO"].removeprefix(prefix)}
    return django_application(environ, start_response)
