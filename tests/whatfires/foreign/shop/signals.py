"""A signal at the top of a module, one in a class, one with an underscore."""

import logging
import threading

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import send_mail
from django.dispatch import Signal

order_paid = Signal()
_internal = Signal()


class Till:
    opened = Signal()


def on_paid(sender, **kwargs):
    pass


def act_outside(sender, instance, **kwargs):
    """Do all that may leave the process, but for sockets."""
    from archive.models import Elsewhere

    send_mail("Paid", "Thank you.", "shop@example.org", ["you@example.org"])
    default_storage.save("receipt.txt", ContentFile(b"paid"))
    cache.set("last", instance.pk)
    logging.getLogger("shop").info("paid %s", instance.pk)
    Elsewhere.objects.all().delete()
    thread = threading.Thread(target=list, args=[range(1)])
    thread.start()
    thread.join()


def give_a_locker(sender, instance, created, **kwargs):
    from shop.models import Locker

    if created:
        Locker.objects.create(worker=instance)


def call_somebody(sender, **kwargs):
    import socket

    socket.create_connection(("192.0.2.1", 25), timeout=1)


def call_from_a_thread(sender, **kwargs):
    """Wipe the orders by another thread, whose connection is another."""
    from shop.models import Order

    thread = threading.Thread(target=lambda: Order.objects.all()._raw_delete("default"))
    thread.start()
    thread.join()
