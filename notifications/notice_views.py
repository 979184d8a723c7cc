"""What has happened that I should know of? The page behind the bell."""

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loop.views.session import reader, signed_in
from notifications import notices as mine
from notifications.models import Message


@require_safe
@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    """The last notices, the newest first; reading the page marks none of them."""
    found = mine.of(reader(request), now=timezone.now())
    context = {"notices": found, "unread": sum(not notice.is_read for notice in found)}
    return render(request, "notifications/notices/notices.html", context)


@require_POST
@signed_in
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark one as read and go where it leads."""
    try:
        return redirect(mine.read(reader(request), notice_id, now=timezone.now()))
    except Message.DoesNotExist:
        raise Http404 from None


@require_POST
@signed_in
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    if mine.read_all(reader(request), now=timezone.now()):
        flash.success(request, _("All are marked as read."))
    return redirect("notices")
