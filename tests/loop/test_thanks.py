"""Who is thanked and asked for a favour, and who never is."""

from datetime import timedelta

import pytest

from feedback import complaints, contacts, invitations, responses, suspects
from feedback.models import Response, Suppression, SuspectAnswer
from feedback.suspects import Evidence, Sending
from loop import favours, sweeping, thanks, workflow
from loop.customer_pages import NotTaken
from loop.models import Ask, Case, Favour, Thank, Thanks, ThanksPolicy
from notifications.models import Message, MessageState
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

SEEN = Evidence(3, 8)


@pytest.fixture
def policy() -> ThanksPolicy:
    """Promoters are thanked by mail and asked for a reference; passives are thanked by mail."""
    return ThanksPolicy.objects.create(
        survey=factories.survey(),
        promoter_thanks=Thank.MAIL,
        promoter_ask=Ask.REFERENCE,
        passive_thanks=Thank.MAIL,
    )


@pytest.fixture
def tove(people):
    """At a customer of Anna's."""
    return factories.contact("Tove", account=factories.account("Fjord AS", owner=people.agent))


def mails(contact):
    return Message.objects.filter(kind="customer_thanks", contact=contact)


def states(contact):
    return [(mail.state, mail.error_in_words) for mail in mails(contact)]


def after(**delta):
    sweeping.run_all(now=later(**delta))


class TestWithoutAPolicy:
    def test_nothing_is_mailed_and_nothing_asked(self, tove):
        answer = factories.response(10, contact=tove)
        after(minutes=11)
        assert not Thanks.objects.exists()
        assert not mails(tove).exists()
        assert thanks.wanted(thanks.policy_of(answer.survey), "promoter") == (Thank.PAGE, "")
        assert thanks.wanted(thanks.policy_of(answer.survey), "passive") == (Thank.PAGE, "")

    def test_a_policy_begins_with_thanks_on_the_page_and_no_ask(self):
        made = ThanksPolicy(survey=factories.survey())
        assert (made.promoter_thanks, made.promoter_ask, made.passive_thanks, made.passive_ask) == ("page", "") * 2
        assert made.quiet_days == 180


@pytest.mark.usefixtures("policy")
class TestAPromoter:
    def test_is_thanked_once_however_often_the_clock_ticks(self, tove):
        factories.response(9, contact=tove)
        for minute in (1, 9, 11, 12, 30):
            after(minutes=minute)
        (mail,) = mails(tove)
        assert (mail.state, mail.sent_at) == (MessageState.SENT, later(minutes=11))
        assert mail.thanks.mailed_at == later(minutes=11)

    def test_is_not_thanked_again_when_the_outbox_is_emptied(self, tove):
        factories.response(9, contact=tove)
        after(minutes=11)
        mails(tove).delete()
        after(minutes=20)
        assert not mails(tove).exists()

    def test_waits_ten_minutes(self, tove):
        factories.response(9, contact=tove)
        after(minutes=9)
        assert not mails(tove).exists()

    def test_is_thanked_in_their_working_hours(self, people):
        auckland = factories.contact("Aroha", time_zone="Pacific/Auckland")
        factories.response(9, contact=auckland)  # 21:12 there, on a Thursday
        after(minutes=11)
        assert not mails(auckland).exists()
        sweeping.run_all(now=Thanks.objects.get().send_after)
        (mail,) = mails(auckland)
        assert mail.sent_at.isoformat() == "2026-11-19T18:00:00+00:00"  # Friday, seven in the morning

    def test_who_was_decided_about_too_late_is_thanked_all_the_same(self, tove, monkeypatch):
        with monkeypatch.context() as broken:
            broken.setattr(thanks, "decide", lambda *_args, **_kwargs: 1 / 0)
            factories.response(9, contact=tove)
        assert not Thanks.objects.exists()
        after(minutes=11)
        assert states(tove) == [("sent", "")]

    def test_of_a_file_is_history(self, tove):
        factories.response(9, contact=tove, source="import:relational")
        after(minutes=11)
        assert not Thanks.objects.exists()

    def test_of_last_week_is_history(self, tove):
        factories.response(9, contact=tove, responded_at=later(days=-3))
        after(minutes=11)
        assert not Thanks.objects.exists()

    def test_without_a_name_is_not_thanked(self):
        factories.response(9)
        after(minutes=11)
        assert not Thanks.objects.exists()

    def test_of_a_recovery_survey_is_not_thanked_and_asked(self, tove):
        ThanksPolicy.objects.create(
            survey=factories.survey("recovery"), promoter_thanks=Thank.MAIL, promoter_ask=Ask.REFERENCE
        )
        factories.response(10, contact=tove, survey_key="recovery")
        after(minutes=11)
        assert not Thanks.objects.exists()

    def test_costs_the_answer_nothing_when_thanking_breaks(self, tove, monkeypatch):
        monkeypatch.setattr(thanks, "decide", lambda *_args, **_kwargs: 1 / 0)
        assert factories.response(3, contact=tove).case.state == "new"


