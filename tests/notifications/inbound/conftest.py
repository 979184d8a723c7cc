"""What the tests of inbound mail share: a mail that has left, and servers that speak about it."""

import pytest

from feedback import invitations
from notifications import announce, delivery
from notifications.models import Message
from tests import factories
from tests.factories import NOW


@pytest.fixture
def sent(people, server):
    """Anna Berg's survey mail, which left at NOW; the agent Anna looks after her."""
    berg = factories.contact(
        "Anna Berg", email="anna@customer.example", account=factories.account("Fjord AB", owner=people.agent)
    )
    invitations.invite(survey=factories.survey(), contact=berg, due_at=NOW, now=NOW)
    announce.enqueue_invitations(now=NOW)
    delivery.deliver_due(now=NOW)
    return Message.objects.get(kind="survey_invitation")
