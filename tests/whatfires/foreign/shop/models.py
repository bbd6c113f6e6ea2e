import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models
from django.db.models.signals import post_delete, post_save

from shop import signals


class Order(models.Model):
    code = models.CharField(max_length=20, unique=True)
    total = models.DecimalField(max_digits=6, decimal_places=2, default=0)

    def __str__(self):
        return f"order {self.code}"


class Loud(models.Model):
    name = models.CharField(max_length=20)


class Threaded(models.Model):
    name = models.CharField(max_length=20)


class Odd(models.Model):
    """A key of its own, a row that it must point to, itself among them, and friends."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    order = models.ForeignKey(Order, models.CASCADE, related_name="+")
    first = models.ForeignKey("self", models.CASCADE)
    friends = models.ManyToManyField("self")
    orders = models.ManyToManyField(Order, related_name="+")
    kind = models.CharField(max_length=1, choices=[(it, it) for it in "abcdefghi"], unique=True)

    def save(self, *args, **kwargs):
        self.clean_fields(exclude=["first"])
        super().save(*args, **kwargs)


class Keyed(models.Model):
    key = models.CharField(max_length=12, primary_key=True)


class Copied(models.Model):
    """A copy of another table, as packages of history make them: its key is no key any more."""

    id = models.IntegerField(db_index=True, auto_created=True)
    version = models.AutoField(primary_key=True)


class Tagged(models.Model):
    """A row that can point to a row of any model; that one must be there."""

    content_type = models.ForeignKey("contenttypes.ContentType", models.CASCADE)
    object_id = models.CharField(max_length=20)
    about = GenericForeignKey()
    word = models.CharField(max_length=20, unique=True)

    def save(self, *args, **kwargs):
        assert self.about is not None
        super().save(*args, **kwargs)


class Worker(models.Model):
    orders = models.ManyToManyField(Order, through="Assigned", related_name="workers")


class Assigned(models.Model):
    """A link that must be told more than its two ends."""

    worker = models.ForeignKey(Worker, models.CASCADE)
    order = models.ForeignKey(Order, models.CASCADE)
    hours = models.IntegerField()


class Locker(models.Model):
    """A receiver makes one for each worker, and there can be no second one."""

    worker = models.OneToOneField(Worker, models.CASCADE)


class SoftRows(models.QuerySet):
    def delete(self):
        for row in self:
            row.delete()


class Soft(models.Model):
    """It is never deleted, but hidden; and then its manager does not find it."""

    name = models.CharField(max_length=20)
    hidden = models.BooleanField(default=False)
    objects = SoftRows.as_manager()

    def delete(self, *args, **kwargs):
        self.hidden = True
        self.save()


class Broken(models.Model):
    name = models.CharField(max_length=20)

    def save(self, *args, **kwargs):
        raise SystemError("out of order")


signals.order_paid.connect(signals.on_paid)
signals.Till.opened.connect(signals.on_paid)
signals._internal.connect(signals.on_paid)
post_save.connect(signals.act_outside, sender=Order)
post_delete.connect(signals.act_outside, sender=Order)
post_save.connect(signals.call_somebody, sender=Loud)
post_save.connect(signals.call_from_a_thread, sender=Threaded)
post_save.connect(signals.give_a_locker, sender=Worker)
