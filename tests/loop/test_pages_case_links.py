"""The case page of an answer that came by a link anybody may use: who left what, and where it came from."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.feedback import doors

pytestmark = pytest.mark.django_db


def read(user, case) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("case", args=[case.pk])).content.decode()


class TestAnAnswerByALinkAnybodyMayUse:
    def test_shows_what_was_left_and_where_it_came_from(self, people):
        link = doors.standing("kiosk", name="The counter in Malmö")
        left = {"respondent_name": "Eva <Lind>", "respondent_email": "eva@fjord.example"}
        case = factories.response(2, source=link.source, external_id="a", wants_callback=True, **left).case
        page = read(people.admin, case)
        assert "Eva &lt;Lind&gt;" in page
        assert "mailto:eva@fjord.example" in page
        assert "The counter in Malmö" in page

    def test_is_anonymous_where_nothing_was_left(self, people):
        case = factories.response(2, source="link:999", external_id="a").case
        assert "Anonymous answer" in read(people.admin, case)
