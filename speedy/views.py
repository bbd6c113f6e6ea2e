"""The board, and the two views of the tutorial. GET shows; only POST acts, with its CSRF token.

See https://docs.djangoproject.com/en/5.2/topics/http/views/
"""

from contextlib import contextmanager

from django.conf import settings
from django.contrib import messages
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import DataError, IntegrityError
from django.db.models import Count, Prefetch, Subquery, Sum
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from speedy.event_file import read_events
from speedy.forms import COLUMNS, HireForm, PersonForm, Sending, refuse_strange
from speedy.models import SEATS, Employees, Shifts, ShiftsEmployees
from speedy.scheduling import assign, locked_rota, shifts_of
from speedy.signals.custom_signals import event_signal
from speedy.wirings import one_transaction

SHIFTS_PER_PAGE = 24
EVENTS_SHOWN = 8
WAITING_SHOWN = 12
REMEMBERED = 300  # people of whom a browser's session knows the wiring
LONGEST_MESSAGE = 500  # of an error's own words, which may quote whatever was posted
SHOW_OR_ACT = ["GET", "HEAD", "POST"]
# What storing somebody may raise: wrong types, wrong values, what the database refuses. A database
# that is not there is no fault of the form, and goes on as an error of the server.
REFUSALS = (TypeError, ValueError, ValidationError, DataError, IntegrityError)


@require_safe
def board(request):
    """Show the rota: who sits where, how full it is, what was logged and what fired last."""
    return render_board(request, HireForm(initial={"wiring": request.GET.get("wiring")}))


@require_POST
def hire(request):
    """Hire somebody by the chosen wiring, and show the board."""
    form = HireForm(request.POST, request.FILES)
    try:
        employee = hired(hire, form, form.hire, request) if form.is_valid() else None
    except SentBefore as sent_before:
        messages.info(request, str(sent_before))
        return redirect("speedy:board")
    if employee is None:
        return render_board(request, refused(hire, form, request), status=400)
    wiring = form.cleaned_data["wiring"]
    messages.success(request, f"{employee} works here now, hired by {wiring}.")
    return show_new(request, [employee], wiring)


@require_POST
def leave(request, pk):
    """Let somebody leave, and show the board."""
    with locked_rota() as rota:  # of several clicks at once only the first finds the person
        employee = Employees.objects.filter(pk=pk).first()
        if employee is not None:
            name, person = str(employee), serializers.serialize("json", [employee])
            shift = shifts_of(employee, rota).first()
            employee.delete()
    if employee is None:
        messages.error(request, "That person does not work here (any more).")
        return render_board(request, HireForm(), status=404)
    left = {"person": person, "shift": shift and shift.pk}
    tell(leave, f"Employees object ({pk}) left: {name}", request=request)
    messages.success(request, f"{name} has left.")
    request.session["left"] = left | {"name": name}
    return redirect("speedy:board")


@require_POST
def undo(request):
    """Bring the last one who left back: to the old seat, or to another where that is taken.

    What was stored once is stored again as it was, so no wiring has to act: `raw` says so.
    See https://docs.djangoproject.com/en/5.2/topics/serialization/#deserializing-data
    """
    left = request.session.pop("left", None)
    if left is None:
        messages.info(request, "Nobody left whom you could bring back.")
        return redirect("speedy:board")
    [person] = serializers.deserialize("json", left["person"])
    try:
        with one_transaction(), locked_rota() as rota:
            person.save(force_insert=True)  # nobody else who has that key by now
            if shift := rota.with_room().filter(pk=left["shift"]).first():
                ShiftsEmployees.objects.create(employee=person.object, shift=shift)
            else:
                assign(person.object)
    except IntegrityError:
        messages.info(request, f"{person.object} is back already.")
        return redirect("speedy:board")
    tell(undo, f"Employees object is back: {person.object}", person.object, request)
    messages.success(request, f"{person.object} is back.")
    return show_new(request, [person.object])


def show_new(request, people, wiring=None):
    """Remember who came last and by which wiring, for this browser, and show the board.

    No model has a column for the wiring: only the board wants to know.
    """
    hired_by = request.session.get("hired_by", {})
    if wiring:
        hired_by |= {str(person.pk): wiring for person in people}
    request.session["hired_by"] = dict([*hired_by.items()][-REMEMBERED:])
    request.session["newest"] = [person.pk for person in people]
    request.session.pop("left", None)
    query = {"wiring": wiring} if wiring else {}  # for the next one
    return redirect(reverse("speedy:board", query=query, fragment="newest"))


@require_http_methods(SHOW_OR_ACT)
def test_signals(request):
    """Hire somebody by the built-in signals and say what happened."""
    if request.method != "POST":
        return render_try(request, "test_signals", PersonForm())
    form = PersonForm(request.POST, request.FILES)
    if form.is_valid():
        fields = {name: form.cleaned_data[name] for name in COLUMNS}
        try:
            employee = hired(
                test_signals, form, lambda: Employees.objects.create(**fields), request
            )
        except SentBefore as sent_before:
            return render_try(request, "test_signals", PersonForm(), error=str(sent_before))
        if employee:
            return render_try(request, "test_signals", PersonForm(), employee=employee)
    form = refused(test_signals, form, request)
    return render_try(request, "test_signals", form, status=400)


