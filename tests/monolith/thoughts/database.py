"""Storage in the site's own database, as it always was."""

import secrets

import bcrypt
from django.conf import settings

from thoughts.models import SessionModel, ThoughtModel, UserModel

if settings.SESSION_PUBLIC_KEYS:
    from check_token import Checker

    new_sessions = Checker(settings.SESSION_PUBLIC_KEYS, settings.SESSION_ISSUER)


def user_of(request):
    """The name of who is logged in, or None."""
    cookie = request.COOKIES.get("session", "")
    if settings.SESSION_PUBLIC_KEYS:
        claims = new_sessions.check(cookie)
        if claims:
            return claims["username"]
    session = SessionModel.objects.filter(session=cookie[:50]).first()
    return session and session.username


def log_in(request, username, password):
    """The value of a new session's cookie; None when name or password are wrong."""
    user = UserModel.objects.filter(username=username).first()
    if user is None or not bcrypt.checkpw(password.encode(), user.password_hash.encode()):
        return None
    session = str(secrets.randbits(128))
    SessionModel.objects.create(session=session, username=user.username)
    return session


def log_out(request):
    SessionModel.objects.filter(session=request.COOKIES.get("session", "")[:50]).delete()


def newest(request, limit):
    return ThoughtModel.objects.order_by("-id")[:limit]


def own(request, user, limit):
    return ThoughtModel.objects.filter(username=user).order_by("-id")[:limit]


def search(request, wanted, limit):
    return ThoughtModel.objects.filter(text__icontains=wanted).order_by("-id")[:limit]


def post(request, user, text):
    ThoughtModel.objects.create(username=user, text=text)
    return True
