"""Which answers need a case, once and only once, and what a corrected answer means for the case it has."""

import pytest
from django.db import transaction

from feedback import invitations, responses
from feedback.models import Response
from loop import deadlines, triage
from loop.models import Case, SlaPolicy
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea(people):
    """A customer Anna looks after."""
    return factories.contact("Bea", account=factories.account("Nordlund AB", owner=people.agent))


@pytest.fixture
def invitation(bea):
    return invitations.invite(survey=factories.survey(), contact=bea, due_at=NOW, now=NOW)


def answers(invitation, score, *, now=NOW, **details):
    """The customer answers, or corrects what she answered, by the link in her mail."""
    return responses.record_response(
        survey=invitation.survey,
        contact=invitation.contact,
        invitation=invitation,
        score=score,
        source="page",
        now=now,
        **details,
    ).response


class TestWhoGetsACase:
    @pytest.mark.parametrize("score", [0, 6])
    def test_every_detractor(self, bea, score):
        assert factories.response(score, contact=bea).case.state == "new"

    @pytest.mark.parametrize("score", [7, 8, 9, 10])
    def test_nobody_else(self, bea, score):
        factories.response(score, contact=bea)
        assert not Case.objects.exists()

    def test_anybody_who_asks_for_a_call(self, bea):
        assert factories.response(9, contact=bea, wants_callback=True).case.state == "new"

    def test_a_detractor_nobody_knows(self):
        case = factories.response(2).case
        assert (case.contact, case.account) == (None, None)

    def test_a_detractor_each_time_she_answers(self, bea):
        for _ in range(2):
            factories.response(2, contact=bea)
        assert Case.objects.count() == 2


class TestAnOpenedCase:
    def test_has_its_customer_its_deadlines_and_its_first_reminder(self, people, bea):
        case = factories.response(3, contact=bea).case
        assert (case.contact, case.account, case.opened_at, case.version) == (bea, bea.account, NOW, 1)
        assert case.contact_due_at == later(days=1)
        assert case.resolve_due_at == later(days=14)
        assert (case.remind_level, case.remind_round) == (deadlines.HALF_TIME, 1)
        assert NOW < case.remind_at < case.contact_due_at

    def test_tells_how_it_came_to_be(self, people, bea):
        case = factories.response(3, contact=bea).case
        assert stories.kinds(case) == ["opened", "assigned"]
        assert stories.told(case, "opened") == [
            {
                "score": 3,
                "contact_due_at": case.contact_due_at.isoformat(),
                "resolve_due_at": case.resolve_due_at.isoformat(),
                "policy": "Standard",
                "calendar": "Office hours",
            }
        ]

    def test_counts_from_when_the_answer_came_in_not_from_when_we_got_to_it(self, bea):
        response = factories.response(8, contact=bea)
        Response.objects.filter(pk=response.pk).update(score=3, category="detractor", triaged_at=None)
        assert triage.open_missed(now=later(days=3)) == 1
        case = Case.objects.get()
        assert (case.opened_at, case.contact_due_at) == (NOW, later(days=1))
        assert case.events.get(kind="opened").at == later(days=3)

    def test_of_an_old_export_counts_from_when_we_learned_of_it(self, bea):
        case = factories.response(3, contact=bea, responded_at=later(days=-300)).case
        assert case.opened_at == NOW


class TestDecidingAgain:
    def test_opens_nothing_and_adds_no_line(self, bea):
        response = factories.response(3, contact=bea)
        lines = stories.kinds(response.case)
        assert triage.triage(response, now=later(hours=1)) == response.case
        assert Case.objects.count() == 1
        assert stories.kinds(response.case) == lines

    def test_notes_that_it_was_decided(self, bea):
        response = factories.response(9, contact=bea)
        assert triage.triage(response, now=later(hours=1)) is None
        assert Response.objects.get().triaged_at == later(hours=1)

    def test_without_a_policy_writes_nothing_and_can_be_done_later(self, bea):
        SlaPolicy.objects.update(is_default=False, is_active=False)
        response = factories.response(3, contact=bea)
        with pytest.raises(deadlines.NoPolicy), transaction.atomic():
            triage.triage(response, now=NOW)
        assert not Case.objects.exists()
        assert Response.objects.get().triaged_at is None
        SlaPolicy.objects.update(is_default=True, is_active=True)
        assert triage.open_missed(now=later(hours=1)) == 1


