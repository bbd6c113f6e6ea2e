"""Wipe the shifts before today without waiting for somebody to join.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from django.core.management.base import BaseCommand
from django.template.defaultfilters import pluralize

from speedy import scheduling
from speedy.event_file import escape
from speedy.models import Shifts


class Command(BaseCommand):
    help = "Delete the shifts before today; place again the people who have no later one."

    def handle(self, **options):
        with scheduling.locked_rota() as rota:  # so what is counted here is what goes
            expired = Shifts.objects.using(rota.db).expired().count()
            placed = scheduling.wipe_expired_shifts(rota.db)
        self.stdout.write(f"Wiped {expired} expired shift{pluralize(expired)}.")
        if placed:
            self.stdout.write(f"Placed again: {', '.join(map(escape, placed))}.")
        else:
            self.stdout.write("Nobody had to be placed again.")
