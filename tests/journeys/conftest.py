"""What the journeys share: a clock they move, the customer Bea, and no broker at all."""

import pytest
import time_machine

from feedback.models import Contact
from tests import factories
from tests.journeys.walk import STOCKHOLM, Walk


@pytest.fixture
def walk(db):
    """It is Wednesday, 18 November 2026, 09:00 in Stockholm."""
    start = factories.NOW.astimezone(STOCKHOLM).replace(day=18, hour=9, minute=0)
    with time_machine.travel(start, tick=False) as clock:
        yield Walk(clock)


@pytest.fixture
def bea(people, walk) -> Contact:
    """A customer at Nordlund AB, which Anna looks after; she has just been asked how likely she is to recommend us."""
    nordlund = factories.account("Nordlund AB", owner=people.agent, now=walk.now)
    contact = factories.contact("Bea", account=nordlund, now=walk.now)
    walk.ask(contact)
    walk.sweep()
    assert walk.mails() == [("survey_invitation", "Bea")]
    return contact
