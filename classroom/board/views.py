"""What the buttons on the wall do. As on the board itself, only POST acts.

See https://docs.djangoproject.com/en/5.2/topics/http/views/
"""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from classroom.board.forms import OnceForm, RosterForm
from classroom.scenes.calendar import pass_a_day, spell
from speedy.forms import HireForm
from speedy.models import ShiftsEmployees
from speedy.views import (
    SHOW_OR_ACT,
    SentBefore,
    one_transaction,
    only_once,
    render_board,
    show_new,
    tell,
)
from speedy.wirings import WIRINGS


def button(kind, done):
    """Make a view of what a button does: once for each form, and nothing for a bad one."""

    def decorator(act):
        @require_POST
        def view(request):
            form = kind(request.POST, request.FILES)
            if not form.is_valid():
                for errors in form.errors.values():
                    messages.error(request, " ".join(errors))
                return render_board(request, HireForm(), status=400)
            try:
                with only_once(request, done):
                    return act(request, form)
            except SentBefore as sent_before:
                messages.info(request, str(sent_before))
                return redirect("speedy:board")

        view.__name__ = act.__name__
        return view

    return decorator


@button(RosterForm, "somebody was hired")
def hire_next(request, form):
    """Hire the next of the roster."""
    wiring, [fields] = form.cleaned_data["wiring"], form.people(1)
    with one_transaction():
        employee = WIRINGS[wiring].hire(**fields)
    tell(hire_next, f"Employees object created: {employee}", employee, request)
    messages.success(request, f"{employee} works here now, hired by {wiring}.")
    return show_new(request, [employee], wiring)


@button(RosterForm, "three people were hired")
def hire_three(request, form):
    """Hire the next three of the roster at once, as somebody in a hurry would."""
    wiring, by = form.cleaned_data["wiring"], WIRINGS[form.cleaned_data["wiring"]]
    people = [by.model(**fields) for fields in form.people(3)]
    with one_transaction():
        people = by.hire_many(people)
    for person in people:
        tell(hire_three, f"Employees object created: {person}", person, request)
    placed = ShiftsEmployees.objects.filter(employee__in=[it.pk for it in people]).count()
    messages.success(request, f"Three came at once by {wiring}: {placed} of them got a shift.")
    return show_new(request, people, wiring)


@button(OnceForm, "the day was turned")
def next_day(request, form):
    """Turn the calendar of this server by a day."""
    pass_a_day()
    messages.success(
        request,
        f"It is {spell(timezone.localdate())}. Shifts before today go when the next one joins.",
    )
    return redirect("speedy:board")


@require_http_methods(SHOW_OR_ACT)
def four_ways(request, broken=False):
    """Show the same hire by each wiring; what it tries is in a database of its own."""
    if request.method == "POST":
        return compare(request, broken)
    context = {"broken": broken, "compared": request.session.get(key(broken)), "form": OnceForm()}
    return render(request, "classroom/four_ways.html", context)


def broken_rule(request):
    """Show what is left by each wiring where the rule raises."""
    return four_ways(request, broken=True)


def compare(request, broken):
    form = OnceForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(form.non_field_errors()) or "That was no button.")
        return render_board(request, HireForm(), status=400)
    from classroom.board.trying import compared  # with Django's test tools: they take their time

    request.session[key(broken)] = compared(broken)
    request.session.save()  # here a database that refuses is answered for, not after the view
    return redirect(reverse("board:broken" if broken else "board:four"))


def key(broken):
    return "broken_rule" if broken else "four_ways"
