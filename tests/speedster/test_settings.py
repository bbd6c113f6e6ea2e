"""Outside DEBUG the environment must be complete, and what it gives must be safe."""

import secrets

COMPLETE = {
    "DJANGO_DEBUG": "0",
    "DJANGO_SECRET_KEY": secrets.token_urlsafe(64),
    "DJANGO_ALLOWED_HOSTS": "example.org",
}
CHECK = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")


def test_deploy_check_is_clean_with_the_environment_of_the_readme(python):
    answer = python(*CHECK, **COMPLETE)
    assert answer.returncode == 0, answer.stderr


def test_start_is_refused_outside_debug_without_a_key(python):
    answer = python(*CHECK, **{**COMPLETE, "DJANGO_SECRET_KEY": ""})
    assert answer.returncode != 0
    assert "set DJANGO_SECRET_KEY" in answer.stderr


def test_hosts_come_from_the_environment(python):
    show = "from django.conf import settings; print(settings.ALLOWED_HOSTS)"
    answer = python("-c", show, DJANGO_SETTINGS_MODULE="speedster.settings", **COMPLETE)
    assert answer.stdout.strip() == "['example.org']"


def test_no_web_process_sets_the_async_switch(python):
    web = "import os, speedster.asgi, speedster.wsgi; "
    answer = python("-c", web + "print('DJANGO_ALLOW_ASYNC_UNSAFE' in os.environ)")
    assert answer.stdout == "False\n"


def test_trusted_origins_and_hosts_come_from_the_environment_and_from_a_platform(python):
    answer = python(
        "-c",
        "from django.conf import settings as it; print(*it.CSRF_TRUSTED_ORIGINS, it.ALLOWED_HOSTS)",
        DJANGO_SETTINGS_MODULE="speedster.settings",
        DJANGO_TRUSTED_ORIGINS=" https://board.example.org, ",
        GITPOD_WORKSPACE_URL="https://fluffy.ws.gitpod.io",
    )
    assert answer.stdout.split() == [
        "https://board.example.org",
        "https://8000-fluffy.ws.gitpod.io",
        "['localhost',",
        "'127.0.0.1',",
        "'[::1]',",
        "'8000-fluffy.ws.gitpod.io']",
    ]
