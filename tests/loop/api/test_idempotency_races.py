"""The Idempotency-Key header and `source` + `external_id`, while many requests come in at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from rest_framework.test import APIClient

from feedback.models import Contact, Response
from loop.models import Case
from tests import factories
from tests.loop.api.conftest import make_key

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 6


@pytest.fixture
def ingrid(transactional_db):
    return factories.contact("Ingrid Moe")


@pytest.fixture
def together(transactional_db):
    """Send so many of the same request at once, each over its own connection; returns the answers."""
    text = make_key("ingest")[1]

    def send_all(method, path, body, headers=None):
        barrier = Barrier(AT_ONCE)

        def send(_number):
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=f"Api-Key {text}")
            barrier.wait(timeout=30)
            try:
                return getattr(client, method)(f"/api/v1/{path}", body, headers=headers)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(send, range(AT_ONCE)))

    return send_all


def test_the_same_key_does_the_work_once(together, ingrid):
    body = {"contact": ingrid.external_id, "score": 3}
    said = together("post", "responses/", body, {"Idempotency-Key": "once"})

    assert {answer.status_code for answer in said} <= {201, 409}
    assert len({answer.content for answer in said if answer.status_code == 201}) == 1
    assert Response.objects.count() == 1
    assert Case.objects.count() == 1


def test_the_same_answer_is_stored_once_without_any_key(together, ingrid):
    said = together("post", "responses/", {"contact": ingrid.external_id, "score": 3, "external_id": "1"})

    assert sorted(answer.status_code for answer in said) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer.content for answer in said}) == 1
    assert Response.objects.count() == 1
    assert Case.objects.count() == 1


def test_a_new_contact_is_created_once(together):
    said = together("put", "contacts/C-1/", {"email": "ingrid@nordlys.example", "name": "Ingrid Moe"})

    assert sorted(answer.status_code for answer in said) == [200] * (AT_ONCE - 1) + [201]
    assert Contact.objects.count() == 1


def test_a_new_respondent_is_created_once(together):
    account = factories.account("Nordlys AS")
    person = {"email": "ingrid@nordlys.example", "account": account.external_id}
    said = together("post", "responses/", {"contact": person, "score": 3})

    assert [answer.status_code for answer in said] == [201] * AT_ONCE
    assert Contact.objects.count() == 1


def test_a_new_account_is_created_once(together):
    said = together("put", "accounts/A-1/", {"name": "Nordlys AS"})

    assert sorted(answer.status_code for answer in said) == [200] * (AT_ONCE - 1) + [201]
