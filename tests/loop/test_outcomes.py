"""Whether following up helped: before and after, silence, and what a worse score sets off."""

import pytest

from feedback import invitations, responses
from feedback.models import Response
from loop import outcomes, workflow
from loop.models import Case, Outcome, Verdict
from tests import factories, stories
from tests.factories import later

pytestmark = pytest.mark.django_db

ASKED_AT = later(days=31)
ANSWERED_AT = later(days=33)


@pytest.fixture
def case(people):
    """Anna's; the customer gave a 3, was reached, the cause is solved and the recovery survey has left."""
    solved = factories.resolved_case(3, owner=people.agent)
    factories.sent(solved.recovery_invitation, now=ASKED_AT)
    return stories.as_it_is_now(solved)


def answer(case, score, *, now=ANSWERED_AT, **details):
    """The customer answers the recovery survey of the case, or corrects that answer."""
    invitation = details.pop("invitation", case.recovery_invitation)
    return responses.record_response(
        survey=invitation.survey,
        contact=case.contact,
        invitation=invitation,
        score=score,
        source="page",
        now=now,
        **details,
    ).response


def outcome(case):
    return Outcome.objects.get(case=case)


class TestTheVerdict:
    @pytest.mark.parametrize(
        ("before", "after", "verdict"),
        [
            (3, 9, "recovered"),
            (6, 7, "recovered"),
            (3, 6, "improved"),
            (0, 1, "improved"),
            (3, 3, "unchanged"),
            (3, 2, "worsened"),
            (6, 0, "worsened"),
        ],
    )
    def test_compares_the_later_score_with_the_first(self, people, before, after, verdict):
        case = factories.resolved_case(before, owner=people.agent)
        answer(case, after)
        given = outcome(case)
        assert (given.verdict, given.before, given.after, given.at) == (verdict, before, after, ANSWERED_AT)
        assert given.response.score == after
        assert stories.told(case, "outcome") == [{"verdict": verdict, "before": before, "after": after}]

    def test_counts_any_later_answer_of_the_contact_and_not_only_the_recovery_survey(self, case):
        factories.response(8, contact=case.contact, survey_key="product", now=later(days=5))
        assert outcome(case).verdict == Verdict.RECOVERED

    def test_does_not_compare_answers_on_another_scale(self, case):
        other = factories.survey("product")
        other.scale_min = 1
        other.save(update_fields=["scale_min"])
        factories.response(8, contact=case.contact, survey_key="product", now=later(days=5))
        assert not Outcome.objects.exists()

    def test_does_not_compare_what_was_answered_before_the_case_was_closed(self, case):
        factories.response(9, contact=case.contact, responded_at=later(hours=1), now=later(days=5))
        assert not Outcome.objects.exists()

    def test_does_not_compare_the_answer_of_somebody_else(self, case):
        factories.response(9, contact=factories.contact(account=case.account), now=later(days=5))
        factories.response(9, now=later(days=5))
        assert not Outcome.objects.exists()

    def test_is_not_given_to_a_case_that_is_still_open(self, people):
        open_case = factories.contacted_case(3, owner=people.agent)
        factories.response(9, contact=open_case.contact, now=later(days=5))
        assert not Outcome.objects.exists()

    def test_is_never_given_to_a_withdrawn_case(self, people):
        withdrawn = factories.case(3, owner=people.agent)
        workflow.withdraw(case_id=withdrawn.pk, reason="A test", actor=None, now=later(hours=1))
        factories.response(9, contact=withdrawn.contact, now=later(days=5))
        factories.response(0, contact=withdrawn.contact, now=later(days=6))
        assert not Outcome.objects.filter(case=withdrawn).exists()
        assert stories.as_it_is_now(withdrawn).state == "resolved"

    def test_is_given_to_a_case_whose_customer_nobody_reached(self, people):
        unreached = factories.unreached_case(3, owner=people.agent)
        answer(unreached, 7)
        assert outcome(unreached).verdict == Verdict.RECOVERED

    def test_is_given_once_by_the_first_answer_that_follows(self, case):
        answer(case, 8)
        factories.response(2, contact=case.contact, now=later(days=60))
        assert outcome(case).after == 8
        assert stories.told(case, "outcome")[1:] == []

    def test_speaks_about_every_case_that_waits_for_one(self, people, case):
        factories.response(5, contact=case.contact, now=later(hours=1, minutes=30))
        second = Case.objects.exclude(pk=case.pk).get()
        factories.resolve(factories.reach(second, now=later(hours=3)), now=later(hours=4))
        answer(case, 6)
        assert {each.before: each.verdict for each in Outcome.objects.all()} == {3: "improved", 5: "improved"}

    def test_of_a_case_solved_again_is_given_anew(self, people, case):
        answer(case, 8)
        workflow.reopen(case_id=case.pk, reason="It broke again", actor=people.lead, now=later(days=40))
        again = factories.resolve(case, now=later(days=45))
        answer(again, 5, now=later(days=80))
        assert (outcome(case).verdict, outcome(case).after) == (Verdict.IMPROVED, 5)
        assert [line["after"] for line in stories.told(case, "outcome")] == [8, 5]


