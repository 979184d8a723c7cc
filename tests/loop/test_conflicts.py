"""When the lead takes the first look instead of Anna, what is said about it, and to whom."""

import pytest

from feedback import responses
from loop import access, assignment, board, calendar_feed, callbacks, conflicts, workflow
from loop.models import AccountOwner, Role, User
from notifications import announce, audience, delivery, digests, facts
from notifications.models import Message
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

TACTLESS = ("complain", "conflict", "against", "rude", "bad")


@pytest.fixture
def nordlund(people):
    return factories.account("Nordlund AB", owner=people.agent)


def answer(account, score=3, comment="", name="Eva Lind", now=NOW, **more):
    return factories.response(
        score, contact=factories.contact(name, account=account), comment=comment, now=now, **more
    ).case


class TestAnAnswerThatNamesTheOwner:
    def test_goes_to_her_lead(self, people, nordlund):
        case = answer(nordlund, comment="Annas svar dröjde.")
        assert (case.owner, case.team) == (people.lead, people.north)
        assert case.owner_reason == "The answer mentions Anna by name: Lars takes the first look"
        assert not any(word in case.owner_reason.lower() for word in TACTLESS)
        assert not access.visible_cases(people.agent).filter(pk=case.pk).exists()

    def test_stays_with_her_where_that_is_switched_off(self, people, nordlund):
        conflicts.set_policy(owner_named=False, second_within_days=0, actor=people.admin, now=NOW)
        assert answer(nordlund, comment="Anna is slow.").owner == people.agent

    def test_also_when_the_words_come_later(self, people, nordlund):
        given = {"survey": factories.survey(), "contact": factories.contact(account=nordlund), "source": "page"}
        first = responses.record_response(**given, score=2, external_id="1", now=NOW)
        assert first.response.case.owner == people.agent
        responses.record_response(
            **given, score=2, comment="Anna hung up on me.", external_id="1", may_correct=True, now=later(minutes=3)
        )
        assert stories.as_it_is_now(first.response.case).owner == people.lead

    def test_but_not_once_she_has_begun(self, people, nordlund):
        given = {"survey": factories.survey(), "contact": factories.contact(account=nordlund), "source": "page"}
        case = responses.record_response(**given, score=2, external_id="1", now=NOW).response.case
        workflow.attempt(case_id=case.pk, channel="phone", reached=False, actor=people.agent, now=later(minutes=1))
        responses.record_response(
            **given, score=2, comment="Anna called.", external_id="1", may_correct=True, now=later(minutes=3)
        )
        assert stories.as_it_is_now(case).owner == people.agent

    def test_that_is_a_lead_goes_to_another_lead_and_never_to_herself(self, people):
        account = factories.account("Fjord AB", owner=people.lead)
        assert answer(account, comment="Lars is late.").owner == people.other_lead

    def test_stays_with_her_in_a_company_without_leads(self, people, nordlund):
        User.objects.filter(role=Role.LEAD).update(role=Role.AGENT)
        assert answer(nordlund, comment="Anna is slow.").owner == people.agent

    def test_waits_out_of_her_sight_where_no_lead_is_here(self, people, nordlund):
        factories.away(people.lead)
        factories.away(people.other_lead)
        case = answer(nordlund, comment="Anna is slow.")
        assert (case.owner, case.team) == (None, None)
        assert not access.visible_cases(people.agent).filter(pk=case.pk).exists()


