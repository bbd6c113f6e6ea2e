"""The claims about what needs no hook."""

import django
from django.db import transaction

again = Badge.objects.create(first_name="Ada", last_name="Quillbrook")
Badge.objects.filter(pk=again.pk).update(last_name="Lovelace")
before = again.initials
again.refresh_from_db()
assert answer_of("no_hook-1") == f"row {again.initials}, object {before}" == "row AL, object AQ"
assert ada.initials == "AL"
again.delete()
grace = Badge.objects.get(first_name="Grace")
assert grace.initials == "GT"
copies = dict(Badge.objects.filter(initials__in=["AL", "GT"]).values_list("first_name", "copies"))
assert answer_of("no_hook-2") == ", ".join(f"{name} {many}" for name, many in copies.items())
assert names == ["Zoë", " Noor "]
[kept] = [name.strip() for name in names if name != name.strip()]
assert answer_of("no_hook-3") == f"only {kept}"
assert 'name="badge_1_to_9_copies", condition=models.Q(copies__range=(1, 9))' in repr(
    show_code(Badge)
)

# A constraint refuses whatever writes; a default of the database corrects nothing.
for write in (
    lambda: Badge.objects.bulk_create([Badge(first_name="Alan", last_name="M", copies=40)]),
    lambda: Badge(first_name="Alan", last_name="M", copies=40).save(),
    lambda: connection.cursor().execute("UPDATE stage_badge SET copies = 40"),
):
    refused = False
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        refused = True
    assert refused
assert Badge.objects.create(first_name="Yuki", last_name="T", copies=2).copies == 2

badge = Badge.objects.create(first_name="Liam", last_name="Alder")
assert badge.initials == "LA"
badge.last_name = "Bell"
badge.save()
assert badge.initials == ("LA" if django.VERSION < (6, 0) else "LB")
badge.refresh_from_db()
assert badge.initials == "LB"