@require_http_methods(SHOW_OR_ACT)
def test_logging(request):
    """Hire somebody from the posted fields as they are; log success, or the error's own words."""
    if request.method != "POST":
        return render_try(request, "test_logging", PersonForm())
    try:
        refuse_strange(COLUMNS, request.POST, request.FILES)
        employee = described(request.POST)
        with only_once(request, f"{employee} was hired"), one_transaction():
            employee.save()
    except SentBefore as sent_before:
        return render_try(request, "test_logging", PersonForm(), error=str(sent_before))
    except REFUSALS as error:
        words = own_words(error)
        tell(test_logging, words, request=request)
        form = PersonForm(initial=request.POST.dict())
        return render_try(request, "test_logging", form, error=words, status=400)
    tell(test_logging, f"Employees object created: {employee}", employee, request)
    return render_try(request, "test_logging", PersonForm(), employee=employee)


class SentBefore(Exception):
    """A form came once more, by a double click or a reload."""


@contextmanager
def only_once(request, done):
    """Let a form act only the first time that it comes; where it fails, it may come again."""
    sending = Sending(request)
    if not sending.is_first():
        raise SentBefore(f"This form came twice; {done} once.")
    try:
        yield
    except BaseException:
        sending.take_back()
        raise
    sending.has_acted()


def described(posted):
    """Return the unsaved employee whom posted texts describe; raise what their fields raise."""
    texts = {name: posted.get(name, "").strip() for name in COLUMNS}
    fields = {name: text for name, text in texts.items() if text}
    for name, value in fields.items():
        Employees._meta.get_field(name).get_prep_value(value)
    employee = Employees(**fields)
    employee.full_clean()
    return employee


def hired(view, form, hire, request):
    """Hire and log it; None, with the reason in the form, where the database refuses.

    Raises SentBefore where this very form has hired already.
    """
    try:
        with only_once(request, f"{form.instance} was hired"), one_transaction():
            employee = hire()
    except REFUSALS as error:
        form.add_error(None, own_words(error))
        return None
    tell(view, f"Employees object created: {employee}", employee, request)
    return employee


def refused(view, form, request):
    """Log why a form was refused, and return it."""
    faults = (f"{field}: {' '.join(errors)}" for field, errors in form.errors.items())
    tell(view, " ".join(faults).replace("__all__: ", "")[:LONGEST_MESSAGE], request=request)
    return form


def own_words(error):
    """Return what an error says, a field's name before what is said of it."""
    if hasattr(error, "message_dict"):
        words = (f"{field}: {' '.join(said)}" for field, said in error.message_dict.items())
        return " ".join(words).replace("__all__: ", "")[:LONGEST_MESSAGE]
    return " ".join(getattr(error, "messages", [str(error)]))[:LONGEST_MESSAGE]


def tell(view, message, instance=None, request=None):
    """Send `event_signal`, robustly: no receiver can break what has been done."""
    event_signal.send_robust(sender=view, message=message, instance=instance, request=request)


def render_try(request, view, form, employee=None, error="", status=200):
    """Render the page of one of the tutorial's views: its form, and what came of it."""
    shift = employee and employee.shifts.first()
    context = {"view": view, "form": form, "employee": employee, "shift": shift, "error": error}
    return render(request, "speedy/try.html", context, status=status)


def render_board(request, form, status=200):
    """Render the board, in a number of queries that does not grow with the rota."""
    newest = request.session.get("newest", [])
    seats = ShiftsEmployees.objects.select_related("employee").order_by("pk")
    shifts = Shifts.objects.prefetch_related(Prefetch("shiftsemployees_set", seats, "taken"))
    pages = Paginator(shifts, SHIFTS_PER_PAGE)
    page = pages.get_page(request.GET.get("page") or page_of(newest))
    hired_by = request.session.get("hired_by", {})
    for shift in page:
        shift.seats = [described_by(hired_by, seat.employee) for seat in shift.taken]
        shift.seats += [None] * (SEATS - len(shift.seats))
    totals = Shifts.objects.aggregate(shifts=Count("pk"), taken=Sum("headcount", default=0))
    waiting = Employees.objects.without_shift().order_by("pk")
    events = read_events(settings.EVENT_LOG, last=EVENTS_SHOWN)
    context = {
        "form": form,
        "page": page,
        "today": timezone.localdate(),
        "newest": newest,
        "left": request.session.get("left"),
        "seats": SEATS,
        "totals": totals | {"seats": totals["shifts"] * SEATS},
        "waiting": [described_by(hired_by, it) for it in waiting[:WAITING_SHOWN]],
        "more_waiting": max(0, waiting.count() - WAITING_SHOWN),
        "events": events[::-1],
        "what_fired": request.session.get("what_fired"),
        "chips": bool(hired_by),
    }
    return render(request, "speedy/board.html", context, status=status)


def described_by(hired_by, employee):
    """Put the wiring beside somebody, where this browser knows it."""
    return {"employee": employee, "wiring": hired_by.get(str(employee.pk))}


def page_of(newest):
    """Return the number of the page on which those who came last sit; the first without them."""
    days = Shifts.objects.filter(employees_shift__in=newest).values("shift_date")[:1]
    return Shifts.objects.filter(shift_date__lt=Subquery(days)).count() // SHIFTS_PER_PAGE + 1
