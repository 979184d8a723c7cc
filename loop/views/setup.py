"""What does an administrator set up? The index of setup, and who may see its pages."""

from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loop import access, data_requests
from loop.pulls import setting_up
from loop.views.session import View, reader, signed_in


def for_managers(view: View) -> View:
    """Let only administrators see a page of setup; others learn that it exists and is not theirs."""

    @signed_in
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not access.may_manage(reader(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


@require_safe
@for_managers
def index(request: HttpRequest) -> HttpResponse:
    """What can be set up."""
    waiting = {"data_requests": data_requests.waiting(), "pulls_failing": setting_up.failing()}
    return render(request, "loop/setup/index.html", waiting)