class TestASecondUnhappyPersonAtTheAccount:
    def test_goes_to_the_lead(self, people, nordlund):
        assert answer(nordlund).owner == people.agent
        second = answer(nordlund, name="Bo Ek", now=later(days=29))
        assert second.owner == people.lead
        assert second.owner_reason == (
            "Second unhappy answer from Nordlund AB within 30 days: Lars takes the first look"
        )

    def test_does_not_where_the_first_was_withdrawn(self, people, nordlund):
        machine = answer(nordlund, name="Bo Ek")
        workflow.withdraw(case_id=machine.pk, reason="A machine's.", actor=None, now=NOW)
        assert answer(nordlund, name="Eva Lind", now=later(days=1)).owner == people.agent

    def test_after_the_period_is_an_ordinary_case(self, people, nordlund):
        answer(nordlund)
        assert answer(nordlund, name="Bo Ek", now=later(days=31)).owner == people.agent

    def test_of_another_owner_is_an_ordinary_case(self, people, nordlund):
        factories.hand_over(answer(nordlund), people.colleague)
        assert answer(nordlund, name="Bo Ek").owner == people.agent

    def test_is_somebody_else_and_not_the_same_person_again(self, people, nordlund):
        case = answer(nordlund)
        assert factories.response(2, contact=case.contact, survey_key="product").case.owner == people.agent


class TestAskingForSomebodyElse:
    def test_with_the_answer(self, people, nordlund):
        case = answer(nordlund, wants_someone_else=True)
        assert (case.owner, case.wants_someone_else) == (people.lead, True)

    def test_on_the_phone(self, people, nordlund):
        case = conflicts.ask_for_someone_else(case_id=answer(nordlund).pk, actor=people.agent, now=later(hours=1))
        assert (case.owner, case.wants_someone_else) == (people.lead, True)
        assert stories.told(case, "assigned")[-1]["instead_of"] == people.agent.pk

    def test_of_somebody_who_is_not_the_usual_contact_is_only_noted(self, people, nordlund):
        case = factories.hand_over(answer(nordlund), people.colleague)
        asked = conflicts.ask_for_someone_else(case_id=case.pk, actor=people.colleague, now=later(hours=1))
        assert (asked.owner, asked.wants_someone_else) == (people.colleague, True)

    def test_twice_is_refused(self, people, nordlund):
        case = answer(nordlund, wants_someone_else=True)
        with pytest.raises(workflow.StepNotAllowed):
            conflicts.ask_for_someone_else(case_id=case.pk, actor=people.lead, now=NOW)


class TestTheOwner:
    @pytest.fixture
    def mail(self, people, nordlund):
        answer(nordlund, comment="Anna was rude to Eva.")
        announce.announce_missed(now=NOW)
        delivery.deliver_due(now=NOW)
        return Message.objects.get(user=people.agent)

    def test_is_told_that_the_lead_has_it(self, mail):
        assert (mail.kind, mail.state) == ("case_with_lead", "sent")
        assert mail.subject == "Lars takes the first look at an answer from Nordlund AB"

    def test_is_told_nothing_of_the_customer(self, mail):
        for text in (mail.subject, mail.body, mail.body_html):
            for secret in ("Eva", "rude", "Score", "/cases/", "by name"):
                assert secret not in text

    def test_is_told_nothing_more_when_several_are_told_at_once(self, people):
        for number in range(12):
            answer(factories.account(f"Fjord {number} AB", owner=people.agent), comment="Anna was rude to Eva.")
        announce.announce_missed(now=NOW)
        delivery.deliver_due(now=NOW)
        for mail in Message.objects.filter(user=people.agent):
            assert "Eva" not in mail.subject + mail.body + mail.body_html

    def test_is_not_told_when_the_lead_gives_it_to_her_before_the_mail_leaves(self, people, nordlund):
        case = answer(nordlund, comment="Anna was rude.")
        announce.announce_missed(now=NOW)
        factories.hand_over(case, people.agent)
        announce.announce_missed(now=NOW)
        delivery.deliver_due(now=NOW)
        assert Message.objects.get(user=people.agent, kind="case_with_lead").state == "cancelled"


def test_a_conflict_is_looked_for_without_another_query(people, nordlund, django_assert_num_queries):
    given = answer(nordlund).response
    with django_assert_num_queries(2):  # the owner with all of it; their team
        assignment.choose(given, now=NOW)
    assert AccountOwner.objects.get().user == people.agent


