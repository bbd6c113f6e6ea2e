"""The WSGI entry point. See https://docs.djangoproject.com/en/5.2/howto/deployment/wsgi/"""

from urllib.parse import unquote

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from speedster import environment

environment.choose_settings()

django_application = get_wsgi_application()


def application(environ, start_response):
    """Tell Django which part of the path is the address below which a proxy shows this server."""
    prefix = unquote(settings.SHOWN_BELOW).encode().decode("latin-1")  # as WSGI passes a path
    path = environ["PATH_INFO"]
    if prefix and f"{path}/".startswith(f"{prefix}/"):
        environ = {**environ, "SCRIPT_NAME": prefix, "PATH_INFO": path.removeprefix(prefix)}
    return django_application(environ, start_response)
