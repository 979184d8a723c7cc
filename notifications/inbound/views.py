"""Where do the webhooks of our mail provider arrive? Django-anymail checks and reads them.

`/inbound/<provider>/` hears what became of our mails, `/inbound/<provider>/mail/` takes mails that came in. A body that
cannot be read is refused before anything is done, and what one call tells is done as a whole or not at all: the
provider then calls again.
"""

import logging
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, inbound, tracking
from anymail.webhooks.base import AnymailBaseWebhookView
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.inbound import arrivals, webhooks

logger = logging.getLogger(__name__)


class Unreadable(Exception):
    """The provider proved who it is, and what it sent is not what it says it sends."""


@csrf_exempt  # another machine calls, and proves itself by the secret
@require_POST
def receive(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Take what our mail provider reports; nobody else is listened to."""
    return _taken(request, provider, "Tracking")


@csrf_exempt
@require_POST
def receive_mail(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Take a mail that our provider received for us; nobody else is listened to."""
    if provider in webhooks.ONLY_REPORTS:
        raise PermissionDenied
    return _taken(request, provider, "Inbound")


def _taken(request: HttpRequest, provider: str, about: str) -> HttpResponseBase:
    if provider not in webhooks.PROVIDERS or provider != settings.INBOUND_PROVIDER:
        raise PermissionDenied
    view = import_string(f"anymail.webhooks.{provider}.{webhooks.PROVIDERS[provider]}{about}WebhookView")
    try:
        response: HttpResponseBase = _careful(view).as_view()(request)
    except Unreadable:
        return HttpResponseBadRequest("The body is not what this provider sends.\n", content_type="text/plain")
    return response


def _careful(view: type[AnymailBaseWebhookView]) -> type[AnymailBaseWebhookView]:
    """The provider's view, which reads all of a body before it does anything, and does all of it or nothing."""

    def post(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.run_validators(request)
        events = read(self, request)
        with transaction.atomic():
            for event in events:
                self.signal.send(sender=type(self), event=event, esp_name=self.esp_name)
        return HttpResponse()

    def read(self: Any, request: HttpRequest) -> list[Any]:
        try:
            return list(self.parse_events(request))
        except AnymailWebhookValidationFailure:
            raise  # not the provider
        except Exception as error:  # whatever a body that is no body of theirs makes of the reader
            logger.warning("a webhook of %s could not be read: %s", self.esp_name, error)
            raise Unreadable from error

    return type(view.__name__, (view,), {"post": post})


@receiver(tracking, dispatch_uid="notifications-inbound")
def hear(sender: Any, event: AnymailTrackingEvent, esp_name: str, **_kwargs: Any) -> None:
    """Do what follows from one event of the provider; of most nothing does."""
    webhooks.take(event, esp_name, now=timezone.now())


@receiver(inbound, dispatch_uid="notifications-inbound-mail")
def file(sender: Any, event: AnymailInboundEvent, esp_name: str, **_kwargs: Any) -> None:
    """Do what follows from a mail that the provider received for us."""
    if event.message is not None:
        arrivals.take(event.message.as_bytes(), sent_to=event.message.envelope_recipient or "", now=timezone.now())
