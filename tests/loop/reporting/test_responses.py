"""Who answers, who does not, and what the silent could have made of it."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from feedback import invitations
from feedback.models import Invitation
from loop.reporting.filters import parse
from loop.reporting.responses import response_report
from tests import factories

NOW = factories.NOW
ASKED = NOW - timedelta(days=20)

pytestmark = pytest.mark.django_db


def report(reader=None, query: str = ""):
    return response_report(reader, parse(QueryDict(query), now=NOW), NOW)


def ask(*scores: int | None, owner=None, survey: str = "relational", channel: str = "email", **account: object) -> None:
    """One question for each score; None does not answer."""
    customer = factories.account(owner=owner, **account)
    for score in scores:
        person = factories.contact(account=customer)
        asked = invitations.invite(survey=factories.survey(survey), contact=person, due_at=ASKED, now=ASKED)
        factories.sent(asked, now=ASKED)
        Invitation.objects.filter(pk=asked.pk).update(channel=channel)
        if score is not None:
            factories.response(score, contact=person, invitation=asked, survey_key=survey, now=NOW - timedelta(days=5))


class TestTheRate:
    def test_is_of_those_asked_who_answered(self):
        ask(9, 3, None, None)
        found = report()
        assert (found.sent, found.answered.count, found.answered.n, found.silent) == (4, 2, 4, 2)

    def test_leaves_out_what_came_back(self):
        ask(9, None, None)
        Invitation.objects.filter(response=None).update(bounced_at=ASKED)
        found = report()
        assert (found.sent, found.came_back, found.answered.n) == (3, 2, 1)

    def test_leaves_out_ways_of_which_nobody_knows_who_saw_them(self):
        ask(9, None, channel="widget")
        assert report().sent == 0

    def test_leaves_recovery_surveys_out_until_they_are_chosen(self):
        ask(9, None, survey="recovery")
        assert report().sent == 0
        assert report(query="kind=recovery").sent == 2

    def test_counts_the_days_of_asking(self):
        ask(9, None)
        assert report(query="from=2026-11-01&to=2026-11-19").sent == 0

    def test_is_of_what_the_reader_may_see(self, people):
        ask(9, None, owner=people.agent)
        ask(9, None, None, owner=people.other_agent)
        seen = [report(reader).sent for reader in (people.agent, people.lead, people.other_lead, people.leader, None)]
        assert seen == [2, 2, 3, 5, 5]


class TestParts:
    def test_by_segment_size_and_channel(self):
        ask(9, None, segment="retail", size="large")
        ask(9, segment="finance")
        found = report()
        assert {row.name: (row.answered.count, row.answered.n) for row in found.rows["segment"]} == {
            "retail": (1, 2),
            "finance": (1, 1),
        }
        assert {row.name for row in found.rows["size"]} == {"large", "no size"}
        assert [row.name for row in found.rows["channel"]] == ["e-mail"]

    def test_a_segment_that_keeps_silent_stands_out(self):
        for segment in ("retail", "finance", "media"):
            ask(*[9] * 8, *[None] * 7, segment=segment)
        ask(*[None] * 15, segment="public")
        standing_out = [row.name for row in report().rows["segment"] if row.stands_out]
        assert standing_out == ["public"]

    def test_as_many_queries_however_many_were_asked(self, django_assert_num_queries):
        ask(9, None, segment="retail")
        with django_assert_num_queries(1):
            report()
        for segment in ("a", "b", "c"):
            ask(9, 8, 3, None, segment=segment)
        with django_assert_num_queries(1):
            report()


class TestTheSilent:
    def test_could_have_been_all_detractors_or_all_promoters(self):
        ask(*[9] * 10, *[3] * 5, *[None] * 5)
        found = report()
        assert (found.bounds.low, found.bounds.high) == (0, 50)
        told = found.as_dict()
        assert told["nps_of_all_asked_lies_between"] == [0, 50]
        assert told["detractors_of_all_asked_lie_between"] == [0.25, 0.5]
        assert told["if_silent_20_points_less_happy"] == -5  # a quarter of all asked, 20 points each

    def test_of_two_scales_no_one_nps_is_made(self):
        ask(9, 3)
        product = factories.survey("product")
        product.scale_min = 1
        product.save()
        ask(9, 3, survey="product")
        found = report()
        assert (found.nps, found.bounds) == (None, None)
        assert found.answered.count == 4
