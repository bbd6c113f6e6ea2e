"""Wipe the shifts before today without waiting for somebody to join.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from django.core.management.base import BaseCommand
from django.db import transaction
from django.template.defaultfilters import pluralize

from speedy import scheduling
from speedy.models import Shifts
from speedy.roster import escaped


class Command(BaseCommand):
    help = "Delete the shifts before today; place again whoever has no later one."

    def handle(self, **options):
        with transaction.atomic():
            scheduling.lock_rota()  # what is counted here is what goes
            expired = Shifts.objects.expired().count()
            placed = scheduling.wipe_expired_shifts()
        self.stdout.write(f"Wiped {expired} expired shift{pluralize(expired)}.")
        if placed:
            self.stdout.write(f"Placed again: {', '.join(map(escaped, placed))}.")
        else:
            self.stdout.write("Nobody had to be placed again.")
