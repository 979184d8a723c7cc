"""What stands at the addresses under /api/v1/ that are no call? A problem like any other, for every method."""

from typing import Any, NoReturn

from django.http import Http404
from rest_framework.permissions import AllowAny

from loop.api.operation import LoopView


class NotFoundView(LoopView):
    """Also keeps Django from redirecting a POST without its closing slash, which would lose the body."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    schema = None

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise Http404
