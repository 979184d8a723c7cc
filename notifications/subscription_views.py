"""Which reports do I get by mail? Subscribing from a report, the list of one's own, stopping by a link in the mail."""

from typing import Any

from django.contrib import messages as flash
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loop.report_pages import catalogue, filter_words
from loop.reporting import filters as report_filters
from loop.reporting.filters import FiltersRefused
from loop.views.session import reader, signed_in
from notifications import reason_words, subscriptions
from notifications.models import Every, ReportSubscription
from notifications.subscriptions import NotOffered


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def subscribe(request: HttpRequest, name: str) -> HttpResponse:
    """How often a report with the filters of the address shall come by mail."""
    user, now = reader(request), timezone.now()
    report = next((one for one in subscriptions.OFFERED if one.name == name), None)
    if report is None:
        raise Http404
    query = request.GET.copy()
    for own in report.own:
        query.pop(own, None)
    try:
        filters = report_filters.parse(query, now=now, reader=user)
    except FiltersRefused as refused:
        raise BadRequest(str(refused)) from None
    lost = subscriptions.lost_by(user, filters)
    every, is_unknown = request.POST.get("every", ""), False
    if request.method == "POST" and not lost:
        try:
            subscriptions.subscribe(user, name, filters, every, now=now)
        except NotOffered:
            is_unknown = True
        else:
            flash.success(request, _("You get this report by mail."))
            return redirect("my-reports")
    context = {
        "report": report,
        "words": filter_words.in_words(filters, user) if report.has_filters else [],
        "choices": Every.choices,
        "every": every if every in Every.values else Every.WEEK,
        "lost": reason_words.in_words(lost),
        "back": subscriptions.address_of(report, filters),
        "is_unknown": is_unknown,
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "notifications/subscriptions/subscribe.html", context, status=status)


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """One's own subscriptions: those that run, with a button to stop each, and why others have ended."""
    rows = [_row(one) for one in subscriptions.of(reader(request))[:100]]
    return render(request, "notifications/subscriptions/mine.html", {"rows": rows, "now": timezone.now()})


def _row(one: ReportSubscription) -> dict[str, Any]:
    report, now = catalogue.BY_NAME.get(one.report), timezone.now()
    try:
        filters = subscriptions.filters_of(one, now)
    except FiltersRefused:
        words, address = [], ""
    else:
        has_filters = report is not None and report.has_filters
        words = filter_words.in_words(filters, one.user)[1:] if has_filters else []
        address = subscriptions.address_of(report, filters) if report is not None else ""
    return {
        "subscription": one,
        "title": report.title if report is not None else one.report,
        "words": words,
        "days": subscriptions.days_in_words(one),
        "address": address,
        "reason": reason_words.in_words(one.stop_reason),
    }


@require_POST
@signed_in
def stop(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """Stop one of one's own."""
    one = get_object_or_404(subscriptions.of(reader(request)), pk=subscription_id)
    subscriptions.stop(one, now=timezone.now())
    flash.success(request, _("The report comes no more."))
    return redirect("my-reports")


@cache_control(no_store=True, private=True)
@require_http_methods(["GET", "HEAD", "POST"])
def stop_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """One button that stops the mail the link was in; opening the link alone changes nothing."""
    one = subscriptions.by_token(token)
    if one is None:
        return render(request, "notifications/subscriptions/stop.html", {"title": ""}, status=404)
    if request.method == "POST":
        subscriptions.stop(one, now=timezone.now())
        one.refresh_from_db()
    report = catalogue.BY_NAME.get(one.report)
    context = {"title": report.title if report is not None else one.report, "subscription": one}
    return render(request, "notifications/subscriptions/stop.html", context)
