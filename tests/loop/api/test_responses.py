"""POST responses/: an answer comes in from another system."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.models import Contact, Response
from loop.models import Case

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12


def answer(respondent, **details):
    return {"contact": respondent.external_id, "score": 3, "comment": "The invoice was wrong.", **details}


class TestAnAnswer:
    def test_of_a_detractor_opens_a_case_with_the_owner_of_the_account(self, ingest, ingrid, people):
        said = ingest.post("responses/", answer(ingrid))

        assert said.status_code == 201
        response = Response.objects.get(pk=said.json()["id"])
        case = Case.objects.get(response=response)
        assert said.json() == {
            "id": response.pk,
            "category": "detractor",
            "case": {
                "id": case.pk,
                "state": "new",
                "owner": people.agent.email,
                "contact_due_at": case.contact_due_at.isoformat().replace("+00:00", "Z"),
                "url": f"http://testserver/cases/{case.pk}/",
            },
        }
        assert (response.score, response.comment, response.source) == (3, "The invoice was wrong.", "api")
        assert response.survey.key == "relational"

    def test_of_a_promoter_opens_none(self, ingest, ingrid):
        said = ingest.post("responses/", answer(ingrid, score=9))

        assert said.status_code == 201
        assert said.json()["category"] == "promoter"
        assert said.json()["case"] is None

    def test_keeps_the_time_it_was_given_at(self, ingest, ingrid):
        ingest.post("responses/", answer(ingrid, responded_at="2026-11-01T10:00:00+01:00"))

        assert Response.objects.get().responded_at.isoformat() == "2026-11-01T09:00:00+00:00"

    def test_may_come_from_somebody_known_by_address_only(self, ingest, ingrid):
        said = ingest.post(
            "responses/",
            answer(
                ingrid, contact={"email": "ola@nordlys.example", "name": "Ola", "account": ingrid.account.external_id}
            ),
        )

        assert said.status_code == 201
        ola = Contact.objects.get(email="ola@nordlys.example")
        assert (ola.name, ola.account) == ("Ola", ingrid.account)
        assert Response.objects.get().contact == ola

    def test_by_a_known_address_belongs_to_the_contact_we_have(self, ingest, ingrid):
        ingest.post("responses/", answer(ingrid, contact={"email": ingrid.email.upper()}))

        assert Response.objects.get().contact == ingrid

    def test_may_be_anonymous_when_that_is_said(self, ingest, ingrid):
        assert ingest.post("responses/", answer(ingrid, contact=None)).status_code == 201
        assert Response.objects.get().contact is None

    def test_takes_few_queries(self, ingest, ingrid):
        ingest.post("responses/", answer(ingrid, external_id="first"))  # notes the use of the key, fills caches

        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert ingest.post("responses/", answer(ingrid, external_id="second")).status_code == 201

        statements = [
            query["sql"]
            for query in queries
            if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
        ]
        assert len(statements) <= MOST_QUERIES, "\n".join(statements)


class TestTheSameAnswerAgain:
    def test_is_answered_as_the_first_time_and_changes_nothing(self, ingest, ingrid):
        first = ingest.post("responses/", answer(ingrid, source="tool", external_id="7"))
        again = ingest.post("responses/", answer(ingrid, source="tool", external_id="7", score=9))

        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == first.json()
        assert Response.objects.get().score == 3

    def test_creates_no_contact_either(self, ingest, ingrid):
        ingest.post("responses/", answer(ingrid, source="tool", external_id="7"))
        again = ingest.post(
            "responses/", answer(ingrid, source="tool", external_id="7", contact={"email": "new@customer.example"})
        )

        assert again.status_code == 200
        assert not Contact.objects.filter(email="new@customer.example").exists()

    def test_from_another_source_is_another_answer(self, ingest, ingrid):
        ingest.post("responses/", answer(ingrid, source="tool", external_id="7"))

        assert ingest.post("responses/", answer(ingrid, source="other", external_id="7")).status_code == 201


class TestAScore:
    def test_written_with_a_zero_decimal_is_a_whole_number(self, ingest, ingrid):
        said = ingest.post("responses/", answer(ingrid, score=7.0))
        assert said.status_code == 201
        assert Response.objects.get(pk=said.json()["id"]).score == 7

    def test_that_is_none_is_named(self, ingest, ingrid):
        said = ingest.post("responses/", answer(ingrid, score=7.5))
        assert said.status_code == 400
        assert "7.5 is not a whole number." in str(said.json())


class TestARefusedAnswer:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"score": 11}, "score"),
            ({"score": -1}, "score"),
            ({"score": "7"}, "score"),
            ({"score": 7.5}, "score"),
            ({"score": True}, "score"),
            ({"score": None}, "score"),
            ({"score": 10**40}, "score"),
            ({"score": [3]}, "score"),
            ({"survey": "nonsense"}, "survey"),
            ({"survey": 1}, "survey"),
            ({"contact": "nobody"}, "contact"),
            ({"contact": 12}, "contact"),
            ({"contact": ""}, "contact"),
            ({"contact": ["C-1"]}, "contact"),
            ({"contact": {}}, "contact.email"),
            ({"contact": {"email": "not an address"}}, "contact.email"),
            ({"contact": {"email": "a@b.example", "account": "unknown"}}, "contact.account"),
            ({"contact": {"email": "a@b.example", "shoe_size": 43}}, "contact.shoe_size"),
            ({"comment": "x" * 10_001}, "comment"),
            ({"comment": "with a \x00 in it"}, "comment"),
            ({"comment": 5}, "comment"),
            ({"responded_at": "2999-01-01T00:00:00Z"}, "responded_at"),
            ({"responded_at": "2026-11-01T10:00:00"}, "responded_at"),
            ({"responded_at": "2026-11-01"}, "responded_at"),
            ({"responded_at": "0001-01-01T00:00:00+14:00"}, "responded_at"),
            ({"responded_at": "9999-12-31T23:59:59-14:00"}, "responded_at"),
            ({"responded_at": "yesterday"}, "responded_at"),
            ({"responded_at": 1700000000}, "responded_at"),
            ({"responded_at": ["2026-11-01T10:00:00Z"]}, "responded_at"),
            ({"source": ""}, "source"),
            ({"source": "x" * 101}, "source"),
            ({"external_id": "x" * 201}, "external_id"),
            ({"external_id": "two\nlines"}, "external_id"),
            ({"wants_callback": "yes"}, "wants_callback"),
            ({"wants_callback": 1}, "wants_callback"),
            ({"phone": "0" * 51}, "phone"),
            ({"category": "promoter"}, "category"),
            ({"id": 1}, "id"),
        ],
    )
    def test_names_the_field_and_leaves_nothing_behind(self, ingest, ingrid, change, field):
        contacts = Contact.objects.count()
        said = ingest.post("responses/", answer(ingrid, **change))

        assert said.status_code == 400
        assert said["Content-Type"] == "application/problem+json"
        assert list(said.json()["errors"]) == [field]
        assert not Response.objects.exists()
        assert Contact.objects.count() == contacts

    def test_leaves_no_new_contact_behind_when_its_score_is_off_the_scale(self, ingest, ingrid):
        said = ingest.post("responses/", answer(ingrid, score=11, contact={"email": "new@customer.example"}))

        assert said.status_code == 400
        assert not Contact.objects.filter(email="new@customer.example").exists()

    def test_names_all_that_is_missing(self, ingest):
        said = ingest.post("responses/", {})

        assert set(said.json()["errors"]) == {"contact", "score"}
