"""How an answer gets in: stored once, corrected with its history, refused with a reason, never lost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from feedback import invitations, responses
from feedback.models import Response, ResponseRevision
from feedback.responses import CLOCK_TOLERANCE, COMMENT_LIMIT, ResponseRefused
from feedback.signals import response_recorded
from loop.models import Case
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


def answer(score, **details):
    return responses.record_response(
        **{"survey": factories.survey(), "contact": None, "source": "test", "now": NOW, "score": score, **details}
    )


@pytest.fixture
def bea():
    """A customer who can be asked."""
    return factories.contact("Bea", account=factories.account("Nordlund AB"))


@pytest.fixture
def beas_invitation(bea):
    return invitations.invite(survey=factories.survey(), contact=bea, due_at=NOW, now=NOW)


class TestAnAnswerIsStored:
    def test_as_it_was_given(self, bea):
        recorded = answer(
            4, contact=bea, comment="  Invoices are wrong. ", wants_callback=True, phone=" +46 8 123 ", language="sv"
        )
        response = Response.objects.get()
        assert recorded == responses.Recorded(response, created=True, revised=False)
        assert (response.contact, response.score, response.comment) == (bea, 4, "Invoices are wrong.")
        assert (response.wants_callback, response.phone, response.language) == (True, "+46 8 123", "sv")
        assert response.responded_at == response.received_at == NOW

    def test_without_knowing_who_gave_it(self):
        assert answer(9).response.contact is None

    @pytest.mark.parametrize(
        ("score", "category"),
        [(0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter"), (10, "promoter")],
    )
    def test_with_the_category_of_its_score(self, score, category):
        assert answer(score).response.category == category

    def test_with_the_time_it_was_answered_beside_the_time_it_arrived(self):
        response = answer(8, responded_at=NOW - timedelta(days=400)).response
        assert (response.responded_at, response.received_at) == (NOW - timedelta(days=400), NOW)

    def test_without_the_characters_a_database_cannot_keep(self):
        assert answer(8, comment="fine\x00 so far").response.comment == "fine so far"

    def test_with_a_script_in_its_comment_as_plain_text(self):
        comment = "<script>alert(1)</script>"
        assert answer(8, comment=comment).response.comment == comment

    def test_and_others_hear_of_it_in_the_same_transaction(self, bea):
        heard = []

        def listen(sender, **said):
            heard.append((said["response"], said["now"], said["revised"], connection.in_atomic_block))

        response_recorded.connect(listen)
        try:
            response = answer(8, contact=bea).response
        finally:
            response_recorded.disconnect(listen)
        assert heard == [(response, NOW, False, True)]


class TestAnAnswerIsRefused:
    @pytest.mark.parametrize("score", [-1, 11, 100])
    def test_off_the_scale(self, score):
        with pytest.raises(ResponseRefused, match=f"{score} is not on the scale of survey “relational”: 0 to 10") as no:
            answer(score)
        assert no.value.field == "score"

    def test_a_zero_where_the_scale_begins_at_one(self):
        survey = factories.survey()
        survey.scale_min = 1
        survey.save(update_fields=["scale_min"])
        with pytest.raises(ResponseRefused, match="1 to 10"):
            answer(0, survey=survey)

    @pytest.mark.parametrize("score", [7.0, 7.5, "7", True, None])
    def test_a_score_that_is_no_whole_number(self, score):
        with pytest.raises(ResponseRefused, match="whole number from 0 to 10") as no:
            answer(score)
        assert no.value.field == "score"

    def test_a_comment_without_end(self):
        with pytest.raises(ResponseRefused, match="10001 characters; 10000 are allowed") as no:
            answer(8, comment="x" * (COMMENT_LIMIT + 1))
        assert no.value.field == "comment"

    def test_from_the_future(self):
        with pytest.raises(ResponseRefused, match="lies in the future") as no:
            answer(8, responded_at=NOW + CLOCK_TOLERANCE + timedelta(seconds=1))
        assert no.value.field == "responded_at"

    def test_but_not_for_a_clock_that_runs_a_little_fast(self):
        assert answer(8, responded_at=NOW + CLOCK_TOLERANCE).created

    def test_and_then_nothing_is_stored(self, bea):
        with pytest.raises(ResponseRefused):
            answer(11, contact=bea)
        assert not Response.objects.exists()

    def test_as_a_correction_and_the_standing_answer_stays(self, bea, beas_invitation):
        answer(8, contact=bea, invitation=beas_invitation)
        with pytest.raises(ResponseRefused):
            answer(11, contact=bea, invitation=beas_invitation)
        assert Response.objects.get().score == 8
        assert not ResponseRevision.objects.exists()


class TestTheSameAnswerToldTwice:
    def test_is_stored_once_and_the_first_stands(self, bea):
        first = answer(3, contact=bea, external_id="R-17")
        again = answer(9, contact=bea, external_id="R-17", comment="changed", now=later(minutes=5))
        assert (again.created, again.revised, again.response) == (False, False, first.response)
        assert (Response.objects.get().score, Case.objects.count()) == (3, 1)
        assert not ResponseRevision.objects.exists()

    def test_is_another_answer_when_another_source_tells_it(self):
        answer(3, source="forms", external_id="17")
        assert answer(3, source="crm", external_id="17").created

    def test_cannot_be_recognised_without_a_name(self):
        assert answer(3).created
        assert answer(3).created


class TestACorrection:
    def test_replaces_the_answer_and_keeps_what_was_said_before(self, bea, beas_invitation):
        answer(8, contact=bea, invitation=beas_invitation, comment="Fine.", phone="1")
        recorded = answer(
            6, contact=bea, invitation=beas_invitation, comment="Not so fine.", wants_callback=True, now=later(hours=1)
        )
        response = Response.objects.get()
        assert (recorded.created, recorded.revised) == (False, True)
        assert (response.score, response.category, response.comment) == (6, "detractor", "Not so fine.")
        assert (response.received_at, response.revised_at) == (NOW, later(hours=1))
        before = ResponseRevision.objects.get()
        assert (before.score, before.comment, before.wants_callback, before.phone) == (8, "Fine.", False, "1")
        assert (before.stood_from, before.replaced_at) == (NOW, later(hours=1))

    def test_of_a_correction_adds_to_the_history(self, bea, beas_invitation):
        for hours, score in enumerate([9, 5, 7]):
            answer(score, contact=bea, invitation=beas_invitation, now=later(hours=hours))
        history = ResponseRevision.objects.order_by("pk").values_list("score", "stood_from", "replaced_at")
        assert list(history) == [(9, NOW, later(hours=1)), (5, later(hours=1), later(hours=2))]

    def test_that_says_the_same_changes_nothing(self, bea, beas_invitation):
        answer(8, contact=bea, invitation=beas_invitation, comment="Fine.")
        again = answer(8, contact=bea, invitation=beas_invitation, comment=" Fine. ", now=later(hours=1))
        assert (again.created, again.revised) == (False, False)
        assert not ResponseRevision.objects.exists()
        assert Response.objects.get().revised_at is None

    def test_from_passive_to_detractor_opens_a_case(self, bea, beas_invitation):
        answer(8, contact=bea, invitation=beas_invitation)
        assert not Case.objects.exists()
        response = answer(2, contact=bea, invitation=beas_invitation, now=later(hours=1)).response
        case = Case.objects.get()
        assert case.response == response
        assert case.opened_at == later(hours=1)

    def test_from_detractor_to_promoter_is_told_to_the_case_and_opens_none(self, bea, beas_invitation):
        answer(2, contact=bea, invitation=beas_invitation)
        answer(9, contact=bea, invitation=beas_invitation, now=later(hours=1))
        case = Case.objects.get()
        assert case.is_open
        assert case.events.get(kind="answer_changed").data == {"before": 2, "after": 9, "comment": False}

    def test_is_decided_about_anew(self, bea, beas_invitation):
        answer(8, contact=bea, invitation=beas_invitation)
        assert Response.objects.get().triaged_at == NOW
        answer(7, contact=bea, invitation=beas_invitation, now=later(hours=1))
        assert Response.objects.get().triaged_at == later(hours=1)


def test_marking_an_answer_triaged_writes_that_and_nothing_else(bea):
    response = answer(8, contact=bea).response
    response.comment = "only in memory"
    responses.mark_triaged(response, now=datetime(2027, 1, 1, tzinfo=UTC))
    stored = Response.objects.get()
    assert (stored.triaged_at.year, stored.comment) == (2027, "")
