"""What do tests of webhooks get? A system that listens, and an endpoint of ours that tells it."""

from dataclasses import dataclass

import pytest

from notifications.models import WebhookDelivery, WebhookEndpoint
from notifications.webhooks import endpoints, event_types, outgoing, sending
from tests import factories
from tests.notifications import webhook_receiver
from tests.notifications.webhook_receiver import Receiver


@dataclass
class Warehouse:
    """The receiver, and what we know of it."""

    receiver: Receiver
    endpoint_id: int

    @property
    def endpoint(self) -> WebhookEndpoint:
        return WebhookEndpoint.objects.get(pk=self.endpoint_id)

    @property
    def types(self) -> list[str]:
        return [told["type"] for told in self.receiver.told]

    def delivery(self) -> WebhookDelivery:
        return WebhookDelivery.objects.get(endpoint=self.endpoint_id)

    def test(self, now=factories.NOW) -> WebhookDelivery:
        """A delivery that is due."""
        return outgoing.tell_test(self.endpoint, now=now)


@pytest.fixture
def receiver():
    with webhook_receiver.running() as running:
        yield running


@pytest.fixture
def warehouse(db, receiver, settings):
    settings.WEBHOOK_HOSTS_INSIDE = frozenset({receiver.host})
    made, secret = endpoints.create(
        url=receiver.url, name="Warehouse", types=event_types.TYPES, actor=None, now=factories.later(hours=-1)
    )
    receiver.secrets.append(secret)
    return Warehouse(receiver, made.pk)


@pytest.fixture
def send():
    def send(now=factories.NOW):
        return sending.deliver_due(now=now)

    return send
