"""Hang the wall's buttons into the board.

See https://docs.djangoproject.com/en/5.2/ref/templates/api/#writing-your-own-context-processors
"""

from classroom.board.forms import WiringForm, next_from_roster


def board_tools(request):
    """Give the board its tools: called only by the page that shows them."""
    return {"board_tools": lambda: tools(request)}


def tools(request):
    [person] = next_from_roster(1)
    form = WiringForm(initial={"wiring": request.GET.get("wiring")}, auto_id="by_%s")
    name = "{first_name} {last_name}".format(**person)
    return {"template": "classroom/tools.html", "form": form, "next": name}
