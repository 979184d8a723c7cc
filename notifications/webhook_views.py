"""Which other systems are told what happens, what arrived there, and what to do where it did not?"""

from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loop import bell
from loop.views.session import reader
from loop.views.setup import for_managers
from notifications import sealing, tasks
from notifications.models import DeliveryState, WebhookEndpoint
from notifications.webhook_forms import EndpointForm, ReplayForm
from notifications.webhooks import endpoints, outgoing

PAGE = 50
SHOWN_ONCE = "webhook_secret"  # in the session, sealed, until the page after it was made has shown it


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def webhooks(request: HttpRequest) -> HttpResponse:
    """All of them, and a form for a new one."""
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made, secret = endpoints.create(
                url=data["url"],
                name=data["name"],
                types=data["event_types"],
                actor=reader(request),
                now=timezone.now(),
            )
        except endpoints.EndpointRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            _show_once(request, made, secret)
            return redirect("webhook", endpoint_id=made.pk)
    context = {"form": form, "endpoints": WebhookEndpoint.objects.order_by("name", "pk")}
    return render(request, "notifications/webhooks/webhooks.html", context, status=400 if form.is_bound else 200)


@require_safe
@never_cache
@for_managers
def webhook(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """One of them: its state and the log of what it was told; right after it was made, its secret, this once."""
    found = _endpoint(endpoint_id)
    log = found.deliveries.order_by("-pk")
    state = request.GET.get("state", "")
    if state in DeliveryState.values:
        log = log.filter(state=state)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) <= 18:
        log = log.filter(pk__lt=int(before))
    page = list(log[: PAGE + 1])
    context = {
        "endpoint": found,
        "secret": _shown_once(request, found),
        "page": page[:PAGE],
        "older": page[PAGE - 1].pk if len(page) > PAGE else 0,
        "states": DeliveryState.choices,
        "state": state,
        "replay": ReplayForm(),
    }
    return render(request, "notifications/webhooks/webhook.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def change(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Another name, address or choice of events."""
    found = _endpoint(endpoint_id)
    stands = {"name": found.name, "url": found.url, "event_types": found.event_types}
    form = EndpointForm(request.POST) if request.method == "POST" else EndpointForm(initial=stands)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            endpoints.change(found, url=data["url"], name=data["name"], types=data["event_types"])
        except endpoints.EndpointRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            flash.success(request, _("Saved."))
            return redirect("webhook", endpoint_id=found.pk)
    context = {"form": form, "endpoint": found}
    return render(request, "notifications/webhooks/change.html", context, status=400 if form.is_bound else 200)


@require_POST
@for_managers
def renew_secret(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """A new secret; the one before signs as well for a week."""
    found = _endpoint(endpoint_id)
    _show_once(request, found, endpoints.renew_secret(found, now=timezone.now()))
    return redirect("webhook", endpoint_id=found.pk)


@require_POST
@for_managers
def test(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Send one that says it is a test."""
    found = _endpoint(endpoint_id)
    if found.is_on:
        outgoing.tell_test(found, now=timezone.now())
        bell.ring(tasks.deliver_webhooks)
        flash.success(request, _("A test is on its way. Look at the log in a few seconds."))
    else:
        flash.warning(request, _("It is switched off: switch it on first."))
    return redirect("webhook", endpoint_id=found.pk)


@require_POST
@for_managers
def switch(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Off, or on again."""
    found = _endpoint(endpoint_id)
    if request.POST.get("to") == "on":
        endpoints.switch_on(found, now=timezone.now())
        flash.success(request, _("It is told again of what waits, and of what happens from now on."))
    else:
        endpoints.switch_off(found, now=timezone.now())
        flash.success(request, _("It is told of nothing more. What waits is kept."))
    return redirect("webhook", endpoint_id=found.pk)


@require_POST
@for_managers
def replay(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Send one delivery again, or all since a time."""
    found, rows = _endpoint(endpoint_id), None
    one = request.POST.get("delivery", "")
    form = ReplayForm(request.POST)
    if one.isascii() and one.isdigit() and len(one) <= 18:
        rows = found.deliveries.filter(pk=int(one))
    elif form.is_valid():
        rows = found.deliveries.filter(created_at__gte=form.cleaned_data["since"])
    if rows is None:
        flash.error(request, _("Say since when, or which one."))
        return redirect("webhook", endpoint_id=found.pk)
    again = outgoing.replay(rows, now=timezone.now())
    if again:
        bell.ring(tasks.deliver_webhooks)
        flash.success(request, _("Sent again: %(n)d. Receivers know them by the same webhook-id.") % {"n": again})
    else:
        flash.warning(request, _("There is nothing to send again: what waits leaves by itself."))
    return redirect("webhook", endpoint_id=found.pk)


@require_POST
@for_managers
def delete(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Take one away, with its log."""
    found = _endpoint(endpoint_id)
    endpoints.delete(found)
    flash.success(request, _("“%(name)s” is told of nothing more.") % {"name": found.name})
    return redirect("webhooks")


def _endpoint(endpoint_id: int) -> WebhookEndpoint:
    return get_object_or_404(WebhookEndpoint, pk=endpoint_id)


def _show_once(request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> None:
    request.session[SHOWN_ONCE] = {"endpoint": endpoint.pk, "sealed": sealing.seal(secret)}


def _shown_once(request: HttpRequest, endpoint: WebhookEndpoint) -> str:
    """The secret, when the page before made it."""
    kept: dict[str, Any] = request.session.get(SHOWN_ONCE) or {}
    if request.method != "GET" or kept.get("endpoint") != endpoint.pk:
        return ""
    del request.session[SHOWN_ONCE]
    return sealing.unseal(kept["sealed"])
