"""Where requests go. See https://docs.djangoproject.com/en/5.2/topics/http/urls/"""

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("speedy.urls")),
    path("admin/", admin.site.urls),
]
if settings.BOARD_TOOLS:
    urlpatterns.append(path("wall/", include("classroom.board.urls")))

if apps.is_installed("debug_toolbar"):
    from debug_toolbar.toolbar import debug_toolbar_urls

    urlpatterns += debug_toolbar_urls()
