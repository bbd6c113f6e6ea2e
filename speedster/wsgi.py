"""The WSGI entry point. See https://docs.djangoproject.com/en/5.2/howto/deployment/wsgi/"""

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from speedster import environment

environment.choose_settings()

django_application = get_wsgi_application()


def application(environ, start_response):
    """Tell Django which part of the path is the address below which a proxy shows this server."""
    prefix = settings.SHOWN_BELOW
    if prefix and environ["PATH_INFO"].startswith(f"{prefix}/"):
        path = environ["PATH_INFO"].removeprefix(prefix)
        environ = {**environ, "SCRIPT_NAME": prefix, "PATH_INFO": path}
    return django_application(environ, start_response)
