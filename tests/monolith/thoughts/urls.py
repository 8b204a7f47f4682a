from django.urls import path

from thoughts import views

urlpatterns = [
    path("", views.home),
    path("login/", views.log_in),
    path("logout/", views.log_out),
    path("thoughts/", views.everyone),
    path("thoughts/new", views.new),
    path("search", views.search),
]
