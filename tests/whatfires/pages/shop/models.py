from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=40)
    stock = models.IntegerField(default=9)

    def __str__(self):
        return self.name


class Order(models.Model):
    total = models.IntegerField(default=0)

    def __str__(self):
        return f"order {self.pk or 'without a number'}"