@pytest.mark.usefixtures("policy")
class TestACorrectedScore:
    def test_that_is_low_now_withdraws_the_thanks(self, tove):
        answer = factories.response(9, contact=tove)
        correct(answer, 4)
        after(minutes=20)
        assert Thanks.objects.get().withheld == "detractor"
        assert not mails(tove).exists()

    def test_takes_back_the_yes_that_was_said(self, tove):
        answer = factories.response(9, contact=tove)
        favours.say_yes(answer.thanks, may_name=True, may_call=False, text="", now=later(minutes=1))
        correct(answer, 4)
        assert [(one.revoked_by, one.revoked_at) for one in Favour.objects.all()] == [("loop", later(minutes=2))]

    def test_begins_the_ten_minutes_anew(self, tove):
        answer = factories.response(9, contact=tove)
        correct(answer, 10, now=later(minutes=8))
        after(minutes=11)
        assert not mails(tove).exists()
        after(minutes=19)
        assert states(tove) == [("sent", "")]

    def test_from_promoter_to_passive_is_asked_what_passives_are(self, tove):
        answer = factories.response(9, contact=tove)
        correct(answer, 8)
        assert Thanks.objects.get().ask == ""

    def test_from_low_to_high_is_thanked_after_all(self, tove):
        answer = factories.response(3, contact=tove)
        correct(answer, 9)
        after(minutes=13)
        assert states(tove) == [("sent", "")]

    def test_after_the_mail_left_is_not_thanked_again(self, tove):
        answer = factories.response(9, contact=tove)
        after(minutes=11)
        correct(answer, 10, now=later(minutes=20))
        after(minutes=40)
        assert states(tove) == [("sent", "")]


@pytest.mark.usefixtures("policy")
class TestNeverToSomebodyWho:
    def test_has_an_open_case(self, tove):
        factories.response(2, contact=tove, survey_key="product")
        factories.response(9, contact=tove, now=later(minutes=1))
        after(minutes=20)
        assert Thanks.objects.get().withheld == "open_case"
        assert not mails(tove).exists()

    def test_gets_a_case_before_the_mail_is_put_into_the_outbox(self, tove):
        factories.response(9, contact=tove)
        factories.response(2, contact=tove, survey_key="product", now=later(minutes=5))
        after(minutes=11)
        assert not mails(tove).exists()
        assert Thanks.objects.get().withheld == "open_case"

    def test_asked_for_a_call(self, tove):
        factories.response(9, contact=tove, wants_callback=True)
        after(minutes=11)
        assert Thanks.objects.get().withheld == "open_case"

    def test_opted_out(self, tove):
        factories.response(9, contact=tove)
        contacts.opt_out(tove, now=later(minutes=2))
        after(minutes=11)
        assert Thanks.objects.get().withheld == "no_mail"

    def test_is_suppressed(self, tove):
        Suppression.objects.create(address_hash=tove.address_hash, reason="bounced", created_at=NOW)
        factories.response(9, contact=tove)
        assert Thanks.objects.get().withheld == "no_mail"

    def test_has_no_address_any_more(self, tove):
        factories.response(9, contact=tove)
        tove.email = tove.address_hash = ""
        tove.save()
        after(minutes=11)
        assert Thanks.objects.get().withheld == "no_mail"

    def test_has_an_open_complaint(self, tove):
        factories.response(9, contact=tove)
        complaints.report(tove, reason="The invoice.", by="anna@loop.example", now=later(minutes=1))
        after(minutes=11)
        assert Thanks.objects.get().withheld == "complaint"

    def test_may_be_a_machine(self, tove):
        asked = invited(tove)
        suspects.take(asked, Sending(9, is_hidden=True), now=NOW)
        assert not Thanks.objects.exists()

    def test_has_answers_that_wait_to_be_verified(self, tove):
        asked = invited(tove)
        suspects.take(asked, Sending(9, "Good.", evidence=SEEN), now=NOW)
        SuspectAnswer.objects.create(invitation=asked, score=2, suspicion="hidden_link", at=later(minutes=3))
        after(minutes=11)
        assert Thanks.objects.get().withheld == "suspect"

    def test_was_a_machine_after_all(self, tove):
        asked = invited(tove)
        suspects.take(asked, Sending(9), now=NOW)
        for score in (1, 5):
            suspects.take(asked, Sending(score), now=later(seconds=20))
        assert Thanks.objects.get().withheld == "retracted"

    @pytest.mark.parametrize(
        ("fields", "why"),
        [({"retracted_at": NOW}, "retracted"), ({"score": 3, "category": "detractor"}, "detractor")],
    )
    def test_turns_out_to_be_somebody_else_unheard(self, tove, fields, why):
        """What was decided may be out of date, if deciding failed the second time: the answer itself is asked again."""
        answer = factories.response(9, contact=tove)
        Response.objects.filter(pk=answer.pk).update(**fields)
        after(minutes=11)
        assert Thanks.objects.get().withheld == why
        assert not mails(tove).exists()

    def test_is_thanked_a_week_late(self, tove):
        factories.response(9, contact=tove)
        after(days=8)
        assert Thanks.objects.get().withheld == "old"


