"""The back office: people, and shifts with their seats.

See https://docs.djangoproject.com/en/5.2/ref/contrib/admin/
"""

from django.contrib import admin
from django.db.models import Q

from speedy import scheduling
from speedy.models import (
    SEATS,
    Employees,
    EmployeesWithoutHooks,
    OutboxEvent,
    Shifts,
    ShiftsEmployees,
)
from speedy.models.employees import likeness, tidy
from speedy.signals.custom_signals import employee_hired
from speedy.wirings import EmployeesOverridingSave

UNUSUAL = "[^ -_a-~]"  # what likeness() may write in another way; ` among it


def plain(text):
    return likeness(text).casefold()


@admin.register(Employees)
class EmployeesAdmin(admin.ModelAdmin):
    list_display = ["first_name", "last_name", "age", "date_of_birth", "works_on"]
    search_fields = ["first_name", "last_name", "address"]
    ordering = ["pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("shifts")

    def get_search_results(self, request, queryset, search_term):
        """Find people by what one types, however their name was stored.

        The database compares signs. So those with a sign that may be written otherwise are read.
        """
        term = tidy(search_term.replace("\0", ""))
        found, may_repeat = super().get_search_results(request, queryset, term)
        if words := plain(term).replace('"', " ").split():
            unusual = Q(first_name__regex=UNUSUAL) | Q(last_name__regex=UNUSUAL)
            unusual |= Q(address__regex=UNUSUAL)
            rows = queryset.filter(unusual).values_list("pk", *self.search_fields)
            alike = [
                pk for pk, *texts in rows if all(word in plain(" ".join(texts)) for word in words)
            ]
            found |= queryset.filter(pk__in=alike)
        return found, may_repeat

    @admin.display(description="shift")
    def works_on(self, employee):
        return ", ".join(str(shift.shift_date) for shift in employee.shifts.all())


@admin.register(EmployeesOverridingSave)
class EmployeesOverridingSaveAdmin(EmployeesAdmin):
    """The same people; here, a person who is added is placed by save()."""


@admin.register(EmployeesWithoutHooks)
class EmployeesWithoutHooksAdmin(EmployeesAdmin):
    """The same people; here, a person who is added waits until one of the two actions is chosen."""

    actions = ["announce", "place"]

    @admin.action(description="Announce as hired (custom signal)")
    def announce(self, request, queryset):
        for employee in queryset:
            employee_hired.send(sender=EmployeesWithoutHooks, employee=employee)
        self.message_user(request, "Announced; every receiver has acted.")

    @admin.action(description="Put on the first shift with room (direct call)")
    def place(self, request, queryset):
        placed = scheduling.assign_many(queryset.order_by("pk"))
        self.message_user(request, f"{len(placed)} placed; the others had a shift.")


class SeatsInline(admin.TabularInline):
    """The three seats of a shift; saving them goes through the models, so the count stays true."""

    model = ShiftsEmployees
    autocomplete_fields = ["employee"]
    extra = SEATS
    max_num = SEATS

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, validate_max=True, **kwargs)


@admin.register(Shifts)
class ShiftsAdmin(admin.ModelAdmin):
    list_display = ["shift_date", "seats", "headcount", "total_hours", "wage_bonus"]
    readonly_fields = ["headcount"]
    date_hierarchy = "shift_date"
    inlines = [SeatsInline]

    @admin.display(description="seats", ordering="headcount")
    def seats(self, shift):
        return "●" * shift.headcount + "○" * (SEATS - shift.headcount)


@admin.register(OutboxEvent)
class OutboxEventAdmin(admin.ModelAdmin):
    """To be looked at: events are stored by what they tell of, and told by deliver_events."""

    list_display = ["name", "payload", "stored", "state", "delivered", "tries", "error"]
    list_filter = ["name", "tries"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
