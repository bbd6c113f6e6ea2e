"""Show on the board what an action there set off, or why the database took none.

And read what a proxy says of a request.

speedy never imports classroom, so its views know nothing of traces: this stands around them.
See https://docs.djangoproject.com/en/5.2/topics/http/middleware/
"""

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError

from classroom.running.refusals import refusal
from whatfires import trace

BOARD = ("speedy", "board")  # the app's own actions, and those of classroom.board
UNREAD = (BadRequest, SuspiciousOperation, MultiPartParserError, LookupError, ValueError)


def forwarded_in_any_case(get_response):
    """Take HTTPS, as some proxies write it, for the https that Django looks for."""

    def middleware(request):
        name, _ = settings.SECURE_PROXY_SSL_HEADER
        if name in request.META:
            request.META[name] = request.META[name].lower()
        return get_response(request)

    return middleware


def told_of_what_is_unread(get_response):
    """Answer with a sentence where a query or a form cannot be read.

    With DEBUG, Django would show its page of frames, which reads them again, and fails again.
    """

    def middleware(request):
        try:
            int(request.META.get("CONTENT_LENGTH") or 0)  # as the view that reads a body does
            request.GET, request.POST  # noqa: B018  # read when they are asked for
        except UNREAD as error:
            most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
            expected = (
                "Expected a form as a browser sends it, its length in digits, in UTF-8, "
                f"with {most:,} fields at most"
            )
            return said_plainly(f"{expected}; came another: {error}", 400)
        return get_response(request)

    return middleware


def what_fired(get_response):
    """Trace each action on the board; the page that follows finds the story in the session."""

    def middleware(request):
        if request.method != "POST":
            return get_response(request)
        # Each request opens a connection and reads its session, which is no part of the story.
        try:
            connection.ensure_connection()
            request.session.keys()
        except DatabaseError:  # the view meets it, too
            return get_response(request)
        with trace() as seen:
            response = get_response(request)
        # Acted, and sent on to the board: what was refused, or came twice, changed nothing.
        acted = any(it.startswith(("INSERT", "UPDATE", "DELETE")) for it in seen.statements)
        if acted and response.status_code == 302 and request.resolver_match.app_name in BOARD:
            request.session["what_fired"] = story(seen)
        return response

    return middleware


def told_of_refusals(get_response):
    """Answer with a sentence where the disk or the database refuses, not with a page of frames."""

    def middleware(request):
        return get_response(request)

    def process_exception(request, error):
        error = error.__context__ if isinstance(error, UpdateError) else error  # of a session
        said = refusal(error) if isinstance(error, (OSError, DatabaseError)) else None
        if said:
            return said_plainly(said, 503)

    middleware.process_exception = process_exception
    return middleware


def said_plainly(words, status):
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


def story(seen):
    """Return the tree of a trace as JSON: lines of (words, style) pairs, and a summary.

    What the view and its form read before they acted, and afterwards to tell of it, is no part of
    it. `wrapped` says that the view opened a transaction around what it called.
    """
    own = [number for number, event in enumerate(seen) if not prepares(event)]
    acted = seen[own[0] : own[-1] + 1]
    tree = acted.tree()
    lines = [{"branches": line.branches, "words": line.words} for line in tree.lines]
    wrapped = acted[0].what.startswith("BEGIN")  # IMMEDIATE, on SQLite
    return {"lines": lines, "summary": str(tree.summary), "wrapped": wrapped}


def prepares(event):
    """Tell whether an event may come of a form alone: it reads, or makes an instance."""
    return event.what.startswith("SELECT") or event.what in ("pre_init", "post_init")
