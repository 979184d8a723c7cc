"""Where does somebody get the link to their calendar, and a calendar program what stands in it?"""

import hashlib

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loop import calendar_feed
from loop.models import CalendarFeed
from loop.views.session import reader, signed_in, speaking_to

HEADERS = {
    "Cache-Control": "private, no-cache",  # a calendar program asks each time whether something changed
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Content-Disposition": 'inline; filename="loop.ics"',
}


@require_safe
@signed_in
def calendar(request: HttpRequest) -> HttpResponse:
    """The reader's own link, if they made one."""
    feed = CalendarFeed.objects.filter(user=reader(request)).first()
    path = calendar_feed.path(feed) if feed is not None else ""
    address = settings.BASE_URL + path if path else ""
    context = {
        "feed": feed,
        "address": address,
        "subscribe": "webcal://" + address.partition("://")[2] if address else "",
    }
    response = render(request, "loop/calendar.html", context)
    response.headers["Cache-Control"] = "no-store, private"
    return response


@require_POST
@signed_in
def renew(request: HttpRequest) -> HttpResponse:
    """Make a link; the one there was stops working."""
    calendar_feed.renew(reader(request), now=timezone.now())
    messages.success(request, _("Your calendar has a new address. An old one no longer works."))
    return redirect("calendar")


@require_POST
@signed_in
def stop(request: HttpRequest) -> HttpResponse:
    """Make the link dead."""
    calendar_feed.revoke(reader(request))
    messages.success(request, _("Your calendar can no longer be read by its address."))
    return redirect("calendar")


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar itself: whoever has the link reads it, as far as its person may see today."""
    user = calendar_feed.find(token)
    if user is None:
        raise Http404
    with speaking_to(user):
        written = calendar_feed.written(user, now=timezone.now())
    etag = quote_etag(hashlib.sha256(written).hexdigest())
    response = HttpResponse(written, content_type="text/calendar; charset=utf-8")
    response.headers["ETag"] = etag
    for name, value in HEADERS.items():
        response.headers[name] = value
    return get_conditional_response(request, etag=etag, response=response) or response
