"""Check that every headcount is the number of people who sit there, and repair it if asked.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from speedy.event_file import escape
from speedy.headcounts import repair, untrue
from speedy.models import SEATS, Employees, Shifts


class Command(BaseCommand):
    help = "Find headcounts that raw SQL or bulk calls left untrue; exit with 1 if there are any."

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="repair them, and say how")

    def handle(self, **options):
        wrong = [it.shift for it in self.repair()] if options["repair"] else list(untrue())
        if not options["repair"]:
            for shift in wrong:
                self.stdout.write(fault(shift))
        idle = Employees.objects.without_shift().count()
        if idle:
            self.stdout.write(f"{people(idle)} without a shift from today on, which may be meant.")
        if wrong and not options["repair"]:
            raise CommandError(
                f"{shifts(len(wrong))} with an untrue headcount. "
                "`manage.py check_headcounts --repair` repairs them."
            )
        if not wrong:
            self.stdout.write(f"{shifts(Shifts.objects.count())} checked: every headcount is true.")

    def repair(self):
        """Repair, and say what was done."""
        done = repair()
        for repaired in done:
            shift = repaired.shift
            self.stdout.write(f"{fault(shift)} Corrected to {min(shift.people, SEATS)}.")
            for employee, day in repaired.moved:
                where = f"moves to {day}" if day else "keeps another shift"
                self.stdout.write(f"  No seat for {escape(employee)}, who {where}.")
        return done


def fault(shift):
    """Say what is wrong with a shift."""
    return f"{shift.shift_date}: headcount {shift.headcount}, but {people(shift.people)} there."


def people(number):
    return f"{number} {pluralize(number, 'person,people')}"


def shifts(number):
    return f"{number} shift{pluralize(number)}"