class TestACorrectedAnswer:
    def test_that_is_now_a_detractor_s_opens_a_case_from_then_on(self, invitation):
        answers(invitation, 8)
        response = answers(invitation, 2, now=later(hours=2))
        case = Case.objects.get()
        assert (case.response, case.opened_at) == (response, later(hours=2))
        assert [revision.score for revision in response.revisions.all()] == [8]

    def test_is_told_to_the_case_once(self, invitation):
        answers(invitation, 5, comment="Slow.")
        response = answers(invitation, 4, comment="Very slow.", now=later(hours=1))
        triage.triage(response, now=later(hours=2))
        assert stories.told(response.case, "answer_changed") == [{"before": 5, "after": 4, "comment": True}]

    def test_is_told_each_time_it_changes(self, invitation):
        for hour, score in enumerate([5, 4, 6, 9]):
            answers(invitation, score, now=later(hours=hour))
        assert [(line["before"], line["after"]) for line in stories.told(Case.objects.get(), "answer_changed")] == [
            (5, 4),
            (4, 6),
            (6, 9),
        ]

    def test_that_is_worse_brings_the_deadline_forward(self, invitation):
        due_before = answers(invitation, 5).case.contact_due_at
        answers(invitation, 1, now=later(hours=1))
        case = Case.objects.get()
        assert case.contact_due_at == later(days=1) < due_before
        assert case.remind_round == 2
        assert case.due_reason["urgent_max_score"] == 3

    @pytest.mark.parametrize("score", [4, 6, 10])
    def test_that_is_no_more_urgent_leaves_the_deadline(self, invitation, score):
        before = answers(invitation, 5).case
        answers(invitation, score, now=later(hours=1))
        after = Case.objects.get()
        for field in ("contact_due_at", "resolve_due_at", "due_reason", "remind_at", "remind_round", "remind_level"):
            assert getattr(after, field) == getattr(before, field)

    def test_leaves_the_deadline_of_a_customer_who_was_reached(self, invitation):
        case = answers(invitation, 5).case
        factories.reach(case, now=later(hours=1))
        before = Case.objects.get()
        answers(invitation, 0, now=later(hours=2))
        after = Case.objects.get()
        assert (after.resolve_due_at, after.remind_at) == (before.resolve_due_at, before.remind_at)

    def test_keeps_the_case_that_was_opened_for_the_lower_score(self, invitation):
        answers(invitation, 2)
        answers(invitation, 10, now=later(hours=1))
        assert Case.objects.get().is_open


class TestOpeningWhatWasMissed:
    def undecided(self, score, **details):
        """An answer whose case could not be opened when it came in."""
        response = factories.response(8, **details)
        category = "detractor" if score <= 6 else "promoter"
        Response.objects.filter(pk=response.pk).update(score=score, category=category, triaged_at=None)
        return response

    def test_opens_each_case_once(self, bea):
        for _ in range(3):
            self.undecided(2, contact=bea)
        assert triage.open_missed(now=later(hours=1)) == 3
        assert triage.open_missed(now=later(hours=2)) == 0
        assert Case.objects.count() == 3

    def test_decides_about_happy_answers_too(self, bea):
        self.undecided(9, contact=bea)
        assert triage.open_missed(now=later(hours=1)) == 1
        assert not Case.objects.exists()

    def test_one_answer_that_cannot_be_decided_does_not_hold_up_the_others(self, bea, monkeypatch, caplog):
        stuck, fine = self.undecided(2, contact=bea), self.undecided(2, contact=bea)
        open_case = triage.open_case

        def fails_for_one(response, *, now, word):
            if response.pk == stuck.pk:
                raise RuntimeError("a bug")
            return open_case(response, now=now, word=word)

        monkeypatch.setattr(triage, "open_case", fails_for_one)
        assert triage.open_missed(now=later(hours=1)) == 1
        assert Case.objects.get().response == fine
        assert f"response {stuck.pk} is still without a decision" in caplog.text
        monkeypatch.undo()
        assert triage.open_missed(now=later(hours=2)) == 1

    def test_leaves_what_lies_in_the_future_of_a_clock_turned_back(self, bea):
        self.undecided(2, contact=bea)
        assert triage.open_missed(now=later(hours=-1)) == 0