class TestAWorseScore:
    def test_reopens_the_case_and_opens_no_second_one(self, case):
        answer(case, 1)
        back = stories.as_it_is_now(case)
        assert (back.state, back.reopened_count) == ("contacted", 1)
        assert Case.objects.count() == 1
        assert stories.told(back, "reopened") == [
            {"reason": "The customer's score fell from 3 to 1 after follow-up.", "count": 1}
        ]
        assert back.events.get(kind="reopened").actor is None

    def test_reopens_a_case_whose_customer_nobody_reached_as_new(self, people):
        unreached = factories.unreached_case(3, owner=people.agent)
        answer(unreached, 1)
        assert stories.as_it_is_now(unreached).state == "new"
        assert Case.objects.count() == 1

    def test_reopens_the_latest_of_several_cases(self, people, case):
        factories.response(5, contact=case.contact, now=later(hours=1, minutes=30))
        second = Case.objects.exclude(pk=case.pk).get()
        factories.resolve(factories.reach(second, now=later(hours=3)), now=later(hours=4))
        answer(case, 1)
        assert stories.as_it_is_now(second).state == "contacted"
        assert stories.as_it_is_now(case).state == "resolved"
        assert set(Outcome.objects.values_list("verdict", flat=True)) == {"worsened"}
        assert Case.objects.count() == 2

    def test_that_is_corrected_in_its_comment_still_opens_no_second_case(self, case):
        answer(case, 1)
        answer(case, 1, comment="I mean it.", now=later(days=33, hours=1))
        assert Case.objects.count() == 1
        assert stories.as_it_is_now(case).reopened_count == 1
        assert len(stories.told(case, "outcome")) == 1

    def test_that_is_corrected_reopens_no_older_case_either(self, case):
        factories.response(5, contact=case.contact, now=later(hours=1, minutes=30))
        second = Case.objects.exclude(pk=case.pk).get()
        factories.resolve(factories.reach(second, now=later(hours=3)), now=later(hours=4))
        answer(case, 1)
        answer(case, 1, comment="I mean it.", now=later(days=33, hours=1))
        assert stories.as_it_is_now(second).is_open
        assert not stories.as_it_is_now(case).is_open

    def test_that_is_corrected_upwards_is_followed_up_where_it_was(self, case):
        answer(case, 1)
        answer(case, 5, now=later(days=33, hours=1))
        assert Case.objects.count() == 1
        assert (outcome(case).verdict, stories.as_it_is_now(case).state) == (Verdict.IMPROVED, "contacted")

    def test_that_was_a_slip_leaves_the_case_open_and_corrects_the_outcome(self, case):
        answer(case, 1)
        answer(case, 10, now=later(days=33, hours=1))
        assert (outcome(case).verdict, stories.as_it_is_now(case).state) == (Verdict.RECOVERED, "contacted")
        assert Case.objects.count() == 1

    def test_corrected_into_one_reopens_the_case(self, case):
        answer(case, 9)
        answer(case, 1, now=later(days=33, hours=1))
        assert (outcome(case).verdict, stories.as_it_is_now(case).state) == (Verdict.WORSENED, "contacted")
        assert Case.objects.count() == 1


class TestABetterScoreThatIsStillADetractor_s:  # noqa: N801
    @pytest.mark.parametrize(("score", "verdict"), [(5, "improved"), (3, "unchanged")])
    def test_closes_the_comparison_and_opens_a_case_of_its_own(self, case, score, verdict):
        response = answer(case, score)
        assert outcome(case).verdict == verdict
        assert stories.as_it_is_now(case).state == "resolved"
        assert response.case.state == "new"
        assert response.case.pk != case.pk

    def test_is_not_its_own_comparison(self, case):
        own = factories.resolve(factories.reach(answer(case, 5).case, now=later(days=34)), now=later(days=35))
        assert not Outcome.objects.filter(case=own).exists()


