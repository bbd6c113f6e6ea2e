"""The project of the pages in docs/whatfires: one app, and no more than the pages need."""

from pathlib import Path

import django

SECRET_KEY = "not one"
DEBUG = True
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "shop", "whatfires"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(__file__).parent / "shop.sqlite3",
    }
}
IN_MEMORY = "django.core.mail.backends.locmem.EmailBackend"
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": IN_MEMORY}}
else:
    EMAIL_BACKEND = IN_MEMORY
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
