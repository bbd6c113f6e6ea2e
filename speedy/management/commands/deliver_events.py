"""Deliver what waits in the outbox: run it every minute, or as often as somebody may wait.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from functools import partial

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize
from tqdm import tqdm

from speedy.outbox import deliver


class Command(BaseCommand):
    help = "Tell of the events in the outbox, at least once each; exit with 1 if any failed."

    def handle(self, **options):
        bar = partial(tqdm, desc="Delivering", unit=" events", disable=None)
        result = deliver(progress=bar)
        self.stdout.write(f"Delivered {events(result.told)}.")
        for event in result.failed:
            self.stderr.write(f"{event} failed, try {event.tries}: {event.error}")
        if result.failed:
            raise CommandError(f"{events(result.failed)} wait for the next round.")


def events(them):
    return f"{len(them)} event{pluralize(len(them))}"
