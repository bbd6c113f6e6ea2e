"""What the environment says is cleaned, and what makes no sense gets a sentence."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from speedster import environment


@pytest.mark.parametrize(
    "came, read", [("1", True), (" Yes ", True), ("off", False), ("0\n", False), ("", True)]
)
def test_a_flag(monkeypatch, came, read):
    monkeypatch.setenv("A_FLAG", came)
    assert environment.flag("A_FLAG", default=True) is read


@pytest.mark.parametrize("came", ["2", "maybe", "tru"])
def test_what_is_no_flag_is_refused_by_name(monkeypatch, came):
    monkeypatch.setenv("A_FLAG", came)
    with pytest.raises(ImproperlyConfigured, match=f"A_FLAG expected 1 or 0 .*came '{came}'"):
        environment.flag("A_FLAG", default=True)


@pytest.mark.parametrize(
    "came, read",
    [
        ("a.org, b.org; c d", ["a.org", "b.org", "c", "d"]),
        (" a.org ,,", ["a.org"]),
        (" , ", ["x"]),
        ("", ["x"]),
    ],
)
def test_names_lose_their_spaces(monkeypatch, came, read):
    monkeypatch.setenv("SOME_NAMES", came)
    assert environment.names("SOME_NAMES", ["x"]) == read


@pytest.mark.parametrize(
    "came, read",
    [("", "/p/a.db"), (" b.db ", "/p/b.db"), ("/c/d.db", "/c/d.db"), ("~/e.db", "/homes/ada/e.db")],
)
def test_a_file_is_in_the_project_unless_it_says_where(monkeypatch, came, read):
    monkeypatch.setenv("HOME", "/homes/ada")
    monkeypatch.setenv("A_FILE", came)
    assert str(environment.file("A_FILE", "a.db", Path("/p"))) == read


def test_the_home_of_nobody_is_refused(monkeypatch):
    monkeypatch.setenv("A_FILE", "~nosuchuser/e.db")
    with pytest.raises(ImproperlyConfigured, match="A_FILE expected the path of a file"):
        environment.file("A_FILE", "a.db", Path("/p"))


@pytest.mark.parametrize(
    "came, read",
    [("", ""), ("/", ""), ("board", "/board"), (" /a/ž/ ", "/a/%C5%BE"), ("/%C5%BE", "/%C5%BE")],
)
def test_a_place_below_an_address_begins_with_a_slash_and_ends_with_none(monkeypatch, came, read):
    monkeypatch.setenv("A_PLACE", came)
    assert environment.place("A_PLACE") == read


@pytest.mark.parametrize("wrong", ["https://a.org/b", "/a b", "/b?c", "/../b", "a//b", "a\\b"])
def test_what_is_no_place_is_refused(monkeypatch, wrong):
    monkeypatch.setenv("A_PLACE", wrong)
    with pytest.raises(ImproperlyConfigured, match="A_PLACE expected the path of an address"):
        environment.place("A_PLACE")


def test_hosts_and_origins_are_read_out_of_addresses(monkeypatch):
    """Django compares them letter by letter, so that such an entry let nobody in."""
    hosts = "https://a.org/board, a.org:8000, *.b.org, ::1, [::1]:8000, 127.0.0.1:80, *"
    monkeypatch.setenv("SOME", hosts)
    read = environment.hosts("SOME", [])
    assert read == ["a.org", "a.org", ".b.org", "[::1]", "[::1]", "127.0.0.1", "*"]
    monkeypatch.setenv("SOME", "https://A.org/ http://b.org:80/c, https://*.d.org:8443")
    assert environment.origins("SOME") == ["https://a.org", "http://b.org", "https://*.d.org:8443"]


def test_the_board_is_found_below_a_path_with_any_letter(python):
    """A learner whose login has such a letter got no board in a room."""
    ask = """
from django.urls import reverse
from django.test import RequestFactory
from speedster.wsgi import application
environ = RequestFactory().get("/", headers={"host": "localhost"}).environ
for path in "/ž/board/", "/ž/board":
    environ["PATH_INFO"] = path.encode().decode("latin-1")
    page = b"".join(application(environ, lambda status, headers: print(status)))
    print(b'action="/%C5%BE/board/hire/"' in page, b'"/%C5%BE/board/static/' in page)
