"""Many rows at once: each stands in the database as `save` would have written it, or none does."""

import pytest
from django.db import IntegrityError, transaction

from feedback import inserting, nps
from feedback.models import Response
from loop.models import Case, CaseEvent
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

HOSTILE = [
    "", "\\N", "\\.", "a\tb", "line\nline", "carriage\rreturn", 'quoted "here"', "it's, well", "\\", "=1+1", "Åäö æøå",
    "👩‍🔧 ok", "{}", "NULL", " blanks around ", "\x1f",
]  # fmt: skip


def response(place, **details):
    score = place % 11
    given = {
        "survey": factories.survey(), "score": score, "category": nps.category(score, (0, 10)), "source": "test",
        "external_id": f"{place:03}", "responded_at": NOW, "received_at": NOW,
    }  # fmt: skip
    return Response(**given | details)


def as_stored(row):
    """All of a row but its own number and name."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {**fields, "id": None, "external_id": None}


def test_every_text_stands_as_it_was_given():
    inserting.insert_all(Response, [response(place, comment=text) for place, text in enumerate(HOSTILE)])
    assert [one.comment for one in Response.objects.order_by("external_id")] == HOSTILE


def test_a_row_is_the_one_that_save_writes():
    contact = factories.contact()
    many, alone = (
        response(place, contact=contact, comment="Twice.", wants_callback=True, phone="+46 8 123", language="sv")
        for place in (3, 14)
    )
    inserting.insert_all(Response, [many])
    alone.save()
    assert as_stored(Response.objects.get(pk=many.pk)) == as_stored(Response.objects.get(pk=alone.pk))
    assert not many._state.adding


def test_numbers_rise_as_given_whatever_the_order_they_are_written_in():
    rows = [response(place) for place in (7, 3, 5)]
    inserting.insert_all(Response, rows, key=lambda one: one.external_id)
    assert [one.pk for one in rows] == sorted(one.pk for one in rows)
    assert {one.pk: one.external_id for one in Response.objects.all()} == {one.pk: one.external_id for one in rows}


def test_a_row_takes_the_number_of_the_one_it_names():
    """An event is put together before its case has been stored."""
    like = factories.case(3, owner=factories.user("Anna"))
    again = Case(**{
        field.attname: getattr(like, field.attname)
        for field in Case._meta.concrete_fields if not field.primary_key and not field.generated
    })  # fmt: skip
    again.response = factories.response(9)
    event = CaseEvent(case=again, kind="opened", at=NOW, data={"score": 2, "text": "a\tb \\ “ä”"}, key="opened:again")
    inserting.insert_all(Case, [again])
    inserting.insert_all(CaseEvent, [event])
    stored = CaseEvent.objects.get(pk=event.pk)
    assert (stored.case_id, stored.data, stored.announced_at) == (again.pk, event.data, None)
    assert Case.objects.get(pk=again.pk).next_due_at == like.contact_due_at


def test_one_that_the_database_does_not_take_costs_all():
    factories.response(3, source="test", external_id="001")
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        inserting.insert_all(Response, [response(0), response(1), response(2)])
    assert inserting.was_overtaken(raised.value)
    assert Response.objects.count() == 1
