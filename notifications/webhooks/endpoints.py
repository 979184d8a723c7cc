"""Which addresses are told of what: made, changed, given a new secret, switched off and on. The one door for them."""

import base64
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.contacts import clean_line
from loop.models import Role, User
from loop.outside import asking
from notifications import kinds, outbox, sealing
from notifications.models import WebhookEndpoint, WhyOff
from notifications.webhooks import event_types

OVERLAP = timedelta(days=7)  # the secret before signs as well, that long
SECRET_BYTES = 32
GIVE_UP_AFTER = timedelta(days=5)  # of nothing but failures
MOST = 50


class EndpointRefused(Exception):
    """Something about an endpoint cannot be.

    Attributes:
        field: url, name or event_types.
    """

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def create(
    *, url: str, name: str, types: Collection[str], actor: User | None, now: datetime
) -> tuple[WebhookEndpoint, str]:
    """A new endpoint and its secret, which is shown this once.

    Raises:
        EndpointRefused: with what is wrong.
    """
    fields = _checked(url, name, types)
    if WebhookEndpoint.objects.count() >= MOST:
        raise EndpointRefused("url", str(_("There are %(most)d webhooks already.") % {"most": MOST}))
    secret = _new_secret()
    made = WebhookEndpoint.objects.create(
        **fields, secret=sealing.seal(secret), created_at=now, created_by=actor, on_since=now, answers_seen_until=now
    )
    return made, secret


def change(endpoint: WebhookEndpoint, *, url: str, name: str, types: Collection[str]) -> None:
    """Another address, name or choice of events.

    Raises:
        EndpointRefused: with what is wrong; nothing is changed then.
    """
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(**_checked(url, name, types))


def _checked(url: str, name: str, types: Collection[str]) -> dict[str, object]:
    url, name = url.strip(), clean_line(name)
    if why := asking.why_unusable(url):
        raise EndpointRefused("url", str(asking.WHY[why]))
    if len(url) > 1000:
        raise EndpointRefused("url", str(_("The address is longer than 1,000 characters.")))
    if not name or len(name) > 100:
        raise EndpointRefused("name", str(_("Give it a name of at most 100 characters.")))
    if unknown := sorted(set(types) - set(event_types.TYPES)):
        raise EndpointRefused("event_types", str(_("There is no event “%(name)s”.") % {"name": unknown[0][:50]}))
    if not types:
        raise EndpointRefused("event_types", str(_("Choose at least one event.")))
    return {"url": url, "name": name, "event_types": [each for each in event_types.TYPES if each in types]}


@transaction.atomic
def renew_secret(endpoint: WebhookEndpoint, *, now: datetime) -> str:
    """A new secret, shown this once; for a week the one before signs as well."""
    locked = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    secret = _new_secret()
    locked.secret_before, locked.secret_before_until = locked.secret, now + OVERLAP
    locked.secret = sealing.seal(secret)
    locked.save(update_fields=["secret", "secret_before", "secret_before_until"])
    return secret


def secrets_of(endpoint: WebhookEndpoint, *, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first.

    Raises:
        SealBroken: none of them can be read any more.
    """
    found = [sealing.unseal(endpoint.secret)]
    if endpoint.secret_before and endpoint.secret_before_until and now < endpoint.secret_before_until:
        found.append(sealing.unseal(endpoint.secret_before))
    return found


def switch_off(endpoint: WebhookEndpoint, *, why: str = WhyOff.BY_HAND, now: datetime) -> bool:
    """Tell it of nothing more; what waits stays. Returns whether it was on."""
    on = WebhookEndpoint.objects.filter(pk=endpoint.pk, off_since=None)
    return on.update(off_since=now, why_off=why) == 1


def switch_on(endpoint: WebhookEndpoint, *, now: datetime) -> None:
    """Tell it again, of what waits and of what happens from now on."""
    off = WebhookEndpoint.objects.filter(pk=endpoint.pk, off_since__isnull=False)
    off.update(off_since=None, why_off="", failing_since=None, on_since=now)


def delete(endpoint: WebhookEndpoint) -> None:
    """Take it away, with the log of what it was told."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).delete()


def arrived(endpoint: WebhookEndpoint) -> None:
    """Something has arrived there: a row of failures is over."""
    if endpoint.failing_since is not None:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=None)


@transaction.atomic
def failed(endpoint: WebhookEndpoint, *, gone: bool, now: datetime) -> None:
    """Something has not arrived there. The last straw switches it off, and administrators are told.

    Args:
        gone: the receiver says that it wants nothing more.
    """
    WebhookEndpoint.objects.filter(pk=endpoint.pk, failing_since=None).update(failing_since=now)
    since = endpoint.failing_since
    for_good = since is not None and now - since >= GIVE_UP_AFTER
    if not (gone or for_good) or not switch_off(endpoint, why=WhyOff.GONE if gone else WhyOff.FAILING, now=now):
        return
    for user in User.objects.filter(is_active=True, role=Role.ADMIN).order_by("pk"):
        outbox.enqueue(
            key=f"webhook-off:{endpoint.pk}:{now.timestamp():.0f}:{user.pk}",
            kind=kinds.WEBHOOK_OFF.name,
            to=user.email,
            user=user,
            send_after=now,
            now=now,
        )


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")
