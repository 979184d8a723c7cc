"""GET contacts/{id}/survey-link/: a CRM fetches the link for its mails."""

import pytest
from django.test import Client
from django.utils import timezone

from feedback import contacts, survey_links
from feedback.models import Invitation, SurveyLink
from tests import factories
from tests.feedback.doors import standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva():
    return factories.contact("Eva", external_id="C/1")


def test_gives_the_link_and_one_for_each_score(ingest, eva):
    link = standing("mail")
    said = ingest.get("contacts/C/1/survey-link/", survey="relational")
    assert said.status_code == 200
    address = survey_links.address_for(link, "relational", "C/1")
    assert said.json() == {
        "contact": "C/1",
        "survey": "relational",
        "link": address,
        "scores": {str(score): f"{address}?score={score}" for score in range(11)},
    }
    assert "This link is for Eva." in Client().get("/" + address.split("/", 3)[3]).content.decode()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({}, "required"),
        ({"survey": "nothing"}, "There is no survey “nothing”."),
        ({"survey": "product"}, "has no links for your own mails switched on"),
        ({"survey": "relational", "score": "3"}, "There is no such field."),
    ],
)
def test_says_what_is_wrong_with_the_question(ingest, eva, query, says):
    standing("mail")
    said = ingest.get("contacts/C/1/survey-link/", **query)
    assert said.status_code == 400
    assert says in str(said.json()["errors"])


def test_of_a_link_that_is_switched_off_is_refused(ingest, eva):
    standing("mail")
    SurveyLink.objects.update(is_active=False)
    assert ingest.get("contacts/C/1/survey-link/", survey="relational").status_code == 400


def test_is_refused_for_who_said_no_at_another_account(ingest, eva):
    standing("mail")
    other = factories.contact("E. Lind", email=eva.email, account=factories.account())
    contacts.opt_out(other, now=timezone.now())
    said = ingest.get("contacts/C/1/survey-link/", survey="relational")
    assert said.status_code == 400
    assert "wants no surveys" in str(said.json()["errors"])


def test_knows_no_contact_it_does_not_know(ingest):
    standing("mail")
    assert ingest.get("contacts/C-9/survey-link/", survey="relational").status_code == 404


def test_is_not_for_keys_that_only_read(read, eva):
    """Whoever has the link can answer as the contact."""
    standing("mail")
    assert read.get("contacts/C/1/survey-link/", survey="relational").status_code == 403
