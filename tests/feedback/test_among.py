"""Rows that are among many asked for, by one parameter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.among import PairsAmong
from feedback.many_responses import here_already, named
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


class TestPairsAmong:
    def test_finds_the_pairs_asked_for_and_no_other(self):
        one, other = (factories.response(9, source=source, external_id=f"x{source}") for source in ("a", "b"))
        factories.response(9, source="a", external_id="xb")
        pairs = [("a", "xa"), ("b", "xb"), ("b", "nobody")]
        assert set(Response.objects.filter(PairsAmong("source", "external_id", pairs))) == {one, other}

    @pytest.mark.parametrize("odd", ["plain", 'with "quotes"', "back\\slash", "a,b", "{}", "NULL", "1", "l\nb", "ö%s"])
    def test_takes_text_as_it_stands(self, odd):
        answer = factories.response(9, source="odd", external_id=odd)
        assert list(Response.objects.filter(PairsAmong("source", "external_id", [("odd", odd)]))) == [answer]

    def test_finds_nothing_among_nothing(self):
        factories.response(9)
        assert not Response.objects.filter(PairsAmong("source", "external_id", []))


class TestNamed:
    def test_of_many_sources_asks_once(self, django_assert_num_queries):
        answer = factories.response(9, source="s1", external_id="x1")
        names = [(f"s{place}", f"x{place}") for place in range(2_000)]
        with django_assert_num_queries(1):
            assert here_already(names) == {("s1", "x1"): answer}

    def test_of_nameless_ones_has_none(self):
        factories.response(9, source="s1")
        assert here_already([("s1", "")]) == {}

    def test_finds_by_the_index(self):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")  # of a handful of rows it would read all
        asked = named([(f"s{place % 3}", f"x{place}") for place in range(2_000)]).explain()
        assert "response_once_per_source" in asked
