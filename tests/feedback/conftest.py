"""What tests of answers share: Eva, whose account Anna looks after, and the link that was mailed to her."""

import pytest

from tests import factories
from tests.feedback import sendings


@pytest.fixture
def anna(people):
    return people.agent


@pytest.fixture
def eva(anna):
    return factories.contact("Eva", account=factories.account("Fjord AB", owner=anna))


@pytest.fixture
def asked(eva):
    """Eva's invitation, mailed a day before NOW."""
    return sendings.invite(eva)
