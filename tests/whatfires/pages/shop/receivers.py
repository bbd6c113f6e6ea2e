import time

from django.core.mail import send_mail
from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from shop.models import Item, Order


@receiver(pre_save, sender=Order)
def check_stock(sender, instance, **kwargs):
    """Look at each item by a query of its own, and ask the warehouse about it: the slow one."""
    for number in range(3):
        Item.objects.filter(pk=number).first()
        time.sleep(0.02)


@receiver(post_save, sender=Order)
def send_receipt(sender, instance, created, **kwargs):
    if created:
        transaction.on_commit(write_letter)


def write_letter():
    send_mail("Your receipt", "Thank you.", "shop@example.org", ["you@example.org"])


@receiver(post_save, sender=Item)
def warn_buyer(sender, instance, **kwargs):
    """Tell the buyer that the stock runs low."""