class TestTheOwnerInTheirLeadsPlace:
    """Anna stands in for Lars while he is away; the case that went past her to him stays out of her sight."""

    @pytest.fixture
    def case(self, people, nordlund):
        case = answer(nordlund, comment="Anna was rude to me.")
        assert case.owner == people.lead
        factories.away(people.lead, substitute=people.agent)
        return stories.as_it_is_now(case)

    @pytest.fixture
    def other(self, people, case):
        return factories.hand_over(factories.case(contact_name="Bo Ek"), people.lead)

    def test_does_not_see_it_among_what_she_sees_in_his_place(self, people, case, other):
        assert set(access.visible_cases(people.agent)) == {other}
        assert not access.may(people.agent, "note", case)

    def test_nor_once_it_lies_with_a_colleague_or_in_the_queue(self, people, case):
        factories.hand_over(case, people.colleague)
        assert case not in access.visible_cases(people.agent)
        workflow.assign(case_id=case.pk, owner=None, team=people.north, reason="r", actor=None, now=later(hours=1))
        assert case not in access.visible_cases(people.agent)
        assert case in access.visible_cases(people.colleague)

    def test_nor_does_a_lead_whose_own_case_went_to_another_lead_of_the_team(self, people):
        second = factories.user("Maja", role=Role.LEAD, team=people.north)
        case = answer(factories.account("Fjord AB", owner=people.lead), comment="Lars is late.")
        assert case.owner == second
        assert case not in access.visible_cases(people.lead)

    def test_sees_it_once_it_is_given_to_her(self, people, case):
        factories.hand_over(case, people.agent)
        assert case in access.visible_cases(people.agent)
        factories.hand_over(case, people.lead)
        assert case in access.visible_cases(people.agent)  # in his place, and nothing is kept from her any more

    def test_gets_no_mail_about_it_and_others_who_can_act_do(self, people, case):
        assert audience.responsible(case, NOW) == [people.other_lead]
        assert people.agent not in audience.leads(case, NOW)
        assert case in access.visible_cases(people.other_lead)
        assert access.may(people.other_lead, "attempt", case)

    def test_reads_of_it_in_no_list_page_calendar_file_or_api(self, people, case, other, client):
        client.force_login(people.agent)
        for url in ("/cases/?tab=mine", "/cases/?tab=team", "/cases/export/?tab=team", "/find/?q=Eva", "/team/"):
            page = client.get(url, follow=True)
            text = b"".join(page) if page.streaming else page.content
            assert b"Eva Lind" not in text, url
        assert "Bo Ek" in client.get("/cases/?tab=mine").content.decode()
        assert client.get(f"/cases/{case.pk}/").status_code == 404
        assert client.get(f"/api/v1/cases/{case.pk}/").status_code == 404
        assert b"Eva Lind" not in calendar_feed.written(people.agent, now=NOW)
        morning = digests.parts(people.agent, later(days=1))
        assert morning
        assert all(case not in part.cases for part in morning)

    def test_calls_none_of_its_customers_times(self, people, nordlund):
        case = answer(nordlund, comment="Anna was rude to me.", now=NOW)
        factories.away(people.lead, substitute=people.agent, ends_on=later(days=20).date())
        assert callbacks.times_for(case, now=NOW) == []

    def test_and_the_board_says_that_nobody_has_it(self, people, case):
        everything = board.Scope(people.admin, [people.north, people.south], NOW)
        assert [item.case for item in board.out_of_hands(everything)] == [case]
        assert "Anna" in board.out_of_hands(everything)[0].why

    def test_is_told_only_of_the_work_she_sees(self, people, case, other):
        telling = Message(user=User.objects.get(pk=people.agent.pk), key="k")
        assert [count for _name, _until, count in facts.of_stand_in(telling)["people"]] == [1]
