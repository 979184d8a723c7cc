"""The Idempotency-Key header: a request that is sent again does its work once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.models import Response
from loop.api import idempotency
from loop.models import Case, CaseEvent, IdempotencyRecord
from tests import factories
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "order-66"}


@pytest.fixture
def body(ingrid):
    return {"contact": ingrid.external_id, "score": 3}


class TestTheSameRequestAgain:
    def test_gets_the_first_answer_and_does_nothing(self, ingest, body):
        first = ingest.post("responses/", body, **KEY)
        again = ingest.post("responses/", body, **KEY)

        assert (first.status_code, again.status_code) == (201, 201)
        assert again.content == first.content  # to the letter, though PostgreSQL sorts the members of objects
        assert again["Idempotent-Replayed"] == "true"
        assert Response.objects.count() == 1

    def test_without_the_header_is_a_second_answer(self, ingest, body):
        ingest.post("responses/", body)
        ingest.post("responses/", body)

        assert Response.objects.count() == 2

    def test_gets_the_same_refusal(self, ingest, body):
        first = ingest.post("responses/", {**body, "score": 11}, **KEY)
        again = ingest.post("responses/", {**body, "score": 11}, **KEY)

        assert (first.status_code, again.status_code) == (400, 400)
        assert again.json() == first.json()
        assert again["Content-Type"] == "application/problem+json"

    def test_works_for_steps_on_cases(self, write):
        case = factories.case()
        path = f"cases/{case.pk}/note/"

        first, again = (write.post(path, {"note": "Once."}, **KEY) for _ in range(2))

        assert again.json() == first.json()
        assert CaseEvent.objects.filter(case=case, kind="note").count() == 1

    def test_may_quote_its_key_as_the_draft_does(self, ingest, body):
        ingest.post("responses/", body, **{"Idempotency-Key": '"order-66"'})
        ingest.post("responses/", body, **KEY)

        assert Response.objects.count() == 1

    def test_after_two_days_is_a_new_one(self, ingest, body):
        ingest.post("responses/", body, **KEY)
        IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=49))
        ingest.post("responses/", body, **KEY)

        assert Response.objects.count() == 2


class TestTheSameKey:
    def test_with_another_body_is_refused(self, ingest, body):
        ingest.post("responses/", body, **KEY)
        said = ingest.post("responses/", {**body, "score": 4}, **KEY)

        assert said.status_code == 422
        assert said.json()["type"] == "urn:loop:problem:idempotency-key-reused"
        assert Response.objects.count() == 1

    def test_on_another_call_is_refused(self, write):
        case = factories.case()
        write.post(f"cases/{case.pk}/note/", {"note": "Once."}, **KEY)

        assert write.post(f"cases/{factories.case().pk}/note/", {"note": "Once."}, **KEY).status_code == 422

    def test_of_another_caller_is_another_key(self, ingest, write, body):
        ingest.post("responses/", body, **KEY)
        write.post("responses/", body, **KEY)

        assert Response.objects.count() == 2

    @pytest.mark.parametrize("key", ["", " ", '""', "x" * 256, "blåbär"])
    def test_must_be_one(self, ingest, body, key):
        said = ingest.post("responses/", body, **{"Idempotency-Key": key})

        assert said.status_code == 400
        assert list(said.json()["errors"]) == ["Idempotency-Key"]


class TestWhileTheFirstIsUnderWay:
    @pytest.fixture
    def under_way(self, ingest, body):
        """The first request took the key and was killed before it did anything."""
        ingest.post("responses/", body, **KEY)
        Response.objects.none()
        record = IdempotencyRecord.objects.get()
        CaseEvent.objects.none()
        IdempotencyRecord.objects.filter(pk=record.pk).update(
            status=None, body=None, locked_until=timezone.now() + idempotency.LEASE
        )
        return record

    def test_a_second_is_told_to_wait(self, ingest, body, under_way):
        said = ingest.post("responses/", body, **KEY)

        assert said.status_code == 409
        assert said.json()["type"] == "urn:loop:problem:idempotency-key-in-use"
        assert int(said["Retry-After"]) >= 1

    def test_a_second_with_another_body_is_refused_all_the_same(self, ingest, body, under_way):
        assert ingest.post("responses/", {**body, "score": 4}, **KEY).status_code == 422

    def test_the_work_is_done_by_the_next_one_once_the_lease_is_over(self, ingest, body, under_way):
        IdempotencyRecord.objects.update(locked_until=timezone.now() - timedelta(seconds=1))

        assert ingest.post("responses/", body, **KEY).status_code == 201
        assert ingest.post("responses/", body, **KEY)["Idempotent-Replayed"] == "true"


def test_who_takes_longer_than_the_lease_leaves_nothing_behind(ingest, body, monkeypatch):
    """Another request took the key over meanwhile; without the check both would store the answer."""
    take = idempotency._finish

    def taken_over(claim, response):
        IdempotencyRecord.objects.update(locked_until=timezone.now() + timedelta(minutes=1))
        take(claim, response)

    monkeypatch.setattr(idempotency, "_finish", taken_over)
    said = ingest.post("responses/", body, **KEY)

    assert said.status_code == 409
    assert not Response.objects.exists()
    assert not Case.objects.exists()


def test_a_fault_of_ours_frees_the_key_at_once(ingest, body, monkeypatch):
    ingest.client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("loop.api.views.responses.take", lambda *_args, **_kwargs: 1 / 0)
        assert ingest.post("responses/", body, **KEY).status_code == 500
    assert not IdempotencyRecord.objects.exists()

    assert ingest.post("responses/", body, **KEY).status_code == 201


def test_old_answers_are_forgotten(ingest, body):
    ingest.post("responses/", body, **KEY)
    now = timezone.now()

    assert idempotency.forget_old(now=now) == 0
    assert idempotency.forget_old(now=now + timedelta(hours=49)) == 1


def test_a_secret_is_said_once_and_kept_nowhere(people):
    admin = signed_in(people.admin)
    given = {"name": "CRM", "url": "https://crm.example.com/hook", "event_types": ["case.opened"]}
    first = admin.post("webhooks/", given, **KEY)
    assert first.status_code == 201, first.content
    secret = first.json()["secret"]
    assert secret
    assert secret not in IdempotencyRecord.objects.get().body
    again = admin.post("webhooks/", given, **KEY)
    assert again["Idempotent-Replayed"] == "true"
    assert again.json() == {**first.json(), "secret": ""}
