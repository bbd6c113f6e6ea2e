"""Show on the board what an action there set off.

speedy never imports classroom, so its views know nothing of traces: this stands around them.
See https://docs.djangoproject.com/en/5.2/topics/http/middleware/
"""

from django.db import connection

from whatfires import trace


def what_fired(get_response):
    """Trace each action on the board; the page that follows finds the story in the session."""

    def middleware(request):
        if request.method != "POST":
            return get_response(request)
        connection.ensure_connection()  # each request opens one, which is no part of the story
        with trace() as seen:
            response = get_response(request)
        # Acted, and sent on to the board: what was refused, or came twice, changed nothing.
        acted = any(it.startswith(("INSERT", "UPDATE", "DELETE")) for it in seen.statements)
        if acted and response.status_code == 302 and request.resolver_match.app_name == "speedy":
            request.session["what_fired"] = story(seen)
        return response

    return middleware


def story(seen):
    """Return the tree of a trace as JSON: its summary, and lines of (words, style) pairs."""
    tree = seen.tree()
    lines = [{"branches": line.branches, "words": line.words} for line in tree.lines]
    return {"lines": lines, "summary": str(tree.summary)}