@pytest.mark.usefixtures("policy")
class TestNothingIsAskedOfSomebody:
    def test_whose_colleague_has_an_open_case(self, tove):
        factories.response(2, contact=factories.contact("Bo", account=tove.account))
        answer = factories.response(9, contact=tove)
        assert (answer.thanks.ask, answer.thanks.not_asked) == ("", "account_case")

    def test_who_was_asked_a_while_ago(self, tove):
        factories.response(9, contact=tove)
        again = factories.response(9, contact=tove, now=later(days=179))
        assert (again.thanks.ask, again.thanks.not_asked) == ("", "quiet")
        once_more = factories.response(9, contact=tove, now=later(days=181))
        assert once_more.thanks.ask == Ask.REFERENCE

    def test_who_has_said_yes_already(self, tove):
        answer = factories.response(9, contact=tove)
        favours.say_yes(answer.thanks, may_name=True, may_call=False, text="", now=later(minutes=1))
        again = factories.response(9, contact=tove, now=later(days=400))
        assert again.thanks.not_asked == "agreed"

    def test_to_whom_we_promised_something(self, tove, people):
        case = factories.response(3, contact=tove).case
        factories.reach(case, now=later(hours=1))
        factories.promised(Case.objects.get(pk=case.pk), days=30)
        factories.resolve(Case.objects.get(pk=case.pk), now=later(hours=2))
        answer = factories.response(9, contact=tove, now=later(days=1))
        assert answer.thanks.not_asked == "promise"

    def test_who_says_yes_after_a_case_has_opened(self, tove):
        answer = factories.response(9, contact=tove)
        factories.response(2, contact=tove, survey_key="product", now=later(minutes=1))
        with pytest.raises(NotTaken):
            favours.say_yes(answer.thanks, may_name=True, may_call=True, text="", now=later(minutes=2))
        assert not Favour.objects.exists()

    def test_when_the_policy_has_stopped_asking(self, tove, policy):
        answer = factories.response(9, contact=tove)
        ThanksPolicy.objects.update(promoter_ask="")
        assert thanks.ask_now(thanks.find(thanks.token_of(answer.thanks)), now=later(minutes=1)) == ""

    def test_whose_case_was_closed(self, tove):
        """That one may be asked again: only what is open, or promised, stands in the way."""
        case = factories.response(3, contact=tove, survey_key="product").case
        workflow.withdraw(case_id=case.pk, reason="A test.", actor=None, now=later(minutes=1))
        answer = factories.response(9, contact=tove, now=later(minutes=2))
        assert answer.thanks.ask == Ask.REFERENCE


def invited(contact):
    asked = invitations.invite(survey=factories.survey(), contact=contact, due_at=NOW, now=NOW)
    invitations.mark_sent(asked.pk, now=later(hours=-2))
    return asked


def correct(answer, score, *, now=None):
    now = now or NOW + timedelta(minutes=2)
    responses.record_response(
        survey=answer.survey,
        contact=answer.contact,
        score=score,
        source="page",
        corrects=answer,
        by_person=True,
        now=now,
    )