"""
    python("manage.py", "migrate", "-v0")
    answer = python("-c", ask, DJANGO_SCRIPT_NAME="/%C5%BE/board")
    assert answer.stdout.split() == ["200", "OK", "True", "True"] * 2, answer.stderr


@pytest.mark.parametrize("wrong", ["b.org", "https://", "http:///b", "https://[x", "https://[x]"])
def test_an_origin_has_a_scheme_and_a_host(monkeypatch, wrong):
    monkeypatch.setenv("SOME_ORIGINS", f"https://a.org, {wrong}")
    with pytest.raises(ImproperlyConfigured, match=re.escape(f"came '{wrong}'")):
        environment.origins("SOME_ORIGINS")


PLATFORMS = [
    ({"CODESPACE_NAME": "fluffy-train"}, []),
    (
        {"CODESPACE_NAME": "b", "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "app.github.dev"},
        ["https://b-8000.app.github.dev", "https://localhost:8000"],
    ),
    ({"GITPOD_WORKSPACE_URL": "https://b.ws.gitpod.io/"}, ["https://8000-b.ws.gitpod.io"]),
    ({"WEB_HOST": "0.0.0.0"}, []),
    ({"CLOUD_SHELL": "true", "WEB_HOST": "b.cloudshell.dev"}, ["https://8000-b.cloudshell.dev"]),
    ({"REPLIT_DEV_DOMAIN": "b.replit.dev"}, ["https://b.replit.dev", "https://b.replit.dev:8000"]),
    ({"VSCODE_PROXY_URI": "https://{{port}}--b.coder.org/"}, ["https://8000--b.coder.org"]),
    ({"VSCODE_PROXY_URI": "https://b.org/proxy/{{port}}"}, ["https://b.org"]),
    ({"VSCODE_PROXY_URI": "./proxy/{{port}}"}, []),
    ({"VSCODE_PROXY_URI": "https://{{port}}-{{host}}"}, []),
    ({"GITPOD_WORKSPACE_URL": "https://[x", "REPLIT_DEV_DOMAIN": "no name"}, []),
]


@pytest.mark.parametrize("said, origins", PLATFORMS)
def test_a_platform_says_who_it_is(monkeypatch, said, origins):
    for name in {name for names, _ in PLATFORMS for name in names}:
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert environment.platform_origins(8000) == origins


FOLDERS = ["plain", "a#b", "what?", "100%25", "two words", "Zoë и Ødegård", "long" * 45]


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("url", ["", "  ", "sqlite:///db.sqlite3"])
def test_the_file_is_in_the_folder_of_the_project(monkeypatch, folder, url):
    monkeypatch.setenv("DATABASE_URL", url)
    project = Path("/somewhere", folder)
    assert environment.database("DATABASE_URL", project)["NAME"] == str(project / "db.sqlite3")


@pytest.mark.parametrize(
    "url, name",
    [
        ("sqlite:////elsewhere/a.sqlite3", "/elsewhere/a.sqlite3"),
        ("sqlite://:memory:", ":memory:"),
        ("postgres://ada:p%40ss@localhost/speedster", "speedster"),
    ],
)
def test_what_is_not_relative_stays(monkeypatch, url, name):
    monkeypatch.setenv("DATABASE_URL", url)
    assert environment.database("DATABASE_URL", Path("/p"))["NAME"] == name


@pytest.mark.parametrize(
    "url", ["nonsense", "foo://x", "postgres://ada:sesame@host:port/x", "postgres:///"]
)
def test_what_is_no_url_is_refused_and_its_password_is_not_told(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL expected a URL") as refusal:
        environment.database("DATABASE_URL", Path("/p"))
    assert "sesame" not in str(refusal.value)
    assert refusal.value.__suppress_context__


# Behind a proxy that ends TLS: a browser's origin is the proxy's, over https.

PUBLIC = "https://board.example.org"


@pytest.mark.django_db
@pytest.mark.parametrize("trusted, status", [([], 403), ([PUBLIC], 302)])
def test_a_form_comes_through_a_proxy_that_is_named(settings, trusted, status):
    """See https://docs.djangoproject.com/en/5.2/ref/settings/#csrf-trusted-origins"""
    settings.CSRF_TRUSTED_ORIGINS = trusted
    visitor = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', visitor.get("/").text)[1]
    person = {"first_name": "Ada", "last_name": "Quillbrook", "address": "Ely", "age": "33"}
    form = {"csrfmiddlewaretoken": token, "wiring": "direct call", **person}
    headers = {"origin": PUBLIC, "referer": f"{PUBLIC}/", "x-forwarded-proto": "https"}
    assert visitor.post(reverse("speedy:hire"), form, headers=headers).status_code == status


def test_https_at_the_proxy_is_not_redirected_again(python):
    ask = (
        "import django; django.setup();"
        "from django.test import Client;"
        "ask = lambda **more: Client().get('/', headers={'host': 'example.org', **more});"
        "print(ask().status_code, ask(**{'x-forwarded-proto': 'https'}).status_code)"
    )
    public = {
        "DJANGO_SETTINGS_MODULE": "speedster.settings", "DJANGO_DEBUG": "0",
        "DJANGO_SECRET_KEY": "x" * 60, "DJANGO_ALLOWED_HOSTS": " example.org ",
    }  # fmt: skip
    python("manage.py", "migrate", "-v0")
    assert python("-c", ask, **public).stdout.split() == ["301", "301"]
    answer = python("-c", ask, **public, DJANGO_BEHIND_PROXY="1")
    assert answer.stdout.split() == ["301", "200"], answer.stderr


@pytest.mark.parametrize("word, status", [("HTTPS", 200), ("Https, http", 200), ("http", 301)])
def test_https_is_known_in_capitals_too(client, settings, word, status):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    forwarded = "classroom.running.middleware.forwarded_in_any_case"
    settings.MIDDLEWARE = [forwarded, *settings.MIDDLEWARE]
    answer = client.get(reverse("admin:login"), headers={"x-forwarded-proto": word})
    assert answer.status_code == status
    assert client.get(reverse("admin:login")).status_code == 301


@pytest.mark.parametrize(
    "came",
    ["[]", "5", "nonsense", "[" * 99_999, '{"settings": 5}', '{"imports": "os"}',
     '{"dont_load": [5]}', '{"plain": true}', '{"quiet_load": false}'],
)  # fmt: skip
def test_word_of_shell_plus_that_is_none_gets_a_sentence(monkeypatch, came):
    monkeypatch.setenv("SOME", came)
    with pytest.raises(ImproperlyConfigured, match="SOME expected what shell_plus leaves") as said:
        environment.handed_on("SOME", ["settings"], ["imports", "dont_load"])
    assert len(str(said.value)) < 250
