"""Outside DEBUG the environment must be complete, and what it gives must be safe."""

import secrets

COMPLETE = {
    "DJANGO_DEBUG": "0",
    "DJANGO_SECRET_KEY": secrets.token_urlsafe(64),
    "DJANGO_ALLOWED_HOSTS": "example.org",
}


def test_deploy_check_is_clean_with_the_environment_of_the_readme(python):
    answer = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **COMPLETE)
    assert answer.returncode == 0, answer.stderr


def test_trusted_origins_come_from_the_environment_and_with_hosts_from_a_platform(python):
    """And no process of the web sets the switch that is for the kernel."""
    show = "import os, speedster.asgi, speedster.wsgi; from django.conf import settings as it; "
    show += "print(*it.CSRF_TRUSTED_ORIGINS, *it.ALLOWED_HOSTS, *{SWITCH} & {*os.environ})"
    answer = python(
        *("-c", show.replace("SWITCH", "'DJANGO_ALLOW_ASYNC_UNSAFE'")),
        DJANGO_TRUSTED_ORIGINS=" https://board.example.org, ",
        GITPOD_WORKSPACE_URL="https://fluffy.ws.gitpod.io",
    )
    assert answer.stdout.split() == [
        *("https://board.example.org", "https://8000-fluffy.ws.gitpod.io"),
        *("localhost", "127.0.0.1", "[::1]", "8000-fluffy.ws.gitpod.io"),
    ], answer.stderr
