"""Where requests for the board go. See https://docs.djangoproject.com/en/5.2/topics/http/urls/"""

from django.urls import path

from speedy import views

app_name = "speedy"
urlpatterns = [
    path("", views.board, name="board"),
    path("hire/", views.hire, name="hire"),
    path("leave/<int:pk>/", views.leave, name="leave"),
    path("undo/", views.undo, name="undo"),
    path("test_signals/", views.test_signals, name="test_signals"),
    path("test_logging/", views.test_logging, name="test_logging"),
]
