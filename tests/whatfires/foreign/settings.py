"""A project of somebody else: two apps, two databases, no auth, no admin, no pandas."""

import os
from pathlib import Path

import django

HERE = Path(__file__).parent
SECRET_KEY = "not one"
INSTALLED_APPS = ["django.contrib.contenttypes", "shop", "archive"]
INSTALLED_APPS += os.environ.get("MORE_APPS", "").split()
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "default.sqlite3"},
    "elsewhere": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "elsewhere.sqlite3"},
}
if "MORE_APPS" not in os.environ:  # from Django 6.1 on a command checks every database
    DATABASES["no driver"] = {"ENGINE": "shop.no_such_engine", "NAME": "none"}
DATABASE_ROUTERS = ["archive.router.Router"]
TO_FILES = "django.core.mail.backends.filebased.EmailBackend"
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": TO_FILES, "OPTIONS": {"file_path": HERE / "mail"}}}
else:
    EMAIL_BACKEND, EMAIL_FILE_PATH = TO_FILES, HERE / "mail"
MEDIA_ROOT = HERE / "media"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HERE / "cache",
    }
}
LOGGING = {
    "version": 1,
    "handlers": {"file": {"class": "logging.FileHandler", "filename": HERE / "shop.log"}},
    "loggers": {"shop": {"handlers": ["file"], "level": "INFO"}},
}
WHATFIRES_CHECK = {"shop.Order": ["bulk_create(), 2 rows"]}
WHATFIRES_SECRETS = ["iban"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
