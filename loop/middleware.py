"""What does somebody see whose page is not there, or not for them? A kind page in their own language.

A view's refusal leaves the view, and with it the language that `loop.views.session.signed_in` had set.
"""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views import defaults

from loop.models import User

View = Callable[[HttpRequest], HttpResponse]


class KindNotFound:
    """Answers a view's Http404 with `templates/404.html` whatever DEBUG says.

    With DEBUG on Django shows developers a list of all addresses instead; that is for those that lead nowhere at all.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return not_found(request, exception) if isinstance(exception, Http404) else None


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page that is shown instead of one that is not there."""
    with translation.override(_language_of(request)):
        return defaults.page_not_found(request, exception)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page that is shown to those whom a page is not for."""
    with translation.override(_language_of(request)):
        return defaults.permission_denied(request, exception)


def _language_of(request: HttpRequest) -> str:
    """The language this person chose for Loop; without one, that of their browser."""
    user = getattr(request, "user", None)  # there is none where an earlier part of the way refused
    chosen = user.language if isinstance(user, User) else ""
    return chosen or translation.get_language() or ""
