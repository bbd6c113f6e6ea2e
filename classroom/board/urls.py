"""Where the wall's buttons lead. See https://docs.djangoproject.com/en/5.2/topics/http/urls/"""

from django.urls import path

from classroom.board import views

app_name = "board"
urlpatterns = [
    path("next/", views.hire_next, name="next"),
    path("three/", views.hire_three, name="three"),
    path("day/", views.next_day, name="day"),
    path("four/", views.four_ways, name="four"),
    path("broken/", views.broken_rule, name="broken"),
]
