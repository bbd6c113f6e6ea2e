"""Settings of the teaching project: only what the lessons need, safe outside DEBUG.

The environment decides everything that differs between machines (docs/running.md, "Settings").
See https://docs.djangoproject.com/en/5.2/ref/settings/
"""

import sys
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from speedster import environment

BASE_DIR = Path(__file__).resolve().parent.parent

# Learners start without any set-up, so DEBUG is on unless the environment says otherwise;
# the hosts below keep such a server to this machine.
DEBUG = environment.flag("DJANGO_DEBUG", default=True)
PLATFORM = environment.platform_origins(port=8000)  # where a Codespace, say, shows this server
HERE = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = environment.hosts("DJANGO_ALLOWED_HOSTS", [*HERE, *PLATFORM])
# A form that comes through a proxy names the proxy's address as its origin.
CSRF_TRUSTED_ORIGINS = [*environment.origins("DJANGO_TRUSTED_ORIGINS"), *PLATFORM]

SECRET_KEY = environment.text("DJANGO_SECRET_KEY") or (DEBUG and "django-insecure-for-debug-only")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "DJANGO_SECRET_KEY is empty and DJANGO_DEBUG is off: set DJANGO_SECRET_KEY to a long "
        "random string of your own, or DJANGO_DEBUG=1 on a machine where you only learn."
    )

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "speedy",
    "whatfires",  # its commands: who_listens, what_fires
    "classroom",  # before django_extensions: its shell_plus replaces the one below
    "classroom.scenes.as_published",  # the specimen: the published design, faults kept
    "classroom.scenes.polls",  # models that are written in a cell
    "classroom.scenes.stage",  # plain models on which what_fires() tries operations out
    "django_extensions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# What a board on the wall has besides: the roster, the calendar, a rule that breaks, and what an
# action set off, SQL included. For learners, not for the public.
BOARD_TOOLS = DEBUG
if BOARD_TOOLS:
    MIDDLEWARE.append("classroom.running.middleware.what_fired")
    MIDDLEWARE.append("classroom.running.middleware.told_of_refusals")

# Where a proxy shows this server below an address of its own, such as /user/ada/board.
SHOWN_BELOW = environment.place("DJANGO_SCRIPT_NAME")
# The Debug Toolbar, with the panel of whatfires, on a server that somebody learns with. Commands,
# notebooks and tests do without it: it connects receivers of its own, which lessons would show.
TOOLBAR = environment.flag("DJANGO_TOOLBAR", default="runserver" in sys.argv)
if DEBUG and TOOLBAR and find_spec("debug_toolbar"):
    INSTALLED_APPS.append("debug_toolbar")
    MIDDLEWARE.insert(0, "debug_toolbar.middleware.DebugToolbarMiddleware")
    INTERNAL_IPS = ["127.0.0.1", "::1"]
    DEBUG_TOOLBAR_PANELS = [
        "debug_toolbar.panels.history.HistoryPanel",
        "debug_toolbar.panels.timer.TimerPanel",
        "debug_toolbar.panels.sql.SQLPanel",
        "whatfires.debug_toolbar.WhatFiresPanel",
    ]
    # The board fills a telephone; the toolbar is a handle on it until somebody asks for it.
    DEBUG_TOOLBAR_CONFIG = {"SHOW_COLLAPSED": True}
if BOARD_TOOLS:
    MIDDLEWARE.insert(0, "classroom.running.middleware.told_of_what_is_unread")

ROOT_URLCONF = "speedster.urls"
WSGI_APPLICATION = "speedster.wsgi.application"
ASGI_APPLICATION = "speedster.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
if BOARD_TOOLS:
    TEMPLATES[0]["OPTIONS"]["context_processors"].append("classroom.board.context.board_tools")

DATABASES = {"default": environment.database("DATABASE_URL", BASE_DIR)}
SQLITE_OPTIONS = {
    # A hire reads, then writes: taking the write lock at BEGIN lets two hires queue up
    # instead of failing with "database is locked" when the second one starts to write.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,  # seconds that a connection waits for that lock
    # Readers (a notebook) go on while a writer (the web server) is busy.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS

# The event log that lesson 04 builds. A notebook has one of its own, beside its database.
EVENT_LOG = BASE_DIR / "log_event.log"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "event": {"format": "%(asctime)s -- %(message)s", "datefmt": "%d_%m_%Y_%H_%M_%S"}
    },
    "handlers": {
        "event_log": {"class": "speedy.event_file.EventFileHandler", "formatter": "event"}
    },
    "loggers": {"speedy.events": {"handlers": ["event_log"], "level": "INFO", "propagate": False}},
}

TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en-gb"
STATIC_URL = f"{SHOWN_BELOW}/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]

if environment.flag("DJANGO_BEHIND_PROXY", default=False):
    # A proxy that ends TLS says so in this header. Trust it only where the proxy always sets it:
    # without a proxy, any visitor could. Without it, HTTPS is redirected to itself for ever.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    MIDDLEWARE.insert(0, "classroom.running.middleware.forwarded_in_any_case")

if not DEBUG:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# What shell_plus puts into every notebook, beside the models of speedy.
SHELL_PLUS_IMPORTS = [
    "from classroom import *",
    "from datetime import date, timedelta",
    "from speedy.scheduling import assign, assign_many",
]
# The specimen's models bear the same names; lessons say `as_published.Employees`. Nobody hires
# on the stage.
SHELL_PLUS_DONT_LOAD = ["as_published", "stage"]
