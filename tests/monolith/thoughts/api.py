"""Storage by the API: what the site's owners changed when the users and thoughts moved. The cookie holds the API's token."""

import json
from datetime import datetime, timezone
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings

TIMEOUT_S = 10


def call(request, path, form=None):
    """The API's answer; None where it says that the caller (401) or what was sent (4xx) is not right."""
    headers = {"Accept": "application/json"}
    token = request.COOKIES.get("session")
    if token:
        headers["Authorization"] = f"Bearer {token}"
    # The API slows down who guesses passwords, by address: not this site's, but its client's.
    headers["X-Forwarded-For"] = request.META.get("HTTP_X_FORWARDED_FOR") or request.META["REMOTE_ADDR"]
    body = urlencode(form).encode() if form is not None else None
    try:
        with urlopen(Request(settings.API_URL + path, data=body, headers=headers), timeout=TIMEOUT_S) as answer:
            return json.loads(answer.read() or "null")
    except HTTPError as error:
        if error.code in (401, 403, 422):
            return None
        raise


def user_of(request):
    if not request.COOKIES.get("session"):
        return None
    me = call(request, "/api/me/")
    return me and me["username"]


def log_in(request, username, password):
    answer = call(request, "/api/login/", {"username": username, "password": password})
    return answer and answer["Authorized"].removeprefix("Bearer ")


def log_out(request):
    if request.COOKIES.get("session"):
        call(request, "/api/logout/", {})


def listed(request, path, **query):
    thoughts = call(request, f"{path}?{urlencode({'sort': '-id', **query})}") or []
    for thought in thoughts:
        thought["timestamp"] = datetime.fromisoformat(thought["timestamp"]).replace(tzinfo=timezone.utc)
    return thoughts


def newest(request, limit):
    return listed(request, "/api/thoughts/", limit=limit)


def own(request, user, limit):
    return listed(request, "/api/me/thoughts/", limit=limit)


def search(request, wanted, limit):
    return listed(request, "/api/thoughts/", limit=limit, search=wanted)


def post(request, user, text):
    return call(request, "/api/me/thoughts/", {"text": text}) is not None
