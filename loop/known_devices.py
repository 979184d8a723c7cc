"""On which devices may somebody press the one button of a link in a mail without signing in again?

On those where they were signed in when they once opened such a page: the device then keeps a signed name of them for
the pages of these links and for nothing else. A new password, signing out there, or being deactivated ends it.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from loop.models import User

KNOWN_FOR = timedelta(days=180)
COOKIE = "device"
PATH = "/m/"
SALT = "loop.known_devices"


def remember(response: HttpResponse, user: User) -> None:
    """Let the device know its person; the caller has seen them signed in."""
    response.set_cookie(
        COOKIE,
        signing.dumps({"u": user.pk, "h": _mark(user)}, salt=SALT),
        max_age=KNOWN_FOR,
        path=PATH,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse) -> None:
    """Let the device forget its person."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")


def knows(request: HttpRequest, user: User) -> bool:
    """Whether this device knows this person."""
    try:
        said = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return False
    return isinstance(said, dict) and said.get("u") == user.pk and said.get("h") == _mark(user) and user.is_active


def _mark(user: User) -> str:
    """Changes with the password."""
    return user.get_session_auth_hash()[:32]
