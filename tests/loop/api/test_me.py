"""GET me/: whom does Loop take the caller for?"""

import pytest

from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_a_key(write):
    assert write.get("me/").json() == {
        "kind": "key",
        "name": "CRM",
        "email": None,
        "role": None,
        "teams": [],
        "scopes": ["write"],
        "expires_at": None,
    }


def test_a_person(people):
    assert signed_in(people.lead).get("me/").json() == {
        "kind": "person",
        "name": "Lars",
        "email": "lars@loop.example",
        "role": "lead",
        "teams": ["North"],
        "scopes": [],
        "expires_at": None,
    }
