"""Who calls the API in these tests? Machines with each scope, and the people of `tests.people` in their browsers."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from loop import api_keys
from loop.models import ApiKey, User
from tests import factories


@dataclass
class Caller:
    """A client that is somebody; `post`, `put` and `get` take a path below /api/v1/."""

    client: APIClient

    def get(self, path: str, **query):
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body=None, **headers):
        return self.client.post(f"/api/v1/{path}", {} if body is None else body, headers=headers)

    def put(self, path: str, body):
        return self.client.put(f"/api/v1/{path}", body)

    def send(self, path: str, raw: bytes, content_type: str = "application/json", method: str = "POST"):
        return self.client.generic(method, f"/api/v1/{path}", raw, content_type=content_type)  # type: ignore[arg-type]


def with_key(text: str) -> Caller:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {text}")
    return Caller(client)


def signed_in(user: User) -> Caller:
    """A person in a browser; without the browser's CSRF token, which APIClient does not ask for."""
    client = APIClient()
    client.force_login(user)
    return Caller(client)


def make_key(*scopes: str, name: str = "", **details) -> tuple[ApiKey, str]:
    return api_keys.create(name or f"key for {'+'.join(scopes)}", scopes, now=timezone.now(), **details)


@pytest.fixture
def ingest(db) -> Caller:
    return with_key(make_key("ingest", name="Survey tool")[1])


@pytest.fixture
def read(db) -> Caller:
    return with_key(make_key("read")[1])


@pytest.fixture
def write(db) -> Caller:
    return with_key(make_key("write", name="CRM")[1])


@pytest.fixture
def admin_key(db) -> Caller:
    return with_key(make_key("admin")[1])


@pytest.fixture
def revoked(db) -> Caller:
    key, text = make_key("admin")
    api_keys.revoke(key, now=timezone.now())
    return with_key(text)


@pytest.fixture
def expired(db) -> Caller:
    return with_key(make_key("admin", expires_at=timezone.now() - timedelta(seconds=1))[1])


@pytest.fixture
def anybody(db) -> Caller:
    """Somebody without key or session."""
    return Caller(APIClient())


@pytest.fixture
def ingrid(people):
    """A contact of an account that Anna looks after; both known by their external ids."""
    account = factories.account("Nordlys AS", owner=people.agent)
    return factories.contact("Ingrid Moe", account=account)
