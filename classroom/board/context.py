"""Hang the wall's buttons into the board.

See https://docs.djangoproject.com/en/5.2/ref/templates/api/#writing-your-own-context-processors
"""

from functools import partial

from classroom.board.forms import RosterForm, next_in_roster
from speedy.wirings import WIRINGS


def board_tools(request):
    """Give the board its tools: a function, so that only the page that shows them asks for them."""
    return {"board_tools": partial(tools, request)}


def tools(request):
    at, name = next_in_roster()
    asked = request.GET.get("wiring")
    wiring = asked if asked in WIRINGS else next(iter(WIRINGS))
    form = RosterForm(initial={"at": at, "wiring": wiring}, auto_id=False)
    return {"template": "classroom/tools.html", "form": form, "next": name}
