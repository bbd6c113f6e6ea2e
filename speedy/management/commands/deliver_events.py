"""Deliver what waits in the outbox: run it every minute, or as often as somebody may wait.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from speedy.models import OutboxEvent
from speedy.models.outbox_event import MOST_TRIES
from speedy.outbox import deliver


class Command(BaseCommand):
    help = "Tell of the events in the outbox, at least once each; exit with 1 if any failed."

    def add_arguments(self, parser):
        parser.add_argument("--again", action="store_true", help="try those given up once more")

    def handle(self, again=False, **options):
        if again:
            OutboxEvent.objects.given_up().update(tries=0)
        result = deliver()
        self.stdout.write(f"Delivered {events(len(result.told))}.")
        for event in result.failed:
            self.stderr.write(f"{event} failed, try {event.tries}: {event.error}")
        if given_up := OutboxEvent.objects.given_up().count():
            self.stderr.write(
                f"{events(given_up)} given up after {MOST_TRIES} tries; the admin lists them, and "
                "`manage.py deliver_events --again` tries them once more."
            )
        if result.failed:
            raise CommandError(f"{events(len(result.failed))} failed in this round.")


def events(number):
    return f"{number} event{pluralize(number)}"
