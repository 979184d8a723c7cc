"""What should I do first? The start page, and the lists of cases with their tabs, filters and search."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from loop import header, inbox, inbox_news, list_file, saved_views, search, several, sight
from loop.exports import cases as cases_table
from loop.inbox_filters import Place, Wanted, can_be_asked
from loop.inbox_forms import InboxFilterForm
from loop.models import Role, SavedView
from loop.views.reports.pages import report
from loop.views.session import reader, signed_in


@require_safe
@signed_in
@sight.once
def home(request: HttpRequest) -> HttpResponseBase:
    """Each person's own start: their inbox, or for leadership and administrators the overview."""
    if reader(request).role in (Role.LEADERSHIP, Role.ADMIN):
        return report(request, "overview")
    return cases(request)


@dataclass(frozen=True)
class Asked:
    """What the address of a list asks for; whatever it asks that is not on offer is passed over."""

    form: InboxFilterForm
    wanted: Wanted
    view: int | None = None

    @property
    def query(self) -> str:
        """The tab and the filters at work, as they stand in an address."""
        return urlencode({"tab": self.wanted.tab, **self.form.chosen()})

    def address(self, **more: object) -> str:
        """The address of this list, with its view, and more where something is added."""
        view = {"view": self.view} if self.view else {}
        extra = {key: value for key, value in {**view, **more}.items() if value}
        return f"{reverse('cases')}?{self.query}{'&' + urlencode(extra) if extra else ''}"


def asked_by(request: HttpRequest, counts: dict[str, str] | None = None, *, address: QueryDict | None = None) -> Asked:
    """Read the address, or another one than the request's.

    Without a tab in it, it is the first one with something in it: a lead rarely has cases.
    """
    user, said = reader(request), request.GET if address is None else address
    form = InboxFilterForm(said.dict(), user=user)
    form.is_valid()
    data = form.cleaned_data
    tab = said.get("tab", "")
    if tab not in inbox.tabs_of(user):
        counts = inbox.tab_counts(user) if counts is None else counts
        tab = next((key for key, count in counts.items() if count not in ("0", "")), next(iter(counts)))
    numbers = {key: data[key].pk for key in ("team", "owner", "survey") if data.get(key)}
    plain = ("q", "due", "category", "segment", "escalated", "callback", "opened_from", "opened_to")
    chosen: dict[str, Any] = {key: data[key] for key in plain if data.get(key)} | numbers
    wanted = Wanted(tab=tab, after=Place.read(said.get("after", "")), **chosen)
    view = said.get("view", "")
    return Asked(form, wanted, int(view) if view.isascii() and view.isdigit() and len(view) < 10 else None)


@require_safe
@signed_in
@sight.once
def cases(request: HttpRequest) -> HttpResponse:
    """The list under one tab, in groups by what is due first."""
    user, now = reader(request), timezone.now()
    views = saved_views.of(user)
    start = next((view for view in views if view.is_start), None)
    if start is not None and not request.GET:
        return redirect(_view_address(start))
    counts = inbox.tab_counts(user)
    asked = asked_by(request, counts)
    page = inbox.page(user, asked.wanted, now)
    here = next((view for view in views if view.pk == asked.view), None)
    context = {
        "now": now,
        "page": page,
        "form": asked.form,
        "chosen": asked.form.in_words(),
        "passed_over": asked.form.passed_over(),
        "is_short": search.is_short(asked.wanted.q),
        "wanted": asked.wanted,
        "query": asked.query,
        "address": asked.address(),
        "tabs": [
            {"key": tab, "name": inbox.TABS[tab].name, "count": count, "current": tab == asked.wanted.tab and not here}
            for tab, count in counts.items()
        ],
        "views": [{"view": view, "address": _view_address(view), "current": view == here} for view in views],
        "here": here,
        "next_page": asked.address(after=page.next_after) if page.next_after else "",
        "may_act": user.role != Role.LEADERSHIP,
    }
    return render(request, "loop/inbox/cases.html", context)


def _view_address(view: SavedView) -> str:
    return f"{reverse('cases')}?{view.query}&view={view.pk}"


@require_safe
@signed_in
@sight.once
def choose(request: HttpRequest) -> HttpResponse:
    """The filters to choose from: a page of its own, which the inbox opens in place."""
    asked = asked_by(request)
    asked.form.offer_segments()
    names = [name for name in asked.form.fields if name != "q"]
    if asked.wanted.tab == "resolved":
        names.remove("due")
    if "team" in names and asked.form.fields["team"].queryset.count() < 2:  # type: ignore[attr-defined]
        names.remove("team")
    fields = [asked.form[name] for name in names]
    context = {"wanted": asked.wanted, "view": asked.view, "fields": fields, "address": asked.address()}
    return render(request, "loop/inbox/filter.html", context)


@require_safe
@signed_in
@sight.once
def news(request: HttpRequest) -> HttpResponse:
    """What has landed in this list since the time in the address. Asked again and again, so it says what it said
    before by an ETag. The bell of the header comes along."""
    user, now = reader(request), timezone.now()
    since = _instant(request.GET.get("since", ""))
    asked = asked_by(request)
    count = inbox_news.landed(user, asked.wanted, since=since, now=now) if since else 0
    unread = header.unread_notices(user, now)
    told = inbox.capped_count(unread) if unread is not None else ""
    etag = f'"{count}-{told}-{get_language()}"'
    unchanged = get_conditional_response(request, etag=etag)
    answer = unchanged or render(request, "loop/inbox/_news.html", {"count": count, "address": asked.address()})
    answer.headers["ETag"], answer.headers["Cache-Control"] = etag, "private, no-cache"
    return answer


def _instant(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at is not None and can_be_asked(at) else None


@require_safe
@signed_in
@sight.once
def export(request: HttpRequest, kind: str = "csv") -> HttpResponseBase:
    """The ticked cases as a file, or without any all that the address shows, on whichever page."""
    user, now = reader(request), timezone.now()
    ticks, wants_whole = several.read(request.GET.getlist("case")), "whole" in request.GET
    behind = QueryDict(request.GET.get("back", "").partition("?")[2]) if wants_whole else None
    chosen = inbox.cases_in_view(user, asked_by(request, address=behind).wanted, now)
    if ticks and not wants_whole:
        chosen = several.visible(user, ticks)
    rows = cases_table.rows(chosen, timezone.get_current_timezone())
    return list_file.answer(f"cases-{timezone.localdate(now).isoformat()}", cases_table.HEAD, rows, kind=kind)
