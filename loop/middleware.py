"""What does somebody see whose page is not there? The same kind page on a trial machine as in production.

With DEBUG on Django shows developers a list of all addresses instead; that is for addresses that lead nowhere at all.
"""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.views.defaults import page_not_found

View = Callable[[HttpRequest], HttpResponse]


class KindNotFound:
    """Answers a view's Http404 with `templates/404.html` whatever DEBUG says."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return page_not_found(request, exception) if isinstance(exception, Http404) else None
