"""The ASGI entry point. See https://docs.djangoproject.com/en/5.2/howto/deployment/asgi/"""

from django.core.asgi import get_asgi_application

from speedster import environment

environment.choose_settings()

application = get_asgi_application()
