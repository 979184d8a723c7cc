"""The outbox page: what was or will be sent, to whom, and what to do about what could not be."""

import logging

from django.contrib import messages as flash
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from loop import bell
from loop.views.frames import mail_in_a_frame, with_a_frame
from loop.views.session import reader
from loop.views.setup import for_managers
from notifications import outbox as rows
from notifications import read_ahead, rendering, tasks
from notifications.forms import OutboxFilter
from notifications.models import Message, MessageState

logger = logging.getLogger(__name__)

PAGE = 50


@require_safe
@for_managers
def outbox(request: HttpRequest) -> HttpResponse:
    """All messages, newest first, narrowed by state, kind and recipient."""
    form = OutboxFilter(request.GET)
    found: QuerySet[Message] = Message.objects.defer("body", "body_html").order_by("-pk")
    if form.is_valid():
        found = form.narrow(found)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) <= 18:
        found = found.filter(pk__lt=int(before))
    page = list(found[: PAGE + 1])
    older = request.GET.copy()
    older["before"] = str(page[PAGE - 1].pk) if len(page) > PAGE else ""
    context = {
        "form": form,
        "page": page[:PAGE],
        "older": older.urlencode() if older["before"] else "",
        "dead": Message.objects.filter(state=MessageState.DEAD).count(),
    }
    return render(request, "notifications/outbox/outbox.html", context)


@require_safe
@for_managers
@with_a_frame
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message: its mail as the reader sees it, or would, and what became of it."""
    found = _message(message_id)
    shown, trouble = None, ""
    try:
        shown = rendering.shown(found, now=timezone.now())
    except Exception as error:  # whatever keeps it from being sent is what the administrator wants to see
        logger.warning("message %s cannot be shown: %s", found.key, error)
        trouble = f"{type(error).__name__}: {error}"
    context = {"message": found, "shown": shown, "trouble": trouble, "is_dead": found.state == MessageState.DEAD}
    return render(request, "notifications/outbox/message.html", context)


@require_safe
@for_managers
@xframe_options_sameorigin
@mail_in_a_frame
def mail(request: HttpRequest, message_id: int) -> HttpResponse:
    """The HTML of a mail alone, for the frame on its page: sandboxed, so that it can do nothing here."""
    return framed(rendering.shown(_message(message_id), now=timezone.now()).html)


def framed(html: str) -> HttpResponse:
    """A mail for a frame: its links open in a window of their own."""
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


@require_POST
@for_managers
def retry(request: HttpRequest, message_id: int) -> HttpResponse:
    """Send a message that failed for good after all."""
    found = _message(message_id)
    try:
        rows.retry(found.pk, now=timezone.now())
    except rows.NotDead:
        flash.warning(request, _("Nothing was done: this message has not failed for good."))
    else:
        bell.ring(tasks.deliver_due)
        flash.success(request, _("The message is sent again."))
    return redirect("message", message_id=found.pk)


@require_POST
@for_managers
def discard(request: HttpRequest, message_id: int) -> HttpResponse:
    """Drop a message that failed for good."""
    found = _message(message_id)
    try:
        rows.discard(found.pk, by=reader(request), now=timezone.now())
    except rows.NotDead:
        flash.warning(request, _("Nothing was done: this message has not failed for good."))
    else:
        flash.success(request, _("The message is discarded."))
    return redirect("message", message_id=found.pk)


def _message(message_id: int) -> Message:
    return get_object_or_404(Message.objects.select_related(*read_ahead.NEEDED), pk=message_id)
