"""The claims about what needs no hook."""

import django

assert answer_of("no_hook-1") == ada.initials == "AL"
assert Badge.objects.get(first_name="Grace").initials == "GT"
assert set(Badge.objects.values_list("copies", flat=True)) == {1}
assert int(answer_of("no_hook-2")) == sum(came.values())
assert answer_of("no_hook-3") == "Zoë alone" and names == ["Zoë", " Noor "]
assert Badge.objects.latest("pk").first_name == " Emre "

badge = Badge.objects.create(first_name="Liam", last_name="Alder")
assert badge.initials == "LA"
badge.last_name = "Bell"
badge.save()
assert badge.initials == ("LA" if django.VERSION < (6, 0) else "LB")
badge.refresh_from_db()
assert badge.initials == "LB"
