"""Setup: who may see it?"""

import pytest
from django.urls import reverse

from tests.people import browser

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["setup", "imports"])
@pytest.mark.parametrize(("name", "status"), [("agent", 403), ("lead", 403), ("leader", 403), ("admin", 200)])
def test_only_administrators_set_up(people, name, status, address):
    assert browser(getattr(people, name)).get(reverse(address)).status_code == status
