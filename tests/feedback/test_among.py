"""Rows that are among many asked for, by one parameter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.models import Contact, Response
from tests import factories

pytestmark = pytest.mark.django_db


class TestAmong:
    def test_finds_those_asked_for_and_no_other(self):
        wanted = [factories.contact() for _ in range(3)]
        factories.contact()
        assert set(Contact.objects.filter(pk__among=[one.pk for one in wanted])) == {*wanted}

    def test_finds_by_a_relation(self):
        answered, other = (factories.response(9, contact=factories.contact()) for _ in range(2))
        found = Response.objects.filter(contact__among={answered.contact_id})
        assert list(found) == [answered]
        assert other not in found

    @pytest.mark.parametrize(
        "odd", ["plain", 'with "quotes"', "back\\slash", "a,b", "{}", "NULL", "", "line\nbreak", "ö%s"]
    )
    def test_takes_text_as_it_stands(self, odd):
        factories.contact(external_id=odd or "x")
        factories.contact(external_id="another")
        found = Contact.objects.filter(external_id__among=[odd, "nobody"])
        assert [one.external_id for one in found] == ([odd] if odd else [])

    def test_finds_nothing_among_nothing(self):
        factories.contact()
        assert not Contact.objects.filter(pk__among=[])
        assert not Contact.objects.filter(external_id__among=set())

    def test_asks_the_same_however_many_there_are(self):
        with CaptureQueriesContext(connection) as asked:
            list(Contact.objects.filter(pk__among=range(1)))
            list(Contact.objects.filter(pk__among=range(5_000)))
        few, many = (len(one["sql"].split("'")[0]) for one in asked.captured_queries)
        assert few == many
