"""Who is signed in, and in which language and time zone do they read?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordResetConfirmView, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

from loop import interrupted, known_devices
from loop.forms import SignInForm
from loop.interrupted import Interrupted
from loop.models import User

View = Callable[..., HttpResponseBase]


class SignIn(LoginView):
    """The way in; a step that was sent after the session had ended waits here for its writer."""

    authentication_form = SignInForm
    template_name = "loop/session/sign_in.html"
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User) and (waiting := interrupted.kept(request.POST.dict())):
            return _shall_it_be_sent(request, waiting)  # signed in already, on another page of the same browser
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        waiting = interrupted.kept(self.request.POST.dict())
        return _shall_it_be_sent(self.request, waiting) if waiting else response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"interrupted": self.request.POST.get("interrupted", "")}


def _shall_it_be_sent(request: HttpRequest, waiting: Interrupted) -> HttpResponse:
    with speaking_to(reader(request)):
        return render(request, "loop/session/interrupted.html", {"waiting": waiting})


class SignOut(LogoutView):
    """POST only; a link cannot sign anybody out."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        known_devices.forget(response)
        return response


class SetPassword(PasswordResetConfirmView):
    """Where the link of `manage.py create_user` leads: choose a password, and be signed in."""

    template_name = "loop/session/set_password.html"
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"
    success_url = reverse_lazy("home")


def signed_in(view: View) -> View:
    """Let only signed-in people see a page, in their own language and time zone."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User):
            return _to_sign_in(request)
        with timezone.override(_zone(user)):
            if not user.language:
                return view(request, *args, **kwargs)
            with translation.override(user.language):
                return view(request, *args, **kwargs)

    return wrapper


@contextmanager
def speaking_to(user: User) -> Iterator[None]:
    """Use the language and time zone of somebody who need not be signed in."""
    with timezone.override(_zone(user)), translation.override(user.language or settings.LANGUAGE_CODE):
        yield


def _zone(user: User) -> ZoneInfo:
    """The person's time zone, or the project's where they named none or one there is not."""
    try:
        return ZoneInfo(user.time_zone or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def reader(request: HttpRequest) -> User:
    """Who reads this page; only for views under `signed_in`."""
    return cast("User", request.user)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """A page asks for the whole page to be the sign-in; htmx would put it into a corner of the one that is open.

    What was sent is kept. htmx is told 401 and sends it once more as a whole page (static/loop/connection.js).
    """
    if request.method == "POST":
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
        waiting = interrupted.keep(request.get_full_path(), request.POST)
        context = {"form": SignInForm(), "interrupted": waiting, "next": "/"}
        return render(request, SignIn.template_name, context, status=HTTPStatus.UNAUTHORIZED)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect_to_login(request.get_full_path())
    back = urlsplit(request.htmx.current_url or "/").path  # type: ignore[attr-defined]
    return HttpResponseClientRedirect(redirect_to_login(back).url)
