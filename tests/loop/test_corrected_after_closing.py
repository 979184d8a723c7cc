"""What a customer says by the first link after the case was closed: followed up, and no second answer."""

import pytest

from feedback import invitations, responses
from loop import access, workflow
from loop.models import Case, Verdict
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(people):
    """Sends the form behind the link of Bea, a customer of Anna's."""
    bea = factories.contact("Bea", account=factories.account("Nordlund AB", owner=people.agent))
    asked = invitations.invite(survey=factories.survey(), contact=bea, due_at=NOW, now=NOW)

    def send(score, *, now=NOW, **details):
        return responses.record_response(
            survey=asked.survey, contact=bea, invitation=asked, score=score, source="page", now=now, **details
        ).response

    return send


@pytest.fixture
def solved(answers):
    """Bea gave a 3, was reached, and the cause is solved."""
    return factories.resolve(factories.reach(answers(3).case, now=later(hours=1)), now=later(hours=2))


def test_a_lower_score_opens_the_case_again_with_a_deadline(answers, solved):
    answers(1, comment="Even worse.", now=later(days=2))
    case = stories.as_it_is_now(solved)
    assert (case.state, case.reopened_count) == ("contacted", 1)
    assert case.remind_at is not None
    assert case.resolve_due_at > later(days=2)


def test_asking_to_be_called_opens_it_again(answers, solved):
    answers(3, wants_callback=True, now=later(days=2))
    assert stories.as_it_is_now(solved).state == "contacted"


@pytest.mark.parametrize("change", [{"score": 3, "comment": "Thank you for calling."}, {"score": 8}])
def test_kind_words_or_a_better_score_leave_it_closed(answers, solved, change):
    answers(**change, now=later(days=2))
    assert stories.as_it_is_now(solved).state == "resolved"


def test_a_withdrawn_case_stays_withdrawn(answers):
    case = answers(3).case
    workflow.withdraw(case_id=case.pk, reason="A test.", actor=None, now=later(hours=1))
    answers(1, now=later(days=2))
    assert stories.as_it_is_now(case).state == "resolved"


def test_later_scores_are_compared_with_what_was_followed_up_not_with_its_correction(answers, solved):
    """She gave a 3, we called, she moved it to a 9; her 8 a month later is a recovery and not a fall."""
    answers(9, now=later(days=2))
    factories.sent(solved.recovery_invitation, now=later(days=31))
    asked = solved.recovery_invitation
    responses.record_response(
        survey=asked.survey, contact=solved.contact, invitation=asked, score=8, source="page", now=later(days=33)
    )
    case = Case.objects.select_related("outcome").get(pk=solved.pk)
    assert (case.outcome.verdict, case.outcome.before) == (Verdict.RECOVERED, 3)
    assert case.state == "resolved"


def test_an_owner_in_no_team_is_not_out_of_every_leads_sight(people):
    alone = factories.user("Solo")
    case = factories.case(owner=alone)
    assert case.team is None
    assert case in access.visible_cases(people.lead)
    assert case not in access.visible_cases(people.agent)
