"""Rows made like a first one are what Django would have made; rows read in part know the rest when asked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback import moulds
from feedback.inserting import insert_all
from feedback.models import Contact, Response
from feedback.moulds import Mould
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def first(**fields):
    given = {"score": 9, "category": "promoter", "source": "test", "responded_at": NOW, "received_at": NOW}
    return Response(**{"survey": factories.survey(), **given, **fields})


class TestMould:
    def test_makes_a_row_as_django_makes_it(self):
        eva = factories.contact()
        made = Mould(first()).cast({"contact_id": eva.pk, "comment": "Fine."}, {"contact": eva})
        by_django = first(contact=eva, comment="Fine.")
        fields = [field.attname for field in Response._meta.concrete_fields]
        assert [getattr(made, name) for name in fields] == [getattr(by_django, name) for name in fields]
        assert (made.contact, made.survey) == (eva, by_django.survey)
        assert made._state.adding

    def test_leaves_the_first_one_and_the_others_as_they_are(self):
        mould = Mould(first())
        one, other = mould.cast({"comment": "One"}, {}), mould.cast({"comment": "Other"}, {})
        insert_all(Response, [one, other])
        assert (one.comment, other.comment) == ("One", "Other")
        assert one.pk != other.pk
        assert {stored.comment for stored in Response.objects.all()} == {"One", "Other"}


class TestRead:
    def test_reads_little_and_the_rest_when_it_is_asked_for(self):
        eva = factories.contact(name="Eva", phone="123")
        with CaptureQueriesContext(connection) as asked:
            (found,) = moulds.read(Contact.objects.filter(pk=eva.pk), "id", "name")
            assert (found, found.name) == (eva, "Eva")
            assert len(asked) == 1
            assert found.phone == "123"
        assert len(asked) == 2