class TestSilence:
    def test_is_recorded_two_weeks_after_the_survey_left(self, case):
        assert outcomes.close_unanswered(now=later(days=44)) == 0
        assert outcomes.close_unanswered(now=later(days=45)) == 1
        given = outcome(case)
        assert (given.verdict, given.before, given.after, given.response) == ("no_answer", 3, None, None)
        assert stories.told(case, "outcome") == [{"verdict": "no_answer", "before": 3, "after": None}]

    def test_is_recorded_once(self, case):
        outcomes.close_unanswered(now=later(days=45))
        assert outcomes.close_unanswered(now=later(days=46)) == 0
        assert len(stories.told(case, "outcome")) == 1

    def test_that_cannot_be_recorded_does_not_hold_up_the_others(self, people, case, monkeypatch):
        other = factories.resolved_case(4, owner=people.agent)
        factories.sent(other.recovery_invitation, now=ASKED_AT)
        store = outcomes._store

        def fails_for_the_first(closed, *rest):
            if closed.pk == case.pk:
                raise RuntimeError("the disk is full")
            store(closed, *rest)

        monkeypatch.setattr(outcomes, "_store", fails_for_the_first)
        assert outcomes.close_unanswered(now=later(days=45)) == 1
        assert outcome(other).verdict == Verdict.NO_ANSWER

    def test_is_not_assumed_while_the_survey_has_not_left(self, people):
        factories.resolved_case(3, owner=people.agent)
        assert outcomes.close_unanswered(now=later(days=400)) == 0

    def test_is_none_when_the_customer_has_answered(self, case):
        answer(case, 8)
        assert outcomes.close_unanswered(now=later(days=60)) == 0
        assert outcome(case).verdict == Verdict.RECOVERED

    def test_is_none_when_the_case_is_open_again(self, people, case):
        workflow.reopen(case_id=case.pk, reason="Again", actor=people.lead, now=later(days=40))
        assert outcomes.close_unanswered(now=later(days=60)) == 0

    def test_is_not_recorded_for_an_answer_we_have_not_decided_about_yet(self, case):
        response = answer(case, 8)
        Outcome.objects.all().delete()
        Response.objects.filter(pk=response.pk).update(triaged_at=None)
        assert outcomes.close_unanswered(now=later(days=60)) == 0

    def test_ends_with_a_late_answer(self, case):
        outcomes.close_unanswered(now=later(days=45))
        answer(case, 9, now=later(days=50))
        assert (outcome(case).verdict, outcome(case).after) == (Verdict.RECOVERED, 9)
        assert [line["verdict"] for line in stories.told(case, "outcome")] == ["no_answer", "recovered"]

    def test_ends_with_a_late_worse_answer_that_reopens_the_case(self, case):
        outcomes.close_unanswered(now=later(days=45))
        answer(case, 0, now=later(days=50))
        assert outcome(case).verdict == Verdict.WORSENED
        assert stories.as_it_is_now(case).is_open


class TestACorrectedAnswer:
    def test_corrects_the_outcome_it_gave(self, case):
        answer(case, 8)
        answer(case, 5, now=later(days=34))
        assert (outcome(case).verdict, outcome(case).after) == (Verdict.IMPROVED, 5)

    def test_to_the_first_survey_is_no_answer_after_follow_up(self, people):
        bea = factories.contact("Bea", account=factories.account(owner=people.agent))
        first = invitations.invite(survey=factories.survey(), contact=bea, due_at=later(), now=later())
        asked = {"survey": first.survey, "contact": bea, "invitation": first, "source": "page"}
        opened = responses.record_response(**asked, score=3, now=later()).response.case
        factories.resolve(factories.reach(opened, now=later(hours=1)), now=later(hours=2))
        responses.record_response(**asked, score=9, now=later(days=2))
        assert not Outcome.objects.exists()


def test_silence_after_a_second_follow_up_is_recorded_too(people, case):
    answer(case, 1)
    again = factories.resolve(case, now=later(days=40))
    factories.sent(again.recovery_invitation, now=later(days=70))
    assert outcomes.close_unanswered(now=later(days=90)) == 1
    assert outcome(case).verdict == Verdict.NO_ANSWER
