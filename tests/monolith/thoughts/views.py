"""The pages. What they show comes from a storage module: database.py, or api.py in the site's changed variant."""

from importlib import import_module

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

storage = import_module(f"thoughts.{settings.STORAGE}")
PAGE = 50


def show(request, name, **data):
    data["user"] = storage.user_of(request)
    return render(request, name, data)


@require_GET
def home(request):
    user = storage.user_of(request)
    return show(request, "home.html", thoughts=storage.own(request, user, PAGE) if user else [])


def log_in(request):
    if request.method != "POST":
        return show(request, "login.html", wrong="wrong" in request.GET)
    session = storage.log_in(request, request.POST.get("username", ""), request.POST.get("password", ""))
    if session is None:
        return HttpResponseRedirect("/login/?wrong=1")
    response = HttpResponseRedirect("/thoughts/")
    response.set_cookie("session", session, httponly=True, samesite="Lax")
    return response


def log_out(request):
    storage.log_out(request)
    response = HttpResponseRedirect("/")
    response.delete_cookie("session")
    return response


@require_GET
def everyone(request):
    return show(request, "thoughts.html", thoughts=storage.newest(request, PAGE), refused="refused" in request.GET)


@require_POST
def new(request):
    text = request.POST.get("text", "")
    user = storage.user_of(request)
    if user is None:
        return HttpResponseRedirect("/login/")
    if not 1 <= len(text) <= 250 or not storage.post(request, user, text):
        return HttpResponseRedirect("/thoughts/?refused=1")
    return HttpResponseRedirect("/thoughts/")


@require_GET
def search(request):
    wanted = request.GET.get("search", "")
    return show(request, "search.html", wanted=wanted, thoughts=storage.search(request, wanted, PAGE))
