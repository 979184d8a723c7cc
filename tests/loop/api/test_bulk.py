"""POST responses/bulk/: up to a thousand answers, each by itself."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.renderers import JSONRenderer

from feedback import responses
from feedback.models import Response
from loop.api.serializers.responses import AnswerOutcomes
from loop.models import Case

pytestmark = pytest.mark.django_db


def answer(respondent, number, **details):
    return {"contact": respondent.external_id, "score": 3, "source": "tool", "external_id": str(number), **details}


def test_each_answer_gets_what_it_would_have_got_alone(ingest, ingrid):
    said = ingest.post(
        "responses/bulk/",
        [answer(ingrid, 1), answer(ingrid, 2, score=10), answer(ingrid, 1), answer(ingrid, 3, score=11)],
    )

    assert said.status_code == 200
    first, second, repeated, refused = said.json()["results"]
    assert (first["status"], second["status"], repeated["status"], refused["status"]) == (201, 201, 200, 400)
    assert first["case"]["id"] == Case.objects.get().pk
    assert (second["category"], second["case"]) == ("promoter", None)
    assert {**repeated, "status": 201} == first
    assert list(refused["errors"]) == ["score"]
    assert Response.objects.count() == 2


def test_what_is_said_is_what_is_described(ingest, ingrid):
    said = ingest.post(
        "responses/bulk/",
        [answer(ingrid, 1), answer(ingrid, 1), answer(ingrid, 2, score=9), answer(ingrid, 3, score=11)],
    ).json()
    assert said == json.loads(JSONRenderer().render(AnswerOutcomes(said).data))
    alone = ingest.post("responses/", answer(ingrid, 1)).json()
    assert {**alone, "status": 201} == said["results"][0]


@pytest.mark.parametrize(
    "bad",
    [None, 7, "text", [], {}, {"contact": "nobody", "score": 3}, {"contact": "\ud800", "score": 3}, {"\ud800": 1}],
)
def test_whatever_is_wrong_with_one_harms_no_other(ingest, ingrid, bad):
    body = json.dumps([answer(ingrid, 1), bad, answer(ingrid, 2)]).encode()

    said = ingest.send("responses/bulk/", body)

    assert [result["status"] for result in said.json()["results"]] == [201, 400, 201]
    assert Response.objects.count() == 2


def test_a_fault_of_ours_in_one_harms_no_other(ingest, ingrid, monkeypatch):
    record = responses.record_response

    def fails_together(told, **_details):
        with connection.cursor() as cursor:
            cursor.execute("SELECT disk FROM on_fire")

    def fails_on_second(**details):
        if details["external_id"] == "2":
            with connection.cursor() as cursor:  # PostgreSQL then refuses everything until a savepoint is restored
                cursor.execute("SELECT disk FROM on_fire")
        return record(**details)

    monkeypatch.setattr("loop.api.bulk.record_many", fails_together)
    monkeypatch.setattr("loop.api.answers.record_response", fails_on_second)
    said = ingest.post("responses/bulk/", [answer(ingrid, number) for number in (1, 2, 3)])

    assert [result["status"] for result in said.json()["results"]] == [201, 500, 201]
    assert "disk" not in said.content.decode()
    assert set(Response.objects.values_list("external_id", flat=True)) == {"1", "3"}


def test_they_may_be_wrapped_in_an_object(ingest, ingrid):
    said = ingest.post("responses/bulk/", {"responses": [answer(ingrid, 1)]})

    assert [result["status"] for result in said.json()["results"]] == [201]


def test_none_at_all_is_no_error(ingest):
    assert ingest.post("responses/bulk/", []).json() == {"results": []}


@pytest.mark.parametrize(
    "body", [{}, {"responses": {}}, {"answers": []}, "text", 7, None, {"responses": [], "more": 1}]
)
def test_anything_but_a_list_is_refused(ingest, body):
    said = ingest.send("responses/bulk/", json.dumps(body).encode())

    assert said.status_code == 400
    assert list(said.json()["errors"]) == ["body"]


def test_more_than_a_thousand_are_refused(ingest, ingrid):
    said = ingest.post("responses/bulk/", [{}] * 1001)

    assert said.status_code == 400
    assert "1000" in said.json()["errors"]["body"][0]


def test_a_thousand_bad_ones_are_told_one_by_one(ingest):
    said = ingest.post("responses/bulk/", [{}] * 1000)

    assert [result["status"] for result in said.json()["results"]] == [400] * 1000


def test_contacts_are_looked_up_together(ingest, ingrid):
    with CaptureQueriesContext(connection) as queries:
        ingest.post("responses/bulk/", [answer(ingrid, number, score=9) for number in range(10)])

    look_ups = [query["sql"] for query in queries if 'FROM "feedback_contact"' in query["sql"]]
    assert len(look_ups) == 1
